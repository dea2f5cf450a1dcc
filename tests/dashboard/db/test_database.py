"""The database file: made, opened again, and refused in one sentence."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError

from dashboard.db.database import DatabaseUnavailable, lasting, new_id, now, open_database
from dashboard.db.tables import accounts, metadata
from tests.conftest import ROOT
from tests.support.patience import PATIENCE_S

NOBODY = 65_534
AS_AN_ORDINARY_USER = """
import os, sys, tempfile
from pathlib import Path
from dashboard.db.database import DatabaseUnavailable, open_database
with tempfile.TemporaryDirectory() as folder:  # an ordinary user may not read what is imported late
    open_database(Path(folder) / "dashboard.db").dispose()
if os.geteuid() == 0:
    os.seteuid(int(sys.argv[1]))
try:
    open_database(Path(sys.argv[2]))
except DatabaseUnavailable as error:
    print(error)
"""


def account(**changes: Any) -> dict[str, Any]:
    return {"issuer": "sandbox", "sub": "ada", "userinfo": {"sub": "ada"}, "scopes": []} | changes


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "dashboard.db")
    yield engine
    engine.dispose()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


def refusal_of_an_ordinary_user(file: Path) -> str:
    """What open_database() says to the owner of a file and its folder. Root may write everywhere, so it is not root."""
    if os.geteuid() == 0:
        for each in (file.parent, *file.parent.iterdir()):
            os.chown(each, NOBODY, NOBODY)
    # A process of its own: a user belongs to all threads of a process.
    done = subprocess.run(
        [sys.executable, "-c", AS_AN_ORDINARY_USER, str(NOBODY), str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_table_is_made_in_a_folder_that_is_made_too(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "new" / "folder" / "dashboard.db")

    assert set(inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_what_is_made_is_for_its_owner_only(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "data" / "dashboard.db")
    with engine.begin() as db:
        db.execute(insert(accounts).values(account()))

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert modes == {"dashboard.db": 0o600, "dashboard.db-wal": 0o600, "dashboard.db-shm": 0o600}
    engine.dispose()


def test_what_was_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    (tmp_path / "data" / "dashboard.db").touch()
    (tmp_path / "data" / "dashboard.db").chmod(0o640)
    open_database(tmp_path / "data" / "dashboard.db").dispose()

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "data" / "dashboard.db").stat().st_mode) == 0o640


def test_pages_can_read_while_the_worker_writes(database: Engine) -> None:
    with database.begin() as writing, database.connect() as reading:
        writing.execute(insert(accounts).values(account()))
        seen = reading.execute(select(accounts.c.sub)).all()

    assert seen == []


def test_moments_come_back_aware_and_in_utc(database: Engine) -> None:
    berlin = datetime(2026, 7, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    with database.begin() as db:
        made = new_id(db.execute(insert(accounts).values(account(token_at=berlin))))
        found = db.execute(select(accounts.c.token_at, accounts.c.token_expires_at).where(accounts.c.id == made)).one()

    assert found == (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), None)
    assert found[0].tzinfo is UTC


def test_now_is_aware() -> None:
    assert now().tzinfo is UTC


def test_opening_twice_keeps_what_is_there(tmp_path: Path) -> None:
    first = open_database(tmp_path / "dashboard.db")
    with first.begin() as db:
        db.execute(insert(accounts).values(account()))
    second = open_database(tmp_path / "dashboard.db")

    with second.connect() as db:
        assert db.execute(select(accounts.c.sub)).scalars().all() == ["ada"]
    first.dispose()
    second.dispose()


def test_two_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from dashboard.db.database import open_database\n"
        "print('ready', flush=True); "
        "sys.stdin.readline(); open_database(Path(sys.argv[1])); print('open')"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "dashboard.db")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()

    assert [each.communicate(timeout=PATIENCE_S)[0] for each in started] == ["open\n"] * 3


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    file = tmp_path / "what? 100%41 #1 äöü" / "dashboard.db"

    open_database(file).dispose()

    assert file.is_file()


def refusal(file: Path) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(file)
    error = caught.value
    assert error.__suppress_context__
    assert not any(word in str(error) for word in ("Traceback", "sqlite3", "sqlalchemy", "\n"))
    return str(error)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    file = tmp_path / "file" / "dashboard.db"

    assert refusal(file).startswith(f"The database file {file} cannot be written. Check that its folder exists")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path).startswith(f"The database file {tmp_path} cannot be written.")


def test_an_unwritable_folder_is_named(folder: Path) -> None:
    folder.chmod(0o500)
    said = refusal_of_an_ordinary_user(folder / "dashboard.db")
    folder.chmod(0o700)

    assert said.startswith(f"The database file {folder}/dashboard.db cannot be written")


def test_an_unwritable_file_is_named(folder: Path) -> None:
    file = folder / "dashboard.db"
    open_database(file).dispose()
    file.chmod(0o400)

    assert refusal_of_an_ordinary_user(file).startswith(f"The database file {file} cannot be written")


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "dashboard.db"
    file.write_text("Dear diary, " * 100)

    assert refusal(file) == f"{file} is not a SQLite database. Move it away, or set DATABASE_URL to another file."
    assert file.read_text() == "Dear diary, " * 100


def test_the_text_of_an_error_never_holds_a_value(database: Engine) -> None:
    wrong = insert(accounts).values(account(token="AQX-secret"))
    with database.connect() as db:
        db.execute(wrong)
        with pytest.raises(IntegrityError) as twice:
            db.execute(wrong)
        db.exec_driver_sql("DROP TABLE accounts")
        with pytest.raises(OperationalError) as gone:
            db.execute(wrong)

    assert "AQX-secret" not in f"{twice.value!r} {twice.value} {gone.value!r} {gone.value}"
    assert "hide" in str(gone.value)


def test_the_file_is_one_that_every_sqlite_reads(database: Engine, tmp_path: Path) -> None:
    with database.begin() as db:
        db.execute(insert(accounts).values(account()))

    with contextlib.closing(sqlite3.connect(tmp_path / "dashboard.db")) as plain:
        assert plain.execute("SELECT sub FROM accounts").fetchall() == [("ada",)]
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_what_must_last_is_written_through_and_the_rest_is_quick(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "d.db")

    with lasting(engine) as db:
        inside = db.exec_driver_sql("PRAGMA synchronous").scalar_one()
    with engine.connect() as db:
        outside = db.exec_driver_sql("PRAGMA synchronous").scalar_one()

    assert (inside, outside) == (2, 1)  # FULL, NORMAL
    engine.dispose()
