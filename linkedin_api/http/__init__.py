"""Sending requests and reading answers, recorded without secrets."""
