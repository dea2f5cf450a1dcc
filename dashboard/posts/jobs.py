"""The jobs of the worker, which any process may add: one for each row that waits, in one transaction with it.

A job holds the id of a post, comment or reaction; the row says what to do. A row names the one job that may bring it
on, so a job that was replaced does nothing when its time comes.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.db.database import now

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

APP, QUEUE, FLOW = "linkedin-dashboard", "posts", "publish"
INTERACTIONS = "interact"  # the flow of comments and reactions
VERSION = "1"  # of the flow. Pinned: the library's own one is a hash of code, and an update would strand what waits
LATEST = 2**31 - 1  # the highest priority number; a moment after 2038 sorts last
LIVE = ["ENQUEUED", "DELAYED", "PENDING"]
AT_ONCE = 500  # ids in one question
# Its words are those of the table's partial indexes.
NEAR = """
SELECT EXISTS (SELECT 1 FROM {table} WHERE status IN ('ENQUEUED', 'PENDING'))
    OR EXISTS (SELECT 1 FROM {table} WHERE status = 'DELAYED' AND delay_until_epoch_ms <= :until_ms)
"""


class Jobs:
    """What waits in the engine's own tables. They are in the same database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._making = threading.Lock()

    @property
    def url(self) -> str:
        """The database's address, with its password."""
        return self._engine.url.render_as_string(hide_password=False)

    def put(
        self,
        db: Connection,
        job: str,
        row_id: int,
        account_id: int,
        at: datetime | None = None,
        rest_s: float = 0,
        flow: str = FLOW,
    ) -> None:
        """Let the row be brought on at a moment, or at once: when the transaction of `db` is committed, or not at all.

        Posts of one account go one after the other, in the order of their moments; so do its comments and reactions,
        beside the posts. rest_s: seconds to let pass first, which costs it no place in that order.
        """
        begin = at or now()
        delay_s = max((begin - now()).total_seconds(), rest_s)
        options: EnqueueOptions = {
            "workflow_name": flow,
            "workflow_id": job,
            "queue_name": QUEUE,
            "queue_partition_key": str(account_id) if flow == FLOW else f"{flow}-{account_id}",
            "priority": max(1, min(int(begin.timestamp()), LATEST)),
            "app_version": VERSION,
        }
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(db, options, row_id, job)

    def drop(self, jobs: Collection[str | None]) -> None:
        """Cancel jobs that were replaced. A failure does no harm: such a job does nothing when its time comes."""
        with contextlib.suppress(SQLAlchemyError):
            self._client.cancel_workflows([job for job in jobs if job])

    def live(self, jobs: Iterable[str]) -> set[str]:
        """Those of the jobs that will still run, or are running."""
        asked = list(jobs)
        found: set[str] = set()
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            listed = self._client.list_workflows(workflow_ids=part, status=LIVE, load_input=False, load_output=False)
            found |= {each.workflow_id for each in listed}
        return found

    def near(self, within_s: float) -> bool:
        """Whether a job is running, or due within so many seconds. Raises: SQLAlchemyError."""
        self.prepare()
        with self._engine.connect() as db:
            return bool(db.execute(self._near, {"until_ms": int((time.time() + within_s) * 1000)}).scalar_one())

    @cached_property
    def _near(self) -> TextClause:
        table = "workflow_status" if self._engine.dialect.name == "sqlite" else "dbos.workflow_status"
        return text(NEAR.format(table=table))

    def sweep(self) -> None:
        """Delete the engine's rows of jobs that ended more than a day ago."""
        before = (now() - timedelta(days=1)).isoformat()
        ended = self._client.list_workflows(completed_before=before, load_input=False, load_output=False, limit=10_000)
        if ended:
            self._client.delete_workflows([each.workflow_id for each in ended])

    def open_queue(self, *, at_once: int, poll_s: float) -> None:
        """Configure the queue before a worker starts: one that finds none looks for it again a second later."""
        self._client.register_queue(
            QUEUE, worker_concurrency=at_once, partition_concurrency=1, polling_interval_sec=poll_s
        )

    def prepare(self) -> None:
        """Make the engine's tables, if they are not there yet."""
        _ = self._client

    @property
    def _client(self) -> DBOSClient:
        with self._making:  # cached_property has no lock of its own
            return self._made

    @cached_property
    def _made(self) -> DBOSClient:
        from dbos import DBOS, DBOSClient  # it takes as long to import as everything else together

        DBOS.migrate(self.url)
        return DBOSClient(system_database_engine=self._engine, application_name=APP, retry_connection_errors=False)
