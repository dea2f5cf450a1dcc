"""Who may speak to the server: origins, cookies of https, what is closed, and Streamlit's own routes behind ours."""

from __future__ import annotations

import gc
import json
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import streamlit as st
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dashboard.publishing.worker import Worker
from dashboard.services import get_services
from dashboard.web import middleware, server
from dashboard.web.cookies import BROWSER_COOKIE, HOST_ONLY, SESSION_COOKIE
from dashboard.web.upload_guard import FILES_BY_SESSION
from tests.conftest import free_port, served
from tests.dashboard.web.test_server import a_house_of_its_own, app, get, swap, ticket, url
from tests.support.patience import PATIENCE_S, until

__all__ = ["a_house_of_its_own", "url"]
XSRF = "_streamlit_xsrf"


# Origins.


def test_behind_a_proxy_that_rewrites_host_a_sign_in_names_the_cause(url: str) -> None:
    one = ticket()
    answer = swap(url, one, Origin="https://dash.example")

    assert answer.status_code == 403
    assert "opened at https://dash.example" in answer.json()["error"]
    assert urlsplit(url).netloc in answer.json()["error"]
    assert "proxy_set_header Host $http_host" in answer.json()["error"]
    assert swap(url, one).ok


@pytest.mark.parametrize(("origin", "host"), [("https://dash.example", "dash.example:443"), ("http://a", "a:80")])
def test_a_proxy_may_name_the_port_that_browsers_leave_out(url: str, origin: str, host: str) -> None:
    assert swap(url, ticket(), Origin=origin, Host=host).ok


@pytest.fixture
def streamlit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Streamlit itself with a page of one line, behind our routes and middleware."""
    script = tmp_path / "page.py"
    script.write_text("import streamlit as st\nst.write('One line')\n")
    monkeypatch.setattr(Worker, "start", lambda _: None)
    found = st.App(script, routes=server.routes(), middleware=server.middleware)
    try:
        with served(found) as address:
            yield address
    finally:
        Runtime._instance = None
        del found
        until(lambda: not [each for each in threading.enumerate() if "scriptThread" in each.name])
        with warnings.catch_warnings():  # Streamlit leaves a session's event loop to the collector
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def opened(url: str, origin: str | None, cookies: dict[str, str] | None = None) -> ClientConnection:
    return connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())},
        open_timeout=PATIENCE_S,
        max_size=None,
    )


def session_id(socket: ClientConnection) -> str:
    """The id of Streamlit's session, which its first message names."""
    asked = BackMsg()
    asked.rerun_script.page_name = ""
    socket.send(asked.SerializeToString())
    while True:
        payload = socket.recv(timeout=PATIENCE_S)
        assert isinstance(payload, bytes)
        message = ForwardMsg.FromString(payload)
        if message.WhichOneof("type") == "new_session":
            return str(message.new_session.initialize.session_id)


def test_only_the_page_itself_opens_a_websocket_and_only_members_upload(streamlit: str) -> None:
    refused = []
    for origin in (None, "http://localhost:1", "http://127.0.0.1:1", "https://evil.example", "null"):
        with pytest.raises(InvalidStatus) as error:
            opened(streamlit, origin)
        refused.append(error.value.response.status_code)

    member = {SESSION_COOKIE: swap(streamlit, ticket()).cookies[SESSION_COOKIE]}
    xsrf = get(f"{streamlit}/_stcore/health").cookies[XSRF]
    with opened(streamlit, streamlit, member) as socket:
        session = session_id(socket)

        def upload(name: str, cookies: dict[str, str]) -> requests.Response:
            return requests.put(
                f"{streamlit}/_stcore/upload_file/{session}/{name}",
                files={"file": (name, b"x" * (2 << 20))},
                headers={"X-Xsrftoken": xsrf, "Origin": streamlit},
                cookies={XSRF: xsrf, **cookies},
                timeout=PATIENCE_S,
            )

        stranger, ours = upload("a", {}), upload("b", member)
        storage = getattr(runtime.get_instance().uploaded_file_mgr, FILES_BY_SESSION)
        kept = {name: len(each.data) for name, each in storage[session].items()}
    until(lambda: session not in storage)  # the tab is gone

    assert refused == [403] * 5
    assert (stranger.status_code, stranger.json()["error"][:12]) == (403, "Only members")
    assert (ours.status_code, kept) == (204, {"b": 2 << 20})
    assert get(f"{streamlit}/_stcore/metrics").status_code == 404
    assert get(f"{streamlit}/healthz").json() == {"alive": True}


