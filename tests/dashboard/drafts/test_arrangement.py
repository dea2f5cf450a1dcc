"""What a browser tells of the attached files: the order, the words and what was taken off, whatever came between."""

from __future__ import annotations

from typing import Any

from dashboard.drafts.arrangement import arranged, file_id
from dashboard.drafts.draft import Attachment
from dashboard.files.media import MediaFile


def attached(letter: str, *, chosen: str = "", **words: str) -> Attachment:
    file = MediaFile(letter * 64, f"{letter}.png", "image", "image/png", 9, 9, 9, original_sha256=chosen * 64)
    return Attachment(file, **words)


def told(order: str = "", removed: str = "", **typed: dict[str, str]) -> dict[str, Any]:
    return {
        "order": [letter * 16 for letter in order],
        "removed": [letter * 16 for letter in removed],
        "typed": {letter * 16: words for letter, words in typed.items()},
    }


FILES = (attached("a", alt_text="An engine"), attached("b"), attached("c", title="Third"))


def names(files: tuple[Attachment, ...]) -> str:
    return "".join(each.file.name[0] for each in files)


def test_order_words_and_removals_are_as_the_browser_tells() -> None:
    found = arranged(FILES, told("cab", removed="b", c={"alt_text": "A bridge"}, a={"title": "First"}))

    assert names(found) == "ca"
    assert [(each.alt_text, each.title) for each in found] == [("A bridge", "Third"), ("An engine", "First")]


def test_a_browser_that_is_behind_or_ahead_loses_no_file() -> None:
    assert names(arranged(FILES, told("ba"))) == "bac"  # c was chosen a moment ago
    assert names(arranged(FILES, told("xcxa", removed="y", z={"title": "Gone"}))) == "cab"
    assert names(arranged(FILES, told("ccb"))) == "cba"
    assert arranged((), told("ab")) == ()


def test_a_file_keeps_its_place_and_words_when_it_is_changed() -> None:
    cropped = attached("f", chosen="b", alt_text="As it was")

    assert file_id(cropped.file) == file_id(FILES[1].file)
    assert names(arranged((FILES[0], cropped), told("ba"))) == "fa"


def test_a_file_that_a_table_names_twice_stays_twice() -> None:
    assert names(arranged((*FILES[:2], FILES[0]), told("ba"))) == "baa"
