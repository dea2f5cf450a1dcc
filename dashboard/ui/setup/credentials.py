"""Client id and secret, entered on the page; and the redirect URL, compared with what the portal shows."""

from __future__ import annotations

import streamlit as st

from dashboard.config import settings
from dashboard.config.env_file import NotWritten
from dashboard.config.settings import SettingsError
from dashboard.services import get_services, take_settings
from dashboard.setup import credentials
from dashboard.setup import redirect_url as compare
from dashboard.setup.choices import LIVE
from dashboard.ui.common import errors, text
from dashboard.ui.state import member_state, session
from dashboard.ui.state.clicks import clicked

ELSEWHERE = (
    "They are entered on the dashboard's own machine only, at its localhost address. Or write LINKEDIN_CLIENT_ID and "
    "LINKEDIN_CLIENT_SECRET into .env there, and start the dashboard again."
)


def form() -> None:
    """Draw the fields for client id and secret; the secret that is set is never shown."""
    st.header("Credentials", anchor=False)
    if not session.on_this_machine():
        st.caption(ELSEWHERE)
        return
    given, turn = get_services().settings, session.tab().credentials_turn
    known = "" if given.built_in_sandbox else given.client_id
    st.caption(f"From the app's Auth tab. They go into {text.plain(str(settings.env_path()))}, for you alone to read.")
    client_id = st.text_input("Client id", known, key=f"client-id-{turn}", autocomplete="off")
    secret = st.text_input(
        "Client secret",
        type="password",
        key=f"client-secret-{turn}",
        autocomplete="off",
        placeholder="set; type another one to replace it" if known else "",
    )
    if clicked("Save and use them", type="primary"):
        _save(client_id, secret)
    if session.tab().saved:
        st.success(session.tab().saved)


def _save(client_id: str, secret: str) -> None:
    """Write the two and use them; what is wrong is said, and what was typed stays."""
    session.tab().saved = ""
    wrong = credentials.problems(client_id, secret)
    if not wrong:
        wrong = _kept({credentials.ID: client_id, credentials.SECRET: secret})
    for each in wrong:
        st.error(text.plain(each))
    if not wrong:
        turn = session.tab().credentials_turn
        session.switch(LIVE)
        here = session.tab()
        here.credentials_turn = turn + 1  # empty fields: the secret is not to be seen again
        here.saved = "Saved, and in use without a restart: this browser works with LinkedIn now. Next, sign in."
        st.rerun()


def _kept(values: dict[str, str]) -> list[str]:
    """Write settings and take them; what went wrong, if anything."""
    if not session.on_this_machine():
        return [ELSEWHERE]
    try:
        credentials.keep(values)
        take_settings()
    except (NotWritten, SettingsError) as error:
        return [str(error)]
    return []


def use_version(version: str) -> None:
    """Draw the button that writes a version into .env."""
    if not session.on_this_machine():
        st.caption(f"Set LINKEDIN_VERSION={version} on the dashboard's machine to use it.")
    elif settings.in_environment(credentials.VERSION):
        st.caption(f"LINKEDIN_VERSION is set in the environment: change it there to {version}.")
    else:
        st.button(f"Use {version}", on_click=errors.guarded(_use_version), args=(version,))


def _use_version(version: str) -> None:
    wrong = _kept({credentials.VERSION: version})
    session.tab().saved = "" if wrong else f"Version {version} is in use now."
    member_state.in_tab().failed = text.plain(" ".join(wrong))


def redirect_url() -> None:
    """Draw the redirect URL to copy, and a field that compares it with what the portal shows."""
    st.header("Redirect URL", anchor=False)
    ours = get_services().settings.redirect_uri
    st.code(ours, language=None, wrap_lines=True)
    if not get_services().settings.redirect_uri_is_set:
        st.caption("The default; set LINKEDIN_REDIRECT_URI in .env for another host, port or path.")
    other = st.text_input("As the app's Auth tab shows it", placeholder=ours, key="registered")
    if not other:
        st.caption(
            "Paste it here to compare: LinkedIn compares all of it, except for what follows a ?. If the "
            "two differ, LinkedIn shows an error page of its own, “The redirect_uri does not match the registered "
            "value”, and nobody comes back."
        )
    elif found := compare.differences(ours, other):
        for each in found:
            st.error(text.plain(each))
        st.caption("Change it on the Auth tab, or set LINKEDIN_REDIRECT_URI; then start the dashboard again.")
    else:
        st.success("The two are the same to LinkedIn.")
