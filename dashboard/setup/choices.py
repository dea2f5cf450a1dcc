"""What was chosen once and is kept: a browser's LinkedIn, steps of the setup, and what each member has chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Engine, delete, select, update

from dashboard.accounts.encryption import digest
from dashboard.db.database import now, upsert
from dashboard.db.repository import Repository
from dashboard.db.tables import choices

SANDBOX, LIVE = "sandbox", "live"
MODE, TICK, PROBE = "mode", "tick", "probe"
HOLD, KEY, CLEAN, COLUMN = "hold", "key", "clean files", "column"  # of a member
HOLDS_S = (0, 5, 10, 20, 30)  # for how many seconds a post may be held back
DASHBOARD = ""  # whose choice it is: of everybody here
LIFE = timedelta(days=365)  # as long as a browser keeps its cookie


def _columns(account_id: int, table: str) -> tuple[ColumnElement[bool], ...]:
    return choices.c.whose == _member(account_id), choices.c.name.startswith(f"{COLUMN}:{table}:")


class Choices(Repository):
    """Named values, each of a browser, of a member, or of the whole dashboard."""

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
        kept = self._of_member(account_id, HOLD) or ""
        return int(kept) if kept in map(str, HOLDS_S) else 0

    def hold(self, account_id: int, seconds: int) -> None:
        """Hold this member's posts back for so many seconds from now on, one of HOLDS_S."""
        self._keep(account_id, HOLD, str(seconds))

    def cleans_files(self, account_id: int) -> bool:
        """Whether place, time and camera are taken out of the files that this member chooses; True until said."""
        return self._of_member(account_id, CLEAN) != "no"

    def clean_files(self, account_id: int, *, wanted: bool) -> None:
        """Keep that for the member's next files."""
        self._keep(account_id, CLEAN, "yes" if wanted else "no")

    def kept_key(self, account_id: int, of: str) -> str | None:
        """The encrypted key that this member has entered for a service."""
        return self._of_member(account_id, _key(of))

    def keep_key(self, account_id: int, of: str, locked: str) -> None:
        """Keep an encrypted key of this member for a service, in the place of an earlier one."""
        self._keep(account_id, _key(of), locked)

    def forget_key(self, account_id: int, of: str) -> None:
        """Delete it."""
        self._write(delete(choices).where(choices.c.whose == _member(account_id), choices.c.name == _key(of)))

    def forget_keys(self, account_id: int) -> None:
        """Delete all of this member's."""
        mine = (choices.c.whose == _member(account_id)) & choices.c.name.startswith(f"{KEY}:")
        self._write(delete(choices).where(mine))

    def relock_keys(self, relock: Callable[[str], str | None]) -> None:
        """Encrypt every key anew. relock: gives a key as it is to be kept, None when nothing opens it."""
        for row in self._rows(select(choices).where(choices.c.name.startswith(f"{KEY}:"))):
            if (locked := relock(row.value)) not in (None, row.value):
                same = (choices.c.whose == row.whose) & (choices.c.name == row.name) & (choices.c.value == row.value)
                self._write(update(choices).where(same).values(value=locked))

    def _of_member(self, account_id: int, name: str) -> str | None:
        mine = (choices.c.whose == _member(account_id)) & (choices.c.name == name)
        return self._value(select(choices.c.value).where(mine))

    def _keep(self, account_id: int, name: str, value: str) -> None:
        with self._engine.begin() as db:
            upsert(db, choices, {"whose": _member(account_id), "name": name}, {"value": value, "at": now()})

    # What the columns of other planners' tables mean, as a member has said.

    def meanings(self, account_id: int, table: str) -> dict[int, str]:
        """What this member said that the columns of such a table mean, by place; empty when they never did."""
        found = self._rows(select(choices.c.name, choices.c.value).where(*_columns(account_id, table)))
        return {int(row.name.rpartition(":")[2]): str(row.value) for row in found}

    def keep_meanings(self, account_id: int, table: str, meanings: Sequence[str]) -> None:
        """Keep them for the next table with these columns; none forgets what was kept. table: at most 32 characters."""
        with self._engine.begin() as db:
            db.execute(delete(choices).where(*_columns(account_id, table)))
            for place, meaning in enumerate(meanings):
                key = {"whose": _member(account_id), "name": f"{COLUMN}:{table}:{place}"}
                upsert(db, choices, key, {"value": meaning, "at": now()})

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


def _key(of: str) -> str:
    return f"{KEY}:{digest(of)[:32]}"
