"""The part of the page Me about Zernio: its key, the LinkedIn accounts that it may publish for, and connecting them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.accounts.repository import StateRefused
from dashboard.db.database import now
from dashboard.services import sandbox_zernio_key
from dashboard.ui.account import browser
from dashboard.ui.common import errors, text
from dashboard.ui.state import session
from dashboard.zernio.way import STATE, AtZernio
from linkedin_api.settings import SettingsError
from zernio_api import KEYS_PAGE

WAY, WAY_HERE = "way", "zernio"  # in the address of the link on Setup
TITLE = "Connect through Zernio"
ABOUT = (
    "Zernio (formerly Late) publishes for LinkedIn members and company pages that are connected to it: no LinkedIn app "
    "of your own, and no review. It holds their LinkedIn sign-in and a copy of every post. Whichever accounts you add "
    "here stand beside you as authors in the Composer."
)


def wanted() -> bool:
    """Whether this member has a key, has added such an account, or has come here to connect one."""
    asked = STATE in st.query_params or st.query_params.get(WAY) == WAY_HERE
    return asked or any(each.is_zernio for each in session.accounts_here()) or bool(_key())


def door() -> None:
    """Draw the one line of Setup about it, for members."""
    if session.account():
        page, query = session.page("profile"), {WAY: WAY_HERE}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("No app of your own, or no time for its review?", width="content")
            st.page_link(page, label="Connect through Zernio", icon=":material/alt_route:", query_params=query)


def section() -> None:
    """Draw the key and the accounts; nothing of it for those who do not use Zernio."""
    if not wanted():
        return
    st.header(TITLE, anchor="zernio")
    st.caption(ABOUT)
    _arrive()
    if _key() is None:
        _ask_for_key()
        return
    _accounts()


def _key() -> str | None:
    here = session.mine()
    if here.zernio_key is None:
        way = session.get_services().zernio
        here.zernio_key = way.key_for(session.member(), may_use_given=session.is_this_machine()) or ""
    return here.zernio_key or None


def _ask_for_key() -> None:
    services = session.get_services()
    if services.settings.built_in_sandbox and not services.zernio.given:
        st.button("Take a key of the sandbox’s Zernio", icon=":material/key:", on_click=errors.guarded(_sandbox_key))
        st.caption("A key from zernio.com goes into .env as ZERNIO_API_KEY; its posts are real, here too.")
    else:
        st.markdown(f"Make a key at [zernio.com/dashboard/api-keys]({KEYS_PAGE}), and enter it here.")
    turn = session.mine().turns["zernio-key"]
    with st.form("zernio-key-form", border=False):
        st.text_input("Zernio key", type="password", key=f"zernio-key-{turn}", placeholder="sk_…")
        st.form_submit_button("Connect through Zernio", type="primary", on_click=errors.guarded(_enter), args=(turn,))
    st.caption("It is checked at once, kept encrypted on this machine, and never shown again.")


def _enter(turn: int) -> None:
    _take(str(st.session_state.get(f"zernio-key-{turn}") or ""))
    session.mine().turns["zernio-key"] += 1


def _take(key: str) -> None:
    here = session.mine()
    try:
        here.at_zernio = session.get_services().zernio.enter_key(session.member(), key)
    except SettingsError as error:
        here.failed = text.plain(str(error))
        return
    here.zernio_key, here.accounts_here = None, None


def _sandbox_key() -> None:
    _take(sandbox_zernio_key())


def _accounts() -> None:
    here = session.mine()
    added = [each for each in session.accounts_here() if each.is_zernio]
    for each in here.at_zernio or []:
        _found(each, {str(account.at_zernio.get("id")) for account in added})
    if here.at_zernio == []:
        st.info("This key has no LinkedIn account yet. Connect one below.")
    with st.container(horizontal=True):
        st.button("Show the accounts of this key", icon=":material/refresh:", on_click=errors.guarded(_look))
        st.button("Connect a LinkedIn account", icon=":material/add_link:", on_click=errors.guarded(_connect))
        if not (session.get_services().zernio.given and session.is_this_machine()):
            st.button("Forget the key", icon=":material/key_off:", on_click=errors.guarded(_forget))
    if here.zernio_link:
        browser.go_to(here.zernio_link)


def _found(found: AtZernio, added: set[str]) -> None:
    """One line: an account of the key, its health, and the button that adds it."""
    account = found.account
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"zernio-{account.id}"):
        st.markdown(f"**{text.plain(account.name)}** · {account.kind_label}", width="content")
        health(found.trouble, found.health.token_expires_at if found.health else None)
        if account.id in added:
            st.caption("You publish as this account.", width="content")
        else:
            label = f"Publish as {account.name}"
            st.button(text.plain(label), key=f"add-{account.id}", on_click=errors.guarded(_add), args=(found,))
        if found.trouble:
            reconnect_button(account.id, account.name)


def health(trouble: str | None, ends_at: datetime | None) -> None:
    """A badge: what prevents publishing, or how long LinkedIn's permission lasts."""
    if trouble:
        st.badge(text.plain(trouble), icon=":material/error:", color="red")
    elif ends_at is None:
        st.badge("Ready", icon=":material/check:", color="green")
    else:
        days = max(0.0, (ends_at - now()).total_seconds() / 86_400)
        st.badge(f"Ready · {days:.0f} days left", icon=":material/check:", color="green")


def reconnect_button(account_id: str, name: str) -> None:
    """The button that leads to Zernio to connect the same account again."""
    label = text.plain(f"Reconnect {name}")
    st.button(label, key=f"again-{account_id}", on_click=errors.guarded(_connect), args=(account_id,))


def _look() -> None:
    here, way = session.mine(), session.get_services().zernio
    here.at_zernio = way.look_again(_key() or "", session.member())
    here.accounts_here = None


def _add(found: AtZernio) -> None:
    session.get_services().zernio.add(found, _key() or "", session.member())
    session.mine().accounts_here = None
    st.toast(f"{text.plain(found.account.name)} stands among the authors in the Composer now.")


def _connect(reconnect: str = "") -> None:
    services, page_url = session.get_services(), f"{session.here() or ''}/profile"
    link = services.zernio.connect_link(
        _key() or "", session.member(), session.browser() or "", page_url, reconnect=reconnect
    )
    session.mine().zernio_link = str(services.for_browser(link))


def _forget() -> None:
    here = session.mine()
    session.get_services().zernio.forget_key(session.member())
    here.zernio_key, here.at_zernio = None, None


def _arrive() -> None:
    """Read what Zernio has brought back, once: a rerun finds its state used."""
    query = st.query_params.to_dict()
    if not query.get(STATE) or session.mine().zernio_arrived == query[STATE]:
        return
    here = session.mine()
    here.zernio_arrived = query[STATE]
    browser.tidy_address()
    try:
        way = session.get_services().zernio
        added = way.arrive(query, session.member(), session.browser() or "", _key() or "")
    except StateRefused as error:
        st.warning(text.plain(f"{error} Choose “Connect a LinkedIn account” once more."))
    else:
        here.accounts_here = None
        st.success(text.plain(f"{added.name} is connected through Zernio and is an author in the Composer now."))


def person(account: Account) -> None:
    """What stands beside such an account in the list of those that the member publishes as."""
    health(account.sign_in_trouble(), account.token_expires_at)
    st.caption("through Zernio", width="content")
    if account.sign_in_trouble():
        reconnect_button(str(account.at_zernio.get("id", "")), account.name)
