"""Posts: what a program asks for, what is stored, and the ten minutes in which a copy is refused."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from .errors import duplicate_of, no_entity
from .members import MEMBERS, Member
from .store import Store

DUPLICATE_WINDOW_S = 600  # [D]


@dataclass(frozen=True)
class StoredMedia:
    """A picture or film of a post; `path` is relative to the sandbox's base URL."""

    urn: str
    path: str
    content_type: str
    size_bytes: int
    sha256: str
    title: str = ""
    alt_text: str = ""


@dataclass(frozen=True)
class NewPost:
    """A post that passed every check, before it has a URN; `text` is what a reader sees."""

    author: Member
    text: str
    kind: str  # text, article, image or video
    visibility: str
    dialect: str  # v2 or rest
    media: tuple[StoredMedia, ...] = ()
    article: dict[str, str] | None = None

    def fingerprint(self) -> str:
        """The same for posts that LinkedIn would call duplicates: author and content. [I] not visibility."""
        content = [self.author.sub, self.text, [media.urn for media in self.media], self.article]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class StoredPost:
    """A published post; `created_at` is aware UTC, `author_picture` a path or None."""

    urn: str
    author: str
    author_name: str
    author_picture: str | None
    text: str
    kind: str
    visibility: str
    dialect: str
    created_at: datetime
    media: tuple[StoredMedia, ...] = ()
    article: dict[str, str] | None = None


class Posts(Mapping[str, StoredPost]):
    """The living posts by URN, newest first; a deleted post is not among them."""

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
        """Posts, newest first; all of them when limit is negative."""
        return [_post(urn, document) for urn, document in self._store.all("post", limit)]

    def create(self, new: NewPost) -> str:
        """Store a post and give its URN. Raises ApiError 422 when its twin is younger than ten minutes."""
        with self._store.transaction():
            fingerprint, now = new.fingerprint(), self._clock()
            twin = self._store.get("fingerprint", fingerprint)
            # [I] A deleted twin does not count; integrators also report refusals that name a deleted post.
            if twin and now - twin["at"] < DUPLICATE_WINDOW_S and twin["urn"] in self:
                raise duplicate_of(twin["urn"])
            urn = self._new_urn("ugcPost" if new.kind == "video" else "share")
            self._store.put("post", urn, _document(new, now))
            self._store.put("fingerprint", fingerprint, {"urn": urn, "at": now})
        return urn

    def delete(self, urn: str, author: Member) -> None:
        """Delete a member's own post. Raises ApiError 404, also for the post of another member. [I]"""
        with self._store.transaction():
            document = self._store.get("post", urn)
            if document is None or document["author"] != author.sub:
                raise no_entity()
            self._store.pop("post", urn)

    def newest_of(self, author: Member | None) -> str:
        """The author's youngest post; a URN of no post when there is none."""
        mine = (post.urn for post in self.newest() if author is None or post.author == author.urn)
        return next(mine, None) or self._new_urn("share")

    def _new_urn(self, kind: str) -> str:
        # [C] The number holds the time: id >> 22 is epoch milliseconds.
        return f"urn:li:{kind}:{(int(self._clock() * 1000) << 22) + secrets.randbits(22)}"


def _document(new: NewPost, now_s: float) -> dict[str, Any]:
    document = asdict(new) | {"author": new.author.sub, "created_at": now_s}
    return document | {"media": [asdict(media) for media in new.media]}


def _post(urn: str, document: dict[str, Any]) -> StoredPost:
    author = MEMBERS[document["author"]]
    changes = {
        "author": author.urn,
        "author_name": author.name,
        "author_picture": author.picture_path,
        "created_at": datetime.fromtimestamp(document["created_at"], UTC),
        "media": tuple(StoredMedia(**media) for media in document["media"]),
    }
    return StoredPost(urn=urn, **(document | changes))
