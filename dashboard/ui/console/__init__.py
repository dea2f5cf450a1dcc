"""What the Console page draws: the form, the answer, what was sent before, and the sandbox's token."""
