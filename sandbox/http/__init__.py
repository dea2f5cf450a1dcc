"""How every call is read, permitted, refused, and made to fail on demand."""
