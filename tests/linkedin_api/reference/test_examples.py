"""Every example of the table of known calls is sent to the sandbox, as an app with every product: it is a request."""

from __future__ import annotations

from pathlib import Path

import requests

from linkedin_api.reference.endpoints import Endpoint, endpoints
from sandbox import Sandbox, create_app
from sandbox.directory.apps import EVERY_PRODUCT, SELF_SERVE
from tests.conftest import ROOT, RunningSandbox, served
from tests.support.patience import PATIENCE_S

ADA, BACK = "782bbtaQ", "http://localhost:8501/auth/linkedin/callback"
EVERYTHING, PARTNER = "sandbox-every-product", "sandbox-partner"
TEXT = "Hello from the console"  # of the example; the same text twice is a duplicate
MEDIA = ROOT / "dashboard" / "demo" / "media"
FILES = {"image": ("sensor-node.png", "image/png"), "video": ("lorry.mp4", "video/mp4")}
STARTS = {
    "image": "Start the upload of an image",
    "video": "Start the upload of a video",
    "document": "Start the upload of a document",
}
BY_NAME = {each.name: each for each in endpoints()}
# What an example alone cannot do, and what the sandbox answers instead.
OTHERWISE = {
    "Posts, v2: Read a post": (501, "NOT_IMITATED"),
    "Posts, v2: Find a member's posts": (501, "NOT_IMITATED"),
    "Media, v2: Complete an upload in parts": (400, "All chunks IDs must be signed"),  # of no part that was uploaded
    "Media, versioned API: Finish the upload of a video": (400, "All chunks IDs must be signed"),
}


class Caller:
    """Sends examples with Ada's token, and makes before what each of them names."""

    def __init__(self, linkedin: RunningSandbox) -> None:
        self._url, tokens = linkedin.url, linkedin.state.tokens
        self._token = tokens.new_access_token(EVERYTHING, ADA, sorted(EVERY_PRODUCT))
        scopes = sorted(SELF_SERVE)
        self._known = {
            "member": f"urn:li:person:{ADA}",
            "client_id": PARTNER,
            "client_secret": "any",
            "redirect_uri": BACK,
            "code": tokens.new_code(PARTNER, ADA, scopes, BACK),
            "refresh_token": tokens.new_refresh_token(PARTNER, ADA, scopes),
            "token": tokens.new_access_token(PARTNER, ADA, scopes),
        }

    def answer_to(self, endpoint: Endpoint) -> requests.Response:
        """The answer to an example, after what it is about was made."""
        wanted = f"{endpoint.path} {endpoint.body}"
        known = dict(self._known)
        if "{post}" in wanted:
            text = BY_NAME["Posts, v2: Publish a text"]
            known["post"] = self._send(text, known, endpoint.name).headers["x-restli-id"]
        if "{comment_id}" in wanted:
            comment = BY_NAME["Comments and reactions: Comment on a post"]
            known["comment_id"] = self._send(comment, known).headers["x-restli-id"]
        if "{asset}" in wanted or "{asset_id}" in wanted:
            known["asset"] = self._asset("video" if "video" in endpoint.body.lower() else "image")
            known["asset_id"] = known["asset"].rpartition(":")[2]
        for kind in (kind for kind in STARTS if f"{{{kind}}}" in wanted):
            value = self._send(BY_NAME[f"Media, versioned API: {STARTS[kind]}"], known).json()["value"]
            known[kind] = self._uploaded(value.get("uploadUrl"), value[kind])
        if endpoint.title == "Take a reaction back":
            self._send(BY_NAME["Comments and reactions: React to a post"], known)
        return self._send(endpoint, known)

    def _asset(self, kind: str) -> str:
        register = BY_NAME[f"Media, v2: Register {'an' if kind == 'image' else 'a video'} upload"]
        value = self._send(register, self._known).json()["value"]
        (how,) = value["uploadMechanism"].values()
        return self._uploaded(how["uploadUrl"], value["asset"], kind)

    def _uploaded(self, url: str | None, urn: str, kind: str = "image") -> str:
        if url:  # of a video in the versioned API there are several; its state is asked before they are used
            name, content_type = FILES[kind]
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": content_type}
            requests.put(url, (MEDIA / name).read_bytes(), headers=headers, timeout=PATIENCE_S)
        return urn

    def _send(self, endpoint: Endpoint, known: dict[str, str], words: str = "") -> requests.Response:
        example = endpoint.example(**known)
        headers = dict(example.headers)
        if not example.path.startswith("/oauth/"):
            headers["Authorization"] = f"Bearer {self._token}"
        body = example.body.replace(TEXT, words or TEXT).encode()
        url = f"{self._url}{example.path}"
        return requests.request(
            example.method, url, headers=headers, data=body, timeout=PATIENCE_S, allow_redirects=False
        )


def test_the_sandbox_takes_every_example(tmp_path: Path) -> None:
    state = Sandbox(tmp_path, activity_delay_s=0, processing_s=0)
    with served(create_app(state)) as url:
        caller = Caller(RunningSandbox(url, state))
        answers = {each.name: caller.answer_to(each) for each in endpoints()}

    refused = {name: (answer.status_code, answer.text) for name, answer in answers.items() if not answer.ok}
    assert refused.keys() == OTHERWISE.keys(), refused
    for name, (status, text) in OTHERWISE.items():
        assert refused[name][0] == status
        assert text in refused[name][1]
