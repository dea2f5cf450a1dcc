"""What a post carries: pictures, videos and documents by their addresses; which of these a card may load."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

# Only addresses of the web and of this server are ever loaded.
_ADDRESS = re.compile(r"(?:https?://|/(?![/\\]))[^\s\\\x00-\x1f\x7f]*")
FORMATS = {
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
    note: str = ""  # what the card cannot show of it, and why


def safe(src: str | None) -> str | None:
    """The address if a card may load it: http(s), or a path of this server."""
    return src if src and _ADDRESS.fullmatch(src) else None


def counted_pages(pages: int) -> str:
    """ "12 pages", "" for none."""
    return f"{pages:,} page{'' if pages == 1 else 's'}" if pages else ""


def host(url: str) -> str:
    """The host that a link's card names, without "www."; "" when the address has none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
