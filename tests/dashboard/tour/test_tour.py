"""The tour's steps against a sandbox on a real socket: each is done, each is broken, and no secret is shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dashboard.accounts.account import Account
from dashboard.config.linkedin_hosts import LinkedInHosts
from dashboard.services import Services
from dashboard.tour import shown
from dashboard.tour.results import SECRETS, TourState
from dashboard.tour.runner import TourRunner
from dashboard.tour.steps import BY_NAME, STEPS, TourStep
from dashboard.tour.ticks import TourTicks
from linkedin_api import Exchange, OutcomeUnknown
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.support.services import ada, on_both, services
from zernio_api import PaymentNeeded

__all__ = ["ada", "services"]
BACK = "http://localhost:8501/auth/linkedin/callback"
SENDING = [step for step in STEPS if step.calls]
# By the name of a step: the status of its broken request, and a part of the way out.
BROKEN = {
    "portal": (400, "client secret"),
    "redirect": (400, "letter by letter"),
    "authorization": (302, "LINKEDIN_SCOPES"),
    "token": (401, "a code works once"),
    "id_token": (200, "Sign in again"),
    "lifetimes": (401, "client credentials"),
    "userinfo": (401, "Sign in with LinkedIn again"),
    "text": (422, "change its text"),
    "article": (403, "Share on LinkedIn"),
    "image": (400, "Choose the file again"),
    "versioned": (426, "LINKEDIN_VERSION"),
    "errors": (429, "00:00 UTC"),
    "zernio": (200, "Do not send it again"),
}


@pytest.fixture
def seen() -> list[Exchange]:
    return []


@pytest.fixture
def runner(services: Services, seen: list[Exchange]) -> TourRunner:
    return TourRunner(services, BACK, TourState(), keep=seen.append)


def all_that_is_shown(runner: TourRunner, step: TourStep) -> str:
    """Every text that the page draws of a step's requests and answers."""
    values, result = shown.values_of(runner), runner.state.results.get(step.name)
    texts = [shown.request_text(call, values) for call in step.calls]
    answers = result.answers if result else ()
    texts += [f"{each.path} {each.value} {each.meaning}" for answer in answers for each in shown.fields(answer)]
    texts += [json.dumps(answer.exchange.as_dict()) for answer in answers if answer.exchange]
    return "\n".join(texts)


def test_every_step_is_done_in_turn_and_shows_no_secret(runner: TourRunner, linkedin: RunningSandbox) -> None:
    shown_texts = [all_that_is_shown(runner, step) for step in STEPS]  # before anything is sent
    for step in SENDING:
        result = runner.do(step)
        assert result.is_done, (step.name, result.trouble)
        assert result.before == (), step.name
        shown_texts.append(all_that_is_shown(runner, step))

    assert runner.state.results["errors"].answers[-1].exchange.status == 403  # type: ignore[union-attr]
    assert runner.state.results["id_token"].claims["sub"] == runner.state.values["sub"] == "782bbtaQ"
    assert len(linkedin.state.feed()) == 5
    whole = "\n".join(shown_texts)
    assert "«token, 60 days»" in whole
    assert "«token, 30 minutes»" in whole
    secrets = [value for name, value in runner.state.values.items() if name in SECRETS]
    assert len(secrets) == len(SECRETS) - 1  # all but the client secret, which is a setting
    assert [value for value in secrets if value in whole] == []
    assert [value for value in secrets if value in repr(runner.state)] == []


@pytest.mark.parametrize("step", SENDING, ids=lambda step: step.name)
def test_every_step_can_be_broken_first_and_done_afterwards(
    step: TourStep, runner: TourRunner, linkedin: RunningSandbox
) -> None:
    broken = runner.break_it(step)
    status, way_out = BROKEN[step.name]

    assert broken.broken
    assert not broken.is_done
    last = broken.answers[-1].exchange
    assert last
    assert last.status == status
    assert step.breakage
    assert way_out in (step.breakage.way_out or broken.trouble.advice)  # type: ignore[union-attr]
    assert [fault.name for fault in linkedin.state.faults.all() if fault.armed] == []
    assert runner.do(step).is_done


def test_each_field_of_an_answer_is_explained_with_linkedins_page(runner: TourRunner) -> None:
    for step in SENDING:
        for answer in runner.do(step).answers:
            assert answer.exchange
            told = shown.fields(answer)
            assert [each.path for each in told if not each.meaning] == [], step.name
            has_none = answer.call.title in ("6d End the app's token", "The member says Allow") or step.name == "zernio"
            assert shown.page_of(answer).startswith("[") != has_none, answer.call.title
    parameters = shown.parameters(BY_NAME["authorization"].calls[0], shown.values_of(runner))

    assert [each.path for each in parameters] == ["response_type", "client_id", "redirect_uri", "scope", "state"]
    assert all(each.meaning for each in parameters)
    assert all(each.meaning for each in shown.parameters(BY_NAME["zernio"].calls[0], shown.values_of(runner)))


