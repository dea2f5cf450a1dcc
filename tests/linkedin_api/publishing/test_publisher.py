"""The promises of both dialects, each kept twice; then what is special to one."""

from __future__ import annotations

import dataclasses
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linkedin_api import (
    Article,
    DuplicatePost,
    Exchange,
    File,
    Forbidden,
    InvalidPost,
    InvalidRequest,
    Media,
    NotFound,
    OAuth,
    OutcomeUnknown,
    PlannedCall,
    Post,
    Publisher,
    RateLimited,
    ServerError,
    Transport,
    Unauthorized,
    Urn,
    VersionRetired,
    Visibility,
    publisher,
)
from tests.conftest import RunningSandbox
from tests.linkedin_api.auth.test_oauth import BACK, SCOPES, allow, http_answer, sample
from tests.linkedin_api.http.test_transport import answering, raw_server

ADA = Urn("urn:li:person:782bbtaQ")
PICTURE = Media(Urn("urn:li:digitalmediaAsset:D5622AQ"), alt_text="A bridge", title="Bridge")
PNG = b"\x89PNG\r\n\x1a\n" + os.urandom(20_000)
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + os.urandom(100_000)
EVERYTHING = "1 + 1 = 2 (mostly) #maths @home_ *bold* ~x~ [a] {b} <c> | \\ é 😀 שלום\nsecond line"


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def transport(linkedin: RunningSandbox, exchanges: list[Exchange]) -> Iterator[Transport]:
    where = {"auth_url": linkedin.url, "api_url": linkedin.url}
    linkedin.state.assets.processing_s = 0
    with OAuth(**where, client_id="861hhm46p48to2", client_secret="demo-secret") as oauth:
        code = allow(oauth.authorize_url(redirect_uri=BACK, scopes=SCOPES, state="s"))
        token = oauth.exchange_code(code, redirect_uri=BACK)
    hosts = [linkedin.url.partition("//")[2]]
    with Transport(access_token=token.access_token, on_exchange=exchanges.append, upload_hosts=hosts) as ready:
        yield ready


@pytest.fixture(params=["v2", "rest"])
def ours(request: pytest.FixtureRequest, transport: Transport, linkedin: RunningSandbox) -> Publisher:
    return publisher(request.param, transport, api_url=linkedin.url)


@pytest.fixture
def v2(transport: Transport, linkedin: RunningSandbox) -> Publisher:
    return publisher("v2", transport, api_url=linkedin.url)


def image(ours: Publisher, content: bytes = PNG) -> Urn:
    return ours.upload_image(ADA, io.BytesIO(content), size_bytes=len(content), content_type="image/png")


# Both dialects ---------------------------------------------------------------------------------------------------


def test_text_arrives_unharmed(ours: Publisher, linkedin: RunningSandbox) -> None:
    urn = ours.create_post(Post(ADA, EVERYTHING))

    assert linkedin.state.posts[urn].text == EVERYTHING
    assert linkedin.state.posts[urn].dialect == ours.dialect


@pytest.mark.parametrize("visibility", list(Visibility))
def test_visibility_arrives(ours: Publisher, linkedin: RunningSandbox, visibility: Visibility) -> None:
    urn = ours.create_post(Post(ADA, "For whom?", visibility))

    assert linkedin.state.posts[urn].visibility == visibility


def test_three_thousand_units_arrive_whole(ours: Publisher, linkedin: RunningSandbox) -> None:
    text = "😀" * 1499 + "()"
    urn = ours.create_post(Post(ADA, text))

    assert linkedin.state.posts[urn].text == text


def test_an_article_arrives_with_its_card(ours: Publisher, linkedin: RunningSandbox) -> None:
    urn = ours.create_post(Post(ADA, "Read (this)", article=Article("https://example.com/a?b=c", "Title_", "Words*")))

    stored = linkedin.state.posts[urn]
    assert stored.kind == "article"
    assert stored.article is not None
    shown = json.dumps(stored.article)
    assert all(part in shown for part in ("https://example.com/a?b=c", "Title_", "Words*"))


