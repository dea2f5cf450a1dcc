"""What is left of the calls that LinkedIn allows in a day: a line before publishing, figures for the Profile page."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import desk, session
from dashboard.accounts import Account
from dashboard.budget import Spent, needed
from dashboard.draft import Draft
from dashboard.shipping import SLOW
from dashboard.store import now
from dashboard.widgets import people
from dashboard.widgets.words import plain
from linkedin_api import limits

FRESH_S = 5.0  # the composer draws at every key; the database is asked less often
COUNTED_HERE = "counted here; LinkedIn's own count decides"


def shown(account: Account, draft: Draft, due_at: datetime | None = None) -> None:
    """Near the Publish button: what this post takes, and what is left of the account that speaks.

    due_at: when the post is to leave, None for at once; what ends before then does not matter to it.
    """
    leaves_at, until = due_at or now(), account.parked_until
    if until and until > leaves_at:
        _loud("red", "block", f"LinkedIn's limit is reached. Posts wait until {_clock(until)}.")
        return
    spent = _spent(account)
    calls = needed(desk.planned(draft))
    said = f"{_needs(draft, calls)}{_used(account, spent)}"
    if leaves_at >= spent.resets_at:
        st.caption(said)
    elif not spent.left:
        waits = f"Until {_clock(spent.resets_at)} LinkedIn may refuse posts; they wait then."
        _loud("red", "block", f"{said} {waits}")
    elif calls > spent.left:
        waits = f"It may have to wait until {_clock(spent.resets_at)}."
        _loud("orange", "warning", f"{said} {waits}")
    else:
        st.caption(said)


def figures(account: Account) -> None:
    """Today's calls of the member and of the app, and the member's last two weeks."""
    budget = session.house().budget
    spent, days = budget.today(account), budget.days(account)
    st.markdown("**Calls to LinkedIn today**")
    mine, app = st.columns(2)
    bars: dict[str, Any] = {"chart_data": list(days.values()), "chart_type": "bar"} if any(days.values()) else {}
    mine.metric(f"{_name(account)}'s calls", f"{spent.member_calls:,} of {spent.member_limit:,}", **bars)
    app.metric("All calls of the app", f"{spent.app_calls:,} of {spent.app_limit:,}")
    told = f"The bars are {_name(account)}'s last {len(days)} days, today last. " if bars else ""
    st.caption(
        f"{told}A new day begins at "
        f"{_clock(spent.resets_at)}. Counted here: what this dashboard asked of the API, without signing in "
        "and the bytes of files; LinkedIn's own count decides. In the development tier of Community Management a "
        f"member has {limits.TRIAL_MEMBER_CALLS_PER_DAY} and the app {limits.TRIAL_APP_CALLS_PER_DAY}."
    )


def _loud(colour: str, icon: str, said: str) -> None:
    # No caption: it is paler than its colour, and too pale to read.
    st.markdown(f":small[:{colour}[:material/{icon}: {said}]]")


def _needs(draft: Draft, calls: int) -> str:
    if draft.is_empty:
        return ""
    # LinkedIn is asked how far such a file is; each question is a call.
    more = " or more" if any(part in SLOW for part, _ in draft.files) else ""
    return f"This post takes {calls}{more} {'call' if calls == 1 and not more else 'calls'}; "


def _used(account: Account, spent: Spent) -> str:
    allowed = f"{_name(account)}'s {spent.member_limit:,} calls for today"
    used = f"{spent.member_calls:,} of {allowed} are used ({COUNTED_HERE})."
    if spent.app_matters:
        used += f" The whole app has used {spent.app_calls:,} of {spent.app_limit:,}."
    return used


def _name(account: Account) -> str:
    return plain(account.profile.given_name or account.name)


def _spent(account: Account) -> Spent:
    """What is used today, not older than a few seconds; another account's is asked for at once."""
    asked_at, of, spent = st.session_state.get("calls_spent", (0.0, None, None))
    if of != account.id or spent is None or time.monotonic() - asked_at > FRESH_S or spent.resets_at <= now():
        spent = session.house().budget.today(account)
        st.session_state.calls_spent = (time.monotonic(), account.id, spent)
    found: Spent = spent
    return found


def _clock(moment: datetime) -> str:
    """A moment as UTC and, where that differs, by the clock of whoever reads it: "00:00 UTC (01:00 here)"."""
    here = people.here(moment)
    return f"{moment:%H:%M} UTC" + (f" ({here:%H:%M} here)" if here.utcoffset() else "")