def test_an_answer_that_zernio_lost_is_settled_by_asking(runner: TourRunner, linkedin: RunningSandbox) -> None:
    *_, published, asked = runner.break_it(BY_NAME["zernio"]).answers

    (post,) = linkedin.state.feed()
    assert isinstance(published.error, OutcomeUnknown)
    assert asked.exchange
    assert f'"platformPostId":"{post.urn}"' in asked.exchange.response_body
    assert {each.service for each in (published.exchange, asked.exchange) if each} == {"Zernio"}


def test_a_refusal_of_zernio_is_read_as_zernios(runner: TourRunner, linkedin: RunningSandbox) -> None:
    assert runner.do(BY_NAME["zernio"]).is_done
    linkedin.state.faults.arm("zernio_payment")
    refused = runner.do(BY_NAME["zernio"])
    Zernio(linkedin.state).revoke(runner.state.values["zernio_key"])

    assert isinstance(refused.error, PaymentNeeded)
    assert len(linkedin.state.feed()) == 1
    assert runner.do(BY_NAME["zernio"]).is_done  # with a new key


def test_a_step_in_the_middle_does_what_it_needs_first(runner: TourRunner, seen: list[Exchange]) -> None:
    result = runner.do(BY_NAME["image"])

    assert result.is_done
    assert result.before == (3, 4, 7)
    assert len(seen) == 2 + 1 + 1 + 3
    assert runner.do(BY_NAME["token"]).before == (3,)  # its code is spent


def test_an_ordinary_app_is_told_what_it_has_not(runner: TourRunner) -> None:
    ordinary = replace(runner, hosts=LinkedInHosts(replace(runner.hosts.settings, client_id="86abc")))
    result = ordinary.do(BY_NAME["lifetimes"])

    assert result.is_done
    assert [each.exchange.status if each.exchange else None for each in result.answers] == [401, 200, None, None]
    assert [str(each.error) for each in result.answers[2:]] == [
        "Not sent: LinkedIn gave this app no refresh token.",
        "Not sent: LinkedIn gave this app no token of the app.",
    ]


def test_what_one_linkedin_gave_is_not_sent_to_another(runner: TourRunner) -> None:
    runner.state.belong_to("http://127.0.0.1:9200")
    runner.do(BY_NAME["userinfo"])
    runner.state.belong_to("http://127.0.0.1:9200")
    assert "access_token" in runner.state.values
    runner.state.belong_to("https://www.linkedin.com")

    assert (runner.state.values, runner.state.results) == ({}, {})


def test_the_tour_leaves_the_members_own_sign_in_alone(
    services: Services, ada: Account, runner: TourRunner, linkedin: RunningSandbox
) -> None:
    mine = services.accounts.access_token(ada.id) or ""
    with_ada = replace(runner, account=ada)
    for step in SENDING:
        assert with_ada.do(step).is_done

    assert linkedin.state.tokens.active(mine).sub == ada.profile.sub
    assert runner.state.values["access_token"] != mine


def test_a_wall_shows_no_name_no_id_and_no_address(runner: TourRunner) -> None:
    for step in SENDING:
        runner.do(step)
    mask = shown.Mask.of(None, runner.state.results.values(), runner.fixed)
    whole = mask("\n".join(all_that_is_shown(runner, step) for step in STEPS))

    assert "urn:li:share:•••" in whole
    personal = ("Ada", "Example", "ada@example.com", "782bbtaQ", "pictures/", "sandbox-partner")
    assert [word for word in personal if word in whole] == []
    assert [urn for urn in (runner.state.values["post_urn"], runner.state.values["asset"]) if urn in whole] == []


@pytest.fixture
def live(services: Services, ada: Account, seen: list[Exchange]) -> TourRunner:
    """At LinkedIn itself, by an address that nothing can be sent to."""
    nowhere = "https://linkedin.invalid"
    given = replace(services.settings, auth_url=nowhere, api_url=nowhere, client_id="86abc")
    hosts = LinkedInHosts(given)
    return TourRunner(hosts, BACK, TourState(), account=ada, access_token=lambda: "AQXlive", keep=seen.append)


def test_at_linkedin_itself_nothing_is_posted_for_another_step(live: TourRunner, seen: list[Exchange]) -> None:
    errors = live.do(BY_NAME["errors"])
    nobody = replace(live, account=None, state=TourState()).do(BY_NAME["userinfo"])
    broken = live.break_it(BY_NAME["text"])

    assert "Do step 8" in str(errors.error)
    assert "Sign in first" in str(nobody.error)
    assert "sandbox only" in str(broken.error)
    assert live.only_shows(BY_NAME["zernio"])
    assert "ZERNIO_API_KEY" in str(live.do(BY_NAME["zernio"]).error)
    assert seen == []
    titles = [call.title for step in STEPS for call in live.calls_of(step)]
    assert {"The member says Allow", "6d End the app's token"}.isdisjoint(titles)


@on_both
def test_a_member_keeps_the_steps_that_are_done(services: Services, ada: Account) -> None:
    ticks = TourTicks(services.database)
    for name in ("portal", "text", "portal"):
        ticks.tick(ada.id, name)

    assert ticks.done(ada.id) == {"portal", "text"}
    assert ticks.done(ada.id + 1) == set()
