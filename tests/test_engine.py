"""The engine: one for each database, taking up what others left, and quick to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy import update

from dashboard.accounts import Account
from dashboard.draft import Attachment, Draft
from dashboard.engine import ITSELF, LOOK_EVERY_S, STAND_BY_S, TRIES, Engine
from dashboard.house import House
from dashboard.row import OPEN, Posting, Row
from dashboard.store import now
from dashboard.tables import posts
from sandbox import Sandbox, create_app
from sandbox.members import ZOE
from tests.conftest import ROOT, RunningSandbox, served
from tests.patience import FOREVER_S, PATIENCE_S, Rounds, until
from tests.postgres import Postgres
from tests.samples_house import PNG, SECRET_KEY, ada, attached, draft_of, on_both, open_house, rooms, signed_in

__all__ = ["ada", "rooms"]
LEAVE = """
import os, sys
from dashboard.draft import Draft
from dashboard.jobs import Jobs
from dashboard.outbox import Outbox
from dashboard.row import Posting
from dashboard.settings import load
from dashboard.store import open_store
engine = open_store(load().database)
outbox = Outbox(engine, Jobs(engine))
post_id = outbox.put(Posting(1, Draft(text="Left behind")))
if sys.argv[1] == "sending":
    outbox.may_send(outbox.begin(post_id, outbox.get(post_id).job))
