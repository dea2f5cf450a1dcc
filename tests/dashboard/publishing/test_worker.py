"""The engine: one for each database, taking up what others left, and quick to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sqlite3
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

from dashboard.accounts.account import Account
from dashboard.db.database import now
from dashboard.db.tables import posts
from dashboard.drafts.draft import Attachment, Draft
from dashboard.posts.post import OPEN, Posting, PostRow
from dashboard.publishing.worker import ITSELF, LOOK_EVERY_S, STAND_BY_S, TRIES, Worker
from dashboard.services import Services
from sandbox import Sandbox, create_app
from sandbox.directory.members import ZOE
from tests.conftest import ROOT, RunningSandbox, served
from tests.support.patience import FOREVER_S, PATIENCE_S, Rounds, until
from tests.support.postgres import Postgres
from tests.support.services import PNG, SECRET_KEY, ada, attached, draft_of, on_both, open_services, services, signed_in

__all__ = ["ada", "services"]
LEAVE = """
import os, sys
from dashboard.drafts.draft import Draft
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import Posting
from dashboard.config.settings import load
from dashboard.db.database import open_database
engine = open_database(load().database)
outbox = Outbox(engine, Jobs(engine))
post_id = outbox.put(Posting(1, Draft(text="Left behind")))
if sys.argv[1] == "sending":
    outbox.may_send(outbox.begin(post_id, outbox.get(post_id).job))
