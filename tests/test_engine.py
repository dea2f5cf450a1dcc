"""The engine: one for each database, taking up what others left, and quick to stop."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.accounts import Account
from dashboard.draft import Attachment, Draft
from dashboard.engine import STOP_WITHIN_S, TRIES, Engine
from dashboard.house import House
from dashboard.outbox import Row
from sandbox import Sandbox, create_app
from tests.conftest import ROOT, RunningSandbox, served
from tests.samples_house import PNG, SECRET_KEY, ada, attached, draft_of, open_house, rooms, signed_in

__all__ = ["ada", "rooms"]
LEAVE = """
import os, sys
from dashboard.draft import Draft
from dashboard.outbox import Outbox
from dashboard.settings import load
from dashboard.store import open_store
outbox = Outbox(open_store(load().database_file))
post_id = outbox.put(1, Draft(text="Left behind"))
if sys.argv[1] == "sending":
    outbox.may_send(post_id)
print(post_id, flush=True)
os._exit(1)
"""


@pytest.fixture
def engines(rooms: House, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Start engines on one lock file, as processes of one dashboard do."""
    started: list[Engine] = []

    def start(run: Callable[[Row], None], **options: Any) -> Engine:
        stopping = threading.Event()
        started.append(Engine(rooms.outbox, run, tmp_path / "dashboard.worker", stopping=stopping, **options))
        started[-1].start()
        return started[-1]

    yield start
    for each in started:
        each.stop()


