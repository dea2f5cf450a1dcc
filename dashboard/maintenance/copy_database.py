"""A database copied to another, SQLite or PostgreSQL: every row with its id, and the uploaded files."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Table,
    exists,
    false,
    insert,
    literal,
    or_,
    select,
    text,
    true,
)

from dashboard.db.database import lasting
from dashboard.db.locks import ROOM, hold
from dashboard.db.tables import accounts as accounts_table
from dashboard.db.tables import (
    connections,
    drafts,
    exchanges,
    file_blocks,
    kept_drafts,
    metadata,
    posts,
    sessions,
    sign_in_states,
)
from dashboard.drafts.draft import Draft
from dashboard.files.uploads import Uploads
from linkedin_api import Profile

BATCH = 100  # rows at a time: what was said to LinkedIn and back makes them long
WORKER = "worker"  # the lock of the one that publishes on a SQLite file
SECRET = ("token", "token_at", "token_expires_at")  # an account without them looks like one that was disconnected
Change = Callable[[Table, dict[str, Any]], dict[str, Any]]


class MoveRefused(RuntimeError):
    """A database that cannot be copied, or copied to; the message says what to do."""


@dataclass(frozen=True)
class Location:
    """A database, its uploaded files, and its name as people may see it."""

    database: Engine
    uploads: Uploads
    name: str


@dataclass(frozen=True)
class Moved:
    """How many rows of each table came along, and how many files."""

    rows: Mapping[str, int]
    files: int


def move(source: Location, target: Location) -> Moved:
    """Copy everything into an empty database, all or nothing, while nobody publishes from the source.

    Raises: MoveRefused, UploadRefused, SQLAlchemyError.
    """
    with _quiet(source):
        with target.database.connect() as db:
            _refuse_filled(db, target.name)
        # Files first: those that no row names are swept away in a week.
        files = sum(target.uploads.bring(each, source.uploads) for each in sorted(files_of(source.database)))
        return Moved(copy(source.database, target.database, name=target.name), files)


def copy(
    source: Engine,
    target: Engine,
    *,
    accounts: Sequence[int] | None = None,
    secrets: bool = True,
    visits: bool = True,
    name: str = "",
) -> dict[str, int]:
    """Copy the rows of one moment, in one transaction; how many of each table.

    accounts limits it to these: everything of the first one, and of the others, who are connected to them, the posts
    with the author's name and picture. Without secrets no token is copied; without visits nobody stays signed in. name
    is the target's, as people may see it. What waits gets new jobs when an engine starts on the target.
    Raises: MoveRefused when rows are there already, SQLAlchemyError.
    """
    left_out = {file_blocks, *(() if visits and secrets else (sessions, sign_in_states))}
    found: dict[str, int] = {}
    with _one_moment(source) as given, lasting(target) as taken:
        if target.dialect.name == "postgresql":  # of two moves at once, one finds the other's rows
            taken.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))
        _refuse_filled(taken, name or "to copy to")
        change = _changes(target, secrets=secrets, others=list(accounts or ())[1:])
        for table in metadata.sorted_tables:
            if table not in left_out:
                found[table.name] = _copy(given, taken, table, _which(table, accounts), change)
                _go_on_counting(taken, table)
    return found


def files_of(database: Engine) -> set[str]:
    """The SHA-256 of every file that a draft, a template or a post names, whether it still exists or not."""
    found: set[str] = set()
    with _one_moment(database) as db:
        for table in (drafts, kept_drafts, posts):
            for content in db.execute(select(table.c.content).execution_options(yield_per=BATCH)).scalars():
                for each in (content, *content.get("aside", ())):
                    found.update(*(a.file.kept_files for a in Draft.from_dict(each).all_files))
    return found


@contextlib.contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction that reads everything as it was at its beginning, while others go on writing."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("BEGIN")  # the driver begins none for reading
            yield db
    else:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as db:
            yield db


# Whether it may begin.


@contextlib.contextmanager
def _quiet(source: Location) -> Iterator[None]:
    """Nobody publishes from the source, and on a SQLite file nobody can begin to."""
    busy = MoveRefused(f"Something still publishes from {source.name}. Stop the dashboard and every worker first.")
    if source.database.dialect.name == "postgresql":
        with source.database.connect() as db:
            # An advisory lock of two numbers shows the first as its class.
            held = "locktype = 'advisory' AND objsubid = 2 AND classid = :room"
            here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            held_here = f"SELECT 1 FROM pg_locks WHERE {held} AND {here}"  # noqa: S608
            if db.execute(text(held_here), {"room": ROOM}).first():
                raise busy
        yield
        return
    try:
        lock = hold(source.database, WORKER)
    except sqlite3.DatabaseError as error:
        raise MoveRefused(f"The lock beside {source.name} cannot be used ({error}). Delete it and try again.") from None
    if lock is None:
        raise busy
    try:
        yield
    finally:
        lock.close()


def _refuse_filled(db: Connection, name: str) -> None:
    """Files may be there: a move that was broken off has left them, and they are the same ones."""
    for table in metadata.sorted_tables:
        if table is not file_blocks and db.execute(select(literal(1)).where(exists(select(table)))).first():
            raise MoveRefused(f"The database {name} is not empty: it has {table.name}. Name one that is.")


# Rows.


def _which(table: Table, accounts: Sequence[int] | None) -> ColumnElement[bool]:
    """The rows of some accounts, or all. A table that says nothing about accounts has nothing of theirs."""
    if accounts is None:
        return true()
    ids = list(accounts)
    if table is accounts_table:
        return table.c.id.in_(ids)
    if table is sessions or "account_id" not in table.c:
        return false()
    own = table.c.account_id == ids[0]
    if table is connections:
        return own & table.c.other_id.in_(ids)
    if table is posts:
        return table.c.account_id.in_(ids)
    about = table.c.get("post_id")
    if about is None:  # whoever may publish as somebody does not see what they are writing, nor their calls
        return own
    among = about.in_(select(posts.c.id).where(posts.c.account_id.in_(ids)))
    of_posts = table.c.account_id.in_(ids) & among
    # What was said to LinkedIn about no post is a sign-in, for example: a connected member's has their e-mail address.
    return or_(of_posts, own & about.is_(None)) if table is exchanges else of_posts


def _changes(target: Engine, *, secrets: bool, others: Collection[int]) -> Change:
    """How a row is changed on its way to the target; others: of whose accounts only name and picture arrive."""
    server = target.dialect.name == "postgresql"

    def change(table: Table, found: dict[str, Any]) -> dict[str, Any]:
        if table.name == accounts_table.name and not secrets:
            found |= dict.fromkeys(SECRET)
        if table.name == accounts_table.name and found["id"] in others:
            found = _of_another(found)
        if server:  # PostgreSQL's text has no NUL
            found = {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in found.items()}
        return found

    return change


def _of_another(account: dict[str, Any]) -> dict[str, Any]:
    """The account of a connected member as far as their posts need it."""
    needed = {name: account[name] for name in ("id", "issuer", "sub")}
    member = Profile.read(account["userinfo"])
    shown = {"sub": member.sub, "name": member.name, "picture": member.picture}
    claims = {name: value for name, value in shown.items() if value}
    return dict.fromkeys(account) | needed | {"userinfo": claims, "scopes": []}


def _copy(
    given: Connection,
    taken: Connection,
    table: Table,
    which: ColumnElement[bool],
    change: Change,
) -> int:
    count = 0
    plain = _with_null(table)
    asked = select(table).where(which).order_by(*table.primary_key).execution_options(yield_per=BATCH)
    for batch in given.execute(asked).mappings().partitions():
        taken.execute(insert(plain), [change(table, dict(row)) for row in batch])
        count += len(batch)
    return count


def _with_null(table: Table) -> Table:
    """The table with JSON columns that write None as SQL NULL, not as JSON null."""
    found = table.to_metadata(MetaData(), referred_schema_fn=lambda *_: None)
    for column in found.columns:
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)
    return found


def _go_on_counting(db: Connection, table: Table) -> None:
    """Let PostgreSQL give the next row the next id: rows that bring their own do not count."""
    if db.dialect.name == "postgresql" and "id" in table.c:
        counter = f"pg_get_serial_sequence('{table.name}', 'id')"
        last = f"SELECT setval({counter}, max(id)) FROM {table.name} HAVING max(id) IS NOT NULL"  # noqa: S608
        db.execute(text(last))
