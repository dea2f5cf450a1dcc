"""Publishing through Zernio against the sandbox's own: every kind, and every way in which an answer is lost."""

from __future__ import annotations

import io
import json
import uuid

import pytest

from linkedin_api import (
    Article,
    Exchange,
    File,
    InvalidPost,
    Language,
    Media,
    OutcomeUnknown,
    Poll,
    Post,
    Unreachable,
    Urn,
    Visibility,
    snippet,
)
from sandbox.directory.members import ADA
from sandbox.directory.organizations import ENGINES
from sandbox.model.posts import NewPost
from tests.support.services import PDF, PNG, SRT
from tests.zernio_api.conftest import Way
from zernio_api import (
    AccountUnusable,
    AlreadyAtZernio,
    HostedFile,
    KeyLimited,
    KeyRefused,
    MentionsRefused,
    PaymentNeeded,
    PostState,
    ZernioLimit,
    ZernioNotFound,
    ZernioPublisher,
    ZernioRefused,
    ZernioSettings,
    connect,
    explained,
    problems,
    seen_post,
)

ME = Urn(ADA.urn)
ONE = Media(Urn("urn:li:image:1"), alt_text="A bridge")


def own_id() -> str:
    return uuid.uuid4().hex


def sent(way: Way, post: Post, hosted: tuple[HostedFile, ...] = (), **more: str) -> str:
    """Draft and publish; Zernio's id."""
    draft = way.publisher.create_draft(post, account_id=way.account_id, outbox_id=own_id(), hosted=hosted, **more)
    assert way.publisher.publish(draft, way.account_id).state is PostState.PUBLISHED
    return draft


def hosted(way: Way, part: str, content: bytes, kind: str) -> HostedFile:
    file = io.BytesIO(content)
    return way.publisher.upload(part, file, size_bytes=len(content), content_type=kind, name="a bridge (1).bin")


def test_a_text_is_two_calls_and_arrives_unharmed(way: Way) -> None:
    post = Post(ME, "1 + 1 = 2 (mostly) #maths @home_ with @[Analytical Engines](urn:li:organization:2414183)")
    planned = way.publisher.planned_calls(post, account_id=way.account_id, outbox_id="x")
    found = way.publisher.outcome(sent(way, post), way.account_id)

    assert [(call.method, call.url.rpartition("/zernio")[2]) for call in planned] == [
        ("POST", "/v1/posts"),
        ("PUT", "/v1/posts/{draftId}"),
    ]
    assert [(seen.method, seen.status) for seen in way.seen] == [("POST", 201), ("PUT", 200), ("GET", 200)]
    (published,) = way.linkedin.state.feed()
    assert published.text == "1 + 1 = 2 (mostly) #maths @home_ with Analytical Engines"
    assert (found.urn, found.state) == (published.urn, PostState.PUBLISHED)
    assert found.url == f"{way.linkedin.url}/feed/update/{published.urn}/"
    # What was planned is what was sent, but for our own id.
    body = json.loads(way.seen[0].request_body)
    assert body | {"metadata": {"outbox": "x"}} == planned[0].body


