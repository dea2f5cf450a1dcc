"""Backup, and copying one database to another."""
