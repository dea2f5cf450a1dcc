"""python -m benchmarks [card] [rerun] [history] …: all of them, or those that are named."""

from __future__ import annotations

import argparse
import sys

from benchmarks import crowd, history, media, memory, rerun, throughput, waiting, weight
from benchmarks.figures import Figure, table

ALL = {
    "card": rerun.cards,
    "rerun": rerun.measure,
    "crowd": crowd.measure,
    "soak": crowd.soak,
    "weight": weight.measure,
    "history": history.measure,
    "memory": memory.measure,
    "throughput": throughput.measure,
    "media": media.measure,
    "waiting": waiting.measure,
    "workers": waiting.workers,
}


def main() -> int:
    """Measure and print one table; 0 in any case, for a busy machine is no failure."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one or more of: {', '.join(ALL)}")
    names = parser.parse_args().names
    if unknown := [name for name in names if name not in ALL]:
        print(f"There is no {unknown[0]}; choose from {', '.join(ALL)}.", file=sys.stderr)
        return 0
    figures: list[Figure] = []
    for name in names or ALL:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        try:
            figures.extend(ALL[name]())
        except Exception as error:
            figures.append(Figure(name, f"could not be measured: {type(error).__name__}: {error}"))
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
