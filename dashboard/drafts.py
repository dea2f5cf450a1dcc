"""The draft of a member: what the composer shows, kept in the database so that it survives F5 and sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects.sqlite import insert

from dashboard.media import MediaFile
from dashboard.store import drafts, now
from linkedin_api import Article, Kind, Media, Post, Problem, Urn, Visibility, problems

ASIDE_KEPT = 20
# What a planned post shows where LinkedIn's answer will be.
PLACEHOLDERS = {
    ("v2", "image"): "urn:li:digitalmediaAsset:FROM_REGISTER_{}",
    ("v2", "video"): "urn:li:digitalmediaAsset:FROM_REGISTER_{}",
    ("rest", "image"): "urn:li:image:FROM_INITIALIZE_{}",
    ("rest", "video"): "urn:li:video:FROM_INITIALIZE_{}",
}


@dataclass(frozen=True)
class Attachment:
    """A checked file, what the member says about it, and its URN once uploaded."""

    file: MediaFile
    alt_text: str = ""
    title: str = ""
    urn: str | None = None

    def fresh(self) -> Attachment:
        """The same file for another post: to be uploaded anew."""
        return replace(self, urn=None)


@dataclass(frozen=True)
class Draft:
    """Everything in the composer. Changing the kind loses nothing: each kind keeps its fields."""

    draft_id: str = field(default_factory=lambda: secrets.token_hex(16))
    kind: str = "text"
    text: str = ""
    url: str = ""
    title: str = ""
    description: str = ""
    images: tuple[Attachment, ...] = ()
    video: tuple[Attachment, ...] = ()
    visibility: str = "PUBLIC"
    dialect: str = "v2"

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that go with the kind as it is now."""
        return {"image": self.images, "video": self.video}.get(self.kind, ())

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.url or self.title or self.description or self.images or self.video)

    def unsent(self) -> Draft:
        """The same draft with no file uploaded yet."""
        return self.changed(images=tuple(a.fresh() for a in self.images), video=tuple(a.fresh() for a in self.video))

    def changed(self, **changes: Any) -> Draft:
        return replace(self, **changes)

    def as_post(self, author: Urn) -> Post:
        """The post as it will be sent; a file that is not uploaded yet has a placeholder URN."""
        media = tuple(
            Media(
                Urn(a.urn or PLACEHOLDERS[self.dialect, self.kind].format(i)),
                alt_text=a.alt_text,
                title=a.title,
            )
            for i, a in enumerate(self.attachments, 1)
        )
        return Post(
            author=author,
            text=self.text,
            visibility=Visibility(self.visibility),
            article=Article(self.url.strip(), self.title, self.description) if self.kind == Kind.ARTICLE else None,
            images=media if self.kind == Kind.IMAGE else (),
            video=media[0] if self.kind == Kind.VIDEO and media else None,
        )

    def problems(self, author: Urn, has_file: Callable[[str], bool]) -> tuple[Problem, ...]:
        """Everything that must be mended before this may be sent, each with its field."""
        if self.kind in (Kind.IMAGE, Kind.VIDEO) and not self.attachments:
            what = "picture (PNG, JPG or GIF)" if self.kind == Kind.IMAGE else "video (MP4)"
            text_too = tuple(p for p in problems(self.as_post(author), self.dialect) if p.field == "text" and self.text)
            return (Problem("media", f"Choose a {what}."), *text_too)
        lost = tuple(
            Problem("media", f"{a.file.name} is no longer on this machine. Remove it and choose it again.")
            for a in self.attachments
            if not has_file(a.file.sha256)
        )
        return problems(self.as_post(author), self.dialect) + lost

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Draft:
        known = _known(cls, content)
        for name in ("images", "video"):
            known[name] = tuple(
                Attachment(**{**_known(Attachment, each), "file": MediaFile(**_known(MediaFile, each["file"]))})
                for each in content.get(name, ())
            )
        return cls(**known)


def _known(cls: Any, content: dict[str, Any]) -> dict[str, Any]:
    """The fields of this version; another one may have written more."""
    return {name: content[name] for name in cls.__dataclass_fields__ if name in content}


class Drafts:
    """One draft for each account."""

    def __init__(self, engine: Engine, dialect: str) -> None:
        self._engine, self._dialect = engine, dialect

    def get(self, account_id: int) -> Draft:
        found = self._content(account_id)
        return Draft.from_dict(found) if found else Draft(dialect=self._dialect)

    def aside(self, account_id: int) -> list[Draft]:
        """The drafts that were set aside, the newest last."""
        return [Draft.from_dict(each) for each in (self._content(account_id) or {}).get("aside", ())]

    def save(self, account_id: int, draft: Draft, aside: Sequence[Draft] = ()) -> None:
        """Keep the draft, and up to ASIDE_KEPT that were set aside."""
        content = {**draft.as_dict(), "aside": [each.as_dict() for each in aside[-ASIDE_KEPT:]]}
        values = {"draft_id": draft.draft_id, "content": content, "updated_at": now()}
        with self._engine.begin() as db:
            statement = insert(drafts).values(account_id=account_id, **values)
            db.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))

    def _content(self, account_id: int) -> dict[str, Any] | None:
        with self._engine.connect() as db:
            return db.execute(select(drafts.c.content).where(drafts.c.account_id == account_id)).scalar_one_or_none()

    def fresh(self, draft: Draft) -> Draft:
        """An empty draft that keeps the visibility and dialect somebody has chosen."""
        return Draft(visibility=draft.visibility, dialect=draft.dialect)

    def wanted_files(self) -> set[str]:
        """The SHA-256 of every file that a draft holds."""
        with self._engine.connect() as db:
            contents = list(db.execute(select(drafts.c.content)).scalars())
        found = [Draft.from_dict(each) for content in contents for each in (content, *content.get("aside", ()))]
        return {a.file.sha256 for draft in found for a in (*draft.images, *draft.video)}
