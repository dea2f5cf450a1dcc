"""Reads a stranger's file or page in a process of its own: it can be stopped, and what it breaks is not ours."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
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


def ask(task: str, *arguments: str | Path, given: bytes = b"", timeout_s: float) -> dict[str, Any]:
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
        return _asked([task, *told], given, ends_at - time.monotonic())
    finally:
        turn.release()


def _asked(words: list[str], given: bytes, timeout_s: float) -> dict[str, Any]:
    command = [sys.executable, "-m", reader.__name__, *words]
    try:
        # Our own module, told where to look and no more.
        done = subprocess.run(  # noqa: S603
            command, input=given, cwd=ROOT, capture_output=True, timeout=timeout_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise TooMuch(f"took longer than {timeout_s:.0f} seconds") from None
    except OSError as error:  # this machine has no memory or no process left
        raise Busy(f"could not be started: {error}") from None
    if done.returncode in STOPPED:
        raise TooMuch(f"was stopped by signal {-done.returncode}")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr[-200:].decode(errors="replace").strip()
        raise Failed(f"ended with {done.returncode}: {said}") from None
    return answer
