"""Runs jobs on several threads as one task: one failure ends all, and their progress is one sum."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

_LOOK_S = 0.2  # how often a pausing job checks whether it should end

T = TypeVar("T")


class Halted(Exception):
    """Another job of the group failed, so this one ended early; run() raises the other job's error."""


class TaskGroup:
    """A group of jobs on threads; after a failure every other job ends at its next progress report."""

    def __init__(self, most: int, on_progress: Callable[[int], None] | None = None, *, begun_bytes: int = 0) -> None:
        self._most, self._on_progress = most, on_progress
        self._sum_bytes = self._told_bytes = begun_bytes
        self._lock, self._stop = threading.Lock(), threading.Event()

    def run(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Run all jobs and give their results in order, once every thread has ended.

        Raises: what the first failing job raised, unchanged.
        """
        waiting = iter(enumerate(jobs))
        results: dict[int, T] = {}
        failures: list[BaseException] = []

        def work() -> None:
            while not self._stop.is_set():
                with self._lock:
                    number, job = next(waiting, (0, None))
                if job is None:
                    return
                try:
                    results[number] = job()
                except BaseException as error:
                    failures.append(error)
                    self._stop.set()

        self._work_until_done([threading.Thread(target=work, name="together", daemon=True) for _ in jobs[: self._most]])
        if failures:
            raise next((error for error in failures if not isinstance(error, Halted)), failures[0])
        return [results[number] for number in range(len(jobs))]

    def progress(self) -> Callable[[int], None]:
        """A callback for one job's bytes so far; the caller gets the sum of all jobs, which never decreases."""
        before = 0

        def tell(sent_bytes: int) -> None:
            nonlocal before
            with self._lock:
                self._sum_bytes += sent_bytes - before
                before = sent_bytes
                self._tell()

        return tell

    def pause(self, seconds: float) -> None:
        """Wait within a job; an exception of the progress callback, or another job's failure, ends the wait."""
        end = time.monotonic() + seconds
        while (left_s := end - time.monotonic()) > 0:
            with self._lock:
                self._tell()
            self._stop.wait(min(_LOOK_S, left_s))

    def _tell(self) -> None:
        if self._stop.is_set():
            raise Halted
        self._told_bytes = max(self._told_bytes, self._sum_bytes)
        if self._on_progress is None:
            return
        try:
            self._on_progress(self._told_bytes)
        except BaseException:
            self._stop.set()  # before another thread calls it too
            raise

    def _work_until_done(self, threads: Sequence[threading.Thread]) -> None:
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException:  # Ctrl-C
            self._stop.set()
            for thread in threads:
                thread.join()
            raise
