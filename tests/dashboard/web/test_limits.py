"""What one visitor asks for holds up nobody else: threads, bodies, uploads, and a database that does not answer."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
import requests
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.db.breaker import Breaker, Unanswered
from dashboard.db.database import open_database
from dashboard.files import pdf_pages
from dashboard.maintenance import backup
from dashboard.services import get_services
from dashboard.web import server, upload_guard, visitor
from dashboard.web.cookies import SESSION_COOKIE
from dashboard.web.limiter import Limiter
from linkedin_api import Token
from sandbox.directory.members import ZOE
from tests.conftest import served
from tests.dashboard.web.test_server import a_house_of_its_own, app, cookies, get, swap, ticket, url
from tests.support.media import pdf
from tests.support.patience import PATIENCE_S, until
from tests.support.postgres import Postgres
from tests.support.services import PNG, profile
from tests.support.tables import with_tables

__all__ = ["a_house_of_its_own", "cookies", "url"]
TOO_LARGE = b"x" * (3 << 20)
DEEP = "[" * 200_000 + "]" * 200_000


class Asked:
    """A request whose answer is read later."""

    def __init__(self, url: str, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> None:
        self._connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=PATIENCE_S)
        self._connection.request(method, path, body, headers)

    def answer(self) -> tuple[int, bytes]:
        found = self._connection.getresponse()
        body = found.read()
        self._connection.close()
        return found.status, body


def asked(url: str, path: str, cookies: dict[str, str]) -> Asked:
    return Asked(url, "GET", path, {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})


def swapping(url: str, given: str) -> Asked:
    return Asked(url, "POST", "/auth/session", {"Origin": url}, json.dumps({"ticket": given}).encode())


def alive(url: str) -> bool:
    """Whether the event loop answers, and the threads that everybody shares."""
    answers = [get(f"{url}{path}") for path in ("/healthz", "/login", "/sandbox/_sandbox/posts")]
    return all(each.ok for each in answers)


def waiting(limiter: Limiter) -> int:
    return limiter._present.total()


@pytest.fixture
def zoe(url: str) -> dict[str, str]:
    """The cookies of a browser in which another member is signed in."""
    account = get_services().accounts.save(profile(ZOE), Token(access_token="AQX-zoe", expires_in_s=3_600))
    return {SESSION_COOKIE: swap(url, get_services().accounts.open_session(account.id)[1]).cookies[SESSION_COOKIE]}


# The database.


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody may write to the database while the block runs."""
    with contextlib.closing(sqlite3.connect(folder / "dashboard.db", isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield


def test_a_locked_database_stops_only_who_writes_to_it(url: str, tmp_path: Path) -> None:
    tickets = [ticket() for _ in range(3)]
    with locked(tmp_path):
        waiters = [swapping(url, each) for each in tickets]
        until(lambda: waiting(visitor.DATABASE) == 3)
        others_are_answered = alive(url)
        guess = swap(url, "a guess")
    statuses = {each.answer()[0] for each in waiters}

    assert others_are_answered
    assert guess.status_code == 403
    assert statuses <= {200, 503}  # on a machine that is so busy that the lock was held for ten seconds


def test_after_a_long_wait_for_a_lock_nobody_waits_long_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("dashboard.db.breaker.LOCKED_S", 0.5)
    monkeypatch.setattr("dashboard.db.breaker.time", SimpleNamespace(monotonic=lambda: clock[0]))
    engine = open_database(with_tables(tmp_path / "dashboard.db"))
    asked = text("PRAGMA busy_timeout")
    waits = []
    with locked(tmp_path):
        with engine.connect() as db:
            waits.append(db.execute(asked).scalar_one())
        with pytest.raises(OperationalError), engine.begin() as db:
            db.execute(text("DELETE FROM posts"))
        with engine.connect() as db:
            waits.append(db.execute(asked).scalar_one())
        clock[0] = 3.0
        with pytest.raises(OperationalError), engine.begin() as db:  # one that has waited shortly says nothing new
            db.execute(text("DELETE FROM posts"))
    clock[0] = 5.0
    with engine.begin() as db:
        waits.append(db.execute(asked).scalar_one())
        db.execute(text("DELETE FROM posts"))
    engine.dispose()

    assert waits == [500, 250, 500]


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening.getsockname()[1]


def test_a_silent_database_stops_nobody_and_is_named(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://me:hidden@127.0.0.1:{silent}/x")
    monkeypatch.setenv("SECRET_KEY", "a key for tests, longer than 32 characters")
    with served(app()) as url:
        waiters = [swapping(url, "any") for _ in range(20)]
        until(lambda: waiting(visitor.DATABASE) == 20)
        health, page = get(f"{url}/healthz"), get(f"{url}/login")
        ready = get(f"{url}/readyz")
        answers = [each.answer() for each in waiters]

    assert (health.json(), page.status_code) == ({"alive": True}, 200)
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "database": False})
    assert {status for status, _ in answers} == {503}
    assert not any(b"hidden" in body for _, body in answers)


@pytest.fixture
def relay(postgres: Postgres) -> Iterator[tuple[int, threading.Event]]:
    """A port before the PostgreSQL, and an event: before it is set, nothing is passed on."""
    opened, ends = threading.Event(), []

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65_536):
                sink.sendall(block)

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                ends.append(client)
                if opened.is_set():
                    behind = socket.create_connection(("127.0.0.1", postgres.port))
                    ends.append(behind)
                    for pair in ((client, behind), (behind, client)):
                        threading.Thread(target=pump, args=pair, daemon=True).start()

    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=accept, args=(listening,), daemon=True).start()
    yield listening.getsockname()[1], opened
    for each in (listening, *ends):
        each.close()


