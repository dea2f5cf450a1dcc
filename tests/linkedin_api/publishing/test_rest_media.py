"""The versioned API's uploads: videos in parts, captions, covers, documents, thumbnails; and what may go wrong."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any

import pytest

from linkedin_api import (
    Article,
    Exchange,
    File,
    Forbidden,
    InvalidPost,
    InvalidRequest,
    Media,
    OutcomeUnknown,
    Post,
    Publisher,
    ServerError,
    Transport,
    UnsafeUploadURL,
    Urn,
    publisher,
)
from linkedin_api.errors.tree import PartUnconfirmed, UnusableInstructions, UploadExpired
from linkedin_api.publishing import multipart
from linkedin_api.publishing.captions import METADATA
from linkedin_api.publishing.multipart import AT_ONCE, Shared, read_parts, unquoted
from linkedin_api.publishing.planned_call import Blob
from linkedin_api.publishing.v2_parts import MULTIPART
from sandbox.directory.organizations import ENGINES
from tests.conftest import RunningSandbox
from tests.linkedin_api.auth.test_oauth import http_answer
from tests.linkedin_api.http.test_transport import TOKEN, answering, raw_server, read_request
from tests.support.patience import PATIENCE_S
from tests.support.services import MP4, PDF, PNG, SRT, VTT

ADA = Urn("urn:li:person:782bbtaQ")
FILM = MP4 + os.urandom(9_000_000)  # three parts
VIDEO = Urn("urn:li:video:C5505AQ")
ETAG = "/ambry-video/signedId/AQ{}.bin"


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


def connected(linkedin: RunningSandbox, keep: list[Exchange], *scopes: str, dialect: str = "rest") -> Publisher:
    """A publisher with a token of Ada's that has w_member_social and these scopes."""
    token = linkedin.state.tokens.new_access_token("sandbox-client", ADA.id, ["w_member_social", *scopes])
    transport = Transport(access_token=token, on_exchange=keep.append, upload_hosts=[linkedin.url.partition("//")[2]])
    return publisher(dialect, transport, api_url=linkedin.url)


@pytest.fixture
def rest(linkedin: RunningSandbox, exchanges: list[Exchange]) -> Publisher:
    linkedin.state.assets.processing_s = 0.0
    return connected(linkedin, exchanges, "r_member_social")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "PAUSE_S", 0.01)


def film(ours: Publisher, content: bytes = FILM, owner: Urn = ADA, **options: Any) -> Urn:
    return ours.upload_video(owner, io.BytesIO(content), size_bytes=len(content), content_type="video/mp4", **options)


def blob(content: bytes, content_type: str) -> Blob:
    return Blob(io.BytesIO(content), len(content), content_type)


# Against the sandbox ---------------------------------------------------------------------------------------------


def test_a_video_arrives_whole_in_parts(rest: Publisher, linkedin: RunningSandbox, exchanges: list[Exchange]) -> None:
    uploaded = film(rest)
    urn = rest.create_post(Post(ADA, "Watch", video=Media(uploaded, title="Film")))

    (stored,) = linkedin.state.posts[urn].media
    assert uploaded.kind == "video"
    assert (linkedin.state.posts[urn].kind, stored.urn) == ("video", uploaded)
    assert stored.sha256 == hashlib.sha256(FILM).hexdigest()
    assert [kept.method for kept in exchanges] == ["POST", "PUT", "PUT", "PUT", "POST", "POST"]
    ranges = ("4,194,304 bytes from byte 0", "4,194,304 bytes from byte 4,194,304", "731,416 bytes from byte 8,388,608")
    assert {kept.request_body for kept in exchanges[1:4]} == {f"<{each}, {multipart.PART_TYPE}>" for each in ranges}


def test_a_video_smaller_than_a_part_is_one_part(rest: Publisher, exchanges: list[Exchange]) -> None:
    uploaded = film(rest, MP4)

    assert rest.media_status(uploaded) == "AVAILABLE"
    assert [kept.method for kept in exchanges] == ["POST", "PUT", "POST", "GET"]


