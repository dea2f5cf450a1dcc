"""The post card of 3,000 characters with mentions, hashtags and addresses: drawn, and the whole way from the draft."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.figures import Figure, milliseconds
from dashboard.draft import Draft
from dashboard.preview import Card, card
from dashboard.preview_read import card_of, draft_files, draft_seen
from linkedin_api import Transport, Urn, publisher

AIM_MS = 2.0
TIMES = 300
MEMBER = Urn("urn:li:person:782bbtaQ")
PIECE = "Word @[Analytical Engines](urn:li:organization:2414183) (1 + 1 = 2) #looms_{} https://example.com/{} 🎉\n"
SHOWN_MAX = 3_000


def measure() -> Iterator[Figure]:
    """What happens in Python at every keystroke; Streamlit and the browser are not in it."""
    pieces = [PIECE.format(number, number) for number in range(40)]
    for dialect in ("v2", "rest"):
        draft = Draft(text="".join(pieces), dialect=dialect)
        shown = _card(draft)
        length = sum(len(span.text) for span in shown.spans)
        assert SHOWN_MAX * 0.9 < length < SHOWN_MAX * 1.1, length
        if dialect == "v2":
            what = f"card of {length:,} characters in {len(shown.spans)} pieces"
            yield _figure(what, lambda of=shown: card(of), aim_ms=AIM_MS)
        yield _figure(f"card from a draft, {dialect}: request, reading it, card", lambda of=draft: card(_card(of)))


def _card(draft: Draft) -> Card:
    speaker = publisher(draft.speaks, Transport(), api_url="https://api.linkedin.com")
    return card_of(draft_seen(draft, MEMBER, speaker), draft_files(draft, lambda _: True), author="Ada Example")


def _figure(what: str, act: Callable[[], str], aim_ms: float | None = None) -> Figure:
    times_s = []
    for _ in range(TIMES):
        start = time.perf_counter()
        act()
        times_s.append(time.perf_counter() - start)
    if aim_ms is None:
        return Figure(what, milliseconds(times_s))
    met = statistics.median(times_s) * 1000 <= aim_ms
    return Figure(what, milliseconds(times_s), aim=f"≤ {aim_ms:.0f} ms median", met=met)
