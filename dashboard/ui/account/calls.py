"""The calls to LinkedIn of today and of the last two weeks, on the page Me."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.accounts.account import Account
from dashboard.ui.common import members
from dashboard.ui.state import dates, session
from linkedin_api.reference import limits


def figures(account: Account) -> None:
    """Today's calls of the member and of the app, and the member's last two weeks."""
    budget = session.get_services().rate_limits
    spent, days = budget.today(account), budget.days(account)
    st.markdown("**Calls to LinkedIn today**")
    mine, app = st.columns(2)
    bars: dict[str, Any] = {"chart_data": list(days.values()), "chart_type": "bar"} if any(days.values()) else {}
    mine.metric(f"{members.first_name(account)}'s calls", f"{spent.member_calls:,} of {spent.member_limit:,}", **bars)
    app.metric("All calls of the app", f"{spent.app_calls:,} of {spent.app_limit:,}")
    told = f"The bars are {members.first_name(account)}'s last {len(days)} days, today last. " if bars else ""
    st.caption(
        f"{told}A new day begins at "
        f"{dates.utc_clock(spent.resets_at)}. Counted here: what this dashboard asked of the API, without signing in "
        "and the bytes of files; LinkedIn's own count decides. In the development tier of Community Management a "
        f"member has {limits.TRIAL_MEMBER_CALLS_PER_DAY} and the app {limits.TRIAL_APP_CALLS_PER_DAY}."
    )
