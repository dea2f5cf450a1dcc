"""Text for a page: Markdown escaped, errors, permissions, plurals, and the first words of a post."""

from __future__ import annotations

import re

from dashboard.accounts.sign_in import SCOPES
from dashboard.drafts.draft import Draft
from dashboard.posts.queue import WORDS, words_of

WORD_JOINER = "\u2060"  # nothing to see, and no address any more


def plain(text: str) -> str:
    """Escape text that is shown as Markdown: no markup, and no address that becomes a link."""
    text = text.replace("://", f":{WORD_JOINER}//").replace("www.", f"www{WORD_JOINER}.")
    return re.sub(r"([\\`*_{}\[\]()#+.!|~<>$:-])", r"\\\1", text)


def whole(text: object) -> str:
    """What a browser sent as text; half of an emoji, which could be neither kept nor sent, becomes a question mark."""
    return str(text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def told(error: object, advice: str | None) -> str:
    """An error and its advice as Markdown: what happened, and the next step."""
    return plain(str(error)) + (f"  \n**Next:** {plain(advice)}" if advice else "")


def permissions(scopes: tuple[str, ...]) -> str:
    """What each scope allows, as a list."""
    return "\n".join(f"- {SCOPES.get(scope, 'use a further permission')} `{scope}`" for scope in scopes)


def counted(count: int, what: str, more: str | None = None) -> str:
    """ "1 post", "1,200 posts"; `more` is the plural where it is not the word with an s."""
    return f"{count:,} {either(count, what, more or f'{what}s')}"


def either(count: int, one: str, more: str) -> str:
    """`one` for a count of 1, else `more`."""
    return one if count == 1 else more


def first_words(draft: Draft, most: int = WORDS) -> str:
    """One line that names a draft, at most `most` characters: its text, or else its title, question or link."""
    return words_of(draft.text, draft.title or draft.question or draft.url or draft.parent, most)
