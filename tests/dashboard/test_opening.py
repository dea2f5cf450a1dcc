"""What is missing for a while: a database at the start, its file while it is used, LinkedIn when a post is due."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from dashboard.accounts.account import Account
from dashboard.db.database import DatabaseUnavailable, FileGone, now, open_database
from dashboard.db.locks import hold_there
from dashboard.opening import Opening
from dashboard.posts.post import UNREACHABLE, Posting, PostRow
from dashboard.publishing.worker import Worker
from dashboard.services import Services, get_services
from dashboard.web import server
from linkedin_api import publisher
from tests.conftest import RunningSandbox, free_port, served
from tests.dashboard.web.test_server import SETTINGS, forget, get
from tests.support.patience import PATIENCE_S, until
from tests.support.services import ada, draft_of, services

__all__ = ["ada", "services"]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings with a database whose folder is a file, so that it cannot be opened."""
    for name in SETTINGS.split():
        monkeypatch.setenv(name, "")
    (tmp_path / "data").write_text("no folder")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/dashboard.db")
    monkeypatch.setattr("dashboard.opening.TRY_AGAIN_S", 0.01)
    forget()
    yield tmp_path / "data"
    if server.sandbox.cache_info().currsize:
        server.sandbox().close()
    forget()


def test_a_database_that_is_mended_after_the_start_is_published_from(
    environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = threading.Event()
    monkeypatch.setattr(Worker, "start", lambda _: started.set())
    app = Starlette(routes=server.routes(), middleware=server.middleware, lifespan=server.lifespan)
    sandbox = "/sandbox/oauth/.well-known/openid-configuration"
    with served(app) as url:
        broken = get(f"{url}{sandbox}").status_code, get_services.opened, started.is_set()
        environment.unlink()
        came_up = started.wait(PATIENCE_S)
        mended = get(f"{url}{sandbox}").status_code

    assert broken == (503, None, False)
    assert (came_up, mended) == (True, 200)
    get_services().database.dispose()


def test_a_server_sets_aside_what_it_has_loaded_and_leaves_the_process_as_it_was(environment: Path) -> None:
    before = list(gc.callbacks), gc.get_freeze_count()
    app = Starlette(routes=server.routes(), middleware=server.middleware, lifespan=server.lifespan)
    with served(app) as url:
        get(f"{url}/healthz")
        set_aside = gc.get_freeze_count()

    assert set_aside > 10_000
    assert (list(gc.callbacks), gc.get_freeze_count()) == before == (before[0], 0)


def test_a_server_that_stops_before_its_database_is_mended_waits_no_longer(environment: Path) -> None:
    stopping, asked = threading.Event(), threading.Event()

    def fails() -> None:
        asked.set()
        raise DatabaseUnavailable("broken")

    Opening(fails).when_open(lambda _: None, stopping)
    assert asked.wait(PATIENCE_S)
    stopping.set()

    (waiting,) = [each for each in threading.enumerate() if each.name == "opening"] or [threading.Thread()]
    with contextlib.suppress(RuntimeError):
        waiting.join(PATIENCE_S)
    assert not waiting.is_alive()


def test_two_that_come_at_once_get_the_same_house() -> None:
    made: list[object] = []
    both = threading.Barrier(8)
    opening = Opening(lambda: made.append(object()) or made[-1])  # type: ignore[func-returns-value]
    got: list[object] = []

    def come() -> None:
        both.wait()
        got.append(opening())

    threads = [threading.Thread(target=come) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert (len(made), got) == (1, made * 8)


def test_a_database_that_does_not_answer_is_not_asked_by_everybody() -> None:
    tries: list[int] = []

    def fails() -> None:
        tries.append(1)
        raise DatabaseUnavailable("silent")

    opening = Opening(fails)
    for _ in range(5):
        with pytest.raises(DatabaseUnavailable, match="silent"):
            opening()
    opening.cache_clear()
    with pytest.raises(DatabaseUnavailable):
        opening()

    assert len(tries) == 2


# A file that goes.

AWAY: dict[str, Callable[[Path], Any]] = {
    "deleted": lambda file: file.rename(file.with_suffix(".away")),
    "replaced": lambda file: file.rename(file.with_suffix(".away")) and file.write_bytes(b""),
}


@pytest.mark.parametrize("how", AWAY)
def test_a_database_file_that_is_gone_is_not_written_any_more(tmp_path: Path, how: str) -> None:
    file = tmp_path / "dashboard.db"
    engine = open_database(file)
    AWAY[how](file)

    with pytest.raises(FileGone, match="was deleted or replaced while the dashboard was running") as caught:
        engine.connect()
    assert isinstance(caught.value, DatabaseUnavailable)
    assert isinstance(caught.value, OperationalError)
    assert file.exists() == (how == "replaced")  # nothing of ours makes another one
    file.with_suffix(".away").replace(file)
    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM posts").scalar_one() == 0
    engine.dispose()


@pytest.mark.parametrize("how", AWAY)
def test_nothing_is_published_from_a_file_that_is_gone(
    services: Services, ada: Account, linkedin: RunningSandbox, how: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.LOOK_EVERY_S", 0.05)
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.05)
    looked, said = threading.Event(), threading.Event()
    monkeypatch.setattr(Worker, "_look", lambda _: looked.set())
    monkeypatch.setattr(
        "dashboard.publishing.worker.log.error", lambda line, *of, **_: said.set() if "deleted" in line % of else None
    )
    file = services.settings.data_folder / "dashboard.db"
    with caplog.at_level(logging.CRITICAL):
        services.worker.start()
        assert looked.wait(PATIENCE_S)
        post_id = services.outbox.put(Posting(ada.id, draft_of(services, "text")))
        until_published(services, post_id)
        AWAY[how](file)
        assert said.wait(PATIENCE_S)
        with pytest.raises(FileGone):
            services.outbox.put(Posting(ada.id, draft_of(services, "text", text="Into nothing")))
        looked.clear()
        file.with_suffix(".away").replace(file)
        assert looked.wait(PATIENCE_S)
        again = services.outbox.put(Posting(ada.id, draft_of(services, "text", text="Back again")))
        until_published(services, again)
        services.worker.stop()

    assert [post.text for post in linkedin.state.feed()] == ["Back again", "Hello"]


def test_a_database_that_is_damaged_is_said_once_and_not_at_every_try(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.publishing.worker.STAND_BY_S", 0.01)
    tries = []
    monkeypatch.setattr("dashboard.publishing.worker.hold_there", lambda *those: tries.append(1) or hold_there(*those))
    file = services.settings.data_folder / "dashboard.db"
    services.jobs.prepare()
    services.database.dispose()
    file.write_bytes(b"x" * file.stat().st_size)  # the same file, overwritten
    services.worker.start()
    until(lambda: len(tries) > 5)
    services.worker.stop()

    (said,) = [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]
    assert said.startswith(f"Nothing is published: the database sqlite:///{file} cannot be used (file is not a datab")
    assert said.endswith("If it is damaged, restore a backup.")


def until_published(services: Services, post_id: int) -> None:
    done = threading.Event()
    while not done.wait(0.05):
        found = services.outbox.get(post_id)
        if found and found.state == "published":
            return


def test_a_worker_brings_a_post_on_by_itself_once_linkedin_can_be_reached(
    services: Services, ada: Account, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.posts.schedule.TRY_AGAIN_S", 0.3)
    there, real = threading.Event(), services.connect

    def connect(row: PostRow, *of: Any) -> Any:
        transport, speaks = real(row, *of)
        url = linkedin.url if there.is_set() else f"http://127.0.0.1:{free_port()}"
        return transport, publisher(row.dialect, transport, api_url=url, version="202609") if speaks else speaks

    object.__setattr__(services, "connect", connect)
    due_at = now() + timedelta(seconds=1)
    first, second = (
        services.outbox.put(Posting(ada.id, draft_of(services, "text", text=t), due_at)) for t in ("One", "Two")
    )
    services.worker.start()
    waiting = threading.Event()
    while not all(each.delayed_by == UNREACHABLE for each in services.outbox.select()):
        waiting.wait(0.05)
    there.set()
    until_published(services, first)
    until_published(services, second)
    services.worker.stop()

    assert [post.text for post in linkedin.state.feed()] == ["Two", "One"]
