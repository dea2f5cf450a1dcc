"""Stored comments and reactions, kept until their post is deleted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.directory.authors import Author, kept_under
from sandbox.model.posts import Posts, StoredMedia, StoredPost
from sandbox.model.store import Store
from sandbox.protocol.errors import ApiError, no_entity, other_thread
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
        now = datetime.fromtimestamp(self._clock(), UTC)
        return now - post.created_at >= timedelta(seconds=self.activity_delay_s)

    def post(self, urn: str, absent: ApiError | None = None) -> StoredPost:
        """The post with this share, ugcPost or activity URN.

        Raises ApiError 404, or `absent`, for an unknown one; 400 for a share that is a ugcPost, or the reverse. [I]
        """
        match = POST_URN.fullmatch(urn)
        post = self._posts.by_number(match.group(2)) if match else None
        if match is None or post is None:
            raise absent or no_entity()
        # [I] An activity has the number of its post here.
        if urn not in (post.urn, f"{ACTIVITY}{match.group(2)}"):
            raise other_thread(urn, post.urn)
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
            raise no_entity()
        return _comment(comment_id, document)

    def comments(self, post_urn: str | None = None) -> list[StoredComment]:
        """The comments on a post with their replies, or all there are; oldest first. [I] the order"""
        found = [_comment(key, document) for key, document in reversed(self._store.all("comment"))]
        return [comment for comment in found if post_urn in (None, comment.post)]

    def add(self, post_urn: str, actor: Author, text: str, **more: Any) -> StoredComment:
        """Store a comment; `more` may set parent, media and marks."""
        now = self._clock()
        comment_id = str((int(now * 1000) << 22) + secrets.randbits(22))
        comment = StoredComment(comment_id, post_urn, actor.sub, text, now, **more)
        self._keep(comment)
        return comment

    def edit(self, comment: StoredComment, text: str, marks: tuple[Mark, ...]) -> None:
        """Replace a comment's text. Raises ApiError 404."""
        with self._store.transaction():
            document = self._store.get("comment", comment.id)
            if document is None:
                raise no_entity()
            change = {"text": text, "marks": [asdict(mark) for mark in marks], "edited_at": self._clock()}
            self._store.put("comment", comment.id, document | change)

    def delete(self, comment: StoredComment) -> None:
        """Delete a comment, its replies and all reactions to them. Raises ApiError 404."""
        with self._store.transaction():
            if self._store.pop("comment", comment.id) is None:
                raise no_entity()
            replies = [reply for reply in self.comments(comment.post) if reply.parent == comment.id]
            for reply in replies:
                self._store.pop("comment", reply.id)
            self._forget_reactions({comment.urn, *(reply.urn for reply in replies)})

    def react(self, actor: Author, entity: str, kind: str) -> StoredReaction:
        """Store a reaction; an earlier one of the same actor is replaced. [I]"""
        reaction = StoredReaction(actor.sub, entity, kind, self._clock())
        self._store.put("reaction", f"{actor.sub} {entity}", asdict(reaction))
        return reaction

    def unreact(self, actor: Author, entity: str) -> None:
        """Delete a reaction. Raises ApiError 404."""
        if self._store.pop("reaction", f"{actor.sub} {entity}") is None:
            raise no_entity()

    def reactions(self, entity: str | None = None) -> list[StoredReaction]:
        """The reactions to a post or comment, or all there are; newest first."""
        found = [StoredReaction(**document) for _, document in self._store.all("reaction")]
        return [reaction for reaction in found if entity in (None, reaction.entity)]

    def forget(self, post_urn: str) -> None:
        """Delete all comments on a post and the reactions to it and them."""
        with self._store.transaction():
            comments = self.comments(post_urn)
            for comment in comments:
                self._store.pop("comment", comment.id)
            self._forget_reactions({post_urn, *(comment.urn for comment in comments)})

    def _forget_reactions(self, entities: set[str]) -> None:
        for key, document in self._store.all("reaction"):
            if document["entity"] in entities:
                self._store.pop("reaction", key)

    def _keep(self, comment: StoredComment) -> None:
        document = asdict(comment)
        document.pop("id")
        self._store.put("comment", comment.id, document)


def thread_number(urn: str) -> str | None:
    """The number of the post that this URN of a post, an activity or a comment belongs to; None for another URN."""
    match = POST_URN.fullmatch(urn) or COMMENT_URN.fullmatch(urn)
    return match.group(2) if match else None


def comment_urn(post_urn: str, comment_id: str) -> str:
    """The URN of a comment on a post."""
    return f"urn:li:comment:({ACTIVITY}{post_urn.rpartition(':')[2]},{comment_id})"


def _comment(comment_id: str, document: dict[str, Any]) -> StoredComment:
    media = document["media"]
    changes = {
        "media": StoredMedia(**media) if media else None,
        "marks": tuple(Mark(**mark) for mark in document["marks"]),
    }
    return StoredComment(comment_id, **(document | changes))
