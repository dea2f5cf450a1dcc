"""What was chosen once and is kept: the LinkedIn of a browser, steps of the setup that are done, what columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Engine, delete, select

from dashboard.accounts.encryption import digest
from dashboard.db.database import now, upsert
from dashboard.db.repository import Repository
from dashboard.db.tables import choices

SANDBOX, LIVE = "sandbox", "live"
MODE, TICK, PROBE, CLEAN, COLUMN = "mode", "tick", "probe", "clean files", "column"
MEMBER = "member"
DASHBOARD = ""  # whose choice it is: of everybody here
LIFE = timedelta(days=365)  # as long as a browser keeps its cookie


def _columns(account_id: int, table: str) -> tuple[ColumnElement[bool], ...]:
    return choices.c.whose == f"{MEMBER}:{account_id}", choices.c.name.startswith(f"{COLUMN}:{table}:")


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
            db.execute(delete(choices).where(choices.c.whose != DASHBOARD, choices.c.at < now() - LIFE))
            upsert(db, choices, {"whose": digest(browser), "name": MODE}, {"value": mode, "at": now()})

    def cleans_files(self, account_id: int) -> bool:
        """Whether place, time and camera are taken out of the files that this member chooses; True until said."""
        mine = (choices.c.whose == f"account {account_id}") & (choices.c.name == CLEAN)
        return self._value(select(choices.c.value).where(mine)) != "no"

    def clean_files(self, account_id: int, *, wanted: bool) -> None:
        """Keep that for the member's next files."""
        with self._engine.begin() as db:
            key = {"whose": f"account {account_id}", "name": CLEAN}
            upsert(db, choices, key, {"value": "yes" if wanted else "no", "at": now()})

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
                key = {"whose": f"{MEMBER}:{account_id}", "name": f"{COLUMN}:{table}:{place}"}
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
