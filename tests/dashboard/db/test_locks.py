"""A worker's lock: one process has it, it dies with its process, and its loss is noticed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from dashboard.config.settings import load
from dashboard.db.database import open_database
from dashboard.db.locks import ROOM, hold
from tests.conftest import ROOT
from tests.support.patience import PATIENCE_S, until
from tests.support.postgres import Postgres
from tests.support.services import BOTH, SECRET_KEY, new_database

on_both = pytest.mark.parametrize("database", BOTH, indirect=True)
HOLD = """
import sys
from pathlib import Path
from dashboard.db.locks import hold
from dashboard.db.database import open_database
where = sys.argv[1]
engine = open_database(where if "://" in where else Path(where))
lock = hold(engine, "worker")
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = new_database(request, tmp_path)
    yield engine
    engine.dispose()


@contextmanager
def another_process(engine: Engine) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that asks for the lock and lives on; what it was told."""
    where = engine.url.render_as_string(hide_password=False)
    file = str(engine.url.database) if engine.dialect.name == "sqlite" else where
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, file], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


@on_both
def test_one_process_has_the_lock_and_its_death_lets_go_of_it(database: Engine) -> None:
    with another_process(database) as (process, told):
        assert told == "held"
        assert hold(database, "worker") is None
        process.kill()
        process.wait(PATIENCE_S)

        lock = until(lambda: hold(database, "worker"))
    assert lock
    assert lock.is_held()
    with another_process(database) as (_, told):
        assert told == "refused"
    lock.close()


@on_both
def test_one_name_is_one_lock_also_inside_a_process(database: Engine) -> None:
    first, other = hold(database, "worker"), hold(database, "another-1")

    assert first
    assert other
    assert hold(database, "worker") is None
    first.close()
    again = hold(database, "worker")
    assert again
    for each in (again, other):
        each.close()
        each.close()


def test_a_lock_that_the_server_has_taken_away_is_not_held_and_can_be_had_again(tables_url: str) -> None:
    engine = open_database(str(load({"DATABASE_URL": tables_url, "SECRET_KEY": SECRET_KEY}, None).database))
    lock = hold(engine, "worker")
    assert lock
    assert lock.is_held()
    with engine.begin() as db:
        taken = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :room")
        assert db.execute(taken, {"room": ROOM}).scalars().all() == [True]

    assert not lock.is_held()
    lock.close()
    assert not lock.is_held()
    again = until(lambda: hold(engine, "worker"))
    assert again
    assert again.is_held()
    again.close()
    engine.dispose()


def test_a_crash_of_the_server_takes_every_lock(postgres: Postgres, tables_url: str) -> None:
    engine = open_database(str(load({"DATABASE_URL": tables_url, "SECRET_KEY": SECRET_KEY}, None).database))
    lock = hold(engine, "worker")
    assert lock
    postgres.stop()
    assert not lock.is_held()
    with pytest.raises(DBAPIError):
        hold(engine, "worker")
    postgres.start()

    assert not lock.is_held()
    again = hold(engine, "worker")
    assert again
    for each in (again, lock):
        each.close()
    engine.dispose()


@pytest.mark.parametrize("put_back", [False, True])
def test_a_lock_whose_file_is_gone_is_not_held_and_another_can_have_it(tmp_path: Path, put_back: bool) -> None:
    engine, file = open_database(tmp_path / "dashboard.db"), tmp_path / "dashboard.worker"
    lock = hold(engine, "worker")
    assert lock
    file.unlink()
    if put_back:
        file.touch()

    assert not lock.is_held()
    with another_process(engine) as (_, told):
        assert told == "held"
        assert not lock.is_held()
        lock.close()
        assert hold(engine, "worker") is None
    engine.dispose()


def test_a_lock_that_was_closed_is_not_held_whatever_has_its_name(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "dashboard.db")
    lock = hold(engine, "worker")
    assert lock
    assert lock.is_held()
    lock.close()

    assert not lock.is_held()
    engine.dispose()


def test_a_file_that_is_no_lock_is_an_error_and_not_somebody_elses(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "dashboard.db")
    (tmp_path / "dashboard.worker").write_text("Dear diary, " * 100)

    with pytest.raises(Exception, match="file is not a database"):
        hold(engine, "worker")
    engine.dispose()


def test_a_lock_on_the_server_is_one_connection_that_notices_a_vanished_machine(tables_url: str) -> None:
    engine = open_database(str(load({"DATABASE_URL": tables_url, "SECRET_KEY": SECRET_KEY}, None).database))
    lock = hold(engine, "worker")
    assert lock
    connection = lock._connection  # type: ignore[attr-defined]

    assert connection.execute(text("SHOW tcp_keepalives_idle")).scalar_one() == "5"
    assert connection.execute(text("SHOW tcp_keepalives_interval")).scalar_one() == "2"
    assert connection.execute(text("SHOW tcp_keepalives_count")).scalar_one() == "3"
    lock.close()
    engine.dispose()
