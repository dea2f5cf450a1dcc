"""What a post carries, as HTML: pictures, video, document, article, poll. Pure; every word is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from dashboard.media import size_in_words
from linkedin_api import Article, Poll

GRID_SHOWN = 5
# LinkedIn shows up to five pictures of a post [I]; only addresses of the web and of this server are ever loaded.
_ADDRESS = re.compile(r"(?:https?://|/(?![/\\]))[^\s\\\x00-\x1f\x7f]*")
_TYPES = {
    "application/pdf": "PDF",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.ms-powerpoint": "PPT",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
}


@dataclass(frozen=True)
class Medium:
    """A picture, video or document by its addresses, as the browser may load them; no `src` when its file is gone.

    `name` is the file's, for whoever has to find it again. `pages` are the addresses of a document's page pictures;
    `page_count` is known for some documents whose pages cannot be drawn.
    """

    name: str
    src: str | None = None
    alt: str = ""
    title: str = ""
    content_type: str = ""
    size_bytes: int = 0
    width_px: int = 0
    height_px: int = 0
    poster: str | None = None
    captions: bool = False
    pages: Sequence[str] = ()
    page_count: int = 0


def safe(src: str | None) -> str | None:
    """The address if a card may load it: http(s), or a path of this server."""
    return src if src and _ADDRESS.fullmatch(src) else None


def images(shown: Sequence[Medium]) -> str:
    """Up to five pictures in a grid; the fifth says how many more there are."""
    cells = [
        f'<div class="lp-cell">{_picture(image)}{_rest(number, len(shown))}</div>'
        for number, image in enumerate(shown[:GRID_SHOWN], 1)
    ]
    return f'<div class="lp-grid lp-grid-{len(cells)}">{"".join(cells)}</div>'


def video(film: Medium) -> str:
    """A player of the video's own shape, with its cover picture if it has one."""
    src = safe(film.src)
    if not src:
        return _missing(film)
    poster = f' poster="{escape(cover)}"' if (cover := safe(film.poster)) else ""
    marked = '<span class="lp-cc" title="With captions">CC</span>' if film.captions else ""
    shape = f' style="aspect-ratio: {film.width_px} / {film.height_px}"' if film.width_px and film.height_px else ""
    return (
        f'<div class="lp-film"><video class="lp-video" controls preload="metadata" aria-label="Player" '
        f'src="{escape(src)}"{poster}{shape}></video>{marked}</div>'
    )


def document(file: Medium) -> str:
    """A title bar and the pages side by side, to leaf through; a card of the file where they cannot be drawn."""
    if not safe(file.src):
        return _missing(file)
    title = escape(file.title or file.name)
    if not file.pages:
        return _undrawn(file, title)
    pages = [page for page in file.pages if safe(page)]
    shape = f' style="--lp-w:{file.width_px};--lp-h:{file.height_px}"' if file.width_px and file.height_px else ""
    drawn = "".join(
        f'<div class="lp-leaf"><img src="{escape(page)}" loading="lazy" alt="Page {number} of {len(pages)}"></div>'
        for number, page in enumerate(pages, 1)
    )
    return (
        f'<div class="lp-document"><div class="lp-bar"><span class="lp-title" dir="auto">{title}</span>'
        f'<span class="lp-count">{_counted(len(pages))}</span></div>'
        f'<div class="lp-leaves" role="group" tabindex="0" aria-label="Pages, scroll sideways"{shape}>{drawn}'
        "</div></div>"
    )


def article(shown: Article, thumbnail: Medium | None) -> str:
    """A link's card: with its picture across the card, or compact without one."""
    picture = f'<div class="lp-thumbnail">{_picture(thumbnail)}</div>' if thumbnail else ""
    about = f'<div class="lp-about" dir="auto">{escape(shown.description)}</div>' if shown.description else ""
    name = escape(shown.title) if shown.title else '<span class="lp-faint">The page has no title yet</span>'
    return (
        f'<div class="lp-article">{picture}<div class="lp-said"><div class="lp-title" dir="auto">{name}</div>{about}'
        f'<div class="lp-host">{escape(_host(shown.url) or "the address goes here")}</div></div></div>'
    )


def poll(asked: Poll, left: str) -> str:
    """The question and its answers, as they look before anybody has voted."""
    question = escape(asked.question) if asked.question else '<span class="lp-faint">The question goes here</span>'
    options = "".join(
        f'<li dir="auto">{escape(text) if text else f"""<span class="lp-faint">Option {number}</span>"""}</li>'
        for number, text in enumerate(asked.options, 1)
    )
    return (
        f'<div class="lp-poll"><div class="lp-title" dir="auto">{question}</div>'
        f'<ul class="lp-options">{options}</ul><div class="lp-host">{escape(left)}</div></div>'
    )


def _picture(image: Medium) -> str:
    src = safe(image.src)
    if not src:
        return _missing(image)
    shape = f' width="{image.width_px}" height="{image.height_px}"' if image.width_px and image.height_px else ""
    # The card is drawn anew at every keystroke: a picture that is there already must not flicker.
    return f'<img src="{escape(src)}" alt="{escape(image.alt)}" decoding="sync"{shape}>'


def _rest(number: int, count: int) -> str:
    more = count - GRID_SHOWN
    return f'<span class="lp-rest">+{more}</span>' if number == GRID_SHOWN and more > 0 else ""


def _undrawn(file: Medium, title: str) -> str:
    facts = [
        _TYPES.get(file.content_type, "Document"),
        _counted(file.page_count),
        size_in_words(file.size_bytes) if file.size_bytes else "",
    ]
    # A PDF comes without pages when it is no longer kept here: then there is nothing to explain.
    why = "" if file.content_type == "application/pdf" else "Its pages cannot be drawn here. LinkedIn draws them."
    return (
        f'<div class="lp-file"><span class="lp-sheet" aria-hidden="true">{facts[0]}</span><div>'
        f'<div class="lp-title" dir="auto">{title}</div><div class="lp-host">{" · ".join(filter(None, facts))}</div>'
        f'<div class="lp-about">{why}</div></div></div>'
    )


def _missing(file: Medium) -> str:
    return (
        f'<div class="lp-missing"><div class="lp-title" dir="auto">{escape(file.name)}</div>'
        "<div>This file is no longer on this machine.</div></div>"
    )


def _counted(pages: int) -> str:
    return f"{pages:,} page{'' if pages == 1 else 's'}" if pages else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