def test_after_a_silence_nobody_waits_until_one_has_got_through(
    relay: tuple[int, threading.Event], postgres_url: str
) -> None:
    port, opened = relay
    there = urlsplit(postgres_url)
    through = there._replace(netloc=f"{there.username}:{there.password}@127.0.0.1:{port}", scheme="postgresql+psycopg")
    engine = create_engine(through.geturl(), connect_args={"connect_timeout": 2})
    breaker = Breaker(engine)

    def one() -> object:
        with engine.connect() as db:
            return db.execute(text("SELECT 1")).scalar_one()

    with pytest.raises(OperationalError) as first:
        one()
    breaker._again_at = float("inf")
    with pytest.raises(Unanswered):
        one()
    opened.set()
    with pytest.raises(Unanswered):
        one()
    breaker._again_at = 0.0
    found = one()
    engine.dispose()

    assert isinstance(first.value.orig, psycopg.OperationalError)
    assert found == 1


def test_a_database_that_refuses_is_asked_again_at_once() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
    engine = create_engine(f"postgresql+psycopg://me@127.0.0.1:{port}/x")
    Breaker(engine)
    for _ in range(2):
        with pytest.raises(OperationalError) as refused:
            engine.connect()

        assert isinstance(refused.value.orig, psycopg.OperationalError)


def test_a_server_that_stands_still_holds_up_one_statement_and_not_for_long(
    postgres: Postgres, postgres_url: str
) -> None:
    engine = create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"), pool_pre_ping=True)
    breaker = Breaker(engine)
    breaker.answer_s = PATIENCE_S
    assert postgres.process

    def one() -> object:
        with engine.connect() as db:
            return db.execute(text("SELECT 1")).scalar_one()

    with engine.connect() as used, engine.connect():  # two connections stay open
        used.execute(text("SELECT 1"))
    servers = [postgres.process.pid, *(each.pid for each in psutil.Process(postgres.process.pid).children())]
    for each in servers:
        os.kill(each, signal.SIGSTOP)
    breaker.answer_s = 0.3
    try:
        with pytest.raises(OperationalError):
            one()
        with pytest.raises(Unanswered):
            one()
    finally:
        for each in servers:
            os.kill(each, signal.SIGCONT)
    breaker.answer_s, breaker._again_at = PATIENCE_S, 0.0
    found = one()
    engine.dispose()

    assert found == 1


