"""What readers would see if other clients sent the same text: cut, without links, or with backslashes (§5.3, §8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from linkedin_api import Span, little_text, shown, spans, utf16_length
from linkedin_api.content.read_text import cut_at, read_little, read_shown
from linkedin_api.content.text import RESERVED, Part

PARTS: dict[Part, tuple[str, str]] = {
    "mention": ("mention", "mentions"),
    "hashtag": ("hashtag", "hashtags"),
    "link": ("link", "links"),
}


@dataclass(frozen=True)
class OtherClient:
    """One habit of other clients and its outcome for a text.

    `seen` is what readers see, `lost` the text that LinkedIn drops after it, `losses` says in words what is gone, and
    `backslashes` how many readers see that nobody wrote.
    """

    habit: str
    seen: tuple[Span, ...]
    lost: str
    losses: tuple[str, ...]
    backslashes: int = 0


def other_clients(written: str) -> tuple[OtherClient, ...]:
    """The habits that integrators report, with their outcomes for this text."""
    return tuple(_outcome(habit, *read(written), written) for habit, read in HABITS.items())


def _as_it_is(written: str) -> tuple[tuple[Span, ...], str]:
    plain = shown(written)
    return read_little(plain), plain[cut_at(plain) :]


def _all_escaped(written: str) -> tuple[tuple[Span, ...], str]:
    return read_little("".join(f"\\{each}" if each in RESERVED else each for each in shown(written))), ""


def _escaped_for_v2(written: str) -> tuple[tuple[Span, ...], str]:
    return read_shown(little_text(written)), ""


HABITS: dict[str, Callable[[str], tuple[tuple[Span, ...], str]]] = {
    "Sends the text as it is to /rest/posts": _as_it_is,
    "Escapes every reserved character": _all_escaped,
    "Escapes for /v2/ugcPosts too": _escaped_for_v2,
}


def _outcome(habit: str, seen: tuple[Span, ...], lost: str, written: str) -> OtherClient:
    ours = spans(written)
    shown_more = _text(seen).count("\\") - _text(ours).count("\\")
    return OtherClient(habit, seen, lost, tuple(_losses(seen, lost, ours)), max(0, shown_more))


def _text(of: Sequence[Span]) -> str:
    return "".join(span.text for span in of)


def _losses(seen: Sequence[Span], lost: str, ours: Sequence[Span]) -> Iterator[str]:
    if lost:
        yield f"{utf16_length(lost):,} characters"
    for part, (one, more) in PARTS.items():
        wanted, there = (Counter(span.text for span in each if span.part == part) for each in (ours, seen))
        if gone := sum((wanted - there).values()):
            yield f"{gone} {one if gone == 1 else more}"
