"""Parses the texts of a request into what readers see: the inverse of text.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from linkedin_api.content.text import HASHTAG, LINK, URN, Mention, Span, bare, begins_hashtag, in_word, joined, literal
from linkedin_api.reference.urn import Urn

_PLAIN = re.compile(r"(?:[^|{}@\[\]()<>#\\*_~]|\\[|{}@\[\]()<>#\\*_~])+")
_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|(?P<word>(?:\\.|[^\\|{}])+)\}")  # [D] the form of reads
_LITTLE_MENTION = re.compile(rf"@\[(?P<name>(?:\\.|[^\\\[\]])+)\]\((?P<urn>{URN})\)", re.ASCII)


def read_shown(text: str, named: Iterable[Mention] = ()) -> tuple[Span, ...]:
    """The pieces of a text as v2 carries it: plain, with mentions beside it."""
    units, at = text.encode("utf-16-le", "surrogatepass"), 0
    pieces: list[Span] = []
    for each in sorted(named, key=lambda one: one.start):
        pieces += literal(_units(units, at, each.start), before="".join(span.text for span in pieces))
        pieces.append(Span(_units(units, each.start, each.start + each.length), "mention", each.urn))
        at = each.start + each.length
    pieces += literal(_units(units, at, len(units) // 2), before="".join(span.text for span in pieces))
    return tuple(joined(pieces))


@lru_cache(maxsize=16)
def read_little(commentary: str) -> tuple[Span, ...]:
    """The pieces that a reader sees of little text, cut where LinkedIn would cut it."""
    return tuple(joined(_linked(_read_little(commentary))))


def cut_at(commentary: str) -> int:
    """Where LinkedIn cuts little text: the index of the first reserved character that is not escaped, else its length.

    Nothing says so to whoever has sent it: the answer is 201 (§5.3).
    """
    at = 0
    while at < len(commentary) and (element := _element(commentary, at)):
        at = element[1]
    return at


def _read_little(commentary: str) -> Iterator[Span]:
    at = 0
    while at < len(commentary):
        element = _element(commentary, at)
        if element is None:  # an unescaped reserved character: LinkedIn drops all that follows (§5.3)
            return
        yield element[0]
        at = element[1]


def _element(commentary: str, at: int) -> tuple[Span, int] | None:
    if found := _PLAIN.match(commentary, at):
        return Span(bare(found[0])), found.end()
    if found := _LITTLE_MENTION.match(commentary, at):
        return Span(bare(found["name"]), "mention", Urn(found["urn"])), found.end()
    if found := _TEMPLATE.match(commentary, at):
        return Span(f"#{bare(found['word'])}", "hashtag"), found.end()
    if not HASHTAG.match(commentary, at) or not begins_hashtag(commentary[max(0, at - 1) : at]):
        return None
    end = at + 1
    while end < len(commentary):
        step = 2 if commentary.startswith("\\_", end) else int(in_word(commentary[end]) and commentary[end] != "_")
        if not step:
            break
        end += step
    return Span(bare(commentary[at:end]), "hashtag"), end


def _linked(pieces: Iterable[Span]) -> Iterator[Span]:
    """Addresses in plain text are links; hashtags were decided by the one who wrote the little text."""
    for span in joined(pieces):
        if span.part != "plain":
            yield span
            continue
        at = 0
        for found in LINK.finditer(span.text):
            yield from (Span(span.text[at : found.start()]), Span(found[0], "link"))
            at = found.end()
        yield Span(span.text[at:])


def _units(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