def test_pictures_a_document_a_poll_a_reshare_and_a_page_arrive(way: Way) -> None:
    picture = hosted(way, "image", PNG, "image/png")
    second = hosted(way, "image", PNG + b"2", "image/png")
    report = hosted(way, "document", PDF, "application/pdf")
    planned = way.publisher.planned_calls(Post(ME, "", images=(ONE,)), [File("image", "image/png", 9)], account_id="a")
    sent(way, Post(ME, "Two", images=(ONE, ONE)), (picture, second))
    sent(way, Post(ME, "Read", document=Media(Urn("urn:li:document:1"), title="Report")), (report,))
    sent(way, Post(ME, "Choose", poll=Poll("Tea?", ("Yes", "No"))), first_comment="More below")
    parent = way.linkedin.state.feed()[0].urn
    sent(way, Post(ME, "", reshare=Urn(f"urn:li:activity:{parent.rpartition(':')[2]}")))
    by_link = way.publisher.planned_calls(Post(ME, "", reshare=Urn("urn:li:activity:1")), account_id="a")
    page = Urn(ENGINES.urn)
    page_id = way.state.connect(ENGINES, ADA)
    as_it = way.publisher.create_draft(
        Post(page, "As a page https://example.com"), account_id=page_id, outbox_id=own_id()
    )
    assert way.publisher.publish(as_it, page_id).state is PostState.PUBLISHED
    sent(way, Post(ME, "Look", article=Article("https://example.com/a")))

    card, as_page, reshare, poll, document, images = way.linkedin.state.feed()
    assert len(planned) == 4  # presign, PUT, draft, publish
    linked = way.publisher.planned_calls(Post(ME, "See https://a.example", poll=Poll("?", ("a", "b"))), account_id="a")
    assert "disableLinkPreview" in str(linked[0].body)
    # Of an activity Zernio takes the link only.
    assert "/feed/update/urn:li:activity:1/" in str(by_link[0].body)
    assert seen_post(by_link, ME, lambda part, number: "").post.reshare == "urn:li:activity:1"
    assert [(media.alt_text, media.sha256 != "") for media in images.media] == [("A bridge", True)] * 2
    assert (document.kind, document.media[0].title) == ("document", "Report")
    assert (poll.poll or {})["duration"] == "THREE_DAYS"
    assert [each.text for each in way.linkedin.state.social.comments(poll.urn)] == ["More below"]
    assert (reshare.kind, reshare.parent, reshare.author) == ("reshare", parent, ADA.urn)
    assert (as_page.author, as_page.kind) == (page, "text")
    assert (card.kind, (card.article or {})["url"]) == ("article", "https://example.com/a")


def test_an_answer_that_is_lost_at_draft_or_publish_gives_one_post(way: Way) -> None:
    faults, own, publisher = way.linkedin.state.faults, own_id(), way.publisher
    post = Post(ME, "Once")
    faults.arm("zernio_draft_lost")
    with pytest.raises(OutcomeUnknown):
        publisher.create_draft(post, account_id=way.account_id, outbox_id=own)
    found = publisher.find_by_outbox_id(own, way.account_id)
    assert found is not None
    assert found.state is PostState.DRAFT
    assert publisher.create_draft(post, account_id=way.account_id, outbox_id=own) == found.post_id  # 200 existingPost

    faults.arm("zernio_publish_lost")
    with pytest.raises(OutcomeUnknown) as lost:
        publisher.publish(found.post_id, way.account_id)
    assert not lost.value.retryable
    assert publisher.outcome(found.post_id, way.account_id).state is PostState.PUBLISHED
    assert way.texts() == ["Once"]
    assert publisher.find_by_outbox_id("another", way.account_id) is None


def test_a_post_that_is_still_on_its_way_is_looked_at_again(way: Way) -> None:
    way.linkedin.state.faults.arm("zernio_busy")
    draft = way.publisher.create_draft(Post(ME, "Busy"), account_id=way.account_id, outbox_id=own_id())
    first = way.publisher.publish(draft, way.account_id)
    assert (first.state, first.is_final) == (PostState.SENDING, False)

    before = way.state.clock
    way.linkedin.state.clock = lambda: before() + 3
    assert way.publisher.outcome(draft, way.account_id).state is PostState.PUBLISHED
    assert way.texts() == ["Busy"]


def test_a_gateway_that_fails_leaves_a_draft(way: Way) -> None:
    draft = way.publisher.create_draft(Post(ME, "Later"), account_id=way.account_id, outbox_id=own_id())
    way.linkedin.state.faults.arm("zernio_bad_gateway")
    with pytest.raises(OutcomeUnknown, match="502"):
        way.publisher.publish(draft)

    assert way.publisher.outcome(draft).state is PostState.DRAFT
    assert way.publisher.publish(draft).state is PostState.PUBLISHED


def test_the_same_content_again_names_the_first_post(way: Way) -> None:
    first = sent(way, Post(ME, "Twice"))
    second = way.publisher.create_draft(Post(ME, "Twice"), account_id=way.account_id, outbox_id=own_id())
    with pytest.raises(AlreadyAtZernio) as twin:
        way.publisher.publish(second, way.account_id)

    assert twin.value.post_id == first
    assert way.publisher.outcome(second).state is PostState.DRAFT
    assert way.texts() == ["Twice"]


