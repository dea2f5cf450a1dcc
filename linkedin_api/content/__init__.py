"""A post's content: its parts, its text, and what LinkedIn would refuse."""
