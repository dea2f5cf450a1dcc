"""The command line of the client: python -m linkedin_api. The only room here that reads the environment and prints."""
