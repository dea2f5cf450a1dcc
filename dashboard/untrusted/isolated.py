"""Reads a stranger's file or page in a process of its own: it can be stopped, and what it breaks is not ours."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.untrusted import reader

ROOT = Path(__file__).parents[__name__.count(".")]  # where our packages lie
# By the limit of processor time, or by a system that has no memory left; Windows knows neither.
STOPPED = {-int(getattr(signal, name)) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
# Of each task, for each process may take two gigabytes; pages that are drawn for ten seconds keep no picture waiting.
AT_ONCE = 2
_turns = {task: threading.Semaphore(AT_ONCE) for task in reader.TASKS}


class Failed(RuntimeError):
    """The reader crashed, or one of the two below; the message says which, for the log."""


class TooMuch(Failed):
    """The reader took too much time or memory."""


class Busy(Failed):
    """Others were read for as long as there was time to wait, or no process could be started."""


class NotWanted(Failed):
    """Nobody wants the answer any more."""


@dataclass(frozen=True)
class TaskWatch:
    """Who waits for a task of minutes: hears how far it is (0 to 1), and may stop it."""

    tell: Callable[[float], None]
    stop: threading.Event


def ask(
    task: str, *arguments: str | Path, given: bytes = b"", timeout_s: float, watch: TaskWatch | None = None
) -> dict[str, Any]:
    """What reader.py answers to one of its TASKS; at most half of timeout_s is spent on waiting for a turn.

    Raises: Failed.
    """
    told = [str(each.resolve()) if isinstance(each, Path) else each for each in arguments]
    if reader.bounded:  # this process is such a one, for many files
        return reader.TASKS[task](*told)
    ends_at, turn = time.monotonic() + timeout_s, _turns[task]
    if not turn.acquire(timeout=timeout_s / 2):
        raise Busy(f"waited {timeout_s / 2:.0f} seconds for its turn")
    try:
        left_s = ends_at - time.monotonic()
        return _watched([task, *told], left_s, watch) if watch else _asked([task, *told], given, left_s)
    finally:
        turn.release()


def _asked(words: list[str], given: bytes, timeout_s: float) -> dict[str, Any]:
    try:
        # Our own module, told where to look and no more.
        done = subprocess.run(  # noqa: S603
            _command(words), input=given, cwd=ROOT, capture_output=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooMuch(f"took longer than {timeout_s:.0f} seconds") from None
    except OSError as error:  # this machine has no memory or no process left
        raise Busy(f"could not be started: {error}") from None
    return _answer(done.returncode, done.stdout, done.stderr[-200:].decode(errors="replace").strip())


def _command(words: list[str]) -> list[str]:
    return [sys.executable, "-m", reader.__name__, *words]


def _answer(code: int, line: bytes, said: str) -> dict[str, Any]:
    if code in STOPPED:
        raise TooMuch(f"was stopped by signal {-code}")
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        raise Failed(f"ended with {code}: {said}") from None
    return answer


def _watched(words: list[str], timeout_s: float, watch: TaskWatch) -> dict[str, Any]:
    """The same of a task that says how far it is, a line each time, and answers in the last one."""
    ends_at, line = time.monotonic() + timeout_s, b""
    try:
        child = subprocess.Popen(  # noqa: S603 - as above
            _command(words), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise Busy(f"could not be started: {error}") from None

    def end_it() -> None:
        while child.poll() is None:
            if watch.stop.wait(0.2) or time.monotonic() > ends_at:
                child.kill()

    guard = threading.Thread(target=end_it, daemon=True)
    guard.start()
    with child:
        for line in child.stdout or ():
            share = json.loads(line).get("share") if line.startswith(b"{") else None
            if share is not None:
                watch.tell(float(share))
    guard.join()
    if watch.stop.is_set():
        raise NotWanted("is not wanted any more")
    return _answer(child.returncode, line, "")
