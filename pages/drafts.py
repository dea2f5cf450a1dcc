"""Drafts that wait and templates to start from: open one, make a template, delete one."""

import streamlit as st

from dashboard.drafts.repository import KeptDraft
from dashboard.ui.composer import draft_list
from dashboard.ui.state import editor, session

services, me = session.get_services(), session.member()


def waiting(drafts: list[KeptDraft]) -> None:
    """Draw the draft in the composer and the other ones."""
    st.header("What you are writing", anchor=False)
    st.caption("Every draft is kept as you type. The one in the composer comes first.")
    if not editor.draft().is_empty:
        draft_list.in_composer(editor.draft())
    if not drafts and editor.draft().is_empty:
        st.info("No draft waits. What you write in the Composer is kept by itself, until it is published.")
    for kept in drafts:
        draft_list.draft(kept)


def templates(kept_templates: list[KeptDraft]) -> None:
    """Draw the templates."""
    st.header("Templates", anchor=False)
    st.caption("Write {{name}} in a draft, and you are asked for it when the template is used. {{today}} is the date.")
    if not kept_templates:
        st.info("No template yet. Write a draft, then make a template of it with the button below it.")
    for kept in kept_templates:
        draft_list.template(kept)


left, right = st.columns(2, gap="large")
with left:
    waiting(services.drafts.kept(me.id))
with right:
    templates(services.drafts.templates(me.id))
