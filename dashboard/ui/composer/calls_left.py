"""How many calls a post takes, and how many LinkedIn still allows today: among the API options, or in the bar."""

from __future__ import annotations

import time
from datetime import datetime

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.activity.rate_limits import Spent, needed
from dashboard.db.database import now
from dashboard.drafts.draft import Draft
from dashboard.publishing.media_upload import SLOW
from dashboard.ui.common import members
from dashboard.ui.common.text import requests
from dashboard.ui.state import dates, editor, session
from zernio_api import limits as zernio_limits

FRESH_S = 60.0  # the composer draws at every key; the database is asked less often
COUNTED_HERE = "counted here; LinkedIn's own count decides"


def shown(account: Account, draft: Draft, due_at: datetime | None, calm: session.Place) -> None:
    """Draw how many calls this post takes and how many are left to the account that publishes it.

    due_at: when the post is due, None for at once; a limit that ends before then is not mentioned.
    calm: where it is drawn as long as the calls are enough; when they are not, it is drawn here.
    """
    if account.is_zernio:
        calm.caption(_through_zernio(draft))
        return
    leaves_at, until = due_at or now(), account.parked_until
    if until and until > leaves_at:
        _loud("red", "block", f"LinkedIn's limit is reached. Posts wait until {dates.utc_clock(until)}.")
        return
    planned = editor.planned(draft)
    calls = needed(planned)
    spent = _spent(account)
    said = f"{_needs(draft, calls, len(planned) - calls)}{_used(account, spent)}"
    if leaves_at >= spent.resets_at:
        calm.caption(said)
    elif not spent.left:
        waits = f"Until {dates.utc_clock(spent.resets_at)} LinkedIn may refuse posts; they wait then."
        _loud("red", "block", f"{said} {waits}")
    elif calls > spent.left:
        waits = f"It may have to wait until {dates.utc_clock(spent.resets_at)}."
        _loud("orange", "warning", f"{said} {waits}")
    else:
        calm.caption(said)


def _through_zernio(draft: Draft) -> str:
    """What Zernio counts, which is posts; LinkedIn's own limits are Zernio's matter."""
    planned = editor.planned(draft)
    calls = needed(planned)
    takes = "" if draft.is_empty else f"This post takes {requests(calls, len(planned) - calls)} to Zernio. "
    hour, day = zernio_limits.POSTS_PER_HOUR, zernio_limits.POSTS_PER_DAY
    return f"{takes}Zernio publishes up to {hour} posts an hour and {day} a day for one LinkedIn account."


def _loud(colour: str, icon: str, said: str) -> None:
    # No caption: it is paler than its colour, and too pale to read.
    st.markdown(f":small[:{colour}[:material/{icon}: {said}]]")


def _needs(draft: Draft, calls: int, uploads: int) -> str:
    if draft.is_empty:
        return ""
    # LinkedIn is asked how far such a file is; each question is a call.
    more = " or more" if any(part in SLOW for part, _ in draft.files) else ""
    return f"This post takes {requests(calls, uploads, more)}; "


def _used(account: Account, spent: Spent) -> str:
    allowed = f"{members.first_name(account)}'s {spent.member_limit:,} calls for today"
    used = f"{spent.member_calls:,} of {allowed} are used ({COUNTED_HERE})."
    if spent.app_matters:
        used += f" The whole app has used {spent.app_calls:,} of {spent.app_limit:,}."
    return used


def _spent(account: Account) -> Spent:
    """Today's calls of an account, at most FRESH_S seconds old."""
    here = session.mine()
    if here.calls_spent:
        asked_at, of, spent = here.calls_spent
        if of == account.id and time.monotonic() - asked_at <= FRESH_S and spent.resets_at > now():
            return spent
    spent = session.get_services().rate_limits.today(account)
    here.calls_spent = (time.monotonic(), account.id, spent)
    return spent
