"""Posts from the outbox to History: one row each, for life."""
