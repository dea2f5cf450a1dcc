"""A request as curl, Python or JavaScript that runs."""
