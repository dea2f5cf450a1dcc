"""What the Account and Profile pages draw."""
