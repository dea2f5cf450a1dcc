"""When a session ends, and who controls the sandbox that the server mounts, over real HTTP."""

from __future__ import annotations

import io
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import update

from dashboard.db.database import now
from dashboard.db.tables import sessions
from dashboard.services import get_services
from dashboard.web.cookies import SESSION_COOKIE
from sandbox.directory.members import ADA
from tests.conftest import RunningSandbox, served
from tests.dashboard.web.test_server import a_house_of_its_own, app, cookies, forget, get, picture, swap, ticket, url
from tests.support.patience import PATIENCE_S
from tests.support.services import PNG

__all__ = ["a_house_of_its_own", "cookies", "picture", "url"]
KEYS = ["the first key of this test, long enough", "the second key of this test, long enough"]


def test_two_idle_weeks_end_a_session(picture: str, cookies: dict[str, str]) -> None:
    found = []
    for ago in (timedelta(days=13), timedelta(days=15)):
        with get_services().database.begin() as db:
            db.execute(update(sessions).values(seen_at=now() - ago))
        found.append(get(f"{picture}?type=image/png", cookies=cookies).status_code)

    assert found == [200, 404]


def test_a_new_sign_in_ends_the_session_before_it(picture: str, url: str) -> None:
    before = swap(url, ticket()).cookies[SESSION_COOKIE]
    accounts = get_services().accounts
    session_id = accounts.session(before)
    assert session_id
    member = accounts.session_account(session_id)
    assert member
    _, new = accounts.open_session(member.id, instead_of=session_id)
    after = swap(url, new).cookies[SESSION_COOKIE]
    found = [get(f"{picture}?type=image/png", cookies={SESSION_COOKIE: each}).status_code for each in (before, after)]

    assert found == [404, 200]


def test_a_new_key_ends_every_session_and_with_the_old_one_tokens_stay_readable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def started(key: str, old: str = "") -> tuple[str | None, str | None]:
        """What a start with these keys finds: Ada's token, and why she has to sign in again."""
        monkeypatch.setenv("SECRET_KEY", key)
        monkeypatch.setenv("SECRET_KEY_OLD", old)
        get_services().database.dispose()
        forget()
        return get_services().accounts.access_token(1), get_services().accounts.get(1).sign_in_needed

    monkeypatch.setenv("SECRET_KEY", KEYS[0])
    with served(app()) as url:
        cookie = {SESSION_COOKIE: swap(url, ticket()).cookies[SESSION_COOKIE]}
        before = get(f"{url}/backup.zip", cookies=cookie).status_code
        lost = started(KEYS[1])
        rotated = started(KEYS[1], KEYS[0])
        after = get(f"{url}/backup.zip", cookies=cookie).status_code
        finished = started(KEYS[1])

    assert lost == (None, "Your saved sign-in cannot be read: it was encrypted with another SECRET_KEY.")
    assert rotated == finished == ("AQX-secret", None)
    assert (before, after) == (200, 404)


NEAR: list[dict[str, str]] = [{}, {"Origin": "http://localhost:8501", "Referer": "http://localhost:8501/login"}]
HOST = "Host: localhost\r\n"
FAR = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Proto": "http"},
    {"X-Original-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"Via": "1.1 proxy"},
    {"X-Real-IP": "127.0.0.1"},
    {"CF-Connecting-IP": "127.0.0.1"},
    {"True-Client-IP": "127.0.0.1"},
    {"CDN-Loop": "cloudflare"},
    {"X-Envoy-External-Address": "127.0.0.1"},
    {"X-Amzn-Trace-Id": "Root=1"},
    {"X-Appengine-User-IP": "127.0.0.1"},
    {"X-Azure-SocketIP": "127.0.0.1"},
    {"X-Nginx-Proxy": "true"},
    {"Host": "dash.example.com"},
    {"Origin": "https://dash.example.com"},
    {"Referer": "https://dash.example.com/login"},
]


def test_the_given_token_is_lent_to_this_machine_and_never_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, linkedin: RunningSandbox
) -> None:
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, linkedin.url)
    token = linkedin.state.tokens.new_access_token("sandbox-client", ADA.sub, ["openid", "profile", "email"])
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", token)
    with served(app()) as url:
        kept, _ = get_services().uploads.keep(io.BytesIO(PNG))
        paths = (f"/uploads/{kept}?type=image/png", "/backup.zip")
        asked = [*NEAR, *FAR]
        found = [tuple(get(f"{url}{path}", headers=each).status_code for path in paths) for each in asked]
        old = [first_line(url, f"GET {path} HTTP/1.0\r\n{host}\r\n") for path in paths for host in ("", HOST)]

    assert found == [(200, 200)] * len(NEAR) + [(404, 404)] * len(FAR)
    assert old == ["HTTP/1.1 404 Not Found"] * 4


def first_line(url: str, request: str) -> str:
    """The first line of the answer to a request exactly as it is written."""
    here = urlsplit(url)
    with socket.create_connection((here.hostname, here.port), timeout=PATIENCE_S) as connection:
        connection.sendall(request.encode())
        return connection.makefile("rb").readline().decode().rstrip()


def test_only_this_machine_or_the_key_controls_the_sandbox_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_KEY", "a-key-of-this-test")
    far = {"X-Forwarded-For": "203.0.113.9", "Origin": "https://dash.example.com"}
    with served(app()) as url:
        asked = ({}, far, far | {"X-Sandbox-Key": "wrong"}, far | {"X-Sandbox-Key": "a-key-of-this-test"})
        asked += ({"Host": "["}, {"Origin": "http://["})
        found = [
            requests.post(f"{url}/sandbox/_sandbox/reset", headers=each, timeout=PATIENCE_S).status_code
            for each in asked
        ]
        old = first_line(url, "POST /sandbox/_sandbox/reset HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")

    assert found == [200, 403, 403, 200, 403, 403]
    assert old == "HTTP/1.1 403 Forbidden"
