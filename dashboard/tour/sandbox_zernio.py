"""A key and a connected account of the sandbox's Zernio, got over HTTP on the pages that a person would open."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from dashboard.tour.results import TourRefused
from linkedin_api import Transport
from zernio_api import ZernioAccounts, ZernioSettings, connect

_KEY = re.compile(r"<code>(sk_\w+)</code>")
_AUTHORS = re.compile(r'name="author" value="([^"]+)"')


def new_key(api_url: str, back: str, member: str) -> str:
    """A new key, which has at least one account; `member` is connected when there is none and the sandbox knows it.

    api_url: of the sandbox; back: where a browser would go afterwards. Raises: LinkedInError, TourRefused.
    """
    with Transport() as browser:
        shown = _KEY.search(browser.send("POST", f"{api_url}/zernio/dashboard/api-keys").text)
        if shown is None:
            raise TourRefused("This sandbox has no Zernio; start one of the same version as this dashboard.")
        url = f"{api_url}/zernio/v1"
        with connect(ZernioSettings(shown[1], url)) as line:
            asked = ZernioAccounts(line, url)
            if not asked.list():
                _choose(browser, f"{api_url}/zernio/connect/linkedin", _state(asked, back), member)
        return shown[1]


def _state(asked: ZernioAccounts, back: str) -> str:
    link = asked.connect_link(asked.default_profile(), back)
    return parse_qs(urlsplit(link.url).query)["state"][0]


def _choose(browser: Transport, page: str, state: str, member: str) -> None:
    """What somebody does on the page: choose a member, and connect."""
    offered = _AUTHORS.findall(browser.send("GET", f"{page}?state={state}").text)
    author = member if member in offered else offered[0]
    form = {"state": state, "author": author, "choice": "allow"}
    browser.send("POST", page, form=form, redirects=True, secrets=[state])
