"""The post card on a page, for a draft and for what has been published."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from dashboard import preview, session
from dashboard.accounts import Account
from dashboard.drafts import Attachment, Draft
from dashboard.preview import Card, Picture, card
from dashboard.settings import SANDBOX_PATH
from linkedin_api import Kind

SAMPLE = """What you see is what is published: every character, every line break, every #hashtag.

Write it, look at the exact request, and publish it once. 🎉"""
STYLE = Path(__file__).with_name("card.css")


def style() -> None:
    """The card's looks, once a page."""
    st.html(STYLE)


def avatar(account: Account) -> None:
    """A member's picture, or their initials."""
    st.html(preview.avatar(account.profile.name, session.house().for_browser(account.profile.picture)), width="content")


def sample() -> None:
    """A made-up post, to show at the door what this is about."""
    st.html(card(Card(author="Ada Example", avatar=None, text=SAMPLE, dark=session.dark())))


def draft_card(draft: Draft, account: Account, *, when: str = "Now") -> None:
    """How this draft looks as a post of this member."""
    article = (draft.url, draft.title, draft.description) if draft.kind == Kind.ARTICLE else None
    pictures = [_picture(a) for a in draft.attachments if session.house().uploads.has(a.file.sha256)]
    st.html(
        card(
            Card(
                author=account.profile.name or account.profile.sub,
                avatar=session.house().for_browser(account.profile.picture),
                text=draft.text,
                visibility=draft.visibility,
                when=when,
                article=article,
                images=pictures if draft.kind == Kind.IMAGE else (),
                video=pictures[0] if draft.kind == Kind.VIDEO and pictures else None,
                dark=session.dark(),
            )
        )
    )


def _picture(attachment: Attachment) -> Picture:
    file = attachment.file
    src = f"/uploads/{file.sha256}?type={quote(file.content_type, safe='')}"
    return Picture(src, attachment.alt_text, file.width_px, file.height_px)


def sandbox_card(post: Any) -> None:
    """A post as a reader of the sandbox sees it."""
    media = [Picture(SANDBOX_PATH + m.path, m.alt_text) for m in post.media]
    said = post.article or {}
    article = (said.get("url") or "", said.get("title") or "", said.get("description") or "")
    st.html(
        card(
            Card(
                author=post.author_name,
                avatar=SANDBOX_PATH + post.author_picture if post.author_picture else None,
                text=post.text,
                visibility=post.visibility,
                when=post.created_at.astimezone(session.timezone()).strftime("%d %b %Y, %H:%M"),
                article=article if said else None,
                images=media if post.kind == Kind.IMAGE else (),
                video=media[0] if post.kind == Kind.VIDEO and media else None,
                dark=session.dark(),
                label="Post in the sandbox",
            )
        )
    )