def test_an_image_arrives_byte_for_byte_with_its_alt_text(ours: Publisher, linkedin: RunningSandbox) -> None:
    uploaded = image(ours)
    urn = ours.create_post(Post(ADA, "Look", images=(Media(uploaded, "A bridge (old)", "Bridge"),)))

    (stored,) = linkedin.state.posts[urn].media
    assert (stored.size_bytes, stored.content_type) == (len(PNG), "image/png")
    assert stored.alt_text == "A bridge (old)"


def test_a_text_post_takes_one_call(ours: Publisher, exchanges: list[Exchange]) -> None:
    ours.create_post(Post(ADA, "One call"))

    assert len(exchanges) == 1


def test_an_image_post_takes_three_calls(ours: Publisher, exchanges: list[Exchange]) -> None:
    uploaded = image(ours)

    assert [kept.method for kept in exchanges] == ["POST", "PUT"]
    assert uploaded.kind in ("digitalmediaAsset", "image")


def test_no_upload_address_is_kept(transport: Transport, linkedin: RunningSandbox, exchanges: list[Exchange]) -> None:
    for dialect in ("v2", "rest"):
        ours = publisher(dialect, transport, api_url=linkedin.url)
        image(ours)
        ours.upload_video(ADA, io.BytesIO(MP4), size_bytes=len(MP4), content_type="video/mp4")

    kept = json.dumps([exchange.as_dict() for exchange in exchanges])
    assert {exchange.url for exchange in exchanges if exchange.method == "PUT"} == {f"{linkedin.url}/[hidden]"}
    assert all(exchange.status in (200, 201) for exchange in exchanges)
    assert "ut=" not in kept
    assert "dms-uploads" not in kept


def test_what_was_planned_is_what_is_sent(ours: Publisher, exchanges: list[Exchange]) -> None:
    uploaded = image(ours)
    post = Post(ADA, EVERYTHING, images=(Media(uploaded, "Alt"),))
    planned = ours.planned(post, [File("image", "image/png", len(PNG))])
    ours.create_post(post)

    sent = [kept for kept in exchanges if kept.method != "GET"]
    assert len(sent) == len(planned) == 3
    for call, kept in zip(planned, sent, strict=True):
        assert_same(call, kept)


def assert_same(call: PlannedCall, kept: Exchange) -> None:
    assert call.method == kept.method
    assert call.url in (kept.url, "{uploadUrl}")
    assert call.headers.items() <= kept.request_headers.items()
    assert call.body is None or json.dumps(call.body, ensure_ascii=False) == kept.request_body


def test_planning_sends_nothing_and_minds_no_problems(ours: Publisher, exchanges: list[Exchange]) -> None:
    (call,) = ours.planned(Post(ADA, "", article=Article("no address")))

    assert exchanges == []
    assert call.headers["Authorization"] == "Bearer [hidden]"
    assert json.loads(json.dumps(dataclasses.asdict(call)))["method"] == "POST"


def test_a_post_with_problems_is_refused_before_anything_is_sent(ours: Publisher, exchanges: list[Exchange]) -> None:
    with pytest.raises(InvalidPost) as caught:
        ours.create_post(Post(ADA, "x" * 3001, article=Article("no", "T")))

    assert [problem.field for problem in caught.value.problems] == ["text", "url"]
    assert exchanges == []


def test_a_duplicate_names_the_living_post(ours: Publisher) -> None:
    urn = ours.create_post(Post(ADA, "Twice"))

    with pytest.raises(DuplicatePost) as caught:
        ours.create_post(Post(ADA, "Twice"))
    assert caught.value.urn == urn


