"""One draft in both dialects: the requests, and where each of them carries what was written, or loses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.drafts.draft import Attachment, Draft
from linkedin_api import REST_ONLY, Kind, PlannedCall, Publisher, Urn, shown
from linkedin_api.content.text import MENTION

DIALECTS = ("v2", "rest")
Speakers = Callable[[str], Publisher]  # the publisher of a dialect


@dataclass(frozen=True)
class CarriedPart:
    """A part of a draft, and by dialect the path in the request that carries it; "" where it is lost."""

    what: str
    paths: Mapping[str, str]


def requests(draft: Draft, member: Urn, speaker: Publisher) -> tuple[PlannedCall, ...]:
    """The requests that would publish the draft in this dialect, the create last; what it has no field for is out."""
    if speaker.dialect == "rest":
        spoken = draft.changed(dialect="rest")
        return speaker.planned(spoken.as_post(member), spoken.planned_files())
    spoken = draft.changed(dialect="v2", author="", visibility=draft.seen_by, thumbnail=(), captions=(), cover=())
    if spoken.kind in REST_ONLY:
        spoken = spoken.changed(kind=str(Kind.TEXT))
    post = replace(spoken.as_post(member), author=Urn(draft.author) if draft.author else member)
    return speaker.planned(post, spoken.planned_files())


def carried(draft: Draft, member: Urn, speakers: Speakers) -> tuple[CarriedPart, ...]:
    """Every part of the draft with its paths. A part is lost where the requests without it are the same."""
    whole = {dialect: requests(draft, member, speakers(dialect)) for dialect in DIALECTS}
    return tuple(
        CarriedPart(
            what,
            {dialect: _difference(whole[dialect], requests(less, member, speakers(dialect))) for dialect in DIALECTS},
        )
        for what, less in _parts(draft)
    )


def _parts(draft: Draft) -> Iterator[tuple[str, Draft]]:
    """Each part of the draft by its name, and the draft without it."""
    if draft.text:
        yield "Text", draft.changed(text="")
    for each in MENTION.finditer(draft.text):
        plain = draft.text[: each.start()] + shown(each[0]) + draft.text[each.end() :]
        yield f"Mention of {shown(each[0])}", draft.changed(text=plain)
    if not draft.author:  # what a company page writes is for everybody
        other = "PUBLIC" if draft.visibility == "CONNECTIONS" else "CONNECTIONS"
        yield "Visibility", draft.changed(visibility=other)
    if draft.kind in REST_ONLY:
        yield draft.kind.capitalize(), draft.changed(kind=str(Kind.TEXT))
    if draft.kind == Kind.ARTICLE:
        for field, name in (("url", "Address"), ("title", "Title"), ("description", "Description")):
            if getattr(draft, field):
                yield f"{name} of the article", draft.changed(**{field: ""})
    yield from _file_parts(draft)


def _file_parts(draft: Draft) -> Iterator[tuple[str, Draft]]:
    names = {"thumbnail": "Picture of the article", "captions": "Captions", "cover": "Cover"}
    for part, _ in draft.files:
        if part in names:
            yield names[part], draft.changed(**{part: ()})
    for field, name in (("images", "picture"), ("video", "video"), ("document", "document")):
        files: tuple[Attachment, ...] = getattr(draft, field) if field.startswith(draft.kind) else ()
        for number, each in enumerate(files):
            which = f"{name} {number + 1}" if len(files) > 1 else f"the {name}"
            for told, bare in (
                ("Alt text", each.captioned("", each.title)),
                ("Title", each.captioned(each.alt_text, "")),
            ):
                if bare != each:
                    yield f"{told} of {which}", draft.changed(**{field: (*files[:number], bare, *files[number + 1 :])})


def _difference(whole: Sequence[PlannedCall], less: Sequence[PlannedCall]) -> str:
    """The first path of the create's JSON that differs, or else of the calls before it; "" when none does."""
    if path := _path(whole[-1].body, less[-1].body):
        return path
    pairs = zip(whole[:-1], less[:-1], strict=False)
    return next((path for one, other in pairs if (path := _path(one.body, other.body))), "")


def _path(one: Any, other: Any, at: str = "") -> str:
    if one == other:
        return ""
    if isinstance(one, dict) and isinstance(other, dict):
        key = next(key for key in (*one, *other) if one.get(key) != other.get(key))
        step = "" if "." in key else key  # com.linkedin.ugc.ShareContent, the name of a type
        return _path(one.get(key), other.get(key), ".".join(filter(None, (at, step))))
    if isinstance(one, list) and isinstance(other, list):
        index = next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))
        return _path(one[index], other[index], f"{at}[{index}]") if index < min(len(one), len(other)) else at
    if isinstance(one, dict) and len(one) == 1:
        return _path(one, {}, at)
    return at
