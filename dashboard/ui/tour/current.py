"""Who is on the tour: their runner, the step in the address, and what they have done."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard.activity.rate_limits import CountedTransport
from dashboard.tour.results import TourResult
from dashboard.tour.runner import TourRunner
from dashboard.tour.shown import Mask
from dashboard.tour.steps import BY_NAME, STEPS, TourStep
from dashboard.tour.ticks import TourTicks
from dashboard.ui.state import session
from linkedin_api import Transport


def runner() -> TourRunner:
    """The runner of whoever is here; at LinkedIn itself with their token, counted and recorded like any other call."""
    services, account, state = session.get_services(), session.account(), session.mine().tour
    state.belong_to(services.auth_url)
    if account is None:
        return TourRunner(services, session.redirect_uri(), state, may_call=session.on_this_machine())
    keep = services.exchange_log.recorder(account_id=account.id)
    counted = partial(
        CountedTransport,
        partial(services.rate_limits.count, account),
        lambda reason: services.accounts.refuse_token(account.id, reason, used=state.values.get("access_token")),
    )
    return TourRunner(
        services,
        session.redirect_uri(),
        state,
        account=account,
        access_token=partial(services.accounts.access_token, account.id),
        transport=Transport if services.settings.sandbox else counted,
        keep=keep,
    )


def ticks() -> set[str]:
    """The names of the steps that are done: the member's, or this tab's while nobody is signed in."""
    account = session.account()
    done = _kept().done(account.id) if account else session.mine().tour.ticks
    return done & set(BY_NAME)  # a step of an earlier version is none


def tick(name: str) -> None:
    """Remember that a step is done."""
    account = session.account()
    if account is None:
        session.mine().tour.ticks.add(name)
    else:
        _kept().tick(account.id, name)


def tick_results() -> None:
    """Remember every step that was done, also those that another one needed."""
    for name in (name for name, result in session.mine().tour.results.items() if result.is_done):
        tick(name)


def here(done: set[str]) -> TourStep:
    """The step in the address, or else the first that is not done; it stands in the address from then on."""
    asked = BY_NAME.get(st.query_params.get("step", ""))
    if asked is None:
        asked = next((step for step in STEPS if step.name not in done), STEPS[-1])
        st.query_params["step"] = asked.name
    return asked


def presenting() -> bool:
    """Whether the page is shown on a wall."""
    return st.query_params.get("present") == "1"


def mask(of: TourRunner) -> Mask:
    """Hides personal data while the page is shown on a wall, and nothing otherwise."""
    return Mask.of(of.account, of.state.results.values(), of.fixed) if presenting() else Mask(None)


def result_of(step: TourStep, of: TourRunner) -> TourResult | None:
    """What came of a step in this tab; where it cannot be done, what the member's own sign-in has sent."""
    if not (of.live and step.live == "shows"):
        return of.state.results.get(step.name)
    log = session.get_services().exchange_log
    entries = log.entries(of.account.id, search="/oauth/v2/accessToken", method="POST", limit=1) if of.account else []
    found = log.exchange(of.account.id, entries[0].id) if of.account and entries else None
    return of.recorded(step, found) if found else None


def _kept() -> TourTicks:
    return TourTicks(session.get_services().database)
