"""Comments, reactions and their counts, as LinkedIn's answers give them. Frozen values; no requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from linkedin_api.reference.json_fields import inner, moment, text_in, urn_in
from linkedin_api.reference.urn import Urn


class Reaction(StrEnum):
    """What can be said with one click; the values are LinkedIn's on the wire, .label is the button's name."""

    LIKE = "LIKE"
    CELEBRATE = "PRAISE"
    LOVE = "EMPATHY"
    INSIGHTFUL = "INTEREST"
    SUPPORT = "APPRECIATION"
    FUNNY = "ENTERTAINMENT"

    @property
    def label(self) -> str:
        """Like, Celebrate, Love, Insightful, Support or Funny."""
        return self.name.capitalize()


@dataclass(frozen=True)
class Comment:
    """A comment below a post, or below another comment; times are aware UTC. raw is LinkedIn's answer, whole."""

    id: str
    urn: Urn | None
    actor: Urn | None
    text: str
    created_at: datetime | None
    last_modified_at: datetime | None
    parent: Urn | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Comment | None:
        """The comment in LinkedIn's JSON; None when it has no id."""
        urn = urn_in(fields, "commentUrn", "$URN")
        given = fields.get("id")
        known = given if isinstance(given, str | int) and not isinstance(given, bool) else None
        # The URN is urn:li:comment:(urn:li:activity:7,8), its end the id.
        found = str(known or "") or (urn.id.rpartition(",")[2].rstrip(")") if urn else "")
        if not found:
            return None
        return cls(
            id=found,
            urn=urn,
            actor=urn_in(fields, "actor"),
            text=text_in(inner(fields, "message"), "text"),
            created_at=moment(inner(fields, "created").get("time")),
            last_modified_at=moment(inner(fields, "lastModified").get("time")),
            parent=urn_in(fields, "parentComment"),
            raw=fields,
        )


@dataclass(frozen=True)
class GivenReaction:
    """Who reacted, to what and how; reaction is None for a kind that is not known here. Times are aware UTC."""

    actor: Urn | None
    entity: Urn | None
    reaction: Reaction | None
    created_at: datetime | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> GivenReaction:
        """The reaction in LinkedIn's JSON."""
        created = inner(fields, "created")
        said = text_in(fields, "reactionType")
        return cls(
            actor=urn_in(created, "actor") or _actor_in_id(text_in(fields, "id")),
            entity=urn_in(fields, "root"),
            reaction=Reaction(said) if said in tuple(Reaction) else None,
            created_at=moment(created.get("time")),
            raw=fields,
        )

    @classmethod
    def of(cls, fields: Mapping[str, Any], actor: Urn, entity: Urn, reaction: Reaction) -> GivenReaction:
        """A reaction that was just given: as sent, with the time that LinkedIn's JSON may tell."""
        return cls(actor, entity, reaction, moment(inner(fields, "created").get("time")), fields)


@dataclass(frozen=True)
class SocialCounts:
    """How many reactions of each kind, and how many comments; those on the post itself are first_level_comments."""

    reactions: Mapping[Reaction, int]
    comments: int
    first_level_comments: int
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> SocialCounts:
        """The counts in LinkedIn's JSON; 0 for what it does not tell."""
        kinds = inner(fields, "reactionSummaries")
        counts = {each: _count(inner(kinds, each).get("count")) for each in Reaction if each in kinds}
        comments = inner(fields, "commentSummary")
        # [?] Which names LinkedIn uses is not proven: "count" beside one for all, or one for the first level.
        count = comments.get("count")
        of_all = comments.get("aggregatedTotalComments", count)
        first_level = comments.get("topLevelCount", comments.get("totalFirstLevelComments", count))
        return cls(counts, _count(of_all), _count(first_level), fields)


def _actor_in_id(text: str) -> Urn | None:
    # urn:li:reaction:(urn:li:person:a,urn:li:activity:7)
    inside = text.removeprefix("urn:li:reaction:(").partition(",")[0]
    return urn_in({"actor": inside}, "actor") if inside != text else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
