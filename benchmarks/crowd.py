"""Many people at once: as many tabs as are asked for, each typing once in two seconds, and a soak of reruns."""

from __future__ import annotations

import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from benchmarks.figures import Figure, p50_p95
from benchmarks.tab import Tab
from dashboard.web.server import SESSION_COOKIE
from tests.conftest import Dashboard, free_port
from tests.support.many_posts import sign_in
from tests.support.services import SECRET_KEY, open_services

FEW, MANY = 50, 100
EVERY_S, TYPED = 2.0, 15  # each tab types so often, at an even pace
IDLE_S = 20.0
SOAK_TABS, SOAK_RERUNS = 20, 3_000
SOAK_WARM_UP = 1_000  # reruns until every cache is full
TEXT = "A line of a post, with a #hashtag and https://example.com in it.\n" * 10
OPEN_AIM_S, SESSION_AIM_MB, IDLE_AIM, SOAK_AIM_MB = 3.0, 1.5, 0.01, 10


def measure() -> Iterator[Figure]:
    """One tab that nobody touches, then FEW tabs that are typed in, then MANY; all are members of their own."""
    with _dashboard(MANY + 1) as (url, server, cookies), contextlib.ExitStack() as tabs:
        first = tabs.enter_context(Tab(url, "composer", cookies[MANY]))
        for number in range(5):
            first.type(f"{number}")
        yield _idle(server)
        before_mb = _rss_mb(server)
        took_s, few = _opened(url, cookies[:FEW], tabs)
        met = took_s <= OPEN_AIM_S
        yield Figure(f"{FEW} tabs: opening them all", f"{took_s:.1f} s", None, f"≤ {OPEN_AIM_S:.0f} s", met)
        yield _typing(few, p50_ms=25, p95_ms=100)
        with ThreadPoolExecutor(1) as pool:
            opening, meanwhile_s = pool.submit(_opened, url, cookies[FEW:MANY], tabs), [few[0].type("first")]
            while not opening.done():
                meanwhile_s.append(few[0].type(f"{len(meanwhile_s)} {TEXT}"))
        took_s, more = opening.result()
        yield Figure(f"{MANY - FEW} tabs more: opening them all", f"{took_s:.1f} s")
        yield Figure("typing in one of the others meanwhile", p50_p95(meanwhile_s))
        yield _typing([*few, *more], p95_ms=250)
        each_mb = (_rss_mb(server) - before_mb) / MANY
        met = each_mb <= SESSION_AIM_MB
        yield Figure(f"{MANY} sessions: memory of each", f"{each_mb:.2f} MB", None, f"≤ {SESSION_AIM_MB} MB", met)


def soak() -> Iterator[Figure]:
    """Typing and full reruns in turn, as quick as they go: whether memory grows once every cache is full."""
    with _dashboard(SOAK_TABS) as (url, server, cookies), contextlib.ExitStack() as tabs:
        _, opened = _opened(url, cookies, tabs)
        rss_mb: list[float] = []
        times_s: list[float] = []
        with ThreadPoolExecutor(2) as pool:
            for number in range(SOAK_RERUNS // SOAK_TABS):
                times_s += pool.map(lambda tab, n=number: tab.rerun() if n % 2 else tab.type(f"{n} {TEXT}"), opened)
                rss_mb.append(_rss_mb(server))
        settled = rss_mb[SOAK_WARM_UP // SOAK_TABS :]
        grown = statistics.mean(settled[-10:]) - statistics.mean(settled[:10])
        measured = f"{settled[0]:.0f} to {settled[-1]:.0f} MB, at most {max(settled):.0f} ({grown:+.1f} MB)"
        what = f"{SOAK_RERUNS:,} reruns of {SOAK_TABS} tabs: RSS from the {SOAK_WARM_UP:,}th on"
        yield Figure(what, measured, None, f"≤ +{SOAK_AIM_MB} MB", grown <= SOAK_AIM_MB)
        slowest = f"{p50_p95(times_s)}, the slowest {max(times_s) * 1000:.0f} ms"
        yield Figure(f"{SOAK_RERUNS:,} reruns of {SOAK_TABS} tabs, two at a time: each", slowest)


@contextlib.contextmanager
def _dashboard(members: int) -> Iterator[tuple[str, psutil.Process, list[dict[str, str]]]]:
    """A dashboard that so many members are signed in to: its address, its process, and each one's cookies."""
    nowhere = f"http://127.0.0.1:{free_port()}"  # typing asks LinkedIn nothing
    with tempfile.TemporaryDirectory() as folder:
        environ = {"SECRET_KEY": SECRET_KEY, "LINKEDIN_AUTH_URL": nowhere, "LINKEDIN_API_URL": nowhere}
        dashboard = Dashboard(Path(folder), {**environ, "DATA_FOLDER": folder})
        services = open_services(Path(folder), nowhere)
        ids = sign_in(services, {f"member-{number}": "a token" for number in range(members)})
        opened = [services.accounts.redeem_ticket(services.accounts.open_session(each)[1]) for each in ids]
        services.database.dispose()
        dashboard.start()
        try:
            assert dashboard.process
            cookies = [{SESSION_COOKIE: each or ""} for each in opened]
            yield dashboard.url, psutil.Process(dashboard.process.pid), cookies
        finally:
            dashboard.stop()


def _opened(url: str, cookies: list[dict[str, str]], tabs: contextlib.ExitStack) -> tuple[float, list[Tab]]:
    """Tabs that were opened at the same moment, and the seconds until the last was drawn."""
    start = time.perf_counter()
    with ThreadPoolExecutor(len(cookies)) as pool:
        opened = list(pool.map(lambda each: Tab(url, "composer", each), cookies))
    took_s = time.perf_counter() - start
    for tab in opened:
        tabs.enter_context(tab)
    return took_s, opened


def _typing(tabs: list[Tab], *, p95_ms: float, p50_ms: float | None = None) -> Figure:
    """Round trips while each tab types once in EVERY_S, at moments of its own.

    The tabs' first keys are over by then: a first key draws the whole page, as an empty composer offers other buttons.
    """
    with ThreadPoolExecutor(len(tabs)) as pool:
        list(pool.map(lambda tab: tab.type("A"), tabs))
        times_s = [each for found in pool.map(_typed, tabs) for each in found]
    cuts = statistics.quantiles(times_s, n=20)
    met = cuts[18] * 1000 <= p95_ms and (p50_ms is None or cuts[9] * 1000 <= p50_ms)
    aim = f"{'' if p50_ms is None else f'p50 ≤ {p50_ms} ms, '}p95 ≤ {p95_ms} ms"
    return Figure(f"{len(tabs)} tabs: typing", p50_p95(times_s), None, aim, met)


def _typed(tab: Tab) -> list[float]:
    due, times_s = time.monotonic() + random.uniform(0, EVERY_S), []
    for number in range(TYPED):
        time.sleep(max(0.0, due - time.monotonic()))
        times_s.append(tab.type(f"{number} {TEXT}"))
        due += EVERY_S
    return times_s


def _idle(server: psutil.Process) -> Figure:
    before = server.cpu_times()
    time.sleep(IDLE_S)
    after = server.cpu_times()
    share = (after.user + after.system - before.user - before.system) / IDLE_S
    measured, met = f"{share:.2%} of a core", share <= IDLE_AIM
    return Figure("one tab that nobody touches: CPU", measured, None, f"≤ {IDLE_AIM:.0%}", met)


def _rss_mb(server: psutil.Process) -> float:
    return float(server.memory_info().rss) / 1e6
