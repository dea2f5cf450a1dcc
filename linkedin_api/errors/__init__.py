"""The tree of errors, and which of LinkedIn's answers is which."""
