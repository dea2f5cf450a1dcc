"""The part of the page Me about Zernio: its key, the LinkedIn accounts that it may publish for, and connecting them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.accounts.account import BLOCKED, DISABLED, LACKS, RECONNECT, WARN_DAYS, Account
from dashboard.accounts.repository import StateRefused
from dashboard.db.database import now
from dashboard.services import sandbox_zernio_key
from dashboard.ui.account import browser
from dashboard.ui.common import errors, text
from dashboard.ui.state import session
from dashboard.zernio.line import AtZernio
from dashboard.zernio.way import STATE
from linkedin_api import LinkedInError
from linkedin_api.settings import SettingsError
from zernio_api import KEYS_PAGE, ZernioUsage
from zernio_api.errors import PRICES

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


def _needed_key() -> str:
    """The key, for a call. Raises: LinkedInError when it was forgotten meanwhile."""
    if (key := _key()) is None:
        raise LinkedInError("The key of Zernio is not here any more.", advice="Enter it again below.")
    return key


def _ask_for_key() -> None:
    services = session.get_services()
    if services.settings.built_in_sandbox and not services.zernio.given:
        st.button("Take a key of the sandbox’s Zernio", icon=":material/key:", on_click=errors.guarded(_sandbox_key))
        st.caption("A key from zernio.com goes into .env as ZERNIO_API_KEY; its posts are real, here too.")
    else:
        st.markdown(f"Make a key at [zernio.com/dashboard/api-keys]({KEYS_PAGE}), and enter it here.")
    _key_form("Connect through Zernio")


def _key_form(label: str) -> None:
    turn = session.mine().turns["zernio-key"]
    with st.form("zernio-key-form", border=False):
        st.text_input("Zernio key", type="password", key=f"zernio-key-{turn}", placeholder="sk_…")
        st.form_submit_button(label, type="primary", on_click=errors.guarded(_enter), args=(turn,))
    st.caption("It is checked at once, kept encrypted on this machine, and never shown again.")


def _enter(turn: int) -> None:
    try:
        _take(str(st.session_state.get(f"zernio-key-{turn}") or ""))
    except SettingsError as error:
        session.mine().failed = text.plain(str(error))
    else:
        session.mine().turns["zernio-key"] += 1


def _take(key: str) -> None:
    here, way = session.mine(), session.get_services().zernio
    here.at_zernio = way.enter_key(session.member(), key)
    here.zernio_key, here.accounts_here, here.zernio_said = None, None, ("", "")
    here.zernio_plan = way.plan(key.strip(), session.member())


def _sandbox_key() -> None:
    _take(sandbox_zernio_key())


def _accounts() -> None:
    here, is_given = session.mine(), session.get_services().zernio.given and session.is_this_machine()
    added = [each for each in session.accounts_here() if each.is_zernio]
    _plan(here.zernio_plan)
    for each in here.at_zernio or []:
        _found(each, {str(account.at_zernio.get("id")) for account in added})
    if here.at_zernio == []:
        st.info("This key has no LinkedIn account yet. Connect one below.")
    with st.container(horizontal=True):
        st.button("Show the accounts of this key", icon=":material/refresh:", on_click=errors.guarded(_look))
        st.button("Connect a LinkedIn account", icon=":material/add_link:", on_click=errors.guarded(_connect))
        if not is_given:
            st.button("Forget the key", icon=":material/key_off:", on_click=errors.guarded(_forget))
    if not is_given:
        with st.expander("Enter another key"):
            _key_form("Use this key")
    if here.zernio_link:
        browser.go_to(here.zernio_link)


def _plan(plan: ZernioUsage | None) -> None:
    """The plan of the key, and whether Zernio wants a payment before it publishes."""
    if plan and not plan.has_access:
        st.warning(f"Zernio wants a payment before it publishes with this key. Settle it at [zernio.com]({PRICES}).")
    if plan and plan.name:
        count = plan.connected_accounts
        connected = "" if count is None else f" · {text.counted(count, 'account')} connected"
        st.caption(text.plain(f"Plan {plan.name}{connected}"))


def _found(found: AtZernio, added: set[str]) -> None:
    """One line: an account of the key, its health, and the button that adds it."""
    account = found.account
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"zernio-{account.id}"):
        st.markdown(f"**{text.plain(account.name)}** · {account.kind_label}", width="content")
        lacks = LACKS[found.lacks].format(account.name) if found.lacks else None
        ends_at = found.health.token_expires_at if found.health else None
        if lacks or found.health:
            _health(lacks, ends_at)
        else:
            st.badge("Zernio did not tell its health", icon=":material/help:", color="gray")
        if account.id in added:
            st.caption("You publish as this account.", width="content")
        else:
            label = f"Publish as {account.name}"
            st.button(text.plain(label), key=f"add-{account.id}", on_click=errors.guarded(_add), args=(found,))
        if found.lacks in (RECONNECT, BLOCKED) or _ends_soon(ends_at):
            _reconnect_button("found", account.id, account.name)
        for said in filter(None, (found.rests, *(found.health.issues if found.health else ()))):
            st.caption(text.plain(said))


def _ends_soon(ends_at: datetime | None) -> bool:
    return ends_at is not None and _days_to(ends_at) <= WARN_DAYS


def _days_to(ends_at: datetime) -> float:
    return max(0.0, (ends_at - now()).total_seconds() / 86_400)


def _health(trouble: str | None, ends_at: datetime | None) -> None:
    """A badge: whether something prevents publishing, or how long LinkedIn's permission lasts; orange at its end."""
    soon = _ends_soon(ends_at)
    left = f" · {_days_to(ends_at):.{1 if soon else 0}f} days left" if ends_at else ""
    if trouble:
        st.badge("Cannot publish", icon=":material/error:", color="red")
        st.caption(text.plain(trouble))  # a badge is cut where its line ends
    elif soon:
        st.badge(f"Ready{left}", icon=":material/schedule:", color="orange")
    else:
        st.badge(f"Ready{left}", icon=":material/check:", color="green")


