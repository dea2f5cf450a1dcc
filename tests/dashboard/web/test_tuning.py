"""What stands in the place of Streamlit's internals does what they do: also with another version of Streamlit."""

from __future__ import annotations

import asyncio
import resource
import sys
import threading
from copy import deepcopy
from types import SimpleNamespace

import pytest
from streamlit.cursor import RunningCursor
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import script_runner
from streamlit.watcher import polling_path_watcher

from dashboard.web import tuning
from dashboard.web.tuning import (
    CLOSES_LOOP,
    FROM_SETTINGS,
    RUNS,
    Turns,
    close_unused,
    copied,
    once,
    open_more_files,
    pages_in_turn,
)
from tests.support.patience import PATIENCE_S, until


def test_streamlit_has_them() -> None:
    assert all(callable(vars(app_session)[name]) for name in (*FROM_SETTINGS, CLOSES_LOOP))
    assert "_POLLING_PERIOD_SECS" in vars(polling_path_watcher)
    assert callable(DeltaGenerator.__deepcopy__)
    assert callable(getattr(script_runner.ScriptRunner, RUNS))
    assert "fragment_id_queue" in script_runner.RerunData.__dataclass_fields__


def test_a_theme_is_what_streamlit_makes_of_the_settings() -> None:
    fill = vars(app_session)["_populate_theme_msg"]
    looked: list[str] = []

    def counted(message: CustomThemeConfig, section: str) -> None:
        looked.append(section)
        fill(message, section)

    sections, quick = ["theme", "theme.light", "theme.dark", "theme.sidebar"], once(counted)
    for section in sections * 2:
        ours, theirs = CustomThemeConfig(), CustomThemeConfig()
        fill(theirs, section)
        quick(ours, section)
        assert ours.ListFields() == theirs.ListFields()
        assert bool(ours.ListFields()) == (section != "theme.sidebar")  # .streamlit/config.toml has no such section
    assert looked == sections


def test_the_settings_are_what_streamlit_sends() -> None:
    fill = vars(app_session)["_populate_config_msg"]
    theirs, ours = Config(), Config()
    fill(theirs)
    once(fill)(ours)
    assert ours == theirs


def test_places_that_share_an_ancestor_share_its_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeltaGenerator, "__deepcopy__", copied)
    above = DeltaGenerator(0, RunningCursor(0))
    below = DeltaGenerator(0, RunningCursor(0, (2,)), parent=above, block_type="column")

    new_above, new_below = deepcopy((above, below))

    assert new_below._parent is new_above is not above
    assert new_below._block_type == "column"
    new_below._cursor.lock_element()
    assert (new_below._cursor.delta_path, below._cursor.delta_path) == ([0, 2, 1], [0, 2, 0])


def test_the_loop_of_a_tab_is_closed_without_a_look_at_every_task_of_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.new_event_loop()
    monkeypatch.setattr(asyncio, "all_tasks", None)
    close_unused(loop)

    assert loop.is_closed()


def test_the_process_may_open_as_many_files_as_the_system_allows_it() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        open_more_files()
        allowed, unchanged = resource.getrlimit(resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert allowed == (65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard))
    assert unchanged == hard


def test_a_system_without_such_a_limit_or_that_refuses_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def refuse(*given: object) -> None:
        asked.append(given)
        raise OSError

    with monkeypatch.context() as refusing:
        refusing.setattr(resource, "getrlimit", lambda _: (1, resource.RLIM_INFINITY))
        refusing.setattr(resource, "setrlimit", refuse)
        open_more_files()
        refusing.setitem(sys.modules, "resource", None)  # as on Windows
        open_more_files()

    assert len(asked) == 1


def test_pages_are_drawn_in_turn_and_a_key_waits_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "TURN_S", PATIENCE_S)
    drawing: list[str] = []
    seen_at_once: list[int] = []
    go_on = threading.Event()

    def draw(name: str, _: object) -> None:
        drawing.append(name)
        seen_at_once.append(len(drawing))
        go_on.wait(PATIENCE_S)
        drawing.remove(name)

    run = pages_in_turn(draw)
    page = SimpleNamespace(fragment_id_queue=[])
    threads = [threading.Thread(target=run, args=(f"page {number}", page)) for number in range(6)]
    for each in threads:
        each.start()
    until(lambda: len(drawing) == 2)
    key = threading.Thread(target=run, args=("key", SimpleNamespace(fragment_id_queue=["a fragment"])))
    key.start()
    until(lambda: "key" in drawing)
    assert len(drawing) == 3

    go_on.set()
    for each in (*threads, key):
        each.join(PATIENCE_S)

    assert drawing == []
    assert len(seen_at_once) == 7
    assert max(seen_at_once) <= 3


def test_what_waits_for_something_else_and_what_fails_keep_nobody_from_their_turn() -> None:
    turns = Turns(1, 0.02)
    with turns.turn():  # such as a page whose database does not answer
        other = threading.Thread(target=lambda: turns.turn().__enter__())
        other.start()
        other.join(PATIENCE_S)
        assert not other.is_alive()

    lasting = Turns(1, PATIENCE_S)
    with pytest.raises(ZeroDivisionError), lasting.turn():
        _ = 1 / 0
    assert lasting._wait_s() == 0


def test_replacing_twice_is_replacing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*FROM_SETTINGS, CLOSES_LOOP):
        monkeypatch.setitem(vars(app_session), name, vars(app_session)[name])
    monkeypatch.setattr(DeltaGenerator, "__deepcopy__", DeltaGenerator.__deepcopy__)
    monkeypatch.setattr(polling_path_watcher, "_POLLING_PERIOD_SECS", 1)
    monkeypatch.setattr(script_runner.ScriptRunner, RUNS, getattr(script_runner.ScriptRunner, RUNS))

    def replaced() -> list[object]:
        tuning.replace()
        return [*(vars(app_session)[name] for name in FROM_SETTINGS), getattr(script_runner.ScriptRunner, RUNS)]

    assert replaced() == replaced()
