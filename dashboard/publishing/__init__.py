"""The worker that picks up due posts, and one post's way to LinkedIn."""
