"""Functions and words that the templates use for a post: parts of its text, comments, reactions, names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sandbox.model.posts import StoredPost
from sandbox.model.social import SocialActions, StoredComment, StoredReaction

REACTIONS = {
    "LIKE": "Like",
    "PRAISE": "Celebrate",
    "EMPATHY": "Love",
    "INTEREST": "Insightful",
    "APPRECIATION": "Support",
    "ENTERTAINMENT": "Funny",
}
VISIBILITIES = {"PUBLIC": "Anyone", "LOGGED_IN": "Everyone who is signed in", "CONNECTIONS": "Connections only"}
DURATIONS = {"ONE_DAY": "1 day", "THREE_DAYS": "3 days", "SEVEN_DAYS": "1 week", "FOURTEEN_DAYS": "2 weeks"}


@dataclass(frozen=True)
class Talk:
    """The comments on one post by the id of the comment that they answer, "" for the post, oldest first; reactions.

    `reactions` are by the URN of the post or comment that they are for.
    """

    comments: Mapping[str, Sequence[StoredComment]]
    reactions: Mapping[str, Sequence[StoredReaction]]

    @classmethod
    def of(cls, post: StoredPost, social: SocialActions) -> Talk:
        """What was said about a post."""
        comments: dict[str, list[StoredComment]] = {}
        for comment in social.comments(post.urn):
            comments.setdefault(comment.parent, []).append(comment)
        return cls(comments, {post.urn: social.reactions(post.urn)} | social.reactions_to_comments(post.urn))

    @property
    def count(self) -> int:
        """How many comments there are, replies included."""
        return sum(len(comments) for comments in self.comments.values())

    def below(self, comment_id: str) -> Sequence[StoredComment]:
        """The replies to the comment with this id; with "" the comments that are no replies."""
        return self.comments.get(comment_id, ())

    def to(self, entity: str) -> Sequence[StoredReaction]:
        """The reactions to the post or the comment with this URN."""
        return self.reactions.get(entity, ())


def marked(of: StoredPost | StoredComment) -> Iterator[tuple[str, str]]:
    """The text in parts, each with the URN of the member, organization or hashtag that it names, or ""."""
    at = 0
    for mark in of.marks:
        end = mark.start + mark.length
        yield of.text[at : mark.start], ""
        yield of.text[mark.start : end], mark.urn
        at = end
    yield of.text[at:], ""


def counted(reactions: Sequence[StoredReaction]) -> str:
    """ "Like 2 · Celebrate 1", the most frequent first."""
    kinds = Counter(reaction.type for reaction in reactions)
    return " · ".join(f"{REACTIONS[kind]} {count}" for kind, count in kinds.most_common())


def host(url: str) -> str:
    """The host of an address, "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def utc(epoch_s: float) -> datetime:
    """Epoch seconds as an aware moment."""
    return datetime.fromtimestamp(epoch_s, UTC)
