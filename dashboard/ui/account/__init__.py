"""What the page Me and the sign-in draw."""
