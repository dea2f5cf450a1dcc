"""What the gateway does before a resource is asked: tokens, query values, sizes, verbs, what is left out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from starlette.types import Message

from sandbox import create_app
from sandbox.directory.apps import EVERY_PRODUCT, EVERY_PRODUCT_CLIENT
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_v2_posts import share
from tests.support.patience import PATIENCE_S

ADA, ZOE = "782bbtaQ", "k4Zu-E_9"
ENGINES = "urn:li:organization:2414183"
V2 = {"X-Restli-Protocol-Version": "2.0.0"}
REST = V2 | {"LinkedIn-Version": "202609"}


def token(linkedin: RunningSandbox, member: str = ADA) -> str:
    return linkedin.state.tokens.new_access_token(EVERY_PRODUCT_CLIENT, member, list(EVERY_PRODUCT))


def call(linkedin: RunningSandbox, path: str, method: str = "GET", **options: Any) -> requests.Response:
    return requests.request(method, linkedin.url + path, timeout=PATIENCE_S, **options)


def bearer(linkedin: RunningSandbox, headers: dict[str, str] = REST) -> dict[str, str]:
    return headers | {"Authorization": f"Bearer {token(linkedin)}"}


def test_a_token_in_the_query_reads_and_writes_on_v2(linkedin: RunningSandbox) -> None:
    query = f"?oauth2_access_token={token(linkedin)}"
    who = call(linkedin, f"/v2/userinfo{query}")
    post = call(linkedin, f"/v2/ugcPosts{query}", "POST", headers=V2, json=share("by query"))

    assert (who.status_code, who.json()["sub"]) == (200, ADA)
    assert post.status_code == 201
    assert "oauth2_access_token" not in str(linkedin.state.calls)


def test_the_header_counts_where_both_are_given(linkedin: RunningSandbox) -> None:
    path = f"/v2/userinfo?oauth2_access_token={token(linkedin, ZOE)}"
    garbage = call(linkedin, path, headers={"Authorization": "Bearer garbage"})

    assert call(linkedin, path, headers=bearer(linkedin)).json()["sub"] == ADA
    assert garbage.json()["code"] == "INVALID_ACCESS_TOKEN"


def test_rest_takes_no_token_from_the_query(linkedin: RunningSandbox) -> None:
    answer = call(
        linkedin, f"/rest/organizationAcls?q=roleAssignee&oauth2_access_token={token(linkedin)}", headers=REST
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "EMPTY_ACCESS_TOKEN")


@pytest.mark.parametrize("gateway", ["/v2", "/rest"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"q=organization&organization={ENGINES}", 400),
        (f"q=organization&organization={quote(ENGINES, safe='')}", 200),
        (f"q=roleAssignee&roleAssignee=urn:li:person:{ADA}", 400),
        (f"q=roleAssignee&ids=List({ENGINES})", 400),
        (f"q=roleAssignee&x=(key:{ENGINES})", 400),
        ("q=roleAssignee&sort=(value:RELEVANCE)&projection=(elements*(organization~(id,logoV2(original~:x))))", 200),
    ],
)
def test_a_query_value_with_raw_colons_is_refused(
    linkedin: RunningSandbox, gateway: str, query: str, status: int
) -> None:
    answer = call(linkedin, f"{gateway}/organizationAcls?{query}", headers=bearer(linkedin))

    assert answer.status_code == status
    if status == 400:
        expected = {"code": "ILLEGAL_ARGUMENT", "message": "Invalid query parameters passed to request"}
        assert answer.json() == {"status": 400} | expected


def chunks() -> Iterator[bytes]:
    yield from [b"x" * 65_536] * 20


@pytest.mark.parametrize("path", ["/v2/ugcPosts", "/rest/nothing", "/oauth/v2/accessToken", "/_sandbox/faults", "/"])
def test_a_body_above_the_limit_answers_413_wherever_it_is_sent(linkedin: RunningSandbox, path: str) -> None:
    answer = call(linkedin, path, "POST", headers=bearer(linkedin), data=b"x" * (1 << 20) + b"x")
    read = call(linkedin, "/rest/posts", "POST", headers=bearer(linkedin), data=chunks())

    assert {answer.status_code, read.status_code} == {413}
    assert answer.json()["message"] == "The request's body is larger than 1,048,576 bytes"


@pytest.mark.parametrize("path", ["/rest/events/1", "/v2/shares", "/v2/posts", "/oauth/native-pkce/authorization"])
def test_what_is_left_out_answers_501_with_a_sentence(linkedin: RunningSandbox, path: str) -> None:
    answer = call(linkedin, path)

    assert (answer.status_code, answer.json()["code"]) == (501, "NOT_IMITATED")
    assert answer.json()["message"].startswith("The sandbox does not imitate ")


def test_a_query_may_come_in_the_body(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin, V2 | {"X-HTTP-Method-Override": "GET", "X-RestLi-Method": "FINDER"})
    answer = call(linkedin, "/v2/organizationAcls", "POST", headers=headers, data={"q": "roleAssignee"})

    assert (answer.status_code, len(answer.json()["elements"])) == (200, 2)
    assert call(linkedin, "/v2/organizationAcls", "POST", headers=headers, json={}).status_code == 405


def test_an_error_is_marked_as_the_callers_protocol_version_does(linkedin: RunningSandbox) -> None:
    old, new = call(linkedin, "/v2/userinfo"), call(linkedin, "/v2/userinfo", headers=V2)
    marks = [name for answer in (old, new) for name in answer.headers if name.endswith("-error-response")]

    assert marks == ["x-linkedin-error-response", "x-restli-error-response"]


def test_the_address_and_the_headers_together_have_a_bound(linkedin: RunningSandbox) -> None:
    headers = {f"X-Much-{number}": "y" * 7000 for number in range(5)}

    assert call(linkedin, "/v2/userinfo", headers=headers).status_code == 414


def test_a_websocket_is_refused_and_a_start_is_answered(
    linkedin: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = linkedin.url.removeprefix("http://").split(":")
    head = "GET /v2/me HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    with socket.create_connection((host, int(port)), PATIENCE_S) as raw:
        raw.sendall(f"{head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        assert b" 403 " in raw.recv(100)
    assert [record for record in caplog.records if record.exc_info] == []

    given: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> Message:
        return given.pop(0)

    async def send(message: Message) -> None:
        sent.append(message["type"])

    asyncio.run(create_app(linkedin.state)({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
