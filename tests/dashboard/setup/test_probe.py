"""The probe: what each kind of app may do, in LinkedIn's own answers, and that nothing stays behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from dashboard.accounts.account import Account
from dashboard.accounts.sign_in import (
    COMMUNITY_CLIENT,
    COMMUNITY_SCOPES,
    EVERY_PRODUCT_CLIENT,
    EVERY_PRODUCT_SCOPES,
)
from dashboard.services import Services
from dashboard.setup import probe as probing
from dashboard.setup.probe import Probe
from linkedin_api import Exchange, Token
from sandbox.directory.members import ADA
from tests.conftest import RunningSandbox
from tests.support.patience import until
from tests.support.services import SCOPES, profile, services

__all__ = ["services"]
# By app: what it may do as (who by OpenID Connect, by profile, comment and react by v2, by rest, read comments by rest,
# read the post, list pages, figures). §1.9 and §6.1; the third app is the sandbox's own.
MAY = {
    "sandbox-client": (SCOPES, (True, False, True, False, False, False, False, False)),
    COMMUNITY_CLIENT: (COMMUNITY_SCOPES, (False, True, True, True, False, False, True, True)),
    EVERY_PRODUCT_CLIENT: (EVERY_PRODUCT_SCOPES, (True, True, True, True, True, True, True, True)),
}


def through(services: Services, linkedin: RunningSandbox, client_id: str, scopes: Any = SCOPES) -> Account:
    token = linkedin.state.tokens.new_access_token(client_id, ADA.sub, list(scopes))
    kept = Token(access_token=token, expires_in_s=9_000, scopes=tuple(scopes))
    return services.accounts.save(profile(), kept, client_id=client_id)


def probed(services: Services, account: Account) -> Probe:
    found = services.app_tests.probe(account)
    until(lambda: found.is_done)
    return found


@pytest.mark.parametrize("client_id", MAY)
def test_each_app_may_do_what_its_products_grant(client_id: str, services: Services, linkedin: RunningSandbox) -> None:
    scopes, wanted = MAY[client_id]
    account = through(services, linkedin, client_id, scopes)

    found = probed(services, account)

    may = {(row.action, row.call.split("/")[1] if "/" in row.call else ""): row.allowed for row in found.rows}
    asked = (
        ("Who am I: OpenID Connect", "v2"),
        ("Who am I: basic profile", "v2"),
        ("Comment on it", "v2"),
        ("React to it", "rest"),
        ("Read its comments", "rest"),
        ("Read my post", "rest"),
        ("List my company pages", "rest"),
        ("Figures of my posts", "rest"),
    )
    assert tuple(may[each] for each in asked) == wanted
    refused = [row for row in found.rows if not row.allowed]
    assert {(row.status, row.code) for row in refused} <= {(403, "ACCESS_DENIED")}
    assert all("Not enough permissions to access" in row.message for row in refused)
    assert (found.left, linkedin.state.feed(), services.choices.probes()) == ([], [], {})
    assert [post.visibility for post in linkedin.state.posts.newest(9)] == []
    logged = services.exchange_log.entries(account.id)
    assert len(logged) >= len(found.rows)
    token = services.accounts.access_token(account.id)
    assert not [each for each in logged if token in str(services.exchange_log.exchange(account.id, each.id))]


def probe_of(services: Services, account: Account, watch: Callable[[Exchange], None] = lambda _: None) -> Probe:
    """A probe that waits for nothing."""

    def seen(see: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
        return lambda exchange: (see(exchange), watch(exchange))[0]

    token = str(services.accounts.access_token(account.id))
    return Probe(
        account,
        token,
        api_url=services.api_url,
        version=services.settings.version,
        transport=lambda see: services.transport(account, token, seen(see), None),
        oauth=services.oauth,
        choices=services.choices,
        stopping=services.background.stopping,
        too_early_s=(),
        ask_again_s=0,
    )


@pytest.mark.parametrize("fault", ["dropped_answer", "activity_missing", "rate_limited"])
def test_a_call_that_fails_leaves_no_post_behind(fault: str, services: Services, linkedin: RunningSandbox) -> None:
    found = probe_of(services, through(services, linkedin, "sandbox-client"))
    target = "any" if fault == "activity_missing" else "create"
    linkedin.state.faults.arm(fault, times=2 if fault == "activity_missing" else 1, target=target)

    found.run()

    created = [row for row in found.rows if row.action == "Post to my connections" and row.allowed]
    assert len(created) == (1 if fault == "rate_limited" else 2)
    assert (linkedin.state.feed(), found.left, found.is_done) == ([], [], True)


def test_a_post_that_cannot_be_deleted_is_named_and_deleted_later(
    services: Services, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "DELETE_AGAIN_S", (0.001,))

    def fail_from_the_figures_on(exchange: Exchange) -> None:
        if "memberCreatorPostAnalytics" in exchange.url:
            linkedin.state.faults.arm("unavailable", times=None)

    found = probe_of(services, through(services, linkedin, "sandbox-client"), fail_from_the_figures_on)

    found.run()
    there = [post.urn for post in linkedin.state.feed()]
    linkedin.state.faults.clear()
    services.app_tests.sweep()

    assert sorted(found.left) == sorted(
        f"The post {urn} could not be deleted yet; the dashboard tries again once a day." for urn in there
    )
    assert len(there) == 2
    assert (linkedin.state.feed(), services.choices.probes()) == ([], {})


def test_a_token_that_is_refused_ends_the_probe_at_once(services: Services, linkedin: RunningSandbox) -> None:
    found = probe_of(services, through(services, linkedin, "sandbox-client"))
    linkedin.state.faults.arm("revoked_token")

    found.run()

    assert [(row.status, row.code) for row in found.rows] == [(401, "REVOKED_ACCESS_TOKEN")]
    assert "Sign in with LinkedIn again" in found.stopped


def test_a_database_that_fails_ends_the_probe_and_every_post_is_deleted(
    services: Services, linkedin: RunningSandbox
) -> None:
    account = through(services, linkedin, "sandbox-client")
    with services.database.begin() as db:
        db.execute(text("DROP TABLE choices"))
    found = probe_of(services, account)

    found.run()

    assert (found.is_done, linkedin.state.feed()) == (True, [])
    assert "the terminal says why" in found.stopped


def test_a_checkup_whose_exchanges_cannot_be_kept_ends(services: Services, linkedin: RunningSandbox) -> None:
    account = through(services, linkedin, "sandbox-client")
    with services.database.begin() as db:
        db.execute(text("DROP TABLE exchanges"))

    found = services.app_tests.checkup(account, services.auth_url, services.api_url)

    until(lambda: found.findings)
