"""Words that more than one page says."""

from __future__ import annotations

import re

from dashboard.signin import SCOPES

WORD_JOINER = "\u2060"  # nothing to see, and no address any more


def plain(text: str) -> str:
    """Somebody's words for a place that reads Markdown: no markup, and no address that becomes a link."""
    text = text.replace("://", f":{WORD_JOINER}//").replace("www.", f"www{WORD_JOINER}.")
    return re.sub(r"([\\`*_{}\[\]()#+.!|~<>$:-])", r"\\\1", text)


def told(error: object, advice: str | None) -> str:
    """An error as two sentences: what happened, and the next step. LinkedIn's own words stay plain text."""
    return plain(str(error)) + (f"  \n**Next:** {plain(advice)}" if advice else "")


def permissions(scopes: tuple[str, ...]) -> str:
    """What each scope allows, as a list."""
    return "\n".join(f"- {SCOPES.get(scope, 'use a further permission')} `{scope}`" for scope in scopes)
