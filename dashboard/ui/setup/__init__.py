"""The Setup page."""
