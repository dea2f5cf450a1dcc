"""A Zernio of its own, below /zernio: accounts of the sandbox's members and pages, posts in the same feed."""
