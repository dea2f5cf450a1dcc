"""Stored comments and reactions, kept until their post is deleted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.directory.authors import Author, kept_under
from sandbox.model.posts import Posts, StoredMedia, StoredPost
from sandbox.model.store import Prefix, Store
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.little_text import Mark

# [D] LIKE, Celebrate, Love, Insightful, Support, Funny; MAYBE was removed
REACTIONS = ("LIKE", "PRAISE", "EMPATHY", "INTEREST", "APPRECIATION", "ENTERTAINMENT")
COMMENT_URN = re.compile(r"urn:li:comment:\(urn:li:(activity|share|ugcPost):(\d+),(\d+)\)", re.ASCII)
POST_URN = re.compile(r"urn:li:(activity|share|ugcPost):(\d+)", re.ASCII)
ACTIVITY = "urn:li:activity:"
ACTIVITY_DELAY_S = 1.0  # [C] LinkedIn takes 1 to 30 s, and longer with an image


@dataclass(frozen=True)
class StoredComment:
    """A comment on a post; times are epoch seconds, `parent` the id of the comment replied to or ""."""

    id: str
    post: str
    actor: str
    text: str
    created_at: float
    parent: str = ""
    edited_at: float | None = None
    media: StoredMedia | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def urn(self) -> str:
        """urn:li:comment:(urn:li:activity:N,ID)."""
        return comment_urn(self.post, self.id)

    @property
    def author(self) -> Author:
        """The author of the comment."""
        return kept_under(self.actor)


@dataclass(frozen=True)
class StoredReaction:
    """A reaction to a post or comment: `entity` is its URN, `type` one of REACTIONS."""

    actor: str
    entity: str
    type: str
    created_at: float

    @property
    def author(self) -> Author:
        """The author of the reaction."""
        return kept_under(self.actor)


class SocialActions:
    """The comments and reactions of one sandbox; safe to use from any thread."""

    def __init__(self, store: Store, posts: Posts, clock: Callable[[], float], activity_delay_s: float) -> None:
        self._store = store
        self._posts = posts
        self._clock = clock
        self.activity_delay_s = activity_delay_s

    def has_activity(self, post: StoredPost) -> bool:
        """Whether the post is old enough to be commented on; 0 as `activity_delay_s` makes every post old enough."""
        age = datetime.fromtimestamp(self._clock(), UTC) - post.created_at
        return self.activity_delay_s <= 0 or age.total_seconds() >= self.activity_delay_s

    def post(self, urn: str, absent: ApiError | None = None) -> StoredPost:
        """The post with this share, ugcPost or activity URN.

        Raises ApiError 404, or `absent`, for an unknown one; 400 for a share that is a ugcPost, or the reverse. [I]
        """
        match = POST_URN.fullmatch(urn)
        if match is None:
            raise refused("no_entity")  # [I] also for the short form that links have, urn:li:comment:(activity:N,M)
        post = self._posts.by_number(match.group(2))
        if post is None:
            raise absent or refused("no_entity")
        # [I] An activity has the number of its post here.
        if urn not in (post.urn, f"{ACTIVITY}{match.group(2)}"):
            raise refused("other_thread", urn, post.urn)
        return post

    def entity(self, urn: str, absent: ApiError | None = None) -> tuple[StoredPost, StoredComment | None]:
        """A post, or a comment with its post. Raises as post() does, and ApiError 404 for an unknown comment."""
        match = COMMENT_URN.fullmatch(urn)
        if match is None:
            return self.post(urn, absent), None
        kind, number, comment_id = match.groups()
        post = self.post(f"urn:li:{kind}:{number}", absent)
        return post, self.comment(post, comment_id)

    def comment(self, post: StoredPost, comment_id: str) -> StoredComment:
        """One comment of a post. Raises ApiError 404."""
        document = self._store.get("comment", comment_id)
        if document is None or document["post"] != post.urn:
            raise refused("no_entity")
        return _comment(comment_id, document)

    def comments(
        self, post_urn: str | None = None, parent: str | None = None, start: int = 0, limit: int = -1
    ) -> list[StoredComment]:
        """The comments on a post with their replies, or all there are; oldest first. [I] the order

        `parent` is the id of a comment, for the replies to it alone, or "" for the comments that are no replies.
        `start` are passed over; at most `limit` are given unless it is negative.
        """
        found = self._store.having("comment", _below(post_urn, parent), start, limit)
        return [_comment(key, document) for key, document in found]

    def count_comments(self, post_urn: str, parent: str | None = None) -> int:
        """How many comments(post_urn, parent) there are."""
        return self._store.count("comment", _below(post_urn, parent))

    def add(self, post_urn: str, actor: Author, text: str, at_s: float | None = None, **more: Any) -> StoredComment:
        """Store a comment, of now or `at_s`; `more` may set parent, media and marks.

        Raises ApiError 404 when the post is gone.
        """
        now = self._clock() if at_s is None else at_s
        comment_id = str((int(now * 1000) << 22) + secrets.randbits(22))
        comment = StoredComment(comment_id, post_urn, actor.sub, text, now, **more)
        document = asdict(comment)
        document.pop("id")
        with self._store.transaction():
            self.post(post_urn)
            self._store.put("comment", comment.id, document)
        return comment

    def edit(self, comment: StoredComment, text: str, marks: tuple[Mark, ...]) -> None:
        """Replace a comment's text. Raises ApiError 404."""
        with self._store.transaction():
            document = self._store.get("comment", comment.id)
            if document is None:
                raise refused("no_entity")
            change = {"text": text, "marks": [asdict(mark) for mark in marks], "edited_at": self._clock()}
            self._store.put("comment", comment.id, document | change)

    def delete(self, comment: StoredComment) -> None:
        """Delete a comment, its replies and all reactions to them. Raises ApiError 404."""
        with self._store.transaction():
            self.comment(self.post(comment.post), comment.id)
            for each in (comment, *self.comments(comment.post, comment.id)):
                self._store.pop("comment", each.id)
                self._remove("reaction", {"entity": each.urn})

    def react(self, actor: Author, entity: str, kind: str, at_s: float | None = None) -> StoredReaction:
        """Store a reaction, of now or `at_s`; an earlier one of the same actor is replaced. [I]

        Raises ApiError 404 without an entity.
        """
        reaction = StoredReaction(actor.sub, entity, kind, self._clock() if at_s is None else at_s)
        with self._store.transaction():
            self.entity(entity)
            self._store.put("reaction", _key(actor, entity), asdict(reaction))
        return reaction

    def reaction(self, actor: Author, entity: str) -> StoredReaction:
        """The actor's reaction to a post or comment. Raises ApiError 404."""
        document = self._store.get("reaction", _key(actor, entity))
        if document is None:
            raise refused("no_entity")
        return StoredReaction(**document)

    def unreact(self, actor: Author, entity: str) -> None:
        """Delete a reaction. Raises ApiError 404."""
        if self._store.pop("reaction", _key(actor, entity)) is None:
            raise refused("no_entity")

    def reactions(self, entity: str | None = None) -> list[StoredReaction]:
        """The reactions to a post or comment, or all there are; newest first."""
        found = self._store.having("reaction", {} if entity is None else {"entity": entity})
        return [StoredReaction(**document) for _, document in reversed(found)]

    def reactions_to_comments(self, post_urn: str) -> dict[str, list[StoredReaction]]:
        """The reactions to the comments on a post, by the comment's URN; newest first."""
        found: dict[str, list[StoredReaction]] = {}
        for _, document in reversed(self._store.having("reaction", {"entity": _comments_of(post_urn)})):
            found.setdefault(document["entity"], []).append(StoredReaction(**document))
        return found

    def forget(self, post_urn: str) -> None:
        """Delete all comments on a post and the reactions to it and them."""
        with self._store.transaction():
            self._remove("comment", {"post": post_urn})
            self._remove("reaction", {"entity": post_urn})
            self._remove("reaction", {"entity": _comments_of(post_urn)})
            self._store.pop("thread", post_urn)

    def are_comments_closed(self, post_urn: str) -> bool:
        """Whether the author of the post has switched its comments off."""
        return self._store.get("thread", post_urn) is not None

    def close_comments(self, post_urn: str, closed: bool) -> None:
        """Switch the comments on a post off or on; those that are there stay. [I]"""
        if closed:
            self._store.put("thread", post_urn, {"commentsState": "CLOSED"})
        else:
            self._store.pop("thread", post_urn)

    def _remove(self, kind: str, fields: dict[str, str]) -> None:
        for key, _ in self._store.having(kind, fields):
            self._store.pop(kind, key)


def _key(actor: Author, entity: str) -> str:
    return f"{actor.sub} {entity}"


def _below(post_urn: str | None, parent: str | None) -> dict[str, str]:
    given = {"post": post_urn, "parent": parent}
    return {name: value for name, value in given.items() if value is not None}


def thread_number(urn: str) -> str | None:
    """The number of the post that this URN of a post, an activity or a comment belongs to; None for another URN."""
    match = POST_URN.fullmatch(urn) or COMMENT_URN.fullmatch(urn)
    return match.group(2) if match else None


def comment_urn(post_urn: str, comment_id: str) -> str:
    """The URN of a comment on a post."""
    return f"{_comments_of(post_urn)}{comment_id})"


def _comments_of(post_urn: str) -> Prefix:
    """How the URN of every comment on a post begins."""
    return Prefix(f"urn:li:comment:({ACTIVITY}{post_urn.rpartition(':')[2]},")


def _comment(comment_id: str, document: dict[str, Any]) -> StoredComment:
    media = document["media"]
    changes = {
        "media": StoredMedia(**media) if media else None,
        "marks": tuple(Mark(**mark) for mark in document["marks"]),
    }
    return StoredComment(comment_id, **(document | changes))
