"""One draft or template on the Drafts page, and what can be done with it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.drafts.draft import Draft
from dashboard.drafts.repository import KeptDraft
from dashboard.drafts.templates import filled, placeholders
from dashboard.ui.common import errors
from dashboard.ui.common.confirm import agreed
from dashboard.ui.common.labels import KINDS
from dashboard.ui.common.text import counted, first_words, plain
from dashboard.ui.state import dates, editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import Kind

SHOWN = 160


def in_composer(draft: Draft) -> None:
    """Draw the draft that is in the composer."""
    with st.container(border=True, key="shelf-in-composer"):
        _about(draft, "in the composer")
        with st.container(horizontal=True):
            if clicked("Go on writing", type="primary", icon=":material/edit_square:"):
                st.switch_page(session.page("composer"))
            _make_template(draft)


def draft(kept: KeptDraft) -> None:
    """Draw another draft."""
    key = kept.draft.draft_id
    with st.container(border=True, key=f"shelf-{key}"):
        _about(kept.draft, f"changed {dates.date_and_clock(kept.updated_at)}")
        with st.container(horizontal=True):
            if clicked("Open", key=f"open-{key}", icon=":material/edit_square:"):
                if editor.take_kept(kept.draft.draft_id):
                    st.switch_page(session.page("composer"))
                st.rerun()  # it was deleted or opened elsewhere
            _make_template(kept.draft)
            if clicked("Delete", key=f"delete-{key}", icon=":material/delete:"):
                _confirm_delete(kept)


def template(kept: KeptDraft) -> None:
    """Draw a template with its actions."""
    key = kept.draft.draft_id
    with st.container(border=True, key=f"shelf-{key}"):
        st.markdown(f"**{plain(kept.name or '')}**")
        _about(kept.draft, _asks(placeholders(kept.draft)))
        with st.container(horizontal=True):
            if clicked("Use", key=f"use-{key}", icon=":material/edit_square:"):
                _use(kept)
            if clicked("Rename", key=f"rename-{key}", icon=":material/label:"):
                _rename(kept)
            if clicked("Delete", key=f"delete-{key}", icon=":material/delete:"):
                _confirm_delete(kept)


def _about(one: Draft, more: str) -> None:
    """The first words, kind and files of a draft."""
    st.text(first_words(one, SHOWN) or "No text yet")
    names = ", ".join(attachment.file.name for attachment in one.attachments)
    st.caption(" · ".join([KINDS[Kind(one.kind)], more]))
    if names:
        st.text(names)


def _asks(names: tuple[str, ...]) -> str:
    return f"asks for {counted(len(names), 'word')}" if names else "asks for nothing"


def _use(kept: KeptDraft) -> None:
    if placeholders(kept.draft):
        _ask(kept)
    else:
        _fill(kept, {})


@errors.dialog("Fill in the template")
def _ask(kept: KeptDraft) -> None:
    st.text(kept.name or "")
    key = kept.draft.draft_id
    values = {
        name: (st.text_input(plain(name), key=f"fill-{key}-{number}") or "").strip()
        for number, name in enumerate(placeholders(kept.draft))
    }
    st.caption("What you leave empty stays as it is, to be filled in later.")
    if clicked("Write with it", type="primary", key=f"filled-{key}"):
        _fill(kept, values)


def _fill(kept: KeptDraft, values: dict[str, str]) -> None:
    today = datetime.now(dates.zone()).date()
    editor.take(filled(kept.draft, values, today))
    st.switch_page(session.page("composer"))


def _make_template(one: Draft) -> None:
    if clicked("Make a template", key=f"template-{one.draft_id}", icon=":material/library_add:"):
        _name(one)


@errors.dialog("Make a template")
def _name(one: Draft) -> None:
    name = (
        st.text_input("Name", max_chars=80, placeholder="Weekly round-up", key=f"name-{one.draft_id}") or ""
    ).strip()
    found = placeholders(one)
    asked = "It will ask for: " + ", ".join(found) if found else "It has no {{placeholders}} and asks for nothing."
    st.text(asked)
    taken = name in {kept.name for kept in session.get_services().drafts.templates(session.member().id)}
    if taken:
        st.warning("There is a template of this name; it will be replaced.")
    if clicked("Keep the template", type="primary", disabled=not name, key=f"keep-{one.draft_id}"):
        session.get_services().drafts.save_template(session.member().id, name, one)
        st.rerun()


@errors.dialog("Rename the template")
def _rename(kept: KeptDraft) -> None:
    key = kept.draft.draft_id
    name = (st.text_input("Name", kept.name or "", max_chars=80, live=True, key=f"name-{key}") or "").strip()
    others = {each.name for each in session.get_services().drafts.templates(session.member().id)} - {kept.name}
    if name in others:
        st.warning("There is another template of this name; it will be replaced.")
    if clicked("Rename it", type="primary", disabled=not name, key=f"renamed-{key}"):
        session.get_services().drafts.rename_template(session.member().id, key, name)
        st.rerun()


@errors.dialog("Delete it?")
def _confirm_delete(kept: KeptDraft) -> None:
    what = "template" if kept.name else "draft"
    st.write(f"The {what} is deleted for good. Nothing that was published changes.")
    st.text(kept.name or first_words(kept.draft, SHOWN))
    key = kept.draft.draft_id
    if agreed(f"Delete the {what}", "Keep it", key=f"really-{key}", no_key=f"keep-{key}"):
        session.get_services().drafts.delete(session.member().id, key)
        session.mine().others = None
        st.rerun()
