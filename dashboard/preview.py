"""How a post will look on LinkedIn: data in, escaped HTML out. Pure; nothing the member wrote is markup."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

FOLD_LINES, LINE_CHARACTERS = 3, 78  # an estimate of the desktop feed; LinkedIn publishes no number
GRID_SHOWN = 5
# Breaks lines and changes no character: the two parts together are the text.
_WRAP = textwrap.TextWrapper(LINE_CHARACTERS, expand_tabs=False, replace_whitespace=False, drop_whitespace=False)
AUDIENCE = {"PUBLIC": ("world", "Anyone"), "CONNECTIONS": ("people", "Connections only")}
HASHTAG_OR_LINK = re.compile(r"https?://[^\s<>]+|(?<![\w&])#\w+")


@dataclass(frozen=True)
class Picture:
    """A picture or video by its address, as the browser may load it."""

    src: str
    alt: str = ""
    width_px: int = 0
    height_px: int = 0


@dataclass(frozen=True)
class Card:
    """Everything the card shows. No job titles, counts or reactions: nobody knows them yet."""

    author: str
    avatar: str | None
    text: str
    visibility: str = "PUBLIC"
    when: str = "Now"
    article: tuple[str, str, str] | None = None  # url, title, description
    images: Sequence[Picture] = ()
    video: Picture | None = None
    dark: bool = False
    label: str = "Preview"


def card(post: Card) -> str:
    """The post card as HTML; its looks are in widgets/card.css. Half a surrogate, which has no bytes, shows as ?."""
    return _card(post).encode("utf-8", "replace").decode()


def _card(post: Card) -> str:
    icon, audience = AUDIENCE.get(post.visibility, AUDIENCE["PUBLIC"])
    head = (
        f'<header class="lp-head">{avatar(post.author, post.avatar)}<div>'
        f'<div class="lp-name" dir="auto">{escape(post.author)}</div>'
        f'<div class="lp-when">{escape(post.when)} · <span class="lp-icon lp-{icon}"></span>{audience}</div>'
        "</div></header>"
    )
    theme = "lp-dark" if post.dark else "lp-light"
    return (
        f'<article class="lp-card {theme}" aria-label="{escape(post.label)}">{head}{_text(post.text)}'
        f"{_article(post)}{_images(post.images)}{_video(post.video)}</article>"
    )


def fold(text: str) -> tuple[str, str]:
    """The text before and after the estimated fold; the second part is empty when all of it shows."""
    lines, shown = 0, 0
    for line in text.splitlines(keepends=True):
        for row in _rows(line):
            if lines == FOLD_LINES:
                after = text[shown:].lstrip()
                return text[: len(text) - len(after)], after
            lines += 1
            shown += len(row)
    return text, ""


def _rows(line: str) -> list[str]:
    """A line as the feed would break it: emoji and East Asian characters take the room of two."""
    if not any(unicodedata.east_asian_width(character) in "WF" for character in line):
        return _WRAP.wrap(line) or [line]
    rows: list[str] = []
    start = width = 0
    for index, character in enumerate(line):
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if width > LINE_CHARACTERS:
            rows, start, width = [*rows, line[start:index]], index, 1
    return [*rows, line[start:]]


def _text(text: str) -> str:
    if not text.strip():
        return '<div class="lp-text lp-faint">What you write appears here.</div>' if not text else ""
    before, after = fold(text)
    if not after:
        return f'<div class="lp-text" dir="auto">{_marked(before)}</div>'
    return (
        f'<div class="lp-text" dir="auto">{_marked(before)}</div><details open class="lp-more">'
        '<summary aria-label="See more, estimated fold"></summary>'
        f'<div class="lp-text" dir="auto">{_marked(after)}</div></details>'
    )


def _marked(text: str) -> str:
    """Escaped text in which hashtags and addresses look like links, as LinkedIn shows them."""
    out, at = [], 0
    for match in HASHTAG_OR_LINK.finditer(text):
        out += [escape(text[at : match.start()]), f'<span class="lp-link">{escape(match[0])}</span>']
        at = match.end()
    return "".join([*out, escape(text[at:])])


def avatar(name: str, src: str | None) -> str:
    """A member's picture, or their initials."""
    if src:
        return f'<img class="lp-avatar" src="{escape(src)}" alt="">'
    initials = "".join(word[0] for word in name.split()[:2]).upper() or "in"
    return f'<span class="lp-avatar lp-initials" aria-hidden="true">{escape(initials)}</span>'


def _article(post: Card) -> str:
    if not post.article:
        return ""
    url, title, description = post.article
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    about = f'<div class="lp-about" dir="auto">{escape(description)}</div>' if description else ""
    name = escape(title) if title else '<span class="lp-faint">The page has no title yet</span>'
    return (
        f'<div class="lp-article"><div class="lp-title" dir="auto">{name}</div>{about}'
        f'<div class="lp-host">{escape(host or "the address goes here")}</div></div>'
    )


def _images(images: Sequence[Picture]) -> str:
    if not images:
        return ""
    cells = [
        f'<div class="lp-cell"><img src="{escape(image.src)}" alt="{escape(image.alt)}">{_rest(i, len(images))}</div>'
        for i, image in enumerate(images[:GRID_SHOWN])
    ]
    return f'<div class="lp-grid lp-grid-{len(cells)}">{"".join(cells)}</div>'


def _rest(index: int, count: int) -> str:
    return (
        f'<span class="lp-rest">+{count - GRID_SHOWN}</span>' if index == GRID_SHOWN - 1 and count > GRID_SHOWN else ""
    )


def _video(video: Picture | None) -> str:
    if not video:
        return ""
    ratio = f' style="aspect-ratio: {video.width_px} / {video.height_px}"' if video.width_px and video.height_px else ""
    return (
        f'<video class="lp-video" controls preload="metadata" aria-label="Player" '
        f'src="{escape(video.src)}"{ratio}></video>'
    )
