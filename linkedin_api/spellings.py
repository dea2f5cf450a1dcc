"""The ways in which a secret may be written: in a URL, in JSON, in HTML."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache


@lru_cache(maxsize=64)
def pattern_of(secrets: frozenset[str]) -> re.Pattern[str]:
    """Finds every secret in every spelling, the longest first."""
    ordered = sorted(secrets, key=len, reverse=True)
    return re.compile("|".join("".join(map(_spellings, secret)) for secret in ordered))


@lru_cache(maxsize=1024)
def _spellings(character: str) -> str:
    """One character as itself, and as URLs (also encoded twice), JSON and HTML may write it."""
    if character.isascii() and character.isalnum():
        return re.escape(character)  # no encoder touches these
    percent = "".join(f"%(?:25)*{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    literal = [html.escape(character), "\\" + character, character, *("+" if character == " " else "")]
    ways = [
        f"(?i:{percent})",
        f"(?i:{re.escape(json.dumps(character)[1:-1])})",
        f"(?i:&#(?:0*{ord(character)}|x0*{ord(character):x});)",
        *map(re.escape, literal),
    ]
    return f"(?:{'|'.join(dict.fromkeys(ways))})"
