"""What the pages share: settings, accounts, drafts, the outbox and the server around them."""
