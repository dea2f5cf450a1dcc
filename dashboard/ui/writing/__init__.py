"""Writing the text of a post: the text box, its mentions and its letters."""
