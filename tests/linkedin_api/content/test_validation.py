"""What would make LinkedIn refuse a post, for the kinds that came with the versioned API."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linkedin_api import (
    Article,
    Kind,
    Media,
    Poll,
    Post,
    Publisher,
    Span,
    Urn,
    Visibility,
    little_text,
    mention,
    problems,
    seen_post,
    spans,
    warnings,
)
from linkedin_api.http.transport import Transport
from linkedin_api.publishing.publisher import publisher

ADA = Urn("urn:li:person:782bbtaQ")
ENGINES = Urn("urn:li:organization:2414183")
PICTURE = Media(Urn("urn:li:image:D4E10AQ"), alt_text="A bridge", title="Bridge")
ALT_ONLY = Media(PICTURE.urn, alt_text="A bridge")
PAPER = Media(Urn("urn:li:document:D4E10AQ"), title="Paper")
POLL = Poll("Tea or coffee?", ("Tea", "Coffee"))
SHARE = Urn("urn:li:share:7")


def told(post: Post, dialect: str = "rest") -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in problems(post, dialect)]


@pytest.mark.parametrize(
    ("poll", "field", "part"),
    [
        (Poll(" ", ("a", "b")), "question", "no question"),
        (Poll("q" * 141, ("a", "b")), "question", "141 characters"),
        (Poll("q", ("a",)), "options", "2 to 4 options; this one has 1"),
        (Poll("q", ("a", "b", "c", "d", "e")), "options", "this one has 5"),
        (Poll("q", ("a", " ")), "options", "Option 2 is empty"),
        (Poll("q", ("a", "b" * 31)), "options", "Option 2 is 31 characters; LinkedIn takes 30"),
    ],
)
def test_a_poll_that_linkedin_refuses_is_named(poll: Poll, field: str, part: str) -> None:
    ((found, message),) = told(Post(ADA, "Vote", poll=poll))

    assert found == field
    assert part in message


@pytest.mark.parametrize(
    "post",
    [
        Post(ADA, "Vote", poll=Poll("q" * 140, ("a" * 30, "b", "c", "d"))),
        Post(ADA, "", document=PAPER),
        Post(ADA, "", reshare=SHARE),
        Post(ADA, "Look", images=(PICTURE,) * 20),
        Post(ADA, "Look", article=Article("https://example.com", "Title", thumbnail=PICTURE.urn)),
        Post(ENGINES, "We are hiring"),
    ],
)
def test_what_linkedin_takes_has_no_problem(post: Post) -> None:
    assert told(post) == []


@pytest.mark.parametrize(
    "post",
    [Post(ADA, "Vote", poll=POLL), Post(ADA, "Read", document=PAPER), Post(ADA, "Look", reshare=SHARE)],
)
def test_v2_says_which_dialect_has_it(post: Post) -> None:
    assert told(post, "v2") == [("media", f"The v2 dialect has no {post.kind}; choose the rest dialect.")]


def test_too_many_images_are_counted_by_dialect() -> None:
    post = Post(ADA, "Look", images=(PICTURE,) * 21)

    assert told(post) == [("media", "A post takes up to 20 images; remove 1.")]
    assert told(post, "v2") == [("media", "A post takes up to 9 images (the rest dialect takes 20); remove 12.")]


def test_a_post_carries_one_thing() -> None:
    assert told(Post(ADA, "Both", images=(PICTURE,), poll=POLL))[0][1].startswith(
        "A post carries one thing; this one has image and poll."
    )


def test_a_document_needs_a_title() -> None:
    assert told(Post(ADA, "", document=Media(PAPER.urn))) == [("title", "A document needs a title; write one.")]


def test_only_a_post_can_be_shared_again() -> None:
    ((field, message),) = told(Post(ADA, "Look", reshare=ENGINES))

    assert field == "parent"
    assert "urn:li:share:" in message


def test_a_company_page_has_no_connections() -> None:
    assert [field for field, _ in told(Post(ENGINES, "Hi", Visibility.CONNECTIONS))] == ["visibility"]


@pytest.mark.parametrize("written", ["Hi @[Ada]", "Hi @[Ada]()", "Hi @[Ada](ada)"])
def test_a_mention_without_urn_is_a_problem(written: str) -> None:
    ((field, message),) = told(Post(ADA, written))

    assert field == "text"
    assert "The mention of Ada names nobody" in message


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("Hi @[Acme [UK]](urn:li:organization:1)", r"Write @[Acme \[UK\]](urn:li:organization:1)"),
        (r"Hi @[Acme \[UK]](urn:li:organization:1)", r"Write @[Acme \[UK\]](urn:li:organization:1)"),
        ("Hi @[Acme] UK](urn:li:organization:1)", r"Write @[Acme\] UK](urn:li:organization:1)"),
        ("Hi @[[](urn:li:organization:1)", r"Write @[\[](urn:li:organization:1)"),
        ("Hi @[Acme\\](urn:li:organization:1)", r"Write @[Acme\\](urn:li:organization:1)"),
        ("Hi @[Ada\nExample](urn:li:person:1)", "Write @[Ada Example](urn:li:person:1)"),
        ("Hi @[](urn:li:person:1)", "A mention has no name"),
        ("Hi @[ \u200b](urn:li:person:1)", "A mention has no name"),
        ("Hi @[Acme [UK]]", "The mention of Acme [UK] names nobody"),
    ],
)
@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_a_mention_whose_name_cannot_be_written_is_a_problem_that_says_how(
    written: str, part: str, dialect: str
) -> None:
    ((field, message),) = told(Post(ADA, written), dialect)

    assert field == "text"
    assert part in message


def test_what_a_message_offers_is_a_mention() -> None:
    written = mention(r"C:\Ada [UK] (Ltd)", ENGINES)

    assert told(Post(ADA, f"Hi {written}")) == []
    assert spans(written) == (Span(r"C:\Ada [UK] (Ltd)", "mention", ENGINES),)


def test_the_length_is_what_a_reader_sees() -> None:
    mention = "@[Ada](urn:li:person:782bbtaQ)"

    assert told(Post(ADA, "x" * 2_997 + mention)) == []
    assert told(Post(ADA, "x" * 2_998 + mention))[0][1].startswith("The post is 3,001 characters")


def test_more_than_3000_as_sent_is_a_warning_and_no_stop() -> None:
    post = Post(ADA, "(" * 3_000)

    assert told(post) == []
    (warning,) = warnings(post, "rest")
    assert "3,000 characters as shown and 6,000 as sent" in warning.message
    assert warnings(post, "v2") == ()
    assert warnings(Post(ADA, "(" * 1_500), "rest") == ()


# A request reads back as the post that was written.

WRITTEN = "Hello @[Ada Example](urn:li:person:782bbtaQ) #AI_2026 (really) https://example.com/a_b 😀"
POSTS = {
    "text": Post(ADA, WRITTEN),
    "article": Post(ADA, WRITTEN, article=Article("https://example.com", "A (title)", "About_it")),
    "image": Post(ADA, WRITTEN, images=(PICTURE,)),
    "images": Post(ADA, WRITTEN, Visibility.CONNECTIONS, images=(ALT_ONLY, Media(Urn("urn:li:image:2")))),
    "video": Post(ADA, "", video=Media(Urn("urn:li:video:1"), title="Film")),
}
REST_POSTS = {
    "document": Post(ADA, WRITTEN, document=PAPER),
    "poll": Post(ADA, WRITTEN, poll=Poll("Tea (or) coffee?", ("Tea", "Coffee", "#1"))),
    "reshare": Post(ADA, WRITTEN, reshare=SHARE),
    "picture": Post(ENGINES, WRITTEN, article=Article("https://example.com", "T", thumbnail=PICTURE.urn)),
}


def speaker(dialect: str) -> Publisher:
    return publisher(dialect, Transport(), api_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("dialect", "name"),
    [*(("v2", name) for name in POSTS), *(("rest", name) for name in POSTS | REST_POSTS)],
)
def test_a_request_reads_back_as_what_a_reader_will_see(dialect: str, name: str) -> None:
    post = (POSTS | REST_POSTS)[name]
    seen = seen_post(dialect, speaker(dialect).planned(post)[-1])

    text = "".join(span.text for span in spans(post.text))
    assert seen.spans == spans(post.text)
    assert seen.post == replace(post, text=text)
    assert seen.post.kind is post.kind


def test_one_image_is_no_multi_image_post() -> None:
    body = speaker("rest").planned(POSTS["image"])[-1].body

    assert body is not None
    assert body["content"] == {"media": {"id": PICTURE.urn, "title": "Bridge", "altText": "A bridge"}}
    assert body["commentary"] == little_text(WRITTEN)


def test_images_of_a_multi_image_post_have_no_title() -> None:
    body = speaker("rest").planned(Post(ADA, "Two", images=(PICTURE, PICTURE)))[-1].body

    assert body is not None
    assert body["content"] == {"multiImage": {"images": [{"id": PICTURE.urn, "altText": "A bridge"}] * 2}}


def test_every_kind_is_known_by_what_is_carried() -> None:
    found = {name: post.kind for name, post in (POSTS | REST_POSTS).items()}

    assert found == {
        "text": Kind.TEXT,
        "article": Kind.ARTICLE,
        "image": Kind.IMAGE,
        "images": Kind.IMAGE,
        "video": Kind.VIDEO,
        "document": Kind.DOCUMENT,
        "poll": Kind.POLL,
        "reshare": Kind.RESHARE,
        "picture": Kind.ARTICLE,
    }