print(post_id, flush=True)
os._exit(1)
"""

WORK = """
from dashboard import settings
from dashboard.house import House
from dashboard.store import open_store
given = settings.load(env_file=None)
rooms = House(given, open_store(given.database), resend_after_s=0.05)
rooms.start()
print("working", flush=True)
rooms.engine.join()
"""
DEADLY = f"""
import os
from dashboard import engine, worker
engine.RECOVERIES, engine.TRIES, engine.LOOK_EVERY_S, engine.MEND_EVERY_S = 0, 2, 0.2, 0.2
worker.Flow.run = lambda self, row: os._exit(9)
{WORK}
"""


@pytest.fixture
def engines(rooms: House) -> Iterator[Callable[..., Engine]]:
    """Start engines on one database, as processes of one dashboard do."""
    started: list[Engine] = []

    def start(run: Callable[[Row], None], **options: Any) -> Engine:
        options.setdefault("stopping", threading.Event())
        started.append(Engine(rooms.database, rooms.outbox, rooms.jobs, run, **options))
        started[-1].start()
        return started[-1]

    yield start
    for each in started:
        each.stop()


def row(rooms: House, post_id: int) -> Row:
    found = rooms.outbox.get(post_id)
    assert found
    return found


def put(rooms: House, ada: Account, text: str = "Hello") -> int:
    return rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text", text=text)))


def test_a_row_is_published_soon_after_it_was_put(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    rooms.start()
    post_id = put(rooms, ada)
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
        [sys.executable, "-c", LEAVE, state], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE_S
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
    engines(worker("second"))
    for _ in range(3):
        post_id = put(rooms, ada)
        until(lambda i=post_id: not row(rooms, i).waiting)
    first.stop()
    put(rooms, ada)
    until(lambda: len(worked) == 5)

    assert worked == ["first"] * 4 + ["second"]


def test_nothing_is_sent_before_the_server_is_ready(
    rooms: House, ada: Account, engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.engine.STAND_BY_S", 0.01)
    ready, worked, rounds = threading.Event(), threading.Event(), Rounds()
    put(rooms, ada)

    def run(row: Row) -> None:
        worked.set()
        rooms.outbox.finish(row, "published")

    engines(run, ready=ready.is_set, stopping=rounds)
    rounds.pass_by()
    early = worked.is_set()
    ready.set()

    assert not early
    assert worked.wait(PATIENCE_S)


def test_a_lock_file_that_is_no_database_is_said_once_and_tried_again(
    rooms: House,
    ada: Account,
    engines: Callable[..., Engine],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.engine.STAND_BY_S", 0.01)
    file = tmp_path / "dashboard.worker"
    file.write_text("Dear diary, " * 100)
    post_id, rounds = put(rooms, ada), Rounds()
    with caplog.at_level(logging.ERROR, logger="dashboard.engine"):
        engines(lambda row: rooms.outbox.finish(row, "published"), stopping=rounds)
        until(lambda: caplog.records)
        rounds.pass_by()
        file.unlink()
        until(lambda: not row(rooms, post_id).waiting)

    (line,) = caplog.messages
    assert line.startswith(
        f"Nothing is published: the lock of {rooms.database.url} cannot be used (file is not a database)"
    )
    assert caplog.records[0].exc_info is None


def test_another_process_at_work_is_nothing_to_complain_of(
    engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.engine.STAND_BY_S", 0.01)
    holds, other, rounds = threading.Event(), threading.Event(), Rounds()
    engines(lambda _: None, daily=holds.set)
    until(holds.is_set)
    engines(lambda _: None, daily=other.set, stopping=rounds)
    rounds.pass_by()

    assert not other.is_set()
    assert caplog.messages == []


def test_what_is_daily_is_done_at_the_start_and_again_though_it_fails(
    engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("dashboard.engine.DAY_S", 0.05)
    done: list[float] = []
    began = time.monotonic()

    def fails() -> None:
        done.append(time.monotonic())
        raise OSError("the disk is gone")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(lambda _: None, daily=fails)
        until(lambda: len(done) >= 3)

    assert all(at - began >= 0.05 * times for times, at in enumerate(done))


def test_what_is_daily_is_done_once_a_day(engines: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    done, rounds = list[float](), Rounds()
    engines(lambda _: None, daily=lambda: done.append(time.monotonic()), stopping=rounds)
    until(lambda: done)
    rounds.pass_by()

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


def held_up(app: Any, let_go: threading.Event) -> Any:
    """The same application, which takes no more of an upload than the line holds until it is let go."""

    async def held(scope: Any, receive: Any, send: Any) -> None:
        async def receive_later() -> Any:
            while scope.get("method") == "PUT" and not let_go.is_set():
                await asyncio.sleep(0.02)
            return await receive()

        await app(scope, receive_later, send)

    return held


def at_work(post_id: int) -> bool:
    """Whether a thread of this process brings the post on."""
    return any(thread.name == f"post-{post_id}" for thread in threading.enumerate())


def test_a_stop_in_the_middle_of_an_upload_leaves_it_to_the_next_start(tmp_path: Path) -> None:
    state, let_go = Sandbox(tmp_path / "sandbox"), threading.Event()
    with served(held_up(create_app(state), let_go)) as url:
        rooms = open_house(tmp_path, url)
        ada = signed_in(rooms, RunningSandbox(url, state))
        large = PNG + bytes(24_000_000)
        draft = draft_of(rooms, "image").changed(images=(attached(rooms, large),))
        post_id = rooms.outbox.put(Posting(ada.id, draft))
        rooms.engine.start()
        until(lambda: row(rooms, post_id).sent_bytes > 0)
        rooms.engine.stop(PATIENCE_S)
        stopped, left = not at_work(post_id), row(rooms, post_id)
        let_go.set()

        assert stopped  # although the upload would have gone on
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
    post_id = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "image")))
    rooms.engine.start()
    until(lambda: row(rooms, post_id).calls >= 2)
    rooms.engine.stop(PATIENCE_S)

    assert not at_work(post_id)
    assert row(rooms, post_id).state == "uploading"


def test_an_engine_that_never_started_stops_at_once(rooms: House) -> None:
    start = time.monotonic()
    rooms.engine.stop(PATIENCE_S)

    assert time.monotonic() - start < PATIENCE_S


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
    monkeypatch.setattr("dashboard.engine.RETRY_S", 0.01)
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("dashboard.engine.MEND_EVERY_S", 0.01)
    tried, rounds = list[int](), Rounds()
    post_id = put(rooms, ada)
    if left:
        taken = rooms.outbox.begin(post_id, row(rooms, post_id).job or "")
        assert taken
        rooms.outbox.may_send(taken)

    def breaks(row: Row) -> None:
        tried.append(row.id)
        raise RuntimeError("the disk is full")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(breaks, stopping=rounds)
        until(lambda: not row(rooms, post_id).waiting)
        rounds.pass_by()

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
    monkeypatch.setattr("dashboard.engine.RETRY_S", 0.01)
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
    monkeypatch.setattr("dashboard.engine.RETRY_S", 0.01)
    bad, good = put(rooms, ada, "bad"), put(rooms, ada, "good")

    def run(row: Row) -> None:
        if row.id == bad:
            raise RuntimeError
        rooms.outbox.finish(row, "published")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.engine"):
        engines(run)
        until(lambda: not rooms.outbox.waiting())

    assert (row(rooms, bad).state, row(rooms, good).state) == ("failed", "published")


# Processes that die, and databases that do.


def table(rooms: House) -> str:
    return "workflow_status" if rooms.database.dialect.name == "sqlite" else "dbos.workflow_status"


@pytest.fixture
def workers(rooms: House, linkedin: RunningSandbox, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start workers of the house, each in a process of its own."""
    started: list[subprocess.Popen[str]] = []
    given = rooms.settings.database
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LINKEDIN_")},
        "LINKEDIN_AUTH_URL": linkedin.url,
        "LINKEDIN_API_URL": linkedin.url,
        "DATABASE_URL": given if isinstance(given, str) else f"sqlite:///{given}",
        "DATA_FOLDER": str(tmp_path),
        "SECRET_KEY": SECRET_KEY,
    }

    def start(program: str = WORK) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout
        assert started[-1].stdout.readline() == "working\n"
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