@pytest.mark.parametrize("given", [SRT, VTT])
def test_captions_go_as_srt_and_the_cover_with_them(
    rest: Publisher, linkedin: RunningSandbox, exchanges: list[Exchange], given: bytes
) -> None:
    told: list[int] = []
    extras = {"captions": blob(given, "any/type"), "cover": blob(PNG, "image/png")}
    uploaded = film(rest, MP4, on_progress=told.append, **extras)

    asset = linkedin.state.assets.get(uploaded.id)
    assert asset
    folder = linkedin.state.assets.folder
    assert (folder / asset.captions_path.rpartition("/")[2]).read_bytes() == SRT
    assert (folder / asset.thumbnail_path.rpartition("/")[2]).read_bytes() == PNG
    assert (told[-1], told) == (len(MP4) + len(given) + len(PNG), sorted(told))
    assert exchanges[-1].url.endswith("finalizeUpload")


def test_a_document_arrives_with_its_title(rest: Publisher, linkedin: RunningSandbox) -> None:
    uploaded = rest.upload_document(ADA, io.BytesIO(PDF), size_bytes=len(PDF), content_type="application/pdf")
    urn = rest.create_post(Post(ADA, "Read", document=Media(uploaded, title="Report")))

    (stored,) = linkedin.state.posts[urn].media
    assert (uploaded.kind, linkedin.state.posts[urn].kind, stored.title) == ("document", "document", "Report")
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()


def test_an_article_gets_its_thumbnail(rest: Publisher, linkedin: RunningSandbox) -> None:
    uploaded = rest.upload_image(ADA, io.BytesIO(PNG), size_bytes=len(PNG), content_type="image/png")
    urn = rest.create_post(Post(ADA, "", article=Article("https://example.com/a", "Title", thumbnail=uploaded)))

    article = linkedin.state.posts[urn].article
    assert article
    assert uploaded.id in article["thumbnail"]


def test_twenty_images_make_one_post(rest: Publisher, linkedin: RunningSandbox) -> None:
    files = [PNG + bytes([number]) for number in range(20)]
    urns = [rest.upload_image(ADA, io.BytesIO(f), size_bytes=len(f), content_type="image/png") for f in files]
    urn = rest.create_post(Post(ADA, "", images=tuple(Media(each, f"Alt {n}") for n, each in enumerate(urns))))

    stored = linkedin.state.posts[urn].media
    assert [each.alt_text for each in stored] == [f"Alt {number}" for number in range(20)]


@pytest.mark.parametrize("part", ["image", "video", "document"])
def test_the_owner_may_be_a_company_page(linkedin: RunningSandbox, exchanges: list[Exchange], part: str) -> None:
    rest = connected(linkedin, exchanges, "w_organization_social", "r_organization_social")
    content = {"image": PNG, "video": MP4, "document": PDF}[part]
    send = {"image": rest.upload_image, "video": rest.upload_video, "document": rest.upload_document}[part]
    kind = {"image": "image/png", "video": "video/mp4", "document": "application/pdf"}[part]
    uploaded = send(Urn(ENGINES.urn), io.BytesIO(content), size_bytes=len(content), content_type=kind)

    asset = linkedin.state.assets.get(uploaded.id)
    assert asset
    assert asset.owner_urn == ENGINES.urn


def test_somebody_elses_page_is_forbidden(linkedin: RunningSandbox, exchanges: list[Exchange]) -> None:
    rest = connected(linkedin, exchanges, "w_organization_social")

    with pytest.raises(Forbidden):
        film(rest, MP4, owner=Urn("urn:li:organization:1"))
    assert len(exchanges) == 1


