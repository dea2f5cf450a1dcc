"""Drafts that wait and templates to start from: open one, make a template, delete one."""

import streamlit as st

from dashboard import desk, session
from dashboard.drafts import Kept
from dashboard.widgets import shelf

rooms, me = session.house(), session.member()


def waiting(drafts: list[Kept]) -> None:
    """Draw the draft in the composer and the other ones."""
    st.subheader("What you are writing", anchor=False)
    st.caption("Every draft is kept as you type. The one in the composer comes first.")
    if not desk.draft().is_empty:
        shelf.in_composer(desk.draft())
    if not drafts and desk.draft().is_empty:
        st.info("No draft waits. What you write in the Composer is kept by itself, until it is published.")
    for kept in drafts:
        shelf.draft(kept)


def templates(kept_templates: list[Kept]) -> None:
    """Draw the templates."""
    st.subheader("Templates", anchor=False)
    st.caption("Write {{name}} in a draft, and you are asked for it when the template is used. {{today}} is the date.")
    if not kept_templates:
        st.info("No template yet. Write a draft, then make a template of it with the button below it.")
    for kept in kept_templates:
        shelf.template(kept)


left, right = st.columns(2, gap="large")
with left:
    waiting(rooms.drafts.kept(me.id))
with right:
    templates(rooms.drafts.templates(me.id))
