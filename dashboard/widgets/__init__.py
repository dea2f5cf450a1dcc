"""What two pages draw alike, one idea per file."""
