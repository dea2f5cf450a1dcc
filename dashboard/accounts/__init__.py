"""Members who signed in: their accounts, sessions, encrypted tokens and connections."""
