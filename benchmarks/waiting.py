"""10,000 posts that wait: what a worker takes to start and to idle, how late posts leave, how fast one is scheduled.

And more workers on one PostgreSQL: how many posts a second leave for a LinkedIn that takes 200 ms to answer.
"""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import psutil

from benchmarks.figures import Figure, p50_p95
from benchmarks.stage import Stage, crowd, server, stage
from dashboard.db.database import now

WAITING, DUE, MEMBERS = 10_000, 100, 100
LATE_AIM_S = 2.0
SPREAD_S = 20.0
IDLE_S = 20.0
PUTS, THREADS = 200, 8
IN_S = timedelta(days=30)
DATABASES = ("SQLite", "PostgreSQL")
POSTS, LATENCY_S, WORKERS = 400, 0.2, (1, 2, 4)


def measure() -> Iterator[Figure]:
    """The same on both databases, one after the other; the sandbox and the worker are processes of their own."""
    with contextlib.ExitStack() as standing:
        linkedin = standing.enter_context(crowd(MEMBERS, 0))
        postgres = standing.enter_context(server())
        for name in DATABASES:
            with contextlib.ExitStack() as own:
                database = own.enter_context(postgres.database()) if name == "PostgreSQL" else None
                yield from _measured(name, own.enter_context(stage(linkedin, database)))


def _measured(name: str, on: Stage) -> Iterator[Figure]:
    start = time.perf_counter()
    on.put([on.text(number, now() + IN_S) for number in range(WAITING)])
    filled_s = time.perf_counter() - start
    yield Figure(f"{name}: {WAITING:,} posts scheduled, 500 in a transaction", f"{WAITING / filled_s:,.0f} posts/s")
    one, many = _puts(on, 1), _puts(on, THREADS)
    yield Figure(f"{name}: one post scheduled, 1 thread", p50_p95(one))
    ratio = statistics.median(many) / statistics.median(one)
    yield Figure(f"{name}: one post scheduled, {THREADS} threads", p50_p95(many), ratio)
    with on.worker() as (process, started_s):
        yield Figure(f"{name}: start until the first look is done", f"{started_s:.2f} s")
        yield from _idle(name, psutil.Process(process.pid))
        yield _late(f"{name}: {DUE} posts due within {SPREAD_S:.0f} s", on, SPREAD_S)
        yield _late(f"{name}: {DUE} posts due at the same moment", on, 0)


def _puts(on: Stage, threads: int) -> list[float]:
    """Seconds of each put, of so many threads at once."""
    times_s: list[float] = []

    def put(thread: int) -> None:
        for number in range(PUTS // threads):
            posting = on.text(thread + number * threads, now() + IN_S)
            start = time.perf_counter()
            on.services.outbox.put(posting)
            times_s.append(time.perf_counter() - start)

    working = [threading.Thread(target=put, args=(thread,)) for thread in range(threads)]
    for each in working:
        each.start()
    for each in working:
        each.join()
    return times_s


def _idle(name: str, process: psutil.Process) -> Iterator[Figure]:
    time.sleep(3)  # what the start leaves to do
    before, start = sum(process.cpu_times()[:2]), time.perf_counter()
    time.sleep(IDLE_S)
    share = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - start)
    yield Figure(f"{name}: an idle worker, CPU", f"{share:.1%} of a core")
    yield Figure(f"{name}: an idle worker, RSS", f"{process.memory_info().rss / 1e6:.0f} MB")


def _late(what: str, on: Stage, spread_s: float) -> Figure:
    first = now() + timedelta(seconds=4)
    due = [first + timedelta(seconds=spread_s * number / DUE) for number in range(DUE)]
    rows = on.wait(on.put([on.text(number, at) for number, at in enumerate(due)]), within_s=120)
    late_s = [(row.create_sent_at - row.due_at).total_seconds() for row in rows if row.create_sent_at and row.due_at]
    cuts = statistics.quantiles(late_s, n=20)
    measured = f"p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s, max {max(late_s):.2f} s"
    if not spread_s:  # they wait for one another, which is good enough for what LinkedIn allows a day
        return Figure(f"{what}: late by", measured)
    return Figure(f"{what}: late by", measured, aim=f"p95 ≤ {LATE_AIM_S:.0f} s", met=cuts[18] <= LATE_AIM_S)


def workers() -> Iterator[Figure]:
    """Each number of workers has a database of its own; the posts are put there when all workers stand ready."""
    with contextlib.ExitStack() as standing:
        linkedin, postgres = standing.enter_context(crowd(MEMBERS, LATENCY_S)), standing.enter_context(server())
        alone = 0.0
        for count in WORKERS:
            with postgres.database() as database, stage(linkedin, database) as on, contextlib.ExitStack() as working:
                for _ in range(count):
                    working.enter_context(on.worker())
                start = time.perf_counter()
                ids = on.put([on.text(number, None) for number in range(POSTS)])
                rows = on.wait(ids, within_s=300)
                speed = POSTS / (time.perf_counter() - start)
            assert max(Counter(row.urn for row in rows).values()) == 1
            alone = alone or speed
            what = f"{POSTS} posts of {MEMBERS} members, 200 ms a call, {count} worker{'s' if count > 1 else ''}"
            yield Figure(what, f"{speed:.1f} posts/s", None if count == 1 else speed / alone)
