"""Coming back from LinkedIn: the steps of the sign-in as they happen, and what stopped it."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.accounts import StateRefused
from dashboard.signin import SignIn
from dashboard.widgets import exchanges, words
from dashboard.widgets.browser import same_tab_link
from linkedin_api import Exchange, LinkedInError

START_AGAIN = "Start the sign-in again with the link below."


def arrive(code: str, state: str, error: str, description: str) -> None:
    """Finish what LinkedIn's callback brought, and say what happened."""
    st.session_state.steps = []
    seen: list[Exchange] = []
    sign_in = session.sign_in(seen.append)
    try:
        if error:
            raise sign_in.refused(error, description, state)
        follow(sign_in, code, state)
        session.enter(sign_in)
    except StateRefused as refused:
        st.error(f"{refused} {START_AGAIN}", icon=":material/gpp_maybe:")
    except LinkedInError as refused:
        st.error(words.told(refused, refused.advice), icon=":material/block:")
    if seen and sign_in.account is None:
        with st.expander("What was sent and answered"):
            exchanges.exchange(seen[-1])


def follow(sign_in: SignIn, code: str, state: str) -> None:
    """Show each step of the sign-in as it happens."""
    with st.status("Signing in with LinkedIn", expanded=True) as status:
        try:
            for step in sign_in.finish(code, state):
                st.session_state.steps.append(f":material/check: **{step.title}** – {words.plain(step.detail)}")
                st.markdown(st.session_state.steps[-1])
        except (StateRefused, LinkedInError):
            status.update(label="The sign-in stopped here", state="error")
            raise
        status.update(label="Signed in", state="complete")


def steps() -> None:
    """The steps of the sign-in that has just been finished in this tab."""
    if done := st.session_state.get("steps"):
        with st.status("Signed in", expanded=True, state="complete"):
            st.markdown("  \n".join(done))


@st.fragment(run_every=session.LINK_LIFE_S)
def sign_in_link(label: str, *, every_product: bool = False, quiet: bool = False) -> None:
    """The link to LinkedIn, made anew before its state could expire on a page that nobody touches."""
    if link := session.sign_in_link(every_product=every_product):
        same_tab_link(label, link, quiet=quiet or every_product)
