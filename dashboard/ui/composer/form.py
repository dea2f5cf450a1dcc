"""The form of the composer: the text, the fields of each kind, and the problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dashboard.accounts.account import ZERNIO
from dashboard.drafts.draft import Draft
from dashboard.files.media import MediaRefused
from dashboard.files.uploads import UploadRefused
from dashboard.ui.attachments import fields as files
from dashboard.ui.attachments import slots
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.composer import fields
from dashboard.ui.state import editor, session
from dashboard.ui.state.clicks import clicked
from dashboard.ui.writing import field_problems, mentions, text_box
from dashboard.ui.writing.live_text import live_text
from dashboard.untrusted.fetch import PageRefused
from dashboard.untrusted.opengraph import PageCard, fetch_picture
from linkedin_api import Kind, Problem, comment_problems
from linkedin_api.content.blank import is_blank
from linkedin_api.reference import limits

WRITTEN = ("url", "title", "description", "question", "options", "parent")  # besides the text


def write(draft: Draft, tabs: Sequence[session.Place], options: session.Place) -> tuple[Draft, tuple[Problem, ...]]:
    """Draw the form, and in the tabs what it makes; returns the draft, which is saved, and its problems.

    tabs: those of text_box.draw(). options: where what is for developers goes.
    """
    draft = fields.who(draft)
    below_who, box = st.container(), st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="kinds"):
        draft = draft.changed(kind=fields.kind(draft))
        mentions.button()
    draft = FORMS[Kind(draft.kind)](draft)
    below_kind = st.container()
    if draft.kind == Kind.ARTICLE and (draft.thumbnail or draft.speaks != ZERNIO):
        files.attachments(draft, slots.THUMBNAIL)
    draft = _first_comment(draft)
    draft = fields.dialect(draft, options)
    problems = editor.problems(draft)
    with below_who:
        field_problems.show(problems, "author", "visibility", calm=draft.is_empty)
    with below_kind:
        field_problems.show(problems, "media", "alt_text", calm=draft.is_empty)
        field_problems.show(problems, *WRITTEN, calm=_untouched(draft))
    editor.keep_draft(draft)
    with box:
        text_box.draw(draft, problems, *tabs)
    return draft, problems


def _first_comment(draft: Draft) -> Draft:
    text = live_text(
        "First comment",
        draft.first_comment,
        of=draft.draft_id,
        before=text_box.before("first_comment"),
        keep=partial(editor.keep_text, field="first_comment"),
        placeholder="Optional. It is published below the post once that is out.",
        rows=2,
        most=limits.COMMENT_MAX,
        key="first_comment",
    )
    if not is_blank(text):
        field_problems.show(comment_problems(text, "first_comment"), "first_comment")
    return draft.changed(first_comment=text)


def _untouched(draft: Draft) -> bool:
    """Whether the fields of this kind are empty: their problems are then hints."""
    written = (draft.url, draft.title, draft.description, draft.question, draft.parent, *draft.options)
    return all(map(is_blank, written)) and not draft.attachments


# What each kind needs besides the text.


def _article(draft: Draft) -> Draft:
    draft = fields.line(draft, "url", "URL", "https://example.com/an-article")
    if draft.speaks == ZERNIO:
        st.caption("Title, description and picture come from the page itself: Zernio takes none of your own.")
        # What was written for LinkedIn stays until it is emptied.
        for field in ("title", "description"):
            draft = fields.line(draft, field, field.capitalize(), "") if getattr(draft, field) else draft
        return draft
    st.button(
        "Fetch the page's card",
        on_click=errors.guarded(_fetch),
        disabled=not draft.url,
        icon=":material/download:",
        help="Reads title, description and picture from the page. LinkedIn itself does not: it shows what is sent.",
    )
    of, refused = session.mine().fetch_refused
    if of == draft.draft_id:
        st.warning(plain(refused))
    needed = "Needed: the headline of the card" if draft.speaks == "rest" else "The headline of the card"
    draft = fields.line(draft, "title", "Title", needed)
    return fields.line(draft, "description", "Description", "Optional")


def _fetch() -> None:
    """Fill the card from the page; what cannot be fetched is written by hand."""
    session.mine().fetch_refused = ("", "")
    draft = editor.draft()
    try:
        card = session.get_services().fetch_card(draft.url.strip())
    except PageRefused as error:
        session.mine().fetch_refused = (draft.draft_id, str(error))
        return
    found = {"title": card.title or draft.title, "description": card.description or draft.description}
    for field, text in found.items():
        st.session_state[f"{field}-{draft.draft_id}"] = text
    editor.keep_draft(draft.changed(**found))
    _fetch_picture(card)


def _fetch_picture(card: PageCard) -> None:
    """Attach the first of the page's pictures that can be used; else say what is wrong with the first."""
    refused = ""
    for url in card.image_urls:
        try:
            files.put("thumbnail", "picture of the page", fetch_picture(url, session.get_services().internet))
        except (PageRefused, MediaRefused, UploadRefused) as error:
            refused = refused or str(error)
        else:
            return
    if refused:
        session.mine().fetch_refused = (editor.draft().draft_id, refused)


def _images(draft: Draft) -> Draft:
    files.attachments(draft, slots.IMAGES)
    return draft


def _video(draft: Draft) -> Draft:
    files.attachments(draft, slots.VIDEO)
    with st.expander("Captions and cover", expanded=bool(draft.captions or draft.cover)):
        files.attachments(draft, slots.CAPTIONS)
        files.attachments(draft, slots.COVER)
    return draft


def _document(draft: Draft) -> Draft:
    files.attachments(draft, slots.DOCUMENT)
    return draft


FORMS = {
    Kind.TEXT: lambda draft: draft,
    Kind.ARTICLE: _article,
    Kind.IMAGE: _images,
    Kind.VIDEO: _video,
    Kind.DOCUMENT: _document,
    Kind.POLL: fields.poll,
    Kind.RESHARE: fields.reshare,
}


# Around the form.


def around() -> None:
    """Draw lost files of the draft, and the buttons to other drafts and to a new one."""
    if lost := editor.lost_files():
        st.info(f"No longer on this machine, so choose again: {plain(', '.join(lost))}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        waiting = len(editor.others())
        if waiting and clicked("Back to the draft from before", icon=":material/undo:"):
            _do(editor.newest_other)
        if not editor.draft().is_empty and clicked("New draft", icon=":material/note_add:"):
            _do(editor.start_new)
        label = f"Drafts ({waiting})" if waiting else "Drafts"
        st.page_link(session.page("drafts"), label=label, icon=":material/draft:")


def _do(change: Callable[[], None]) -> None:
    try:
        change()
    except SQLAlchemyError:
        session.mine().draft_unsaved = True
    st.rerun()
