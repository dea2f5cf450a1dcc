"""Published posts, comments, reactions, company pages and statistics."""
