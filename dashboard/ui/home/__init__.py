"""What the front page draws."""
