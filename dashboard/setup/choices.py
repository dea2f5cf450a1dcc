"""What was chosen once and is kept: a browser's LinkedIn, the steps of the setup that are done, a member's Undo."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Engine, delete, select

from dashboard.accounts.encryption import digest
from dashboard.db.database import now, upsert
from dashboard.db.repository import Repository
from dashboard.db.tables import choices

SANDBOX, LIVE = "sandbox", "live"
MODE, TICK, PROBE, HOLD, KEY = "mode", "tick", "probe", "hold", "key"
HOLDS_S = (0, 5, 10, 20, 30)  # for how many seconds a post may be held back
DASHBOARD = ""  # whose choice it is: of everybody here
LIFE = timedelta(days=365)  # as long as a browser keeps its cookie


class Choices(Repository):
    """Named values, each of a browser or of the whole dashboard."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)

    def of_browser(self, browser: str) -> str:
        """SANDBOX or LIVE, as a browser has chosen by its own secret; LIVE until it has."""
        mine = (choices.c.whose == digest(browser)) & (choices.c.name == MODE)
        return self._value(select(choices.c.value).where(mine)) or LIVE

    def choose(self, browser: str, mode: str) -> None:
        """Keep what a browser has chosen; choices of browsers that have not come for a year go."""
        with self._engine.begin() as db:
            db.execute(delete(choices).where(choices.c.name == MODE, choices.c.at < now() - LIFE))
            upsert(db, choices, {"whose": digest(browser), "name": MODE}, {"value": mode, "at": now()})

    def ticks(self) -> set[str]:
        """The ids of the steps that a person has ticked."""
        mine = (choices.c.whose == DASHBOARD) & choices.c.name.startswith(f"{TICK}:")
        return {name.partition(":")[2] for name in self._values(select(choices.c.name).where(mine))}

    def tick(self, step: str, *, done: bool) -> None:
        """Keep that a person says of a step that it is done, or that it is not."""
        name = f"{TICK}:{step}"
        with self._engine.begin() as db:
            if done:
                upsert(db, choices, {"whose": DASHBOARD, "name": name}, {"value": "done", "at": now()})
            else:
                db.execute(delete(choices).where(choices.c.whose == DASHBOARD, choices.c.name == name))

    # Of a member.

    def hold_s(self, account_id: int) -> int:
        """For how many seconds this member's posts are held back after Publish, so that they can be undone; 0: not."""
        mine = (choices.c.whose == _member(account_id)) & (choices.c.name == HOLD)
        kept = self._value(select(choices.c.value).where(mine)) or ""
        return int(kept) if kept in map(str, HOLDS_S) else 0

    def hold(self, account_id: int, seconds: int) -> None:
        """Hold this member's posts back for so many seconds from now on, one of HOLDS_S."""
        with self._engine.begin() as db:
            key = {"whose": _member(account_id), "name": HOLD}
            upsert(db, choices, key, {"value": str(seconds), "at": now()})

    def kept_key(self, account_id: int, of: str) -> str | None:
        """The encrypted key that this member has entered for a service."""
        return self._value(select(choices.c.value).where(_key(account_id, of)))

    def keep_key(self, account_id: int, of: str, locked: str) -> None:
        """Keep an encrypted key of this member for a service, in the place of an earlier one."""
        with self._engine.begin() as db:
            whose = {"whose": _member(account_id), "name": f"{KEY}:{digest(of)[:32]}"}
            upsert(db, choices, whose, {"value": locked, "at": now()})

    def forget_key(self, account_id: int, of: str) -> None:
        """Delete it."""
        self._write(delete(choices).where(_key(account_id, of)))

    # The posts of a probe, from their create until they are deleted: so that none outlives a crash.

    def probes(self) -> dict[str, int]:
        """The URNs of posts that a probe has left behind, each with the id of its account."""
        mine = (choices.c.whose == DASHBOARD) & choices.c.name.startswith(f"{PROBE}:")
        found = self._rows(select(choices.c.name, choices.c.value).where(mine))
        return {row.name.partition(":")[2]: int(row.value) for row in found}

    def probed(self, urn: str, account_id: int) -> None:
        """A probe has made this post, and is to delete it."""
        with self._engine.begin() as db:
            key = {"whose": DASHBOARD, "name": f"{PROBE}:{urn}"}
            upsert(db, choices, key, {"value": str(account_id), "at": now()})

    def probe_is_gone(self, urn: str) -> None:
        """The post of a probe is deleted."""
        self._write(delete(choices).where(choices.c.whose == DASHBOARD, choices.c.name == f"{PROBE}:{urn}"))


def _member(account_id: int) -> str:
    """Whose choice it is: no browser's, which is 64 hexadecimal digits."""
    return f"member:{account_id}"


def _key(account_id: int, of: str) -> ColumnElement[bool]:
    return (choices.c.whose == _member(account_id)) & (choices.c.name == f"{KEY}:{digest(of)[:32]}")
