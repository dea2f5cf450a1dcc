"""octopus-linkedin: its own sign-in with a callback server, and every call of its client."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import tempfile
import webbrowser
from pathlib import Path

import requests
from sandbox_hosts import PATIENCE_S, PICTURE, SECRET, SELF_SERVE, SIGN_IN_AND_SHARE, Outcomes, consent

with socket.socket() as found:
    found.bind(("127.0.0.1", 0))
    port = found.getsockname()[1]
# All that it reads, or it would take what is missing from an .env file in a folder above its own.
os.environ |= {
    "LINKEDIN_CLIENT_ID": SELF_SERVE,
    "LINKEDIN_CLIENT_SECRET": SECRET,
    "LINKEDIN_REDIRECT_URI": f"http://localhost:{port}/callback",
    "LINKEDIN_SCOPES": " ".join(SIGN_IN_AND_SHARE),
    "LINKEDIN_MEDIA_DIR": str(PICTURE.parent),
}
from linkedin import auth
from linkedin.client import LinkedInClient, LinkedInError


class Browser(webbrowser.BaseBrowser):
    """A browser whose user allows everything."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Consent, and go back to the program."""
        return requests.get(consent(url), timeout=PATIENCE_S).ok


webbrowser.register("sandbox", None, Browser(), preferred=True)
auth.TOKEN_PATH = Path(tempfile.mkdtemp()) / "token.json"
outcomes = Outcomes()
with contextlib.redirect_stdout(sys.stderr):
    outcomes.add("sign in", auth.authorize()["scope"])
client = LinkedInClient()
outcomes.add("profile", client.get_profile()["name"])
made = client.create_post("From octopus-linkedin (whole) #octopus")["post_urn"]
outcomes.add("post", made)
link = client.share_link("Read this", "https://example.com/a", title="A")
outcomes.add("link", link["status"])
outcomes.add("images", client.share_images("Two", [str(PICTURE), str(PICTURE)], alt_texts=["a", "b"])["status"])
outcomes.add("comment", client.reply_comment(made, "First")["message"]["text"])
outcomes.refused("comments", lambda: client.list_comments(made), LinkedInError)
outcomes.refused("figures", lambda: client.get_post_stats(made), LinkedInError)
outcomes.add("delete", client.delete_post(link["post_urn"])["status"])
outcomes.print()
