"""Rules of a test for the process that fetches pages: which addresses it may ask, and where names lead.

Run as a program, it is that process: its resolver and its certificates are those of the test.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import certifi

from dashboard.untrusted import fetch
from dashboard.untrusted.fetch import Internet
from dashboard.untrusted.public_addresses import IPAddress, is_public
from tests.support.patience import PATIENCE_S

UNKNOWN, SILENT = "unknown", "silent"
Answers = Sequence[list[str] | str]


def internet(
    allowed: Sequence[str] | None = ("127.0.0.1",),
    names: Mapping[str, Answers] | None = None,
    certificates: Path | None = None,
    budget_s: float = PATIENCE_S,
) -> Internet:
    """An Internet in which each lookup of a name takes the next of its answers; without names, the machine's own.

    An answer is a list of addresses, UNKNOWN or SILENT. allowed None: what is public.
    """
    rules = {"allowed": allowed, "names": names, "certificates": str(certificates or certifi.where())}
    return Internet(("-m", __name__, json.dumps(rules)), budget_s)


def _resolver(names: Mapping[str, Answers]) -> Any:
    answers = {name: iter(given) for name, given in names.items()}
    real = socket.getaddrinfo

    def resolve(host: str, *arguments: Any, **options: Any) -> Any:
        if host not in answers:  # an address itself
            return real(host, *arguments, **options)
        answer = next(answers[host])
        if answer == UNKNOWN:
            raise socket.gaierror(-2, "Name or service not known")
        if answer == SILENT:
            threading.Event().wait()
        return [found for each in answer for found in real(each, *arguments, **options)]

    return resolve


def main() -> None:
    """Fetch as the dashboard does, by these rules."""
    rules = json.loads(sys.argv.pop(1))
    certifi.where = lambda: rules["certificates"]
    if rules["names"] is not None:
        socket.getaddrinfo = _resolver(rules["names"])

    def allowed(address: IPAddress) -> bool:
        return is_public(address) if rules["allowed"] is None else str(address) in rules["allowed"]

    fetch.main(allowed)


if __name__ == "__main__":
    main()
