"""Uploaded files: kept, checked, described."""
