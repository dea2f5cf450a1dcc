"""The versioned dialect's files: images, videos in parts, documents, captions, and how each of them fails."""

from __future__ import annotations

import hashlib
import io
import json
import socket
import struct
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.directory.members import ADA
from sandbox.directory.organizations import ENGINES
from sandbox.model.assets import Asset
from sandbox.model.file_writer import sniff_file
from sandbox.model.film import film_facts
from sandbox.protocol.errors import ApiError
from sandbox.protocol.evidence import DECIDED
from tests.conftest import RunningSandbox
from tests.sandbox.api.test_uploads import MP4, PNG, put
from tests.sandbox.api.test_v2_posts import ME
from tests.sandbox.auth.test_oauth import ZOE, Clock, clock, timed
from tests.support import media
from tests.support.patience import PATIENCE_S, until

__all__ = ["clock", "timed"]
PART_BYTES = 4 * 1024 * 1024
FILM = MP4 + bytes(range(256)) * 40_000  # three parts
DAY_S = 24 * 3600
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
SRT = b"1\r\n00:00:00,000 --> 00:00:01,000\r\nHello\r\n"
METADATA = {
    "format": "SRT",
    "formattedForEasyReader": True,
    "largeText": True,
    "source": "USER_PROVIDED",
    "locale": {"variant": "", "country": "US", "language": "EN"},
    "transcriptType": "CLOSED_CAPTION",
}
FORBIDDEN = "Accessing this image resource is forbidden. Please check your permissions for this resource"
REFUSED = "Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields"


def token(linkedin: RunningSandbox, *scopes: str, sub: str = ADA.sub, client_id: str = "my-client") -> dict[str, str]:
    key = linkedin.state.tokens.new_access_token(client_id, sub, list(scopes or ("w_member_social",)))
    return {"Authorization": f"Bearer {key}", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}


def reader(linkedin: RunningSandbox) -> dict[str, str]:
    return token(linkedin, "w_member_social", "r_member_social", client_id="reader")


def asked(
    linkedin: RunningSandbox, kind: str, action: str, fields: dict[str, Any], headers: dict[str, str] | None = None
) -> requests.Response:
    where = f"{linkedin.url}/rest/{kind}?action={action}"
    body = {f"{action}Request": fields}
    return requests.post(where, json=body, headers=headers or token(linkedin), timeout=PATIENCE_S)


def initialized(linkedin: RunningSandbox, kind: str, **fields: Any) -> dict[str, Any]:
    answer = asked(linkedin, kind, "initializeUpload", {"owner": ME} | fields)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()["value"]
    return value


def pieces(value: dict[str, Any], data: bytes) -> list[tuple[str, bytes]]:
    parts = value["uploadInstructions"]
    return [(part["uploadUrl"], data[part["firstByte"] : part["lastByte"] + 1]) for part in parts]


def put_part(url: str, data: bytes) -> requests.Response:
    return requests.put(url, data=data, headers={"Content-Type": "application/octet-stream"}, timeout=PATIENCE_S)


def sent(value: dict[str, Any], data: bytes = FILM) -> list[str]:
    return [put_part(url, piece).headers["ETag"] for url, piece in pieces(value, data)]


def finalized(linkedin: RunningSandbox, value: dict[str, Any], ids: list[Any], token: str = "") -> requests.Response:
    fields = {"video": value["video"], "uploadToken": token, "uploadedPartIds": ids}
    return asked(linkedin, "videos", "finalizeUpload", fields)


def read(linkedin: RunningSandbox, kind: str, urn: str, headers: dict[str, str] | None = None) -> requests.Response:
    where = f"{linkedin.url}/rest/{kind}/{quote(urn, safe='')}"
    return requests.get(where, headers=headers or reader(linkedin), timeout=PATIENCE_S)


def asset(linkedin: RunningSandbox, urn: str) -> Asset:
    found = linkedin.state.assets.get(urn.rpartition(":")[2])
    assert found is not None
    return found


def file_of(linkedin: RunningSandbox, urn: str) -> bytes:
    return linkedin.state.assets.path(asset(linkedin, urn)).read_bytes()


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return file.getvalue()


