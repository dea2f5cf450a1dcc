"""Reads the commentary of /rest/posts ("little text") as LinkedIn does, and writes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.directory.authors import names_of

ESCAPE = r"\\[|{}@\[\]()<>#\\*_~]"
FREE = r"[^|{}@\[\]()<>#\\*_~]"
LITERAL = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")
PLAIN = re.compile(f"{FREE}+")
# A name holds reserved characters only behind a backslash. [I]
MENTION = re.compile(rf"@\[((?:{ESCAPE}|{FREE})+)\]\((urn:li:(?:person|organization):[\w-]+)\)", re.ASCII)
SIGN_OR_ADDRESS = re.compile(r"#|https?://[^\s<>]+")  # the fragment of an address is no hashtag
TEMPLATE = re.compile(r"\{hashtag\|\\?#\|")


@dataclass(frozen=True)
class Mark:
    """A mention or hashtag in a text: `start` and `length` in Python characters of the visible text.

    `kind` is "mention" (urn: the person's or organization's) or "hashtag" (urn:li:hashtag:{word} [I]).
    """

    start: int
    length: int
    kind: str
    urn: str


class Element(NamedTuple):
    """One element of a text: its visible text, where it ends, and the URN that it refers to."""

    text: str
    end: int
    kind: str = ""
    urn: str = ""


def read(commentary: str) -> tuple[str, tuple[Mark, ...]]:
    """The text as published and its marks, cut at the first reserved character that forms no element.

    LinkedIn answers 201 all the same. [C]
    """
    text, marks, _ = _read(commentary)
    return text, marks


def uncut(commentary: str) -> str:
    """The text with the part that is cut off; the limit of 3000 applies to it. [I]"""
    text, _, end = _read(commentary)
    return text + LITERAL.sub(r"\1", commentary[end:])


def written(text: str, marks: Sequence[Mark]) -> str:
    """The little text that LinkedIn gives back for a text: everything escaped, marks as elements. [D]"""
    parts, at = [], 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        shown = text[mark.start : mark.start + mark.length]
        parts.append(_escaped(text[at : mark.start]))
        if mark.kind == "mention":
            parts.append(f"@[{_escaped(shown)}]({mark.urn})")
        else:
            parts.append(rf"{{hashtag|\#|{_escaped(shown[1:])}}}")
        at = mark.start + mark.length
    return "".join(parts) + _escaped(text[at:])


def hashtags(text: str) -> tuple[Mark, ...]:
    """The hashtags of a plain text, where nothing is escaped. [I] LinkedIn finds them by itself there."""
    marks, at = [], 0
    while found := SIGN_OR_ADDRESS.search(text, at):
        start, at = found.span()
        if found.group() == "#" and _begins_hashtag(text[max(start - 1, 0) : start]):
            word, end = _word(text, at, "_")
            if _is_tag(word):
                marks.append(Mark(start, end - start, "hashtag", f"urn:li:hashtag:{word}"))
                at = end
    return tuple(marks)


def _read(commentary: str) -> tuple[str, tuple[Mark, ...], int]:
    seen: list[str] = []
    marks: list[Mark] = []
    at = length = 0
    while at < len(commentary) and (element := _element(commentary, at, seen[-1][-1:] if seen else "")):
        if element.kind:
            marks.append(Mark(length, len(element.text), element.kind, element.urn))
        seen.append(element.text)
        length += len(element.text)
        at = element.end
    return "".join(seen), tuple(marks), at


def _element(text: str, at: int, before: str) -> Element | None:
    if match := PLAIN.match(text, at):
        return Element(match.group(), match.end())
    if match := LITERAL.match(text, at):
        return Element(match.group(1), match.end())
    if match := MENTION.match(text, at):
        return _mention(LITERAL.sub(r"\1", match.group(1)), match.group(2), match.end())
    if match := TEMPLATE.match(text, at):
        word, end = _word(text, match.end(), r"\_")
        return _hashtag(word, end + 1) if text.startswith("}", end) else None
    # Where no hashtag begins, its sign needs a backslash like the others. [I]
    if text[at] == "#" and _begins_hashtag(before):
        word, end = _word(text, at + 1, r"\_")
        return _hashtag(word, end) if _is_tag(word) or not word else Element(f"#{word}", end)
    return None


def _mention(name: str, urn: str, end: int) -> Element:
    names = names_of(urn)
    # [D] A mention with another name is plain text. [I] A URN that is unknown here accepts any name.
    return Element(name, end, "mention", urn) if names is None or name in names else Element(name, end)


def _hashtag(word: str, end: int) -> Element | None:
    return Element(f"#{word}", end, "hashtag", f"urn:li:hashtag:{word}") if word else None


def _word(text: str, at: int, underscore: str) -> tuple[str, int]:
    """A hashtag's word in any script and its end, "" when there is none; `underscore` is how one is written."""
    word = ""
    while at < len(text):
        if text.startswith(underscore, at):
            word, at = word + "_", at + len(underscore)
        elif _is_of_words(text[at]) and (word or unicodedata.category(text[at])[0] != "M"):
            word, at = word + text[at], at + 1
        else:
            break
    return word, at


def _begins_hashtag(before: str) -> bool:
    """Whether a sign after this character, "" at the start, may begin a hashtag. [?] LinkedIn publishes no rule."""
    return not before or not (before in "_#/&" or _is_of_words(before))


def _is_tag(word: str) -> bool:
    """Whether the word makes a hashtag: it begins with a letter or a digit. [?]"""
    return word != "" and word[0] != "_"


def _is_of_words(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _escaped(text: str) -> str:
    return re.sub(r"([|{}@\[\]()<>#\\*_~])", r"\\\1", text)
