"""DBOS, the library that runs the jobs, with our flows made known to it: once in a process."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from dashboard.posts.jobs import APP, FLOW, INTERACTIONS, VERSION

RECOVERIES = 15  # of one job whose process dies again and again; then that is one failure of our own
running: dict[str, Runner] = {}  # under "engine", who is at work in this process


class Runner(Protocol):
    """Who brings rows on; each is called by a job, on a thread of the library."""

    def bring_on(self, post_id: int, job: str) -> None:
        """Bring a post on."""

    def deliver(self, interaction_id: int, job: str) -> None:
        """Send a comment or reaction that waits."""


@cache
def library():  # type: ignore[no-untyped-def]
    """The class DBOS with our flows, which are registered once in a process."""
    from dbos import DBOS  # it takes as long to import as everything else together

    @DBOS.workflow(name=FLOW, max_recovery_attempts=RECOVERIES)
    def publish(post_id: int, job: str) -> None:
        running["engine"].bring_on(post_id, job)

    @DBOS.workflow(name=INTERACTIONS, max_recovery_attempts=RECOVERIES)
    def interact(interaction_id: int, job: str) -> None:
        running["engine"].deliver(interaction_id, job)

    return DBOS


def launch(url: str, name: str) -> None:
    """Start to take jobs from the database at `url` as the worker of this name."""
    dbos = library()
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