DOCUMENTS = {
    ".pdf": b"%PDF-1.7\n",
    ".pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    ".docx": archive("[Content_Types].xml", "word/document.xml"),
    ".doc": OLE,
    ".ppt": OLE + "PowerPoint Document".encode("utf-16-le"),
}


# Initialize.


def test_a_video_is_told_where_its_parts_go(timed: RunningSandbox, clock: Clock) -> None:
    value = initialized(timed, "videos", fileSizeBytes=2 * PART_BYTES + 5)

    ranges = [(part["firstByte"], part["lastByte"]) for part in value["uploadInstructions"]]
    assert set(value) == {"uploadUrlsExpireAt", "video", "uploadInstructions", "uploadToken"}
    assert value["video"].startswith("urn:li:video:C5505AQ")
    assert value["uploadToken"] == ""
    assert value["uploadUrlsExpireAt"] == int(clock.now + 30 * DAY_S) * 1000
    assert ranges == [(0, 4194303), (4194304, 8388607), (8388608, 8388612)]
    assert len({part["uploadUrl"] for part in value["uploadInstructions"]}) == 3


def test_captions_and_thumbnail_have_addresses_only_when_asked_for(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=5, uploadCaptions=True, uploadThumbnail=False)

    assert "captionsUploadUrl" in value
    assert "thumbnailUploadUrl" not in value


def test_fields_of_newer_versions_are_taken(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=5, templateName="plain", linkbackContext={})

    assert len(value["uploadInstructions"]) == 1


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({}, 422, "ERROR :: /initializeUploadRequest/fileSizeBytes :: field is required"),
        ({"fileSizeBytes": "5"}, 422, "ERROR :: /initializeUploadRequest/fileSizeBytes :: '5' cannot be coerced"),
        ({"fileSizeBytes": 5, "uploadCaptions": "no"}, 422, "ERROR :: /initializeUploadRequest/uploadCaptions ::"),
        ({"fileSizeBytes": 5, "filename": "a.mp4"}, 422, "ERROR :: /initializeUploadRequest/filename :: unrecognized"),
        ({"fileSizeBytes": 0}, 400, "fileSizeBytes can't be set to 0"),
        ({"fileSizeBytes": 10**12}, 400, "fileSizeBytes can't be set to 1000000000000"),
    ],
)
def test_a_video_without_a_good_size_or_with_foreign_fields_is_refused(
    linkedin: RunningSandbox, fields: dict[str, Any], status: int, message: str
) -> None:
    answer = asked(linkedin, "videos", "initializeUpload", {"owner": ME} | fields)

    assert answer.status_code == status
    assert answer.json()["message"].startswith(message)


def test_a_document_is_told_where_it_goes(timed: RunningSandbox, clock: Clock) -> None:
    value = initialized(timed, "documents")

    assert set(value) == {"uploadUrlExpiresAt", "uploadUrl", "document"}
    assert value["document"].startswith("urn:li:document:")
    assert "/ads-uploadedDocument/" in value["uploadUrl"]
    assert value["uploadUrlExpiresAt"] == int(clock.now + DAY_S) * 1000


@pytest.mark.parametrize("kind", ["images", "videos", "documents"])
def test_an_action_that_nobody_knows_is_not_found(linkedin: RunningSandbox, kind: str) -> None:
    answer = asked(linkedin, kind, "finaliseUpload", {"owner": ME})

    assert (answer.status_code, answer.json()["message"]) == (404, "No virtual resource found")


@pytest.mark.parametrize("kind", ["images", "videos", "documents"])
def test_uploads_count_towards_the_daily_budget(timed: RunningSandbox, kind: str) -> None:
    fields = {"owner": ME} | ({"fileSizeBytes": 5} if kind == "videos" else {})
    answers = [asked(timed, kind, "initializeUpload", fields).status_code for _ in range(6)]

    assert answers == [200] * 5 + [429]


# Owners.


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("images", FORBIDDEN),
        ("documents", FORBIDDEN),
        ("videos", f"{REFUSED} [/initializeUploadRequest/owner]"),
    ],
)
def test_another_owner_is_refused(linkedin: RunningSandbox, kind: str, message: str) -> None:
    fields = {"owner": f"urn:li:person:{ZOE}"} | ({"fileSizeBytes": 5} if kind == "videos" else {})
    answer = asked(linkedin, kind, "initializeUpload", fields)

    assert (answer.status_code, answer.json()["message"]) == (403, message)


