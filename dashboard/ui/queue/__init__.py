"""What the Queue page draws."""
