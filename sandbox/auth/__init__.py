"""OAuth, OpenID Connect, and the page that asks for consent."""
