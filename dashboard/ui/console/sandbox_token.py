"""The sandbox's token of the member, to run snippets with; a token of LinkedIn is never shown."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked

_copy = st.components.v2.component(
    "copy_text",
    js="""
export default function ({ data }) {
  if (window.linkedinDashboardCopied === data.turn) return;
  window.linkedinDashboardCopied = data.turn;
  navigator.clipboard?.writeText(data.text).catch(() => {}); // the text can be copied by hand as well
}
""",
)


def draw(of: Account) -> None:
    """Draw the button, in sandbox mode and on this machine only: whoever sees the token may use it there."""
    if not _may_be_shown(of) or not clicked("Copy a sandbox token", icon=":material/key:"):
        return
    token = session.get_services().accounts.access_token(of.id) or ""
    turns = session.mine().turns
    turns["copy_text"] += 1
    st.code(token, language=None, wrap_lines=True)
    st.caption("A token of the sandbox only. The snippets read it from the variable `LINKEDIN_ACCESS_TOKEN`.")
    _copy(key=f"copy_text_{turns['copy_text']}", data={"text": token, "turn": turns["copy_text"]})


def _may_be_shown(of: Account) -> bool:
    # LINKEDIN_ACCESS_TOKEN may have been made by LinkedIn, whatever the addresses are.
    own = of.id == session.member().id and of.has_token and not session.uses_given_token()
    return own and session.get_services().settings.sandbox and session.is_this_machine()
