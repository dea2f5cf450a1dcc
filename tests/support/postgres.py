"""A real PostgreSQL for tests: a server of our own from Debian's package, and an empty database for every test."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.patience import PATIENCE_S, until
from tests.support.tables import make_tables

PASSWORD = "secret"
MISSING = "There is no PostgreSQL on this machine. On Debian: apt-get install postgresql"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "16MB",
    # Commits do not wait for the disk: what is committed outlives a crash of the server, but not of the machine.
    "fsync": "off",
}


def binaries() -> Path | None:
    """The folder of PostgreSQL's newest programs: Debian keeps them off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(debian, key=lambda each: int(re.sub(r"\D", "", each.parts[-3]) or 0))
    return newest[-1].parent if newest else None


def _as_who() -> tuple[str, ...]:
    """How a program is started: PostgreSQL refuses root."""
    if os.geteuid():
        return ("setpriv",)
    return ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups")


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


@dataclass
class Postgres:
    """A server that listens on a free port of 127.0.0.1 only, in a folder of its own."""

    programs: Path
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    with_tables: str | None = None  # the database that is copied for tests that want tables

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def create(self) -> None:
        """Make the cluster, and choose the port that it keeps."""
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD)
        if not os.geteuid():
            owner = pwd.getpwnam("postgres")
            for each in (self.folder, password_file):
                os.chown(each, owner.pw_uid, owner.pw_gid)
        given = {"pgdata": "data", "username": "postgres", "pwfile": password_file, "auth": "scram-sha-256"}
        options = [word for name, value in given.items() for word in (f"--{name}", value)]
        done = subprocess.run(
            [*_as_who(), self.programs / "initdb", *options, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            cwd=self.folder,
            env=_environ(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers. It stops with the tests, also when they are killed."""
        if self.process and self.process.poll() is None:
            return
        given = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as_who(), "--pdeathsig", "INT", self.programs / "postgres", "-D", self.folder / "data", *options],
                cwd=self.folder,
                env=_environ(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        until(self._answers)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self.log
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url(), connect_timeout=int(PATIENCE_S)).close()
            return True
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends every connection in an orderly way, SIGQUIT at once as a crash does."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:  # nothing may stay behind
            self.process.kill()
            self.process.wait(PATIENCE_S)

    def crash(self) -> None:
        """Break off every connection without a word, and start again on the same port."""
        self.stop(signal.SIGQUIT)
        self.start()

    @contextlib.contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The address of a new database, empty unless it is to be like another one.

        It goes at the end and throws out whoever still uses it.
        """
        self.start()  # a test before may have left it stopped
        name = f"test_{uuid.uuid4().hex[:12]}"
        # A quarter of the time that the default strategy takes, which writes every block to the log.
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self.run(copy.format(sql.Identifier(name), sql.Identifier(like)))
        try:
            yield self.url(name)
        finally:
            self.start()
            self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self) -> str:
        """The name of a database that has all tables and no row."""
        self.start()
        if self.with_tables is None:
            self.run(sql.SQL("CREATE DATABASE with_tables"))
            make_tables(self.url("with_tables").replace("postgresql://", "postgresql+psycopg://"))
            self.with_tables = "with_tables"
        return self.with_tables

    def run(self, statement: sql.Composable, *parameters: Any) -> list[tuple[Any, ...]]:
        """One statement of the superuser, outside of any test's database."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement, parameters or None)  # without any, % is a % and no placeholder
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of a process; it is made when the first of them asks for it."""
    programs = binaries()
    if programs is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    with running_server(programs) as running:
        yield running


@contextlib.contextmanager
def running_server(programs: Path) -> Iterator[Postgres]:
    """A server of one's own, in a folder that goes with it."""
    # Not one of pytest's folders, nor a TemporaryDirectory: root owns those, and lets nobody else in.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    running = Postgres(programs, folder)
    try:
        running.create()
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def tables_url(postgres: Postgres) -> Iterator[str]:
    """The address of a database of the test's own with all tables and no row."""
    with postgres.database(postgres.template()) as url:
        yield url
