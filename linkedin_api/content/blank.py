"""Whether a text shows anything: Unicode has more blanks than white space."""

from __future__ import annotations

import re

# White space, controls, and what Unicode calls Default_Ignorable_Code_Point: zero-width characters, joiners, marks of
# direction, Hangul fillers, variation selectors, tags. U+2800 is a Braille cell without dots.
_UNSEEN = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]*"
)


def is_blank(text: str) -> bool:
    """Whether a reader of this text sees nothing; so of an empty one."""
    return _UNSEEN.fullmatch(text) is not None
