"""What the sandbox remembers: tokens, posts, files, comments, faults."""