# Pages of documents, and backups.


def test_a_member_who_asks_for_many_pages_holds_up_nobody(
    url: str, cookies: dict[str, str], zoe: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.files.pdf_pages.DRAW_S", PATIENCE_S)
    document = get_services().uploads.keep(io.BytesIO(pdf(pages=2)))[0]
    with pdf_pages._drawing:  # one that takes as long as it likes
        many = [asked(url, f"/uploads/{document}/pages/1", cookies) for _ in range(60)]
        until(lambda: waiting(server.PAGE_PICTURES) == 24)
        refused = requests.get(f"{url}/uploads/{document}/pages/1", cookies=cookies, timeout=PATIENCE_S)
        others_are_answered = alive(url)
        hers = asked(url, f"/uploads/{document}/pages/2", zoe)
        until(lambda: waiting(server.PAGE_PICTURES) == 25)
    statuses = [each.answer()[0] for each in many]

    assert others_are_answered
    assert refused.status_code == 503
    assert "Too many pages" in refused.json()["error"]
    assert set(statuses) <= {200, 503}
    assert statuses.count(503) >= 36
    assert statuses.count(200) >= 4
    assert hers.answer()[0] in (200, 503)
    assert waiting(server.PAGE_PICTURES) == 0


def test_waiting_for_another_page_is_part_of_the_time(
    url: str, cookies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.files.pdf_pages.DRAW_S", 0.05)
    document = get_services().uploads.keep(io.BytesIO(pdf(pages=2)))[0]
    with pdf_pages._drawing:
        late = get(f"{url}/uploads/{document}/pages/1", cookies=cookies)
    monkeypatch.setattr("dashboard.files.pdf_pages.DRAW_S", PATIENCE_S)

    assert (late.status_code, "are being drawn" in late.json()["error"]) == (503, True)
    assert get(f"{url}/uploads/{document}/pages/1", cookies=cookies).ok


def test_a_member_has_one_backup_at_a_time(url: str, cookies: dict[str, str]) -> None:
    with backup._one_at_a_time:
        first = asked(url, "/backup.zip", cookies)
        until(lambda: waiting(server.BACKUPS) == 1)
        many = [asked(url, "/backup.zip", cookies) for _ in range(99)]
        refused = [each.answer() for each in many]
        others_are_answered = alive(url)
    status, packed = first.answer()
    until(lambda: waiting(server.BACKUPS) == 0)

    assert others_are_answered
    assert {status for status, _ in refused} == {503}
    assert all("A backup is being made already" in json.loads(body)["error"] for _, body in refused)
    assert (status, packed[:2]) == (200, b"PK")
    assert get(f"{url}/backup.zip", cookies=cookies).ok


# Bodies.

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODIES = [
    ("/auth/session", JSON),
    ("/auth/session", FORM),
    ("/sandbox/_sandbox/faults", JSON),
    ("/sandbox/oauth/v2/accessToken", FORM),
    ("/sandbox/oauth/v2/authorization", FORM),
    ("/sandbox/v2/ugcPosts", JSON),
    ("/sandbox/rest/posts", JSON),
]


def posted(url: str, path: str, body: bytes | Iterator[bytes], kind: str = JSON) -> requests.Response:
    headers = {"Origin": url, "Content-Type": kind, "Authorization": "Bearer x", "LinkedIn-Version": "202609"}
    return requests.post(f"{url}{path}", body, headers=headers, timeout=PATIENCE_S, allow_redirects=False)


@pytest.mark.parametrize(("path", "kind"), BODIES)
def test_a_body_that_is_too_large_is_refused(url: str, path: str, kind: str) -> None:
    answer = posted(url, path, TOO_LARGE, kind)
    in_chunks = posted(url, path, iter([TOO_LARGE[:65_536]] * 48), kind)

    assert (answer.status_code, in_chunks.status_code) == (413, 413)
    assert "larger than" in answer.text


def test_a_body_that_nobody_wants_is_no_failure(
    url: str, cookies: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    path = f"/uploads/{get_services().uploads.keep(io.BytesIO(PNG))[0]}?type=image/png"
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    status, _ = Asked(url, "GET", path, {"Cookie": cookie}, TOO_LARGE).answer()

    assert status == 200
    assert [each.getMessage() for each in caplog.records if each.exc_info] == []


@pytest.mark.parametrize("path", ["/auth/session", "/sandbox/_sandbox/faults"])
def test_json_nested_too_deep_is_one_sentence(url: str, path: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = posted(url, path, DEEP.encode())

    assert answer.status_code == 400
    assert "nested too deep" in answer.json()["error"]
    assert not any(each.exc_info for each in caplog.records)


# Uploads to Streamlit.


@dataclass
class Gate:
    """Whether an upload has arrived, and whether it may end."""

    arrived: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def uploads(gate: Gate) -> Iterator[str]:
    """A server whose upload route ends when the gate is open."""

    def put(_: Request) -> Response:
        gate.arrived.set()
        gate.opened.wait(PATIENCE_S)
        return Response(status_code=204)

    route = Route("/_stcore/upload_file/{session}/{file}", put, methods=["PUT"])
    with served(Starlette(routes=[*server.routes(), route], middleware=server.middleware)) as found:
        yield found


def put(url: str, body: bytes, cookies: dict[str, str]) -> Asked:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Asked(url, "PUT", "/_stcore/upload_file/tab/file", {"Cookie": cookie}, body)


def signed_in_as(url: str, account: Callable[[], str]) -> dict[str, str]:
    return {SESSION_COOKIE: swap(url, account()).cookies[SESSION_COOKIE]}


def test_a_stranger_uploads_nothing(uploads: str, gate: Gate) -> None:
    gate.opened.set()
    status, body = put(uploads, b"x" * (3 << 20), {}).answer()
    made_up, _ = put(uploads, b"x", {SESSION_COOKIE: "made-up"}).answer()

    assert (status, json.loads(body)["error"][:12]) == (403, "Only members")
    assert made_up == 403
    assert put(uploads, b"x", signed_in_as(uploads, ticket)).answer()[0] == 204


def test_uploads_are_counted_for_each_member_and_for_all(
    uploads: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_guard, "MEMBER_MAX_BYTES", 1000)
    monkeypatch.setattr(upload_guard, "ALL_MAX_BYTES", 1500)
    ada = signed_in_as(uploads, ticket)
    other = get_services().accounts.save(profile(ZOE), Token(access_token="AQX-zoe", expires_in_s=3_600))
    hers = signed_in_as(uploads, lambda: get_services().accounts.open_session(other.id)[1])
    first = put(uploads, b"x" * 900, ada)
    assert gate.arrived.wait(PATIENCE_S)
    second = put(uploads, b"x" * 200, ada).answer()
    third = put(uploads, b"x" * 700, hers).answer()
    gate.opened.set()
    status = first.answer()[0]
    engagement = put(uploads, b"x" * 900, hers).answer()[0]

    assert (second[0], "too much at once" in second[1].decode()) == (413, True)
    assert (third[0], "Others are uploading" in third[1].decode()) == (413, True)
    assert (status, engagement) == (204, 204)


def test_an_upload_without_a_length_is_refused(uploads: str, gate: Gate) -> None:
    gate.opened.set()
    answer = requests.put(
        f"{uploads}/_stcore/upload_file/tab/file",
        iter([b"x" * 10]),
        cookies=signed_in_as(uploads, ticket),
        timeout=PATIENCE_S,
    )

    assert answer.status_code == 411