def test_a_refusal_of_linkedin_is_an_outcome_and_no_exception(way: Way) -> None:
    # LinkedIn has the same post from another program: Zernio answers 207 with a failed target.
    way.linkedin.state.posts.create(NewPost(ADA, "There already", "text", "PUBLIC", "rest"))
    draft = way.publisher.create_draft(Post(ME, "There already"), account_id=way.account_id, outbox_id=own_id())
    found = way.publisher.publish(draft, way.account_id)

    assert way.seen[-1].status == 207
    assert (found.state, found.category) == (PostState.FAILED, "platform_rejected")
    assert "uplicate" in found.error
    assert found.advice
    nothing = Post(ME, "", reshare=Urn("urn:li:share:1"))
    unknown = way.publisher.create_draft(nothing, account_id=way.account_id, outbox_id=own_id())
    assert way.publisher.publish(unknown, way.account_id).category == "user_content"
    way.publisher.delete_record(draft)
    way.publisher.delete_record(draft)  # gone is fine
    with pytest.raises(ZernioNotFound):
        way.publisher.outcome(draft)


def test_a_published_post_is_edited_unpublished_and_its_record_deleted(way: Way) -> None:
    post_id = sent(way, Post(ME, "Old"))
    with pytest.raises(ZernioRefused, match="Published posts cannot be deleted"):
        way.publisher.delete_record(post_id)
    way.publisher.edit(post_id, way.account_id, Post(ME, "New"))
    assert way.texts() == ["New"]
    way.publisher.unpublish(post_id, way.account_id)

    assert way.texts() == []
    assert way.publisher.outcome(post_id).state is PostState.CANCELLED
    way.publisher.delete_record(post_id)
    with pytest.raises(ZernioNotFound):
        way.publisher.outcome(post_id)


def test_every_refusal_has_its_class_a_sentence_and_a_next_step(way: Way) -> None:
    faults, publisher, account = way.linkedin.state.faults, way.publisher, way.account_id

    def refused(kind: type[Exception], text: str = "Refused") -> Exception:
        with pytest.raises(kind) as found:
            sent(way, Post(ME, text))
        assert str(found.value).endswith(".")
        assert getattr(found.value, "advice", "").endswith(".")
        assert way.key not in f"{found.value!r} {found.value} {getattr(found.value, 'advice', '')}"
        return found.value

    faults.arm("zernio_payment")
    assert "zernio.com" in getattr(refused(PaymentNeeded), "url", "")
    faults.arm("zernio_rate_limited")
    assert getattr(refused(ZernioLimit), "retry_after_s", 0) == 60
    there = sent(way, Post(ME, "There"))
    with pytest.raises(MentionsRefused) as mention:
        publisher.edit(there, account, Post(ME, "Hello @[https://www.linkedin.com/company/nobody-here]"))
    assert "no such member" in mention.value.issues[0]
    publisher.unpublish(there, account)
    faults.arm("zernio_reconnect")
    refused(AccountUnusable)
    assert way.accounts.list()[0].has_lost_linkedin
    refused(AccountUnusable, "Again")  # until it is reconnected
    way.state.connect(ADA, ADA)
    way.state.set(posts_per_hour=0)
    assert getattr(refused(ZernioLimit, "Third"), "retry_after_s", 0) == 600
    way.state.set(posts_per_hour=25)
    with pytest.raises(ZernioRefused):
        publisher.outcome("not-an-id")
    with pytest.raises(KeyLimited):
        publisher.create_draft(Post(ME, "x"), account_id="0" * 24, outbox_id=own_id())
    assert explained(way.seen[-1]) is not None
    assert way.seen[-1].refused is None  # LinkedIn's table says nothing about it
    way.state.revoke(way.key)
    refused(KeyRefused, "Fourth")
    assert way.texts() == []


