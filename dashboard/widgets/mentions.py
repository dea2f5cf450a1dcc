"""A mention by a small dialog: a name, a URN, and into the text where the member is writing."""

from __future__ import annotations

import re
import secrets

import streamlit as st

from dashboard import session
from linkedin_api import Urn, mention

MENTIONABLE = re.compile(r"urn:li:(?:person|organization):[\w-]+", re.ASCII)
WHOSE = {"organization": "A company page", "person": "A member"}


def button() -> None:
    """Open the dialog."""
    if st.button("Mention", icon=":material/alternate_email:", key="mention"):
        _ask()


@st.dialog("Mention somebody")
def _ask() -> None:
    st.caption(
        "LinkedIn links a mention only if the name is written exactly as on LinkedIn: the whole name of a company, the "
        "first, last or whole name of a member. Otherwise it is plain text."
    )
    me = session.member()
    known = {me.urn: me.profile.name, **dict.fromkeys(me.organizations or (), "")}
    whose = st.radio("Who", list(WHOSE), format_func=WHOSE.__getitem__, horizontal=True)
    name = (st.text_input("Name", placeholder="Analytical Engines", live=True) or "").strip()
    typed = (st.text_input("URN or its last part", placeholder="urn:li:organization:2414183", live=True) or "").strip()
    if urns := [urn for urn in known if f":{whose}:" in urn]:
        st.caption("Known here: " + ", ".join(f"`{urn}`" for urn in urns))
    urn = typed if typed.startswith("urn:") else f"urn:li:{whose}:{typed}"
    ready = bool(name) and bool(MENTIONABLE.fullmatch(urn))
    if typed and not MENTIONABLE.fullmatch(urn):
        st.warning("This is no URN of a member or a company page. Its last part has letters, digits, - and _ only.")
    if st.button("Insert", type="primary", disabled=not ready):
        st.session_state.insert = (secrets.token_hex(8), mention(name, Urn(urn)))
        st.rerun()
