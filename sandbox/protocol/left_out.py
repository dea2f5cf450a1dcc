"""What LinkedIn has and the sandbox does not imitate: names of resources below /v2 and /rest, and other paths.

A path of these answers 501 with a sentence; every other unknown path answers LinkedIn's 404. [I] The names are those of
LinkedIn's public documentation; which of the two gateways has them is not told apart.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from sandbox.protocol.errors import ApiError, refused

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    RESOURCES: dict[str, str] = tomllib.load(_file)
KINDS = {name: kind for kind, names in RESOURCES.items() for name in names.split()}
PATHS = {"/oauth/native-pkce/": "sign-in of native programs with PKCE"}


def unanswered(path: str, imitated: frozenset[str]) -> ApiError:
    """The error for a path of LinkedIn's hosts that no route has: 501 where LinkedIn is known to answer, or else 404.

    `imitated` has the first two parts of every route's path, such as "rest/posts".
    """
    for start, what in PATHS.items():
        if path.startswith(start):
            return refused("not_imitated", what)
    parts = path.strip("/").split("/")
    gateway, name = (*parts, "")[:2]
    if gateway in ("v2", "rest") and name in KINDS and f"{gateway}/{name}" not in imitated:
        return refused("not_imitated", f"/{gateway}/{name} ({KINDS[name]})")
    return refused("no_resource")
