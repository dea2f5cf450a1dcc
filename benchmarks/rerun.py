"""A rerun of the composer, from the websocket message that asks for it to the one that says it is done.

Beside it runs a page of one line, so that Streamlit's own share and the machine's mood are known.
"""

from __future__ import annotations

import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from benchmarks.figures import Figure, milliseconds
from benchmarks.history import rows
from benchmarks.tab import Tab, sign_in
from tests.conftest import ROOT, Dashboard, free_port

AIM_S = 0.020
TIMES = 60
WARM_UP = 10
THINK_S = 0.1
TEXT = ("A line of a post, with a #hashtag and https://example.com in it.\n" * 60)[:2990]  # 3,000 with its number
HISTORY_ROWS = 100_000
START_S = 60
# The dashboard's own trick, see dashboard/frame.py: without it both take four times as long.
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
            yield _figure("typing: the fragment", typed, floor)
            yield _figure("a full rerun", whole, floor)
            rows(Path(folder) / "dashboard.db", HISTORY_ROWS)
            typed, _, floor = _times(dashboard.url, cookies, bare)
            yield _figure(f"typing, {HISTORY_ROWS:,} rows in History", typed, floor)
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


def _figure(what: str, times_s: list[float], floor_s: list[float]) -> Figure:
    median = statistics.median(times_s)
    ratio = median / statistics.median(floor_s)
    return Figure(f"composer, {what}", milliseconds(times_s), ratio, "≤ 20 ms median", median <= AIM_S)


def _times(url: str, cookies: dict[str, str], bare_url: str) -> tuple[list[float], list[float], list[float]]:
    """Round trips in seconds, in turn: typing in a text of 3,000 characters, full reruns, and the page of one line."""
    typed, whole, floor = [], [], []
    with Tab(url, "composer", cookies) as tab, Tab(bare_url, "", {}) as bare:
        for number in range(WARM_UP + TIMES):
            box, fragment = next((b, f) for b, f in tab.drawn("bidi_component") if b.component_name == "live_text")
            _type(tab, box, f"{number:09d} {TEXT}")
            time.sleep(THINK_S)
            typed.append(tab.rerun(fragment))
            time.sleep(THINK_S)
            whole.append(tab.rerun())
            time.sleep(THINK_S)
            floor.append(bare.rerun())
    return typed[WARM_UP:], whole[WARM_UP:], floor[WARM_UP:]


def _type(tab: Tab, box: Any, text: str) -> None:
    of = json.loads(box.json)["of"]
    tab.fill(box.id, json_value=json.dumps({"typed": {"of": of, "text": text}}))
