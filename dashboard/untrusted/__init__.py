"""What strangers wrote, read in a child process with limits."""
