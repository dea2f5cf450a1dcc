"""Lengths and little text (§5.3 of the reference)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkedin_api import little_text, utf16_length


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("👩‍👩‍👧", 8), ("שלום", 4)])
def test_length_counts_utf16_units(text: str, units: int) -> None:
    assert utf16_length(text) == units


@given(st.text())
def test_length_is_what_utf16_needs(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize("character", list("|{}@[]()<>\\*_~"))
def test_every_reserved_character_gets_one_backslash(character: str) -> None:
    assert little_text(f"a {character} b") == f"a \\{character} b"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("#maths", "#maths"),
        ("see #AI_tools (new)", r"see #AI\_tools \(new\)"),
        ("C# is not F#", r"C\# is not F\#"),
        ("a#b", r"a\#b"),
        ("# heading", r"\# heading"),
        ("##twice", r"\#\#twice"),
        ("#_x", r"\#\_x"),
        ("(#in brackets)", r"\(#in brackets\)"),
        ("https://example.com/#part", r"https://example.com/\#part"),
        ("#été", "#été"),
        ("line\nline", "line\nline"),
        ("1 + 1 = 2; 50% & more", "1 + 1 = 2; 50% & more"),
        ("@[Ada](urn:li:person:x)", r"\@\[Ada\]\(urn:li:person:x\)"),
    ],
)
def test_hashtags_stay_links_and_everything_else_is_literal(typed: str, sent: str) -> None:
    assert little_text(typed) == sent


@given(st.text(alphabet=st.sampled_from("ab1 \n_#\\(){}[]<>|@*~/&é😀")))
def test_taking_the_backslashes_away_gives_the_typed_text(text: str) -> None:
    sent = little_text(text)

    assert re.sub(r"\\([|{}@\[\]()<>#\\*_~])", r"\1", sent) == text
    assert not re.search(r"[|{}@\[\]()<>*_~]", re.sub(r"\\.", "", sent))
