"""Reads the attributes of a plain text: mentions as ranges in UTF-16 units, each with a URN."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.directory.authors import names_of
from sandbox.protocol.little_text import Mark, hashtags
from sandbox.protocol.schema import Checker

# [C] the two entities, and the only kind of URN that each takes
ENTITIES = {
    "com.linkedin.common.MemberAttributedEntity": ("member", "urn:li:person:"),
    "com.linkedin.common.CompanyAttributedEntity": ("company", "urn:li:organization:"),
}
# [D] those of a comment; the others are taken there too [I]
COMMENT_ENTITIES = {
    **ENTITIES,
    "person": ("person", "urn:li:person:"),
    "organization": ("organization", "urn:li:organization:"),
}
Entities = Mapping[str, tuple[str, str]]


def plain_marks(check: Checker, at: str, text: str | None, entities: Entities = ENTITIES) -> tuple[Mark, ...]:
    """The marks of the text below `at`: `attributes`, checked strictly [I], and hashtags found by themselves.

    Each mistake is added to `check`.
    """
    attributes = check.get(f"{at}/attributes", list, required=False) or []
    marks: list[Mark] = []
    for number in range(len(attributes)):
        mark = _mark(check, f"{at}/attributes/{number}", text or "", entities)
        if mark is None:
            continue
        if any(_overlap(mark, other) for other in marks):
            check.lines.append(f"{at}/attributes/{number} :: overlaps another attribute")
        marks.append(mark)
    # [D] A range whose text is not the name of the URN's owner is plain text.
    fitting = [mark for mark in marks if _named(mark, text or "")]
    words = (_before_mentions(word, fitting) for word in hashtags(text or ""))
    apart = [word for word in words if not any(_overlap(word, mark) for mark in fitting) and word.length > 1]
    return tuple(sorted((*fitting, *apart), key=lambda mark: mark.start))


def _before_mentions(word: Mark, mentions: list[Mark]) -> Mark:
    """The hashtag, which ends where a mention begins."""
    begins = [mark.start for mark in mentions if word.start < mark.start < word.start + word.length]
    if not begins:
        return word
    length = min(begins) - word.start
    cut = len(word.urn) - (word.length - length)  # the URN ends with the word
    return Mark(word.start, length, word.kind, word.urn[:cut])


def _mark(check: Checker, at: str, text: str, entities: Entities) -> Mark | None:
    if check.get(at, dict) is None:
        return None
    start, length = check.get(f"{at}/start", int), check.get(f"{at}/length", int)
    urn = _urn(check, f"{at}/value", entities)
    if start is None or length is None or urn is None:
        return None
    span = _characters(text, start, length)
    if span is None:
        check.lines.append(f"{at} :: start {start} and length {length} are not a range of the text")
        return None
    return Mark(span[0], span[1] - span[0], "mention", urn)


def _urn(check: Checker, at: str, entities: Entities) -> str | None:
    value = check.get(at, dict)
    if value is None:
        return None
    if len(value) != 1 or next(iter(value)) not in entities:
        check.lines.append(f"{at} :: {sorted(value)} is not a member type of the union")
        return None
    (entity,) = value
    name, prefix = entities[entity]
    if check.get(f"{at}/{entity}", dict) is None:
        return None
    urn: str | None = check.get(f"{at}/{entity}/{name}", str)
    if urn is not None and not (urn.startswith(prefix) and urn != prefix):
        check.lines.append(f"{at}/{entity}/{name} :: {urn} must be a {prefix.split(':')[2]} URN")
        return None
    return urn


def _characters(text: str, start: int, length: int) -> tuple[int, int] | None:
    """The range in Python characters; None when it leaves the text or cuts a character in two."""
    units = text.encode("utf-16-le", "surrogatepass")
    if start < 0 or length < 1 or (start + length) * 2 > len(units):
        return None
    try:
        before = units[: start * 2].decode("utf-16-le")
        inside = units[start * 2 : (start + length) * 2].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return len(before), len(before) + len(inside)


def _overlap(one: Mark, other: Mark) -> bool:
    return one.start < other.start + other.length and other.start < one.start + one.length


def _named(mark: Mark, text: str) -> bool:
    names = names_of(mark.urn)
    return names is None or text[mark.start : mark.start + mark.length] in names