def until(happened: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def row(rooms: House, post_id: int) -> Row:
    found = rooms.outbox.get(post_id)
    assert found
    return found


def put(rooms: House, ada: Account, text: str = "Hello") -> int:
    return rooms.outbox.put(ada.id, draft_of(rooms, "text", text=text))


def test_a_row_is_published_when_the_engine_is_woken(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    rooms.start()
    post_id = put(rooms, ada)
    rooms.engine.wake()
    until(lambda: not row(rooms, post_id).waiting)
    rooms.engine.stop()

    assert row(rooms, post_id).state == "published"
    assert len(linkedin.state.feed()) == 1


def test_many_rows_are_published_once_each(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    ids = [put(rooms, ada, f"Post {number}") for number in range(12)]
    rooms.engine.start()
    rooms.engine.start()
    until(lambda: not rooms.outbox.waiting())
    rooms.engine.stop()

    assert {row(rooms, post_id).state for post_id in ids} == {"published"}
    assert sorted(post.text for post in linkedin.state.feed()) == sorted(f"Post {number}" for number in range(12))


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_a_dead_process_left_is_taken_up(
    rooms: House, ada: Account, linkedin: RunningSandbox, tmp_path: Path, state: str
) -> None:
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/dashboard.db", "SECRET_KEY": SECRET_KEY}
    left = subprocess.run(
        [sys.executable, "-c", LEAVE, state], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60
    )
    post_id = int(left.stdout)
    before = row(rooms, post_id).state
    rooms.engine.start()
    until(lambda: not row(rooms, post_id).waiting)
    rooms.engine.stop()

    assert before == state
    assert row(rooms, post_id).state == "published"
    assert [post.text for post in linkedin.state.feed()] == ["Left behind"]


def test_of_two_engines_one_works_and_the_other_takes_over(
    rooms: House, ada: Account, engines: Callable[..., Engine]
) -> None:
    worked: list[str] = []

    def worker(name: str) -> Callable[[Row], None]:
        def run(row: Row) -> None:
            worked.append(name)
            rooms.outbox.finish(row, "published")

        return run

    first = engines(worker("first"))
    put(rooms, ada)
    until(lambda: worked == ["first"])
    second = engines(worker("second"))
    for _ in range(3):
        post_id = put(rooms, ada)
        second.wake()
        time.sleep(0.05)
        first.wake()
        until(lambda i=post_id: not row(rooms, i).waiting)
    first.stop()
    put(rooms, ada)
    until(lambda: len(worked) == 5)

    assert worked == ["first"] * 4 + ["second"]


def test_nothing_is_sent_before_the_server_is_ready(rooms: House, ada: Account, engines: Callable[..., Engine]) -> None:
    ready, worked = threading.Event(), threading.Event()
    put(rooms, ada)

    def run(row: Row) -> None:
        worked.set()
        rooms.outbox.finish(row, "published")

    engine = engines(run, ready=ready.is_set)
    early = worked.wait(0.2)
    ready.set()
    engine.wake()

    assert not early
    assert worked.wait(10)


def test_a_lock_file_that_is_no_database_is_said_once_and_tried_again(
    rooms: House,
    ada: Account,
    engines: Callable[..., Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    file = tmp_path / "dashboard.worker"
    file.write_text("Dear diary, " * 100)
    post_id = put(rooms, ada)
    with caplog.at_level(logging.ERROR, logger="dashboard.engine"):
        engines(lambda row: rooms.outbox.finish(row, "published"))
        until(lambda: caplog.records)
        time.sleep(0.1)
        file.unlink()
        until(lambda: not row(rooms, post_id).waiting)

    (line,) = caplog.messages
    assert line.startswith(f"Nothing is published: the lock file {file} cannot be used (file is not a database)")
    assert caplog.records[0].exc_info is None


def test_another_process_at_work_is_nothing_to_complain_of(
    engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    holds, other = threading.Event(), threading.Event()
    engines(lambda _: None, daily=holds.set)
    until(holds.is_set)
    engines(lambda _: None, daily=other.set)
    time.sleep(0.1)

    assert not other.is_set()
    assert caplog.messages == []


def test_what_is_daily_is_done_at_the_start_and_again_though_it_fails(
    engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("dashboard.engine.DAY_S", 0.05)
    done: list[float] = []

    def fails() -> None:
        done.append(time.monotonic())
        raise OSError("the disk is gone")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(lambda _: None, daily=fails)
        until(lambda: len(done) >= 3)

    assert all(later - earlier >= 0.05 for earlier, later in itertools.pairwise(done))


def test_what_is_daily_is_done_once_a_day(engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    done: list[float] = []
    engines(lambda _: None, daily=lambda: done.append(time.monotonic()))
    until(lambda: done)
    time.sleep(0.1)

    assert len(done) == 1


def test_a_started_house_sweeps_old_uploads(rooms: House, ada: Account) -> None:
    old, wanted = rooms.uploads.folder / "left.part", attached(rooms).file
    rooms.drafts.save(ada.id, Draft(kind="image", images=(Attachment(wanted),)))
    old.write_bytes(b"half")
    for file in (old, rooms.uploads.path(wanted.sha256)):
        os.utime(file, (0, 0))
    rooms.start()
    until(lambda: not old.exists())
    rooms.engine.stop()

    assert rooms.uploads.has(wanted.sha256)


def slowly(app: Any, pause_s: float = 0.05) -> Any:
    """The same application, on a connection that takes uploads slowly."""

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        async def receive_slowly() -> Any:
            if scope.get("method") == "PUT":
                await asyncio.sleep(pause_s)
            return await receive()

        await app(scope, receive_slowly, send)

    return slow


def test_a_stop_in_the_middle_of_an_upload_leaves_it_to_the_next_start(tmp_path: Path) -> None:
    state = Sandbox(tmp_path / "sandbox")
    with served(slowly(create_app(state))) as url:
        rooms = open_house(tmp_path, url)
        ada = signed_in(rooms, RunningSandbox(url, state))
        large = PNG + bytes(24_000_000)
        draft = draft_of(rooms, "image").changed(images=(attached(rooms, large),))
        post_id = rooms.outbox.put(ada.id, draft)
        rooms.engine.start()
        until(lambda: 0 < row(rooms, post_id).sent_bytes < len(large))
        start = time.monotonic()
        rooms.engine.stop()
        took_s = time.monotonic() - start
        left = row(rooms, post_id)

        assert took_s < STOP_WITHIN_S / 2
        assert left.state == "uploading"
        assert left.sent_bytes < len(large)
        assert state.feed() == []
        rooms.database.dispose()

    with served(create_app(state)) as url:
        again = open_house(tmp_path, url)
        signed_in(again, RunningSandbox(url, state))
        # The issuer is the address of LinkedIn, and this one has a new port.
        with again.database.begin() as db:
            db.exec_driver_sql("UPDATE posts SET account_id = 2")
        again.engine.start()
        until(lambda: not row(again, post_id).waiting)
        again.engine.stop()

        assert row(again, post_id).state == "published"
        assert [post.media[0].size_bytes for post in state.feed()] == [len(large)]
        again.database.dispose()


def test_a_stop_while_an_upload_is_repeated_is_quick(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("unavailable", times=None, target="upload")
    post_id = rooms.outbox.put(ada.id, draft_of(rooms, "image"))
    rooms.engine.start()
    until(lambda: row(rooms, post_id).calls >= 2)
    start = time.monotonic()
    rooms.engine.stop()

    assert time.monotonic() - start < STOP_WITHIN_S / 2
    assert row(rooms, post_id).state == "uploading"


def test_an_engine_that_never_started_stops_at_once(rooms: House) -> None:
    start = time.monotonic()
    rooms.engine.stop()

    assert time.monotonic() - start < 1


@pytest.mark.parametrize(("left", "state"), [(False, "failed"), (True, "unconfirmed")])
def test_our_own_failures_are_retried_then_given_up(
    rooms: House,
    ada: Account,
    engines: Callable[..., Engine],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    left: bool,
    state: str,
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    tried: list[int] = []
    post_id = put(rooms, ada)
    if left:
        rooms.outbox.may_send(post_id)

    def breaks(row: Row) -> None:
        tried.append(row.id)
        raise RuntimeError("the disk is full")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(breaks)
        until(lambda: not row(rooms, post_id).waiting)
        time.sleep(0.1)

    ended = row(rooms, post_id)
    assert tried == [post_id] * TRIES
    assert ended.state == state
    assert str(ended.error).startswith("The dashboard itself failed")
    assert "RuntimeError" not in str(ended.error)
    assert ended.advice


def test_one_failure_of_our_own_is_forgiven(
    rooms: House,
    ada: Account,
    linkedin: RunningSandbox,
    engines: Callable[..., Engine],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    tried: list[int] = []
    post_id = put(rooms, ada)

    def breaks_once(row: Row) -> None:
        tried.append(row.id)
        if len(tried) == 1:
            raise RuntimeError
        rooms.outbox.finish(row, "published")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(breaks_once)
        until(lambda: not row(rooms, post_id).waiting)

    assert (len(tried), row(rooms, post_id).state) == (2, "published")


def test_one_bad_row_does_not_hold_up_the_others(
    rooms: House,
    ada: Account,
    engines: Callable[..., Engine],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    bad, good = put(rooms, ada, "bad"), put(rooms, ada, "good")

    def run(row: Row) -> None:
        if row.id == bad:
            raise RuntimeError
        rooms.outbox.finish(row, "published")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(run)
        until(lambda: not rooms.outbox.waiting())

    assert (row(rooms, bad).state, row(rooms, good).state) == ("failed", "published")
