"""What is missing for a while: a database at the start, its file while it is used, LinkedIn when a post is due."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from dashboard import server
from dashboard.accounts import Account
from dashboard.engine import Engine
from dashboard.house import House, house
from dashboard.opening import Opening
from dashboard.row import UNREACHABLE, Posting, Row
from dashboard.store import FileGone, StoreError, now, open_store
from linkedin_api import publisher
from tests.conftest import RunningSandbox, free_port, served
from tests.patience import PATIENCE_S
from tests.samples_house import ada, draft_of, rooms
from tests.test_server import SETTINGS, forget, get

__all__ = ["ada", "rooms"]


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
    monkeypatch.setattr(Engine, "start", lambda _: started.set())
    app = Starlette(routes=server.routes(), middleware=server.middleware, lifespan=server.lifespan)
    sandbox = "/sandbox/oauth/.well-known/openid-configuration"
    with served(app) as url:
        broken = get(f"{url}{sandbox}").status_code, house.opened, started.is_set()
        environment.unlink()
        came_up = started.wait(PATIENCE_S)
        mended = get(f"{url}{sandbox}").status_code

    assert broken == (503, None, False)
    assert (came_up, mended) == (True, 200)
    house().database.dispose()


def test_a_server_that_stops_before_its_database_is_mended_waits_no_longer(environment: Path) -> None:
    stopping, asked = threading.Event(), threading.Event()

    def fails() -> None:
        asked.set()
        raise StoreError("broken")

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
        raise StoreError("silent")

    opening = Opening(fails)
    for _ in range(5):
        with pytest.raises(StoreError, match="silent"):
            opening()
    opening.cache_clear()
    with pytest.raises(StoreError):
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
    engine = open_store(file)
    AWAY[how](file)

    with pytest.raises(FileGone, match="was deleted or replaced while the dashboard was running") as caught:
        engine.connect()
    assert isinstance(caught.value, StoreError)
    assert isinstance(caught.value, OperationalError)
    assert file.exists() == (how == "replaced")  # nothing of ours makes another one
    file.with_suffix(".away").replace(file)
    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM posts").scalar_one() == 0
    engine.dispose()


@pytest.mark.parametrize("how", AWAY)
def test_nothing_is_published_from_a_file_that_is_gone(
    rooms: House, ada: Account, linkedin: RunningSandbox, how: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr("dashboard.engine.LOOK_EVERY_S", 0.05)
    monkeypatch.setattr("dashboard.engine.STAND_BY_S", 0.05)
    looked, said = threading.Event(), threading.Event()
    monkeypatch.setattr(Engine, "_look", lambda _: looked.set())
    monkeypatch.setattr("dashboard.engine.log.error", lambda line, *of: said.set() if "deleted" in line % of else None)
    file = rooms.settings.data_folder / "dashboard.db"
    with caplog.at_level(logging.CRITICAL):
        rooms.engine.start()
        assert looked.wait(PATIENCE_S)
        post_id = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text")))
        until_published(rooms, post_id)
        AWAY[how](file)
        assert said.wait(PATIENCE_S)
        with pytest.raises(FileGone):
            rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text", text="Into nothing")))
        looked.clear()
        file.with_suffix(".away").replace(file)
        assert looked.wait(PATIENCE_S)
        again = rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text", text="Back again")))
        until_published(rooms, again)
        rooms.engine.stop()

    assert [post.text for post in linkedin.state.feed()] == ["Back again", "Hello"]


def until_published(rooms: House, post_id: int) -> None:
    done = threading.Event()
    while not done.wait(0.05):
        found = rooms.outbox.get(post_id)
        if found and found.state == "published":
            return


def test_a_worker_brings_a_post_on_by_itself_once_linkedin_can_be_reached(
    rooms: House, ada: Account, linkedin: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.timetable.TRY_AGAIN_S", 0.3)
    there, real = threading.Event(), rooms.connect

    def connect(row: Row, *of: Any) -> Any:
        transport, speaks = real(row, *of)
        url = linkedin.url if there.is_set() else f"http://127.0.0.1:{free_port()}"
        return transport, publisher(row.dialect, transport, api_url=url, version="202609") if speaks else speaks

    object.__setattr__(rooms, "connect", connect)
    due_at = now() + timedelta(seconds=1)
    first, second = (rooms.outbox.put(Posting(ada.id, draft_of(rooms, "text", text=t), due_at)) for t in ("One", "Two"))
    rooms.engine.start()
    waiting = threading.Event()
    while not all(each.delayed_by == UNREACHABLE for each in rooms.outbox.select()):
        waiting.wait(0.05)
    there.set()
    until_published(rooms, first)
    until_published(rooms, second)
    rooms.engine.stop()

    assert [post.text for post in linkedin.state.feed()] == ["Two", "One"]
