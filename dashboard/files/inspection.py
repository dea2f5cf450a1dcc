"""Asks the child process about a stranger's file, and says in one sentence why it found no answer."""

from __future__ import annotations

import errno
import logging
from pathlib import Path
from typing import Any

from dashboard.files.signatures import MediaRefused
from dashboard.untrusted import isolated

log = logging.getLogger(__name__)
WAIT_S = 60.0  # far more than the child's own limit of processor time, for a machine that does much else


def seen(
    task: str,
    path: Path,
    name: str,
    *arguments: str,
    damaged: str,
    wait_s: float = WAIT_S,
    watch: isolated.TaskWatch | None = None,
) -> dict[str, Any]:
    """What the child found; problems that need more words than `damaged` are for the caller.

    Raises: MediaRefused; OSError when this machine's disk is full, for Uploads.part() to say.
    """
    try:
        found = isolated.ask(task, path, *arguments, timeout_s=wait_s, watch=watch)
    except isolated.Busy:
        raise MediaRefused(
            f"{name} could not be checked: this server has been busy with other files. Choose it again in a minute."
        ) from None
    except isolated.NotWanted:
        raise MediaRefused(f"{name} was taken off.") from None
    except isolated.TooMuch:
        found = {"problem": "too much"}
    except isolated.Failed as error:
        log.warning("A file was refused because the process that read it (%s) failed: %s", task, error)
        found = {"problem": "damaged"}
    if found.get("problem") == "too much":
        raise MediaRefused(
            f"{name} takes more time or memory to read than a file may here. Export it smaller or simpler."
        )
    if found.get("problem") == "full disk":
        raise OSError(errno.ENOSPC, "the process that wrote a file found the disk full")
    if found.get("problem") == "damaged":
        raise MediaRefused(f"{name} is damaged or cut off: {damaged}")
    return found
