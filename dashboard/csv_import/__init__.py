"""Posts in a CSV file: read, checked and written."""
