"""The post card: of a draft, of a published post, and of a post in the sandbox's feed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.config.settings import SANDBOX_PATH
from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.files.documents import PDF, read_document
from dashboard.files.signatures import MediaRefused
from dashboard.preview import card as preview
from dashboard.preview import from_post
from dashboard.preview.card import Card, CardAnswers, card
from dashboard.preview.media import Medium, host
from dashboard.ui.state import dates, session
from linkedin_api import Post, Span, spans

SAMPLE = """What you see is what is published: every character, every line break, every #hashtag.

Write it, look at the exact request, and publish it once. 🎉"""
STYLES = [Path(__file__).with_name(name) for name in ("card.css", "dashboard.css")]
DESKTOP, MOBILE = "Desktop", "Mobile"
POST_INSPECTOR = (
    "https://www.linkedin.com/post-inspector/inspect/"  # [I] the page is public, its address is not documented
)
FOLDS_FROM = 80  # characters: a shorter text is no three lines, and the line is not drawn
BLANK_LINES = re.compile(r"\n[ \t]*\n[ \t]*\n")
WIDTH, FOLDED = "look-width", "look-folded"  # the switches' keys in the session's state


def style() -> None:
    """Add the styles of the card and of the dashboard to the page."""
    for file in STYLES:
        st.html(file)


def avatar(account: Account, page: str = "") -> None:
    """A member's picture or their initials, or those of one of their company pages."""
    picture = session.get_services().for_browser(account.picture_of(page))
    name = account.name_of(page) if page else account.profile.name
    st.html(preview.avatar(name, picture, square=bool(page) or account.is_zernio_page), width="content")


def sample() -> None:
    """Draw an invented post, for the sign-in page."""
    st.html(card(Card(author="Ada Example", avatar=None, spans=spans(SAMPLE))))


def look_switch() -> session.Place:
    """Draw two switches for the card of the draft: the width of a phone, and folded. The tab remembers them.

    Returns the row that they are in.
    """
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    with row:
        st.segmented_control(
            "Width",
            [DESKTOP, MOBILE],
            default=DESKTOP,
            required=True,
            key=WIDTH,
            label_visibility="collapsed",
            persist_state="session",
        )
        st.toggle(
            "Folded",
            key=FOLDED,
            help="LinkedIn hides all but about three lines of a text behind “…more”. Where it does is an estimate: "
            "LinkedIn publishes no rule, and every device has its own letters.",
            persist_state="session",
        )
    return row


def draft_card(draft: Draft, account: Account, *, when: str = "Now", edited: bool = False) -> None:
    """Draw a draft as a post with its first comment, from the request that will be sent and not from the form.

    The switches hold for a draft that is being written (`when` is "Now").
    """
    services, writing = session.get_services(), when == "Now"
    seen = from_post.draft_seen(draft, account.urn, services.planner(account, draft))
    author = seen.post.author
    pages = {"is_page": True} if account.is_zernio_page else {}
    found = from_post.card_of(
        seen,
        from_post.draft_files(draft, services.uploads.has),
        author=account.name_of(author),
        age=from_post.NO_TIME if writing else None,
        avatar=services.for_browser(account.picture_of(author)),
        when=when,
        edited=edited,
        hint=writing,
        mobile=writing and st.session_state.get(WIDTH) == MOBILE,
        folded=writing and bool(st.session_state.get(FOLDED)),
        marked=writing,
        parent=_parent(seen.post.reshare),
        comment=spans(draft.comment),
        **pages,
    )
    # One element: each message to the browser costs time at every key.
    st.html(card(found) + (f'<p class="lq-about">{" ".join(_notes(found, seen.post, account))}</p>' if writing else ""))


def _notes(found: Card, post: Post, account: Account) -> Iterator[str]:
    """What the card cannot show as LinkedIn does, and what it only estimates, as HTML."""
    if account.is_zernio:
        yield (
            "Through Zernio everybody sees the post, the card of a link is made from its page, and pictures and videos "
            "may be compressed."
        )
    if address := post.article.url if post.article else _first_link(found.spans):
        yield _inspector(address)
    if not found.folded and len(post.text) > FOLDS_FROM:
        yield "The dashed line is where the feed folds a text. It is an estimate: LinkedIn publishes no rule."
    if BLANK_LINES.search(post.text):
        yield "Several blank lines in a row are drawn as typed; LinkedIn may show them as one."  # [?] §5.3
    if post.article:
        yield "A link has a small picture and no description; sponsored content would show the picture large."
    yield "The headline under the name is left out, as the API does not tell it; the grey row is there for scale."


def _first_link(spans_shown: Sequence[Span]) -> str:
    return next((span.text for span in spans_shown if span.part == "link"), "")


def _inspector(address: str) -> str:
    """A link to LinkedIn's page that shows what LinkedIn itself reads from an address; "" for an unfinished one."""
    page = host(address)
    if not (page and re.match("https?://", address, re.IGNORECASE)):
        return ""
    inspector = escape(POST_INSPECTOR + quote(address, safe=""))
    link = f'<a href="{inspector}" target="_blank" rel="noopener">Post Inspector</a>'
    return f"What LinkedIn itself reads from {escape(page)}: {link}."


def sandbox_card(post: Any, answers: CardAnswers | None = None) -> None:
    """Draw a post of the sandbox as its readers see it, with what they said: one element, which is drawn at once."""
    parent = _parent(post.parent)
    st.html(card(replace(_sandbox_card(post), parent=parent, label="Post in the sandbox", answers=answers)))


def _parent(urn: str | None) -> Card | str | None:
    """The post that is shared again, when the built-in sandbox has it; else its URN."""
    if not urn or not session.get_services().settings.built_in_sandbox:
        return urn
    post = session.sandbox().posts.by_number(urn.rpartition(":")[2])  # an activity has its post's number here
    return _sandbox_card(post) if post else urn


def _sandbox_card(post: Any) -> Card:
    files = {urn: _leaved(file, post) for urn, file in from_post.sandbox_files(post, SANDBOX_PATH).items()}
    said = post.article or {}
    picture = said.get("thumbnail")
    return from_post.card_of(
        from_post.sandbox_seen(post),
        files,
        author=post.author_name,
        age=now() - post.created_at,
        avatar=SANDBOX_PATH + post.author_picture if post.author_picture else None,
        when=dates.date_and_clock(post.created_at),
        edited=bool(post.edited_at),
        thumbnail=Medium("", SANDBOX_PATH + picture) if picture else None,
    )


def _leaved(file: Medium, post: Any) -> Medium:
    """A PDF of the sandbox with its pages, if it was uploaded from here and is still kept."""
    sha256 = post.media[0].sha256
    uploads = session.get_services().uploads
    if file.content_type != PDF or not uploads.has(sha256):
        return file
    try:
        facts = _facts(uploads.path(sha256))
    except (MediaRefused, OSError):
        return file
    pages = from_post.page_addresses(sha256, facts["pages"])
    return replace(file, pages=pages, width_px=facts["width_px"], height_px=facts["height_px"])


@lru_cache(maxsize=500)
def _facts(pdf: Path) -> dict[str, Any]:
    """Pages and shape of a kept PDF; a kept file's name is its content, so that one look is enough."""
    return read_document(pdf, pdf.name, pdf.stat().st_size)
