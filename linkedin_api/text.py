"""Lengths and LinkedIn's little text: pure functions on the text of a post."""

from __future__ import annotations

_RESERVED = frozenset("|{}@[]()<>#\\*_~")  # [D] the 15 characters of little text (§5.3)


def utf16_length(text: str) -> int:
    """The number of UTF-16 units of the text: most emoji count as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def little_text(text: str) -> str:
    r"""The text as /rest/posts must get it, so that readers see exactly what was typed.

    A reserved character without a backslash does not fail: LinkedIn answers 201 and drops the rest.
    Only a # that starts a hashtag stays bare and becomes a link: "#AI_tools (new)" gives
    "#AI\_tools \(new\)". Everything else is literal, mentions too.
    """
    return "".join(
        character if character not in _RESERVED or _starts_hashtag(text, at) else f"\\{character}"
        for at, character in enumerate(text)
    )


def _starts_hashtag(text: str, at: int) -> bool:
    # "#_x" would become "#\_x", of which nobody knows whether it is a hashtag [?]: letters and digits only.
    if text[at] != "#" or not text[at + 1 : at + 2].isalnum():
        return False
    before = text[at - 1 : at] if at else ""
    return not (before.isalnum() or before in ("_", "#", "/", "&"))
