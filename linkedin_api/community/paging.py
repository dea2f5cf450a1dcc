"""A part of a long list, as LinkedIn gives it: {"elements": […], "paging": {start, count, total?}} (§7.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
PAGE_MAX = 100  # [D] Posts API, "count <= 100"; elsewhere [I]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list, from `start` on; next_start is where the rest begins, None after the last page."""

    items: tuple[T, ...]
    start: int
    next_start: int | None
    total: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def page_query(start: int, count: int) -> str:
    """The two parameters of a page. Raises: ValueError when they cannot be."""
    if start < 0 or not 1 <= count <= PAGE_MAX:
        raise ValueError(f"A page starts at 0 or later and has 1 to {PAGE_MAX} items.")
    return f"start={start}&count={count}"


def read_page(
    body: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T | None], start: int, count: int
) -> Page[T]:
    """The page in an answer; what `read` gives None for is left out, but counts for where the next one begins."""
    found = body.get("elements")
    elements = found if isinstance(found, list) else []
    items = tuple(item for each in elements if isinstance(each, dict) and (item := read(each)) is not None)
    paging = body.get("paging")
    total = paging.get("total") if isinstance(paging, dict) else None
    total = total if isinstance(total, int) and not isinstance(total, bool) else None
    after = start + len(elements)
    # [D] "the last page has fewer elements than count"; a total counts more, as LinkedIn may lower the count.
    more = after < total if total is not None else len(elements) >= count
    return Page(items, start, after if more and elements else None, total)
