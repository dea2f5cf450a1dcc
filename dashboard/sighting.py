"""A post as somebody has found it on LinkedIn: the URN in what they copied from there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from linkedin_api import Urn

KINDS = ("share", "ugcPost", "activity")  # the first two are what the API itself answers with
_ANY = "|".join(KINDS)
# In an address a URN's colons may be encoded, once or, inside a redirect, twice.
_URN = re.compile(rf"urn:li:({_ANY}):(\d{{6,25}})(?!\d)", re.IGNORECASE)
# [?] The readable links of the site, such as /posts/ada-example_title-words-activity-7106697166089269248-Ab12: nothing
# documents them, and the number in them names the post only together with its kind.
_SLUG = re.compile(rf"[-_/]({_ANY})-(\d{{6,25}})(?!\d)", re.IGNORECASE)
_BY_NAME = {kind.lower(): kind for kind in KINDS}


class NoPost(ValueError):
    """What was pasted names no post. The message is one sentence and a next step."""


def post_urn(said: str) -> Urn:
    """The URN of the post in a link or a URN: that of a share or ugcPost before an activity's. Raises: NoPost."""
    text = unquote(unquote(said))
    found = [
        Urn(f"urn:li:{_BY_NAME[kind.lower()]}:{number}") for kind, number in (*_URN.findall(text), *_SLUG.findall(text))
    ]
    if not found:
        raise NoPost(
            "No post is named here. Open the post on LinkedIn, choose “Copy link to post” in its menu, and paste that; "
            "or paste its URN, such as urn:li:share:7106697166089269248."
        )
    return min(found, key=lambda urn: urn.kind == "activity")
