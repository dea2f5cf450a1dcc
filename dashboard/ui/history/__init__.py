"""What the History page draws."""
