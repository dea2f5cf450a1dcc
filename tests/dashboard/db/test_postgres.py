"""The PostgreSQL that tests use: empty for each of them, on this machine only, and back after a crash."""

from __future__ import annotations

import psycopg
import pytest

from tests.support.postgres import PASSWORD, Postgres

ROWS = "SELECT number FROM kept ORDER BY number"
COUNT_TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(COUNT_TABLES).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_gets_an_empty_database(postgres_url: str, turn: str) -> None:
    before = tables(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE left_behind (turn text)")

    assert (before, tables(postgres_url)) == (0, 1), turn


def test_it_listens_on_this_machine_only_and_wants_its_password(postgres: Postgres, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        listening = connection.execute("SHOW listen_addresses").fetchone()
        connections = connection.execute("SHOW max_connections").fetchone()

    assert listening == ("127.0.0.1",)
    assert connections == ("200",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres_url.replace(f":{PASSWORD}@", ":wrong@"))


def test_a_crash_breaks_off_connections_and_keeps_what_was_committed(postgres: Postgres, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as before:
        before.execute("CREATE TABLE kept (number integer)")
        before.execute("INSERT INTO kept VALUES (1)")
        before.execute("BEGIN")
        before.execute("INSERT INTO kept VALUES (2)")

        postgres.crash()

        with pytest.raises(psycopg.OperationalError):
            before.execute(ROWS)
    with psycopg.connect(postgres_url) as after:
        assert after.execute(ROWS).fetchall() == [(1,)]


def test_a_database_goes_while_somebody_still_uses_it(postgres: Postgres) -> None:
    with postgres.database() as url:
        still_here = psycopg.connect(url)

    with pytest.raises(psycopg.OperationalError):
        still_here.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)
