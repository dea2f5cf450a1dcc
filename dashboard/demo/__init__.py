"""The demo: fills the built-in sandbox and a member's pages with believable data, resets both, and moves its time."""
