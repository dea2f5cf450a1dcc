"""The drafts and templates of each member, in the database: they survive F5, a new tab and the next sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Text, bindparam, cast, delete, select, union_all, update

from dashboard.db.database import now, upsert
from dashboard.db.repository import Repository
from dashboard.db.tables import drafts, kept_drafts
from dashboard.drafts.draft import Draft

WHEN = "leaves"  # beside the draft's own fields
# Made once: it runs at every key. A JSON column of PostgreSQL keeps its text, but can only be compared as one.
WRITE_ON = (
    update(drafts)
    .where(
        drafts.c.account_id == bindparam("mine"),
        cast(drafts.c.content, Text) == cast(bindparam("before", type_=drafts.c.content.type), Text),
    )
    .values(content=bindparam("after"), updated_at=bindparam("at"))
)


@dataclass(frozen=True)
class KeptDraft:
    """A draft that is not in the composer; a template when it has a name."""

    draft: Draft
    updated_at: datetime
    name: str | None = None


class Drafts(Repository):
    """One draft in the composer for each account, and any number beside it."""

    def __init__(self, engine: Engine, dialect: str) -> None:
        super().__init__(engine)
        self._dialect = dialect

    # In the composer.

    def get(self, account_id: int) -> Draft:
        """The draft in the composer; an empty one if there is none."""
        found = self._value(select(drafts.c.content).where(drafts.c.account_id == account_id))
        return Draft.from_dict(found) if found else Draft(dialect=self._dialect)

    def save(
        self,
        account_id: int,
        draft: Draft,
        *,
        known: Draft | None = None,
        leaves: Draft | None = None,
        keep: bool = True,
        known_when: dict[str, Any] | None = None,
    ) -> None:
        """Keep the draft as the one in the composer.

        known is what the caller last knew of it: what another tab has written into it since goes to the list.
        known_when is what keep_when() kept of it last, as far as the caller knows: a mistake costs time only.
        leaves is the draft that was in the caller's composer; it goes to the list unless keep is false. One that
        another tab has in the composer goes there too: nothing that was typed is lost.
        """
        values = {"draft_id": draft.draft_id, "updated_at": now()}
        with self._engine.begin() as db:
            if known and known.draft_id == draft.draft_id and _written_on(db, account_id, draft, known, known_when):
                return
            values["content"] = draft.as_dict() | _when(db, account_id, draft.draft_id)
            for each in self._pushed_out(db, account_id, draft, known, leaves):
                _put(db, account_id, each)
            upsert(db, drafts, {"account_id": account_id}, values)
            if leaves and keep and not leaves.is_empty:
                _put(db, account_id, leaves)
            # A draft is in one place.
            db.execute(delete(kept_drafts).where(_one(account_id, draft.draft_id), kept_drafts.c.template.is_(None)))

    def _pushed_out(
        self, db: Connection, account_id: int, draft: Draft, known: Draft | None, leaves: Draft | None
    ) -> Iterator[Draft]:
        """The drafts that saving would overwrite: another tab's, and those that an earlier version set aside."""
        content = db.execute(select(drafts.c.content).where(drafts.c.account_id == account_id)).scalar_one_or_none()
        yield from map(Draft.from_dict, (content or {}).get("aside", ()))
        there = Draft.from_dict(content) if content else Draft()
        if there.is_empty:
            return
        if there.draft_id not in (draft.draft_id, leaves.draft_id if leaves else ""):
            yield there
        elif there.draft_id == draft.draft_id and known and there not in (known, draft):
            yield there.changed(draft_id=Draft().draft_id)

    def keep_when(self, account_id: int, draft_id: str, chosen: dict[str, Any] | None) -> None:
        """Keep beside the draft in the composer when it is to leave, as JSON; it changes nothing in the draft."""
        mine = (drafts.c.account_id == account_id) & (drafts.c.draft_id == draft_id)
        with self._engine.begin() as db:
            # Written before it is read: nobody else changes the row from here on.
            if db.execute(update(drafts).where(mine).values(updated_at=now())).rowcount == 1:
                content = dict(db.execute(select(drafts.c.content).where(mine)).scalar_one())
                db.execute(update(drafts).where(mine).values(content=content | {WHEN: chosen}))

    def when(self, account_id: int, draft_id: str) -> dict[str, Any] | None:
        """What was kept so of this draft, while it is the one in the composer."""
        with self._engine.connect() as db:
            return _when(db, account_id, draft_id).get(WHEN)

    def fresh(self, draft: Draft) -> Draft:
        """An empty draft that keeps the visibility and dialect somebody has chosen.

        Not the author: the next post is the member's own, unless they choose the company page again.
        """
        return Draft(visibility=draft.visibility, dialect=draft.dialect)

    # Beside it.

    def kept(self, account_id: int) -> list[KeptDraft]:
        """The drafts that wait, the newest first."""
        with self._engine.begin() as db:
            self._list_old_ones(db, account_id)
            return _kept(db, account_id, kept_drafts.c.template.is_(None), kept_drafts.c.updated_at.desc())

    def keep(self, account_id: int, draft: Draft) -> None:
        """Put a draft beside the composer; one with its id is replaced."""
        with self._engine.begin() as db:
            _put(db, account_id, draft)

    def find(self, account_id: int, draft_id: str) -> Draft | None:
        """A draft that waits, or a template, as it is now."""
        content = self._value(select(kept_drafts.c.content).where(_one(account_id, draft_id)))
        return Draft.from_dict(content) if content else None

    def templates(self, account_id: int) -> list[KeptDraft]:
        """The templates by name."""
        with self._engine.connect() as db:
            return _kept(db, account_id, kept_drafts.c.template.is_not(None), kept_drafts.c.template)

    def save_template(self, account_id: int, name: str, draft: Draft) -> None:
        """Keep a copy of this draft as a template; one of the same name is replaced."""
        copy = draft.unsent().changed(draft_id=Draft().draft_id)
        mine = kept_drafts.c.account_id == account_id
        with self._engine.begin() as db:
            db.execute(delete(kept_drafts).where(mine, kept_drafts.c.template == name))
            _put(db, account_id, copy, name)

    def rename_template(self, account_id: int, draft_id: str, name: str) -> None:
        """Give a template another name; another template that has it is replaced."""
        with self._engine.begin() as db:
            mine = (kept_drafts.c.account_id == account_id) & (kept_drafts.c.template == name)
            db.execute(delete(kept_drafts).where(mine, kept_drafts.c.draft_id != draft_id))
            db.execute(update(kept_drafts).where(_one(account_id, draft_id)).values(template=name))

    def delete(self, account_id: int, draft_id: str) -> None:
        """Delete a draft that waits, or a template."""
        self._write(delete(kept_drafts).where(_one(account_id, draft_id)))

    def wanted_files(self) -> set[str]:
        """The SHA-256 of every file that a draft or template holds."""
        contents = self._values(union_all(select(drafts.c.content), select(kept_drafts.c.content)))
        found = [Draft.from_dict(each) for content in contents for each in (content, *content.get("aside", ()))]
        return {each for draft in found for a in draft.all_files for each in a.file.kept_files}

    def _list_old_ones(self, db: Connection, account_id: int) -> None:
        """Before drafts had a list, those set aside stood inside the one in the composer."""
        mine = drafts.c.account_id == account_id
        content = db.execute(select(drafts.c.content).where(mine)).scalar_one_or_none() or {}
        if aside := content.pop("aside", None):
            for each in aside:
                _put(db, account_id, Draft.from_dict(each))
        if aside is not None:
            db.execute(update(drafts).where(mine).values(content=content))


