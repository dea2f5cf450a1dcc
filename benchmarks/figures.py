"""One line of the table: what was measured, against what, and the aim."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEAD = ("what", "measured", "ratio", "aim", "met")


@dataclass(frozen=True)
class Figure:
    """A figure; one without an aim is there to be compared with."""

    what: str
    measured: str
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of its line: what, measured, ratio, aim, whether it was met."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return (self.what, self.measured, ratio, self.aim, {None: "", True: "yes", False: "no"}[self.met])


def milliseconds(times_s: Sequence[float]) -> str:
    """The median, and the 90th percentile beside it."""
    ninth = statistics.quantiles(times_s, n=10)[-1]
    return f"{statistics.median(times_s) * 1000:.1f} ms (p90 {ninth * 1000:.1f})"


def p50_p95(times_s: Sequence[float]) -> str:
    """The median and the 95th percentile."""
    cuts = statistics.quantiles(times_s, n=20)
    return f"{cuts[9] * 1000:.1f} ms (p95 {cuts[18] * 1000:.1f})"


def table(figures: Iterable[Figure]) -> str:
    """All figures as a table that Markdown takes too."""
    rows = [HEAD, *(figure.cells for figure in figures)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
