"""Cards of every kind, each read back from the request that would publish it, and the pictures they show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.files.documents import DOC, PDF
from dashboard.preview.card import Card
from dashboard.preview.from_post import card_of, page_addresses
from dashboard.preview.media import Medium
from linkedin_api import Article, Media, Poll, Post, Transport, Urn, publisher, seen_post

ADA, ENGINES = Urn("urn:li:person:782bbtaQ"), Urn("urn:li:organization:2414183")
COLOURS = ("#0a66c2", "#c37d16", "#057642", "#8f5849", "#5f4bb6", "#56687a", "#b24020")
SHORT = "A short word about #engines."
TEXT = """Ideas from @[Analytical Engines](urn:li:organization:2414183), told to @[Zoë Muster](urn:li:person:k4Z) 🎉
The engine weaves patterns just as the loom weaves flowers and leaves (1 + 1 = 2) *always*.

שלום עולם, زيارة المصنع #engines
Η μηχανή υφαίνει μοτίβα, машина ткёт узоры.
More at https://example.com/notes?page=1 #maths_and_looms 👩‍💻"""
PARENT = "urn:li:share:7106697166089269248"


def picture_file(number: int, **more: Any) -> Medium:
    size = {"width_px": 640, "height_px": 400} | more
    return Medium(f"{number}.png", f"/pictures/{number}.png", content_type="image/png", **size)


def look(
    text: str = SHORT,
    *,
    author: Urn = ADA,
    files: dict[str, Medium] | None = None,
    images: int = 0,
    more: dict[str, Any] | None = None,
    **carried: Any,
) -> Card:
    """The card of what the rest dialect would send."""
    found = {**(files or {}), **{f"urn:li:image:{n}": picture_file(n) for n in range(images)}}
    pictures = tuple(Media(Urn(f"urn:li:image:{n}"), alt_text=f"Picture {n}") for n in range(images))
    post = Post(author, text, images=pictures, **carried)
    create = publisher("rest", Transport(), api_url="https://api.linkedin.com").planned(post)[-1]
    return card_of(seen_post("rest", create), found, author="Ada Example", **(more or {}))


FILM = Medium("a.mp4", "/film.mp4", content_type="video/mp4", width_px=320, height_px=180)
FILM = replace(FILM, poster="/pictures/2.png", captions=True)
PAPER = Medium("a.pdf", "/none", content_type=PDF, size_bytes=1_200_000, width_px=794, height_px=1123)
PAPER = replace(PAPER, pages=page_addresses("a" * 64, 12))
LETTER = Medium("Letter to Charles.doc", "/none", content_type=DOC, size_bytes=48_200)
LINK = Article("https://www.example.com/a", "Notes upon the engine", "What it can do, and what it cannot.")
SHARED = replace(look("The post that is shared, with #pictures.", images=3), author="Zoë Muster", when="12 Nov 2026")
A_FILM, A_PAPER, A_PICTURE = Urn("urn:li:video:1"), Urn("urn:li:document:1"), Urn("urn:li:image:1")

CARDS: dict[str, Card] = {
    "text-desktop": look(TEXT, more={"marked": True}),
    "text-desktop-folded-dark": look(TEXT, more={"folded": True, "dark": True}),
    "text-mobile-dark": look(TEXT, more={"mobile": True, "dark": True, "marked": True}),
    "text-mobile-folded": look(TEXT, more={"mobile": True, "folded": True, "avatar": "/pictures/3.png"}),
    "grid-1": look(images=1, more={"mobile": True}),
    "grid-2": look(images=2, more={"mobile": True}),
    "grid-3": look(images=3, more={"mobile": True, "dark": True}),
    "grid-4": look(images=4, more={"mobile": True}),
    "grid-5": look(images=5),
    "grid-7": look(images=7, more={"mobile": True}),
    "video": look(video=Media(A_FILM), files={A_FILM: FILM}),
    "document": look(document=Media(A_PAPER, title="The analytical engine"), files={A_PAPER: PAPER}),
    "document-doc": look(document=Media(A_PAPER), files={A_PAPER: LETTER}, more={"mobile": True}),
    "poll-dark": look(poll=Poll("Which loom do you use?", ("Jacquard", "Dobby", "None so far")), more={"dark": True}),
    "article-picture": look(article=replace(LINK, thumbnail=A_PICTURE), files={A_PICTURE: picture_file(4)}),
    "article-compact-dark": look(article=LINK, more={"mobile": True, "dark": True}),
    "reshare": look(reshare=Urn(PARENT), more={"parent": SHARED}),
    "reshare-elsewhere": look(reshare=Urn(PARENT), more={"mobile": True}),
    "company": replace(look(author=ENGINES, more={"edited": True, "when": "12 Nov 2026"}), author="Analytical Engines"),
    "missing": look(images=2, more={"mobile": True, "images": (Medium("bridge.png"), picture_file(1))}),
}
