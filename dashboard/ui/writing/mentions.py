"""The dialog that inserts a mention (a name and a URN) at the cursor of the text box."""

from __future__ import annotations

import re
import secrets

import streamlit as st

from dashboard.ui.common import errors
from dashboard.ui.common.text import plain
from dashboard.ui.state import session
from linkedin_api import Urn, mention
from linkedin_api.content.blank import is_blank
from linkedin_api.content.text import URN

MENTIONABLE = re.compile(URN, re.ASCII)
EXAMPLES = {
    "organization": ("Analytical Engines", "urn:li:organization:2414183"),
    "person": ("Ada Example", "urn:li:person:782bbtaQ"),
}
WHOSE = {"organization": "A company page", "person": "A member"}


def button() -> None:
    """Draw the button that opens the dialog."""
    if st.button("Mention", icon=":material/alternate_email:", key="mention"):
        _ask()


@errors.dialog("Mention somebody")
def _ask() -> None:
    st.caption(
        "LinkedIn links a mention only if the name is written exactly as on LinkedIn: the whole name of a company, the "
        "first, last or whole name of a member. Otherwise it is plain text."
    )
    whose = st.radio("Who", list(WHOSE), format_func=WHOSE.__getitem__, horizontal=True)
    known = _known(whose)
    picked = st.pills("Known here", list(known), format_func=lambda urn: known[urn] or urn) if known else None
    name_example, urn_example = EXAMPLES[whose]
    name = st.text_input("Name", known.get(picked or "", ""), placeholder=name_example, live=True, key=f"of-{picked}")
    typed = st.text_input("URN or its last part", picked or "", placeholder=urn_example, live=True, key=f"urn-{picked}")
    name, typed = "" if is_blank(name or "") else (name or "").strip(), (typed or "").strip()
    urn = typed if typed.startswith("urn:") else f"urn:li:{whose}:{typed}"
    fits = bool(MENTIONABLE.fullmatch(urn))
    if typed and not fits:
        st.warning("This is no URN of a member or a company page. Its last part has letters, digits, - and _ only.")
    written = mention(name, Urn(urn)) if name and fits else ""
    if "\\" in written:
        st.caption(f"Written as {plain(written)}: its brackets and backslashes need a backslash, which no reader sees.")
    if st.button("Insert", type="primary", disabled=not written):
        session.mine().insert = (secrets.token_hex(8), written)
        st.rerun()


def _known(whose: str) -> dict[str, str]:
    """Whom this dashboard knows, by URN: the member, and their company pages with the names that they were given."""
    me = session.member()
    found = {me.urn: me.profile.name, **(me.organizations or {})}
    return {urn: name for urn, name in found.items() if f":{whose}:" in urn}
