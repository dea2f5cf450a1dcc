"""The Console's calls over real sockets: where they go, what they carry, what is kept of them, and what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.accounts.account import Account
from dashboard.activity.console import Console, ConsoleAnswer
from dashboard.activity.typed_call import CallRefused, read_call
from dashboard.services import Services
from linkedin_api import DuplicatePost, OutcomeUnknown, ServerError, Unauthorized
from linkedin_api.reference.endpoints import endpoints
from tests.conftest import RunningSandbox
from tests.support.services import ada, services

__all__ = ["ada", "services"]
JSON = "Content-Type: application/json\nX-Restli-Protocol-Version: 2.0.0"
FORM = "Content-Type: application/x-www-form-urlencoded"


def console_of(services: Services, account: Account) -> Console:
    token = services.accounts.access_token(account.id) or ""
    given = services.settings
    return Console(
        account=account,
        token=token,
        client=(given.client_id, given.client_secret),
        auth_url=services.auth_url,
        api_url=services.api_url,
        log=services.exchange_log,
        transport=lambda seen, origin: services.transport(account, token, seen, None, origin),
    )


@pytest.fixture
def console(services: Services, ada: Account) -> Console:
    return console_of(services, ada)


def text_post(words: str, ada: Account) -> str:
    (text,) = [each for each in endpoints() if each.name == "Posts, v2: Publish a text"]
    return text.example(member=str(ada.urn)).body.replace("Hello from the console", words)


def send(console: Console, *typed: str) -> ConsoleAnswer:
    return console.send(read_call(*typed))


def test_a_call_carries_the_token_is_counted_and_is_kept_without_it(
    console: Console, services: Services, ada: Account, tmp_path: Path
) -> None:
    answer = send(console, "POST", "/v2/ugcPosts", JSON, text_post("Typed", ada))
    (kept,) = services.exchange_log.of_console(ada.id)

    assert answer.exchange
    assert (answer.error, answer.exchange.status) == (None, 201)
    assert answer.exchange.request_headers["Authorization"] == "Bearer [hidden]"
    assert (kept.method, kept.status) == ("POST", 201)
    assert services.rate_limits.today(ada).member_calls == 1
    assert console.token.encode() not in b"".join(each.read_bytes() for each in tmp_path.glob("dashboard.db*"))


def test_a_refusal_comes_with_its_advice_and_is_no_reason_to_ask(console: Console, ada: Account) -> None:
    typed = ("POST", "/v2/ugcPosts", JSON, text_post("Twice", ada))
    send(console, *typed)
    answer = send(console, *typed)

    assert isinstance(answer.error, DuplicatePost)
    assert answer.exchange
    assert isinstance(answer.exchange.refused, DuplicatePost)
    assert console.may_have_happened(read_call(*typed)) is None


def test_a_create_without_an_answer_is_never_repeated_without_a_question(
    console: Console, services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    typed = ("POST", "/v2/ugcPosts", JSON, text_post("Lost", ada))
    linkedin.state.faults.arm("dropped_answer", times=1)
    answer = send(console, *typed)
    again = console_of(services, ada)  # another tab, or the same one after a reload

    assert isinstance(answer.error, OutcomeUnknown | ServerError)  # a server in between answers 502 for it
    assert again.may_have_happened(read_call(*typed))
    assert again.may_have_happened(read_call(*typed[:3], text_post("Another", ada))) is None
    assert again.may_have_happened(read_call("GET", "/v2/userinfo", "", "")) is None
    assert isinstance(send(again, *typed).error, DuplicatePost)
    assert again.may_have_happened(read_call(*typed)) is None


def test_the_sign_in_service_gets_secret_and_token_in_the_form_and_nothing_of_it_is_kept(
    console: Console, services: Services, tmp_path: Path
) -> None:
    body = "client_id={client_id}&client_secret={client_secret}&token={token}"
    answer = send(console, "POST", "/oauth/v2/introspectToken", FORM, body)

    assert answer.exchange
    assert '"active":true' in answer.exchange.response_body.replace(" ", "")
    assert "Authorization" not in answer.exchange.request_headers
    assert "client_secret=[hidden]&token=[hidden]" in answer.exchange.request_body.replace("%5Bhidden%5D", "[hidden]")
    on_disk = b"".join(each.read_bytes() for each in tmp_path.glob("dashboard.db*"))
    assert console.token.encode() not in on_disk
    assert services.settings.client_secret.encode() not in on_disk


def test_what_would_not_be_sent_as_it_is_meant_is_refused(console: Console, services: Services, ada: Account) -> None:
    code = "grant_type=authorization_code&code={code}&client_id={client_id}&client_secret={client_secret}"
    nobody = Console(**{**vars(console), "token": ""})
    refused = [
        (console, ("POST", "/oauth/v2/accessToken", FORM, code), "body"),
        (console, ("POST", "/oauth/v2/revoke", FORM, "token=[hidden]"), "body"),
        (console, ("GET", "/oauth/v2/authorization?state=[hidden]", "", ""), "path"),
        (console, ("GET", "/v2/userinfo", f"X-Mine: {console.token}", ""), "headers"),
        (nobody, ("GET", "/v2/userinfo", "", ""), "path"),
    ]

    for by, typed, field in refused:
        with pytest.raises(CallRefused) as found:
            send(by, *typed)
        assert list(found.value.problems) == [field]
    assert services.exchange_log.of_console(ada.id) == []


def test_a_refused_token_is_remembered(console: Console, services: Services, ada: Account) -> None:
    send(console, "POST", "/oauth/v2/revoke", FORM, "client_id={client_id}&client_secret={client_secret}&token={token}")
    answer = send(console, "GET", "/v2/userinfo", "", "")

    assert isinstance(answer.error, Unauthorized)
    assert services.accounts.get(ada.id).token_refused == "revoked"
