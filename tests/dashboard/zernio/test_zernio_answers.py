"""Whatever stands in the place of Zernio's answers, a post is published once at most, and its row is true."""

from __future__ import annotations

import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.db.database import now
from dashboard.db.tables import exchanges
from dashboard.posts.post import Posting
from dashboard.zernio.flow import TRIES
from linkedin_api import LinkedInError
from sandbox.directory.members import ADA, ZOE
from sandbox.zernio.state import Zernio
from tests.conftest import RunningSandbox
from tests.dashboard.zernio.test_zernio_flow import Way
from tests.linkedin_api.http.test_transport import raw_server, read_request
from tests.support.services import draft_of, open_services, signed_in

CALLS = {
    "presign": rb"POST \S*/media/presign ",
    "upload": rb"PUT \S*/zernio/uploads/",
    "draft": rb"POST \S*/posts ",
    "publish": rb"PUT \S*/posts/",
    "look": rb"GET \S*/posts",
    "unpublish": rb"POST \S*/unpublish ",
}
STRANGER = "https://stranger.example"


def answer(status: int, body: Any, *headers: str, kind: str = "application/json") -> bytes:
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + content


NONSENSE = {"_id": "../../accounts", "status": ["published"], "metadata": 3}
NONSENSE |= {"platforms": [{"platform": "linkedin", "status": {}, "platformPostId": "urn:li:share:\n1"}, 4, None]}
ANOTHER = {"_id": "5f00000000000000000000cc", "status": "published", "metadata": {"outbox": "somebody else's"}}
ANOTHER |= {"platforms": [{"platform": "linkedin", "status": "published", "platformPostId": "urn:li:share:666"}]}
# What may come in the place of an answer whether or not the call was carried out.
LIES = {
    "nothing": b"",
    "html": answer(502, "<h1>Bad gateway</h1>", kind="text/html"),
    "page": answer(200, "<h1>Sign in to this network</h1>", kind="text/html"),
    "redirect": answer(307, "", f"Location: {STRANGER}/v1/posts"),
    "list": answer(200, [1, 2]),
    "deep": answer(200, "[" * 5000 + "]" * 5000),
    "nonsense": answer(200, {"post": NONSENSE, "uploadUrl": 3, "publicUrl": [], "posts": [NONSENSE, 5]}),
    "another": answer(200, {"existingPost": ANOTHER, "uploadUrl": f"{STRANGER}/in", "publicUrl": f"{STRANGER}/a.png"}),
    "busy": answer(409, {"error": "Still processing"}),
}
# Refusals, which say that it was not carried out.
REFUSALS = {
    "400": answer(400, {"error": "x" * 9000, "param": "content", "details": {"mentions": [1, {"code": 5}]}}),
    "401": answer(401, {"error": "Unauthorized"}),
    "402": answer(402, {"error": "Pay", "dashboard_url": "javascript:alert(1)"}),
    "403": answer(403, {"error": "No", "code": "ACCOUNT_DISCONNECTED"}),
    "409": answer(409, {"error": "Twin", "details": {"existingPostId": "../keys"}}),
    "429": answer(429, {"error": "Slow", "details": {"rateLimitedUntil": "9999-12-31T23:59:59-23:59"}}),
}


# Which call is spoilt, how, and whether it is carried out all the same.
CASES = [
    *(("presign", name, False) for name in ("nothing", "redirect", "nonsense", "another", "402")),
    *(("upload", name, False) for name in ("nothing", "redirect", "401", "403")),
    *((call, name, True) for call in ("draft", "publish", "look") for name in LIES),
    *(("draft", name, False) for name in ("nothing", "409", "429")),
    *(("publish", name, False) for name in ("nothing", "html", *REFUSALS)),
    *(("look", name, False) for name in ("401", "429")),
]


