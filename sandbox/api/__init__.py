"""Endpoints under /v2 and /rest."""
