"""The dialog that inserts a mention (a name and a URN) at the caret of the text box."""

from __future__ import annotations

import re
import secrets

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.drafts.company_links import NoCompany
from dashboard.ui.common import errors
from dashboard.ui.common.text import plain, told
from dashboard.ui.state import editor, session
from dashboard.ui.state.clicks import clicked
from linkedin_api import LinkedInError, Urn, mention
from linkedin_api.content.blank import is_blank
from linkedin_api.content.text import URN
from zernio_api import ZernioNotFound

AT_ZERNIO = """
Paste the address of a company page or of a member and press *Look up*: Zernio finds the URN. It finds members only
for an account that administers a company page. LinkedIn gives every app its own ids of members, so those that this
dashboard has from sign-ins of its own are not offered here.
"""
PROFILE = re.compile(r"linkedin\.com/((?:in|company|school|showcase)/[^/?#\s]{1,200})", re.IGNORECASE)
NO_PROFILE = "This is no address of a member or a company page; paste one such as linkedin.com/company/bridge-and-sons."
NOT_FOUND = "Zernio finds nobody at this address for this account; that says nothing about whether they exist."
NOT_FOUND_ADVICE = "Check the address. Members are found only by accounts that administer a company page."
MENTIONABLE = re.compile(URN, re.ASCII)
EXAMPLES = {
    "organization": ("Analytical Engines", "urn:li:organization:2414183"),
    "person": ("Ada Example", "urn:li:person:782bbtaQ"),
}
WHOSE = {"organization": "A company page", "person": "A member"}
SAID, WHO = "page-said", "mention-who"  # the keys of the field and of the choice
OFFERED = 12  # whom a dialog of this size shows without scrolling
# [D] The id of a member is made for each app (§2.3); [I] where the address of a page has its number.
WHERE_URNS_ARE = """
**Of a company page**: paste its address and press *Look up*. If this sign-in may not ask, an administrator of the page
sees its number in the address of the admin view, as in `linkedin.com/company/2414183/admin`.

**Of a member**: LinkedIn gives every app its own ids of members, so neither the address of a profile nor another tool
has it. A member who signs in to this dashboard is offered above, and so is everybody you have mentioned before. History
names who commented on a published post, where the sign-in may read comments.
"""


def button() -> None:
    """Draw the button that opens the dialog."""
    if clicked("Mention", icon=":material/alternate_email:", key="mention"):
        here = session.mine()
        here.page_found, here.page_refused = ("", ""), ""
        _ask()


@errors.dialog("Mention somebody")
def _ask() -> None:
    st.caption(
        "LinkedIn links a mention only if the name is written exactly as on LinkedIn: the whole name of a company, the "
        "first, last or whole name of a member. Otherwise it is plain text."
    )
    whose = st.radio("Who", list(WHOSE), format_func=WHOSE.__getitem__, horizontal=True, key=WHO)
    through = _through_zernio()
    page_urn, page_name = session.mine().page_found
    if f":{whose}:" not in page_urn:
        page_urn = page_name = ""
    known = _known(whose)
    key = f"known-{whose}-{page_urn}"  # what was looked up takes the place of who was picked before
    labels = {urn: plain(_label(urn, known)) for urn in known}
    picked = st.pills("Known here", list(known), format_func=labels.__getitem__, key=key) if known else None
    if whose == "organization" or through:
        _look_up(through)
    _write(whose, picked or page_urn, known.get(picked or "", page_name))
    with st.expander("Where do I find a URN?"):
        st.markdown(AT_ZERNIO if through else WHERE_URNS_ARE)


def _through_zernio() -> Account | None:
    """The author of the draft, if it goes through Zernio, which then is asked for members and pages."""
    by = session.voice(editor.draft())
    return by if by.is_zernio else None


def _look_up(through: Account | None) -> None:
    """Draw the field and the button that ask LinkedIn for a company page, or Zernio for a member or page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        said = st.text_input(
            "Find by address" if through else "Find a company page",
            placeholder="linkedin.com/company/… or linkedin.com/in/…"
            if through
            else "Its LinkedIn address, or what it is called",
            key=SAID,
            live=True,
        )
        st.button("Look up", on_click=errors.guarded(_find), disabled=is_blank(said or ""))
    if refused := session.mine().page_refused:
        st.warning(refused)


def _find() -> None:
    here, said = session.mine(), str(st.session_state.get(SAID) or "")
    here.page_found, here.page_refused = ("", ""), ""
    try:
        if through := _through_zernio():
            here.page_found = _found_by_zernio(through, said)
        else:
            page = session.get_services().engagement.company_page(session.member(), said)
            here.page_found = (page.urn, page.name)
    except NoCompany as error:
        here.page_refused = plain(str(error))
    except LinkedInError as error:
        here.page_refused = told(error, error.advice)


def _found_by_zernio(through: Account, said: str) -> tuple[str, str]:
    """URN and name of the member or page at an address. Raises: NoCompany, LinkedInError."""
    address = PROFILE.search(said)
    if address is None:
        raise NoCompany(NO_PROFILE)
    try:
        found = session.get_services().zernio.find_mention(through, f"https://www.linkedin.com/{address[1]}")
    except ZernioNotFound:
        raise LinkedInError(NOT_FOUND, advice=NOT_FOUND_ADVICE) from None
    session.mine().page_refused = plain(found.warning)
    st.session_state[WHO] = "person" if ":person:" in found.urn else "organization"  # it is shown with its kind alone
    return found.urn, found.name


def _write(whose: str, urn: str, name: str) -> None:
    """Draw name and URN, which may be changed, and the button that inserts them."""
    name_example, urn_example = EXAMPLES[whose]
    name = st.text_input("Name", name, placeholder=name_example, live=True, key=f"of-{urn}") or ""
    typed = st.text_input("URN or its last part", urn, placeholder=urn_example, live=True, key=f"urn-{urn}") or ""
    name, typed = "" if is_blank(name) else name.strip(), typed.strip()
    urn = typed if typed.startswith("urn:") else f"urn:li:{whose}:{typed}"
    fits = bool(MENTIONABLE.fullmatch(urn))
    if typed and not fits:
        st.warning("This is no URN of a member or a company page. Its last part has letters, digits, - and _ only.")
    written = mention(name, Urn(urn)) if name and fits else ""
    if "\\" in written:
        st.caption(f"Written as {plain(written)}: its brackets and backslashes need a backslash, which no reader sees.")
    if clicked("Insert", type="primary", disabled=not written):
        session.mine().insert = (secrets.token_hex(8), written)
        st.rerun()


def _known(whose: str) -> dict[str, str]:
    """Whom this dashboard knows, by URN: those mentioned before, the last one first; then members and their pages."""
    found = session.get_services().mentioned.by(session.member().id)
    found = dict([each for each in found.items() if f":{whose}:" in each[0]][:OFFERED])
    # LinkedIn does not know the id that an account has at Zernio, and Zernio's app none of a member who signed in here.
    for account in (each for each in session.accounts_here() if not each.is_zernio):
        for urn, name in {account.urn: account.profile.name, **(account.organizations or {})}.items():
            if f":{whose}:" in urn and (whose == "organization" or not _through_zernio()):
                found.setdefault(urn, name)
    return found


def _label(urn: str, known: dict[str, str]) -> str:
    """The name, with the end of the URN where two have the same name."""
    name = known[urn] or urn
    return f"{name} ({urn.rpartition(':')[2]})" if list(known.values()).count(name) > 1 else name