@dataclass
class Middle:
    """Stands between the dashboard and the sandbox's Zernio, and may spoil one answer."""

    to: str
    call: bytes = rb"-"
    spoilt: bytes = b""
    carried_out: bool = True
    repeated: bytes = rb"-"
    times: int = 0
    trickles: bool = False
    asked: list[bytes] = field(default_factory=list)

    def spoil(self, call: str, spoilt: bytes, *, carried_out: bool, times: int = 1) -> None:
        self.call, self.spoilt, self.carried_out, self.times = CALLS[call], spoilt, carried_out, times
        self.asked.clear()

    def talk(self, connection: socket.socket) -> None:
        request = read_request(connection)
        self.asked.append(request.partition(b"\r\n")[0])
        spoils = self.times > 0 and re.match(self.call, request) is not None
        if re.match(self.repeated, request):
            self._forward(request)
        found = b"" if spoils and not self.carried_out else self._forward(request)
        self.times -= spoils
        connection.sendall(self.spoilt if spoils else found)
        while spoils and self.trickles:  # until the other side has had enough
            connection.sendall(b" ")
            time.sleep(0.01)

    def _forward(self, request: bytes) -> bytes:
        parts, found = urlsplit(self.to), b""
        with socket.create_connection((parts.hostname, parts.port)) as to:
            to.sendall(request.replace(b"Connection: keep-alive", b"Connection: close"))
            while piece := to.recv(65536):
                found += piece
        return found


@pytest.fixture
def between(tmp_path: Path, linkedin: RunningSandbox) -> Iterator[tuple[Way, Middle]]:
    zernio, middle = Zernio(linkedin.state), Middle(linkedin.url)
    key = zernio.new_key()
    zernio.connect(ADA, ADA)
    zernio.set(requests_per_minute=10**6, posts_per_hour=10**6, posts_per_day=10**6)
    with raw_server(middle.talk) as url:
        services = open_services(tmp_path, linkedin.url, ZERNIO_API_URL=f"{url}/zernio")
        member = signed_in(services, linkedin, ZOE)
        (found,) = services.zernio.enter_key(member, key)
        account = services.zernio.add(found, key, member)
        yield Way(services, zernio, key, member, account, linkedin), middle
        services.database.dispose()


def told_truly(way: Way, text: str, kind: str = "text") -> str:
    """Publish a post and return the row's state: what it says must be so at LinkedIn."""
    way.services.accounts.refuse_token(way.account.id, None)
    row = way.publish(draft_of(way.services, kind, "rest", text).changed(member=str(way.account.urn)))
    there = [post.urn for post in way.linkedin.state.feed() if post.text == text]
    said = f"{row.error} {row.advice}"
    if row.state == "published":
        assert there == [row.urn], (text, said)
    elif row.state == "unconfirmed":
        assert len(there) <= 1, (text, said)
    else:
        assert (row.state, there) in (("failed", []), ("scheduled", [])), (text, row.state, said)
        assert row.error, text
    assert "javascript:" not in said
    assert len(said) < 900
    return row.state


def test_a_spoilt_answer_to_any_call_leaves_one_post_at_most_and_a_true_row(
    between: tuple[Way, Middle], caplog: pytest.LogCaptureFixture
) -> None:
    way, middle = between
    caplog.set_level(logging.DEBUG)
    states: dict[tuple[str, str, bool], str] = {}
    for call, name, carried_out in CASES:
        if call == "look":  # is asked for only when the answer to the publishing call is lost
            way.linkedin.state.faults.arm("zernio_publish_lost")
        middle.spoil(call, (LIES | REFUSALS)[name], carried_out=carried_out)
        kind = "image" if call in ("presign", "upload") else "text"
        states[call, name, carried_out] = told_truly(way, f"{call} {name} {carried_out}", kind)

    for (call, name, _), state in states.items():
        if name in LIES and (call, name) != ("presign", "another"):
            assert state == "published", (call, name)  # asked again, or asked what became of it
        if call == "upload":  # whose host is given no key, and can say nothing about it
            assert state == "published", name
    refused = {state for (call, name, _), state in states.items() if name in ("400", "402", "403") and call != "upload"}
    assert refused == {"failed"}
    kept = "".join(str(row) for row in way.services.outbox.select())
    with way.services.database.connect() as db:
        kept += "".join(str(tuple(row)) for row in db.execute(exchanges.select()))
    assert way.key not in kept
    assert way.key not in caplog.text
    assert "X-Signature=" not in kept


