"""How a post will look on LinkedIn: data in, HTML out, drawn by card.html, which escapes every text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard.files.media import size_in_words
from dashboard.preview import media
from dashboard.preview.media import Medium
from linkedin_api import Article, Poll, Span

AUDIENCE = {"PUBLIC": ("world", "Anyone"), "CONNECTIONS": ("people", "Connections only")}
HINT = "What you write appears here."
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class CardComment:
    """A comment of a reader, or a reply to one."""

    author: str
    avatar: str | None
    text: str
    is_page: bool = False
    is_reply: bool = False


@dataclass(frozen=True)
class CardAnswers:
    """What readers said: the line that sums it up, names by kind of reaction, and comments in their order.

    `more` is the address of all comments, `count` of them, "" when all are here.
    """

    told: str
    reactions: Mapping[str, Sequence[str]]
    comments: Sequence[CardComment]
    count: int = 0
    more: str = ""


@dataclass(frozen=True)
class Card:
    """Everything the card shows. No headlines or counts: the API does not tell them, or nobody knows them.

    `spans` joined are the text. `parent` is the post that is shared again, or its URN when it is not at hand.
    `mobile` and `folded` are ways to look at it; the fold itself is drawn by widgets/card.css.
    """

    author: str
    avatar: str | None
    spans: Sequence[Span] = ()
    is_page: bool = False  # a company page, whose mark is a square
    visibility: str = "PUBLIC"
    when: str = "Now"
    edited: bool = False
    images: Sequence[Medium] = ()
    video: Medium | None = None
    document: Medium | None = None
    article: Article | None = None
    thumbnail: Medium | None = None
    poll: Poll | None = None
    poll_left: str = ""
    parent: Card | str | None = None
    comment: Sequence[Span] = ()  # the first comment, by the same author
    answers: CardAnswers | None = None  # of readers, where they are known
    hint: bool = False  # say where the text will be while there is none
    dark: bool | None = None  # None: the colours of the page around it
    mobile: bool = False
    folded: bool = False
    marked: bool = False  # draw a line where the text would be folded
    label: str = "Preview"


def card(post: Card) -> str:
    """The post card as HTML; its looks are in widgets/card.css. Half a surrogate, which has no bytes, shows as ?."""
    return str(_DRAWN.card(post)).encode("utf-8", "replace").decode()


def avatar(name: str, src: str | None, *, square: bool = False) -> str:
    """A picture, or the initials of a name; in a square for a company page."""
    return str(_DRAWN.avatar(name, src, square))


def linked(spans: Sequence[Span]) -> Markup:
    """A text as HTML, escaped, with mentions, hashtags and addresses in the colour of links."""
    # The only text escaped here: a long one has 240 spans, and a loop in the template takes three times as long.
    html = "".join(
        escape(span.text) if span.part == "plain" else f'<span class="lp-link">{escape(span.text)}</span>'
        for span in spans
    )
    return Markup(html)  # every text in it is escaped # noqa: S704 # nosec B704


_TEMPLATES = Environment(
    autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(FOLDER), trim_blocks=True, lstrip_blocks=True
)
_TEMPLATES.globals |= {"AUDIENCE": AUDIENCE, "FORMATS": media.FORMATS, "HINT": HINT}
_TEMPLATES.tests["loadable"] = media.safe
_TEMPLATES.filters |= {"counted": media.counted_pages, "host": media.host, "in_words": size_in_words, "linked": linked}
# Compiled once: the card is drawn at every keystroke.
_DRAWN: Any = _TEMPLATES.get_template("card.html").module
