"""What goes on without a page, for every LinkedIn that this process serves: one worker, and what is swept daily."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Protocol

from sqlalchemy import Engine as Database

from dashboard.accounts.account import Account
from dashboard.accounts.repository import Accounts
from dashboard.posts.jobs import Jobs
from dashboard.posts.outbox import Outbox
from dashboard.posts.post import PostRow
from dashboard.posts.schedule import Schedule
from dashboard.publishing.delivery import Delivery
from dashboard.publishing.versioned_api import VersionedApi
from dashboard.publishing.worker import DAY_S, Worker

WAITS_FOR_SANDBOX_S = 10.0  # at a start its server is only opening its port
log = logging.getLogger(__name__)


class Served(Protocol):
    """One LinkedIn: the real one, or the built-in sandbox."""

    @property
    def issuer(self) -> str:
        """Whose accounts are published here; see the column of that name."""

    @property
    def accounts(self) -> Accounts:
        """Its accounts."""

    @property
    def schedule(self) -> Schedule:
        """When its posts leave."""

    def publish(self, row: PostRow) -> None:
        """Bring one of its posts to its end."""

    def line(
        self, account: Account, row: PostRow | None, *, counted: bool = False
    ) -> AbstractContextManager[VersionedApi]:
        """Its versioned API for one member, below one post."""

    def is_there(self) -> bool:
        """Whether it may be asked."""

    def sweep(self) -> None:
        """Delete what is old, and read anew what may have changed."""


class Background:
    """The worker of this process. A post is published by the LinkedIn of its account, whichever a page shows."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        outbox: Outbox,
        *,
        publishes: bool,
        renew: Callable[[], object] = lambda: None,
    ) -> None:
        self._database, self._publishes, self._renew = database, publishes, renew
        self.jobs, self.outbox = jobs, outbox
        self.stopping = threading.Event()
        self._served: dict[str, Served] = {}

    def serve(self, served: Served) -> None:
        """Publish for this LinkedIn from now on; it takes the place of an earlier one of its issuer."""
        self._served[served.issuer] = served

    def start(self) -> None:
        """Go on with what an earlier process left, unless others do; sweep old uploads now and every day."""
        if self._publishes:
            self.worker.start()
        elif not self.sweeper.is_alive():
            with contextlib.suppress(RuntimeError):  # another thread has started it, or it has ended
                self.sweeper.start()

    @cached_property
    def worker(self) -> Worker:
        """The worker; it works once it is started."""
        delivery = Delivery(accounts=self._any.accounts, outbox=self.outbox, line=self._line, stopping=self.stopping)
        return Worker(
            self._database,
            self.outbox,
            self.jobs,
            self._run,
            stopping=self.stopping,
            ready=lambda: any(each.is_there() for each in list(self._served.values())),
            daily=self._sweep,
            delivery=delivery,
            just_before=self._any.schedule.just_before,
        )

    @cached_property
    def sweeper(self) -> threading.Thread:
        """The thread that sweeps where others publish."""
        return threading.Thread(target=self._sweep_daily, name="sweeper", daemon=True)

    @property
    def _any(self) -> Served:
        return next(iter(self._served.values()))

    def _of(self, account_id: int) -> Served:
        """The LinkedIn of an account; of one that is not served any more, another one, which has no token for it."""
        issuer = self._any.accounts.get(account_id).issuer
        if issuer not in self._served:  # another process may have been set up for it since
            self._renew()
        return self._served.get(issuer, self._any)

    def _run(self, row: PostRow) -> None:
        self._there(row.account_id).publish(row)

    @contextlib.contextmanager
    def _line(self, account: Account, row: PostRow | None, *, counted: bool = False) -> Iterator[VersionedApi]:
        with self._there(account.id).line(account, row, counted=counted) as line:
            yield line

    def _there(self, account_id: int) -> Served:
        served, until = self._of(account_id), time.monotonic() + WAITS_FOR_SANDBOX_S
        while not served.is_there() and time.monotonic() < until and not self.stopping.wait(0.2):
            pass
        return served

    def _sweep(self) -> None:
        for each in list(self._served.values()):
            each.sweep()

    def _sweep_daily(self) -> None:
        while True:
            try:
                self._sweep()
            except Exception:
                log.exception("Old uploads could not be deleted")
            if self.stopping.wait(DAY_S):
                return