def test_a_refused_look_after_a_publishing_call_is_an_unknown_outcome(way: Way) -> None:
    def limit(seen: Exchange) -> None:
        if seen.method == "PUT":
            way.linkedin.state.faults.arm("zernio_rate_limited")

    way.linkedin.state.faults.arm("zernio_busy")
    with connect(ZernioSettings(way.key, way.url), on_exchange=limit) as transport:
        publisher = ZernioPublisher(transport, way.url)
        draft = publisher.create_draft(Post(ME, "Busy"), account_id=way.account_id, outbox_id=own_id())
        with pytest.raises(OutcomeUnknown, match="what became"):
            publisher.publish(draft, way.account_id)


def test_a_limited_key_says_what_it_lacks(way: Way) -> None:
    for key, said in (
        (way.state.new_key(permission="read"), "read-only"),
        (way.state.new_key(groups=["accounts"]), "group posts"),
    ):
        with connect(ZernioSettings(key, way.url)) as transport, pytest.raises(KeyLimited, match=said):
            ZernioPublisher(transport, way.url).create_draft(Post(ME, "x"), account_id=way.account_id, outbox_id="i")


def test_nobody_answers_is_told_apart_from_a_lost_answer() -> None:
    with connect(ZernioSettings("sk_nobody", "http://127.0.0.1:9/v1")) as transport:
        publisher = ZernioPublisher(transport, "http://127.0.0.1:9/v1")
        with pytest.raises(Unreachable, match="Zernio did not accept"):
            publisher.create_draft(Post(ME, "x"), account_id="a", outbox_id="i")


def test_what_zernio_cannot_is_a_problem_before_anything_is_sent(way: Way) -> None:
    card = Article("https://example.com/a", "My title", "My words", Urn("urn:li:image:1"))
    word = File("document", "application/msword", 10)

    def fields(post: Post, *files: File) -> list[str]:
        return [found.field for found in problems(post, files)]

    assert fields(Post(ME, "Fine, with a link https://example.com")) == []
    assert fields(Post(ME, "x", Visibility.CONNECTIONS)) == ["visibility"]
    assert fields(Post(ME, "x", article=card)) == ["title", "description", "media"]
    assert fields(Post(ME, "See https://example.org", article=Article(card.url))) == ["url"]
    assert fields(Post(ME, "x", document=Media(Urn("urn:li:document:1"), title="T")), word) == ["media"]
    assert fields(Post(ME, "x", images=(ONE,) * 21)) == ["media"]
    assert fields(Post(ME, "x"), File("image", "image/png", 9 * 1024 * 1024)) == ["media"]
    assert fields(Post(ME, "y" * 2990 + "\U0001f600" * 5)) == []
    assert fields(Post(ME, "y" * 2990 + "\U0001f600" * 6)) == ["text"]
    with pytest.raises(InvalidPost):
        way.publisher.create_draft(Post(ME, "x", Visibility.CONNECTIONS), account_id=way.account_id, outbox_id="i")
    assert way.seen == []


def test_no_secret_is_in_any_exchange_and_the_code_repeats_the_request(way: Way) -> None:
    picture = hosted(way, "image", PNG, "image/png")
    captions = hosted(way, "captions", SRT, "application/x-subrip")
    sent(way, Post(ME, "With a picture", images=(ONE,)), (picture,))
    link = way.accounts.connect_link(way.accounts.default_profile(), "http://localhost:8501/me?ticket=a-secret-token-1")
    whole = json.dumps([seen.as_dict() for seen in way.seen])
    put = next(seen for seen in way.seen if seen.method == "PUT")

    assert captions.url.endswith(".srt")
    for secret in (way.key, "X-Signature", "a-secret-token-1", link.url.partition("state=")[2], "Bearer sk_"):
        assert secret not in whole
    assert "Authorization" not in put.request_headers
    assert put.url == f"{way.linkedin.url}/[hidden]"
    assert {seen.service for seen in way.seen} == {"Zernio"}
    for language in Language:
        assert "ZERNIO_API_KEY" in snippet(way.seen[-1], language)
        assert "UPLOAD_URL" in snippet(put, language)
        planned = way.publisher.planned_calls(Post(ME, "x"), account_id="a")[-1]
        assert "publishNow" in snippet(planned, language)
    assert way.key not in repr(ZernioSettings(way.key))
