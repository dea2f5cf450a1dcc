"""Probe my app: after a question, calls that show what the app may do, with LinkedIn's own answers."""

from __future__ import annotations

import streamlit as st

from dashboard.setup.probe import CALLS_MOST, Probe, ProbeRow
from dashboard.ui.common import confirm, errors, text
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked

LOOK_EVERY_S = 0.5
MESSAGE_MOST = 160


def section() -> None:
    """Draw the button, and what the last probe of this member has found."""
    st.header("What this app may do", anchor=False)
    member = session.account()
    if member is None:
        st.caption("Sign in to probe the app: it is the member's token that LinkedIn looks at.")
        return
    found = session.get_services().app_tests.probes.get(member.id)
    running = found is not None and not found.is_done
    if clicked("Probe my app", icon=":material/biotech:", type="primary", disabled=running):
        _ask()
    if found is None:
        st.caption("Posts to your connections, comments, reacts, reads, and deletes it all again.")
    else:
        errors.fragment(LOOK_EVERY_S if running else None)(_results)()


@errors.dialog("Probe my app?")
def _ask() -> None:
    member = session.member()
    where = session.where(member)
    st.markdown(
        f"In {where}, as **{text.plain(member.name)}**: two posts that only your connections can see for some seconds, "
        "with a comment and a reaction below one of them. All of it is deleted at once, also when a call fails."
    )
    st.caption(f"It takes up to a minute and {CALLS_MOST} of the day's calls. Each call is in the Inspector.")
    if why := session.sign_in_trouble(member):
        st.error(f"{text.plain(why)} Sign in again first.")
    if confirm.agreed("Probe now", "Not now", key="probe-yes", no_key="probe-no", disabled=bool(why)):
        session.get_services().app_tests.probe(member)
        st.rerun()


def _results() -> None:
    found = session.get_services().app_tests.probes.get(session.member().id)
    if found is None:  # the settings have changed meanwhile
        st.rerun()
    st.markdown(_table(found.rows))
    if not found.is_done:
        st.caption("Asking LinkedIn …")
        session.tab().probing = True
        return
    _outcome(found)
    if session.tab().probing:
        session.tab().probing = False
        st.rerun()


def _outcome(found: Probe) -> None:
    if found.stopped:
        st.error(text.plain(found.stopped))
    for each in found.left:
        st.error(text.plain(each))
    if not found.left:
        st.success("Nothing is left of it.")
    st.page_link(session.page("inspector"), label="Each call in the Inspector", icon=":material/network_check:")


def _table(rows: list[ProbeRow]) -> str:
    """The matrix as Markdown."""
    head = "| Action | Call | Allowed | LinkedIn says |\n|---|---|---|---|\n"
    return head + "\n".join(_row(row) for row in list(rows))


def _row(row: ProbeRow) -> str:
    yes = ":green[:material/check: yes]" if row.allowed else ":red[:material/close: no]"
    said = " ".join(filter(None, (str(row.status or "no answer"), row.code, row.message)))
    missing = f" – needs {row.scope}" if row.scope else ""
    cells = (row.action, _short(row.call), said[:MESSAGE_MOST] + missing)
    action, call, told = (text.plain(" ".join(each.split())) for each in cells)
    return f"| {action} | {call} | {yes} | {told} |"


def _short(call: str) -> str:
    """Without the long names in a path."""
    method, _, path = call.partition(" ")
    parts = ("…" if "urn:li:" in part or (len(part) > 40 and part.isalnum()) else part for part in path.split("/"))
    return f"{method} {'/'.join(parts)}"
