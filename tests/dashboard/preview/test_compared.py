"""A draft compared: with what other clients make of its text, and in both dialects."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from dashboard.preview.dialects import carried, requests
from dashboard.preview.other_clients import HABITS, other_clients
from linkedin_api import Transport, Urn, publisher, shown
from linkedin_api.publishing.publisher import Publisher

ME, ENGINES = Urn("urn:li:person:a1"), "urn:li:organization:2414183"
TEXT = f"We #built it (in 11 days) with @[Engines]({ENGINES}) #AI_tools https://example.com/a_b"


def speaker(dialect: str) -> Publisher:
    return publisher(dialect, Transport(), api_url="https://api.linkedin.com")


def attachment(name: str, content_type: str, alt_text: str = "", title: str = "") -> Attachment:
    file = MediaFile("a" * 64, name, "image", content_type, 1, 8, 8)
    return Attachment(file, alt_text, title)


def test_a_text_sent_as_it_is_is_cut_at_the_first_reserved_character() -> None:
    as_it_is, escaped, escaped_for_v2 = other_clients(TEXT)

    assert "".join(span.text for span in as_it_is.seen) == "We #built it "
    assert as_it_is.lost == "(in 11 days) with Engines #AI_tools https://example.com/a_b"
    assert as_it_is.losses == (f"{len(as_it_is.lost)} characters", "1 mention", "1 hashtag", "1 link")
    assert (escaped.lost, escaped.losses, escaped.backslashes) == ("", ("1 mention", "2 hashtags"), 0)
    assert escaped_for_v2.backslashes == 4


def test_a_harmless_text_arrives_whole_whoever_sends_it() -> None:
    assert [(each.lost, each.losses, each.backslashes) for each in other_clients("Plain words, 100%")] == [
        ("", (), 0) for _ in HABITS
    ]


@settings(max_examples=40)
@given(st.text(alphabet="ab _#(@[]\\*é🎉\n", max_size=40))
def test_what_is_seen_and_what_is_lost_are_the_text(written: str) -> None:
    as_it_is = other_clients(written)[0]

    assert shown(written).endswith(as_it_is.lost)
    if "\\" not in written:
        assert "".join(span.text for span in as_it_is.seen) + as_it_is.lost == shown(written)


def lost(draft: Draft) -> dict[str, set[str]]:
    parts = carried(draft, ME, speaker)
    return {dialect: {part.what for part in parts if not part.paths[dialect]} for dialect in ("v2", "rest")}


def test_what_a_dialect_loses_follows_from_its_requests() -> None:
    pictures = [attachment("a.png", "image/png", "A bridge", "Bridge"), attachment("b.png", "image/png", "A loom")]
    album = Draft(kind="image", text=TEXT, images=tuple(pictures))
    film = Draft(
        kind="video",
        video=(attachment("a.mp4", "video/mp4", title="Film"),),
        captions=(attachment("a.srt", "application/x-subrip"),),
        cover=(attachment("a.png", "image/png"),),
    )
    page = "urn:li:organization:1"
    link = Draft(kind="article", url="https://x.example", title="T", author=page, thumbnail=(pictures[0],))

    assert lost(album) == {"v2": set(), "rest": {"Title of picture 1"}}
    assert lost(film) == {"v2": {"Captions", "Cover"}, "rest": set()}
    assert lost(link) == {"v2": {"Picture of the article"}, "rest": set()}
    assert lost(Draft(kind="poll", question="Which?", options=("a", "b"))) == {"v2": {"Poll"}, "rest": set()}
    assert lost(Draft(kind="reshare", parent="urn:li:share:7")) == {"v2": {"Reshare"}, "rest": set()}
    assert requests(link, ME, speaker("v2"))[-1].body["author"] == page  # type: ignore[index]


def test_each_part_is_found_where_the_request_has_it() -> None:
    one = Draft(text=TEXT, kind="image", images=(attachment("a.png", "image/png", "A bridge"),))
    paths = {part.what: part.paths for part in carried(one, ME, speaker)}

    assert paths["Alt text of the picture"] == {
        "v2": "specificContent.media[0].description.text",
        "rest": "content.media.altText",
    }
    assert paths["Mention of Engines"] == {"v2": "specificContent.shareCommentary.attributes", "rest": "commentary"}
    assert paths["Visibility"] == {"v2": "visibility", "rest": "visibility"}