def test_a_deleted_post_is_gone_and_may_be_deleted_again(ours: Publisher, linkedin: RunningSandbox) -> None:
    urn = ours.create_post(Post(ADA, "Short-lived"))
    ours.delete_post(urn)
    ours.delete_post(urn)

    assert urn not in [post.urn for post in linkedin.state.feed()]


def test_somebody_elses_name_is_forbidden(ours: Publisher) -> None:
    with pytest.raises(Forbidden, match="author"):
        ours.create_post(Post(Urn.person("somebodyElse"), "Not me"))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("expired_token", Unauthorized),
        ("revoked_token", Unauthorized),
        ("invalid_token", Unauthorized),
        ("forbidden", Forbidden),
        ("duplicate", DuplicatePost),
        ("version_retired", VersionRetired),
        ("rate_limited", RateLimited),
        ("server_error", ServerError),
        ("unavailable", ServerError),
        ("dropped_answer", OutcomeUnknown),
    ],
)
def test_each_fault_is_its_error(ours: Publisher, linkedin: RunningSandbox, fault: str, kind: type[Exception]) -> None:
    linkedin.state.faults.arm(fault, times=1)

    with pytest.raises(kind):
        ours.create_post(Post(ADA, f"With {fault}"))


def test_a_lost_answer_is_never_sent_twice(ours: Publisher, linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("dropped_answer", times=1)
    with pytest.raises(OutcomeUnknown):
        ours.create_post(Post(ADA, "Lost"))

    assert [post.text for post in linkedin.state.feed()] == ["Lost"]
    assert len([call for call in linkedin.state.calls if "osts" in str(call)]) == 1


def test_an_upload_tells_its_progress(ours: Publisher) -> None:
    told: list[int] = []
    content = PNG + bytes(2_000_000)
    ours.upload_image(
        ADA, io.BytesIO(content), size_bytes=len(content), content_type="image/png", on_progress=told.append
    )

    assert told[-1] == len(content)


# v2 --------------------------------------------------------------------------------------------------------------


def test_several_images_make_one_post(v2: Publisher, linkedin: RunningSandbox) -> None:
    media = tuple(Media(image(v2, PNG + bytes([number])), f"Picture {number}") for number in range(3))
    urn = v2.create_post(Post(ADA, "", images=media))

    assert [one.alt_text for one in linkedin.state.posts[urn].media] == ["Picture 0", "Picture 1", "Picture 2"]


def test_a_video_arrives(v2: Publisher, linkedin: RunningSandbox) -> None:
    asset = v2.upload_video(ADA, io.BytesIO(MP4), size_bytes=len(MP4), content_type="video/mp4")
    urn = v2.create_post(Post(ADA, "Watch", video=Media(asset, title="Film")))

    (stored,) = linkedin.state.posts[urn].media
    assert (linkedin.state.posts[urn].kind, stored.size_bytes) == ("video", len(MP4))


def test_a_member_post_has_no_distribution(v2: Publisher) -> None:
    (call,) = v2.planned(Post(ADA, "Plain (text)"))

    assert call.body == {
        "author": "urn:li:person:782bbtaQ",
        "lifecycleState": "PUBLISHED",
        "specificContent": {
            "com.linkedin.ugc.ShareContent": {
                "shareCommentary": {"text": "Plain (text)"},
                "shareMediaCategory": "NONE",
            }
        },
        "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
    }


def test_an_image_has_its_alt_text_as_description(v2: Publisher) -> None:
    (call,) = v2.planned(Post(ADA, "", images=(PICTURE,)))

    content = (call.body or {})["specificContent"]["com.linkedin.ugc.ShareContent"]
    assert content["shareMediaCategory"] == "IMAGE"
    assert content["media"] == [
        {
            "status": "READY",
            "media": "urn:li:digitalmediaAsset:D5622AQ",
            "title": {"text": "Bridge"},
            "description": {"text": "A bridge"},
        }
    ]


def test_a_registration_leaves_the_mechanism_to_linkedin(v2: Publisher) -> None:
    register, upload, create = v2.planned(Post(ADA, "", video=PICTURE), [File("video", "video/mp4", 36_152)])

    asked = (register.body or {})["registerUploadRequest"]
    assert set(asked) == {"owner", "recipes", "serviceRelationships"}
    assert asked["recipes"] == ["urn:li:digitalmediaRecipe:feedshare-video"]
    assert "<36,152 bytes, video/mp4>" in upload.note
    assert create.url.endswith("/v2/ugcPosts")


def test_the_headers_of_a_registration_are_sent_back() -> None:
    seen: list[bytes] = []
    with raw_server(answering(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", seen)) as upload_host:
        body = (Path(__file__).parents[2] / "support" / "samples" / "200_register_upload.json").read_text()
        answer = json.loads(body.replace("https://www.linkedin.com", upload_host))
        mechanism = answer["value"]["uploadMechanism"]["com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"]
        mechanism["headers"] |= {"Authorization": "Basic x", "Host": "evil.example"}
        with (
            raw_server(answering(http_answer(200, json.dumps(answer)))) as url,
            Transport(access_token="AQX-secret", upload_hosts=[upload_host.partition("//")[2]]) as transport,
        ):
            asset = image(publisher("v2", transport, api_url=url))

    assert asset == "urn:li:digitalmediaAsset:D5622AQ"
    assert b"media-type-family: STILLIMAGE" in seen[0]
    assert b"Authorization: Bearer AQX-secret" in seen[0]
    assert b"evil.example" not in seen[0]


@pytest.mark.parametrize(
    ("recipes", "status", "ours"),
    [
        (["AVAILABLE"], "ALLOWED", "AVAILABLE"),
        (["PROCESSING"], "ALLOWED", "PROCESSING"),
        (["AVAILABLE", "PROCESSING"], "ALLOWED", "PROCESSING"),
        (["MUTATING"], "ALLOWED", "PROCESSING"),
        (["WAITING_UPLOAD"], "ALLOWED", "WAITING_UPLOAD"),
        (["NEW"], "ALLOWED", "WAITING_UPLOAD"),
        (["INCOMPLETE"], "ALLOWED", "FAILED"),
        (["AVAILABLE", "CLIENT_ERROR"], "ALLOWED", "FAILED"),
        (["AVAILABLE"], "BLOCKED", "FAILED"),
        ([], "ALLOWED", "PROCESSING"),
    ],
)
def test_an_asset_is_done_when_all_its_recipes_are(recipes: list[str], status: str, ours: str) -> None:
    body = json.dumps({"recipes": [{"status": recipe} for recipe in recipes], "status": status})
    seen: list[bytes] = []
    with raw_server(answering(http_answer(200, body), seen)) as url, Transport() as transport:
        found = publisher("v2", transport, api_url=url).media_status(PICTURE.urn)

    assert found == ours
    assert seen[0].startswith(b"GET /v2/assets/D5622AQ ")


# rest ------------------------------------------------------------------------------------------------------------


def test_the_version_goes_along_with_every_call(transport: Transport) -> None:
    rest = publisher("rest", transport, api_url="https://api.linkedin.com", version="202601")
    initialize, upload, create = rest.planned(Post(ADA, "", images=(PICTURE,)), [File("image", "image/png", 9)])

    assert initialize.headers["LinkedIn-Version"] == create.headers["LinkedIn-Version"] == "202601"
    assert "LinkedIn-Version" not in upload.headers
    assert (create.body or {})["content"] == {
        "media": {"id": "urn:li:digitalmediaAsset:D5622AQ", "title": "Bridge", "altText": "A bridge"}
    }


def test_an_old_version_is_retired(transport: Transport, linkedin: RunningSandbox) -> None:
    rest = publisher("rest", transport, api_url=linkedin.url, version="202411")

    with pytest.raises(VersionRetired, match="switched off"):
        rest.create_post(Post(ADA, "Too late"))


# Answers made here -----------------------------------------------------------------------------------------------


def created(headers: str = "", body: str = "") -> bytes:
    return f"HTTP/1.1 201 Created\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


@pytest.mark.parametrize("dialect", ["v2", "rest"])
@pytest.mark.parametrize(
    "answer",
    [
        created("X-RestLi-Id: urn:li:share:7\r\n"),
        created("x-restli-id: urn:li:share:7\r\n", '{"id":"urn:li:share:8"}'),
        created("x-linkedin-id: urn:li:share:7\r\n"),
        created("", '{"id":"urn:li:share:7"}'),
        created("x-restli-id: urn%3Ali%3Ashare%3A7\r\n"),
        created("x-restli-id: 7\r\n", '{"id":"urn:li:share:7"}'),
        created("x-restli-id: urn:li:share:7\r\nx-restli-id: urn:li:share:7\r\n", '{"id":"urn:li:share:7"}'),
        created("x-restli-id: urn:li:share:7,urn:li:share:7\r\n"),
        created("x-restli-id: 7\r\nx-linkedin-id: urn:li:share:7\r\n", "<html>"),
        created("x-restli-id: 7\r\n", '{"id":"urn%3Ali%3Ashare%3A7"}'),
    ],
)
def test_the_urn_is_in_the_header_or_else_in_the_body(dialect: str, answer: bytes) -> None:
    with raw_server(answering(answer)) as url, Transport() as transport:
        assert publisher(dialect, transport, api_url=url).create_post(Post(ADA, "x")) == "urn:li:share:7"


@pytest.mark.parametrize("answer", [created(), created("", "<html>"), created("x-restli-id: 7\r\n"), created("", "{}")])
def test_a_created_post_without_a_urn_is_an_unknown_outcome(answer: bytes) -> None:
    with raw_server(answering(answer)) as url, Transport() as transport, pytest.raises(OutcomeUnknown):
        publisher("v2", transport, api_url=url).create_post(Post(ADA, "x"))


@pytest.mark.parametrize("body", ["<html>", "{}", '{"value":{}}', '{"value":{"asset":"x","uploadMechanism":{}}}', "[]"])
def test_a_registration_that_cannot_be_read_uploads_nothing(body: str) -> None:
    with raw_server(answering(http_answer(200, body))) as url, Transport() as transport, pytest.raises(OutcomeUnknown):
        image(publisher("v2", transport, api_url=url))


def test_a_missing_post_counts_as_deleted_but_a_wrong_address_does_not() -> None:
    with raw_server(answering(sample("404_no_entity"))) as url, Transport() as transport:
        publisher("v2", transport, api_url=url).delete_post(Urn("urn:li:share:7"))
    with (
        raw_server(answering(sample("404_no_virtual_resource"))) as url,
        Transport() as transport,
        pytest.raises(NotFound),
    ):
        publisher("v2", transport, api_url=url).delete_post(Urn("urn:li:share:7"))


def test_the_urn_in_a_path_is_encoded() -> None:
    seen: list[bytes] = []
    with raw_server(answering(b"HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n", seen)) as url, Transport() as transport:
        publisher("rest", transport, api_url=f"{url}/sandbox/").delete_post(Urn("urn:li:share:7"))

    assert seen[0].startswith(b"DELETE /sandbox/rest/posts/urn%3Ali%3Ashare%3A7 ")


def test_an_unknown_dialect_is_told() -> None:
    with Transport() as transport, pytest.raises(ValueError, match='use "v2" or "rest"'):
        publisher("v3", transport, api_url="https://api.linkedin.com")


def test_a_too_large_file_is_told(v2: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    def upload(*_: Any, **__: Any) -> Any:
        raise InvalidRequest("The file is too large for LinkedIn (413).", status=413)

    monkeypatch.setattr(Transport, "upload", upload)

    with pytest.raises(InvalidRequest, match="too large"):
        image(v2)
