"""What is behind each door of the front page, as a small picture made of text; nothing in it can be chosen."""

from __future__ import annotations

from dashboard.config.settings import SANDBOX_PATH
from dashboard.preview.card import Card, card
from dashboard.ui.state import session
from linkedin_api import spans

ADA = "/pictures/782bbtaQ"  # of the sandbox's first member
POST = "Our best alarm last month was the one that did not ring. The bridge was fine, and our software knew it. #iot"
COMMENT = "How we taught it to stay silent: in the comments, with the chart."
EXCHANGE = """<pre class="lq-exchange"><b>POST</b> /v2/ugcPosts
Authorization: Bearer …
X-Restli-Protocol-Version: 2.0.0

{"author": "urn:li:person:782bbtaQ",
 "lifecycleState": "PUBLISHED",
 "specificContent": …}

<b>201 Created</b> · 88 ms
x-restli-id: urn:li:share:7300000000…</pre>"""


def post_with_comment() -> str:
    """A post of the demo with its first comment."""
    return card(_card(POST, comment=spans(COMMENT), when="2 h"))


def written(text: str) -> str:
    """The preview of a text, folded as in the feed."""
    return card(_card(text, folded=True))


def exchange() -> str:
    """A request, and what LinkedIn answers."""
    return EXCHANGE


def _card(text: str, **more: object) -> Card:
    picture = SANDBOX_PATH + ADA if session.get_services().settings.built_in_sandbox else None
    return Card("Ada Example", picture, spans(text), **more)  # type: ignore[arg-type]
