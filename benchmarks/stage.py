"""What the benchmarks of scheduling stand on: a LinkedIn of many members, empty databases, workers in processes."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.services import Services
from tests.conftest import ROOT
from tests.support.many_posts import sign_in
from tests.support.postgres import MISSING, Postgres, binaries, running_server
from tests.support.services import SECRET_KEY, open_services

AT_ONCE = 500
# It says how many seconds the engine took until it had looked at everything for the first time.
WORKER = """
import sys, time
from dashboard.config import settings
from dashboard.services import Services
from dashboard.db.database import open_database

given = settings.load()
services = Services(given, open_database(given.database))
services.worker._daily = lambda: print(time.monotonic() - start, flush=True)  # the end of the first look
start = time.monotonic()
services.start()
sys.stdin.read()
services.worker.stop()
"""


@dataclass(frozen=True)
class Stage:
    """One empty database, the dashboard on it, and its members' accounts."""

    services: Services
    accounts: list[int]
    environ: dict[str, str]

    def put(self, postings: Sequence[Posting]) -> list[int]:
        """Schedule them, AT_ONCE in a transaction: their ids."""
        parts = [postings[start : start + AT_ONCE] for start in range(0, len(postings), AT_ONCE)]
        return [post_id for part in parts for post_id in self.services.outbox.put_all(part)]

    def text(self, number: int, due_at: datetime | None) -> Posting:
        """A short post, unlike every other; the members take turns."""
        return Posting(
            self.accounts[number % len(self.accounts)],
            Draft(text=f"Post {number} {secrets.token_hex(8)}"),
            due_at,
            "UTC",
        )

    def wait(self, ids: Sequence[int], within_s: float) -> list[PostRow]:
        """The posts, once all are published."""
        until = time.monotonic() + within_s
        while True:
            rows = self.services.outbox.select(posts.c.id.in_(ids))
            if all(row.state == "published" for row in rows):
                return rows
            assert time.monotonic() < until, "the posts were not published in time"
            time.sleep(0.25)

    @contextlib.contextmanager
    def worker(self) -> Iterator[tuple[subprocess.Popen[str], float]]:
        """A worker that has looked around: its process, and how many seconds that took."""
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            env={**os.environ, **self.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        try:
            yield process, float(process.stdout.readline())
        finally:
            process.communicate()


@contextlib.contextmanager
def crowd(members: int, latency_s: float) -> Iterator[dict[str, object]]:
    """A sandbox in a process of its own: its url, and its members' tokens."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.many_posts", f"{folder}/sandbox", str(members), str(latency_s)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.communicate()


@contextlib.contextmanager
def server() -> Iterator[Postgres]:
    """A PostgreSQL of our own. Raises: AssertionError when this machine has none."""
    programs = binaries()
    assert programs, MISSING
    with running_server(programs) as running:
        yield running


@contextlib.contextmanager
def stage(linkedin: dict[str, object], database: str | None = None) -> Iterator[Stage]:
    """A dashboard with everybody signed in, on a PostgreSQL database or a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        url, tokens = str(linkedin["url"]), linkedin["tokens"]
        environ = {"DATABASE_URL": database or f"sqlite:///{folder}/dashboard.db", "DATA_FOLDER": folder}
        environ |= {"SECRET_KEY": SECRET_KEY, "LINKEDIN_AUTH_URL": url, "LINKEDIN_API_URL": url}
        services = open_services(Path(folder), url, **environ)
        assert isinstance(tokens, dict)
        try:
            yield Stage(services, sign_in(services, tokens), environ)
        finally:
            services.database.dispose()
