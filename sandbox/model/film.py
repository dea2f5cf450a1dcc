"""How long and how large a film is. FFmpeg reads it in a process of its own, for it may be anybody's."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[__name__.count(".")]  # where the package lies
MEMORY_BYTES, TIME_S = 1 << 30, 30


@lru_cache(maxsize=500)
def film_facts(path: Path) -> dict[str, int]:
    """Length in milliseconds and size in pixels of an MP4, in the words of /rest/videos; without what it does not say.

    [I] both units, and that LinkedIn gives the size in pixels.
    """
    command = [sys.executable, "-m", __name__, str(path.resolve())]
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=TIME_S, check=False)  # noqa: S603
        return dict(json.loads(done.stdout))
    return {}


def _facts(path: str) -> dict[str, int]:
    import av

    facts: dict[str, int] = {}
    with contextlib.suppress(av.FFmpegError), av.open(path, format="mov") as film:
        if film.duration:
            facts["duration"] = film.duration * 1000 // av.time_base
        # A film in a codec that FFmpeg does not know has no width.
        sizes = [(each.width, each.height) for each in film.streams.video if each.codec_context]
        if sizes and all(sizes[0]):
            facts |= {"aspectRatioWidth": sizes[0][0], "aspectRatioHeight": sizes[0][1]}
    return facts


def _bound() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (TIME_S, TIME_S))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    _bound()
    sys.stdout.write(json.dumps(_facts(sys.argv[1])))
