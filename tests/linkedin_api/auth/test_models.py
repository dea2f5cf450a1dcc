"""URNs, posts and their problems, and the member's profile."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from linkedin_api import (
    REST_ONLY,
    Article,
    Kind,
    Media,
    Poll,
    Post,
    Profile,
    Token,
    Urn,
    Visibility,
    post_url,
    problems,
)

ADA = Urn("urn:li:person:782bbtaQ")
PICTURE = Media(Urn("urn:li:digitalmediaAsset:D5622AQ"))
SAMPLES = Path(__file__).parents[2] / "support" / "samples"


POLL = Poll("Well?", ("Yes", "No"))
REST_POSTS = {
    "document": Post(ADA, "", document=Media(Urn("urn:li:document:D1"), title="Report")),
    "poll": Post(ADA, "", poll=POLL),
    "reshare": Post(ADA, "", reshare=Urn("urn:li:share:7")),
    "thumbnail": Post(ADA, "", article=Article("https://example.com", "T", thumbnail=Urn("urn:li:image:C1"))),
}


def fields(post: Post, dialect: str = "v2") -> list[str]:
    return [problem.field for problem in problems(post, dialect)]


@pytest.mark.parametrize(
    "text",
    ["", "782bbtaQ", "urn:li:person:", "urn:li:person", "urn:lx:person:1", "urn:li:person:a b", "urn:li:person:a\n"],
)
def test_a_text_that_is_no_urn_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a LinkedIn URN"):
        Urn(text)


def test_a_urn_longer_than_255_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a LinkedIn URN"):
        Urn("urn:li:person:" + "x" * 250)


def test_a_urn_knows_its_parts() -> None:
    urn = Urn("urn:li:comment:(urn:li:activity:7,8)")

    assert (urn.kind, urn.id) == ("comment", "(urn:li:activity:7,8)")
    assert urn.encoded == "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A7%2C8%29"


def test_a_urn_is_a_string_in_json() -> None:
    assert json.dumps({"author": Urn.person("a-_B")}) == '{"author": "urn:li:person:a-_B"}'


def test_a_post_has_an_address_for_the_browser() -> None:
    urn = Urn("urn:li:share:7")

    assert post_url(urn) == "https://www.linkedin.com/feed/update/urn:li:share:7/"
    assert post_url(urn, "http://127.0.0.1:1/sandbox/") == "http://127.0.0.1:1/sandbox/feed/update/urn:li:share:7/"


def test_the_kind_follows_what_is_attached() -> None:
    text = Post(ADA, "hello")

    assert text.kind is Kind.TEXT
    assert replace(text, article=Article("https://example.com")).kind is Kind.ARTICLE
    assert replace(text, images=(PICTURE,)).kind is Kind.IMAGE
    assert replace(text, video=PICTURE).kind is Kind.VIDEO
    assert [post.kind for post in REST_POSTS.values()] == [Kind.DOCUMENT, Kind.POLL, Kind.RESHARE, Kind.ARTICLE]


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\u200b\u2060\ufeff", "\u3164\u2800\xad", "@[\u200b](urn:li:person:782bbtaQ)"]
)
def test_an_empty_text_post_is_a_problem(text: str) -> None:
    assert fields(Post(ADA, text))[0] == "text"
    assert problems(Post(ADA, text))[0].message.startswith("The post is empty")


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_media_may_stand_without_text(dialect: str) -> None:
    assert problems(Post(ADA, "", images=(PICTURE,)), dialect) == ()


def test_3000_units_are_allowed_and_3001_say_by_how_much() -> None:
    (problem,) = problems(Post(ADA, "x" * 3001))

    assert problems(Post(ADA, "😀" * 1500)) == ()
    assert problem.message == "The post is 3,001 characters; LinkedIn takes 3,000. Shorten it by 1."


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "example.com",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://exa mple.com",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://[::1",
        "https://example.com:notaport/",
    ],
)
def test_an_article_needs_a_web_address(url: str) -> None:
    assert fields(Post(ADA, "read", article=Article(url))) == ["url"]


@pytest.mark.parametrize("url", ["https://example.com", "http://example.com:8080/a?b=c#d", "https://exämple.com/ü"])
def test_a_web_address_is_fine(url: str) -> None:
    assert problems(Post(ADA, "read", article=Article(url))) == ()


@pytest.mark.parametrize("title", ["", " \n", "\u200b\u3164"])
def test_an_article_needs_a_title_in_rest_only(title: str) -> None:
    post = Post(ADA, "read", article=Article("https://example.com", title, thumbnail=None))

    assert fields(post, "rest") == ["title"]
    assert fields(post, "v2") == []
    assert fields(replace(post, article=Article("https://example.com", "x")), "rest") == []


def test_every_problem_is_told_at_once() -> None:
    picture = replace(PICTURE, alt_text="x" * 4087, title="x" * 401)
    bad = Post(ADA, "x" * 3001, Visibility.PUBLIC, Article("no", title="x" * 401), images=(picture,))

    assert fields(bad) == ["text", "url", "title", "media", "alt_text", "title"]
    assert all(problem.message.endswith(".") for problem in problems(bad))


def test_an_unknown_visibility_is_a_problem() -> None:
    assert fields(replace(Post(ADA, "hello"), visibility="LOGGED_IN")) == ["visibility"]  # type: ignore[arg-type]


def test_a_tenth_image_is_too_many() -> None:
    assert problems(Post(ADA, "", images=(PICTURE,) * 9)) == ()
    assert fields(Post(ADA, "", images=(PICTURE,) * 10)) == ["media"]


def test_the_other_dialect_takes_twenty_images() -> None:
    assert problems(Post(ADA, "", images=(PICTURE,) * 20), "rest") == ()
    assert fields(Post(ADA, "", images=(PICTURE,) * 21), "rest") == ["media"]


@pytest.mark.parametrize("post", [*REST_POSTS.values()], ids=[*REST_POSTS])
def test_what_only_rest_can_send_is_fine_there_and_names_it_in_v2(post: Post) -> None:
    (problem,) = problems(post, "v2")

    assert problems(post, "rest") == ()
    assert post.kind in (*REST_ONLY, Kind.ARTICLE)
    assert "rest dialect" in problem.message


def test_a_post_carries_one_thing() -> None:
    both = Post(ADA, "hello", article=Article("https://example.com", "T"), poll=POLL)

    assert both.carried == (Kind.ARTICLE, Kind.POLL)
    assert "article and poll" in problems(both, "rest")[0].message


@pytest.mark.parametrize(
    ("poll", "field"),
    [
        (Poll(" ", ("Yes", "No")), "question"),
        (Poll("x" * 141, ("Yes", "No")), "question"),
        (Poll("Well?", ("Yes",)), "options"),
        (Poll("Well?", ("Yes", "No", "a", "b", "c")), "options"),
        (Poll("Well?", ("Yes", " ")), "options"),
        (Poll("Well?", ("Yes", "x" * 31)), "options"),
    ],
)
def test_a_poll_has_a_question_and_two_to_four_short_options(poll: Poll, field: str) -> None:
    assert fields(Post(ADA, "", poll=poll), "rest") == [field]


def test_a_document_needs_a_title() -> None:
    assert fields(Post(ADA, "", document=Media(Urn("urn:li:document:D1"))), "rest") == ["title"]


def test_only_a_post_can_be_shared_again() -> None:
    assert fields(Post(ADA, "", reshare=ADA), "rest") == ["parent"]


def test_a_mention_without_its_urn_is_a_problem() -> None:
    assert fields(Post(ADA, "Thanks, @[Ada]")) == ["text"]
    assert fields(Post(ADA, "Thanks, @[Ada](urn:li:person:a)")) == []


def test_a_company_page_has_no_connections() -> None:
    assert fields(Post(Urn("urn:li:organization:1"), "hello", Visibility.CONNECTIONS)) == ["visibility"]


def test_half_of_an_emoji_is_a_problem() -> None:
    assert fields(Post(ADA, "cut \ud83d")) == ["text"]


def test_a_profile_comes_from_the_documented_answer() -> None:
    ada = Profile.from_claims(json.loads((SAMPLES / "200_userinfo.json").read_text()))

    assert (ada.urn, ada.name, ada.locale, ada.email_verified) == (ADA, "Ada Example", "en-US", True)


@pytest.mark.parametrize(
    ("locale", "normal"),
    [
        ("en-US", "en-US"),
        ("en_US", "en-US"),
        ({"country": "US", "language": "en"}, "en-US"),
        ({"language": "de"}, "de"),
    ],
)
def test_a_locale_may_be_a_string_or_an_object(locale: object, normal: str) -> None:
    assert Profile.from_claims({"sub": "x", "locale": locale}).locale == normal


@pytest.mark.parametrize(("claim", "truth"), [(True, True), ("true", True), ("false", False), (None, None), (7, None)])
def test_email_verified_may_be_a_string(claim: object, truth: bool | None) -> None:
    assert Profile.from_claims({"sub": "x", "email_verified": claim}).email_verified is truth


def test_missing_claims_are_normal() -> None:
    member = Profile.from_claims({"sub": "x", "given_name": "Ada"})

    assert (member.name, member.picture, member.email, member.locale) == ("Ada", None, None, None)


def test_claims_without_a_member_are_refused() -> None:
    with pytest.raises(ValueError, match="sub is missing"):
        Profile.from_claims({"name": "Ada"})


def test_a_token_does_not_show_its_secrets() -> None:
    shown = repr(Token("AQX-access", 1, ("openid",), id_token="eyJ-id", refresh_token="AQX-refresh"))

    assert "AQX" not in shown
    assert "eyJ" not in shown
