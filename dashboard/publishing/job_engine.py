"""When DBOS runs in this process: while a job is near, as its threads ask the database all the time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from dashboard.db.database import FileGone
from dashboard.posts.jobs import Jobs
from dashboard.publishing.job_library import Runner, launch, library, running

POLL_S = 0.3  # for jobs that are due
AHEAD_S = 15.0  # it runs so long before a job is due
CALM_S = 30.0  # and so long after the last one
END_S = 60  # a job that begins just then may end
AT_ONCE = 16  # posts on their way at the same time, of as many accounts


class JobEngine:
    """Starts and stops DBOS, which costs 3 % of a core while it runs, whatever there is to do."""

    def __init__(self, jobs: Jobs, name: str, runner: Runner) -> None:
        """`name` is the worker's; `runner` is called for each job that is due."""
        self._jobs, self._name, self._runner = jobs, name, runner
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
        running["engine"] = self._runner
        self._running = True
        self._jobs.open_queue(at_once=AT_ONCE, poll_s=POLL_S)
        launch(self._jobs.url, self._name)
        return True

    def stop(self, wait_s: int = 0) -> None:
        """Stop; jobs that are running have so many seconds to end."""
        if self._running:
            library().destroy(workflow_completion_timeout_sec=wait_s)
        self._running = False

    def busy_workers(self) -> set[str]:
        """The names of the workers that have begun jobs, dead or alive."""
        if not self._running:
            return set()
        pending = library().list_workflows(status="PENDING", load_input=False, load_output=False)
        return {each.executor_id for each in pending if each.executor_id}

    def recover(self, names: Sequence[str]) -> None:
        """Go on with the jobs that workers of these names have begun."""
        library()._recover_pending_workflows(list(names))
