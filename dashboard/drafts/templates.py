"""Templates: drafts with {{placeholders}} that are filled in when one is used. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from dashboard.drafts.draft import PARTS, Draft

PLACEHOLDER = re.compile(r"\{\{\s*([^\s{}|][^{}|\n]{0,59}?)\s*\}\}")
TODAY = "today"  # replaced by the day on which the template is used
_FIELDS = ("text", "url", "title", "description", "question", "parent", "first_comment")


def placeholders(draft: Draft) -> tuple[str, ...]:
    """The names that stand between {{ and }}, each once, in the order of the form; without `today`."""
    found = [name for written in _written(draft) for name in PLACEHOLDER.findall(written)]
    return tuple(dict.fromkeys(name for name in found if name.lower() != TODAY))


def filled(template: Draft, values: Mapping[str, str], today: date) -> Draft:
    """A new draft made from the template; a placeholder without a value stays as it is."""

    def fill(written: str) -> str:
        return PLACEHOLDER.sub(value, written)

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return f"{today:%d %B %Y}".lstrip("0") if name.lower() == TODAY else values.get(name) or found[0]

    texts = {name: fill(getattr(template, name)) for name in _FIELDS}
    options = tuple(fill(option) for option in template.options)
    captions = {
        name: tuple(each.captioned(fill(each.alt_text), fill(each.title)) for each in getattr(template, name))
        for name in PARTS
    }
    return template.changed(draft_id=Draft().draft_id, options=options, **texts, **captions)


def _written(draft: Draft) -> list[str]:
    captions = [text for each in draft.all_files for text in (each.alt_text, each.title)]
    return [*(getattr(draft, name) for name in _FIELDS), *draft.options, *captions]