@pytest.mark.parametrize("kind", ["images", "videos", "documents"])
def test_an_organization_needs_its_own_scope_and_a_role(linkedin: RunningSandbox, kind: str) -> None:
    fields = {"owner": ENGINES.urn} | ({"fileSizeBytes": 5} if kind == "videos" else {})
    stranger = {"owner": "urn:li:organization:1"} | ({"fileSizeBytes": 5} if kind == "videos" else {})
    without = asked(linkedin, kind, "initializeUpload", fields)
    both = token(linkedin, "w_member_social", "w_organization_social", client_id="partner")
    answer = asked(linkedin, kind, "initializeUpload", fields, both)
    foreign = asked(linkedin, kind, "initializeUpload", stranger, both)

    found = asset(linkedin, answer.json()["value"][kind.removesuffix("s")])
    needed = "Organization permissions must be used when using organization as owner"
    assert (without.status_code, without.json()["message"]) == (400, needed)
    assert (answer.status_code, foreign.status_code) == (200, 403)
    assert (found.owner, found.owner_urn) == (ADA.sub, ENGINES.urn)


def test_a_token_for_organizations_alone_does_not_upload_for_its_member(linkedin: RunningSandbox) -> None:
    only = token(linkedin, "w_organization_social", client_id="partner")

    assert asked(linkedin, "images", "initializeUpload", {"owner": ENGINES.urn}, only).status_code == 200
    assert asked(linkedin, "images", "initializeUpload", {"owner": ME}, only).status_code == 403


# A video's parts.


def test_parts_that_come_at_once_make_one_film(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    with ThreadPoolExecutor(3) as several:
        answers = list(several.map(lambda piece: put_part(*piece), pieces(value, FILM)))
    ids = [answer.headers["ETag"] for answer in answers]
    answer = finalized(linkedin, value, ids)

    found = asset(linkedin, value["video"])
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert all(part_id.startswith("/ambry-video/signedId/AQ") and part_id.endswith(".bin") for part_id in ids)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (found.sha256, found.size_bytes) == (hashlib.sha256(FILM).hexdigest(), len(FILM))
    assert requests.get(linkedin.url + found.media_path, timeout=PATIENCE_S).content == FILM


def test_a_part_needs_no_token(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4))

    assert put_part(*pieces(value, MP4)[0]).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        lambda ids: ids[:-1],
        lambda ids: [*ids, ids[0]],
        lambda ids: [ids[0], ids[0], ids[2]],
        lambda ids: [f'"{ids[0]}"', *ids[1:]],
        lambda ids: [ids[0].rpartition("/")[2], *ids[1:]],
        lambda ids: [None, *ids[1:]],
        lambda _: [],
    ],
)
def test_ids_must_be_those_of_every_part_and_once(
    linkedin: RunningSandbox, changed: Callable[[list[str]], list[Any]]
) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    ids = sent(value)
    answer = finalized(linkedin, value, changed(ids))

    assert (answer.status_code, answer.json()["message"]) == (400, "All chunks IDs must be signed")
    assert finalized(linkedin, value, ids).status_code == 200


