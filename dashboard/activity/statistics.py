"""What a list of exchanges tells: how often and how fast each endpoint answered, and how one post was published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil
from urllib.parse import urlsplit

from dashboard.activity.exchange_log import LoggedExchange
from linkedin_api.http.redaction import HIDDEN
from linkedin_api.reference.endpoints import path_of

_CREATES = ("POST /v2/ugcPosts", "POST /rest/posts")
_PAUSE = timedelta(minutes=10)  # longer than LinkedIn's window for a post sent twice: another try
NO_ANSWER = "no answer"
_AN_ID = re.compile(r"%3A|[:(]|\d\d|\d\w*[A-Z]|^[0-9a-f]{24}$")  # the last one as Zernio writes them


@dataclass(frozen=True)
class EndpointFigures:
    """The calls of one endpoint: how many with which status, and the milliseconds of half of them and of 95 %."""

    endpoint: str
    statuses: dict[str, int]
    p50_ms: float | None  # None where no call was timed
    p95_ms: float | None

    @property
    def count(self) -> int:
        """How many calls."""
        return sum(self.statuses.values())


@dataclass(frozen=True)
class WaterfallBar:
    """One request of a publish: when it began after the first one, and how long it took, in milliseconds."""

    entry: LoggedExchange
    endpoint: str
    start_ms: float
    duration_ms: float


def is_upload(url: str) -> bool:
    """Whether a kept address is one for a file: the transport hides all of it but the host."""
    return urlsplit(url).path.endswith(f"/{HIDDEN}")


@lru_cache(maxsize=10_000)
def endpoint_name(method: str, url: str) -> str:
    """The call without what differs from post to post: "GET /v2/assets/{id}", "POST /v2/assets?action=…"."""
    parts_of_url = urlsplit(url)
    if is_upload(url):
        return f"{method} {parts_of_url.netloc} (upload)"
    bare, _, query = (path_of(url) or f"{parts_of_url.path}?{parts_of_url.query}").partition("?")
    gateway, *parts = bare.strip("/").split("/")
    named = ["{id}" if _AN_ID.search(part) else part for part in parts]
    kept = [pair for pair in query.split("&") if pair.startswith(("action=", "q="))]
    return f"{method} /{'/'.join([gateway, *named])}{'?' if kept else ''}{'&'.join(kept)}"


def figures(timings: Iterable[tuple[str, str, int | None, float]]) -> list[EndpointFigures]:
    """The figures of each endpoint, the most used first, of (method, URL, status, milliseconds)."""
    statuses: dict[str, Counter[str]] = {}
    times: dict[str, list[float]] = {}
    for method, url, status, ms in timings:
        name = endpoint_name(method, url)
        statuses.setdefault(name, Counter())[str(status or NO_ANSWER)] += 1
        if status and ms > 0:  # what the browser does itself is not timed
            times.setdefault(name, []).append(ms)
    found = [
        EndpointFigures(name, dict(sorted(counts.items())), *(_percentile(times.get(name, []), p) for p in (50, 95)))
        for name, counts in statuses.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.endpoint))


def _percentile(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that is not below `percent` of all (nearest rank)."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1] if values else None


def waterfall(entries: Sequence[LoggedExchange]) -> list[WaterfallBar]:
    """The requests of the last publish of a post, in order; entries: its exchanges in any order.

    It ends with the last create. Without one, as after a refused upload, it is all that was sent last.
    """
    in_order = sorted(entries, key=lambda each: (each.at, each.id))
    creates = [n for n, each in enumerate(in_order) if endpoint_name(each.method, each.url) in _CREATES]
    shown = in_order[: creates[-1] + 1] if creates else in_order
    pauses = [n for n in range(1, len(shown)) if shown[n].at - shown[n - 1].at > _PAUSE]
    shown = shown[pauses[-1] if pauses else 0 :]
    return [
        WaterfallBar(
            each,
            endpoint_name(each.method, each.url),
            (each.at - shown[0].at).total_seconds() * 1000,
            each.duration_ms,
        )
        for each in shown
    ]
