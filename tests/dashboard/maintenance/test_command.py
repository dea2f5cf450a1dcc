"""python -m dashboard: the worker, the move and the backup, as people start them."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from dashboard.__main__ import main
from dashboard.db.database import now
from dashboard.db.locks import hold
from dashboard.db.tables import posts
from dashboard.drafts.draft import Draft
from dashboard.posts.post import Posting, PostRow
from dashboard.publishing.worker import STAND_BY_S
from dashboard.services import Services
from sandbox import Sandbox, create_app
from tests.conftest import ROOT, RunningSandbox, free_port, served
from tests.dashboard.publishing.test_worker import held_up
from tests.support.patience import PATIENCE_S, until
from tests.support.services import PNG, SECRET_KEY, attached, draft_of, open_services, signed_in

PASSWORD = "secret"
Run = Callable[..., subprocess.CompletedProcess[str]]


class Worker:
    """A worker in a process of its own."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.errors_file = folder / "errors.log"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LINKEDIN_", "DATABASE_", "SECRET_"))}
        # Empty: whatever .env says.
        apart = dict.fromkeys(["LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET", "LINKEDIN_ACCESS_TOKEN"], "")
        with self.errors_file.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "worker"],
                cwd=ROOT,
                env={**clean, **apart, **environ},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout
        self.said = self.process.stdout.readline()

    @property
    def errors(self) -> str:
        return self.errors_file.read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and wait until it has."""
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    started: list[Worker] = []

    def start(environ: dict[str, str]) -> Worker:
        folder = tmp_path / f"worker-{len(started)}"
        folder.mkdir()
        started.append(Worker(environ, folder))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def environ(request: pytest.FixtureRequest, tmp_path: Path, linkedin: RunningSandbox) -> dict[str, str]:
    """The settings of a dashboard and its workers, on the database that the test names."""
    return settings_for(request, request.param, tmp_path, linkedin.url)


def settings_for(request: pytest.FixtureRequest, kind: str, folder: Path, url: str) -> dict[str, str]:
    sqlite = f"sqlite:///{folder}/dashboard.db"
    return {
        "DATABASE_URL": sqlite if kind == "sqlite" else str(request.getfixturevalue("tables_url")),
        "DATA_FOLDER": str(folder),
        "SECRET_KEY": SECRET_KEY,
        "LINKEDIN_AUTH_URL": url,
        "LINKEDIN_API_URL": url,
    }


@contextlib.contextmanager
def opened(environ: dict[str, str], folder: Path) -> Iterator[Services]:
    services = open_services(folder, environ["LINKEDIN_AUTH_URL"], **environ)
    yield services
    services.database.dispose()


def row(services: Services, post_id: int) -> PostRow:
    found = services.outbox.get(post_id)
    assert found
    return found


def run(*words: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LINKEDIN_", "DATABASE_", "SECRET_", "DATA_"))}
    return subprocess.run(
        [sys.executable, "-m", "dashboard", *words],
        cwd=cwd,
        env={**clean, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )


def run_move(source: str, target: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return run("move", **more, MOVE_FROM=source, MOVE_TO=target)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """As run(), in the process of the test: a program of its own takes seconds to import what it needs."""

    def run_here(*words: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as its:
            for name in os.environ:
                if name.startswith(("LINKEDIN_", "DATABASE_", "SECRET_", "DATA_")):
                    its.delenv(name)
            for name, value in environ.items():
                its.setenv(name, value)
            its.chdir(cwd)
            capsys.readouterr()
            try:
                status = main(words)
            except SystemExit as end:
                status = int(end.code or 0)
        return subprocess.CompletedProcess(words, status, *capsys.readouterr())

    return run_here


def is_one_sentence(said: str) -> bool:
    return said.count("\n") == 1 and "Traceback" not in said and said[0].isupper() and said.rstrip()[-1] in ".?…bpe"


# Worker.


@pytest.mark.parametrize("environ", ["postgresql"], indirect=True)
def test_a_worker_publishes_what_is_due_with_its_files_and_stops_when_asked(
    environ: dict[str, str], work: Callable[..., Worker], linkedin: RunningSandbox, tmp_path: Path
) -> None:
    own = {"DATA_FOLDER": str(tmp_path / "another machine")} if "postgresql" in environ["DATABASE_URL"] else {}
    with opened(environ, tmp_path) as services:
        ada = signed_in(services, linkedin)
        at_once = services.outbox.put(Posting(ada.id, draft_of(services, "image", text="At once")))
        later = services.outbox.put(Posting(ada.id, Draft(text="Later"), due_at=now() + timedelta(seconds=3)))
        worker = work(environ | own)
        until(lambda: {row(services, each).state for each in (at_once, later)} == {"published"})
        worker.stop()

    assert re.fullmatch(r"Worker \S+ publishes what is due in .*\.\n", worker.said)
    assert PASSWORD + "@" not in worker.said
    assert sorted(post.text for post in linkedin.state.feed()) == ["At once", "Later"]
    assert (worker.process.returncode, worker.errors) == (0, "")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_was_just_started_stops_too(
    request: pytest.FixtureRequest, how: signal.Signals, work: Callable[..., Worker], tmp_path: Path
) -> None:
    worker = work(settings_for(request, "sqlite", tmp_path, "http://127.0.0.1:9"))
    worker.stop(how)

    assert (worker.process.returncode, worker.errors) == (0, "")


@pytest.mark.parametrize("kind", ["postgresql"])  # test_engine.py has the same on SQLite
def test_a_stop_in_the_middle_of_an_upload_leaves_the_post_to_the_next_worker(
    request: pytest.FixtureRequest, kind: str, work: Callable[..., Worker], tmp_path: Path
) -> None:
    state, let_go = Sandbox(tmp_path / "sandbox"), threading.Event()
    with served(held_up(create_app(state), let_go)) as url:
        environ = settings_for(request, kind, tmp_path, url)
        with opened(environ, tmp_path) as services:
            ada = signed_in(services, RunningSandbox(url, state))
            large = draft_of(services, "image").changed(images=(attached(services, PNG + bytes(24_000_000)),))
            post_id = services.outbox.put(Posting(ada.id, large))
            first = work(environ)
            until(lambda: row(services, post_id).sent_bytes > 0)
            before = row(services, post_id).job
            first.stop()
            left = row(services, post_id)
            published_by_then = len(state.feed())
            let_go.set()
            work(environ)
            until(lambda: not row(services, post_id).waiting)
            ended = row(services, post_id)

    assert (first.process.returncode, first.errors) == (0, "")
    assert left.job != before  # it was put back, not left behind
    assert (left.state, left.sent_bytes < 24_000_000, published_by_then) == ("uploading", True, 0)
    assert ended.state == "published"
    assert len(state.feed()) == 1


def test_with_the_built_in_sandbox_a_worker_says_once_that_it_waits_for_the_dashboard(
    work: Callable[..., Worker], tmp_path: Path
) -> None:
    hosts = {"LINKEDIN_AUTH_URL": "", "LINKEDIN_API_URL": ""}
    worker = work({"DATABASE_URL": f"sqlite:///{tmp_path}/dashboard.db", **hosts})
    until(lambda: worker.errors)
    time.sleep(2 * STAND_BY_S)  # it looks again meanwhile
    worker.stop()

    assert worker.errors.count("\n") == 1
    assert worker.errors.startswith("This worker waits for the dashboard at http://localhost:8501, whose built-in")
    assert "LINKEDIN_CLIENT_ID" in worker.errors
    assert "LINKEDIN_AUTH_URL and LINKEDIN_API_URL" in worker.errors


def test_a_worker_without_a_key_on_postgresql_says_so_and_shows_no_password(postgres_url: str) -> None:
    done = run("worker", DATABASE_URL=postgres_url, SECRET_KEY="")

    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is missing")
    assert is_one_sentence(done.stderr)
    assert f":{PASSWORD}@" not in done.stderr


def test_a_database_that_is_away_is_one_sentence_without_the_password() -> None:
    url = f"postgresql://me:{PASSWORD}-word@127.0.0.1:{free_port()}/x"
    done = run("worker", DATABASE_URL=url, SECRET_KEY=SECRET_KEY)

    assert done.returncode == 1
    assert done.stderr.startswith("The PostgreSQL database 127.0.0.1:")
    assert is_one_sentence(done.stderr)
    assert f"{PASSWORD}-word" not in done.stderr


def test_a_workers_warnings_have_a_time_and_no_secret(
    request: pytest.FixtureRequest, work: Callable[..., Worker], tmp_path: Path
) -> None:
    """A flow that fails by our own doing writes a whole traceback: here a table is missing."""
    environ = settings_for(request, "postgresql", tmp_path, "http://127.0.0.1:9")
    with opened(environ, tmp_path) as services, services.database.begin() as db:
        db.execute(text("ALTER TABLE posts RENAME COLUMN job TO work"))
    worker = work(environ)
    until(lambda: "Traceback" in worker.errors)
    worker.stop()

    stamp = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d+ level=(?:error|warning) logger=[\w.]+ event="
    assert [line for line in worker.errors.splitlines() if not re.match(stamp, line)] == []
    assert 'traceback="Traceback (most recent call last):\\n' in worker.errors
    assert f":{PASSWORD}@" not in worker.errors
    assert SECRET_KEY not in worker.errors


# Move.


@pytest.fixture
def left(tmp_path: Path, linkedin: RunningSandbox) -> Path:
    """The folder of a dashboard on SQLite, with a picture that waits for tomorrow; its key was made by itself."""
    services = open_services(tmp_path / "old", linkedin.url, SECRET_KEY="")
    ada = signed_in(services, linkedin)
    draft = draft_of(services, "image", text="Tomorrow")
    services.outbox.put(Posting(ada.id, draft, due_at=now() + timedelta(days=1)))
    services.database.dispose()
    return tmp_path / "old"


def test_a_move_says_what_came_along_and_what_is_next(left: Path, postgres_url: str, linkedin: RunningSandbox) -> None:
    key = (left / "secret_key").read_text()
    done = run_move("sqlite:///old/dashboard.db", postgres_url, cwd=left.parent)
    with opened({"LINKEDIN_AUTH_URL": linkedin.url, "DATABASE_URL": postgres_url}, left.parent / "new") as services:
        (waiting,) = services.outbox.select(posts.c.state == "scheduled")
        has = services.uploads.has(waiting.draft.images[0].file.sha256)

    assert (done.returncode, done.stderr) == (0, "")
    assert f"Copied from {left}/dashboard.db to PostgreSQL at 127.0.0.1:" in done.stdout
    assert ": 1 accounts, 1 posts; 1 uploaded files." in done.stdout
    assert f"set DATABASE_URL to the new database, and SECRET_KEY to what is in {left}/secret_key" in done.stdout
    assert "Never start a dashboard or worker on the old one again" in done.stdout
    assert key not in done.stdout
    assert f":{PASSWORD}@" not in done.stdout
    assert (waiting.text, has) == ("Tomorrow", True)


def test_a_move_there_and_back_leaves_everything_as_it_was(
    left: Path, postgres_url: str, linkedin: RunningSandbox, here: Run
) -> None:
    there = here("move", MOVE_FROM=f"sqlite:///{left}/dashboard.db", MOVE_TO=postgres_url)
    back = here("move", MOVE_FROM=postgres_url, MOVE_TO="sqlite:///back/dashboard.db", cwd=left.parent)
    with (
        opened({"LINKEDIN_AUTH_URL": linkedin.url, "DATABASE_URL": f"sqlite:///{left}/dashboard.db"}, left) as old,
        opened({"LINKEDIN_AUTH_URL": linkedin.url}, left.parent / "back") as new,
    ):
        (before,), (after,) = (each.outbox.select(posts.c.state == "scheduled") for each in (old, new))
        sha256 = after.draft.images[0].file.sha256
        content = new.uploads.path(sha256).read_bytes()

    assert (there.returncode, back.returncode) == (0, 0)
    assert after == before
    assert content == PNG
    assert (left.parent / "back" / "uploads" / sha256).is_file()


def test_data_folder_tells_where_the_files_of_the_own_database_are(
    tmp_path: Path, linkedin: RunningSandbox, postgres_url: str, here: Run
) -> None:
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/a/dashboard.db", "DATA_FOLDER": str(tmp_path / "files")}
    with opened({"LINKEDIN_AUTH_URL": linkedin.url, **own}, tmp_path) as services:
        services.outbox.put(Posting(signed_in(services, linkedin).id, draft_of(services, "image")))
    done = here("move", MOVE_FROM=own["DATABASE_URL"], MOVE_TO=postgres_url, **own, SECRET_KEY=SECRET_KEY)

    assert "; 1 uploaded files." in done.stdout


def test_a_move_while_somebody_publishes_is_refused(left: Path, postgres_url: str, linkedin: RunningSandbox) -> None:
    services = open_services(left, linkedin.url)
    lock = hold(services.database, "worker")
    done = run_move(f"sqlite:///{left}/dashboard.db", postgres_url)
    assert lock
    lock.close()
    services.database.dispose()

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Something still publishes from {left}/dashboard.db. Stop the dashboard and every worker first.\n"
    )


def test_a_move_from_under_a_worker_on_postgresql_is_refused(
    request: pytest.FixtureRequest,
    work: Callable[..., Worker],
    tmp_path: Path,
    here: Run,
) -> None:
    environ = settings_for(request, "postgresql", tmp_path, "http://127.0.0.1:9")
    work(environ)
    busy = "Something still publishes from PostgreSQL"
    asked = {"MOVE_FROM": environ["DATABASE_URL"]}
    until(lambda: busy in here("move", **asked, MOVE_TO=f"sqlite:///{tmp_path}/{time.time()}.db").stderr)

    assert here("move", **asked, MOVE_TO=f"sqlite:///{tmp_path}/b.db").returncode == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("move", "postgresql://me:secret-word@h/x"), 2, r"That is no command of the dashboard\. See: python"),
        (("move", "a", "b", "postgresql://me:secret-word@h/x"), 2, r"That is no command of the dashboard"),
        (("postgresql://me:secret-word@h/x",), 2, r"That is no command of the dashboard"),
        ((), 2, r"That is no command of the dashboard"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_without_a_password(
    words: tuple[str, ...],
    status: int,
    said: str,
    tmp_path: Path,
    here: Run,
) -> None:
    done = here(*words, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (status, "")
    assert re.match(said, done.stderr)
    assert is_one_sentence(done.stderr)
    assert "secret-word" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("sqlite:///none.db", "sqlite:///b.db", r"There is no database .*/none\.db\. Look at its name"),
        ("mysql://me:secret-word@x/y", "sqlite:///b.db", r"MOVE_FROM must name a SQLite file or a Postg"),
        ("sqlite:///a.db", "postgresql://me:secret-word@/", r"There is no database"),
        ("", "sqlite:///b.db", r"MOVE_FROM is missing\. Set MOVE_FROM and MOVE_TO in the environment"),
        ("postgresql://me:secret-word@h/x", "", r"MOVE_TO is missing\. Set MOVE_FROM and MOVE_TO"),
    ],
)
def test_a_move_that_cannot_be_done_is_one_sentence_without_a_password(
    source: str, target: str, said: str, tmp_path: Path, here: Run
) -> None:
    done = here("move", MOVE_FROM=source, MOVE_TO=target, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(said, done.stderr)
    assert is_one_sentence(done.stderr)
    assert "secret-word" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_move_asks_for_what_is_missing_and_shows_nothing_that_is_typed(left: Path, tmp_path: Path) -> None:
    main, terminal = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "move"],
        cwd=ROOT,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env={**os.environ, "MOVE_FROM": "", "MOVE_TO": ""},
    )
    os.close(terminal)
    shown = ""
    typed = iter([f"sqlite:///{left}/dashboard.db\n", f"sqlite:///{tmp_path}/typed/dashboard.db\n"])
    with contextlib.suppress(OSError):  # the terminal's end
        while more := os.read(main, 4096).decode():
            shown += more
            if more.endswith("(nothing is shown) "):
                os.write(main, next(typed).encode())
    os.close(main)

    assert program.wait(PATIENCE_S) == 0
    assert shown.startswith("Copy from which database? (nothing is shown) ")
    assert "Into which empty one? (nothing is shown) " in shown
    assert "sqlite://" not in shown
    assert f"to {tmp_path}/typed/dashboard.db: 1 accounts, 1 posts; 1 uploaded files." in shown


def test_a_target_that_is_not_empty_is_one_sentence(left: Path, tmp_path: Path, here: Run) -> None:
    url = f"sqlite:///{left}/dashboard.db"
    first = here("move", MOVE_FROM=url, MOVE_TO=f"sqlite:///{tmp_path}/b/dashboard.db")
    again = here("move", MOVE_FROM=url, MOVE_TO=f"sqlite:///{tmp_path}/b/dashboard.db")

    assert (first.returncode, again.returncode) == (0, 1)
    assert again.stderr == f"The database {tmp_path}/b/dashboard.db is not empty: it has accounts. Name one that is.\n"


def test_a_row_that_cannot_be_read_is_one_sentence(
    left: Path, tmp_path: Path, linkedin: RunningSandbox, here: Run
) -> None:
    services = open_services(left, linkedin.url)
    with services.database.begin() as db:
        db.execute(text("UPDATE posts SET created_at = 'yesterday'"))
    services.database.dispose()
    done = here("move", MOVE_FROM=f"sqlite:///{left}/dashboard.db", MOVE_TO=f"sqlite:///{tmp_path}/b/dashboard.db")

    assert done.returncode == 1
    assert done.stderr.startswith("The database holds something that cannot be read (")
    assert is_one_sentence(done.stderr)


# Backup.


@pytest.mark.parametrize("environ", ["sqlite"], indirect=True)
def test_a_backup_is_one_file_from_which_a_dashboard_starts_again(
    environ: dict[str, str], linkedin: RunningSandbox, tmp_path: Path
) -> None:
    with opened(environ, tmp_path) as services:
        ada = signed_in(services, linkedin)
        post_id = services.outbox.put(Posting(ada.id, draft_of(services, "image", text="Kept")))
        with services.database.connect() as db:
            before = db.execute(select(posts)).mappings().all()
        done = run("backup", "monday.zip", cwd=tmp_path, **environ)
    with zipfile.ZipFile(tmp_path / "monday.zip") as packed:
        packed.extractall(tmp_path / "again")
    with opened({"LINKEDIN_AUTH_URL": linkedin.url}, tmp_path / "again") as again:
        with again.database.connect() as db:
            after = db.execute(select(posts)).mappings().all()
        again.start()
        until(lambda: row(again, post_id).state == "published")
        again.worker.stop()

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("monday.zip holds ")
    assert "and 1 uploaded files. Its README.txt says how to restore it." in done.stdout
    assert f":{PASSWORD}@" not in done.stdout
    assert after == before
    assert [len(post.media) for post in linkedin.state.feed()] == [1]


def test_a_backup_of_nothing_is_one_sentence_and_makes_nothing(tmp_path: Path, here: Run) -> None:
    done = here("backup", cwd=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/none/dashboard.db")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"There is no database {tmp_path}/none/dashboard.db. Look at its name again.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/b.zip", "There is no folder nowhere. Make it, or name a file in another one.\n"),
        ("uploads", "uploads is a folder. Name a file in it, such as uploads/backup.zip.\n"),
    ],
)
def test_a_backup_that_has_no_place_is_one_sentence(left: Path, name: str, said: str, here: Run) -> None:
    done = here("backup", name, cwd=left, DATABASE_URL=f"sqlite:///{left}/dashboard.db")

    assert (done.returncode, done.stderr) == (1, said)


def test_a_full_disk_is_one_sentence_and_leaves_the_backup_before(left: Path) -> None:
    (left / "b.zip").write_text("the one before")
    program = (
        "import resource, sys; from dashboard.__main__ import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "sys.exit(main(['backup', 'b.zip']))"
    )
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{left}/dashboard.db", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], cwd=left, env=environ, capture_output=True, text=True)

    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert (left / "b.zip").read_text() == "the one before"
    assert not list(left.glob("*.part"))
