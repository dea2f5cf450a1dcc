"""The post that a link or a URN names, as somebody has copied it from LinkedIn."""

from __future__ import annotations

import re
from urllib.parse import unquote

from linkedin_api import Urn

KINDS = ("share", "ugcPost", "activity")  # the first two are what the API itself answers with
_ANY = "|".join(KINDS)
_URN = re.compile(rf"urn:li:({_ANY}):([0-9]+)", re.IGNORECASE)
# [?] The readable links of the site, such as /posts/ada-example_title-words-activity-7106697166089269248-Ab12: nothing
# documents them, and the number in them names the post only together with its kind.
_SLUG = re.compile(rf"[-_/]({_ANY})[-:]([0-9]{{6,25}})(?![0-9])", re.IGNORECASE)
_SHORT = re.compile(r"\blnkd\.in/", re.IGNORECASE)
_BY_NAME = {kind.lower(): kind for kind in KINDS}
NO_POST = (
    "No post is named here. Open the post on LinkedIn, choose “Copy link to post” in its menu, and paste that; "
    "or paste its URN, such as urn:li:share:7106697166089269248."
)
SHORTENED = (
    "A lnkd.in link does not say to which post it leads. Open it in the browser, choose “Copy link to post” in the "
    "post's menu, and paste that."
)
TOO_LONG = "This URN is longer than LinkedIn's are; copy the address of the post again."


class NoPost(ValueError):
    """What was pasted names no post. The message is one sentence and a next step."""


class Unusable(NoPost):
    """It leads to a post, or names one, but not in a way that can be used."""


def post_urn(said: str) -> Urn:
    """The URN of the post in a link or a URN: that of a share or ugcPost before an activity's. Raises: NoPost."""
    text = _decoded(said)
    try:
        named = [(_BY_NAME[kind.lower()], number) for kind, number in (*_URN.findall(text), *_SLUG.findall(text))]
        found = [Urn(f"urn:li:{kind}:{number}") for kind, number in named]
    except ValueError:
        raise Unusable(TOO_LONG) from None
    if not found:
        raise Unusable(SHORTENED) if _SHORT.search(text) else NoPost(NO_POST)
    return min(found, key=lambda urn: urn.kind == "activity")


def _decoded(said: str) -> str:
    """In an address a URN's colons may be encoded, inside a redirect twice or more."""
    while (once := unquote(said)) != said:
        said = once
    return said