def test_parts_are_joined_in_the_order_of_their_ids_whatever_address_took_them(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    first = value["uploadInstructions"][0]["uploadUrl"]
    small = [put_part(first, FILM[at : at + 2_000_000]).headers["ETag"] for at in range(0, len(FILM), 2_000_000)]
    swapped = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    ids = sent(swapped)
    answers = [finalized(linkedin, value, small), finalized(linkedin, swapped, [ids[0], ids[2], ids[1]])]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert file_of(linkedin, value["video"]) == FILM
    assert (
        file_of(linkedin, swapped["video"])
        == FILM[:PART_BYTES] + FILM[2 * PART_BYTES :] + FILM[PART_BYTES:][:PART_BYTES]
    )
    assert [path for path in linkedin.state.assets.folder.iterdir() if path.suffix != ".mp4"] == []


def test_ids_of_another_video_are_refused(linkedin: RunningSandbox) -> None:
    value, other = (initialized(linkedin, "videos", fileSizeBytes=len(FILM)) for _ in range(2))
    sent(value)

    assert finalized(linkedin, value, sent(other)).status_code == 400


def test_the_upload_token_must_come_back_as_it_was(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    answer = finalized(linkedin, value, sent(value), token="x")

    assert (answer.status_code, answer.json()["message"]) == (400, "uploadToken can't be set to x")


def test_an_unknown_video_cannot_be_finalized_nor_a_strangers(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4))
    fields = {"video": value["video"], "uploadToken": "", "uploadedPartIds": sent(value, MP4)}
    unknown = asked(linkedin, "videos", "finalizeUpload", fields | {"video": "urn:li:video:x"})
    foreign = asked(linkedin, "videos", "finalizeUpload", fields, token(linkedin, sub=ZOE))

    assert (unknown.status_code, unknown.json()["code"]) == (400, "INVALID_VIDEO_ID")
    assert (foreign.status_code, foreign.json()["message"]) == (403, f"{REFUSED} [/finalizeUploadRequest/video]")


@pytest.mark.parametrize("change", [lambda piece: piece[:-1], lambda piece: piece + b"more"])
def test_a_part_of_the_wrong_length_is_taken_and_the_film_fails(
    linkedin: RunningSandbox, change: Callable[[bytes], bytes]
) -> None:
    linkedin.state.assets.processing_s = 0
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    ids = sent(value)
    url, piece = pieces(value, FILM)[0]
    wrong = put_part(url, change(piece))
    finalized(linkedin, value, [wrong.headers["ETag"], *ids[1:]])
    facts = read(linkedin, "videos", value["video"]).json()

    assert wrong.status_code == 200
    assert (facts["status"], facts["processingFailureReason"]) == (
        "PROCESSING_FAILED",
        "The file could not be processed",
    )
    assert file_of(linkedin, value["video"]) == change(piece) + FILM[PART_BYTES:]


def test_a_part_that_breaks_off_does_not_count_and_spoils_no_other(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    first, second, third = pieces(value, FILM)
    ids = [put_part(*piece).headers["ETag"] for piece in (first, third)]
    break_off(linkedin, second[0])
    without = finalized(linkedin, value, ids)
    ids.insert(1, put_part(*second).headers["ETag"])
    break_off(linkedin, second[0])
    answer = finalized(linkedin, value, ids)

    assert (without.status_code, answer.status_code) == (400, 200)
    assert file_of(linkedin, value["video"]) == FILM


def break_off(linkedin: RunningSandbox, url: str) -> None:
    host, port = linkedin.url.removeprefix("http://").split(":")
    target = url.removeprefix(linkedin.url)
    lines = [f"PUT {target} HTTP/1.1", f"Host: {host}", "Content-Type: video/mp4", "Content-Length: 4194304", "", ""]
    call = ("PUT", target.partition("?")[0], 499)
    seen = linkedin.state.calls.count(call)
    with socket.create_connection((host, int(port)), PATIENCE_S) as raw:
        raw.sendall("\r\n".join(lines).encode() + bytes(100_000))
    until(lambda: linkedin.state.calls.count(call) > seen)


def test_a_lost_finalize_may_be_sent_again_and_the_film_stays_as_it_is(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(FILM))
    ids = sent(value)
    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(lambda _: finalized(linkedin, value, ids).status_code, range(4)))
    late_part = put_part(*pieces(value, FILM)[0])

    assert answers == [200] * 4
    assert (late_part.status_code, late_part.json()["code"]) == (400, "UPDATING_ASSET_FAILED")
    assert file_of(linkedin, value["video"]) == FILM


def test_finalizing_keeps_nobody_else_waiting(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4))
    ids = sent(value, MP4)
    with ThreadPoolExecutor(1) as aside:
        with linkedin.state.assets.sealing(value["video"].rpartition(":")[2]):
            answer = aside.submit(finalized, linkedin, value, ids)
            others = [requests.get(linkedin.url, timeout=PATIENCE_S).status_code for _ in range(20)]
            waiting = not answer.done()

        assert answer.result(PATIENCE_S).status_code == 200
    assert (others, waiting) == ([200] * 20, True)


def test_an_upload_address_is_good_for_its_own_bytes_only(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4), uploadThumbnail=True)
    moved = value["thumbnailUploadUrl"].replace("/thumbnail/", "/part/")

    assert put_part(moved, MP4).status_code == 403
    assert put_part(value["thumbnailUploadUrl"], PNG).status_code == 201


