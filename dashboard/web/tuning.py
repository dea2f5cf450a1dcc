"""What costs every tab time in Streamlit 1.67 and in Python, and what stands in its place while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from copy import deepcopy
from functools import cache, wraps
from typing import Any

from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import script_runner
from streamlit.watcher import polling_path_watcher

SETTINGS_EVERY_S = 10.0
LOOKS_AT_ALL_S = 600
FROM_SETTINGS = ("_populate_theme_msg", "_populate_config_msg")
CLOSES_LOOP = "_close_script_event_loop"
RUNS = "_run_script"
AT_ONCE = 2  # pages that are drawn; more take the processor from each other, and from everybody who types
TURN_S = 0.5  # several times what drawing one takes; what takes longer waits for something, such as a database
FILES_MAX = 65_536  # open at once; a tab needs four, and many systems allow 1,024 unless asked for more


def replace() -> None:
    """Replace internals of Streamlit, for this process; a second time changes nothing."""
    # Streamlit looks five times a second whether its settings files have changed, with threads of their own.
    vars(polling_path_watcher)["_POLLING_PERIOD_SECS"] = SETTINGS_EVERY_S
    for name in FROM_SETTINGS:
        fill = vars(app_session)[name]
        vars(app_session)[name] = fill if hasattr(fill, "__wrapped__") else once(fill)
    vars(app_session)[CLOSES_LOOP] = close_unused
    DeltaGenerator.__deepcopy__ = copied  # type: ignore[assignment, method-assign]
    run = getattr(script_runner.ScriptRunner, RUNS)
    setattr(script_runner.ScriptRunner, RUNS, run if hasattr(run, "__wrapped__") else pages_in_turn(run))


def once(fill: Callable[..., None]) -> Callable[..., None]:
    """The function, which fills a message from the settings, with each section of them put together once.

    Streamlit sends them with every run, a key's too, and looks through 300 options for each of six themes.
    """

    @cache
    def filled(kind: Any, *section: str) -> Any:
        made = kind()
        fill(made, *section)
        return made

    @wraps(fill)
    def merge(message: Any, *section: str) -> None:
        kind: Any = type(message)
        found = filled(kind, *section)
        if found.ByteSize():  # what has no settings stays absent
            message.MergeFrom(found)

    return merge


def copied(of: DeltaGenerator, memo: dict[int, Any]) -> DeltaGenerator:
    """A deep copy of a place on the page, in which an ancestor of several places is one, as it was.

    Every run of a fragment copies the places around it; Streamlit copies an ancestor anew for each of them.
    """
    made = DeltaGenerator.__new__(DeltaGenerator)
    vars(made).update(vars(of))
    made._provided_cursor, made._parent = deepcopy((of._cursor, of._parent), memo)
    return made


def close_unused(loop: asyncio.AbstractEventLoop) -> None:
    """Close the event loop of a tab that is gone, on which no page of ours ever runs anything.

    Streamlit looks at every task of the process for it: when a thousand tabs go at once, for seven seconds.
    """
    if not loop.is_running():
        loop.close()


class Turns:
    """Lets so many threads work at the same time, in the order in which they come.

    One that takes longer than `turn_s` does not count any more.
    """

    def __init__(self, at_once: int, turn_s: float) -> None:
        self._at_once, self._turn_s = at_once, turn_s
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()
        self._ends: dict[object, float] = {}  # of the turns that are taken, by the monotonic clock

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and give it back after the block."""
        mine = object()
        with self._changed:
            self._waiting.append(mine)
            while (first := self._waiting[0] is mine) is False or self._wait_s() > 0:
                self._changed.wait(self._wait_s() if first else None)
            self._waiting.popleft()
            self._ends[mine] = time.monotonic() + self._turn_s
            self._changed.notify_all()  # another one is the first now
        try:
            yield
        finally:
            with self._changed:
                del self._ends[mine]
                self._changed.notify_all()

    def _wait_s(self) -> float:
        """How long until a turn is free if nobody gives one back."""
        last = sorted(self._ends.values())[-self._at_once :]
        return last[0] - time.monotonic() if len(last) == self._at_once else 0


def pages_in_turn(run: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """The function, which runs a page's script or fragments of it, with pages as a whole drawn in turn.

    A hundred threads that draw at once let nobody else work for seconds. A key draws a fragment, which never waits.
    """
    turns = Turns(AT_ONCE, TURN_S)

    @wraps(run)
    def run_in_turn(runner: Any, asked: Any) -> None:
        with contextlib.nullcontext() if asked.fragment_id_queue else turns.turn():
            run(runner, asked)

    return run_in_turn


def open_more_files() -> None:
    """Let this process have as many files and connections open as the system allows it without asking an admin."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limit; others may refuse
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES_MAX if hard == resource.RLIM_INFINITY else min(FILES_MAX, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.asynccontextmanager
async def little_garbage_collection() -> AsyncIterator[None]:
    """While the block runs, look at everything for garbage every ten minutes, in between only at what is new since.

    Python looks at all of it every few seconds while people type. That stops every tab, by 5 ms for each open one.
    """
    gc.callbacks.append(_freeze)
    collecting = asyncio.create_task(_collect())
    try:
        yield
    finally:
        collecting.cancel()
        gc.callbacks.remove(_freeze)
        gc.unfreeze()


async def _collect() -> None:
    while True:
        gc.unfreeze()
        gc.collect()
        await asyncio.sleep(LOOKS_AT_ALL_S)


def _freeze(phase: str, info: dict[str, int]) -> None:
    """Exclude from later collections what a full one has left: modules, and the tabs that are open."""
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
