"""How a post will look on LinkedIn: data in, escaped HTML out. Pure; nothing the member wrote is markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard import preview_media as media
from dashboard.preview_media import Medium
from linkedin_api import Article, Poll, Span

AUDIENCE = {"PUBLIC": ("world", "Anyone"), "CONNECTIONS": ("people", "Connections only")}
HINT = "What you write appears here."


@dataclass(frozen=True)
class Card:
    """Everything the card shows. No job titles, counts or reactions: nobody knows them yet.

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
    hint: bool = False  # say where the text will be while there is none
    dark: bool | None = None  # None: the colours of the page around it
    mobile: bool = False
    folded: bool = False
    marked: bool = False  # draw a line where the text would be folded
    label: str = "Preview"


def card(post: Card) -> str:
    """The post card as HTML; its looks are in widgets/card.css. Half a surrogate, which has no bytes, shows as ?."""
    looks = [] if post.dark is None else ["lp-dark" if post.dark else "lp-light"]
    switches = {"lp-mobile": post.mobile, "lp-folded": post.folded, "lp-marked": post.marked and not post.folded}
    looks += [name for name, on in switches.items() if on]
    html = f'<article class="lp-card {" ".join(looks)}" aria-label="{escape(post.label)}">{_inner(post)}</article>'
    return html.encode("utf-8", "replace").decode()


def avatar(name: str, src: str | None, *, square: bool = False) -> str:
    """A picture, or the initials of a name; in a square for a company page."""
    shape = "lp-avatar lp-square" if square else "lp-avatar"
    if address := media.safe(src):
        return f'<img class="{shape}" src="{escape(address)}" alt="">'
    initials = "".join(word[0] for word in name.split()[:2]).upper() or "in"
    return f'<span class="{shape} lp-initials" aria-hidden="true">{escape(initials)}</span>'


def _inner(post: Card) -> str:
    return f"{_head(post)}{_text(post)}{_carried(post)}"


def _head(post: Card) -> str:
    icon, audience = AUDIENCE.get(post.visibility, AUDIENCE["PUBLIC"])
    edited = " · Edited" if post.edited else ""
    return (
        f'<header class="lp-head">{avatar(post.author, post.avatar, square=post.is_page)}<div>'
        f'<div class="lp-name" dir="auto">{escape(post.author)}</div>'
        f'<div class="lp-when">{escape(post.when)}{edited} · <span class="lp-icon lp-{icon}"></span>{audience}</div>'
        "</div></header>"
    )


def _text(post: Card) -> str:
    """The text in one piece: folding hides lines and takes none out, so that it is whole when it is copied."""
    if not "".join(span.text for span in post.spans).strip():
        return f'<div class="lp-text lp-faint">{HINT}</div>' if post.hint and not post.spans else ""
    said = "".join(map(_span, post.spans))
    return f'<div class="lp-text"><div class="lp-body" dir="auto">{said}</div></div>'


def _span(span: Span) -> str:
    return escape(span.text) if span.part == "plain" else f'<span class="lp-link">{escape(span.text)}</span>'


def _carried(post: Card) -> str:
    """What the post carries besides its text: at most one thing."""
    if post.images:
        return media.images(post.images)
    if post.video:
        return media.video(post.video)
    if post.document:
        return media.document(post.document)
    if post.article:
        return media.article(post.article, post.thumbnail)
    if post.poll:
        return media.poll(post.poll, post.poll_left)
    return _parent(post.parent) if post.parent else ""


def _parent(parent: Card | str) -> str:
    """The post that is shared again, as an inset; one inside it is not drawn."""
    if isinstance(parent, Card):
        inner = _head(parent) + _text(parent) + ("" if parent.parent else _carried(parent))
        return f'<section class="lp-inset" aria-label="The post that is shared">{inner}</section>'
    return (
        '<section class="lp-inset lp-elsewhere" aria-label="The post that is shared">'
        f'<div>LinkedIn shows the post here.</div><div class="lp-urn">{escape(parent)}</div></section>'
    )
