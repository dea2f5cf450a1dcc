"""How LinkedIn reads the commentary of /rest/posts ("little text"), and what a reader gets to see."""

from __future__ import annotations

import re

RESERVED = r"|{}@[]()<>#\*_~"  # [D]

LITERAL = re.compile(r"\\([|{}@\[\]()<>#\\*_~])")
PLAIN = re.compile(r"[^|{}@\[\]()<>#\\*_~]+")
MENTION = re.compile(r"@\[((?:\\.|[^\\\[\]])+)\]\((urn:li:(?:person|organization):[\w-]+)\)")
TEMPLATE = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^\\|{}])+)\}")
HASHTAG = re.compile(r"#(?=\w|\\_)")


def visible_text(commentary: str) -> str:
    """The text as published: elements resolved, and cut at the first reserved character that forms none.

    LinkedIn answers 201 all the same. [C]
    """
    seen: list[str] = []
    position = 0
    while position < len(commentary):
        text, end = _next(commentary, position)
        if end == position:
            break
        seen.append(text)
        position = end
    return "".join(seen)


def unescaped(commentary: str) -> str:
    """The text without its escaping backslashes, uncut: what the limit of 3000 is measured on. [I]"""
    return LITERAL.sub(r"\1", commentary)


def _next(text: str, at: int) -> tuple[str, int]:
    for pattern in (PLAIN, LITERAL, MENTION, TEMPLATE):
        match = pattern.match(text, at)
        if match:
            return _shown(pattern, match), match.end()
    # A hashtag starts a word; inside a word its sign needs a backslash like the others. [I]
    if HASHTAG.match(text, at) and not (at and text[at - 1].isalnum()):
        return "#", at + 1
    return "", at


def _shown(pattern: re.Pattern[str], match: re.Match[str]) -> str:
    if pattern is PLAIN:
        return match.group()
    if pattern is TEMPLATE:
        return "#" + unescaped(match.group(1))
    return unescaped(match.group(1)) if pattern is MENTION else match.group(1)