# Captions and thumbnail.


def captions(
    url: str, text: bytes = SRT, metadata: dict[str, Any] | None = None, named: bool = True
) -> requests.Response:
    """LinkedIn's form; `named`: its parts are files, as most programs send them."""
    told = json.dumps(metadata or METADATA)
    parts: Any = {"metadata": ("m.json" if named else None, told), "file": ("c.srt" if named else None, text)}
    return requests.post(url, files=parts, timeout=PATIENCE_S)


@pytest.mark.parametrize("named", [True, False])
def test_captions_and_thumbnail_stay_beside_their_film(linkedin: RunningSandbox, named: bool) -> None:
    linkedin.state.assets.processing_s = 0
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4), uploadCaptions=True, uploadThumbnail=True)
    family = {"media-type-family": "STILLIMAGE"}
    answers = [captions(value["captionsUploadUrl"], named=named), put(value["thumbnailUploadUrl"], PNG, family)]
    finalized(linkedin, value, sent(value, MP4))
    facts = read(linkedin, "videos", value["video"]).json()
    late = put(value["thumbnailUploadUrl"], PNG, family)

    found = asset(linkedin, value["video"])
    files = [linkedin.state.assets.folder / path.removeprefix("/media/") for path in paths(found)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(201, b"")] * 2
    assert [file.read_bytes() for file in files] == [SRT, PNG]
    assert [file.suffix for file in files] == [".srt", ".png"]
    assert [facts["captions"], facts["thumbnail"]] == [linkedin.url + path for path in paths(found)]
    assert late.status_code == 400  # a cover cannot be set later


def paths(found: Asset) -> tuple[str, str]:
    return found.captions_path, found.thumbnail_path


def test_captions_are_a_form_of_subrip_in_english_and_a_thumbnail_is_an_image(linkedin: RunningSandbox) -> None:
    value = initialized(linkedin, "videos", fileSizeBytes=5, uploadCaptions=True, uploadThumbnail=True)
    url, cover = value["captionsUploadUrl"], value["thumbnailUploadUrl"]
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    nested = b"".join(b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" for _ in range(3000))
    answers = [
        put(url, SRT, {}, "application/x-subrip"),
        requests.post(url, data=SRT, headers={"Content-Type": "application/x-subrip"}, timeout=PATIENCE_S),
        requests.post(url, files={"file": SRT}, timeout=PATIENCE_S),
        requests.post(url, data=b"no form", headers=boundary, timeout=PATIENCE_S),
        requests.post(url, data=nested, headers=boundary, timeout=PATIENCE_S),
        captions(url, metadata=METADATA | {"locale": {"language": "DE"}}),
        captions(url, metadata=METADATA | {"format": "VTT"}),
        captions(url, metadata=METADATA | {"colour": "red"}),
        captions(url, VTT),
        captions(url, b"1\n" + bytes(1 << 20)),
        put(cover, VTT, {}),
        put(cover, PNG, {"media-type-family": "VIDEO"}),
        put(cover, PNG, {}, "application/x-www-form-urlencoded"),
    ]

    assert [answer.status_code for answer in answers] == [*[400] * 6, 422, 422, 415, 413, 415, 415, 400]
    assert paths(asset(linkedin, value["video"])) == ("", "")


# Documents.


@pytest.mark.parametrize("extension", DOCUMENTS)
def test_a_document_is_known_by_its_bytes(linkedin: RunningSandbox, extension: str) -> None:
    value = initialized(linkedin, "documents")
    answer = put(value["uploadUrl"], DOCUMENTS[extension], token(linkedin), "application/octet-stream")

    assert (answer.status_code, answer.content) == (201, b"")
    assert asset(linkedin, value["document"]).extension == extension


@pytest.mark.parametrize("data", [PNG, MP4, b"", b"hello", archive("music/song.mp3"), b"PK\x03\x04 not a zip", VTT])
def test_anything_else_is_no_document(linkedin: RunningSandbox, data: bytes) -> None:
    value = initialized(linkedin, "documents")
    answer = put(value["uploadUrl"], data, token(linkedin))

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert list(linkedin.state.assets.folder.iterdir()) == []


def test_a_document_needs_the_token_of_its_member(linkedin: RunningSandbox) -> None:
    url = initialized(linkedin, "documents")["uploadUrl"]

    assert put(url, DOCUMENTS[".pdf"], {}).status_code == 401
    assert put(url, DOCUMENTS[".pdf"], token(linkedin, sub=ZOE)).status_code == 403


# Reading.


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("images", FORBIDDEN),
        ("documents", FORBIDDEN),
    ],
)
def test_without_a_scope_for_reading_a_status_is_refused(linkedin: RunningSandbox, kind: str, message: str) -> None:
    urn = initialized(linkedin, kind)[kind.removesuffix("s")]
    answer = read(linkedin, kind, urn, token(linkedin))
    several = listed(linkedin, f"rest/{kind}", urn, headers=token(linkedin)).json()

    assert (answer.status_code, answer.json()["message"]) == (403, message)
    assert several == {"results": {}, "statuses": {urn: 403}, "errors": {urn: answer.json()}}


