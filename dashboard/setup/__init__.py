"""Setting up an app at LinkedIn: what is done, what is wrong, and what the app may do."""
