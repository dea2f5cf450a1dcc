"""DBOS, which keeps the jobs and runs the flow of each when it is due. It is one in a process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy.exc import OperationalError

from dashboard.db.database import FileGone
from dashboard.posts.jobs import APP, FLOW, VERSION, Jobs

POLL_S = 0.3  # for jobs that are due
AHEAD_S = 15.0  # it runs so long before a job is due
CALM_S = 30.0  # and so long after the last one
END_S = 60  # a job that begins just then may end
AT_ONCE = 16  # posts on their way at the same time, of as many accounts
RECOVERIES = 15  # of one job whose process dies again and again; then that is one failure of our own
_bring_on: dict[str, Callable[[int, str], None]] = {}
log = logging.getLogger(__name__)


class JobEngine:
    """Runs DBOS while a job is near: its threads ask the database all the time, which costs 3 % of a core."""

    def __init__(self, jobs: Jobs, name: str, bring_on: Callable[[int, str], None]) -> None:
        """`name` is the worker's; bring_on(post id, job) is called on a thread of DBOS for each job that is due."""
        self._jobs, self._name, self._bring_on = jobs, name, bring_on
        self._running = False
        self._calm_at = 0.0

    def follow(self) -> bool:
        """Start when a job is due within AHEAD_S, stop when none was for CALM_S; True when it has just started.

        Raises: FileGone, and what DBOS raises when it cannot start. A database that does not answer changes nothing.
        """
        try:
            near = self._jobs.near(AHEAD_S)
        except FileGone:
            raise
        except OperationalError:
            return False
        if near:
            self._calm_at = time.monotonic() + CALM_S
            return self._start()
        if self._running and time.monotonic() >= self._calm_at:
            self.stop(END_S)
        return False

    def _start(self) -> bool:
        if self._running:
            return False
        _bring_on["now"] = self._bring_on
        self._running = True
        self._jobs.open_queue(at_once=AT_ONCE, poll_s=POLL_S)
        _launch(self._jobs.url, self._name)
        return True

    def stop(self, wait_s: int = 0) -> None:
        """Stop; jobs that are running have so many seconds to end."""
        if self._running:
            _library().destroy(workflow_completion_timeout_sec=wait_s)
        self._running = False

    def busy_workers(self) -> set[str]:
        """The names of the workers that have begun jobs, dead or alive."""
        if not self._running:
            return set()
        pending = _library().list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in pending if each.executor_id}

    def recover(self, names: Sequence[str]) -> None:
        """Go on with the jobs that workers of these names have begun."""
        _library()._recover_pending_workflows(list(names))


@cache
def _library() -> Any:
    """DBOS, with our flow made known to it, once in a process."""
    from dbos import DBOS  # it takes as long to import as everything else together

    @DBOS.workflow(name=FLOW, max_recovery_attempts=RECOVERIES)
    def publish(post_id: int, job: str) -> None:
        _bring_on["now"](post_id, job)

    return DBOS


def _launch(url: str, name: str) -> None:
    dbos = _library()
    dbos(
        config={
            "name": APP,
            "system_database_url": url,
            "executor_id": name,
            "application_version": VERSION,
            "use_listen_notify": False,
            "sys_db_pool_size": 4,  # with store's 15 and a lock: 20 of PostgreSQL's 100 connections
            "log_level": "WARNING",
        }
    )
    dbos.launch()  # goes on with what a worker of this name has left
