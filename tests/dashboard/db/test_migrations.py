"""How an old database becomes one of today, on SQLite and on PostgreSQL, and which are refused."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, func, insert, inspect, select, text, update

from dashboard.config.settings import load
from dashboard.db import migrations, tables
from dashboard.db.database import VERSION, DatabaseUnavailable, open_database
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox
from dashboard.posts.schedule import next_day
from tests.conftest import ROOT
from tests.support.patience import PATIENCE_S
from tests.support.postgres import PASSWORD, Postgres
from tests.support.services import BOTH, SECRET_KEY, database_url

FIRST = importlib.import_module("dashboard.db.migrations.versions.0001_first")
STEP_FILES = sorted(Path(str(migrations.__file__)).parent.glob("versions/0*.py"))
STEPS = [file.name[:4] for file in STEP_FILES]
AT = datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001 - as the first version kept it
on_both = pytest.mark.parametrize("where", BOTH, indirect=True)
TOGETHER = """
import sys
from dashboard.posts.jobs import Jobs
from dashboard.db.database import open_database
print("ready", flush=True)
sys.stdin.readline()
Jobs(open_database(sys.argv[1])).prepare()
print("open")
"""


@pytest.fixture
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database, as open_database() wants it."""
    url = database_url(request, tmp_path, "postgres_url")
    return load({"DATABASE_URL": url, "SECRET_KEY": SECRET_KEY}, None).database


@pytest.fixture
def opened(where: Path | str) -> Iterator[Engine]:
    engine = open_database(where)
    yield engine
    engine.dispose()


def plain(where: Path | str) -> Engine:
    """An engine that makes and mends nothing."""
    return create_engine(where if isinstance(where, str) else f"sqlite:///{where}")


def rows() -> dict[str, dict[str, Any]]:
    """One row for each table of the first version."""
    account = {"account_id": 1}
    draft = {"draft_id": "d" * 32, "content": {"text": "Hello 😀"}}
    return {
        "accounts": {"issuer": "sandbox", "sub": "ada", "userinfo": {"sub": "ada"}, "scopes": ["openid"], "token": "x"},
        "sign_in_states": {"state_hash": "s", "browser_hash": "b", "redirect_uri": "u", "expires_at": AT, "used": True},
        "sessions": {**account, "cookie_hash": "c", "expires_at": AT},
        "drafts": {**account, **draft, "updated_at": AT},
        "kept_drafts": {**account, **draft, "template": "Mondays", "updated_at": AT},
        "posts": {
            **account,
            **draft,
            "created_at": AT,
            "state": "published",
            "kind": "text",
            "dialect": "v2",
            "visibility": "PUBLIC",
            "text": "Hello 😀",
            "urn": "urn:li:share:7",
            "calls": 1,
            "duration_ms": 12.5,
            "seen": True,
        },
        "deeds": {**account, "post_id": 1, "at": AT, "kind": "comment", "text": "Yes", "actor": "urn:li:person:a"},
        "exchanges": {**account, "at": AT, "method": "GET", "url": "/", "duration_ms": 1.0, "exchange": {"a": None}},
    }


def make_first(where: Path | str, *, without: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    """A database of the first version with a row in each table, and what is in it."""
    engine = plain(where)
    FIRST.metadata.create_all(engine)
    for column in without:
        table, name = column.split(".")
        with engine.begin() as db:
            db.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
    with engine.begin() as db:
        for name, values in rows().items():
            db.execute(insert(FIRST.metadata.tables[name]).values(values))
    kept = contents(engine, FIRST.metadata.tables.values(), without)
    engine.dispose()
    return kept


def contents(engine: Engine, of: Any, without: tuple[str, ...] = ()) -> dict[str, dict[str, Any]]:
    found = {}
    with engine.connect() as db:
        for table in of:
            columns = [each for each in table.columns if f"{table.name}.{each.name}" not in without]
            found[table.name] = dict(db.execute(select(*columns)).one()._mapping)
    return found


# Brought up to date.


@on_both
def test_a_database_of_the_first_version_is_brought_up_to_date_with_everything_kept(where: Path | str) -> None:
    kept = make_first(where)
    engine = open_database(where)

    assert contents(engine, FIRST.metadata.tables.values()) == kept
    with engine.connect() as db:
        post = db.execute(select(tables.posts)).one()
        account = db.execute(select(tables.accounts)).one()
    assert (post.due_at, post.job, post.held, post.written_by) == (None, None, None, None)
    assert (account.parked_until, account.plan) == (None, None)
    assert set(inspect(engine).get_table_names()) >= set(tables.metadata.tables)
    engine.dispose()


def test_a_database_from_before_there_were_migrations_gets_the_columns_that_it_lacks(tmp_path: Path) -> None:
    without = ("accounts.client_id", "accounts.organizations", "posts.note", "exchanges.browser_hash")
    kept = make_first(tmp_path / "dashboard.db", without=without)
    engine = open_database(tmp_path / "dashboard.db")

    assert contents(engine, FIRST.metadata.tables.values(), without) == kept
    assert differences(engine) == []
    engine.dispose()


NOTES = {
    "It went through v2.": ("It went through v2.", None, False),
    "LinkedIn's limit for the day was reached, so this post waits until 00:00 UTC.": (None, "limit", False),
    "LinkedIn's limit for the day was reached, so this post left later than planned.": (None, "limit", False),
    "You sent it again after no answer had come.": (None, None, True),
    None: (None, None, False),
}


@on_both
@pytest.mark.parametrize("parked_until", [datetime(2098, 1, 1, tzinfo=UTC), None], ids=["parked", "not parked"])
def test_what_posts_said_in_sentences_stands_in_columns(where: Path | str, parked_until: datetime | None) -> None:
    make_first(where)
    engine = plain(where)
    with engine.begin() as db:
        upgrade(db, "0002")
        db.execute(update(tables.accounts).values(parked_until=parked_until))
        for number, note in enumerate(NOTES):
            db.execute(
                insert(FIRST.metadata.tables["posts"]).values(rows()["posts"] | {"draft_id": number, "note": note})
            )
    engine.dispose()
    engine = open_database(where)

    posts = Outbox(engine, Jobs(engine)).select(tables.posts.c.id > 1)
    said = [(post.note, post.delayed_by, post.sent_again) for post in posts]
    until = parked_until or next_day()
    assert said == list(NOTES.values())
    assert [post.delayed_until for post in posts] == [until if by == "limit" else None for _, by, _ in said]
    engine.dispose()


def upgrade(db: Connection, version: str) -> None:
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", "dashboard.db:migrations")
    command.upgrade(config, version)


def differences(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database what the tables say. The engine's own tables are not ours."""

    def ours(found: Any, name: str | None, kind: str, reflected: bool, _to: Any) -> bool:
        return not (kind == "table" and reflected and name not in tables.metadata.tables)

    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, tables.metadata))


