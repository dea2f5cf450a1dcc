"""LinkedIn's own pages, by the names that they have there; the table is documents.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

_LEARN = "https://learn.microsoft.com/en-us/linkedin/"

with Path(__file__).with_suffix(".toml").open("rb") as _file:
    # The address is None for a page that is known by its name only.
    PAGES = {name: f"{_LEARN}{path}" if path else None for name, path in tomllib.load(_file).items()}


def markdown(page: str) -> str:
    """The name as a Markdown link to the page, or alone where the address is not known; "" for no page."""
    url = PAGES.get(page)
    return f"[{page}]({url})" if url else page
