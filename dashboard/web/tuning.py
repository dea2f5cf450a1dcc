"""What costs every tab time in Streamlit 1.67 and in Python, and what stands in its place while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from functools import cache, wraps
from typing import Any

from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import app_session
from streamlit.watcher import polling_path_watcher

SETTINGS_EVERY_S = 10.0
LOOKS_AT_ALL_S = 600
FROM_SETTINGS = ("_populate_theme_msg", "_populate_config_msg")
CLOSES_LOOP = "_close_script_event_loop"
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