@on_both
def test_the_migrations_make_the_tables_that_the_code_knows(opened: Engine) -> None:
    assert differences(opened) == []


@on_both
def test_an_old_database_becomes_the_same_as_a_new_one(where: Path | str) -> None:
    make_first(where)
    engine = open_database(where)

    assert differences(engine) == []
    engine.dispose()


def test_the_version_is_the_newest_step_and_the_steps_are_in_a_row() -> None:
    steps = [importlib.import_module(f"dashboard.db.migrations.versions.{file.stem}") for file in STEP_FILES]

    assert STEPS[-1] == VERSION
    assert [step.revision for step in steps] == STEPS
    assert [step.down_revision for step in steps] == [None, *STEPS[:-1]]


@on_both
def test_new_rows_get_numbers_after_those_that_were_there(where: Path | str) -> None:
    make_first(where)
    engine = open_database(where)
    with engine.begin() as db:
        account = {"issuer": "sandbox", "sub": "zoe", "userinfo": {}, "scopes": []}
        db.execute(insert(tables.accounts).values(account))

    with engine.connect() as db:
        assert db.execute(select(func.max(tables.accounts.c.id))).scalar_one() == 2
    engine.dispose()


def test_a_step_that_fails_leaves_everything_as_it_was(postgres_url: str) -> None:
    where = load({"DATABASE_URL": postgres_url, "SECRET_KEY": SECRET_KEY}, None).database
    make_first(where)
    engine = plain(where)
    with engine.begin() as db:  # in the way of the second step
        db.execute(text("CREATE TABLE file_blocks (mine integer)"))
        db.execute(text("ALTER TABLE posts ADD COLUMN mine integer"))
    before = [each["name"] for each in inspect(engine).get_columns("posts")]
    with pytest.raises(DatabaseUnavailable):
        open_database(where)

    inspect(engine).clear_cache()
    assert [each["name"] for each in inspect(engine).get_columns("posts")] == before
    engine.dispose()


# Refused.


@on_both
def test_a_database_of_a_newer_version_is_refused_and_left_alone(where: Path | str) -> None:
    engine = open_database(where)
    with engine.begin() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(where)

    assert "belongs to a newer version of the dashboard. Update the dashboard." in str(caught.value)
    assert PASSWORD not in str(caught.value)
    with engine.connect() as db:
        assert db.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda url: url.replace(PASSWORD, "an0ther-w0rd"),
        lambda url: re.sub(r":\d+/", ":1/", url),
        lambda url: f"{url}_that_is_not_there",
    ],
    ids=["password", "port", "database"],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(postgres_url: str, wrong: Any) -> None:
    url = str(load({"DATABASE_URL": wrong(postgres_url), "SECRET_KEY": SECRET_KEY}, None).database)
    with pytest.raises(DatabaseUnavailable) as caught:
        open_database(url)

    said = str(caught.value)
    assert said.startswith("The PostgreSQL database 127.0.0.1:")
    assert "user and password in DATABASE_URL are right" in said
    assert caught.value.__suppress_context__
    assert not any(word in said for word in (PASSWORD, "an0ther-w0rd", "psycopg", "sqlalchemy", "\n"))


# Several at once.


def test_several_processes_may_open_an_empty_server_at_once(postgres: Postgres, postgres_url: str) -> None:
    url = str(load({"DATABASE_URL": postgres_url, "SECRET_KEY": SECRET_KEY}, None).database)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TOGETHER, url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    for each in started:
        assert each.stdout
        assert each.stdout.readline() == "ready\n"
    for each in started:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()

    assert [each.communicate(timeout=PATIENCE_S)[0].splitlines()[-1:] for each in started] == [["open"]] * 4
    engine = plain(url)
    assert differences(engine) == []
    engine.dispose()
