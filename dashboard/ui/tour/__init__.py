"""What the Tour page draws."""
