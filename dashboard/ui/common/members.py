"""The members that one may publish as: their names, and fields to choose one."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui.common.text import plain
from dashboard.ui.state import session


def ids(people: Iterable[Account]) -> list[int]:
    """The ids of these accounts."""
    return [account.id for account in people]


def by_urn(urn: str) -> Account:
    """One of them by URN; "" is the member who is here."""
    return next((account for account in session.accounts_here() if account.urn == urn), session.member())


def choose(label: str) -> Account:
    """Draw the choice of an account with a token of LinkedIn's; nothing is drawn while there is only one's own."""
    people = {each.id: each for each in session.accounts_here() if not each.is_zernio}
    if len(people) == 1:
        return session.member()
    chosen = st.selectbox(label, list(people), format_func=labels(people.values()).__getitem__, key="member-shown")
    return people.get(chosen or 0, session.member())


def names() -> dict[int, str]:
    """The names of all accounts whose posts the member may see, by id; empty while that is only one's own."""
    people = session.accounts_here()
    return labels(people) if len(people) > 1 else {}


def whose(names: dict[int, str], *where: session.Place) -> int | tuple[int, ...]:
    """Draw a filter by member; returns the chosen account id, or all visible ones. Nothing is drawn without names."""
    chosen = None
    for place in where:
        chosen = place.selectbox(
            "Member", list(names), index=None, format_func=names.__getitem__, placeholder="All members"
        )
    return chosen if chosen in names else session.visible_ids()


def labels(people: Iterable[Account]) -> dict[int, str]:
    """A unique name for each account, by id: accounts that share a name show their member id too."""
    people = list(people)
    names = {each.id: f"{each.name} · through Zernio" if each.is_zernio else each.name for each in people}
    shared = {name for name in names.values() if list(names.values()).count(name) > 1}
    subs = {each.id: each.profile.sub for each in people}
    return {key: f"{name} ({subs[key]})" if name in shared else name for key, name in names.items()}


def first_name(account: Account) -> str:
    """What the account is called in a sentence, as Markdown."""
    return plain(account.profile.given_name or account.name)
