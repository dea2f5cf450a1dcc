"""Who exists in the sandbox: members, organizations, apps."""