def test_what_was_planned_for_a_video_is_what_is_sent(rest: Publisher, exchanges: list[Exchange]) -> None:
    post = Post(ADA, "Watch", video=Media(Urn("urn:li:video:FROM_INITIALIZE_1")))
    files = [
        File("video", "video/mp4", len(FILM)),
        File("captions", "application/x-subrip", len(SRT)),
        File("cover", "image/png", len(PNG)),
    ]
    initialize, put_parts, captions, cover, finalize, create = rest.planned(post, files)
    assert exchanges == []
    film(rest, captions=blob(SRT, "application/x-subrip"), cover=blob(PNG, "image/png"))

    (form,) = [kept for kept in exchanges if kept.request_headers["Content-Type"].startswith("multipart/form-data; ")]
    puts = {kept.request_body: kept for kept in exchanges if kept.method == "PUT"}
    assert json.dumps(initialize.body) == exchanges[0].request_body
    assert (initialize.url, finalize.url) == (exchanges[0].url, exchanges[-1].url)
    assert (
        put_parts.headers.items()
        <= puts[f"<4,194,304 bytes from byte 0, {multipart.PART_TYPE}>"].request_headers.items()
    )
    assert (captions.method, captions.body) == (form.method, json.loads(form.request_body))
    assert (captions.body or {})["file"] == f"<{len(SRT)} bytes, application/x-subrip>"
    assert cover.headers.items() <= puts[f"<{len(PNG):,} bytes, image/png>"].request_headers.items()
    assert "in 3 parts of 4 MiB each" in put_parts.note
    assert (finalize.body or {})["finalizeUploadRequest"] == {
        "video": "urn:li:video:FROM_INITIALIZE_1",
        "uploadToken": "{uploadToken}",
        "uploadedPartIds": [f"{{ETag of part {number}}}" for number in (1, 2, 3)],
    }
    assert (create.body or {})["content"] == {"media": {"id": "urn:li:video:FROM_INITIALIZE_1"}}


@pytest.mark.parametrize(
    ("part", "collection"), [("document", "documents"), ("thumbnail", "images"), ("image", "images")]
)
def test_what_is_planned_names_where_each_file_goes(rest: Publisher, part: str, collection: str) -> None:
    initialize, put, _ = rest.planned(Post(ADA, "x"), [File(part, "any/type", 9)])

    assert initialize.url.endswith(f"/rest/{collection}?action=initializeUpload")
    assert initialize.body == {"initializeUploadRequest": {"owner": ADA}}
    assert "<9 bytes, any/type>" in put.note


def test_a_long_list_of_parts_is_planned_in_short(rest: Publisher) -> None:
    _, put, finalize, _ = rest.planned(Post(ADA, "x"), [File("video", "video/mp4", 500_000_000)])

    assert "<500,000,000 bytes, video/mp4> in 120 parts" in put.note
    assert (finalize.body or {})["finalizeUploadRequest"]["uploadedPartIds"] == [
        "{ETag of part 1}",
        "…",
        "{ETag of part 120}",
    ]


def test_v2_refuses_what_it_cannot_send_before_anything_is_sent(
    linkedin: RunningSandbox, exchanges: list[Exchange]
) -> None:
    v2 = connected(linkedin, exchanges, dialect="v2")

    for refused in (
        lambda: v2.upload_document(ADA, io.BytesIO(PDF), size_bytes=len(PDF), content_type="application/pdf"),
        lambda: film(v2, MP4, captions=blob(VTT, "text/vtt")),
        lambda: film(v2, MP4, cover=blob(PNG, "image/png")),
    ):
        with pytest.raises(InvalidPost, match="choose the rest dialect") as caught:
            refused()
        assert [problem.field for problem in caught.value.problems] == ["media"]
    assert exchanges == []
    assert len(v2.planned(Post(ADA, "x"), [File("document", "application/pdf", 9)])) == 1


# Parts -----------------------------------------------------------------------------------------------------------


