"""The checklist: each line with its state, one sentence, and where the next step is done."""

from __future__ import annotations

import stat
from datetime import UTC, datetime

import streamlit as st

from dashboard.config import settings
from dashboard.services import get_services
from dashboard.setup.checks import DONE, TO_DO, UNCHECKED, WRONG, Check, addresses, checklist
from dashboard.setup.facts import Facts
from dashboard.ui.account import sign_in
from dashboard.ui.common import errors, text
from dashboard.ui.setup import credentials
from dashboard.ui.state import session
from dashboard.ui.state.clicks import clicked

LOOKS = {
    DONE: ("check_circle", "green"),
    TO_DO: ("radio_button_unchecked", "blue"),
    WRONG: ("error", "red"),
    UNCHECKED: ("help", "gray"),
}
LOOK_EVERY_S = 0.5
SIGN_IN_FIRST = "Sign in, or open this page on the dashboard's own machine, to check network, clock and token."


def facts() -> Facts:
    """What the checks of this tab look at."""
    live, shown = get_services(), session.get_services()
    checkup = session.tab().checkup
    file = settings.env_path()
    return Facts(
        app=live.settings,
        shown=shown.settings,
        today=datetime.now(UTC).date(),
        redirect_uri=live.settings.redirect_uri,
        origin=session.here(),
        ticks=live.choices.ticks(),
        account=session.account(),
        findings=checkup.findings if checkup else None,
        env_file_mode=stat.S_IMODE(file.stat().st_mode) if file.is_file() else None,
    )


def may_check() -> bool:
    """Whether this visitor may cause calls to LinkedIn: a member, or whoever sits at this machine."""
    return session.account() is not None or session.on_this_machine()


def draw() -> None:
    """Draw the list, anew twice a second while a checkup is on its way."""
    checkup = session.tab().checkup
    waiting = checkup is not None and checkup.findings is None
    errors.fragment(LOOK_EVERY_S if waiting else None)(_draw)()


def _draw() -> None:
    seen, lines = facts(), checklist(facts())
    done = sum(line.state == DONE for line in lines)
    wrong = sum(line.state == WRONG for line in lines)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"{done} of {len(lines)} done" + (f", {wrong} wrong" if wrong else ""), anchor=False)
        _check_now(seen)
    with st.container(border=True, gap="small"):
        for number, line in enumerate(lines, 1):
            _line(number, line)


def _check_now(seen: Facts) -> None:
    tab = session.tab()
    waiting = tab.checkup is not None and tab.checkup.findings is None
    may = may_check()
    if clicked("Check now", icon=":material/network_check:", disabled=waiting or not may) and may:
        if tab.checkup is None or not tab.checkup.is_fresh:
            tab.checking = True
            tab.checkup = session.get_services().app_tests.checkup(session.account(), *addresses(seen))
        st.rerun()
    if waiting:
        st.caption("Asking LinkedIn …")
        return
    if tab.checking:
        tab.checking = False
        st.rerun()
    if not may:
        st.caption(SIGN_IN_FIRST)


def _line(number: int, line: Check) -> None:
    icon, color = LOOKS[line.state]
    setting = f" `{line.setting}`" if line.setting and line.state != DONE else ""
    said, act = st.columns([5, 2], vertical_alignment="center")
    state = f":{color}-badge[:material/{icon}: {line.state}]"
    said.markdown(f"{state} **{number}. {line.title}** – {text.plain(line.sentence)}{setting}")
    with act.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if line.id == "sign_in" and line.state != DONE and sign_in.possible():
            session.lead_back_to("setup")
            sign_in.sign_in_link("Sign in with LinkedIn", quiet=True)
        if line.link and line.state != DONE:
            st.link_button("Open at LinkedIn", line.link, help=line.link)
        if line.ticked:
            _tick(line)


def _tick(line: Check) -> None:
    st.checkbox(
        "Done",
        value=line.state == DONE,
        key=f"tick-{line.id}",
        help=f"{line.title}: no program can see this, so you say it.",
        disabled=not session.on_this_machine(),
        on_change=errors.guarded(_ticked),
        args=(line.id,),
    )


def _ticked(step: str) -> None:
    if session.on_this_machine():  # a disabled box is only drawn so
        get_services().choices.tick(step, done=bool(st.session_state[f"tick-{step}"]))


def newest_version() -> None:
    """Draw the button that asks LinkedIn which month is the newest, and the one that takes it."""
    st.header("Version of the API", anchor=False)
    services, account, tab = session.get_services(), session.account(), session.tab()
    st.text(f"In use: {services.settings.version}")
    if account is None:
        st.caption("Sign in to ask LinkedIn which month is the newest.")
        return
    if clicked("Try the newest active month", icon=":material/update:"):
        with st.spinner("Asking LinkedIn, month by month …"):
            tab.newest_version = services.app_tests.newest_version(account, datetime.now(UTC).date()) or "none"
    if tab.newest_version == services.settings.version:
        st.success(f"LinkedIn takes {tab.newest_version}, and no newer one.")
    elif tab.newest_version == "none":
        st.error("LinkedIn took none of the months that were tried; look at the exchanges in the Inspector.")
    elif tab.newest_version:
        st.info(f"LinkedIn takes {tab.newest_version}.")
        credentials.use_version(tab.newest_version)
