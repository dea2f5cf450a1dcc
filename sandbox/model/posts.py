"""Stored posts, and the ten minutes in which a duplicate is refused."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sandbox.directory.authors import Author, kept_under
from sandbox.directory.members import Member
from sandbox.model.store import Store
from sandbox.protocol.errors import refused
from sandbox.protocol.little_text import Mark

DUPLICATE_WINDOW_S = 600  # [D]
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class StoredMedia:
    """An image, video or document of a post; `path` is relative to the sandbox's base URL."""

    urn: str
    path: str
    content_type: str
    size_bytes: int
    sha256: str
    title: str = ""
    alt_text: str = ""


@dataclass(frozen=True)
class NewPost:
    """A checked post without a URN; `text` is the visible text."""

    author: Author
    text: str
    kind: str  # text, article, image, video, document, poll or reshare
    visibility: str
    dialect: str  # v2 or rest
    media: tuple[StoredMedia, ...] = ()
    article: dict[str, str] | None = None
    marks: tuple[Mark, ...] = ()
    poll: dict[str, Any] | None = None
    parent: str | None = None
    feed_distribution: str = "MAIN_FEED"
    reshare_disabled: bool = False

    def fingerprint(self) -> str:
        """A hash of author and content, equal for posts that LinkedIn calls duplicates. [I] not of visibility"""
        media = [each.urn for each in self.media]
        content = [self.author.sub, self.text, media, self.article, self.poll, self.parent]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class StoredPost:
    """A published post; times are aware UTC, `author_picture` is a path or None.

    `article` has url, title, description and thumbnail (a path or ""); `poll` has question, options (texts) and
    duration (a symbol); `parent` is the URN of the post that this one reshares.
    """

    urn: str
    author: str
    author_name: str
    author_picture: str | None
    text: str = ""
    kind: str = "text"
    visibility: str = "PUBLIC"
    dialect: str = "v2"
    created_at: datetime = EPOCH
    media: tuple[StoredMedia, ...] = ()
    article: dict[str, str] | None = None
    marks: tuple[Mark, ...] = ()
    poll: dict[str, Any] | None = None
    parent: str | None = None
    feed_distribution: str = "MAIN_FEED"
    reshare_disabled: bool = False
    edited_at: datetime | None = None


class Posts(Mapping[str, StoredPost]):
    """The posts that are not deleted by URN, newest first."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def __getitem__(self, urn: str) -> StoredPost:
        document = self._store.get("post", urn)
        if document is None:
            raise KeyError(urn)
        return _post(urn, document)

    def __iter__(self) -> Iterator[str]:
        return iter([urn for urn, _ in self._store.all("post")])

    def __len__(self) -> int:
        return self._store.count("post")

    def newest(self, limit: int = -1) -> list[StoredPost]:
        """At most `limit` posts, newest first; all when it is negative."""
        return [_post(urn, document) for urn, document in self._store.latest("post", limit)]

    def create(self, new: NewPost) -> str:
        """Store a post and return its URN. Raises ApiError 422 when the same post is less than ten minutes old."""
        with self._store.transaction():
            fingerprint, now = new.fingerprint(), self._clock()
            twin = self._store.get("fingerprint", fingerprint)
            # [I] A deleted post is no duplicate; integrators also report refusals that name a deleted post.
            if twin and now - twin["at"] < DUPLICATE_WINDOW_S and twin["urn"] in self:
                raise refused("duplicate_of", twin["urn"])
            urn = self.put(new, now)
            self._store.put("fingerprint", fingerprint, {"urn": urn, "at": now})
        return urn

    def put(self, new: NewPost, at_s: float) -> str:
        """Store a post as published at this time (epoch seconds), duplicate or not, and return its URN."""
        urn = _new_urn("ugcPost" if new.kind == "video" else "share", at_s)
        self._store.put("post", urn, asdict(new) | {"author": new.author.sub, "created_at": at_s})
        return urn

    def edit(self, urn: str, text: str, marks: tuple[Mark, ...]) -> None:
        """Replace a post's text. Raises ApiError 404."""
        with self._store.transaction():
            document = self._store.get("post", urn)
            if document is None:
                raise refused("no_entity")
            change = {"text": text, "marks": [asdict(mark) for mark in marks], "edited_at": self._clock()}
            self._store.put("post", urn, document | change)

    def delete(self, urn: str) -> None:
        """Delete a post. Raises ApiError 404."""
        if self._store.pop("post", urn) is None:
            raise refused("no_entity")

    def by_number(self, number: str) -> StoredPost | None:
        """The post whose URN ends with this number, whatever its kind."""
        return self.get(f"urn:li:share:{number}") or self.get(f"urn:li:ugcPost:{number}")

    def newest_of(self, author: Member | None) -> str:
        """The URN of the author's newest post; the URN of no post when there is none."""
        mine = (post.urn for post in self.newest() if author is None or post.author == author.urn)
        return next(mine, None) or _new_urn("share", self._clock())


def _new_urn(kind: str, at_s: float) -> str:
    # [C] The number holds the time: id >> 22 is epoch milliseconds.
    return f"urn:li:{kind}:{(int(at_s * 1000) << 22) + secrets.randbits(22)}"


def _post(urn: str, document: dict[str, Any]) -> StoredPost:
    # Older versions stored less, and a newer one may have stored more.
    document = OLDEST | {name: value for name, value in document.items() if name in POST_FIELDS}
    author = kept_under(document["author"])
    edited_at = document.get("edited_at")
    changes = {
        "author": author.urn,
        "author_name": author.name,
        "author_picture": author.picture_path,
        "created_at": datetime.fromtimestamp(document["created_at"], UTC),
        "edited_at": datetime.fromtimestamp(edited_at, UTC) if edited_at else None,
        "media": tuple(_medium(media) for media in document["media"]),
        "marks": tuple(Mark(**mark) for mark in document["marks"]),
        "article": OLDEST_ARTICLE | document["article"] if document["article"] else None,
        "poll": OLDEST_POLL | document["poll"] if document["poll"] else None,
    }
    return StoredPost(urn=urn, **(document | changes))


def _medium(document: dict[str, Any]) -> StoredMedia:
    return StoredMedia(**{name: value for name, value in document.items() if name in MEDIA_FIELDS})


POST_FIELDS, MEDIA_FIELDS = (frozenset(field.name for field in fields(kind)) for kind in (StoredPost, StoredMedia))
OLDEST_ARTICLE = {"url": "", "title": "", "description": "", "thumbnail": ""}
OLDEST_POLL: dict[str, Any] = {"question": "", "options": [], "duration": ""}
OLDEST: dict[str, Any] = {"author": "", "created_at": 0.0, "media": (), "marks": (), "article": None, "poll": None}
