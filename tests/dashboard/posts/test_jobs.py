"""What we take from DBOS that is private, or a default that we rely on; and what a job of ours is."""

from __future__ import annotations

import contextlib
import inspect
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import dbos
import pytest
from dbos import DBOS, DBOSClient
from sqlalchemy import Engine, text

from dashboard.db.database import now
from dashboard.posts.jobs import APP, FLOW, LATEST, QUEUE, VERSION, Jobs
from dashboard.posts.post import new_job
from tests.support.services import BOTH, new_database

on_both = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(database: Engine) -> Jobs:
    found = Jobs(database)
    found.prepare()
    return found


def given(database: Engine, job: str) -> dict[str, object]:
    """The engine's own row of a job."""
    table = "workflow_status" if database.dialect.name == "sqlite" else "dbos.workflow_status"
    with database.connect() as db:
        found = db.execute(text(f"SELECT * FROM {table} WHERE workflow_uuid = :job"), {"job": job})  # noqa: S608 - ours
        return dict(found.one()._mapping)


# What we rely on.


def test_the_version_is_one_whose_private_parts_were_read() -> None:
    assert version("dbos").startswith("3.4.")


def test_the_private_call_that_takes_over_a_dead_workers_jobs_is_there() -> None:
    (parameter,) = inspect.signature(DBOS._recover_pending_workflows).parameters.values()

    assert parameter.name == "executor_ids"
    assert "List[str]" in str(parameter.annotation) or "list[str]" in str(parameter.annotation)


@pytest.mark.parametrize(
    ("of", "name", "parameters"),
    [
        (DBOSClient, "enqueue_in_transaction", ["conn_or_session", "options", "args"]),
        (DBOSClient, "cancel_workflows", ["workflow_ids"]),
        (DBOSClient, "delete_workflows", ["workflow_ids"]),
        (
            DBOSClient,
            "list_workflows",
            ["workflow_ids", "status", "completed_before", "limit", "load_input", "load_output"],
        ),
        (DBOSClient, "__init__", ["system_database_engine", "application_name", "retry_connection_errors"]),
        (DBOS, "destroy", ["workflow_completion_timeout_sec"]),
        (DBOS, "list_workflows", ["status", "load_input", "load_output"]),
        (DBOS, "register_queue", ["name", "worker_concurrency", "partition_concurrency", "polling_interval_sec"]),
        (DBOS, "migrate", ["system_database_url"]),
        (DBOS, "workflow", ["name", "max_recovery_attempts"]),
    ],
)
def test_a_call_of_ours_is_still_there(of: type, name: str, parameters: list[str]) -> None:
    taken = inspect.signature(getattr(of, name)).parameters

    assert set(parameters) <= set(taken)


def test_the_options_of_a_job_have_the_names_that_we_use() -> None:
    used = {
        "workflow_name",
        "workflow_id",
        "queue_name",
        "queue_partition_key",
        "priority",
        "app_version",
        "delay_seconds",
    }

    assert used <= set(dbos.EnqueueOptions.__annotations__)


# What a job is.


@on_both
def test_a_job_is_there_when_its_transaction_is_and_not_otherwise(database: Engine, jobs: Jobs) -> None:
    kept, lost = new_job(), new_job()
    with database.begin() as db:
        jobs.put(db, kept, 7, 1)
    with contextlib.suppress(RuntimeError), database.begin() as db:
        jobs.put(db, lost, 8, 1)
        raise RuntimeError

    assert jobs.live([kept, lost]) == {kept}


@on_both
def test_a_job_waits_for_its_moment_under_the_name_of_its_account(database: Engine, jobs: Jobs) -> None:
    later, at_once, due_at = new_job(), new_job(), now() + timedelta(days=400)
    with database.begin() as db:
        jobs.put(db, later, 7, 1, due_at)
        jobs.put(db, at_once, 8, 2, now() - timedelta(hours=1))
    waits, goes = given(database, later), given(database, at_once)

    assert (waits["status"], goes["status"]) == ("DELAYED", "ENQUEUED")
    assert abs(int(str(waits["delay_until_epoch_ms"])) - due_at.timestamp() * 1000) < 2000
    assert (waits["queue_partition_key"], goes["queue_partition_key"]) == ("1", "2")
    assert int(str(goes["priority"])) < int(str(waits["priority"])) <= LATEST
    assert (waits["name"], waits["queue_name"]) == (FLOW, QUEUE)


@on_both
def test_a_job_belongs_to_a_version_that_does_not_change_with_the_code(database: Engine, jobs: Jobs) -> None:
    job = new_job()
    with database.begin() as db:
        jobs.put(db, job, 7, 1)
    found = given(database, job)

    assert (found["application_version"], found["application_name"], VERSION) == ("1", APP, "1")


def test_a_moment_after_2038_still_fits(database: Engine, jobs: Jobs) -> None:
    job = new_job()
    with database.begin() as db:
        jobs.put(db, job, 7, 1, now() + timedelta(days=365 * 20))

    assert given(database, job)["priority"] == LATEST


@on_both
def test_a_job_that_was_dropped_is_not_live_and_dropping_it_twice_is_fine(database: Engine, jobs: Jobs) -> None:
    job = new_job()
    with database.begin() as db:
        jobs.put(db, job, 7, 1)
    jobs.drop([job, None, "never-there"])
    jobs.drop([job])
    jobs.drop([])

    assert jobs.live([job]) == set()


@on_both
def test_any_number_of_jobs_may_be_asked_for(database: Engine, jobs: Jobs) -> None:
    names = [new_job() for _ in range(1_203)]
    with database.begin() as db:
        for name in (names[0], names[700], names[-1]):
            jobs.put(db, name, 7, 1)

    assert jobs.live(names) == {names[0], names[700], names[-1]}
    assert jobs.live([]) == set()


@on_both
def test_what_ended_more_than_a_day_ago_is_swept_away(database: Engine, jobs: Jobs) -> None:
    old, fresh, live = new_job(), new_job(), new_job()
    with database.begin() as db:
        for job in (old, fresh, live):
            jobs.put(db, job, 7, 1)
    jobs.drop([old, fresh])
    table = "workflow_status" if database.dialect.name == "sqlite" else "dbos.workflow_status"
    day_ms = 86_400_000
    with database.begin() as db:
        aged = text(f"UPDATE {table} SET completed_at = completed_at - :age WHERE workflow_uuid = :job")  # noqa: S608
        db.execute(aged, {"age": day_ms + 60_000, "job": old})
    jobs.sweep()

    with database.connect() as db:
        left = set(db.execute(text(f"SELECT workflow_uuid FROM {table}")).scalars())  # noqa: S608
    assert left == {fresh, live}


def test_the_file_is_in_wal_mode_also_after_the_engine_has_made_its_tables(
    database: Engine, jobs: Jobs, tmp_path: Path
) -> None:
    assert jobs.url == f"sqlite:///{tmp_path}/dashboard.db"
    with contextlib.closing(sqlite3.connect(tmp_path / "dashboard.db")) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@on_both
def test_a_job_is_near_when_it_runs_or_is_due_soon(database: Engine, jobs: Jobs) -> None:
    nothing = jobs.near(15)
    with database.begin() as db:
        jobs.put(db, new_job(), 1, 1, now() + timedelta(hours=1))
    in_an_hour = jobs.near(15), jobs.near(2 * 3600)
    with database.begin() as db:
        jobs.put(db, new_job(), 2, 2)

    assert (nothing, *in_an_hour, jobs.near(15)) == (False, False, True, True)