@on_both
def test_a_worker_that_is_killed_loses_nothing_and_another_goes_on(
    rooms: House, ada: Account, linkedin: RunningSandbox, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", target="create")
    ids = [put(rooms, ada, text) for text in ("In the middle", "Behind it")]
    first = workers()
    until(lambda: row(rooms, ids[0]).state == "sending")
    workers()
    first.kill()
    linkedin.state.faults.slow_s = 0
    until(lambda: all(row(rooms, each).state == "published" for each in ids))

    assert 2 * LOOK_EVERY_S + STAND_BY_S < 15  # so long until a dead worker's posts go on
    assert sorted(post.text for post in linkedin.state.feed()) == ["Behind it", "In the middle"]


@pytest.mark.parametrize("rooms", ["postgresql"], indirect=True)
def test_a_worker_that_stands_still_keeps_its_post_and_others_do_the_rest(
    rooms: House, ada: Account, linkedin: RunningSandbox, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    zoe = signed_in(rooms, linkedin, ZOE)
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", target="create")
    kept = put(rooms, ada, "Kept")
    frozen = workers()
    until(lambda: row(rooms, kept).state == "sending")
    frozen.send_signal(signal.SIGSTOP)
    rest = put(rooms, zoe, "The rest")
    workers()
    until(lambda: row(rooms, rest).state == "published")
    meanwhile = row(rooms, kept).state
    linkedin.state.faults.slow_s = 0
    frozen.send_signal(signal.SIGCONT)
    until(lambda: row(rooms, kept).state == "published")

    assert meanwhile == "sending"
    assert sorted(post.text for post in linkedin.state.feed()) == ["Kept", "The rest"]


@on_both
def test_posts_without_a_job_get_one(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    due_at = now() + timedelta(days=1)
    at_once = put(rooms, ada)
    planned = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text", text="Later"), due_at))
    with rooms.database.begin() as db:  # as after a move to another database
        db.execute(sql(f"DELETE FROM {table(rooms)}"))  # noqa: S608 - a name of ours
        db.execute(update(posts).where(posts.c.id == planned).values(job=None))
    rooms.engine.start()
    until(lambda: row(rooms, at_once).state == "published")
    rooms.engine.stop()

    waits = row(rooms, planned)
    assert (waits.state, waits.due_at, waits.failures) == ("scheduled", due_at, 0)
    assert rooms.jobs.live([waits.job or ""]) == {waits.job}
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize("rooms", ["postgresql"], indirect=True)
def test_the_job_of_a_worker_that_is_long_gone_is_taken_over(
    rooms: House, ada: Account, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.2)
    post_id = put(rooms, ada)
    with rooms.database.begin() as db:
        db.execute(sql(f"UPDATE {table(rooms)} SET status = 'PENDING', executor_id = 'gone-1'"))  # noqa: S608 - ours
    rooms.engine.start()
    until(lambda: row(rooms, post_id).state == "published")
    rooms.engine.stop()

    assert len(linkedin.state.feed()) == 1


def test_a_post_that_ends_its_process_again_and_again_is_given_up(
    rooms: House, ada: Account, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    post_id = put(rooms, ada)
    crashes = 0
    while row(rooms, post_id).state in OPEN:
        assert crashes < 12
        process = workers(DEADLY)
        until(lambda process=process: process.poll() is not None or row(rooms, post_id).state not in OPEN)
        crashes += process.poll() == 9
        process.kill()

    ended = row(rooms, post_id)
    assert crashes >= 2
    assert (ended.state, ended.error) == ("failed", ITSELF)


@pytest.mark.parametrize("rooms", ["postgresql"], indirect=True)
def test_a_crash_of_the_server_in_the_middle_loses_and_doubles_nothing(
    rooms: House,
    ada: Account,
    linkedin: RunningSandbox,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.3)
    monkeypatch.setattr("dashboard.engine.TRIES", 1)  # a database that is away is no failure of the post
    zoe = signed_in(rooms, linkedin, ZOE)
    linkedin.state.faults.latency_s = 0.2
    ids = [put(rooms, each, f"{each.id} {number}") for number in range(4) for each in (ada, zoe)]
    with caplog.at_level(logging.CRITICAL):
        rooms.engine.start()
        until(lambda: len(linkedin.state.feed()) >= 2)
        postgres.crash()
        until(lambda: all(row(rooms, each).state == "published" for each in ids))
        until(lambda: rooms.engine._lock and rooms.engine._lock.is_held())
        rooms.engine.stop()

    assert len(linkedin.state.feed()) == len(ids)
    assert {post.urn for post in linkedin.state.feed()} == {row(rooms, each).urn for each in ids}


def test_what_was_running_at_a_stop_has_a_job_that_waits(rooms: House, ada: Account, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("unavailable", times=None, target="upload")
    post_id = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "image")))
    before = row(rooms, post_id).job
    rooms.engine.start()
    until(lambda: row(rooms, post_id).calls >= 2)
    rooms.engine.stop()

    left = row(rooms, post_id)
    assert left.waiting
    assert left.job != before
    assert rooms.jobs.live([left.job or "", before or ""]) == {left.job}


@pytest.mark.parametrize(("gap_s", "slept"), [(600, True), (-600, True), (10, False)])
def test_a_gap_between_two_looks_is_a_sleep(rooms: House, gap_s: float, slept: bool) -> None:
    engine = rooms.engine
    began = engine.awake_since
    engine._feel_the_time()
    engine._looked_at = time.time() - gap_s
    engine._feel_the_time()

    assert (engine.awake_since > began) == slept
