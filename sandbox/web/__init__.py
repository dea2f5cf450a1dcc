"""The pages of the sandbox: its feed and its posts."""