def listed(linkedin: RunningSandbox, path: str, *urns: str, headers: dict[str, str] | None = None) -> requests.Response:
    ids = ",".join(quote(urn, safe="") for urn in urns)
    where = f"{linkedin.url}/{path}?ids=List({ids})"
    return requests.get(where, headers=headers or token(linkedin), timeout=PATIENCE_S)


@pytest.mark.parametrize(("path", "kind"), [("v2/images", "image"), ("rest/videos", "video")])
def test_an_owner_who_may_only_publish_sees_videos_and_unversioned_images(
    linkedin: RunningSandbox, path: str, kind: str
) -> None:
    value = initialized(linkedin, f"{kind}s", **({"fileSizeBytes": 5} if kind == "video" else {}))
    urn, unknown = value[kind], f"urn:li:{kind}:x"
    headers = token(linkedin)
    stranger = token(linkedin, sub=ZOE)
    if path.startswith("v2/"):
        del headers["LinkedIn-Version"]
    one, bare, foreign = (
        requests.get(f"{linkedin.url}/{path}/{quote(key, safe='')}", headers=whose, timeout=PATIENCE_S)
        for key, whose in ((urn, headers), (urn.rpartition(":")[2], headers), (urn, stranger))
    )
    several = listed(linkedin, path, urn, unknown, headers=headers)

    assert one.json() == bare.json() == {"id": urn, "owner": ME, "status": "WAITING_UPLOAD"}
    assert foreign.status_code == 403
    assert several.json()["results"] == {urn: one.json()}
    assert several.json()["statuses"] == {urn: 200, unknown: 404}
    assert list(several.json()["errors"]) == [unknown]


@pytest.mark.parametrize("scope", ["r_member_social", "r_organization_social", "w_organization_social"])
@pytest.mark.parametrize(("kind", "data"), [("images", PNG), ("documents", DOCUMENTS[".pdf"])])
def test_a_reader_sees_how_far_a_file_is(
    timed: RunningSandbox, clock: Clock, kind: str, data: bytes, scope: str
) -> None:
    value = initialized(timed, kind)
    urn = value[kind.removesuffix("s")]
    headers = token(timed, "w_member_social", scope, client_id="reader")
    seen = [read(timed, kind, urn, headers).json()]
    put(value["uploadUrl"], data, token(timed))
    seen.append(read(timed, kind, urn, headers).json())
    clock.now += 1
    seen.append(read(timed, kind, urn, headers).json())

    assert [facts["status"] for facts in seen] == ["WAITING_UPLOAD", "PROCESSING", "AVAILABLE"]
    assert seen[0] == {"id": urn, "owner": ME, "status": "WAITING_UPLOAD"}
    assert set(seen[2]) == {"id", "owner", "status", "downloadUrl", "downloadUrlExpiresAt"}
    assert file_of(timed, urn) == data


