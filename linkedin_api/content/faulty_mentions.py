"""Finds what was meant as a mention and cannot be one, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linkedin_api.content.blank import is_blank
from linkedin_api.content.text import MENTION, URN, bare, mention
from linkedin_api.reference.urn import Urn

# Anything between "@[" and the next "](urn:li:…)": a name with a bracket, a backslash or a line break of its own.
_ODD_NAME = re.compile(rf"@\[(?P<name>(?:(?!@\[|\]\()[\s\S]){{0,300}})\]\((?P<urn>{URN})\)", re.ASCII)
# Without a URN, or with a malformed one. Pairs of brackets may be part of the name.
_NO_URN = re.compile(r"@\[(?P<name>(?:\\.|[^\\\[\]\n]|\[[^\[\]\n]*\])*)\](?:\((?P<urn>[^()\n]*)\))?")
_NO_NAME = "A mention has no name: write it between the brackets, as in @[Ada Example](urn:li:person:…), or remove it."
_SHOWN = 60  # characters of a name in a message


def faulty_mentions(written: str) -> tuple[str, ...]:
    """What to do about each mention that has no name, no URN, or a name that cannot be read."""
    nameless = tuple(_NO_NAME for each in MENTION.finditer(written) if is_blank(bare(each["name"])))
    rest = _blanked(MENTION, written)
    odd = (_unreadable(bare(each["name"]), Urn(each["urn"])) for each in _ODD_NAME.finditer(rest))
    return (*nameless, *odd, *_without_urn(_blanked(_ODD_NAME, rest)))


def _without_urn(rest: str) -> Iterator[str]:
    for each in _NO_URN.finditer(rest):
        name = bare(each["name"])
        if not is_blank(name):
            yield _names_nobody(name)
        elif each["urn"] is not None:  # "@[]" alone is nothing that was meant as a mention
            yield _NO_NAME


def _names_nobody(name: str) -> str:
    return (
        f"The mention of {name[:_SHOWN]} names nobody: write it as @[{name[:_SHOWN]}](urn:li:organization:…) with the "
        "button Mention, or put a space after the @ to show it as plain text."
    )


def _unreadable(name: str, urn: Urn) -> str:
    if is_blank(name):
        return _NO_NAME
    return (
        f"The name of the mention of {' '.join(name.split())[:_SHOWN]} cannot be read: brackets and backslashes in it "
        f"need a backslash before them, and it is one line. Write {mention(name, urn)}, or use the button Mention."
    )


def _blanked(found: re.Pattern[str], text: str) -> str:
    return found.sub(lambda whole: " " * len(whole[0]), text)
