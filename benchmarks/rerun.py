"""A rerun of the composer, from the websocket message that asks for it to the one that says it is done.

Beside it runs a page of one line, so that Streamlit's own share and the machine's mood are known.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from benchmarks.figures import Figure, milliseconds
from benchmarks.history import rows
from benchmarks.tab import Tab, sign_in
from dashboard.drafts.draft import Draft
from dashboard.preview.card import Card, card
from dashboard.preview.from_post import card_of, draft_files, draft_seen
from linkedin_api import Transport, Urn, publisher
from tests.conftest import ROOT, Dashboard, free_port

AIM = 3.0
TIMES = 60
WARM_UP = 10
THINK_S = 0.1
TEXT = ("A line of a post, with a #hashtag and https://example.com in it.\n" * 60)[:2990]  # 3,000 with its number
HISTORY_ROWS = 100_000
START_S = 60
CARD_AIM_MS, CARDS = 2.0, 300
MEMBER = Urn("urn:li:person:782bbtaQ")
PIECE = "Word @[Analytical Engines](urn:li:organization:2414183) (1 + 1 = 2) #looms_{} https://example.com/{} 🎉\n"
SHOWN_MAX = 3_000
# With what the dashboard's process has loaded too; it runs with the settings of .streamlit/config.toml as well.
BARE = """
import gc
import pandas, pyarrow
import streamlit as st

@st.cache_resource(show_spinner=False)
def warm():
    gc.collect()
    gc.freeze()

warm()
st.write("One line")
"""


def measure() -> Iterator[Figure]:
    """With an empty history and with a long one."""
    with tempfile.TemporaryDirectory() as folder, _bare(Path(folder)) as bare:
        dashboard = Dashboard(Path(folder))
        dashboard.start()
        try:
            cookies = sign_in(dashboard.url)
            typed, whole, floor = _times(dashboard.url, cookies, bare)
            yield Figure("a page of one line, full rerun", milliseconds(floor))
            yield _figure("typing: the fragment", typed, floor, AIM)
            yield _figure("a full rerun", whole, floor)
            rows(Path(folder) / "dashboard.db", HISTORY_ROWS)
            typed, _, floor = _times(dashboard.url, cookies, bare)
            yield _figure(f"typing, {HISTORY_ROWS:,} rows in History", typed, floor, AIM)
        finally:
            dashboard.stop()


@contextlib.contextmanager
def _bare(folder: Path) -> Iterator[str]:
    """A Streamlit app of one line, served as the dashboard is: its address."""
    script, port = folder / "bare.py", free_port()
    script.write_text(BARE)
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://localhost:{port}"
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{url}/_stcore/health", timeout=5).ok:
                    break
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _figure(what: str, times_s: list[float], floor_s: list[float], aim: float | None = None) -> Figure:
    ratio = statistics.median(times_s) / statistics.median(floor_s)
    said, met = ("", None) if aim is None else (f"≤ {aim:.0f} ×", ratio <= aim)
    return Figure(f"composer, {what}", milliseconds(times_s), ratio, said, met)


def _times(url: str, cookies: dict[str, str], bare_url: str) -> tuple[list[float], list[float], list[float]]:
    """Round trips in seconds, in turn: typing in a text of 3,000 characters, full reruns, and the page of one line."""
    typed, whole, floor = [], [], []
    with Tab(url, "composer", cookies) as tab, Tab(bare_url, "", {}) as bare:
        for number in range(WARM_UP + TIMES):
            time.sleep(THINK_S)
            typed.append(tab.type(f"{number:09d} {TEXT}"))
            time.sleep(THINK_S)
            whole.append(tab.rerun())
            time.sleep(THINK_S)
            floor.append(bare.rerun())
    return typed[WARM_UP:], whole[WARM_UP:], floor[WARM_UP:]


# What happens in Python at every key; Streamlit and the browser are not in it.


def cards() -> Iterator[Figure]:
    """The card of 3,000 characters with mentions, hashtags and addresses: drawn, and the whole way from the draft."""
    pieces = [PIECE.format(number, number) for number in range(40)]
    for dialect in ("v2", "rest"):
        draft = Draft(text="".join(pieces), dialect=dialect)
        shown = _card(draft)
        length = sum(len(span.text) for span in shown.spans)
        assert SHOWN_MAX * 0.9 < length < SHOWN_MAX * 1.1, length
        if dialect == "v2":
            what = f"card of {length:,} characters in {len(shown.spans)} pieces"
            yield _card_figure(what, lambda of=shown: card(of), aim_ms=CARD_AIM_MS)
        yield _card_figure(f"card from a draft, {dialect}: request, reading it, card", lambda of=draft: card(_card(of)))


def _card(draft: Draft) -> Card:
    speaker = publisher(draft.speaks, Transport(), api_url="https://api.linkedin.com")
    return card_of(draft_seen(draft, MEMBER, speaker), draft_files(draft, lambda _: True), author="Ada Example")


def _card_figure(what: str, act: Callable[[], str], aim_ms: float | None = None) -> Figure:
    times_s = []
    for _ in range(CARDS):
        start = time.perf_counter()
        act()
        times_s.append(time.perf_counter() - start)
    if aim_ms is None:
        return Figure(what, milliseconds(times_s))
    met = statistics.median(times_s) * 1000 <= aim_ms
    return Figure(what, milliseconds(times_s), aim=f"≤ {aim_ms:.0f} ms median", met=met)
