"""A post as a member writes it: text and at most one attachment. Frozen values; no requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from linkedin_api.reference.urn import Urn

if TYPE_CHECKING:
    from linkedin_api.content.text import Span


class Kind(StrEnum):
    """What a post carries besides its text."""

    TEXT = "text"
    ARTICLE = "article"
    IMAGE = "image"
    VIDEO = "video"
    DOCUMENT = "document"
    POLL = "poll"
    RESHARE = "reshare"


# v2 has no field for the first two; members may use its field for a reshare by public code only [C] (§3.1)
REST_ONLY = frozenset({Kind.DOCUMENT, Kind.POLL, Kind.RESHARE})


class Visibility(StrEnum):
    """Who sees a post: everybody, or the member's connections."""

    PUBLIC = "PUBLIC"
    CONNECTIONS = "CONNECTIONS"


class PollDuration(StrEnum):
    """How long a poll is open; the names are LinkedIn's. [D] Poll API"""

    ONE_DAY = "ONE_DAY"
    THREE_DAYS = "THREE_DAYS"
    SEVEN_DAYS = "SEVEN_DAYS"
    FOURTEEN_DAYS = "FOURTEEN_DAYS"


@dataclass(frozen=True)
class Article:
    """A link with its card; a thumbnail is the URN of an uploaded image (rest only)."""

    url: str
    title: str = ""
    description: str = ""
    thumbnail: Urn | None = None


@dataclass(frozen=True)
class Media:
    """An uploaded image, video or document, by the URN that its upload returned."""

    urn: Urn
    alt_text: str = ""
    title: str = ""


@dataclass(frozen=True)
class Poll:
    """A question with two to four answers."""

    question: str
    options: tuple[str, ...]
    duration: PollDuration = PollDuration.THREE_DAYS


@dataclass(frozen=True)
class Post:
    """One post: the text as written (mentions as @[Name](urn)) and at most one attachment."""

    author: Urn
    text: str
    visibility: Visibility = Visibility.PUBLIC
    article: Article | None = None
    images: tuple[Media, ...] = ()
    video: Media | None = None
    document: Media | None = None
    poll: Poll | None = None
    reshare: Urn | None = None  # the post that is shared again

    @property
    def carried(self) -> tuple[Kind, ...]:
        """Every attachment; problems() reports more than one."""
        found = {
            Kind.VIDEO: self.video,
            Kind.IMAGE: self.images,
            Kind.ARTICLE: self.article,
            Kind.DOCUMENT: self.document,
            Kind.POLL: self.poll,
            Kind.RESHARE: self.reshare,
        }
        return tuple(kind for kind, value in found.items() if value)

    @property
    def kind(self) -> Kind:
        """The kind by what is carried."""
        return next(iter(self.carried), Kind.TEXT)


@dataclass(frozen=True)
class SeenPost:
    """A request read back: what a reader will see. The text of `post` is as shown; `spans` are its pieces."""

    post: Post
    spans: tuple[Span, ...] = field(default=())