def test_a_reader_sees_a_films_length_and_size(linkedin: RunningSandbox, tmp_path: Path) -> None:
    linkedin.state.assets.processing_s = 0
    film = media.video(tmp_path / "film.mp4", seconds=2, size=(320, 180)).read_bytes()
    value = initialized(linkedin, "videos", fileSizeBytes=len(film))
    finalized(linkedin, value, sent(value, film))
    facts = read(linkedin, "videos", value["video"]).json()

    assert set(facts) == {
        *("id", "owner", "status", "downloadUrl", "downloadUrlExpiresAt"),
        *("duration", "aspectRatioWidth", "aspectRatioHeight"),
    }
    assert (facts["id"], facts["owner"], facts["status"]) == (value["video"], ME, "AVAILABLE")
    assert (facts["duration"], facts["aspectRatioWidth"], facts["aspectRatioHeight"]) == (2000, 320, 180)
    assert requests.get(facts["downloadUrl"], timeout=PATIENCE_S).content == film


@pytest.mark.parametrize(
    "data", [b"\0\0\0\x18ftyp", struct.pack(">I4s", 0, b"free"), struct.pack(">I4sI", 12, b"mvhd", 0)]
)
def test_a_film_that_says_nothing_about_itself_has_no_length(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(data)

    assert film_facts(tmp_path / "film.mp4") == {}


def test_a_zip_that_is_all_table_of_contents_is_no_document_and_is_not_read(tmp_path: Path) -> None:
    listing = (b"PK\x01\x02" + bytes(24) + b"\x05\0" + bytes(16) + b"word/") * 200_000
    end = b"PK\x05\x06" + bytes(8) + len(listing).to_bytes(4, "little") + bytes(6)
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04" + listing + end)

    assert sniff_file(tmp_path / "a.docx") == ("", "")


def test_a_stranger_may_not_read_and_what_is_not_there_is_not_found(linkedin: RunningSandbox) -> None:
    urn = initialized(linkedin, "images")["image"]
    stranger = token(linkedin, "w_member_social", "r_member_social", sub=ZOE)

    assert read(linkedin, "images", urn, stranger).status_code == 403
    assert read(linkedin, "images", "urn:li:image:x").status_code == 404
    assert read(linkedin, "videos", urn.replace(":image:", ":video:")).status_code == 404


def test_colons_in_the_path_must_be_encoded(linkedin: RunningSandbox) -> None:
    where = f"{linkedin.url}/rest/videos/urn:li:video:x"
    answer = requests.get(where, headers=reader(linkedin), timeout=PATIENCE_S)

    assert (answer.status_code, answer.json()["message"]) == (400, "Syntax exception in path variables")


# Use in a post.


def use(linkedin: RunningSandbox, urn: str, family: str, owner: Any = ADA) -> Asset:
    unknown, foreign = (ApiError(400, {"message": reason}, DECIDED) for reason in ("unknown", "foreign"))
    return linkedin.state.assets.usable(urn, urn.split(":")[2], family, owner, unknown=unknown, foreign=foreign)


@pytest.mark.parametrize("kind", ["videos", "documents"])
def test_videos_and_documents_wait_until_they_are_processed(timed: RunningSandbox, clock: Clock, kind: str) -> None:
    urn = arrived(timed, kind)
    family = kind.removesuffix("s").upper()
    with pytest.raises(Exception, match="waiting"):
        use(timed, urn, family)
    clock.now += 1

    assert use(timed, urn, family).urn == urn


def arrived(linkedin: RunningSandbox, kind: str) -> str:
    if kind == "videos":
        value = initialized(linkedin, kind, fileSizeBytes=len(MP4))
        finalized(linkedin, value, sent(value, MP4))
    else:
        value = initialized(linkedin, kind)
        put(value["uploadUrl"], PNG if kind == "images" else DOCUMENTS[".pdf"], token(linkedin))
    return str(value[kind.removesuffix("s")])


def test_an_image_may_be_used_while_it_is_processed(timed: RunningSandbox) -> None:
    urn = arrived(timed, "images")

    assert use(timed, urn, "STILLIMAGE").urn == urn


def test_a_file_is_used_by_the_owner_it_is_for(linkedin: RunningSandbox) -> None:
    urn = arrived(linkedin, "images")

    assert use(linkedin, urn, "STILLIMAGE").urn == urn
    with pytest.raises(Exception, match="foreign"):
        use(linkedin, urn, "STILLIMAGE", ENGINES)


# Expiry and faults.


@pytest.mark.parametrize(("kind", "life_s"), [("images", DAY_S), ("documents", DAY_S), ("videos", 30 * DAY_S)])
def test_upload_addresses_grow_old(timed: RunningSandbox, clock: Clock, kind: str, life_s: int) -> None:
    value = initialized(timed, kind, **({"fileSizeBytes": len(MP4)} if kind == "videos" else {}))
    url = value.get("uploadUrl") or value["uploadInstructions"][0]["uploadUrl"]
    data = {"images": PNG, "documents": DOCUMENTS[".pdf"], "videos": MP4}[kind]
    clock.now += life_s - 1
    in_time = put(url, data, token(timed))
    clock.now += 1
    too_late = put(url, data, token(timed))

    assert in_time.status_code < 300
    assert (too_late.status_code, too_late.json()["code"]) == (400, "EXPIRED_UPLOAD_URL")
    assert too_late.json()["message"] == "The Video upload URL is expired"


@pytest.mark.parametrize("kind", ["images", "videos", "documents"])
def test_the_next_upload_that_finishes_can_be_made_to_fail(linkedin: RunningSandbox, kind: str) -> None:
    linkedin.state.assets.processing_s = 0
    linkedin.state.faults.arm("processing_fails")
    urns = [arrived(linkedin, kind) for _ in range(2)]

    seen = [read(linkedin, kind, urn).json()["status"] for urn in urns]
    assert seen == ["PROCESSING_FAILED", "AVAILABLE"]


def test_the_next_upload_address_can_be_made_old(linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("upload_expired")
    url, piece = pieces(initialized(linkedin, "videos", fileSizeBytes=len(MP4)), MP4)[0]
    answers = [put_part(url, piece) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 200]
    assert answers[0].json()["code"] == "EXPIRED_UPLOAD_URL"


def test_an_etag_can_be_lost_and_the_part_sent_again(linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("etag_lost")
    value = initialized(linkedin, "videos", fileSizeBytes=len(MP4), uploadThumbnail=True)
    put(value["thumbnailUploadUrl"], PNG, {})
    url, piece = pieces(value, MP4)[0]
    answers = [put_part(url, piece) for _ in range(2)]

    assert ["ETag" in answer.headers for answer in answers] == [False, True]
    assert finalized(linkedin, value, [answers[1].headers["ETag"]]).status_code == 200


def test_the_videos_api_can_be_closed_and_images_stay_open(linkedin: RunningSandbox) -> None:
    linkedin.state.faults.arm("videos_closed", times=None)
    initialized(linkedin, "images")
    fields = {"owner": ME, "fileSizeBytes": 5}
    answer = asked(linkedin, "videos", "initializeUpload", fields)
    status = read(linkedin, "videos", "urn:li:video:x")

    name = "partnerApiVideosExternal.ACTION-initializeUpload.20260901"
    assert (answer.status_code, answer.json()["message"]) == (403, f"Not enough permissions to access: {name}")
    assert status.status_code == 403


def test_the_status_of_a_video_can_be_closed(linkedin: RunningSandbox) -> None:
    urn = initialized(linkedin, "videos", fileSizeBytes=5)["video"]
    linkedin.state.faults.arm("video_status_closed")
    answers = [read(linkedin, "videos", urn, token(linkedin)) for _ in range(2)]

    name = "partnerApiVideosExternal.GET.20260901"
    assert [answer.status_code for answer in answers] == [403, 200]
    assert answers[0].json()["message"] == f"Not enough permissions to access: {name}"


def test_latency_makes_every_answer_later_and_is_no_fault(linkedin: RunningSandbox) -> None:
    linkedin.state.faults.latency_s = 0.2
    started = time.monotonic()
    value = initialized(linkedin, "images")
    put(value["uploadUrl"], PNG, token(linkedin))
    took_s = time.monotonic() - started

    assert took_s >= 0.4
    assert [fault for fault in linkedin.state.faults.all() if fault.armed] == []


@pytest.mark.parametrize("kind", ["images", "videos", "documents"])
def test_a_reset_forgets_files_and_parts(linkedin: RunningSandbox, kind: str) -> None:
    urn = arrived(linkedin, kind)
    linkedin.state.reset()

    assert list(linkedin.state.assets.folder.iterdir()) == []
    assert read(linkedin, kind, urn).status_code == 404
    assert linkedin.state.store.count("part") == 0
