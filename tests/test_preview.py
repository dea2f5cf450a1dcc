"""The card shows what was written, and runs none of it."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from dashboard.preview import Card, Picture, card, fold

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)


def shown_text(page: str) -> str:
    """What a reader sees of the text parts, without markup."""
    parts = re.findall(r'<div class="lp-text" dir="auto">(.*?)</div>', page, re.DOTALL)
    return html.unescape("".join(re.sub(r"<[^>]+>", "", part) for part in parts))


@given(ANY_TEXT)
def test_any_text_is_escaped(text: str) -> None:
    plain = card(Card("Ada", None, "x"))

    page = card(Card("Ada", None, text + "<img src=x onerror=alert(1)>"))

    assert "<img" not in page
    assert page.count("<article") == plain.count("<article") == 1


@given(ANY_TEXT)
def test_no_character_is_lost(text: str) -> None:
    found = shown_text(card(Card("Ada", None, text)))

    assert found == (text if text.strip() else found)
    assert "".join(fold(text)) == text


def test_html_in_every_field_is_text() -> None:
    evil = "<script>alert(1)</script>\"'"

    page = card(
        Card(evil, 'x" onerror="a', evil, article=(evil, evil, evil), images=[Picture('"><script>', evil)], when=evil)
    )

    assert "<script" not in page
    assert 'onerror="' not in page


def test_a_long_text_folds_and_a_short_one_does_not() -> None:
    assert fold("one\ntwo\nthree") == ("one\ntwo\nthree", "")
    assert fold("one\ntwo\nthree\nfour") == ("one\ntwo\nthree\n", "four")
    assert fold("word " * 100)[1]


def test_the_fold_is_marked_as_an_estimate() -> None:
    assert "estimated fold" in card(Card("Ada", None, "a\nb\nc\nd"))


def test_hashtags_and_addresses_look_like_links_and_are_none() -> None:
    page = card(Card("Ada", None, "See https://example.com/a?b=1&c=2 #maths not&#39;this"))

    assert '<span class="lp-link">https://example.com/a?b=1&amp;c=2</span>' in page
    assert '<span class="lp-link">#maths</span>' in page
    assert "<a " not in page


def test_a_member_without_picture_gets_initials() -> None:
    assert ">ZM</span>" in card(Card("Zoë Muster", None, "hi"))


def test_six_pictures_show_five_and_a_count() -> None:
    page = card(Card("Ada", None, "", images=[Picture(f"/{n}") for n in range(6)]))

    assert page.count('class="lp-cell"') == 5
    assert "+1</span>" in page


def test_right_to_left_text_keeps_its_direction() -> None:
    assert 'dir="auto">שלום' in card(Card("Ada", None, "שלום עולם"))


def test_a_video_keeps_its_shape() -> None:
    assert "aspect-ratio: 320 / 180" in card(Card("Ada", None, "", video=Picture("/v", "", 320, 180)))
