"""The draft in the composer, the drafts and templates beside it, and the post that each makes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from dashboard.db.tables import drafts
from dashboard.drafts.draft import Attachment, Draft
from dashboard.drafts.repository import Drafts
from dashboard.drafts.templates import filled, placeholders
from dashboard.files.media import MediaFile
from dashboard.services import Services
from linkedin_api import Article, Kind, Media, Poll, PollDuration, Post, Urn, Visibility
from tests.support.services import ada, attached, draft_of, on_both, services

__all__ = ["ada", "services"]
ADA = Urn("urn:li:person:782bbtaQ")
PICTURE = MediaFile("ab" * 32, "bridge.png", "image", "image/png", 1_000, 640, 400)
FILM = MediaFile("cd" * 32, "film.mp4", "video", "video/mp4", 100_000, 320, 180, 4.0)
PAPER = MediaFile("ef" * 32, "paper.pdf", "document", "application/pdf", 5_000, 794, 1123, pages=12)
WORDS = MediaFile("01" * 32, "words.vtt", "captions", "text/vtt", 500, 0, 0)
FULL = Draft(
    kind="article",
    text="1 < 2 😀 שלום\n\ttwo lines",
    url="https://example.com/a",
    title="A title",
    description="About it",
    images=(Attachment(PICTURE, "A bridge", "Bridge", "urn:li:image:1"), Attachment(PICTURE)),
    video=(Attachment(FILM, title="Film"),),
    visibility="CONNECTIONS",
    dialect="rest",
)


def everywhere(_: str) -> bool:
    return True


def test_a_draft_survives_json() -> None:
    assert Draft.from_dict(json.loads(json.dumps(FULL.as_dict()))) == FULL


def test_an_old_draft_without_some_fields_is_read() -> None:
    found = Draft.from_dict({"draft_id": "1", "text": "Hello"})

    assert found == Draft(draft_id="1", text="Hello")


def test_what_another_version_has_written_is_read() -> None:
    content = json.loads(json.dumps(FULL.as_dict()))
    content["poll"] = ["yes", "no"]
    content["images"][0]["crop"] = [0, 0, 1, 1]
    content["images"][0]["file"]["colours"] = 256

    assert Draft.from_dict(content) == FULL


def test_two_drafts_are_two_posts() -> None:
    assert Draft().draft_id != Draft().draft_id


@on_both
def test_the_database_keeps_one_draft_for_each_account(services: Services, ada: object) -> None:
    first, second = Draft(text="half a surrogate \ud83d"), FULL
    assert services.drafts.get(1).dialect == "v2"
    services.drafts.save(1, first)
    assert services.drafts.get(1) == first
    services.drafts.save(1, second)

    assert Drafts(services.database, "rest").get(1) == second
    assert services.drafts.wanted_files() == {PICTURE.sha256, FILM.sha256}


def test_a_fresh_draft_keeps_what_was_chosen() -> None:
    fresh = Drafts.fresh(None, FULL)  # type: ignore[arg-type]

    assert (fresh.visibility, fresh.dialect) == ("CONNECTIONS", "rest")
    assert fresh.is_empty
    assert fresh.draft_id != FULL.draft_id


def test_empty_means_that_nothing_would_be_lost() -> None:
    assert Draft().is_empty
    assert Draft(text=" \n", visibility="CONNECTIONS", kind="image").is_empty
    for field in ("text", "url", "title", "description", "images", "video"):
        assert not Draft(**{field: getattr(FULL, field)}).is_empty
    assert not Draft(first_comment="Below").is_empty


def test_each_kind_has_its_own_files() -> None:
    assert FULL.attachments == ()
    assert FULL.changed(kind="image").attachments == FULL.images
    assert FULL.changed(kind="video").attachments == FULL.video


def test_a_file_for_another_post_is_uploaded_anew() -> None:
    assert FULL.images[0].fresh() == Attachment(PICTURE, "A bridge", "Bridge")


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_a_text_post_is_only_text(dialect: str) -> None:
    post = FULL.changed(kind="text", dialect=dialect).as_post(ADA)

    assert post == Post(ADA, FULL.text, Visibility.CONNECTIONS)


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_an_article_has_a_trimmed_address(dialect: str) -> None:
    post = FULL.changed(url=" https://example.com/a\n", dialect=dialect).as_post(ADA)

    assert (post.kind, post.article) == (Kind.ARTICLE, Article("https://example.com/a", "A title", "About it"))


@pytest.mark.parametrize(
    ("dialect", "second"),
    [("v2", "urn:li:digitalmediaAsset:FROM_REGISTER_2"), ("rest", "urn:li:image:FROM_INITIALIZE_2")],
)
def test_images_have_their_urn_or_a_placeholder(dialect: str, second: str) -> None:
    post = FULL.changed(kind="image", dialect=dialect).as_post(ADA)

    assert post.images == (Media(Urn("urn:li:image:1"), "A bridge", "Bridge"), Media(Urn(second)))
    assert (post.video, post.article) == (None, None)


@pytest.mark.parametrize(
    ("dialect", "urn"),
    [("v2", "urn:li:digitalmediaAsset:FROM_REGISTER_1"), ("rest", "urn:li:video:FROM_INITIALIZE_1")],
)
def test_a_video_has_its_urn_or_a_placeholder(dialect: str, urn: str) -> None:
    post = FULL.changed(kind="video", dialect=dialect).as_post(ADA)

    assert post.video == Media(Urn(urn), title="Film")
    assert post.images == ()


@pytest.mark.parametrize("kind", ["image", "video"])
def test_without_a_file_one_is_asked_for(kind: str) -> None:
    found = Draft(kind=kind, text="x" * 3_001).problems(ADA, everywhere)

    assert [problem.field for problem in found] == ["media", "text"]
    assert found[0].message.startswith("Choose a ")
    assert [problem.field for problem in Draft(kind=kind).problems(ADA, everywhere)] == ["media"]


def test_a_file_that_is_gone_is_named() -> None:
    (found,) = Draft(kind="image", images=(Attachment(PICTURE),)).problems(ADA, lambda _: False)

    assert found.field == "media"
    assert found.message.startswith("bridge.png is no longer on this machine.")


def test_only_the_kind_that_is_sent_is_judged() -> None:
    draft = FULL.changed(kind="text", url="ftp://x", title="t" * 500)

    assert draft.problems(ADA, lambda _: False) == ()
    assert {problem.field for problem in draft.changed(kind="article").problems(ADA, everywhere)} == {"url", "title"}


@pytest.mark.parametrize("dialect", ["v2", "rest"])
@pytest.mark.parametrize("kind", ["image", "video"])
def test_both_dialects_send_pictures_and_films(kind: str, dialect: str) -> None:
    assert FULL.changed(kind=kind, dialect=dialect).problems(ADA, everywhere) == ()


def test_an_empty_text_post_has_one_problem() -> None:
    assert [problem.field for problem in Draft().problems(ADA, everywhere)] == ["text"]


@pytest.mark.parametrize("kind", ["text", "article", "image", "images", "video"])
def test_the_drafts_of_these_tests_may_be_sent(services: Services, kind: str) -> None:
    draft = draft_of(services, kind)

    assert draft.problems(ADA, services.uploads.has) == ()


# Kinds that only the versioned API has.


@pytest.mark.parametrize(
    ("draft", "speaks"),
    [
        (Draft(kind="text"), "v2"),
        (Draft(kind="text", dialect="rest"), "rest"),
        (Draft(kind="poll"), "rest"),
        (Draft(kind="document"), "rest"),
        (Draft(kind="reshare"), "rest"),
        (Draft(kind="text", author="urn:li:organization:1"), "rest"),
        (Draft(kind="article"), "v2"),
        (Draft(kind="article", thumbnail=(Attachment(PICTURE),)), "rest"),
        (Draft(kind="text", thumbnail=(Attachment(PICTURE),)), "v2"),
        (Draft(kind="video", video=(Attachment(FILM),)), "v2"),
        (Draft(kind="video", video=(Attachment(FILM),), captions=(Attachment(WORDS),)), "rest"),
    ],
)
def test_what_only_rest_has_goes_through_rest(draft: Draft, speaks: str) -> None:
    assert draft.speaks == speaks


def test_captions_and_cover_go_with_their_video() -> None:
    draft = Draft(kind="video", video=(Attachment(FILM),), captions=(Attachment(WORDS),), cover=(Attachment(PICTURE),))

    assert [part for part, _ in draft.files] == ["video", "captions", "cover"]
    assert draft.as_post(ADA) == Post(ADA, "", video=Media(Urn("urn:li:video:FROM_INITIALIZE_1")))


def test_a_document_keeps_its_title() -> None:
    draft = Draft(kind="document", text="Read", document=(Attachment(PAPER, title="Paper"),))

    assert draft.as_post(ADA).document == Media(Urn("urn:li:document:FROM_INITIALIZE_1"), title="Paper")
    assert [p.field for p in draft.changed(document=(Attachment(PAPER),)).problems(ADA, everywhere)] == ["title"]


def test_an_article_may_have_a_picture() -> None:
    draft = Draft(kind="article", url="https://example.com", thumbnail=(Attachment(PICTURE),))

    assert draft.as_post(ADA).article == Article("https://example.com", thumbnail=Urn("urn:li:image:FROM_INITIALIZE_1"))


def test_a_poll_is_sent_as_it_was_written() -> None:
    draft = Draft(kind="poll", question="Tea?", options=("Yes", "No", "Later"), duration="ONE_DAY")

    assert draft.as_post(ADA).poll == Poll("Tea?", ("Yes", "No", "Later"), PollDuration.ONE_DAY)


@pytest.mark.parametrize(
    ("entered", "urn"),
    [
        ("urn:li:share:7", "urn:li:share:7"),
        ("https://www.linkedin.com/feed/update/urn:li:ugcPost:8/?utm=x", "urn:li:ugcPost:8"),
        ("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A9", "urn:li:share:9"),
        ("https://www.linkedin.com/posts/ada-activity-10-abc", None),
        ("hello", None),
        ("", None),
    ],
)
def test_the_shared_post_is_found_in_its_link(entered: str, urn: str | None) -> None:
    draft = Draft(kind="reshare", text="Look", parent=entered)

    assert draft.as_post(ADA).reshare == urn
    assert [problem.field for problem in draft.problems(ADA, everywhere)] == ([] if urn else ["parent"])


def test_a_company_page_is_the_author() -> None:
    draft = Draft(text="Hello", author="urn:li:organization:2414183")

    assert draft.as_post(ADA).author == "urn:li:organization:2414183"


def test_a_company_page_speaks_to_everybody_and_the_member_as_they_chose() -> None:
    draft = Draft(text="Hello", author="urn:li:organization:2414183", visibility="CONNECTIONS")

    assert draft.as_post(ADA).visibility is Visibility.PUBLIC
    assert draft.changed(author="").as_post(ADA).visibility is Visibility.CONNECTIONS


# The list of drafts, and templates.


@on_both
def test_a_draft_that_leaves_the_composer_waits_in_the_list(services: Services, ada: object) -> None:
    first, second = Draft(text="First"), Draft(text="Second")
    services.drafts.save(1, first)
    services.drafts.save(1, second, leaves=first)

    assert services.drafts.get(1) == second
    assert [kept.draft for kept in services.drafts.kept(1)] == [first]


def test_a_draft_is_in_one_place_only(services: Services, ada: object) -> None:
    first, second = Draft(text="First"), Draft(text="Second")
    services.drafts.save(1, second, leaves=first)
    services.drafts.save(1, first, leaves=second)

    assert [kept.draft for kept in services.drafts.kept(1)] == [second]


def test_an_empty_draft_is_not_kept(services: Services, ada: object) -> None:
    services.drafts.save(1, Draft(text="First"), leaves=Draft(text=" "))

    assert services.drafts.kept(1) == []


def test_what_another_tab_has_in_the_composer_goes_to_the_list(services: Services, ada: object) -> None:
    old, new = Draft(text="Old"), Draft(text="A long new text")
    services.drafts.save(1, old)
    services.drafts.save(1, new, known=new, leaves=old)
    services.drafts.save(1, old.changed(text="Old!"), known=old)  # a tab that never heard of the new one

    assert services.drafts.get(1).text == "Old!"
    assert [kept.draft.text for kept in services.drafts.kept(1)] == ["A long new text"]


@on_both
def test_what_another_tab_has_written_into_the_same_draft_is_kept_beside_it(services: Services, ada: object) -> None:
    draft = Draft(text="Start")
    services.drafts.save(1, draft)
    services.drafts.save(1, draft.changed(text="Start, and a paragraph"), known=draft)
    services.drafts.save(1, draft.changed(text="Start!"), known=draft)
    services.drafts.save(1, draft.changed(text="Start!!"), known=draft.changed(text="Start!"))

    assert services.drafts.get(1).text == "Start!!"
    assert [kept.draft.text for kept in services.drafts.kept(1)] == ["Start, and a paragraph"]


@on_both
@pytest.mark.parametrize("known_when", [None, {"later": True}, {"later": False}], ids=["unknown", "known", "outdated"])
def test_writing_on_keeps_when_the_draft_leaves(
    services: Services, ada: object, known_when: dict[str, Any] | None
) -> None:
    draft = Draft(text="NUL \\u0000 \x7f 😀")
    services.drafts.save(1, draft)
    services.drafts.keep_when(1, draft.draft_id, {"later": True})
    for before, text in ((draft, "One"), (draft.changed(text="One"), "Two")):
        services.drafts.save(1, draft.changed(text=text), known=before, known_when=known_when)

    assert services.drafts.get(1).text == "Two"
    assert services.drafts.when(1, draft.draft_id) == {"later": True}
    assert services.drafts.kept(1) == []


def test_a_nul_is_taken_out_and_makes_no_copy_of_the_draft(services: Services, ada: object) -> None:
    typed = Draft(kind="poll", text="No\0thing", options=("Y\0es", "No"), images=(attached(services, alt_text="A\0"),))
    services.drafts.save(1, typed)
    services.drafts.save(1, typed.changed(text="No\0thing more"), known=typed)
    kept = services.drafts.get(1)

    assert (kept.text, kept.options, kept.images[0].alt_text) == ("Nothing more", ("Yes", "No"), "A")
    assert services.drafts.kept(1) == []


def test_a_published_draft_leaves_nothing_behind(services: Services, ada: object) -> None:
    draft = Draft(text="Published")
    services.drafts.save(1, draft)
    services.drafts.save(1, Draft(), leaves=draft, keep=False)

    assert services.drafts.get(1).is_empty
    assert services.drafts.kept(1) == []


def test_a_deleted_draft_is_gone(services: Services, ada: object) -> None:
    services.drafts.save(1, Draft(), leaves=Draft(draft_id="a", text="First"))
    services.drafts.delete(2, "a")
    assert len(services.drafts.kept(1)) == 1
    services.drafts.delete(1, "a")

    assert services.drafts.kept(1) == []


@on_both
def test_drafts_that_an_earlier_version_set_aside_are_in_the_list(services: Services, ada: object) -> None:
    old = Draft(text="Old", images=(Attachment(PICTURE),))
    services.drafts.save(1, Draft(text="Now"))
    with services.database.begin() as db:
        content = {**Draft(text="Now").as_dict(), "aside": [old.as_dict()]}
        db.execute(drafts.update().values(content=content))

    assert services.drafts.wanted_files() == {PICTURE.sha256}
    assert [kept.draft for kept in services.drafts.kept(1)] == [old]
    assert [kept.draft for kept in services.drafts.kept(1)] == [old]
    assert services.drafts.wanted_files() == {PICTURE.sha256}


@on_both
def test_a_template_is_a_copy_by_name(services: Services, ada: object) -> None:
    draft = Draft(text="Hello {{name}}", images=(Attachment(PICTURE, urn="urn:li:image:1"),))
    services.drafts.save_template(1, "Greeting", draft)
    services.drafts.save_template(1, "Greeting", draft.changed(text="Good morning {{name}}"))
    (kept,) = services.drafts.templates(1)

    assert (kept.name, kept.draft.text) == ("Greeting", "Good morning {{name}}")
    assert kept.draft.draft_id != draft.draft_id
    assert kept.draft.images == (Attachment(PICTURE),)
    assert services.drafts.kept(1) == []
    assert services.drafts.wanted_files() == {PICTURE.sha256}


def test_a_template_takes_another_name(services: Services, ada: object) -> None:
    services.drafts.save_template(1, "One", Draft(text="1"))
    services.drafts.save_template(1, "Two", Draft(text="2"))
    one = services.drafts.templates(1)[0].draft.draft_id

    services.drafts.rename_template(1, one, "Two")

    assert [(kept.name, kept.draft.text) for kept in services.drafts.templates(1)] == [("Two", "1")]


def test_placeholders_are_found_in_every_field() -> None:
    draft = Draft(
        text="{{ name }} and {{Name}}, {{today}}",
        url="https://example.com/{{slug}}",
        question="{{name}}?",
        first_comment="{{source}}",
        options=("{{yes}}", "{not} {{}} {{ }} {{a{b}}"),
        document=(Attachment(PAPER, title="{{paper}}"),),
    )

    assert placeholders(draft) == ("name", "Name", "slug", "source", "yes", "paper")


def test_a_template_is_filled_in() -> None:
    template = Draft(text="{{name}}: {{what}} on {{today}} {{kept}}", options=("{{name}}", ""), title="{{ what }}")

    draft = filled(template, {"name": "{{what}}", "what": r"\1 & more", "kept": ""}, date(2026, 3, 9))

    assert draft.text == r"{{what}}: \1 & more on 9 March 2026 {{kept}}"
    assert (draft.title, draft.options) == (r"\1 & more", ("{{what}}", ""))
    assert draft.draft_id != template.draft_id


def test_writing_on_keeps_what_an_earlier_version_set_aside(services: Services, ada: object) -> None:
    old, new = Draft(text="Old"), Draft(text="Now")
    services.drafts.save(1, new)
    with services.database.begin() as db:
        db.execute(drafts.update().values(content={**new.as_dict(), "aside": [old.as_dict()]}))

    services.drafts.save(1, new.changed(text="Now!"), known=new)

    assert [kept.draft for kept in services.drafts.kept(1)] == [old]


@on_both
def test_a_draft_and_a_template_may_hold_any_character_and_any_name(services: Services, ada: object) -> None:
    written = Draft(text="N\0UL \\u0000 \x7f 😀", title="T\0itle")
    services.drafts.save(1, written)
    services.drafts.save_template(1, "A very long name " * 20, written)

    assert services.drafts.get(1).text.replace("\0", "") == "NUL \\u0000 \x7f 😀"
    (template,) = services.drafts.templates(1)
    assert str(template.name).startswith("A very long name")
