"""Settings from the environment, and LinkedIn's addresses."""
