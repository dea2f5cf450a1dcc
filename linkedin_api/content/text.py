r"""What a person wrote, as each of LinkedIn's texts: pure functions on the text of a post.

Written    what stands in the composer: plain text, a mention as @[Name](urn:li:organization:1)
Shown      what a reader sees: the mention is its name
Little     the commentary of /rest/posts: 15 characters need a backslash, or LinkedIn drops all that follows
Spans      the pieces of a shown text: plain, mention, hashtag, link
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from linkedin_api.reference.urn import Urn

RESERVED = frozenset("|{}@[]()<>#\\*_~")  # [D] the 15 characters of little text (§5.3)
URN = r"urn:li:(?:person|organization):[\w-]{1,200}"  # with its kind below LinkedIn's 255 characters
_NAME = r"(?:\\.|[^\\\[\]\n])+"  # brackets and backslashes of a name have a backslash before them
MENTION = re.compile(rf"@\[(?P<name>{_NAME})\]\((?P<urn>{URN})\)", re.ASCII)
# An address ends where a mention begins, and before the full stop of its sentence.
LINK = re.compile(r"https?://(?:(?!@\[)[^\s<>])*[^\s<>.,;:!?\"'“”‘’)\]}]")
HASHTAG = re.compile(r"#(?=[^\W_])")  # "#_x" is undocumented [?], so it is plain text
_PIECE = re.compile(f"{LINK.pattern}|{HASHTAG.pattern}\\w*")
_ESCAPES = str.maketrans({character: f"\\{character}" for character in RESERVED})
Part = Literal["plain", "mention", "hashtag", "link"]


@dataclass(frozen=True)
class Span:
    """One piece of a text as a reader sees it; a mention has the URN of the one it names."""

    text: str
    part: Part = "plain"
    urn: Urn | None = None


@dataclass(frozen=True)
class Mention:
    """The position of a mention in a shown text: start and length in UTF-16 units."""

    start: int
    length: int
    urn: Urn


def utf16_length(text: str) -> int:
    """The number of UTF-16 units of the text: most emoji count as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def mention(name: str, urn: Urn) -> str:
    """How a mention is written: @[Name](urn:li:organization:1)."""
    escaped = re.sub(r"([\\\[\]])", r"\\\1", " ".join(name.split()))
    return f"@[{escaped}]({urn})"


@lru_cache(maxsize=16)  # called several times per text: length, request, preview
def spans(written: str) -> tuple[Span, ...]:
    """What a reader sees of a written text, in pieces; joined they are shown(written)."""
    return tuple(joined(_spans(written)))


@lru_cache(maxsize=16)
def shown(written: str) -> str:
    """The written text as a reader sees it: every mention is its name."""
    return "".join(span.text for span in spans(written))


@lru_cache(maxsize=16)
def little_text(written: str) -> str:
    r"""The text as /rest/posts must get it, so that readers see exactly what was written.

    A reserved character without a backslash does not fail: LinkedIn answers 201 and drops the rest.
    "#AI_tools (new) @[Ada](urn:li:person:a_1)" gives "#AI\_tools \(new\) @[Ada](urn:li:person:a_1)". Every
    address is escaped too: whether LinkedIn reads it whole without is not settled [?], that it does with is.
    """
    return "".join(_little(span) for span in spans(written))


def mentions(written: str) -> tuple[Mention, ...]:
    """The positions of the mentions in shown(written), for v2."""
    found, start = [], 0
    for span in spans(written):
        length = utf16_length(span.text)
        if span.urn:
            found.append(Mention(start, length, span.urn))
        start += length
    return tuple(found)


def _spans(written: str) -> Iterator[Span]:
    at, before = 0, ""
    for found in MENTION.finditer(written):
        plain = written[at : found.start()]
        yield from literal(plain, before=before)
        name = bare(found["name"])
        yield Span(name, "mention", Urn(found["urn"]))
        at, before = found.end(), name
    yield from literal(written[at:], before=before)


@lru_cache(maxsize=16)  # of a text without mentions the request is read back with the same pieces
def literal(text: str, before: str = "") -> tuple[Span, ...]:
    """Addresses, hashtags and what is between, of a text without mentions; `before` is what stands ahead of it."""
    return tuple(_literal(text, before))


def _literal(text: str, before: str) -> Iterator[Span]:
    at = look = 0
    while found := _PIECE.search(text, look):
        start, end = found.span()
        if text[start] == "#":
            if not begins_hashtag(text[start - 1] if start else before[-1:]):
                look = start + 1
                continue
            while end < len(text) and in_word(text[end]):
                end += 1
        yield Span(text[at:start])
        yield Span(text[start:end], "hashtag" if text[start] == "#" else "link")
        at = look = end
    yield Span(text[at:])


def begins_hashtag(previous: str) -> bool:
    """Whether a # after this character, "" at the start, may begin a hashtag. [?] LinkedIn publishes no rule."""
    return not previous or not (in_word(previous) or previous in "#/&")


def in_word(character: str) -> bool:
    """Whether this character continues a hashtag."""
    # Combining marks belong to the letter before them; many scripts need them.
    return character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")


def _little(span: Span) -> str:
    if span.part == "mention":
        return f"@[{_escaped(span.text)}]({span.urn})"
    if span.part == "hashtag":
        return f"#{_escaped(span.text[1:])}"
    return _escaped(span.text)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def joined(pieces: Iterable[Span]) -> Iterator[Span]:
    """No empty pieces, and no two plain ones in a row."""
    plain = Span("")
    for span in pieces:
        if span.part == "plain":
            plain = Span(plain.text + span.text) if plain.text else span
            continue
        if plain.text:
            yield plain
        plain = Span("")
        yield span
    if plain.text:
        yield plain


def bare(escaped: str) -> str:
    """The text without its backslashes."""
    return re.sub(r"\\(.)", r"\1", escaped, flags=re.DOTALL)