class Host:
    """A LinkedIn that speaks as these tests want it: `ranges` are the parts that it asks for, from first to last."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self.ranges, self.token, self.expires_in_s = ranges, "tok=en", 3600.0
        self.url, self.heads, self.bodies = "", [], {}
        self.lock, self.connections, self.now, self.most = threading.Lock(), 0, 0, 0
        self.count: Counter[str] = Counter()
        self.extra: dict[str, Any] = {}
        self.part_answer: Callable[[int, int], bytes | None] = lambda number, _: taken(ETAG.format(number))
        self.finalize_answer = http_answer(200, "")
        self.after_part: Callable[[], object] = lambda: None

    def talk(self, connection: socket.socket) -> None:
        with self.lock:
            self.connections += 1
        while request := read_request(connection):
            head, _, body = request.partition(b"\r\n\r\n")
            path = head.split()[1].decode()
            answer = self.answer(path, head, body)
            if answer is None:
                return
            connection.sendall(answer)

    def answer(self, path: str, head: bytes, body: bytes) -> bytes | None:
        with self.lock:
            self.heads.append(head)
            self.count[path] += 1
            self.now += 1
            self.most = max(self.most, self.now)
            self.bodies[path] = body
        try:
            if "initializeUpload" in path:
                return http_answer(200, json.dumps({"value": self.value()}))
            if "registerUpload" in path:
                return http_answer(200, json.dumps({"value": self.value()}))
            if "finalizeUpload" in path or "completeMultiPartUpload" in path:
                return self.finalize_answer
            self.after_part()
            return self.part_answer(int(path.rpartition("/")[2]), self.count[path])
        finally:
            with self.lock:
                self.now -= 1

    def value(self) -> dict[str, Any]:
        instructions = [
            {"uploadUrl": f"{self.url}/part/{number}", "firstByte": first, "lastByte": last}
            for number, (first, last) in enumerate(self.ranges)
        ]
        return {
            "uploadUrlsExpireAt": int((time.time() + self.expires_in_s) * 1000),
            "video": VIDEO,
            "uploadInstructions": instructions,
            "uploadToken": self.token,
            **self.extra,
        }

    def registration(self) -> dict[str, Any]:
        requests = [
            {
                "headers": {"Content-Type": "application/octet-stream", "media-type-family": "VIDEO"},
                "byteRange": {"firstByte": first, "lastByte": last},
            }
            | {"url": f"{self.url}/part/{number}", "urlExpiresAt": 1}
            for number, (first, last) in enumerate(self.ranges)
        ]
        mechanism = {MULTIPART: {"partUploadRequests": requests, "metadata": "opaque"}}
        asset = "urn:li:digitalmediaAsset:D5605AQ"
        return {"uploadMechanism": mechanism, "mediaArtifact": ARTIFACT, "asset": asset}

    @property
    def finalized(self) -> dict[str, Any]:
        [body] = [body for path, body in self.bodies.items() if "finalizeUpload" in path]
        return json.loads(body)["finalizeUploadRequest"]  # type: ignore[no-any-return]

    @property
    def part_puts(self) -> int:
        return sum(count for path, count in self.count.items() if path.startswith("/part/"))


def taken(etag: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: 0\r\n\r\n".encode()


UNCONFIRMED = http_answer(200, "")
EXPIRED = http_answer(400, '{"status":400,"code":"EXPIRED_UPLOAD_URL","message":"The Video upload URL is expired"}')


ARTIFACT = "urn:li:digitalmediaMediaArtifact:(urn:li:digitalmediaAsset:D5605AQ,uploaded-video)"


@contextmanager
def served(host: Host, dialect: str = "rest", **options: Any) -> Iterator[Publisher]:
    with raw_server(host.talk) as url:
        host.url = url
        with Transport(access_token=TOKEN, upload_hosts=[url.partition("//")[2]], **options) as transport:
            yield publisher(dialect, transport, api_url=url)


def in_parts(size_bytes: int, each: int) -> list[tuple[int, int]]:
    return [(first, min(first + each, size_bytes) - 1) for first in range(0, size_bytes, each)]


def test_parts_are_cut_where_the_answer_says() -> None:
    content = os.urandom(1000)
    host = Host([(0, 9), (10, 10), (11, 700), (701, 999)])
    with served(host) as rest:
        assert film(rest, content) == VIDEO

    assert [host.bodies[f"/part/{number}"] for number in range(4)] == [
        content[:10],
        content[10:11],
        content[11:701],
        content[701:],
    ]


def test_parts_that_are_named_out_of_order_are_finished_in_the_files_order() -> None:
    host = Host([(500, 999), (0, 499)])
    with served(host) as rest:
        film(rest, bytes(1000))

    assert host.finalized["uploadedPartIds"] == [ETAG.format(1), ETAG.format(0)]


def test_etags_and_token_go_back_as_they_came_but_for_the_quotes() -> None:
    host = Host(in_parts(1200, 100))
    host.part_answer = lambda number, _: taken(f'"{number}"' if number % 2 else ETAG.format(number))
    with served(host) as rest:
        film(rest, bytes(1200))

    assert host.finalized == {
        "video": VIDEO,
        "uploadToken": "tok=en",
        "uploadedPartIds": [str(number) if number % 2 else ETAG.format(number) for number in range(12)],
    }


@pytest.mark.parametrize(
    ("etag", "plain"), [('"a"', "a"), ("a", "a"), ('W/"a"', 'W/"a"'), ('"', '"'), ('""', ""), ('"a/"b"', 'a/"b')]
)
def test_only_the_quotes_around_an_etag_are_taken_off(etag: str, plain: str) -> None:
    assert unquoted(etag) == plain


def test_captions_are_a_form_with_the_token_and_the_cover_goes_without_after_the_parts() -> None:
    host = Host(in_parts(100, 50))
    with served(host) as rest:
        host.extra = {"captionsUploadUrl": f"{host.url}/part/8", "thumbnailUploadUrl": f"{host.url}/part/9"}
        film(rest, bytes(100), captions=blob(VTT, "text/vtt"), cover=blob(PNG, "image/png"))

    with_token = [head.split()[1].decode() for head in host.heads if f"Bearer {TOKEN}".encode() in head]
    assert sorted(with_token) == [
        "/part/8",
        "/rest/videos?action=finalizeUpload",
        "/rest/videos?action=initializeUpload",
    ]
    asked = {line.split()[1].decode(): line for line in host.heads}
    order = [head.split()[1].decode() for head in host.heads]
    form = message_from_bytes(asked["/part/8"].partition(b"\r\n")[2] + b"\r\n\r\n" + host.bodies["/part/8"])
    metadata, file = form.get_payload()
    assert sorted(order[1:3]) == ["/part/0", "/part/1"]
    assert (asked["/part/8"].split()[0], asked["/part/9"].split()[0]) == (b"POST", b"PUT")
    assert b"\r\nmedia-type-family: STILLIMAGE\r\n" in asked["/part/9"] + b"\r\n"
    assert [part.get_param("name", header="content-disposition") for part in (metadata, file)] == ["metadata", "file"]
    assert json.loads(metadata.get_payload(decode=True)) == METADATA
    assert file.get_payload(decode=True) == SRT


@pytest.mark.parametrize("content", [b"", b"Hello", b"WEBVTT\n\nno time", b"WEBVTT\n\n00:01 --> 00:02\nNo fractions\n"])
def test_captions_that_cannot_be_srt_are_refused_before_anything_is_sent(content: bytes) -> None:
    host = Host([(0, 9)])
    with served(host) as rest, pytest.raises(InvalidPost, match="captions") as caught:
        film(rest, bytes(10), captions=blob(content, "text/vtt"))

    assert [problem.field for problem in caught.value.problems] == ["media"]
    assert host.heads == []


def test_several_parts_are_on_their_way_at_once_on_connections_that_are_kept() -> None:
    host, all_here = Host(in_parts(1200, 100)), threading.Barrier(AT_ONCE)
    host.after_part = lambda: all_here.wait(PATIENCE_S)  # 1,200 in parts of 100: three times as many
    with served(host) as rest:
        film(rest, bytes(1200))

    assert host.most == AT_ONCE
    assert host.connections <= AT_ONCE + 1


def test_a_part_is_read_piece_by_piece() -> None:
    asked: list[int] = []

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    content = os.urandom(9_000_000)
    host = Host(in_parts(len(content), 4_194_304))
    with served(host) as rest:
        rest.upload_video(ADA, Watched(content), size_bytes=len(content), content_type="video/mp4")

    assert 0 < min(asked) <= max(asked) <= 1 << 20
    assert b"".join(host.bodies[f"/part/{number}"] for number in range(3)) == content


@pytest.mark.parametrize(
    ("ranges", "why"),
    [
        ([], "hold 0 bytes"),
        ([(0, 998)], "hold 999 bytes"),
        ([(1, 999)], "begins at byte 1 instead of 0"),
        ([(0, 499), (501, 999)], "begins at byte 501 instead of 500"),
        ([(0, 500), (500, 999)], "begins at byte 500 instead of 501"),
        ([(0, 499), (0, 499), (500, 999)], "begins at byte 0"),
        ([(0, -1), (0, 999)], "is empty"),
        ([(0, 999), (1000, 1999)], "hold 2,000 bytes"),
        ([("0", "999")], "no range"),
        ([(None, 999)], "no range"),
    ],
)
def test_instructions_that_do_not_fit_the_file_upload_nothing(ranges: list[Any], why: str) -> None:
    host = Host(ranges)
    with served(host) as rest, pytest.raises(UnusableInstructions, match=why) as caught:
        film(rest, bytes(1000))

    assert caught.value.advice
    assert (host.part_puts, len(host.heads)) == (0, 1)


def test_a_last_range_beyond_the_end_stops_at_the_end() -> None:
    host = Host([(0, 499), (500, 1023)])
    with served(host) as rest:
        film(rest, bytes(1000))

    assert [len(host.bodies[f"/part/{number}"]) for number in (0, 1)] == [500, 500]


def test_a_film_that_v2_takes_in_parts_is_completed_with_their_etags() -> None:
    host = Host(in_parts(1000, 400))
    host.value = host.registration  # type: ignore[method-assign]
    told: list[int] = []
    with served(host, dialect="v2") as v2:
        urn = film(v2, bytes(1000), on_progress=told.append)

    completed = json.loads(host.bodies["/v2/assets?action=completeMultiPartUpload"])["completeMultipartUploadRequest"]
    assert urn == "urn:li:digitalmediaAsset:D5605AQ"
    assert [response["headers"]["ETag"] for response in completed["partUploadResponses"]] == list(
        map(ETAG.format, range(3))
    )
    assert (completed["mediaArtifact"], completed["metadata"]) == (ARTIFACT, "opaque")
    assert (host.part_puts, told[-1]) == (3, 1000)
    sent = [head for head in host.heads if b"/part/" in head]
    assert not any(b"Authorization" in head for head in sent)
    assert all(b"media-type-family: VIDEO" in head for head in sent)


def test_a_film_above_200_mb_is_planned_in_parts_through_v2() -> None:
    with Transport() as transport:
        v2 = publisher("v2", transport, api_url="http://127.0.0.1:9")
        register, put, complete, _ = v2.planned(Post(ADA, "x"), [File("video", "video/mp4", 200_000_001)])

    asked = (register.body or {})["registerUploadRequest"]
    assert (asked["supportedUploadMechanism"], asked["fileSize"]) == (["MULTIPART_UPLOAD"], 200_000_001)
    assert "in 48 parts" in put.note
    assert complete.url.endswith("/v2/assets?action=completeMultiPartUpload")


@pytest.mark.parametrize("instructions", [None, {}, [None], [{"firstByte": 0, "lastByte": 9}], "x", [[]]])
def test_instructions_that_are_none_are_told(instructions: Any) -> None:
    with pytest.raises(UnusableInstructions):
        read_parts(instructions, 10)


@pytest.mark.parametrize("body", ["<html>", "{}", '{"value":[]}', '{"value":{}}', '{"value":{"video":"x"}}', "[]"])
def test_an_answer_that_cannot_be_read_uploads_nothing(body: str) -> None:
    seen: list[bytes] = []
    with raw_server(answering(http_answer(200, body), seen)) as url, Transport() as transport:
        for _ in range(2):
            with pytest.raises(OutcomeUnknown):
                film(publisher("rest", transport, api_url=url), bytes(10))

    assert len(seen) == 2


@pytest.mark.parametrize("what", ["captions", "cover"])
def test_without_an_address_for_the_captions_nothing_is_uploaded(what: str) -> None:
    host = Host([(0, 9)])
    with served(host) as rest, pytest.raises(UnusableInstructions, match=f"no address for the {what}") as caught:
        film(rest, bytes(10), **{what: blob(VTT, "text/vtt")})

    assert f"without the {what}" in caught.value.advice
    assert host.part_puts == 0


@pytest.mark.parametrize("which", ["part", "captions"])
def test_an_address_that_is_not_linkedins_stops_everything_before_the_first_byte(which: str) -> None:
    host = Host(in_parts(1200, 100))
    with served(host) as rest:
        evil = "https://evil.example/part/7"
        if which == "part":
            host.extra["uploadInstructions"] = [*host.value()["uploadInstructions"][:-1], last_at(evil)]
        host.extra["captionsUploadUrl"] = f"{host.url}/part/9" if which == "part" else evil
        with pytest.raises(UnsafeUploadURL):
            film(rest, bytes(1200), captions=blob(VTT, "text/vtt"))

    assert host.part_puts == 0


def last_at(url: str) -> dict[str, Any]:
    return {"uploadUrl": url, "firstByte": 1100, "lastByte": 1199}


def test_an_etag_that_is_lost_once_is_fetched_by_sending_the_part_again() -> None:
    host = Host(in_parts(500, 100))
    host.part_answer = lambda number, nth: UNCONFIRMED if (number, nth) == (2, 1) else taken(ETAG.format(number))
    told: list[int] = []
    with served(host) as rest:
        film(rest, bytes(500), on_progress=told.append)

    assert (host.part_puts, host.count["/part/2"]) == (6, 2)
    assert host.finalized["uploadedPartIds"] == [ETAG.format(number) for number in range(5)]
    assert (told, told[-1]) == (sorted(told), 500)


def test_an_etag_that_never_comes_ends_the_upload_unfinished() -> None:
    host = Host(in_parts(500, 100))
    host.part_answer = lambda number, _: UNCONFIRMED if number == 2 else taken("x")
    with served(host) as rest, pytest.raises(PartUnconfirmed, match="did not confirm part 3") as caught:
        film(rest, bytes(500))

    assert caught.value.advice
    assert host.count["/part/2"] == 2
    assert not any("finalizeUpload" in path for path in host.count)


def test_an_upload_address_that_is_too_old_already_uploads_nothing() -> None:
    host = Host([(0, 9)])
    host.expires_in_s = -1
    with served(host) as rest, pytest.raises(UploadExpired, match="has expired") as caught:
        film(rest, bytes(10))

    assert "Publish again" in caught.value.advice
    assert host.part_puts == 0


def test_a_part_whose_address_expires_is_told() -> None:
    host = Host(in_parts(500, 100))
    host.part_answer = lambda number, _: EXPIRED if number == 3 else taken("x")
    with served(host) as rest, pytest.raises(UploadExpired):
        film(rest, bytes(500))

    assert host.count["/part/3"] == 1
    assert not any("finalizeUpload" in path for path in host.count)


def test_a_finalize_that_comes_too_late_is_told() -> None:
    host = Host([(0, 9)])
    host.finalize_answer = EXPIRED
    with served(host) as rest, pytest.raises(UploadExpired):
        film(rest, bytes(10))

    assert host.part_puts == 1


@pytest.mark.parametrize("kind", ["image", "document"])
def test_an_expired_address_of_an_image_or_document_is_told(
    linkedin: RunningSandbox, rest: Publisher, kind: str
) -> None:
    linkedin.state.faults.arm("upload_expired")
    send = rest.upload_image if kind == "image" else rest.upload_document

    with pytest.raises(UploadExpired):
        send(ADA, io.BytesIO(PNG), size_bytes=len(PNG), content_type="image/png")


def test_parts_that_linkedin_does_not_know_can_only_be_sent_anew() -> None:
    host = Host([(0, 9)])
    host.finalize_answer = http_answer(400, '{"status":400,"message":"All chunks IDs must be signed"}')
    with served(host) as rest, pytest.raises(InvalidRequest) as caught:
        film(rest, bytes(10))

    assert caught.value.message == "All chunks IDs must be signed"
    assert "uploaded anew" in caught.value.advice


@pytest.mark.parametrize(
    ("broken", "kind"),
    [(None, OutcomeUnknown), (http_answer(503, ""), ServerError), (http_answer(500, "{}"), ServerError)],
)
def test_a_part_that_breaks_off_is_sent_up_to_three_times(broken: bytes | None, kind: type[Exception]) -> None:
    host = Host(in_parts(500, 100))
    host.part_answer = lambda number, nth: broken if number == 1 and nth < 3 else taken("x")
    told: list[int] = []
    with served(host) as rest:
        film(rest, bytes(500), on_progress=told.append)

    assert (host.count["/part/1"], host.part_puts) == (3, 7)
    assert (told, told[-1]) == (sorted(told), 500)

    host.count.clear()
    host.part_answer = lambda number, _: broken if number == 1 else taken("x")
    with served(host) as rest, pytest.raises(kind):
        film(rest, bytes(500))

    assert host.count["/part/1"] == 3
    assert not any("finalizeUpload" in path for path in host.count)


def test_a_part_that_is_refused_is_not_sent_again() -> None:
    host = Host(in_parts(500, 100))
    host.part_answer = lambda *_: http_answer(413, "{}")
    with served(host) as rest, pytest.raises(InvalidRequest):
        film(rest, bytes(500))

    assert max(count for path, count in host.count.items() if path.startswith("/part/")) == 1
    assert host.part_puts <= AT_ONCE


class CancelledByMember(Exception):
    pass


@pytest.mark.parametrize("where", ["while bytes stand still", "while an answer is awaited"])
def test_a_cancel_stops_every_part_at_once_and_comes_out_unchanged(where: str) -> None:
    cancelled, until = CancelledByMember("stop"), time.monotonic() + 1
    done = threading.Event()
    host = Host(in_parts(40_000_000, 10_000_000))

    def talk(connection: socket.socket) -> None:
        head = connection.recv(65536, socket.MSG_PEEK)
        if b"initializeUpload" in head:
            return host.talk(connection)
        if where == "while an answer is awaited":
            read_request(connection)
        done.wait(PATIENCE_S)
        return None

    def stop(_: int) -> None:
        if time.monotonic() > until:
            raise cancelled

    with raw_server(talk) as host.url:
        hosts = [host.url.partition("//")[2]]
        with Transport(access_token=TOKEN, upload_hosts=hosts) as transport, pytest.raises(CancelledByMember) as caught:
            film(publisher("rest", transport, api_url=host.url), bytes(40_000_000), on_progress=stop)
        alive = [thread for thread in threading.enumerate() if thread.name == "together"]
        done.set()

    assert caught.value is cancelled
    assert caught.value.__context__ is None
    assert alive == []


def test_a_file_that_cannot_be_read_comes_out_unchanged() -> None:
    class Broken(io.BytesIO):
        def seek(self, *_: Any) -> int:
            raise OSError("the disk is gone")

    host = Host(in_parts(500, 100))
    with served(host) as rest, pytest.raises(OSError, match="the disk is gone"):
        rest.upload_video(ADA, Broken(bytes(500)), size_bytes=500, content_type="video/mp4")

    assert not any("finalizeUpload" in path for path in host.count)


def test_several_readers_of_one_file_do_not_disturb_each_other() -> None:
    content = os.urandom(100_000)
    shared = Shared(io.BytesIO(content))
    found: dict[int, bytes] = {}

    def read(first: int) -> None:
        part, pieces = shared.part(first), []
        while sum(map(len, pieces)) < 25_000:
            pieces.append(part.read(100))
        found[first] = b"".join(pieces)

    threads = [threading.Thread(target=read, args=(first,)) for first in range(0, 100_000, 25_000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert b"".join(found[first] for first in sorted(found)) == content


# How far it is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "ours"),
    [
        ("WAITING_UPLOAD", "WAITING_UPLOAD"),
        ("PROCESSING", "PROCESSING"),
        ("AVAILABLE", "AVAILABLE"),
        ("PROCESSING_FAILED", "FAILED"),
        ("SOMETHING_NEW", "FAILED"),
    ],
)
@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_the_state_of_an_upload_is_asked_where_its_kind_lives(kind: str, answer: str, ours: str) -> None:
    seen: list[bytes] = []
    with raw_server(answering(http_answer(200, json.dumps({"status": answer})), seen)) as url, Transport() as transport:
        found = publisher("rest", transport, api_url=url).media_status(Urn(f"urn:li:{kind}:C5505AQ"))

    assert found == ours
    # Without a version LinkedIn's refusal of images to w_member_social does not apply (§5.5).
    gateway, versioned = ("v2", False) if kind == "image" else ("rest", True)
    assert re.match(rf"GET /{gateway}/{kind}s/urn%3Ali%3A{kind}%3AC5505AQ ", seen[0].decode())
    assert (b"LinkedIn-Version" in seen[0]) is versioned