def _written_on(db: Connection, account_id: int, draft: Draft, known: Draft, known_when: dict[str, Any] | None) -> bool:
    """Save in one statement what somebody types; False, with nothing written, if the database holds anything else."""
    beside = {WHEN: known_when} if known_when else {}
    values = {"mine": account_id, "at": now()}
    values |= {"before": known.as_dict() | beside, "after": draft.as_dict() | beside}
    return db.execute(WRITE_ON, values).rowcount == 1


def _when(db: Connection, account_id: int, draft_id: str) -> dict[str, Any]:
    """When the draft in the composer leaves: the part of its content that is no part of the draft."""
    mine = (drafts.c.account_id == account_id) & (drafts.c.draft_id == draft_id)
    content = db.execute(select(drafts.c.content).where(mine)).scalar_one_or_none() or {}
    return {WHEN: content[WHEN]} if content.get(WHEN) else {}


def _one(account_id: int, draft_id: str) -> Any:
    return (kept_drafts.c.account_id == account_id) & (kept_drafts.c.draft_id == draft_id)


def _put(db: Connection, account_id: int, draft: Draft, template: str | None = None) -> None:
    values = {"account_id": account_id, "content": draft.as_dict(), "updated_at": now(), "template": template}
    upsert(db, kept_drafts, {"draft_id": draft.draft_id}, values)


def _kept(db: Connection, account_id: int, which: Any, order: Any) -> list[KeptDraft]:
    query = select(kept_drafts).where(kept_drafts.c.account_id == account_id, which).order_by(order)
    return [KeptDraft(Draft.from_dict(row.content), row.updated_at, row.template) for row in db.execute(query)]
