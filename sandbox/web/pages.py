"""The sandbox's pages for people: HTML without JavaScript; the templates beside this file escape every text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from sandbox.directory.apps import IN_WORDS
from sandbox.directory.members import ADA, MEMBERS
from sandbox.directory.organizations import ORGANIZATIONS
from sandbox.model.posts import StoredPost
from sandbox.web import post_card
from sandbox.web.post_card import Talk

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")

# No form-action: it would also forbid the redirect from the consent page to the program that asked.
CSP = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; frame-ancestors 'self'"
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # without any, a form's Origin would be null
    "cache-control": "no-store",
}
_TEMPLATES = Environment(
    autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(FOLDER), trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.filters |= {
    "author": post_card.author,
    "counted": post_card.counted,
    "host": post_card.host,
    "marked": post_card.marked,
    "utc": post_card.utc,
}
_TEMPLATES.globals |= {
    "ADA": ADA,
    "MEMBERS": MEMBERS,
    "ORGANIZATIONS": ORGANIZATIONS,
    "SCOPES": IN_WORDS,
}
_TEMPLATES.globals |= {"DURATIONS": post_card.DURATIONS, "VISIBILITIES": post_card.VISIBILITIES}


def consent(base: str, client_id: str, redirect_uri: str, scopes: list[str], fields: dict[str, str]) -> Response:
    """The consent page. `fields` are hidden in its form and come back with the answer."""
    in_order = [*(scope for scope in IN_WORDS if scope in scopes), *sorted({*scopes} - {*IN_WORDS})]
    host = urlsplit(redirect_uri).netloc
    return _page("consent.html", base, client_id=client_id, host=host, scopes=in_order, fields=fields)


def zernio_connect(base: str, state: str, host: str) -> Response:
    """The page on which somebody chooses the member or page that Zernio publishes as."""
    authors = [*MEMBERS.values(), *ORGANIZATIONS.values()]
    return _page("zernio_connect.html", base, state=state, host=host, authors=authors)


def zernio_keys(base: str, key: str) -> Response:
    """The page on which keys of Zernio are made; `key` is a new one, or ""."""
    return _page("zernio_keys.html", base, key=key)


def oops(base: str, problem: str) -> Response:
    """LinkedIn's own error page (400), which does not redirect to the program. [I] the status"""
    return _page("message.html", base, 400, title="Bummer, something went wrong.", sentence=problem, url="")


def onward(base: str, problem: str, url: str) -> Response:
    """The page (200) in front of a redirect to another host, which the member follows or not."""
    return _page("message.html", base, title="This program made a mistake", sentence=problem, url=url)


def missing(base: str, what: str = "There is nothing at this address.") -> Response:
    """The page for an address that does not exist (404)."""
    return _page("message.html", base, 404, title="Not found", sentence=what, url="")


def start(base: str, posts: list[StoredPost], parents: Mapping[str, StoredPost]) -> Response:
    """The start page: what this is, how to use it, the posts. `parents` has the reshared posts by URN."""
    return _page("start.html", base, posts=posts, parents=parents)


def ledger(base: str, shown: Mapping[str, Any]) -> Response:
    """The truth ledger: what is known of LinkedIn, and from where."""
    return _page("ledger.html", base, ledger=shown)


def published(base: str, post: StoredPost, parent: StoredPost | None, talk: Talk) -> Response:
    """The page of one post with its comments and reactions. `parent` is the reshared post, None when it was deleted."""
    return _page("post.html", base, post=post, parent=parent, talk=talk)


def _page(template: str, base: str, status: int = 200, **shown: Any) -> Response:
    html = _TEMPLATES.get_template(template).render(base=base, status=status, **shown)
    return HTMLResponse(html, status, HEADERS)
