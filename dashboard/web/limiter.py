"""Runs what waits for a database, a file or a child process in a few threads, apart from the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from anyio import CapacityLimiter, fail_after, to_thread

T = TypeVar("T")


class Overloaded(RuntimeError):
    """Work was refused, or took too long; the message says so to the browser."""


class Limiter:
    """Threads of its own for one kind of work, so that no work takes the threads of another.

    threads: how many run at once. in_all, of_one: how many requests, of everybody and of one member, may run or wait.
    wait_s: how long a request waits for a thread. answer_s: how long it waits for the thread's answer.
    """

    def __init__(
        self,
        threads: int,
        *,
        in_all: int,
        of_one: int | None = None,
        wait_s: float,
        answer_s: float = math.inf,
        sentence: str,
    ) -> None:
        self._free = CapacityLimiter(threads)
        self._in_all, self._of_one = in_all, of_one or in_all
        self._wait_s, self._answer_s, self._sentence = wait_s, answer_s, sentence
        self._present: Counter[Hashable] = Counter()

    @contextlib.contextmanager
    def place(self, whose: Hashable) -> Iterator[None]:
        """Count a request of a member while the block runs. Raises: Overloaded, at once."""
        if self._present.total() >= self._in_all or self._present[whose] >= self._of_one:
            raise Overloaded(self._sentence)
        self._present[whose] += 1
        try:
            yield
        finally:
            self._present[whose] -= 1
            self._present += Counter()  # drops who has none left

    async def run(self, work: Callable[[], T], whose: Hashable = None) -> T:
        """What `work` returns or raises. Raises: Overloaded."""
        with self.place(whose):
            return await self.run_placed(work)

    async def run_placed(self, work: Callable[[], T]) -> T:
        """The same for a request that has its place. Raises: Overloaded."""
        loop, ticket = asyncio.get_running_loop(), object()

        def worked() -> T:
            try:
                return work()
            finally:  # not when the request gave up: a thread that hangs is not free
                with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
                    loop.call_soon_threadsafe(self._free.release_on_behalf_of, ticket)

        try:
            with fail_after(self._wait_s):
                await self._free.acquire_on_behalf_of(ticket)
            with fail_after(self._answer_s):
                return await to_thread.run_sync(worked, abandon_on_cancel=True, limiter=CapacityLimiter(math.inf))
        except TimeoutError:
            raise Overloaded(self._sentence) from None
