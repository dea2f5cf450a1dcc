"""Reads a stranger's file or page in a process of its own: it can be stopped, and what it breaks is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# One at a time: each may take two gigabytes, and PDFium wants to be alone in its process anyway.
_alone = threading.Lock()


class Failed(RuntimeError):
    """The reader took too long, ran out of memory or crashed; the message says which, for the log."""


def ask(task: str, *arguments: str | Path, given: bytes = b"", timeout_s: float) -> dict[str, Any]:
    """What dashboard/reader.py answers to one of its TASKS.

    Raises: Failed.
    """
    told = [str(each.resolve()) if isinstance(each, Path) else each for each in arguments]
    command = [sys.executable, "-m", "dashboard.reader", task, *told]
    with _alone:
        try:
            # Our own module, told where to look and no more.
            done = subprocess.run(  # noqa: S603
                command, input=given, cwd=ROOT, capture_output=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"took longer than {timeout_s:.0f} seconds") from None
    if done.returncode != 0:
        raise Failed(f"ended with {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
