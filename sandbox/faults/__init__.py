"""What can be made to fail, each with its story."""
