"""Processes that are killed: workers at any instant, and one run of the flow at any line."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Self

from tests.conftest import ROOT

RESEND_AFTER_S, LOOK_EVERY_S, MEND_EVERY_S = 0.3, 0.4, 2.0
# It imports once, and then starts a worker within a moment for every line that it reads; the answer is its process id.
NURSERY = """
import os, signal, sys
from dashboard.publishing import job_library, worker; from dashboard.config import settings
from dashboard.services import Services
from dashboard.db.database import open_database

def work():
    given = settings.load()
    services = Services(given, open_database(given.database), resend_after_s=float(sys.argv[1]))
    services.start()
    services.worker.join()

worker.LOOK_EVERY_S, worker.MEND_EVERY_S = map(float, sys.argv[2:])
job_library.library()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are gone at once
for _ in sys.stdin:
    if child := os.fork():
        print(child, flush=True)
    else:
        sys.stdin.close()
        os.close(1)
        work()
        os._exit(0)
"""


class Workers:
    """Workers with the settings of `environ`; what they say is in the file `log`."""

    def __init__(self, log: Path, environ: Mapping[str, str]) -> None:
        self.log, self.alive = log, list[int]()
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LINKEDIN_", "STREAMLIT_"))}
        command = [sys.executable, "-c", NURSERY, *map(str, (RESEND_AFTER_S, LOOK_EVERY_S, MEND_EVERY_S))]
        with log.open("ab") as said:
            self._nursery = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**clean, **environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in list(self.alive):
            self.kill(each)
        self._nursery.communicate()

    def start(self) -> int:
        """One more worker: its process id."""
        assert self._nursery.stdin
        assert self._nursery.stdout
        print("one more", file=self._nursery.stdin, flush=True)
        answer = self._nursery.stdout.readline()
        assert answer, self.log.read_text()
        self.alive.append(int(answer))
        return self.alive[-1]

    def kill(self, worker: int) -> None:
        """As the machine's memory killer would; over when it is dead."""
        self.alive.remove(worker)
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(worker, signal.SIGKILL)
                time.sleep(0.001)


# One run of the flow.

Point = tuple[str, int, int]  # a file, a line in it, and the how manieth time


class Lines:
    """What happens before each line of some files of the dashboard, on every thread, while the block runs."""

    def __init__(self, names: tuple[str, ...], before: Callable[[Point], object]) -> None:
        self._files = {str(ROOT / "dashboard" / name): name for name in names}
        self._before, self._times = before, Counter[tuple[str, int]]()

    def __enter__(self) -> Self:
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        name = self._files.get(frame.f_code.co_filename)
        if name is None:
            return None
        if event == "line":
            self._times[name, frame.f_lineno] += 1
            self._before((name, frame.f_lineno, self._times[name, frame.f_lineno]))
        return self._trace


def dies(work: Callable[[Callable[[Point], object]], object], at: Point) -> bool:
    """Do it in a process of its own that is killed before a line; False when it did not get there."""

    def kill(point: Point) -> None:
        if point == at:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if not child:
        status = 1
        try:
            work(kill)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        return True
    assert os.waitstatus_to_exitcode(ended) == 0, "the process failed before it was killed"
    return False
