"""What was written, what is sent in each dialect, and what a reader gets to see (§5.3 of the reference)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkedin_api import Mention, Span, Urn, little_text, mention, shown, spans, utf16_length
from linkedin_api.content.faulty_mentions import faulty_mentions
from linkedin_api.content.read_text import read_little, read_shown
from linkedin_api.content.text import mentions
from sandbox.protocol.little_text import hashtags, read

ADA = Urn("urn:li:person:782bbtaQ")
ENGINES = Urn("urn:li:organization:2414183")
ANY = st.text(st.characters(exclude_categories=["Cs"]))
TRICKY = st.text(st.sampled_from("ab1 \n_#\\(){}[]<>|@*~/&.:é日ि😀"))
ADDRESS = st.sampled_from(["https://a.example/b_c?d=(e)#f", "http://x.example/~ada/[1]*"])
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1)
NAMED = st.builds(mention, NAMES, st.sampled_from([ADA, ENGINES, Urn("urn:li:person:k4Zu-E_9")]))
WRITTEN = st.lists(ANY | TRICKY | ADDRESS | NAMED).map("".join)


@pytest.mark.parametrize(("text", "units"), [("", 0), ("abc", 3), ("é", 1), ("😀", 2), ("👩‍👩‍👧", 8), ("שלום", 4)])
def test_length_counts_utf16_units(text: str, units: int) -> None:
    assert utf16_length(text) == units


@given(st.text())
def test_length_is_what_utf16_needs(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


# Text that always arrives whole.


@given(ANY | TRICKY)
def test_any_text_arrives_whole(text: str) -> None:
    assert read(little_text(text))[0] == shown(text)
    assert shown(text) == text or "@[" in text


@given(WRITTEN)
def test_any_text_with_mentions_and_addresses_arrives_whole(written: str) -> None:
    assert read(little_text(written))[0] == shown(written)


@given(WRITTEN)
def test_what_is_sent_reads_back_as_what_was_written(written: str) -> None:
    pieces = spans(written)

    assert read_shown(shown(written), mentions(written)) == pieces
    assert "".join(span.text for span in read_little(little_text(written))) == shown(written)
    assert [s for s in read_little(little_text(written)) if s.part == "mention"] == [
        s for s in pieces if s.part == "mention"
    ]


@given(TRICKY | ANY)
def test_a_backslash_goes_before_every_reserved_character_outside_elements(text: str) -> None:
    if "@[" in text:
        return
    sent = little_text(text)

    assert re.sub(r"\\([|{}@\[\]()<>#\\*_~])", r"\1", sent) == text
    assert not re.search(r"[|{}@\[\]()<>*_~]", re.sub(r"\\.", "", sent))


@pytest.mark.parametrize("character", list("|{}@[]()<>\\*_~"))
def test_every_reserved_character_gets_one_backslash(character: str) -> None:
    assert little_text(f"a {character} b") == f"a \\{character} b"


# Hashtags and addresses.


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("#maths", "#maths"),
        ("see #AI_2026 (new)", r"see #AI\_2026 \(new\)"),
        ("#日本語", "#日本語"),
        ("#हिन्दी", "#हिन्दी"),
        ("#1", "#1"),
        ("C# is not F#", r"C\# is not F\#"),
        ("a#b", r"a\#b"),
        ("# heading", r"\# heading"),
        ("##twice", r"\#\#twice"),
        ("#one/#two", r"#one/\#two"),
        ("AT&#38;", r"AT&\#38;"),
        ("@#handle", r"\@#handle"),
        ("(#one)#two", r"\(#one\)#two"),
        ("#_x", r"\#\_x"),
        ("(#in brackets)", r"\(#in brackets\)"),
        ("https://example.com/#part", r"https://example.com/\#part"),
        ("https://example.com/a_b(c)?d=1#e.", r"https://example.com/a\_b\(c\)?d=1\#e."),
        ("#été", "#été"),
        ("line\nline", "line\nline"),
        ("1 + 1 = 2; 50% & more", "1 + 1 = 2; 50% & more"),
    ],
)
def test_hashtags_stay_links_and_everything_else_is_literal(typed: str, sent: str) -> None:
    assert little_text(typed) == sent


@pytest.mark.parametrize(
    ("written", "part", "pieces"),
    [
        ("I love #AI_2026, #日本語 and C# #1!", "hashtag", ["#AI_2026", "#日本語", "#1"]),
        (
            "see https://a.example/x_y?z#w, then http://b.example.",
            "link",
            ["https://a.example/x_y?z#w", "http://b.example"],
        ),
        ("(https://a.example/b)", "link", ["https://a.example/b"]),
        ("https://a.example/#b #c", "hashtag", ["#c"]),
        ("mail me@example.com #ok", "hashtag", ["#ok"]),
    ],
)
def test_a_reader_sees_links(written: str, part: str, pieces: list[str]) -> None:
    assert [span.text for span in spans(written) if span.part == part] == pieces
    assert [span.text for span in read_little(little_text(written)) if span.part == part] == pieces


@given(TRICKY)
def test_client_and_sandbox_find_the_same_hashtags(text: str) -> None:
    if "@[" in text or "://" in text:
        return

    ours = [span.text for span in spans(text) if span.part == "hashtag"]
    assert ours == [text[mark.start : mark.start + mark.length] for mark in hashtags(text)]
    assert ours == [span.text for span in read_little(little_text(text)) if span.part == "hashtag"]


# Mentions.


def test_a_mention_is_shown_as_its_name() -> None:
    written = "Ask @[Analytical Engines](urn:li:organization:2414183) and @[Ada](urn:li:person:782bbtaQ)."

    assert shown(written) == "Ask Analytical Engines and Ada."
    assert spans(written)[1] == Span("Analytical Engines", "mention", ENGINES)


def test_a_mention_stays_an_element_of_little_text() -> None:
    written = mention("Bridge & Sons (UK) [new]", ENGINES)

    assert written == r"@[Bridge & Sons (UK) \[new\]](urn:li:organization:2414183)"
    assert little_text(written) == r"@[Bridge & Sons \(UK\) \[new\]](urn:li:organization:2414183)"
    assert shown(written) == "Bridge & Sons (UK) [new]"


def test_v2_mentions_count_utf16_units() -> None:
    written = "😀 @[Ada](urn:li:person:782bbtaQ), 👩‍👩‍👧 @[Analytical Engines](urn:li:organization:2414183)"

    assert mentions(written) == (Mention(3, 3, ADA), Mention(17, 18, ENGINES))


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("@[Ada]", ("Ada",)),
        ("@[Ada]()", ("Ada",)),
        ("@[Ada](ada)", ("Ada",)),
        ("@[Ada](urn:li:member:1)", ("Ada",)),
        ("@[Ada](urn:li:person:1) and @[Bob](urn:li:person:)", ("Bob",)),
        ("@ [Ada] @Ada [Ada](https://example.com)", ()),
    ],
)
def test_a_mention_without_urn_is_found(written: str, names: tuple[str, ...]) -> None:
    assert tuple(said.split()[3] for said in faulty_mentions(written)) == names  # The mention of {name}


@given(WRITTEN)
def test_the_pieces_are_the_text(written: str) -> None:
    assert "".join(span.text for span in spans(written)) == shown(written)
    assert all(span.text for span in spans(written))


def test_little_text_is_cut_where_linkedin_would_cut_it() -> None:
    assert read_little(r"whole \(really\) but (not this") == (Span("whole (really) but "),)
    assert read_little("a #tag_cut") == (Span("a "), Span("#tag", "hashtag"))


def test_a_mention_longer_than_a_urn_may_be_is_plain_text() -> None:
    written = f"Hi @[Ada](urn:li:person:{'a' * 250})"

    assert shown(written) == written
    assert [said.split()[3] for said in faulty_mentions(written)] == ["Ada"]
    assert read(little_text(written))[0] == written


def test_many_links_and_signs_are_read_in_one_go() -> None:
    written = "https://a.example/#x # ##y " * 400

    assert len([span for span in spans(written) if span.part == "link"]) == 400
    assert read(little_text(written))[0] == written
