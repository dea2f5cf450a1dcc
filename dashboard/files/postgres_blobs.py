"""Uploaded files in PostgreSQL, in blocks of 1 MiB, so that every machine can read every file."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from itertools import chain

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from dashboard.db.database import now
from dashboard.db.repository import Repository
from dashboard.db.tables import file_blocks

REMEMBER_S = 60.0  # how long a file is known to be there: the composer asks at every key
REMEMBERED = 2_000


class Damaged(OSError):
    """What was read is not the file of this SHA-256."""


class PostgresBlobs(Repository):
    """A file is there when its first block is: one transaction writes all of its blocks."""

    def __init__(self, database: Engine) -> None:
        super().__init__(database)
        self._seen: dict[str, float] = {}

    def has(self, sha256: str) -> bool:
        """One indexed question, or none within a minute after a yes. Raises: SQLAlchemyError."""
        if time.monotonic() - self._seen.get(sha256, -REMEMBER_S) < REMEMBER_S:
            return True
        found = self._value(select(file_blocks.c.number).where(_first(sha256))) is not None
        if found:
            self._remember(sha256)
        return found

    def put(self, sha256: str, blocks: Iterable[bytes]) -> None:
        """Keep a file, or note that it was chosen once more; `blocks` is read only if it is new.

        Raises: Damaged for blocks of another file, SQLAlchemyError.
        """
        with self._engine.begin() as db:
            if db.execute(update(file_blocks).where(_first(sha256)).values(kept_at=now())).rowcount == 0:
                _insert(db, sha256, blocks)
        self._remember(sha256)

    def read(self, sha256: str) -> Iterator[bytes]:
        """The blocks in order; nothing for a file that is not there. Raises: Damaged at the end, SQLAlchemyError."""
        seen, count = hashlib.sha256(), 0
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as db:
            # One question each: the driver would fetch all blocks at once.
            while (block := db.execute(_block(sha256, count)).scalar_one_or_none()) is not None:
                seen.update(block)
                count += 1
                yield block
        if count and seen.hexdigest() != sha256:
            raise Damaged(f"The uploaded file {sha256} is damaged in the database.")

    def drop(self, sha256: str) -> None:
        """Forget a file, so that it can be kept afresh. Raises: SQLAlchemyError."""
        self._seen.pop(sha256, None)
        self._write(delete(file_blocks).where(file_blocks.c.sha256 == sha256))

    def sweep(self, wanted: Collection[str], older_than_s: float) -> int:
        """Delete the files that nobody wants and nobody has chosen for so long; how many went."""
        old = (file_blocks.c.number == 0) & (file_blocks.c.kept_at < now() - timedelta(seconds=older_than_s))
        with self._engine.begin() as db:
            asked = select(file_blocks.c.sha256).where(old).order_by(file_blocks.c.sha256)  # two sweeps, one order
            found = db.execute(asked).scalars().all()
            gone = [each for each in found if each not in wanted and _delete(db, each, old)]
        for each in gone:
            self._seen.pop(each, None)
        return len(gone)

    def _remember(self, sha256: str) -> None:
        if len(self._seen) >= REMEMBERED:
            self._seen.clear()
        self._seen[sha256] = time.monotonic()


def _first(sha256: str):  # type: ignore[no-untyped-def]
    return (file_blocks.c.sha256 == sha256) & (file_blocks.c.number == 0)


def _block(sha256: str, number: int):  # type: ignore[no-untyped-def]
    mine = (file_blocks.c.sha256 == sha256) & (file_blocks.c.number == number)
    return select(file_blocks.c.bytes).where(mine)


def _insert(db: Connection, sha256: str, blocks: Iterable[bytes]) -> None:
    seen, statement = hashlib.sha256(), insert(file_blocks).on_conflict_do_nothing()
    rest = iter(blocks)
    for number, block in enumerate(chain([next(rest, b"")], rest)):  # an empty file has one block too
        seen.update(block)
        values = {"sha256": sha256, "number": number, "bytes": block, "kept_at": now()}
        # This waits for another process that keeps the same file; after its commit nothing is left to do.
        if db.execute(statement, values).rowcount == 0 and number == 0:
            return
    if seen.hexdigest() != sha256:
        raise Damaged(f"What was read is not the file {sha256}.")


def _delete(db: Connection, sha256: str, old) -> bool:  # type: ignore[no-untyped-def]
    """Deletes the first block first: a process that keeps the same file waits for it, then writes all blocks again."""
    mine = file_blocks.c.sha256 == sha256
    if db.execute(delete(file_blocks).where(mine, old)).rowcount == 0:
        return False
    db.execute(delete(file_blocks).where(mine))
    return True
