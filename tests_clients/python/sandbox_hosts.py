"""What every Python program here shares: the sandbox's hosts, the consent, and how outcomes are printed.

Importing it changes the source of every module that is imported afterwards: LinkedIn's two hosts, and the host name
that one program compares, are replaced. Nothing else of a program is touched.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import requests

BASE = os.environ["SANDBOX_URL"]
PICTURE = Path(os.environ["SANDBOX_PICTURE"])
CALLBACK = "http://localhost:3000/auth/linkedin/callback"
SELF_SERVE, COMMUNITY = "sandbox-client", "sandbox-community"
SECRET = "any"
SIGN_IN_AND_SHARE = ["openid", "profile", "email", "w_member_social"]
PATIENCE_S = 120
HOSTS = {
    b"https://www.linkedin.com": BASE.encode(),
    b"https://api.linkedin.com": BASE.encode(),
    b'"linkedin.com"': b'"127.0.0.1"',
}

_get_code = SourceFileLoader.get_code


def _with_hosts_changed(loader: SourceFileLoader, name: str) -> CodeType | None:
    path = loader.get_filename(name)
    source = loader.get_data(path)
    if b"linkedin.com" not in source:
        return _get_code(loader, name)
    for theirs, ours in HOSTS.items():
        source = source.replace(theirs, ours)
    return loader.source_to_code(source, path)


SourceFileLoader.get_code = _with_hosts_changed  # type: ignore[method-assign]


class _ConsentForm(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {"choice": "allow"}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given["action"] or ""
        if tag == "input" and (given["type"] == "hidden" or "checked" in given):
            self.fields[given["name"] or ""] = given["value"] or ""


def consent(authorization_url: str) -> str:
    """Allow on the sandbox's page, as its first member. Returns the address that the browser is sent to."""
    page = requests.get(authorization_url, timeout=PATIENCE_S)
    page.raise_for_status()
    form = _ConsentForm(page.text)
    answer = requests.post(form.action, form.fields, allow_redirects=False, timeout=PATIENCE_S)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def code_in(address: str) -> str:
    """The authorization code in the address that the browser is sent to."""
    return dict(part.split("=", 1) for part in address.partition("?")[2].split("&"))["code"]


def token_for(client_id: str, scopes: list[str]) -> str:
    """A token, for programs that leave getting one to their users."""
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": " ".join(scopes)}
    url = requests.Request("GET", f"{BASE}/oauth/v2/authorization", params=asked).prepare().url
    given = {"grant_type": "authorization_code", "code": code_in(consent(url or "")), "redirect_uri": CALLBACK}
    keys = {"client_id": client_id, "client_secret": SECRET}
    answer = requests.post(f"{BASE}/oauth/v2/accessToken", given | keys, timeout=PATIENCE_S)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def text_share(author: str, text: str) -> dict[str, Any]:
    """The body of a text post through /v2/ugcPosts."""
    content = {"shareCommentary": {"text": text}, "shareMediaCategory": "NONE"}
    return {
        "author": author,
        "lifecycleState": "PUBLISHED",
        "specificContent": {"com.linkedin.ugc.ShareContent": content},
        "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
    }


class Outcomes:
    """What a program's operations gave, in order; printed as the last line, as JSON."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def add(self, operation: str, outcome: Any) -> None:
        """One operation, and what the program made of LinkedIn's answer."""
        self.found[operation] = outcome

    def refused(self, operation: str, does: Callable[[], Any], error: type[Exception]) -> None:
        """One operation that LinkedIn refuses such a token as well; the outcome is the program's own sentence."""
        try:
            does()
        except error as refusal:
            self.found[operation] = str(refusal)
        else:
            sys.exit(f"{operation} was not refused")

    def print(self) -> None:
        """Print the outcomes."""
        print(json.dumps(self.found))