def _reconnect_button(place: str, account_id: str, name: str) -> None:
    """The button that leads to Zernio to connect the same account again; place: where it is drawn."""
    label = text.plain(f"Reconnect {name}")
    st.button(label, key=f"{place}-again-{account_id}", on_click=errors.guarded(_connect), args=(account_id,))


def _look() -> None:
    here, way, key = session.mine(), session.get_services().zernio, _needed_key()
    here.at_zernio = way.look_again(key, session.member())
    here.zernio_plan = way.plan(key, session.member())
    here.accounts_here, here.zernio_said = None, ("", "")


def _add(found: AtZernio) -> None:
    session.get_services().zernio.add(found, _needed_key(), session.member())
    session.mine().accounts_here = None
    st.toast(f"{text.plain(found.account.name)} stands among the authors in the Composer now.")


def _connect(reconnect: str = "") -> None:
    services, page_url = session.get_services(), f"{session.here() or ''}/profile"
    link = services.zernio.connect_link(
        _needed_key(), session.member(), session.browser() or "", page_url, reconnect=reconnect
    )
    session.mine().zernio_link = str(services.for_browser(link))


def _forget() -> None:
    here = session.mine()
    session.get_services().zernio.forget_key(session.member())
    here.zernio_key, here.at_zernio, here.zernio_plan = None, None, None


def _arrive() -> None:
    """Read what Zernio has brought back, once, and say it until something else is done here."""
    query, here = st.query_params.to_dict(), session.mine()
    if query.get(STATE):
        browser.tidy_address()
        if here.zernio_arrived != query[STATE]:
            here.zernio_arrived, here.zernio_link = query[STATE], ""
            here.zernio_said = _arrived(query)
            st.rerun()  # the list of members, which is drawn before this, has one more
    kind, said = here.zernio_said
    if said:
        (st.success if kind == "success" else st.warning)(said)


def _arrived(query: dict[str, str]) -> tuple[str, str]:
    here, way = session.mine(), session.get_services().zernio
    try:
        added, here.at_zernio = way.arrive(query, session.member(), session.browser() or "", _needed_key())
    except StateRefused as error:
        return "warning", text.plain(f"{error} Choose “Connect a LinkedIn account” once more.")
    except LinkedInError as error:
        return "warning", text.told(error, error.advice)
    here.accounts_here = None
    return "success", text.plain(f"{added.name} is connected through Zernio and is an author in the Composer now.")


def person(account: Account) -> None:
    """What stands beside such an account in the list of those that the member publishes as."""
    trouble, ends_at = account.sign_in_trouble(), account.token_expires_at
    _health(trouble, ends_at)
    is_ours = not account.key_refused and account.token_refused != DISABLED
    if is_ours and (trouble or _ends_soon(ends_at)):
        _reconnect_button("member", str(account.at_zernio.get("id", "")), account.name)
