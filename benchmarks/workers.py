"""More workers on one PostgreSQL: how many posts a second leave for a LinkedIn that takes 200 ms to answer."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.stage import crowd, server, stage

POSTS, MEMBERS, LATENCY_S = 400, 100, 0.2
COUNTS = (1, 2, 4)


def measure() -> Iterator[Figure]:
    """Each number of workers has a database of its own; the posts are put there when all workers stand ready."""
    with contextlib.ExitStack() as standing:
        linkedin, postgres = standing.enter_context(crowd(MEMBERS, LATENCY_S)), standing.enter_context(server())
        alone = 0.0
        for count in COUNTS:
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
