"""Publishing a post through the v2 or the versioned API."""