def test_strangers_hold_only_so_many_pages_open_and_what_is_no_message_ends_quietly(
    streamlit: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(middleware, "SOCKETS_MAX", 1)
    member = {SESSION_COOKIE: swap(streamlit, ticket()).cookies[SESSION_COOKIE]}
    with opened(streamlit, streamlit) as first:
        with pytest.raises(InvalidStatus) as refused:
            opened(streamlit, streamlit)
        with opened(streamlit, streamlit, member) as ours:
            session_id(ours)
        first.send("words")
        with pytest.raises(ConnectionClosed):
            first.recv(timeout=PATIENCE_S)

    assert refused.value.response.status_code == 403
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


# https.


@pytest.fixture
def https(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that members reach over https, by a proxy that is not there."""
    monkeypatch.setenv("LINKEDIN_REDIRECT_URI", "https://dash.example/auth/linkedin/callback")
    with served(app()) as found:
        yield found


def test_with_an_https_address_cookies_belong_to_the_host_and_to_https(https: str) -> None:
    page, signed_in = get(f"{https}/login"), swap(https, ticket())

    for answer, name in ((page, BROWSER_COOKIE), (signed_in, SESSION_COOKIE)):
        said = answer.headers["set-cookie"]
        assert said.startswith(f"{HOST_ONLY}{name}=")
        assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(said.split("; "))
        assert "domain" not in said.lower()
    assert page.headers["strict-transport-security"] == "max-age=31536000"


def test_with_an_https_address_a_planted_cookie_of_another_name_is_nobodys(https: str) -> None:
    cookie = swap(https, ticket()).headers["set-cookie"].partition("=")[2].partition(";")[0]
    planted, own = (
        get(f"{https}/backup.zip", headers={"Cookie": f"{name}={cookie}"})
        for name in (SESSION_COOKIE, f"{HOST_ONLY}{SESSION_COOKIE}")
    )

    assert (planted.status_code, own.status_code) == (404, 200)


def test_without_https_nothing_is_promised_for_it(url: str) -> None:
    assert "strict-transport-security" not in get(f"{url}/login").headers


# Health.


def test_ready_is_who_has_a_database_and_a_worker(url: str) -> None:
    until(lambda: get(f"{url}/readyz").json()["database"])  # its tables are made
    asleep = get(f"{url}/readyz")
    get_services().worker.start()
    until(lambda: get(f"{url}/readyz").ok)
    ready = get(f"{url}/readyz")
    get_services().worker.stop()

    assert (asleep.status_code, asleep.json()) == (503, {"ready": False, "database": True, "worker": False})
    assert ready.json() == {"ready": True, "database": True, "worker": True}
    assert get(f"{url}/readyz").status_code == 503


def test_who_does_not_publish_is_ready_without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_PUBLISHES", "no")
    with served(app()) as url:
        until(lambda: get(f"{url}/readyz").json()["database"])

        assert get(f"{url}/readyz").json() == {"ready": True, "database": True, "worker": True}


def test_with_broken_settings_it_is_alive_and_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKEDIN_DIALECT", "v3")
    with served(app()) as url:
        alive, ready = get(f"{url}/healthz"), get(f"{url}/readyz")

    assert (alive.status_code, ready.status_code) == (200, 503)


def test_the_given_token_is_asked_about_once_however_many_come(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()  # nobody listens there
    monkeypatch.setenv("LINKEDIN_ACCESS_TOKEN", "AQX-given")
    for name in ("LINKEDIN_AUTH_URL", "LINKEDIN_API_URL"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    asked = []
    with served(app()) as url:
        given = get_services().given_token
        ask = given._ask
        monkeypatch.setattr(given, "_ask", lambda: (asked.append(1), ask())[1])
        answers = [get(f"{url}/backup.zip") for _ in range(5)]

    assert {each.status_code for each in answers} == {503}
    assert len(asked) == 1
    assert "AQX-given" not in json.dumps([each.text for each in answers])
