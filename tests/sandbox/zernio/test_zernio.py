"""The sandbox's Zernio as a strict service: headers, duplicates, limits, times, and what a reset leaves."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from linkedin_api import Transport
from sandbox.directory.members import ADA
from sandbox.model.posts import NewPost
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.support.patience import PATIENCE_S, until
from zernio_api import ZERNIO, PostState, ZernioPublisher


class Program:
    """A program with a key and Ada's account."""

    def __init__(self, linkedin: RunningSandbox) -> None:
        self.linkedin, self.zernio = linkedin, Zernio(linkedin.state)
        self.key, self.account = self.zernio.new_key(), self.zernio.connect(ADA, ADA)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        sent = {"Authorization": f"Bearer {self.key}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        url = f"{self.linkedin.url}/zernio/v1{path}"
        return requests.request(method, url, json=body, headers=sent, timeout=PATIENCE_S)

    def post(self, content: str = "Hello", **more: Any) -> dict[str, Any]:
        return {"content": content, "platforms": [{"platform": "linkedin", "accountId": self.account}], **more}


@pytest.fixture
def program(linkedin: RunningSandbox) -> Program:
    return Program(linkedin)


def test_every_answer_has_its_headers_and_a_wrong_call_the_envelope(program: Program) -> None:
    own = str(uuid.uuid4())
    good = program.ask("GET", "/posts", x_request_id=own)
    unknown = program.ask("GET", "/posts?colour=red")

    assert good.headers["X-Request-Id"] == own
    assert (good.headers["X-RateLimit-Limit"], good.headers["X-RateLimit-Remaining"]) == ("60", "59")
    assert good.json()["pagination"]["total"] == 0
    assert (unknown.status_code, unknown.json()["param"]) == (400, "colour")
    assert "sortBy" in unknown.json()["error"]
    assert program.ask("GET", "/posts?platform=").status_code == 400
    assert program.ask("GET", "/posts?limit=501").status_code == 400
    assert program.ask("GET", "/posts/xyz").status_code == 400
    assert program.ask("GET", f"/posts/{'0' * 24}").status_code == 404
    assert program.ask("GET", "/webhooks/settings").json() == {"error": "Not found", "type": "not_found"}
    assert requests.get(f"{program.linkedin.url}/zernio/v1/posts", timeout=PATIENCE_S).json() == {
        "error": "Unauthorized"
    }
    wrong = program.ask("POST", "/media/presign", {"filename": "a.doc", "contentType": "application/msword"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "INVALID_FIELD_VALUE")
    program.zernio.set(requests_per_minute=0)
    assert int(program.ask("GET", "/posts").headers["Retry-After"]) > 0


def test_a_value_of_a_wrong_type_is_refused_wherever_it_stands(program: Program) -> None:
    polls = [{"poll": {"question": "?", "options": [each, each]}} for each in ({}, None)]
    options = [{"geoRestriction": {"countries": 5}}, *polls, [1]]
    wrong: list[dict[str, Any]] = [{"tags": [1, {}]}, {"isDraft": "true"}, {"scheduledFor": "9999-12-31T23:59-23:59"}]
    wrong += [{"mediaItems": [item]} for item in (None, {"url": "https://a.example/b.mp4", "subtitles": 5})]
    wrong += [
        {"mediaItems": [{"url": url}]} for url in ("http://a.example/b.png", "https://10.0.0.1/b.png", "https://[")
    ]
    wrong += [{"tags": [None]}]
    targets = [*({"platformSpecificData": each} for each in options), {"customContent": 5}, {"customMedia": 5}]
    wrong += [{"platforms": [{"platform": "linkedin", "accountId": program.account, **each}]} for each in targets]
    answers = [program.ask("POST", "/posts", program.post(isDraft=True) | each) for each in wrong]
    answers += [program.ask("PUT", f"/profiles/{program.zernio.profiles()[0]['_id']}", {"name": [1]})]
    not_json = f"{program.linkedin.url}/zernio/v1/posts", b'{"metadata": {"a": NaN}}'
    answers += [requests.post(*not_json, headers={"Authorization": f"Bearer {program.key}"}, timeout=PATIENCE_S)]

    assert [(each.status_code, each.json()["type"]) for each in answers] == [(400, "invalid_request_error")] * 17
    assert program.ask("GET", "/posts").json()["posts"] == []


def test_a_signed_address_takes_the_file_alone(program: Program) -> None:
    file = {"filename": "a.png", "contentType": "image/png", "size": 8}
    signed = program.ask("POST", "/media/presign", file).json()["uploadUrl"]

    def put(content: Any, **headers: str) -> int:
        given = {"Content-Type": "image/png", **headers}
        return requests.put(signed, content, headers=given, timeout=PATIENCE_S).status_code

    assert put(b"8 bytes.", Authorization=f"Bearer {program.key}") == 400
    assert put(iter([b"8 bytes."])) == 411
    assert put(b"9 bytes...") == 413
    assert put(b"8 bytes.") == 200


def test_a_repeat_is_recognized_by_its_ids_and_by_its_content(program: Program) -> None:
    own = str(uuid.uuid4())
    first = program.ask("POST", "/posts", program.post(isDraft=True), x_request_id=own)
    again = program.ask("POST", "/posts", program.post(isDraft=True), x_request_id=own)
    keyed = program.ask("POST", "/posts", program.post("Keyed", isDraft=True), Idempotency_Key="k")
    replayed = program.ask("POST", "/posts", program.post("Keyed", isDraft=True), Idempotency_Key="k")
    other = program.ask("POST", "/posts", program.post("Other", isDraft=True), Idempotency_Key="k")
    out = program.ask("POST", "/posts", program.post(publishNow=True))
    twin = program.ask("POST", "/posts", program.post(publishNow=True))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["existingPost"]["_id"] == first.json()["post"]["_id"]
    assert (replayed.status_code, replayed.json()["post"]["_id"]) == (201, keyed.json()["post"]["_id"])
    assert other.status_code == 422
    assert (twin.status_code, twin.json()["details"]["existingPostId"]) == (409, out.json()["post"]["_id"])
    assert [post.text for post in program.linkedin.state.feed()] == ["Hello"]


def test_what_is_scheduled_leaves_in_time_and_what_is_late_at_once(program: Program) -> None:
    now = datetime.now(UTC)
    later = program.ask("POST", "/posts", program.post("Later", scheduledFor=(now + timedelta(hours=1)).isoformat()))
    late = program.ask("POST", "/posts", program.post("Late", scheduledFor=(now - timedelta(hours=1)).isoformat()))
    path = f"/posts/{later.json()['post']['_id']}"
    changed = program.ask("PUT", path, {"content": "Later still"})
    before, clock = changed.json()["post"]["status"], program.linkedin.state.clock
    program.linkedin.state.clock = lambda: clock() + 3700

    assert (before, late.json()["post"]["status"]) == ("scheduled", "published")
    assert program.ask("GET", path).json()["post"]["status"] == "published"
    assert program.ask("DELETE", path).status_code == 400
    assert {post.text for post in program.linkedin.state.feed()} == {"Late", "Later still"}


def test_an_unknown_field_is_ignored_with_a_warning_and_a_reset_leaves_keys(program: Program) -> None:
    body = program.post(isDraft=True, firstComment="misplaced")
    assert program.ask("POST", "/posts", body).json()["warnings"] == ["Unknown field ignored: firstComment"]
    program.linkedin.state.reset()

    assert program.ask("GET", "/posts").json()["posts"] == []
    assert [each["_id"] for each in program.ask("GET", "/accounts").json()["accounts"]] == [program.account]


def test_a_token_ends_after_sixty_days_of_its_calendar(program: Program) -> None:
    program.linkedin.state.time.jump(61 * 86_400)
    health = program.ask("GET", "/accounts/health").json()

    assert (health["summary"]["needsReconnect"], health["accounts"][0]["canPost"]) == (1, False)
    refused = program.ask("POST", "/posts", program.post(publishNow=True))
    assert (refused.status_code, refused.json()["code"]) == (403, "ACCOUNT_DISCONNECTED")


def test_a_disconnected_account_keeps_its_id_for_an_hour(program: Program) -> None:
    clock, path = program.linkedin.state.clock, f"/accounts/{program.account}"

    assert [program.ask("DELETE", path).status_code for _ in range(2)] == [200, 404]
    assert program.ask("GET", "/accounts").json()["accounts"] == []
    assert program.zernio.connect(ADA, ADA) == program.account
    program.ask("DELETE", path)
    program.linkedin.state.clock = lambda: clock() + 3601
    assert Zernio(program.linkedin.state).connect(ADA, ADA) != program.account


def test_what_vanished_at_linkedin_gets_a_time_and_what_it_refused_can_be_tried_again(program: Program) -> None:
    out = program.ask("POST", "/posts", program.post("Here", publishNow=True)).json()["post"]
    program.linkedin.state.posts.delete(out["platforms"][0]["platformPostId"])
    program.linkedin.state.posts.create(NewPost(ADA, "There", "text", "PUBLIC", "rest"))
    refused = program.ask("POST", "/posts", program.post("There", publishNow=True))
    again = program.ask("POST", f"/posts/{refused.json()['post']['_id']}/retry")

    there = program.ask("GET", f"/posts/{out['_id']}").json()["post"]
    assert (there["status"], "removedFromPlatformAt" in there["platforms"][0]) == ("published", True)
    assert (refused.status_code, again.status_code) == (207, 207)
    assert again.json()["post"]["platforms"][0]["publishAttempts"] == 2
    assert program.ask("POST", f"/posts/{out['_id']}/retry").status_code == 400


def test_an_account_rests_after_ten_failures_and_twice_as_long_after_the_next(program: Program) -> None:
    program.linkedin.state.posts.create(NewPost(ADA, "There", "text", "PUBLIC", "rest"))
    post_id = program.ask("POST", "/posts", program.post("There", publishNow=True)).json()["post"]["_id"]
    at = program.linkedin.state.clock()
    program.linkedin.state.clock = lambda: at
    failed = [program.ask("POST", f"/posts/{post_id}/retry").status_code for _ in range(9)]

    def rest_s() -> float:
        assert program.ask("POST", f"/posts/{post_id}/retry").status_code == 429
        (account,) = program.ask("GET", "/accounts").json()["accounts"]
        return datetime.fromisoformat(account["rateLimitedUntil"]).timestamp() - program.linkedin.state.clock()

    assert failed == [207] * 9
    assert rest_s() == pytest.approx(600, abs=0.1)
    program.linkedin.state.clock = lambda: at + 601
    assert program.ask("POST", f"/posts/{post_id}/retry").status_code == 207
    assert rest_s() == pytest.approx(1200, abs=0.1)


def test_a_slow_publish_is_waited_for_longer_than_any_other_call(program: Program) -> None:
    state, url = program.linkedin.state, f"{program.linkedin.url}/zernio/v1"
    transport = Transport(access_token=program.key, service=ZERNIO, read_timeout_s=0.5)
    zernio, found = ZernioPublisher(transport, url), []
    draft = program.ask("POST", "/posts", program.post(isDraft=True)).json()["post"]["_id"]
    program.zernio.set(requests_per_minute=1_000_000)  # the test asks again and again
    state.faults.slow_s = 1000
    state.faults.arm("zernio_slow")
    began = time.monotonic()
    thread = threading.Thread(target=lambda: found.append(zernio.publish(draft)))
    thread.start()
    until(lambda: program.ask("GET", f"/posts/{draft}").json()["post"]["status"] == "publishing")
    busy = program.ask("PUT", f"/posts/{draft}", {"isDraft": False, "publishNow": True})
    until(lambda: time.monotonic() - began > 1)
    state.faults.slow_s = 0
    thread.join(PATIENCE_S)
    transport.close()

    assert busy.status_code == 409
    assert [each.state for each in found] == [PostState.PUBLISHED]
    assert len(state.feed()) == 1


def test_a_sandbox_knows_whether_anybody_uses_its_zernio(linkedin: RunningSandbox) -> None:
    before = linkedin.state.has_zernio
    Zernio(linkedin.state).connect(ADA, ADA)

    assert (before, linkedin.state.has_zernio) == (False, True)
