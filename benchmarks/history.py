"""History with 1,000 and with 100,000 rows: the round trip of its page, plain, searched and filtered."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, milliseconds
from benchmarks.tab import Tab, sign_in
from tests.conftest import Dashboard

AIM = 1.5
FEW, MANY = 1_000, 100_000
TIMES = 40
WARM_UP = 5
THINK_S = 0.1
COMMON, RARE, NOWHERE = "coffee", "albatross", "xylophone"
# The first is in every third post, the second in one of 500, the third in none.
WORDS = (COMMON, "release", "people")

FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO posts (draft_id, account_id, created_at, state, kind, dialect, visibility, text, content, urn, calls,
                   duration_ms, error, sent_bytes, total_bytes, cancel_requested, create_tries, brought_back, seen)
SELECT lower(hex(randomblob(16))), (SELECT min(id) FROM accounts), datetime('now', '-' || i || ' minutes'),
       CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'published' END,
       CASE i % 4 WHEN 0 THEN 'article' WHEN 1 THEN 'image' ELSE 'text' END, 'v2', 'PUBLIC',
       'Post ' || i || ' about ' || CASE i % 3 WHEN 0 THEN :a WHEN 1 THEN :b ELSE :c END
         || CASE WHEN i % 500 = 0 THEN ' and an albatross' ELSE '' END || substr(:filling, 1, 100 + i % 400),
       json_object('draft_id', '', 'kind', 'text', 'text', 'Post ' || i),
       CASE WHEN i % 10 = 0 THEN NULL ELSE 'urn:li:share:' || (7000000000000000000 + i) END,
       1 + i % 3, 200.0 + i % 900, CASE WHEN i % 10 = 0 THEN 'LinkedIn answered 500.' END, 0, 0, 0, 1, 0, 1
FROM n
"""
FILLING = " Some more words, so that a post has the length of a post." * 10


def measure() -> Iterator[Figure]:
    """Both dashboards run at once and are asked in turn, so that what else the machine does falls on both."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = Dashboard(Path(folder) / "few"), Dashboard(Path(folder) / "many")
        try:
            tabs = [_opened(few, FEW), _opened(many, MANY)]
            for what, search, states in (
                ("newest page", "", ()),
                ("state filter", "", ("failed",)),
                (f"search, in a third of the posts ({COMMON})", COMMON, ()),
                (f"search, in one of 500 posts ({RARE})", RARE, ()),
                (f"search, in no post ({NOWHERE})", NOWHERE, ()),
            ):
                for tab in tabs:
                    _choose(tab, search, states)
                short, long = _times(tabs)
                ratio = statistics.median(long) / statistics.median(short)
                yield Figure(f"History, {what}, {FEW:,} rows", milliseconds(short))
                # A search reads every text: its time is told, and good enough as it is.
                aim, met = ("", None) if search else (f"≤ {AIM}", ratio <= AIM)
                yield Figure(f"History, {what}, {MANY:,} rows", milliseconds(long), ratio, aim, met)
            for tab in tabs:
                tab.close()
        finally:
            for dashboard in (few, many):
                dashboard.stop()


def rows(database: Path, count: int) -> None:
    """Posts of the one account in this database, as years of publishing would leave them."""
    words = dict(zip("abc", WORDS, strict=True))
    db = sqlite3.connect(database, timeout=60)
    with db:
        db.execute(FILL, {"rows": count, "filling": FILLING, **words})
    db.close()


def _opened(dashboard: Dashboard, count: int) -> Tab:
    dashboard.folder.mkdir()
    dashboard.start()
    cookies = sign_in(dashboard.url)
    rows(dashboard.folder / "dashboard.db", count)
    return Tab(dashboard.url, "history", cookies)


def _choose(tab: Tab, search: str, states: tuple[str, ...]) -> None:
    tab.fill(tab.labelled("text_input", "Search").id, string_value=search)
    tab.fill(tab.labelled("multiselect", "State").id, string_array_value={"data": states})
    tab.rerun()


def _times(tabs: list[Tab]) -> list[list[float]]:
    """Round trips in seconds, of each tab."""
    found: list[list[float]] = [[] for _ in tabs]
    for _ in range(WARM_UP + TIMES):
        for tab, times_s in zip(tabs, found, strict=True):
            time.sleep(THINK_S)
            times_s.append(tab.rerun())
    return [times_s[WARM_UP:] for times_s in found]
