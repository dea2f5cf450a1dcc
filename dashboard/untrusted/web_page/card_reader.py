"""The card that is written in a web page: Open Graph, Twitter's tags, JSON-LD, the title."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from dashboard.untrusted.web_page.charset import decoded

CARD = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description", "description"),
    "site_name": ("og:site_name",),
    "refresh": ("refresh",),
}
PICTURES = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")
LINKED_DATA = re.compile(r"^\s*application/ld\+json\b", re.IGNORECASE)
REFRESH = re.compile(r"^\s*[0-5](?:\.\d*)?\s*[;,]\s*url\s*=\s*[\"']?\s*([^\"'\s]+)", re.IGNORECASE)  # at once, or soon
UNREAD = re.compile(r"<(/?)(?:svg|noscript|template|textarea)\b[^>]*>?", re.IGNORECASE)
# From the last <title> before its end: a comment or a script may name another one.
TITLE = re.compile(r"(<title\b[^<>]*>)((?:(?!<title\b).)*?)(?=</title\b)", re.IGNORECASE | re.DOTALL)


def card(charset: str) -> dict[str, Any]:
    """What a web page (its bytes on standard input) says about itself.

    {"title", "description", "site_name", "images", "refresh"}, each as the first of its names in CARD gives it, else
    the page's title or its data for search engines (JSON-LD); refresh is the address to which a page sends on.
    """
    text = decoded(sys.stdin.buffer.read(), charset)
    head = re.split(r"</head\b", text, maxsplit=1, flags=re.IGNORECASE)[0]
    found = _said(head)  # a second less for a long page
    return found if found.get("whole") or head == text else _said(text)


def _said(html: str) -> dict[str, Any]:
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    # Only these: a tree of everything would need hundreds of times the page's size.
    soup = BeautifulSoup(_read_by_browsers(html), "html.parser", parse_only=SoupStrainer(["meta", "title", "script"]))
    metas: dict[str, list[str]] = {}
    for meta in soup.find_all("meta"):
        content = str(meta.get("content") or "").strip()
        # Pages write og: in either attribute, and some write both, or two names in one.
        names = {name for key in ("property", "name") for name in str(meta.get(key) or "").lower().split()}
        if str(meta.get("http-equiv") or "").strip().lower() == "refresh":
            names, content = {"refresh"}, "".join(REFRESH.findall(content)[:1])
        for name in names if content else ():
            metas.setdefault(name, []).append(content)
    titles = filter(None, (title.get_text().strip() for title in soup.find_all("title")))
    data = _linked_data(soup)
    found: dict[str, Any] = {
        field: next((metas[name][0] for name in names if name in metas), "") for field, names in CARD.items()
    }
    found["title"] = found["title"] or next(titles, "") or data.get("title", "")
    found["description"] = found["description"] or data.get("description", "")
    found["images"] = [each for name in PICTURES for each in metas.get(name, [])] or data.get("images", [])
    return found | {"whole": "og:title" in metas}


def _linked_data(soup: Any) -> dict[str, Any]:
    """{"title", "description", "images"} of the first thing with a headline or name in the page's JSON-LD; or {}."""
    things: list[dict[str, Any]] = []
    for script in soup.find_all("script", type=LINKED_DATA):
        with contextlib.suppress(ValueError, RecursionError):
            things += _things(json.loads(script.get_text()))
    thing = next((each for key in ("headline", "name") for each in things if isinstance(each.get(key), str)), {})
    images = thing.get("image") or []
    listed = [each.get("url") if isinstance(each, dict) else each for each in _several(images)]
    title, description = thing.get("headline") or thing.get("name"), thing.get("description")
    return {
        "title": title if isinstance(title, str) else "",
        "description": description if isinstance(description, str) else "",
        "images": [each for each in listed if isinstance(each, str)],
    }


def _things(data: Any) -> Iterator[dict[str, Any]]:
    """Every object of a list, and of the "@graph" in one."""
    if isinstance(data, list):
        for each in data:
            yield from _things(each)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _read_by_browsers(html: str) -> str:
    """The page without what holds no <title> and <meta> of its own, such as SVGs and <noscript>, unless it never ends.

    Tags in the title are letters there.
    """
    kept, depth, since = [], 0, 0
    for tag in UNREAD.finditer(html):
        if tag[0].endswith("/>"):
            continue
        depth = max(0, depth + (-1 if tag[1] else 1))
        if depth == 1 and not tag[1]:
            kept.append(html[since : tag.start()])
            since = tag.start()
        elif depth == 0:
            since = tag.end()
    return TITLE.sub(lambda title: title[1] + title[2].replace("<", "&lt;"), "".join(kept) + html[since:])