def test_a_publishing_call_that_a_proxy_repeats_counts_as_the_first_one(between: tuple[Way, Middle]) -> None:
    way, middle = between
    middle.repeated = CALLS["publish"]

    assert told_truly(way, "Twice on its way") == "published"  # Zernio answers 400 to the second one


def test_a_post_that_is_off_linkedin_counts_as_deleted_whatever_the_answer(between: tuple[Way, Middle]) -> None:
    way, middle = between
    first, second, third = (way.publish(way.draft(f"Post {number}")) for number in range(3))

    middle.spoil("unpublish", b"", carried_out=True)
    way.services.delete_post(first)
    way.linkedin.state.posts.delete(str(second.urn))  # by hand: Zernio refuses to unpublish it
    way.services.delete_post(second)
    middle.spoil("unpublish", answer(200, {"success": False, "message": "Not now"}), carried_out=False)
    with pytest.raises(LinkedInError, match="Not now"):
        way.services.delete_post(third)

    assert [post.text for post in way.linkedin.state.feed()] == [third.text]
    rows = [way.services.outbox.get(each.id) for each in (first, second, third)]
    assert [row and row.state for row in rows] == ["deleted", "deleted", "published"]


def test_a_draft_whose_answer_is_lost_again_and_again_does_not_stay_at_zernio(between: tuple[Way, Middle]) -> None:
    way, middle = between
    middle.spoil("draft", b"", carried_out=True, times=TRIES)

    assert told_truly(way, "Never heard of") == "failed"
    assert sum(re.match(CALLS["draft"], line) is not None for line in middle.asked) == TRIES
    assert way.records == []


def test_an_upload_address_of_a_stranger_gets_nothing(between: tuple[Way, Middle]) -> None:
    way, middle = between
    for address in (f"{STRANGER}/in", "https://zernio.com@stranger.example/in", "http://zernio.com/in", "file:///in"):
        body = {"uploadUrl": address, "publicUrl": "https://media.zernio.com/temp/a.png"}
        middle.spoil("presign", answer(200, body), carried_out=False)

        assert told_truly(way, address, "image") == "failed"
        assert "ZERNIO_UPLOAD_HOSTS" in str(way.services.outbox.select()[-1].advice)
        assert not any(re.match(CALLS["upload"], line) for line in middle.asked)


def test_an_answer_that_trickles_for_ever_is_not_waited_for(
    between: tuple[Way, Middle], monkeypatch: pytest.MonkeyPatch
) -> None:
    way, middle = between
    monkeypatch.setattr("zernio_api.publisher.PUBLISH_TIMEOUT_S", 0.5)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n"
    middle.spoil("publish", head, carried_out=True)
    middle.trickles = True

    assert told_truly(way, "Trickled") == "published"


def test_a_planned_post_goes_the_way_of_the_author_that_it_has_last(between: tuple[Way, Middle]) -> None:
    way, middle = between
    due = {"due_at": now() - timedelta(seconds=1), "written_by": way.member.id}
    through = way.draft("There and back")
    straight = through.changed(member="", dialect="rest")
    post_id = way.put(through, due_at=now() + timedelta(hours=1))
    middle.spoil("publish", REFUSALS["429"], carried_out=False)
    assert way.services.outbox.put(Posting(way.account.id, through, **due)) == post_id
    assert way.run(post_id).delayed_by == "throttled"  # with a draft of it at Zernio

    assert way.services.outbox.put(Posting(way.member.id, straight, **due)) == post_id
    row = way.services.outbox.get(post_id)
    assert row
    assert (row.dialect, row.account_id, row.remote) == ("rest", way.member.id, None)
    assert way.services.outbox.put(Posting(way.account.id, through, **due)) == post_id
    assert way.run(post_id).state == "published"

    (post,) = way.linkedin.state.feed()
    assert post.author == ADA.urn
