"""Registering, uploading in one piece and in parts, and what becomes of the bytes."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox import Sandbox, create_app
from tests.conftest import RunningSandbox, served
from tests.sandbox.api.test_v2_posts import ME, publish, publish_rest, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, ZOE, Clock, bearer, clock, timed
from tests.support.patience import PATIENCE_S, until

__all__ = ["clock", "timed"]
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 1000
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"frames" * 1000
SINGLE = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
MULTIPART = "com.linkedin.digitalmedia.uploading.MultipartUpload"


def registration(kind: str = "image", **changes: Any) -> dict[str, Any]:
    request = {
        "recipes": [f"urn:li:digitalmediaRecipe:feedshare-{kind}"],
        "owner": ME,
        "serviceRelationships": [{"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"}],
    }
    return {"registerUploadRequest": request | changes}


def register(sandbox: RunningSandbox, headers: dict[str, str], kind: str = "image", **changes: Any) -> dict[str, Any]:
    where = f"{sandbox.url}/v2/assets?action=registerUpload"
    answer = requests.post(where, json=registration(kind, **changes), headers=headers, timeout=PATIENCE_S)
    assert answer.status_code == 200
    value: dict[str, Any] = answer.json()["value"]
    return value


def put(url: str, data: bytes, headers: dict[str, str], content_type: str = "image/png") -> requests.Response:
    return requests.put(url, data=data, headers=headers | {"Content-Type": content_type}, timeout=PATIENCE_S)


def upload_url(value: dict[str, Any]) -> str:
    return str(value["uploadMechanism"][SINGLE]["uploadUrl"])


def status(sandbox: RunningSandbox, value: dict[str, Any], headers: dict[str, str]) -> str:
    where = f"{sandbox.url}/v2/assets/{value['asset'].rpartition(':')[2]}"
    return str(requests.get(where, headers=headers, timeout=PATIENCE_S).json()["recipes"][0]["status"])


def test_registering_answers_with_the_documented_members(linkedin: RunningSandbox) -> None:
    value = register(linkedin, bearer(linkedin.url))

    mechanism = value["uploadMechanism"][SINGLE]
    asset = value["asset"]
    assert asset.startswith("urn:li:digitalmediaAsset:D5622AQ")
    assert mechanism["headers"] == {"media-type-family": "STILLIMAGE"}
    assert mechanism["uploadUrl"].startswith(f"{linkedin.url}/dms-uploads/")
    artifact = "urn:li:digitalmediaMediaArtifactClass:uploaded-image"
    assert value["mediaArtifact"] == f"urn:li:digitalmediaMediaArtifact:({asset},{artifact})"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"owner": f"urn:li:person:{ZOE}"}, "/registerUploadRequest/owner"),
        ({"recipes": ["urn:li:digitalmediaRecipe:document"]}, "/registerUploadRequest/recipes/relationshipType"),
    ],
)
def test_a_foreign_owner_or_recipe_is_refused(linkedin: RunningSandbox, changes: dict[str, Any], field: str) -> None:
    where = f"{linkedin.url}/v2/assets?action=registerUpload"
    body = registration(**changes)
    answer = requests.post(where, json=body, headers=bearer(linkedin.url), timeout=PATIENCE_S)

    assert answer.status_code == 403
    assert answer.json()["message"].endswith(f"Data Processing Exception while processing fields [{field}]")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_image_is_uploaded_posted_and_seen(linkedin: RunningSandbox, method: str) -> None:
    headers = bearer(linkedin.url)
    value = register(linkedin, headers)
    typed = headers | {"Content-Type": "application/octet-stream"}
    uploaded = requests.request(method, upload_url(value), data=PNG, headers=typed, timeout=PATIENCE_S)
    entry = {"media": value["asset"], "title": {"text": "Title"}, "description": {"text": "Alt"}}
    urn = publish(linkedin, share("", "IMAGE", entry), headers).json()["id"]

    (media,) = linkedin.state.posts[urn].media
    assert (uploaded.status_code, uploaded.content) == (201, b"")
    assert (media.content_type, media.size_bytes, media.title, media.alt_text) == ("image/png", 6008, "Title", "Alt")
    assert media.sha256 == hashlib.sha256(PNG).hexdigest()
    seen = requests.get(linkedin.url + media.path, headers={"Range": "bytes=1-3"}, timeout=PATIENCE_S)
    assert (seen.status_code, seen.content, seen.headers["content-type"]) == (206, b"PNG", "image/png")


def test_a_video_post_is_a_ugc_post(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    value = register(linkedin, headers, "video")
    put(upload_url(value), MP4, {}, "video/mp4")
    urn = publish(linkedin, share("Film", "VIDEO", {"media": value["asset"]}), headers).json()["id"]

    assert urn.startswith("urn:li:ugcPost:")
    assert linkedin.state.posts[urn].kind == "video"


def test_processing_takes_its_time(timed: RunningSandbox, clock: Clock) -> None:
    headers = bearer(timed.url)
    value = register(timed, headers)
    seen = [status(timed, value, headers)]
    put(upload_url(value), PNG, headers)
    seen.append(status(timed, value, headers))
    clock.now += 1
    seen.append(status(timed, value, headers))

    assert seen == ["WAITING_UPLOAD", "PROCESSING", "AVAILABLE"]


def test_an_image_needs_the_token(linkedin: RunningSandbox) -> None:
    answer = put(upload_url(register(linkedin, bearer(linkedin.url))), PNG, {})

    assert answer.status_code == 401
    assert answer.json()["code"] == "EMPTY_ACCESS_TOKEN"


def test_an_image_needs_no_type_and_a_forms_type_is_refused(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    url = upload_url(register(linkedin, headers))
    form = put(url, PNG, headers, "application/x-www-form-urlencoded")
    parts = requests.post(url, files={"file": PNG}, headers=headers, timeout=PATIENCE_S)
    bare = requests.put(url, data=PNG, headers=headers, timeout=PATIENCE_S)

    assert (form.status_code, form.headers["content-type"].partition(";")[0]) == (400, "text/html")
    assert parts.status_code == 415
    assert (bare.status_code, bare.content, "Content-Type" in bare.request.headers) == (201, b"", False)


@pytest.mark.parametrize(("kind", "data"), [("image", b"%PDF-1.7"), ("image", MP4), ("video", PNG), ("image", b"")])
def test_the_bytes_must_be_what_the_recipe_takes(linkedin: RunningSandbox, kind: str, data: bytes) -> None:
    headers = bearer(linkedin.url)
    value = register(linkedin, headers, kind)
    answer = put(upload_url(value), data, headers)

    assert answer.status_code == 415
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert status(linkedin, value, headers) == "WAITING_UPLOAD"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_that_is_too_large_is_refused(tmp_path: Path, chunked: bool) -> None:
    state = Sandbox(tmp_path, upload_max_bytes=5000)
    with served(create_app(state)) as url:
        headers = bearer(url)
        value = register(RunningSandbox(url, state), headers)
        data: Any = iter([PNG[:3000], PNG[3000:]]) if chunked else PNG
        answer = put(upload_url(value), data, headers)

    assert answer.status_code == 413
    assert answer.json()["code"] == "REQUEST_ENTITY_TOO_LARGE"
    assert list((tmp_path / "media").iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    value = register(linkedin, headers)
    host, port = linkedin.url.removeprefix("http://").split(":")
    target = upload_url(value).removeprefix(linkedin.url)
    lines = [f"PUT {target} HTTP/1.1", f"Host: {host}", f"Authorization: {headers['Authorization']}"]
    lines += ["Content-Type: image/png", "Content-Length: 1000000", "", ""]
    with socket.create_connection((host, int(port)), PATIENCE_S) as raw:
        raw.sendall("\r\n".join(lines).encode() + PNG)
    until(lambda: ("PUT", target.partition("?")[0], 499) in linkedin.state.calls)

    assert status(linkedin, value, headers) == "WAITING_UPLOAD"
    assert list(linkedin.state.assets.folder.iterdir()) == []


def test_a_forged_upload_address_is_refused(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    url = upload_url(register(linkedin, headers))

    assert put(url[:-4] + "0000", PNG, headers).status_code == 403


def test_a_post_waits_for_its_upload(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    value = register(linkedin, headers)
    answer = publish(linkedin, share("x", "IMAGE", {"media": value["asset"]}), headers)

    assert answer.status_code == 400
    assert answer.json() == {
        "status": 400,
        "code": "MEDIA_ASSET_WAITING_UPLOAD",
        "message": "Media asset is waiting upload",
    }


def test_a_post_with_an_unknown_or_foreign_file_is_refused(linkedin: RunningSandbox) -> None:
    zoe = bearer(linkedin.url, ZOE)
    value = register(linkedin, zoe, owner=f"urn:li:person:{ZOE}")
    put(upload_url(value), PNG, zoe)
    unknown = publish(linkedin, share("x", "IMAGE", {"media": "urn:li:digitalmediaAsset:x"}))
    foreign = publish(linkedin, share("x", "IMAGE", {"media": value["asset"]}))

    assert (unknown.status_code, unknown.json()["code"]) == (400, "INVALID_IMAGE_ID")
    assert foreign.status_code == 403


def multipart(linkedin: RunningSandbox, headers: dict[str, str], data: bytes) -> tuple[dict[str, Any], list[str]]:
    value = register(linkedin, headers, "video", supportedUploadMechanism=["MULTIPART_UPLOAD"], fileSize=len(data))
    etags = []
    for part in value["uploadMechanism"][MULTIPART]["partUploadRequests"]:
        piece = data[part["byteRange"]["firstByte"] : part["byteRange"]["lastByte"] + 1]
        answer = requests.put(part["url"], data=piece, headers=part["headers"], timeout=PATIENCE_S)
        assert answer.status_code == 200
        etags.append(answer.headers["ETag"])
    return value, etags


def completed(
    linkedin: RunningSandbox, headers: dict[str, str], value: dict[str, Any], etags: list[str]
) -> requests.Response:
    request = {
        "mediaArtifact": value["mediaArtifact"],
        "metadata": value["uploadMechanism"][MULTIPART]["metadata"],
        "partUploadResponses": [{"headers": {"ETag": etag}, "httpStatusCode": 200} for etag in etags],
    }
    where = f"{linkedin.url}/v2/assets?action=completeMultiPartUpload"
    body = {"completeMultipartUploadRequest": request}
    return requests.post(where, json=body, headers=headers, timeout=PATIENCE_S)


def test_a_film_in_parts_is_joined(linkedin: RunningSandbox) -> None:
    headers, data = bearer(linkedin.url), MP4 + bytes(9_000_000)
    value, etags = multipart(linkedin, headers, data)
    answer = completed(linkedin, headers, value, etags)
    urn = publish(linkedin, share("Film", "VIDEO", {"media": value["asset"]}), headers).json()["id"]

    assert answer.status_code == 200
    assert len(etags) == 3
    assert linkedin.state.posts[urn].media[0].sha256 == hashlib.sha256(data).hexdigest()


def test_a_changed_etag_is_refused(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    value, etags = multipart(linkedin, headers, MP4)
    answer = completed(linkedin, headers, value, [etags[0] + "x"])

    assert answer.status_code == 400
    assert answer.json()["message"] == "All chunks IDs must be signed"


def test_a_film_is_completed_once_and_only_from_parts(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    value, etags = multipart(linkedin, headers, MP4)
    answers = [completed(linkedin, headers, value, etags).status_code for _ in range(2)]
    single = register(linkedin, headers, "video")
    body = {"mediaArtifact": single["mediaArtifact"], "partUploadResponses": []}
    body["metadata"] = linkedin.state.identity.sign(single["asset"])
    where = f"{linkedin.url}/v2/assets?action=completeMultiPartUpload"
    never = requests.post(where, json={"completeMultipartUploadRequest": body}, headers=headers, timeout=PATIENCE_S)

    assert answers == [200, 200]
    assert (never.status_code, never.json()["message"]) == (400, "All chunks IDs must be signed")
    assert status(linkedin, value, headers) in ("PROCESSING", "AVAILABLE")


def test_a_failed_upload_is_incomplete_here(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    linkedin.state.assets.processing_s = 0
    linkedin.state.faults.arm("processing_fails")
    value = register(linkedin, headers)
    put(upload_url(value), PNG, headers)

    assert status(linkedin, value, headers) == "INCOMPLETE"


def test_a_rest_image_is_uploaded_and_posted(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url) | {"LinkedIn-Version": "202609"}
    where = f"{linkedin.url}/rest/images"
    body = {"initializeUploadRequest": {"owner": ME}}
    value = requests.post(f"{where}?action=initializeUpload", json=body, headers=headers, timeout=PATIENCE_S).json()[
        "value"
    ]
    early = publish_rest(linkedin, rest_post("x", content={"media": {"id": value["image"]}}))
    assert put(value["uploadUrl"], PNG, headers).status_code == 201
    content = {"media": {"id": value["image"], "altText": "A pixel"}}
    answer = publish_rest(linkedin, rest_post("x", content=content))
    read = requests.get(f"{where}/{value['image'].replace(':', '%3A')}", headers=headers, timeout=PATIENCE_S)

    assert set(value) == {"uploadUrlExpiresAt", "uploadUrl", "image"}
    assert (early.status_code, early.json()["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    assert linkedin.state.posts[answer.headers["x-restli-id"]].media[0].alt_text == "A pixel"
    assert (read.status_code, read.json()["message"]) == (
        403,
        "Accessing this image resource is forbidden. Please check your permissions for this resource",
    )


def test_a_foreign_owner_of_a_rest_image_is_refused(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url, ZOE) | {"LinkedIn-Version": "202609"}
    body = {"initializeUploadRequest": {"owner": f"urn:li:person:{ADA}"}}
    where = f"{linkedin.url}/rest/images?action=initializeUpload"

    assert requests.post(where, json=body, headers=headers, timeout=PATIENCE_S).status_code == 403
