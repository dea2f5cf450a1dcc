"""A LinkedIn of as many members as wanted: `python -m tests.crowd FOLDER MEMBERS LATENCY_S` serves it by itself."""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from pathlib import Path
from typing import Any, Self

from dashboard.services import Services
from linkedin_api import Profile, Token
from sandbox import Sandbox, create_app
from sandbox.directory.authors import BY_URN
from sandbox.directory.members import MEMBERS, Member
from tests.conftest import served
from tests.support.services import SCOPES

ENDLESS = 10**9


class Crowd:
    """A sandbox on a real socket, for a `with` block. Every member may post all day long."""

    def __init__(self, folder: Path, members: int, latency_s: float = 0.0) -> None:
        names = [f"crowd-{number:04}" for number in range(members)]
        self.members = {name: Member(name, name.title(), "Example", "en", "US") for name in names}
        self.state = Sandbox(folder, member_daily_limit=ENDLESS, app_daily_limit=ENDLESS)
        self.state.faults.latency_s = latency_s
        self.came = threading.Semaphore(0)  # one more for every call
        self.url = ""
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        MEMBERS.update(self.members)
        BY_URN.update({each.urn: each for each in self.members.values()})
        self.url = self._open.enter_context(served(self._app()))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self.state.close()
        for name, each in self.members.items():
            del MEMBERS[name], BY_URN[each.urn]

    def _app(self) -> Any:
        app = create_app(self.state)

        async def heard(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                self.came.release()
            await app(scope, receive, send)

        return heard

    def tokens(self) -> dict[str, str]:
        """A new access token of every member, by their `sub`."""
        return {sub: self.state.tokens.new_access_token("sandbox-client", sub, SCOPES) for sub in self.members}


def sign_in(services: Services, tokens: dict[str, str]) -> list[int]:
    """Accounts with these tokens: their ids."""
    return [
        services.accounts.save(
            Profile.from_claims({"sub": sub, "name": sub, "given_name": sub, "family_name": "Example"}),
            Token(access_token=token, expires_in_s=86_400, scopes=tuple(SCOPES)),
        ).id
        for sub, token in tokens.items()
    ]


def main() -> None:
    """Say the address and the tokens in one line of JSON, and serve until standard input ends."""
    folder, members, latency_s = sys.argv[1:]
    with Crowd(Path(folder), int(members), float(latency_s)) as crowd:
        sys.stdout.write(json.dumps({"url": crowd.url, "tokens": crowd.tokens()}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
