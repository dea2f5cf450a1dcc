"""What was said to LinkedIn: the log of exchanges, and the calls of the day."""