print(post_id, flush=True)
os._exit(1)
"""

WORK = """
from dashboard.config import settings
from dashboard.services import Services
from dashboard.db.database import open_database
given = settings.load(env_file=None)
services = Services(given, open_database(given.database), resend_after_s=0.05)
services.start()
print("working", flush=True)
services.worker.join()
"""
DEADLY = f"""
import os
from dashboard.publishing import job_library, worker, publish_flow
job_library.RECOVERIES, worker.TRIES, worker.LOOK_EVERY_S, worker.MEND_EVERY_S = 0, 2, 0.2, 0.2
publish_flow.PublishFlow.run = lambda self, row: os._exit(9)
{WORK}
"""


@pytest.fixture
def engines(services: Services) -> Iterator[Callable[..., Worker]]:
    """Start engines on one database, as processes of one dashboard do."""
    started: list[Worker] = []

    def start(run: Callable[[PostRow], None], **options: Any) -> Worker:
        options.setdefault("stopping", threading.Event())
        started.append(Worker(services.database, services.outbox, services.jobs, run, **options))
        started[-1].start()
        return started[-1]

    yield start
    for each in started:
        each.stop()


def row(services: Services, post_id: int) -> PostRow:
    found = services.outbox.get(post_id)
    assert found
    return found


def put(services: Services, ada: Account, text: str = "Hello") -> int:
    return services.outbox.put(Posting(ada.id, draft_of(services, "text", text=text)))


def test_a_row_is_published_soon_after_it_was_put(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    services.start()
    post_id = put(services, ada)
    until(lambda: not row(services, post_id).waiting)
    services.worker.stop()

    assert row(services, post_id).state == "published"
    assert len(linkedin.state.feed()) == 1


def test_the_engine_rests_while_no_job_is_near_and_starts_again_for_the_next(
    services: Services, ada: Account, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.publishing.job_engine.CALM_S", 0.1)
    services.outbox.put(Posting(ada.id, draft_of(services, "text", text="Tomorrow"), now() + timedelta(days=1)))
    services.worker.start()
    until(lambda: services.worker.awake)
    rested = [not services.worker._engine._running]
    for text in ("One", "Another"):
        post_id = put(services, ada, text)
        until(lambda i=post_id: not row(services, i).waiting)
        until(lambda: not services.worker._engine._running)
        rested.append(services.worker.awake)
    services.worker.stop()

    assert rested == [True] * 3
    assert sorted(post.text for post in linkedin.state.feed()) == ["Another", "One"]


def test_a_dashboard_that_publishes_nothing_sweeps_on_one_thread(tmp_path: Path, linkedin: RunningSandbox) -> None:
    only_draws = open_services(tmp_path, linkedin.url, DASHBOARD_PUBLISHES="no")
    for _ in range(3):
        only_draws.start()
    names = [each.name for each in threading.enumerate()]
    only_draws.background.stopping.set()
    only_draws.background.sweeper.join(PATIENCE_S)
    only_draws.database.dispose()

    assert names.count("sweeper") == 1


def test_many_rows_are_published_once_each(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    ids = [put(services, ada, f"Post {number}") for number in range(12)]
    services.worker.start()
    services.worker.start()
    until(lambda: not services.outbox.waiting())
    services.worker.stop()

    assert {row(services, post_id).state for post_id in ids} == {"published"}
    assert sorted(post.text for post in linkedin.state.feed()) == sorted(f"Post {number}" for number in range(12))


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_a_dead_process_left_is_taken_up(
    services: Services, ada: Account, linkedin: RunningSandbox, tmp_path: Path, state: str
) -> None:
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/dashboard.db", "SECRET_KEY": SECRET_KEY}
    left = subprocess.run(
        [sys.executable, "-c", LEAVE, state], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE_S
    )
    post_id = int(left.stdout)
    before = row(services, post_id).state
    services.worker.start()
    until(lambda: not row(services, post_id).waiting)
    services.worker.stop()

    assert before == state
    assert row(services, post_id).state == "published"
    assert [post.text for post in linkedin.state.feed()] == ["Left behind"]


def test_of_two_engines_one_works_and_the_other_takes_over(
    services: Services, ada: Account, engines: Callable[..., Worker]
) -> None:
    worked: list[str] = []

    def worker(name: str) -> Callable[[PostRow], None]:
        def run(row: PostRow) -> None:
            worked.append(name)
            services.outbox.finish(row, "published")

        return run

    first = engines(worker("first"))
    put(services, ada)
    until(lambda: worked == ["first"])
    engines(worker("second"))
    for _ in range(3):
        post_id = put(services, ada)
        until(lambda i=post_id: not row(services, i).waiting)
    first.stop()
    put(services, ada)
    until(lambda: len(worked) == 5)

    assert worked == ["first"] * 4 + ["second"]


def test_nothing_is_sent_before_the_server_is_ready(
    services: Services, ada: Account, engines: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.01)
    ready, worked, rounds = threading.Event(), threading.Event(), Rounds()
    put(services, ada)

    def run(row: PostRow) -> None:
        worked.set()
        services.outbox.finish(row, "published")

    engines(run, ready=ready.is_set, stopping=rounds)
    rounds.pass_by()
    early = worked.is_set()
    ready.set()

    assert not early
    assert worked.wait(PATIENCE_S)


def test_a_fault_before_the_first_look_ends_no_worker(
    services: Services, ada: Account, engines: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.01)
    answers: list[bool] = []

    def ready() -> bool:
        answers.append(True)
        if len(answers) < 3:
            raise OSError("too many open files")
        return True

    post_id = put(services, ada)
    engines(lambda row: services.outbox.finish(row, "published"), ready=ready)

    until(lambda: row(services, post_id).state == "published")


def test_a_lock_file_that_is_no_database_is_said_once_and_tried_again(
    services: Services,
    ada: Account,
    engines: Callable[..., Worker],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.01)
    file = tmp_path / "dashboard.worker"
    file.write_text("Dear diary, " * 100)
    post_id, rounds = put(services, ada), Rounds()
    with caplog.at_level(logging.ERROR, logger="dashboard.publishing.worker"):
        engines(lambda row: services.outbox.finish(row, "published"), stopping=rounds)
        until(lambda: caplog.records)
        rounds.pass_by()
        file.unlink()
        until(lambda: not row(services, post_id).waiting)

    (line,) = caplog.messages
    assert line.startswith(
        f"Nothing is published: the lock of {services.database.url} cannot be used (file is not a database)"
    )
    assert caplog.records[0].exc_info is None


def test_a_worker_whose_lock_file_is_deleted_stands_by_for_the_one_that_takes_its_place(
    services: Services,
    ada: Account,
    engines: Callable[..., Worker],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("STAND_BY_S", "LOOK_EVERY_S"):
        monkeypatch.setattr(f"dashboard.publishing.worker.{name}", 0.01)
    rounds, file = Rounds(), tmp_path / "dashboard.worker"
    worker = engines(lambda row: services.outbox.finish(row, "published"), stopping=rounds)
    until(lambda: worker.awake)
    file.unlink()
    until(file.exists)  # nobody else has come: it takes the lock again

    other = sqlite3.connect(tmp_path / "of another", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    (tmp_path / "of another").replace(file)
    until(lambda: caplog.messages)
    post_id = put(services, ada)
    rounds.pass_by()
    state = row(services, post_id).state
    other.close()
    until(lambda: not row(services, post_id).waiting)

    assert state == "queued"
    assert caplog.messages == ["Another worker goes on in the place of this one, whose lock file was deleted"]


def test_another_process_at_work_is_nothing_to_complain_of(
    engines: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.01)
    holds, other, rounds = threading.Event(), threading.Event(), Rounds()
    engines(lambda _: None, daily=holds.set)
    until(holds.is_set)
    engines(lambda _: None, daily=other.set, stopping=rounds)
    rounds.pass_by()

    assert not other.is_set()
    assert caplog.messages == []


def test_what_is_daily_is_done_at_the_start_and_again_though_it_fails(
    engines: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("dashboard.publishing.worker.DAY_S", 0.05)
    done: list[float] = []
    began = time.monotonic()

    def fails() -> None:
        done.append(time.monotonic())
        raise OSError("the disk is gone")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.publishing.worker"):
        engines(lambda _: None, daily=fails)
        until(lambda: len(done) >= 3)

    assert all(at - began >= 0.05 * times for times, at in enumerate(done))


def test_what_is_daily_is_done_once_a_day(engines: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.01)
    done, rounds = list[float](), Rounds()
    engines(lambda _: None, daily=lambda: done.append(time.monotonic()), stopping=rounds)
    until(lambda: done)
    rounds.pass_by()

    assert len(done) == 1


def test_what_is_daily_and_takes_long_holds_up_no_post(
    engines: Callable[..., Worker], services: Services, ada: Account
) -> None:
    begun, goes_on, ran = threading.Event(), threading.Event(), threading.Event()
    engines(lambda _: ran.set(), daily=lambda: (begun.set(), goes_on.wait(PATIENCE_S)))
    until(begun.is_set)
    put(services, ada)
    until(ran.is_set)

    assert not goes_on.is_set()
    goes_on.set()


def test_a_started_house_sweeps_old_uploads(services: Services, ada: Account) -> None:
    old, wanted = services.uploads.folder / "left.part", attached(services).file
    services.drafts.save(ada.id, Draft(kind="image", images=(Attachment(wanted),)))
    old.write_bytes(b"half")
    for file in (old, services.uploads.path(wanted.sha256)):
        os.utime(file, (0, 0))
    services.start()
    until(lambda: not old.exists())
    services.worker.stop()

    assert services.uploads.has(wanted.sha256)


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
        services = open_services(tmp_path, url)
        ada = signed_in(services, RunningSandbox(url, state))
        large = PNG + bytes(24_000_000)
        draft = draft_of(services, "image").changed(images=(attached(services, large),))
        post_id = services.outbox.put(Posting(ada.id, draft))
        services.worker.start()
        until(lambda: row(services, post_id).sent_bytes > 0)
        services.worker.stop(PATIENCE_S)
        stopped, left = not at_work(post_id), row(services, post_id)
        let_go.set()

        assert stopped  # although the upload would have gone on
        assert left.state == "uploading"
        assert left.sent_bytes < len(large)
        assert state.feed() == []
        services.database.dispose()

    with served(create_app(state)) as url:
        again = open_services(tmp_path, url)
        signed_in(again, RunningSandbox(url, state))
        # The issuer is the address of LinkedIn, and this one has a new port.
        with again.database.begin() as db:
            db.exec_driver_sql("UPDATE posts SET account_id = 2")
        again.worker.start()
        until(lambda: not row(again, post_id).waiting)
        again.worker.stop()

        assert row(again, post_id).state == "published"
        assert [post.media[0].size_bytes for post in state.feed()] == [len(large)]
        again.database.dispose()


def test_a_stop_while_an_upload_is_repeated_is_quick(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("unavailable", times=None, target="upload")
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))
    services.worker.start()
    until(lambda: row(services, post_id).calls >= 2)
    services.worker.stop(PATIENCE_S)

    assert not at_work(post_id)
    assert row(services, post_id).state == "uploading"


def test_an_engine_that_never_started_stops_at_once(services: Services) -> None:
    start = time.monotonic()
    services.worker.stop(PATIENCE_S)

    assert time.monotonic() - start < PATIENCE_S


@pytest.mark.parametrize(("left", "state"), [(False, "failed"), (True, "unconfirmed")])
def test_our_own_failures_are_retried_then_given_up(
    services: Services,
    ada: Account,
    engines: Callable[..., Worker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    left: bool,
    state: str,
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.RETRY_S", 0.01)
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("dashboard.publishing.worker.MEND_EVERY_S", 0.01)
    tried, rounds = list[int](), Rounds()
    post_id = put(services, ada)
    if left:
        taken = services.outbox.begin(post_id, row(services, post_id).job or "")
        assert taken
        services.outbox.may_send(taken)

    def breaks(row: PostRow) -> None:
        tried.append(row.id)
        raise RuntimeError("the disk is full")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.publishing.worker"):
        engines(breaks, stopping=rounds)
        until(lambda: not row(services, post_id).waiting)
        rounds.pass_by()

    ended = row(services, post_id)
    assert tried == [post_id] * TRIES
    assert ended.state == state
    assert str(ended.error).startswith("The dashboard itself failed")
    assert "RuntimeError" not in str(ended.error)
    assert ended.advice


def test_one_failure_of_our_own_is_forgiven(
    services: Services,
    ada: Account,
    linkedin: RunningSandbox,
    engines: Callable[..., Worker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.RETRY_S", 0.01)
    tried: list[int] = []
    post_id = put(services, ada)

    def breaks_once(row: PostRow) -> None:
        tried.append(row.id)
        if len(tried) == 1:
            raise RuntimeError
        services.outbox.finish(row, "published")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.publishing.worker"):
        engines(breaks_once)
        until(lambda: not row(services, post_id).waiting)

    assert (len(tried), row(services, post_id).state) == (2, "published")


def test_one_bad_row_does_not_hold_up_the_others(
    services: Services,
    ada: Account,
    engines: Callable[..., Worker],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.RETRY_S", 0.01)
    bad, good = put(services, ada, "bad"), put(services, ada, "good")

    def run(row: PostRow) -> None:
        if row.id == bad:
            raise RuntimeError
        services.outbox.finish(row, "published")

    with caplog.at_level(logging.CRITICAL, logger="dashboard.publishing.worker"):
        engines(run)
        until(lambda: not services.outbox.waiting())

    assert (row(services, bad).state, row(services, good).state) == ("failed", "published")


# Processes that die, and databases that do.


def table(services: Services) -> str:
    return "workflow_status" if services.database.dialect.name == "sqlite" else "dbos.workflow_status"


@pytest.fixture
def workers(
    services: Services, linkedin: RunningSandbox, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start workers of the house, each in a process of its own."""
    started: list[subprocess.Popen[str]] = []
    given = services.settings.database
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
    services: Services, ada: Account, linkedin: RunningSandbox, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", target="create")
    ids = [put(services, ada, text) for text in ("In the middle", "Behind it")]
    first = workers()
    until(lambda: row(services, ids[0]).state == "sending")
    workers()
    first.kill()
    linkedin.state.faults.slow_s = 0
    until(lambda: all(row(services, each).state == "published" for each in ids))

    assert 2 * LOOK_EVERY_S + STAND_BY_S < 15  # so long until a dead worker's posts go on
    assert sorted(post.text for post in linkedin.state.feed()) == ["Behind it", "In the middle"]


