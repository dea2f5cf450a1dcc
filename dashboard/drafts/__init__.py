"""Drafts: what a member writes before it is sent."""
