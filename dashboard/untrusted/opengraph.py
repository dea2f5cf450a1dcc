"""The card that a web page suggests for itself (Open Graph, https://ogp.me), fetched when somebody asks for it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Any

from dashboard.untrusted import isolated
from dashboard.untrusted.fetch import BY_HAND, INTERNET, Fetched, Internet, PageRefused, fetch, joined

PAGES = ("text/html", "application/xhtml+xml")
PICTURES = ("image/", "application/octet-stream", "binary/octet-stream")  # its bytes are judged by media.inspect
PICTURES_TRIED = 4
REFRESHES_MAX = 2  # pages that send on by a <meta>, as some short links do
TITLE_MAX, DESCRIPTION_MAX, SITE_NAME_MAX = 400, 1000, 100
# Of a stranger's words in a line of ours, beside white space: controls, and what turns the letters behind it.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\s]+")
READ_AT_LEAST_S = 1.5  # for reading a page that came late; most take a fifth of that


@dataclass(frozen=True)
class PageCard:
    """What a page says about itself, as plain text that a page of ours must escape; "" where it says nothing."""

    url: str
    title: str
    description: str
    image_urls: tuple[str, ...]  # the first that can be used is meant
    site_name: str


def fetch_card(url: str, internet: Internet = INTERNET) -> PageCard:
    """The card of the page at an address; its url is where the redirects led. Nothing on the page is executed.

    Raises: PageRefused with one sentence and the next step.
    """
    ends_at = time.monotonic() + internet.budget_s

    def read(address: str) -> tuple[Fetched, dict[str, Any]]:
        page = fetch(address, PAGES, replace(internet, budget_s=max(1.0, ends_at - time.monotonic())))
        return page, page_says(page, max(READ_AT_LEAST_S, ends_at - time.monotonic()))

    page, found = read(url)
    seen = {page.url}
    for _ in range(REFRESHES_MAX):
        if found["whole"] or not found["refresh"]:
            break
        try:
            on = joined(page.url, found["refresh"]).url
            if on in seen:  # some pages show themselves anew
                break
            page, found = read(on)
        except PageRefused as refused:
            return _card(page, found, refused)
        seen |= {on, page.url}
    return _card(page, found)


def page_says(page: Fetched, within_s: float) -> dict[str, Any]:
    """What a page says about itself (see card_reader.py), read within so many seconds. Raises: PageRefused."""
    try:
        return isolated.ask("card", page.charset, given=page.content, timeout_s=within_s)
    except isolated.Failed:
        raise PageRefused(f"This page could not be read: it is too tangled. {BY_HAND}") from None


def _card(page: Fetched, found: dict[str, Any], why_not_further: PageRefused | None = None) -> PageCard:
    """Raises: PageRefused for a page that says nothing; why_not_further where it only sends on."""
    title, description = _line(found["title"], TITLE_MAX), _line(found["description"], DESCRIPTION_MAX)
    pictures = (_image_url(page.url, image) for image in found["images"])
    image_urls = tuple(dict.fromkeys(url for url in pictures if url))[:PICTURES_TRIED]
    if not title and not description and not image_urls:
        nothing = f"This page says nothing about itself: no title and no card. {BY_HAND}"
        raise why_not_further or PageRefused(nothing)
    return PageCard(page.url, title, description, image_urls, _line(found["site_name"], SITE_NAME_MAX))


def fetch_picture(url: str, internet: Internet = INTERNET) -> bytes:
    """The bytes of a card's picture; what they are is for media.inspect to judge. Raises: PageRefused."""
    picture = fetch(url, PICTURES, internet)
    if picture.cut:
        raise PageRefused("The page's picture is larger than 2 MB. Choose a picture of your own.")
    if not picture.content:
        raise PageRefused("The page's picture is empty. Choose a picture of your own.")
    return picture.content


def _line(text: str, most: int) -> str:
    """A text in one line, without control characters and halves of letters, and not longer than most."""
    whole = text.encode("utf-8", "ignore").decode()
    clean = UNSEEN.sub(" ", whole).strip()
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def _image_url(page_url: str, image: str) -> str | None:
    """Where the picture lies, by the page's own address; None when it is nothing that may be fetched."""
    try:
        return joined(page_url, re.sub(r"[\t\r\n]", "", image)).url  # as browsers read an address
    except PageRefused:
        return None
