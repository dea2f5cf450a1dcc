"""The checklist: each line's state and sentence, from values alone; and the checkup that fills some of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dashboard.config.linkedin_hosts import in_sandbox
from dashboard.config.settings import Settings, load
from dashboard.services import Services
from dashboard.setup.checks import DONE, TO_DO, UNCHECKED, WRONG, checklist
from dashboard.setup.checkup import Checkup, ask_host, clock_ahead_s
from dashboard.setup.facts import Facts, Findings, HostAnswer
from dashboard.setup.redirect_url import differences
from linkedin_api import Exchange, Introspection
from linkedin_api.reference import versions
from tests.conftest import RunningSandbox, free_port
from tests.support.patience import until
from tests.support.services import services, signed_in

__all__ = ["services"]
TODAY = date(2026, 11, 26)
URI = "http://localhost:8501/auth/linkedin/callback"
COMMUNITY = "r_basicprofile w_member_social w_member_social_feed"


def app(**given: str) -> Settings:
    return load({"LINKEDIN_CLIENT_ID": "86abc", "LINKEDIN_CLIENT_SECRET": "s3cret"} | given, None)


def states(settings: Settings, **seen: Any) -> dict[str, str]:
    facts = Facts(settings, settings, TODAY, seen.pop("redirect_uri", URI), **seen)
    return {line.id: line.state for line in checklist(facts)}


def sentence(line: str, settings: Settings, **seen: Any) -> str:
    facts = Facts(settings, settings, TODAY, seen.pop("redirect_uri", URI), **seen)
    return next(each.sentence for each in checklist(facts) if each.id == line)


def test_with_nothing_set_up_every_line_says_the_next_step() -> None:
    found = states(in_sandbox(app()))

    assert list(found)[:7] == ["page", "app", "verified", "products", "redirect", "scopes", "credentials"]
    assert {found[each] for each in ("page", "app", "verified", "products", "redirect", "credentials")} == {TO_DO}
    assert {found[each] for each in ("www", "api", "clock", "granted", "token", "days")} == {UNCHECKED}
    assert {states(app(), ticks={"page", "verified", "redirect"})[each] for each in ("page", "redirect")} == {DONE}


@pytest.mark.parametrize(
    ("line", "settings", "seen", "said"),
    [
        ("scopes", {"LINKEDIN_SCOPES": f"openid {COMMUNITY}"}, {}, "must be the only product"),
        ("scopes", {"LINKEDIN_SCOPES": "r_liteprofile w_member_social"}, {}, "ask for openid, profile and email"),
        ("scopes", {"LINKEDIN_SCOPES": "openid profile"}, {}, "add w_member_social"),
        ("redirect", {}, {"origin": "http://127.0.0.1:8501"}, "not the same to LinkedIn"),
        ("redirect", {}, {"origin": "https://localhost:8502"}, "One has the port 8501, the other 8502"),
        ("version", {"LINKEDIN_VERSION": "202511"}, {}, "switched version 202511 off"),
        ("credentials", {}, {"env_file_mode": 0o644}, "chmod 600"),
        ("clock", {}, {"findings": Findings({"a": HostAnswer(clock_ahead_s=-600)})}, "10 minutes behind"),
        (
            "www",
            {},
            {"findings": Findings({"https://www.linkedin.com": HostAnswer("No network.", "Plug in.")})},
            "Plug in",
        ),
    ],
)
def test_what_is_wrong_is_one_line_with_its_next_step(
    line: str, settings: dict[str, str], seen: dict[str, Any], said: str
) -> None:
    given = app(**settings)

    assert states(given, **seen)[line] == WRONG
    assert said in sentence(line, given, **seen)


def test_what_is_right_is_done() -> None:
    hosts = {"https://www.linkedin.com": HostAnswer(clock_ahead_s=2), "https://api.linkedin.com": HostAnswer()}
    found = states(app(LINKEDIN_SCOPES=COMMUNITY), origin="http://localhost:8501", findings=Findings(hosts))

    assert {found[each] for each in ("scopes", "credentials", "version", "www", "api", "clock")} == {DONE}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (URI, ""),
        (f"{URI}?id=1", ""),
        (f" {URI} ", ""),
        (f"{URI}/", "ends with a slash"),
        (URI.replace("http", "https"), "https://"),
        (URI.replace("localhost", "127.0.0.1"), "not the same to LinkedIn"),
        (URI.replace("8501", "3000"), "port"),
        (URI.replace("callback", "Callback"), "path"),
        (URI.replace("localhost", "LOCALHOST"), "written differently"),
        (f"{URI}#x", "must not contain #"),
        ("localhost:8501/auth", "http://"),
        ("http://[", "That is no address"),
        ("http://localhost:99999/", "That is no address"),
    ],
)
def test_two_redirect_urls_are_compared_to_the_letter(other: str, said: str) -> None:
    found = " ".join(differences(URI, other))

    assert said in found
    assert bool(found) == bool(said)


def test_a_member_fills_the_rest(services: Services, linkedin: RunningSandbox) -> None:
    ada = signed_in(services, linkedin)
    checkup = services.app_tests.checkup(ada, linkedin.url, linkedin.url)
    until(lambda: checkup.findings is not None)

    found = states(services.settings, account=ada, findings=checkup.findings)

    assert {found[each] for each in ("products", "www", "api", "clock", "sign_in", "granted", "token", "days")} == {
        DONE
    }
    assert services.exchange_log.count(ada.id) == 3
    poorer = replace(ada, scopes=("openid", "profile"), token_expires_at=datetime.now(UTC) + timedelta(days=2))
    gone = Findings({}, Introspection(active=False, status="revoked"))
    worse = states(services.settings, account=poorer, findings=gone)
    assert {worse[each] for each in ("granted", "token", "days")} == {WRONG}


def test_a_host_that_is_not_there_is_a_sentence_and_nobody_is_recorded(services: Services) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    checkup = Checkup(nowhere, nowhere, None, None)
    until(lambda: checkup.findings is not None)

    assert checkup.findings
    assert f"{nowhere} cannot be reached" in checkup.findings.hosts[nowhere].trouble
    assert ask_host(f"{nowhere}/v2/userinfo").advice


def test_the_clock_is_read_from_an_answers_date() -> None:
    now = datetime(2026, 11, 26, 12, 10, tzinfo=UTC)
    answer = Exchange(now, "GET", "https://a.org", response_headers={"date": "Thu, 26 Nov 2026 12:00:00 GMT"})

    assert clock_ahead_s(answer, now) == 600
    assert clock_ahead_s(replace(answer, response_headers={"Date": "soon"}), now) is None


def test_the_newest_month_is_the_one_that_linkedin_takes(services: Services, linkedin: RunningSandbox) -> None:
    ada = signed_in(services, linkedin)

    assert versions.candidates(TODAY)[:3] == ("202611", "202610", "202609")
    assert services.app_tests.newest_version(ada, TODAY) == "202609"
    asked = [each.url for each in services.exchange_log.entries(ada.id)]
    assert len(asked) == 3
