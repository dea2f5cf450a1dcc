"""The card shows what will be sent, and runs none of it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.documents import DOCX, PDF
from dashboard.files.media import MediaFile
from dashboard.preview.card import HINT, Card, CardAnswers, CardComment, card
from dashboard.preview.from_post import card_of, draft_files, draft_seen, sandbox_files, sandbox_seen, time_left
from dashboard.preview.media import Medium, safe
from linkedin_api import Article, Poll, PollDuration, Post, Publisher, SeenPost, Span, Transport, Urn, publisher, spans
from tests.conftest import RunningSandbox
from tests.support.hostile_text import HOSTILE, SCHEMES, addresses, shape, told
from tests.support.media import picture
from tests.support.services import new_token

ADA, PARENT = Urn("urn:li:person:782bbtaQ"), "urn:li:share:7106697166089269248"
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400)
EVIL = '<script>alert(1)</script>"\' onerror="a'


def plain(text: str, **more: Any) -> Card:
    return Card("Ada", None, (Span(text),), **more)


def shown_text(page: str) -> str:
    """What a reader sees of the text, without markup."""
    found = re.search(r'<div class="lp-body" dir="auto">(.*?)</div>', page, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


def file(kind: str = "image", content_type: str = "image/png", number: int = 1, pages: int | None = None) -> MediaFile:
    return MediaFile(f"{number:064x}", f"{kind}-{number}", kind, content_type, 1_234_567, 640, 400, None, pages)


def seen(draft: Draft) -> SeenPost:
    return draft_seen(draft, ADA, publisher(draft.speaks, Transport(), api_url="https://api.linkedin.com"))


def of_draft(draft: Draft, *, kept: bool = True) -> Card:
    return card_of(seen(draft), draft_files(draft, lambda _: kept), author="Ada")


# Escaping.


@given(ANY_TEXT)
def test_any_text_is_escaped(text: str) -> None:
    page = card(plain(text + "<img src=x onerror=alert(1)>"))

    assert "<img" not in page
    assert page.count("<article") == page.count("</article") == 1


@given(ANY_TEXT)
def test_no_character_is_lost(text: str) -> None:
    found = shown_text(card(plain(text)))

    assert found == (text if text.strip() else "")


@pytest.mark.parametrize("dialect", ["v2", "rest"])
@given(text=ANY_TEXT)
def test_the_text_is_what_the_request_makes_of_it(dialect: str, text: str) -> None:
    found = shown_text(card(of_draft(Draft(text=text, dialect=dialect))))

    text = text.replace("\0", "")  # which a draft does not keep
    assert found == ("".join(span.text for span in spans(text)) if text.strip() else "")


def test_html_in_every_field_is_text() -> None:
    bad = Medium(EVIL, "/a", alt=EVIL, title=EVIL, content_type=EVIL, pages=[EVIL, "/p"])
    carried: list[dict[str, Any]] = [
        {"images": [bad, Medium(EVIL)]},
        {"video": replace(bad, poster=EVIL)},
        {"document": bad},
        {"document": replace(bad, pages=())},
        {"article": Article(f"https://{EVIL}", EVIL, EVIL), "thumbnail": bad},
        {"poll": Poll(EVIL, (EVIL, "")), "poll_left": EVIL},
        {"comment": (Span(EVIL), Span(EVIL, "link"))},
        {"parent": EVIL},
        {"parent": Card(EVIL, EVIL, (Span(EVIL),))},
        {"answers": CardAnswers(EVIL, {EVIL: [EVIL]}, [CardComment(EVIL, EVIL, EVIL)], 1, EVIL)},
    ]
    for each in carried:
        page = card(Card(EVIL, EVIL, (Span(EVIL, "link"),), visibility=EVIL, when=EVIL, label=EVIL, **each))

        assert "<script" not in page
        assert not re.search(r"<[^>]*onerror=\"", page)


def everywhere(text: str) -> list[Card]:
    """Cards of every kind that have this text in every field that takes any."""
    words: dict[str, Any] = {"when": text, "label": text, "visibility": text}
    file_ = Medium(text, "/a", alt=text, title=text, content_type=text, size_bytes=1, pages=("/p",), page_count=2)
    carried: list[dict[str, Any]] = [
        {"images": [file_] * 6},
        {"images": [replace(file_, src=None)]},
        {"video": file_},
        {"video": replace(file_, src=None)},
        {"document": file_},
        {"document": replace(file_, pages=())},
        {"document": replace(file_, title="", src=None)},
        {"article": Article(f"https://example.com/{text}", text, text), "thumbnail": file_},
        {"article": Article(f"https://{text}/", text, text)},
        {"poll": Poll(text, (text, text)), "poll_left": text},
        {"comment": (Span(text), Span(text, "link"))},
        {"answers": CardAnswers(text, {text: [text]}, [CardComment(text, None, text)])},
        {"parent": text},
        {"parent": Card(text, None, (Span(text), Span(text, "link")), images=[file_], **words)},
    ]
    return [Card(text, None, (Span(text), Span(text, "mention")), **words, **each) for each in carried]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_in_every_field(text: str) -> None:
    for bad, good in zip(everywhere(text), everywhere("harmless"), strict=True):
        assert shape(card(bad)) == shape(card(good))
        assert text in told(card(bad))


@pytest.mark.parametrize("src", SCHEMES)
def test_no_scheme_but_the_webs_is_loaded_or_followed(src: str) -> None:
    bad = Medium("a", src, poster=src, pages=(src,))
    carried: list[dict[str, Any]] = [
        {"images": [bad]},
        {"video": bad},
        {"video": replace(bad, src="/a")},
        {"document": bad},
        {"document": replace(bad, src="/a")},
        {"article": Article(src, "Title"), "thumbnail": bad},
        {"parent": src},
        {"parent": Card("Zoë", src, images=[bad])},
    ]

    assert {each for more in carried for each in addresses(card(Card("Ada", src, **more)))} <= {"/a"}


@pytest.mark.parametrize(
    "src",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example/a.png",
        "/\\evil.example",
        "/a\n",
        " /a",
        "a.png",
        "file:///etc/passwd",
        "",
        None,
    ],
)
def test_a_hostile_address_is_never_loaded(src: str | None) -> None:
    bad = Medium("a", src, poster=src)
    page = (
        card(Card("Ada", src, images=[bad])) + card(Card("Ada", src, video=bad)) + card(Card("Ada", src, document=bad))
    )

    assert safe(src) is None
    assert "src=" not in page
    assert "poster=" not in page


@pytest.mark.parametrize(
    "src", ["/uploads/a?type=image%2Fpng", "https://media.licdn.com/a.png?x=1", "http://[::1]:1/a"]
)
def test_addresses_of_the_web_and_of_this_server_are_loaded(src: str) -> None:
    assert f'src="{src}"' in card(Card("Ada", src))


# The text.


def test_mentions_hashtags_and_addresses_look_like_links_and_are_none() -> None:
    text = "@[Bridge & Sons](urn:li:organization:5515715) see https://example.com/a?b=1&c=2 #maths not&#39;this"
    page = card(of_draft(Draft(text=text)))

    assert '<span class="lp-link">Bridge &amp; Sons</span>' in page
    assert '<span class="lp-link">https://example.com/a?b=1&amp;c=2</span>' in page
    assert '<span class="lp-link">#maths</span> not&amp;#39;this' in page
    assert "<a " not in page


def test_a_card_of_no_text_says_where_it_will_be_only_while_it_is_written() -> None:
    assert HINT in card(Card("Ada", None, hint=True))
    assert HINT not in card(Card("Ada", None))
    assert HINT not in card(plain("x", hint=True))


def test_right_to_left_text_keeps_its_direction() -> None:
    assert 'dir="auto">שלום' in card(plain("שלום עולם"))


# The author.


def test_an_author_without_picture_gets_initials() -> None:
    assert ">ZM</span>" in card(Card("Zoë Muster", None))


def test_a_company_page_has_a_square_mark() -> None:
    page = of_draft(Draft(text="Hello", author="urn:li:organization:2414183"))

    assert 'class="lp-avatar lp-square' in card(page)
    assert "lp-square" not in card(of_draft(Draft(text="Hello")))


def test_an_edited_post_says_so() -> None:
    assert "Now · Edited ·" in card(plain("x", edited=True))


def test_nobody_is_said_to_have_reacted() -> None:
    assert not re.search(r"\d+ (?:likes|comments|votes|followers)|Like|Comment", card(plain("Hello")))


# What it carries.


@pytest.mark.parametrize(("count", "rest"), [(1, ""), (5, ""), (6, "+1"), (20, "+15")])
def test_five_pictures_are_shown_and_the_others_counted(count: int, rest: str) -> None:
    draft = Draft(kind="image", images=tuple(Attachment(file(number=n), f"Picture {n}") for n in range(count)))
    page = card(of_draft(draft))

    assert page.count('class="lp-cell"') == min(count, 5)
    assert re.findall(r"\+\d+", page) == ([rest] if rest else [])
    assert all(f'alt="Picture {n}"' in page for n in range(min(count, 5)))


@pytest.mark.parametrize("urn", [None, "urn:li:digitalmediaAsset:C5522AQ"])
def test_each_picture_is_the_file_that_the_request_names(urn: str | None) -> None:
    first, second = Attachment(file(number=1), urn=urn), Attachment(file(number=2))
    found = of_draft(Draft(kind="image", images=(first, second)))

    assert [image.name for image in found.images] == ["image-1", "image-2"]


def test_the_pictures_of_another_kind_are_not_shown() -> None:
    found = of_draft(Draft(kind="text", text="Hello", images=(Attachment(file()),)))

    assert not found.images


@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_a_file_that_is_gone_is_named(kind: str) -> None:
    draft = Draft(kind=kind, **{"images" if kind == "image" else kind: (Attachment(file(kind)),)})
    page = card(of_draft(draft, kept=False))

    assert f"{kind}-1" in page
    assert "no longer on this machine" in page
    assert "src=" not in page


def test_a_video_keeps_its_shape_and_shows_its_cover_and_captions() -> None:
    beside = {"cover": (Attachment(file(number=7)),), "captions": (Attachment(file("captions", "text/vtt", 8)),)}
    draft = Draft(kind="video", video=(Attachment(file("video", "video/mp4")),))

    page, bare = card(of_draft(draft.changed(**beside))), card(of_draft(draft))

    assert "aspect-ratio: 640 / 400" in page
    assert f'poster="/uploads/{7:064x}?type=image%2Fpng"' in page
    assert ">CC<" in page
    assert "poster" not in bare
    assert ">CC<" not in bare


def test_a_video_that_a_browser_may_not_draw_or_that_is_still_made_says_so() -> None:
    mp4 = file("video", "video/mp4")

    def shown(film: MediaFile) -> str:
        return card(of_draft(Draft(kind="video", video=(Attachment(film),))))

    assert "The video is HEVC: many browsers show no picture of it here." in shown(replace(mp4, codec="hevc"))
    assert "many browsers" not in shown(replace(mp4, codec="h264"))
    to_come = shown(replace(mp4, content_type="video/quicktime", codec="prores"))
    assert "It is being made into an MP4." in to_come
    assert "src=" not in to_come


def test_a_document_shows_its_pages() -> None:
    draft = Draft(kind="document", document=(Attachment(file("document", PDF, pages=12), title="Notes"),))
    page = card(of_draft(draft))

    assert re.findall(r'src="([^"]+)"', page) == [f"/uploads/{1:064x}/pages/{number}" for number in range(1, 13)]
    assert page.count('loading="lazy"') == 12
    assert ">Notes<" in page
    assert "12 pages" in page


def test_a_document_whose_pages_cannot_be_drawn_says_so() -> None:
    draft = Draft(kind="document", document=(Attachment(file("document", DOCX)),))
    page = card(of_draft(draft))

    assert "DOCX · 1.2 MB" in page
    assert "document-1" in page
    assert "cannot be drawn here" in page
    assert "<img" not in page


def test_an_article_has_its_picture_or_none() -> None:
    draft = Draft(kind="article", url="https://www.example.com/a", title="Notes", description="On engines")

    bare, pictured = card(of_draft(draft)), card(of_draft(draft.changed(thumbnail=(Attachment(file()),))))

    assert ">Notes<" in bare
    assert "On engines" not in bare  # [D] a link's card is small: no description
    assert ">example.com<" in bare
    assert "<img" not in bare
    assert f'src="/uploads/{1:064x}?type=image%2Fpng"' in pictured


@pytest.mark.parametrize("url", ["", "no address", "https://[::1"])
def test_an_article_without_an_address_says_where_it_goes(url: str) -> None:
    assert "the address goes here" in card(of_draft(Draft(kind="article", url=url, title="Notes")))


def test_a_poll_shows_its_answers_and_that_nobody_has_voted() -> None:
    page = card(of_draft(Draft(kind="poll", question="Which?", options=("This", ""), duration="SEVEN_DAYS")))

    assert re.findall(r"<li[^>]*>(.*?)</li>", page) == ["This", '<span class="lp-faint">Option 2</span>']
    assert ">Which?<" in page
    assert ">0 votes · 7 days left<" in page


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(0), "3 days left"),
        (timedelta(seconds=1), "3 days left"),
        (timedelta(days=2), "1 day left"),
        (timedelta(days=2, hours=1), "23 hours left"),
        (timedelta(days=2, hours=23, minutes=59), "1 hour left"),
        (timedelta(days=3), "Closed"),
        (None, "Open for 3 days"),
    ],
)
def test_a_poll_says_how_long_it_is_open(age: timedelta | None, said: str) -> None:
    assert time_left(PollDuration.THREE_DAYS, age) == said


def test_a_post_that_is_shared_is_an_inset() -> None:
    draft = Draft(kind="reshare", text="Look", parent=f"https://www.linkedin.com/feed/update/{PARENT}")
    found = of_draft(draft)
    inner = replace(plain("The first one", parent="urn:li:share:1"), author="Zoë")

    assert f'LinkedIn shows the post here.</div><div class="lp-urn">{PARENT}' in card(found)
    assert "The first one" in card(replace(found, parent=inner))
    assert "urn:li:share:1" not in card(replace(found, parent=inner))


# What was promised, and what the sandbox then shows.

TEXT = (
    "@[Analytical Engines](urn:li:organization:2414183) 🎉 (1 + 1 = 2) *bold* #maths_and שלום "
    "https://example.com/a?b=1 #one/#two ##three a#b #1 #été #日本 (#in brackets) https://example.com/?#part #_x @#end"
)


@pytest.fixture
def linkedin_of_ada(linkedin: RunningSandbox) -> Iterator[Callable[[str], Publisher]]:
    """Publishers for Ada at the sandbox, by dialect."""
    with Transport(access_token=new_token(linkedin).access_token, upload_hosts={urlsplit(linkedin.url).netloc}) as line:
        yield lambda dialect: publisher(dialect, line, api_url=linkedin.url)


def published(linkedin: RunningSandbox, speaker: Publisher, draft: Draft) -> tuple[SeenPost, SeenPost]:
    """What the preview promised, and what the sandbox has after the draft was published."""
    urn = speaker.create_post(draft.as_post(ADA))
    return draft_seen(draft, ADA, speaker), sandbox_seen(linkedin.state.posts[urn])


@pytest.mark.parametrize("dialect", ["v2", "rest"])
@pytest.mark.parametrize(
    "draft",
    [
        Draft(text=TEXT),
        Draft(text=TEXT, visibility="CONNECTIONS"),
        Draft(kind="article", text=TEXT, url="https://example.com/a", title="Notes", description="On engines"),
        Draft(kind="poll", text=TEXT, question="Which?", options=("This", "That"), duration="ONE_DAY"),
    ],
    ids=["text", "connections", "article", "poll"],
)
def test_the_sandbox_shows_what_was_promised(
    linkedin: RunningSandbox, linkedin_of_ada: Callable[[str], Publisher], draft: Draft, dialect: str
) -> None:
    draft = draft.changed(dialect=dialect)
    promised, shown = published(linkedin, linkedin_of_ada(draft.speaks), draft)

    assert shown == promised


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_the_sandbox_shows_the_pictures_that_were_promised(
    linkedin: RunningSandbox, linkedin_of_ada: Callable[[str], Publisher], dialect: str
) -> None:
    speaker, image = linkedin_of_ada(dialect), picture()
    urn = speaker.upload_image(ADA, io.BytesIO(image), size_bytes=len(image), content_type="image/png")
    draft = Draft(kind="image", dialect=dialect, text=TEXT, images=(Attachment(file(), "A bridge", urn=urn),))
    promised, shown = published(linkedin, speaker, draft)

    assert shown == promised
    post = linkedin.state.feed()[0]
    assert sandbox_files(post, "/sandbox")[urn].src == "/sandbox" + post.media[0].path


def test_the_sandbox_shows_a_post_that_is_shared_again(
    linkedin: RunningSandbox, linkedin_of_ada: Callable[[str], Publisher]
) -> None:
    speaker = linkedin_of_ada("rest")
    parent = speaker.create_post(Post(ADA, "The first one"))
    promised, shown = published(linkedin, speaker, Draft(kind="reshare", text=TEXT, parent=parent))

    assert shown == promised
    assert shown.post.reshare == parent


# The switches above it.


def switches() -> None:
    from dashboard.ui.common import post_card

    post_card.look_switch()


def test_no_switch_can_be_taken_for_the_text_box() -> None:
    page = AppTest.from_function(switches).run()

    labels = [page.segmented_control[0].label, *page.segmented_control[0].options, page.toggle[0].label]
    assert labels == ["Width", "Desktop", "Mobile", "Folded"]