@pytest.mark.parametrize("services", ["postgresql"], indirect=True)
def test_a_worker_that_stands_still_keeps_its_post_and_others_do_the_rest(
    services: Services, ada: Account, linkedin: RunningSandbox, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    zoe = signed_in(services, linkedin, ZOE)
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow", target="create")
    kept = put(services, ada, "Kept")
    frozen = workers()
    until(lambda: row(services, kept).state == "sending")
    frozen.send_signal(signal.SIGSTOP)
    rest = put(services, zoe, "The rest")
    workers()
    until(lambda: row(services, rest).state == "published")
    meanwhile = row(services, kept).state
    linkedin.state.faults.slow_s = 0
    frozen.send_signal(signal.SIGCONT)
    until(lambda: row(services, kept).state == "published")

    assert meanwhile == "sending"
    assert sorted(post.text for post in linkedin.state.feed()) == ["Kept", "The rest"]


@on_both
def test_posts_without_a_job_get_one(services: Services, ada: Account, linkedin: RunningSandbox) -> None:
    due_at = now() + timedelta(days=1)
    at_once = put(services, ada)
    planned = services.outbox.put(Posting(ada.id, draft_of(services, "text", text="Later"), due_at))
    with services.database.begin() as db:  # as after a move to another database
        db.execute(sql(f"DELETE FROM {table(services)}"))  # noqa: S608 - a name of ours
        db.execute(update(posts).where(posts.c.id == planned).values(job=None))
    services.worker.start()
    until(lambda: row(services, at_once).state == "published")
    services.worker.stop()

    waits = row(services, planned)
    assert (waits.state, waits.due_at, waits.failures) == ("scheduled", due_at, 0)
    assert services.jobs.live([waits.job or ""]) == {waits.job}
    assert len(linkedin.state.feed()) == 1


@pytest.mark.parametrize("services", ["postgresql"], indirect=True)
def test_the_job_of_a_worker_that_is_long_gone_is_taken_over(
    services: Services, ada: Account, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.2)
    post_id = put(services, ada)
    with services.database.begin() as db:
        db.execute(sql(f"UPDATE {table(services)} SET status = 'PENDING', executor_id = 'gone-1'"))  # noqa: S608 - ours
    services.worker.start()
    until(lambda: row(services, post_id).state == "published")
    services.worker.stop()

    assert len(linkedin.state.feed()) == 1


def test_a_post_that_ends_its_process_again_and_again_is_given_up(
    services: Services, ada: Account, workers: Callable[..., subprocess.Popen[str]]
) -> None:
    post_id = put(services, ada)
    crashes = 0
    while row(services, post_id).state in OPEN:
        assert crashes < 12
        process = workers(DEADLY)
        until(lambda process=process: process.poll() is not None or row(services, post_id).state not in OPEN)
        crashes += process.poll() == 9
        process.kill()

    ended = row(services, post_id)
    assert crashes >= 2
    assert (ended.state, ended.error) == ("failed", ITSELF)


@pytest.mark.parametrize("services", ["postgresql"], indirect=True)
def test_a_crash_of_the_server_in_the_middle_loses_and_doubles_nothing(
    services: Services,
    ada: Account,
    linkedin: RunningSandbox,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.3)
    monkeypatch.setattr("dashboard.publishing.worker.TRIES", 1)  # a database that is away is no failure of the post
    zoe = signed_in(services, linkedin, ZOE)
    linkedin.state.faults.latency_s = 0.2
    ids = [put(services, each, f"{each.id} {number}") for number in range(4) for each in (ada, zoe)]
    with caplog.at_level(logging.CRITICAL):
        services.worker.start()
        until(lambda: len(linkedin.state.feed()) >= 2)
        postgres.crash()
        until(lambda: all(row(services, each).state == "published" for each in ids))
        until(lambda: services.worker._lock and services.worker._lock.is_held())
        services.worker.stop()

    assert len(linkedin.state.feed()) == len(ids)
    assert {post.urn for post in linkedin.state.feed()} == {row(services, each).urn for each in ids}


def test_what_was_running_at_a_stop_has_a_job_that_waits(
    services: Services, ada: Account, linkedin: RunningSandbox
) -> None:
    linkedin.state.faults.arm("unavailable", times=None, target="upload")
    post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image")))
    before = row(services, post_id).job
    services.worker.start()
    until(lambda: row(services, post_id).calls >= 2)
    services.worker.stop()

    left = row(services, post_id)
    assert left.waiting
    assert left.job != before
    assert services.jobs.live([left.job or "", before or ""]) == {left.job}


@pytest.mark.parametrize(("gap_s", "slept"), [(600, True), (-600, True), (10, False)])
def test_a_gap_between_two_looks_is_a_sleep(services: Services, gap_s: float, slept: bool) -> None:
    engine = services.worker
    began = engine.awake_since
    engine.time_awake_since()
    engine._looked_at = time.time() - gap_s
    engine.time_awake_since()

    assert (engine.awake_since > began) == slept
