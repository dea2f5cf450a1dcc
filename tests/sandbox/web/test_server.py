"""The gateway, the faults, control over HTTP, mounting, restarting and the command line."""

from __future__ import annotations

import base64
import contextlib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.routing import Mount

from sandbox import Sandbox, create_app
from tests.conftest import RunningSandbox, served
from tests.sandbox.api.test_uploads import PNG, put, register, upload_url
from tests.sandbox.api.test_v2_posts import ME, publish, publish_rest, rest_post, share
from tests.sandbox.auth.test_oauth import ADA, Clock, bearer, clock, signed_in, timed
from tests.support.patience import FOREVER_S, PATIENCE_S, until

__all__ = ["clock", "timed"]
PRIYA = "urn:li:person:pN4muna-T1"


@pytest.mark.parametrize(
    ("authorization", "body"),
    [
        (
            "Bearer garbage",
            {
                "status": 401,
                "serviceErrorCode": 65600,
                "code": "INVALID_ACCESS_TOKEN",
                "message": "Invalid access token",
            },
        ),
        (
            None,
            {
                "status": 401,
                "serviceErrorCode": 65604,
                "code": "EMPTY_ACCESS_TOKEN",
                "message": "Empty oauth2_access_token",
            },
        ),
        ("Basic eDp5", {"status": 401, "message": "Unknown authentication schema"}),
    ],
)
def test_a_bad_token_answers_401(linkedin: RunningSandbox, authorization: str | None, body: dict[str, Any]) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S)

    assert (answer.status_code, answer.json()) == (401, body)


def test_every_token_can_be_revoked_and_expired(linkedin: RunningSandbox) -> None:
    def userinfo(headers: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).json()
        return answer

    old = bearer(linkedin.url)
    linkedin.state.tokens.expire_all()
    expired = userinfo(old)
    linkedin.state.tokens.revoke_all()
    revoked = userinfo(old)

    assert expired == {
        "status": 401,
        "serviceErrorCode": 65602,
        "code": "EXPIRED_ACCESS_TOKEN",
        "message": "The token used in the request has expired",
    }
    assert revoked == {
        "status": 401,
        "serviceErrorCode": 65601,
        "code": "REVOKED_ACCESS_TOKEN",
        "message": "The token used in the request has been revoked by the user",
    }
    assert userinfo(bearer(linkedin.url))["name"] == "Ada Example"


def test_a_token_lives_sixty_days(timed: RunningSandbox, clock: Clock) -> None:
    headers = bearer(timed.url)
    clock.now += 5_184_000

    assert publish(timed, share("late"), headers).json()["code"] == "EXPIRED_ACCESS_TOKEN"


@pytest.mark.parametrize("path", ["/v2/nothing", "/rest/nothing", "/v2/ugcPosts/a/b"])
def test_an_unknown_path_has_no_virtual_resource(linkedin: RunningSandbox, path: str) -> None:
    answer = requests.get(linkedin.url + path, timeout=PATIENCE_S)

    assert answer.status_code == 404
    assert answer.json() == {"status": 404, "code": "RESOURCE_NOT_FOUND", "message": "No virtual resource found"}


def test_wrong_verbs_lengths_and_sizes_are_refused(linkedin: RunningSandbox) -> None:
    assert requests.put(f"{linkedin.url}/v2/ugcPosts", timeout=PATIENCE_S).status_code == 405
    assert requests.get(f"{linkedin.url}/v2/userinfo?x={'y' * 4100}", timeout=PATIENCE_S).status_code == 414
    host, port = linkedin.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 5) as raw:
        raw.sendall(b"POST /oauth/v2/accessToken HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 411 " in raw.recv(100)


def test_the_days_calls_of_a_member_run_out_until_midnight_utc(timed: RunningSandbox, clock: Clock) -> None:
    headers = bearer(timed.url)
    answers = [publish(timed, share(f"post {number}"), headers) for number in range(6)]
    free = requests.get(f"{timed.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S)
    clock.now += 43_200
    tomorrow = publish(timed, share("tomorrow"), headers)

    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert answers[5].json() == {
        "status": 429,
        "serviceErrorCode": 101,
        "code": "TOO_MANY_REQUESTS",
        "message": "Resource level throttle APPLICATION_AND_MEMBER DAY limit for calls to this resource is reached.",
    }
    assert "retry-after" not in answers[5].headers
    assert (free.status_code, tomorrow.status_code) == (200, 201)


@pytest.mark.parametrize(
    ("client_id", "path", "calls"),
    [("sandbox-community", "/v2/organizationAcls", 100), ("sandbox-client", "/v2/userinfo", 500)],
)
def test_products_have_limits_of_their_own(linkedin: RunningSandbox, client_id: str, path: str, calls: int) -> None:
    token = linkedin.state.tokens.new_access_token(client_id, ADA, ["openid", "rw_organization_admin"])
    grant = linkedin.state.tokens.active(token)
    count = linkedin.state.limits.count_userinfo if "userinfo" in path else linkedin.state.limits.count
    for _ in range(calls - 1):
        count(grant)
    headers = {"Authorization": f"Bearer {token}"}
    answers = [
        requests.get(f"{linkedin.url}{path}?q=roleAssignee", headers=headers, timeout=PATIENCE_S).status_code
        for _ in range(2)
    ]

    assert answers == [200, 429]


def test_the_days_calls_of_an_application_run_out(tmp_path: Path) -> None:
    state = Sandbox(tmp_path, app_daily_limit=1)
    with served(create_app(state)) as url:
        sandbox = RunningSandbox(url, state)
        publish(sandbox, share("one"))
        answer = publish(sandbox, share("two"))

    assert answer.status_code == 429
    assert "throttle APPLICATION DAY limit" in answer.json()["message"]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("expired_token", 401, "EXPIRED_ACCESS_TOKEN"),
        ("revoked_token", 401, "REVOKED_ACCESS_TOKEN"),
        ("invalid_token", 401, "INVALID_ACCESS_TOKEN"),
        ("forbidden", 403, "ACCESS_DENIED"),
        ("version_retired", 426, "NONEXISTENT_VERSION"),
        ("rate_limited", 429, "TOO_MANY_REQUESTS"),
        ("server_error", 500, "INTERNAL_SERVER_ERROR"),
        ("unavailable", 503, "SERVICE_UNAVAILABLE"),
        ("empty_token", 401, "EMPTY_ACCESS_TOKEN"),
        ("conflict", 409, "CONFLICT"),
        ("gateway_timeout", 504, "GATEWAY_TIMEOUT"),
    ],
)
def test_a_fault_fires_once_and_nothing_is_stored(linkedin: RunningSandbox, fault: str, status: int, code: str) -> None:
    headers = bearer(linkedin.url)
    linkedin.state.faults.arm(fault)
    answer = publish(linkedin, share("x"), headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert linkedin.state.feed() == []
    assert publish(linkedin, share("x"), headers).status_code == 201


def test_the_duplicate_fault_names_the_newest_post(linkedin: RunningSandbox) -> None:
    urn = publish(linkedin, share("one")).json()["id"]
    linkedin.state.faults.arm("duplicate")
    answer = publish(linkedin, share("two"))

    assert answer.status_code == 422
    assert answer.json()["message"].endswith(f"Content is a duplicate of {urn}")


def test_a_fault_for_creates_leaves_other_calls_alone_until_disarmed(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    linkedin.state.faults.arm("server_error", times=None, target="create")
    userinfo = requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).status_code
    twice = [publish(linkedin, share("x"), headers).status_code for _ in range(2)]
    linkedin.state.faults.disarm("server_error")

    assert (userinfo, twice) == (200, [500, 500])
    assert publish(linkedin, share("x"), headers).status_code == 201


def test_a_fault_for_uploads_hits_the_upload(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    linkedin.state.faults.arm("unavailable", target="upload")
    value = register(linkedin, headers)

    assert put(upload_url(value), PNG, headers).status_code == 503
    assert put(upload_url(value), PNG, headers).status_code == 201


def test_a_slow_answer_comes_after_the_post_is_stored(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    linkedin.state.faults.slow_s = FOREVER_S
    linkedin.state.faults.arm("slow")
    with ThreadPoolExecutor(1) as aside:
        answer = aside.submit(publish, linkedin, share("slow"), headers)
        until(linkedin.state.feed)
        answered_then = answer.done()
        linkedin.state.faults.slow_s = 0

    assert not answered_then
    assert answer.result().status_code == 201
    assert linkedin.state.feed()[0].text == "slow"


async def _pass(request: Any, call_next: Any) -> Any:
    return await call_next(request)


@pytest.mark.parametrize("middleware", [[], [Middleware(BaseHTTPMiddleware, dispatch=_pass)]])
@pytest.mark.parametrize(
    "send", [lambda it: publish(it, share("lost")), lambda it: publish_rest(it, rest_post("lost"))]
)
def test_a_dropped_answer_stores_the_post_and_closes_the_connection(
    tmp_path: Path, send: Callable[[RunningSandbox], requests.Response], middleware: list[Middleware]
) -> None:
    state = Sandbox(tmp_path)
    app = Starlette(routes=[Mount("/sandbox", create_app(state))], middleware=middleware)
    with served(app) as root:
        sandbox = RunningSandbox(f"{root}/sandbox", state)
        state.faults.arm("dropped_answer")
        with pytest.raises(requests.ConnectionError):
            send(sandbox)

        assert [post.text for post in state.feed()] == ["lost"]
        assert state.calls[-1][2] == 0
        again = publish(sandbox, share("lost"))
        assert again.json()["message"].endswith(state.feed()[0].urn)


def test_a_dropped_answer_leaves_the_locks_of_the_process_alone(tmp_path: Path) -> None:
    """A dashboard serves the sandbox in its own process; closing a copy of its database's file would end its locks."""
    state, file = Sandbox(tmp_path / "sandbox"), tmp_path / "some.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as db, served(create_app(state)) as url:
        db.execute("CREATE TABLE t (x)")
        db.execute("BEGIN IMMEDIATE")
        state.faults.arm("dropped_answer")
        with pytest.raises(requests.ConnectionError):
            publish(RunningSandbox(url, state), share("lost"))
        write = f"import sqlite3; sqlite3.connect({str(file)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, check=False)

    assert "database is locked" in other.stderr


def test_mounted_under_a_prefix_every_address_carries_it(tmp_path: Path) -> None:
    state = Sandbox(tmp_path)
    with served(Starlette(routes=[Mount("/sandbox", create_app(state))])) as root:
        url = f"{root}/sandbox"
        headers = bearer(url)
        picture = requests.get(f"{url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).json()["picture"]
        discovery = requests.get(f"{url}/oauth/.well-known/openid-configuration", timeout=PATIENCE_S).json()
        value = register(RunningSandbox(url, state), headers)
        uploaded = put(upload_url(value), PNG, headers)
        urn = publish(RunningSandbox(url, state), share("x", "IMAGE", {"media": value["asset"]})).json()["id"]
        page = requests.get(f"{url}/feed/update/{urn}/", timeout=PATIENCE_S)

    assert picture.startswith(f"{url}/pictures/")
    assert (discovery["issuer"], discovery["jwks_uri"]) == (f"{url}/oauth", f"{url}/oauth/openid/jwks")
    assert upload_url(value).startswith(f"{url}/dms-uploads/")
    assert uploaded.status_code == 201
    assert f'src="{url}/media/' in page.text
    assert state.calls[-1] == ("POST", "/v2/ugcPosts", 201)


def test_several_host_names_work_at_once(linkedin: RunningSandbox) -> None:
    where = f"{linkedin.url}/oauth/.well-known/openid-configuration"
    answer = requests.get(where, headers={"Host": "play.example:8501"}, timeout=PATIENCE_S).json()

    assert answer["issuer"] == "http://play.example:8501/oauth"


def test_a_published_post_has_a_page_that_escapes_its_text(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    urn = publish(linkedin, share("<script>alert(1)</script>"), headers).json()["id"]
    where = f"{linkedin.url}/feed/update/{urn}/"
    page = requests.get(where, timeout=PATIENCE_S)
    start = requests.get(linkedin.url, timeout=PATIENCE_S)
    requests.delete(f"{linkedin.url}/v2/ugcPosts/{urn.replace(':', '%3A')}", headers=headers, timeout=PATIENCE_S)

    for shown in (page, start):
        assert shown.status_code == 200
        assert "<script>" not in shown.text
        assert "&lt;script&gt;alert(1)" in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert requests.get(where, timeout=PATIENCE_S).status_code == 404


@pytest.mark.parametrize("name", ["..%2Fsandbox.sqlite3", "x.png", "sandbox.sqlite3"])
def test_only_uploaded_files_are_shown(linkedin: RunningSandbox, name: str) -> None:
    assert requests.get(f"{linkedin.url}/media/{name}", timeout=PATIENCE_S).status_code == 404


def test_tokens_keys_posts_uploads_and_counters_survive_a_restart(tmp_path: Path) -> None:
    def run() -> tuple[Sandbox, Any]:
        state = Sandbox(tmp_path, member_daily_limit=4)
        return state, served(create_app(state))

    state, server = run()
    with server as url:
        headers = bearer(url)
        jwks = requests.get(f"{url}/oauth/openid/jwks", timeout=PATIENCE_S).json()
        value = register(RunningSandbox(url, state), headers)
        put(upload_url(value), PNG, headers)
        urn = publish(RunningSandbox(url, state), share("kept"), headers).json()["id"]
    state.close()
    state, server = run()
    with server as url:
        sandbox = RunningSandbox(url, state)
        same_jwks = requests.get(f"{url}/oauth/openid/jwks", timeout=PATIENCE_S).json() == jwks
        image = publish(sandbox, share("x", "IMAGE", {"media": value["asset"]}), headers)
        again = publish(sandbox, share("kept"), headers)
        too_many = publish(sandbox, share("one more"), headers)

    assert same_jwks
    assert image.status_code == 201
    assert again.json()["message"].endswith(urn)
    assert too_many.status_code == 429
    assert state.posts[urn].text == "kept"


def test_a_reset_forgets_posts_and_keeps_tokens(linkedin: RunningSandbox) -> None:
    headers = bearer(linkedin.url)
    put(upload_url(register(linkedin, headers)), PNG, headers)
    publish(linkedin, share("gone"), headers)
    linkedin.state.faults.arm("forbidden")
    answer = requests.post(f"{linkedin.url}/_sandbox/reset", timeout=PATIENCE_S)

    assert answer.status_code == 200
    assert (linkedin.state.feed(), linkedin.state.calls) == ([], [])
    assert publish(linkedin, share("gone"), headers).status_code == 201


def test_faults_posts_and_calls_are_there_over_http(linkedin: RunningSandbox) -> None:
    control = f"{linkedin.url}/_sandbox"
    armed = requests.post(
        f"{control}/faults", json={"name": "forbidden", "times": 2, "slow_s": 1}, timeout=PATIENCE_S
    ).json()
    shown = {fault["name"]: fault["armed"] for fault in armed["faults"]}
    requests.post(f"{control}/faults", json={"name": "forbidden", "times": 0}, timeout=PATIENCE_S)
    publish(linkedin, share("seen"))

    assert shown["forbidden"] == 2
    assert shown["slow"] is None
    assert armed["slow_s"] == 1
    assert requests.get(f"{control}/posts", timeout=PATIENCE_S).json()["posts"][0]["text"] == "seen"
    last = requests.get(f"{control}/calls", timeout=PATIENCE_S).json()["calls"][-1]
    assert last == {"method": "POST", "path": "/v2/ugcPosts", "status": 201}
    assert requests.post(f"{control}/faults", json={"name": "rain"}, timeout=PATIENCE_S).status_code == 400


def test_every_answer_can_be_made_later_over_http(linkedin: RunningSandbox) -> None:
    shown = requests.post(f"{linkedin.url}/_sandbox/faults", json={"latency_s": 0.3}, timeout=PATIENCE_S).json()
    started = time.monotonic()
    publish(linkedin, share("far away"))

    assert shown["latency_s"] == 0.3
    assert time.monotonic() - started >= 0.3


def test_a_whole_feed_is_stored_in_one_request_and_only_once(linkedin: RunningSandbox) -> None:
    picture = {"data": base64.b64encode(PNG).decode(), "alt_text": "A bridge"}
    talk = [{"actor": ME, "text": "Yes", "at": 2000, "replies": [{"actor": PRIYA, "text": "No", "at": 3000}]}]
    feed = [
        {"key": "b", "author": PRIYA, "at": 5000, "text": "Look", "kind": "reshare", "parent": "a"},
        {"key": "a", "author": ME, "at": 1000, "text": "One #tag", "kind": "image", "media": [picture]}
        | {"comments": talk, "reactions": {PRIYA: "PRAISE"}},
    ]
    publish(linkedin, share("now"))  # of now, so it is newer than those that are stored after it
    answers = [requests.post(f"{linkedin.url}/_sandbox/feed", json={"posts": feed}, timeout=PATIENCE_S) for _ in "12"]

    newest, shared, first = requests.get(f"{linkedin.url}/_sandbox/posts", timeout=PATIENCE_S).json()["posts"]
    assert answers[0].json() == answers[1].json() == {"urns": {"a": first["urn"], "b": shared["urn"]}}
    assert newest["author"] == ME
    assert (shared["author_name"], shared["parent"]) == ("Priya Namuna", first["urn"])
    assert [comment["text"] for comment in first["comments"]] == ["Yes", "No"]
    assert first["reactions"][0]["actor_name"] == "Priya Namuna"
    assert first["created_at"] == "1970-01-01T00:16:40+00:00"
    assert requests.get(f"{linkedin.url}{first['media'][0]['path']}", timeout=PATIENCE_S).content == PNG
    assert requests.get(f"{linkedin.url}/feed/update/{first['urn']}/", timeout=PATIENCE_S).ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"author": "urn:li:person:nobody"},
        {"at": "noon"},
        {"at": 1e300},
        {"kind": "song"},
        {"visibility": "SECRET"},
        {"media": [{"data": "no base64"}], "kind": "image"},
        {"reactions": {"urn:li:person:782bbtaQ": "MAYBE"}},
        {"comments": [{"text": "Whose?", "at": 1}]},
        {"kind": "poll", "poll": "Tea?"},
        {"kind": "poll", "poll": {"question": "Tea?", "options": ["Yes", "No"], "duration": "EVER"}},
        {"kind": "video"},
        {"at": 10**400},
    ],
)
def test_a_feed_with_a_mistake_is_refused_whole(linkedin: RunningSandbox, wrong: dict[str, Any]) -> None:
    good = {"key": "a", "author": ME, "at": 1000, "text": "One"}
    posts = [good, good | {"key": "b"} | wrong]
    answer = requests.post(f"{linkedin.url}/_sandbox/feed", json={"posts": posts}, timeout=PATIENCE_S)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert linkedin.state.feed() == []


def test_the_time_machine_moves_the_calendars_it_names(linkedin: RunningSandbox) -> None:
    headers, where = bearer(linkedin.url), f"{linkedin.url}/_sandbox/time"

    def jump(**body: Any) -> requests.Response:
        return requests.post(where, json=body, timeout=PATIENCE_S)

    def status() -> int:
        return requests.get(f"{linkedin.url}/v2/userinfo", headers=headers, timeout=PATIENCE_S).status_code

    assert jump(days=61, calendars=["tokens"]).json()["ahead_s"] == {"tokens": 61 * 86_400}
    assert status() == 401
    assert jump(days=61, calendars=["limits", "versions"]).ok
    assert status() == 200
    assert [jump(**wrong).status_code for wrong in ({"days": -1}, {"days": 1e9}, {"calendars": ["moon"]})] == [400] * 3
    assert jump(seconds=0).json()["ahead_s"] == {}


def test_every_fault_has_a_story_in_a_group(linkedin: RunningSandbox) -> None:
    told = requests.get(f"{linkedin.url}/_sandbox/faults", timeout=PATIENCE_S).json()

    assert told["groups"] == ["Sign-in", "Limits", "Network", "Media", "Zernio"]
    for fault in told["faults"]:
        assert fault["group"] in told["groups"]
        assert all(fault[part].endswith(".") for part in ("explanation", "fires", "follows", "ends")), fault["name"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_page_of_another_origin_may_not_control_the_sandbox(linkedin: RunningSandbox, origin: str) -> None:
    where, headers = f"{linkedin.url}/_sandbox/reset", {"Origin": origin}

    assert requests.post(where, headers=headers, timeout=PATIENCE_S).status_code == 403
    assert requests.post(where, headers={"Origin": linkedin.url}, timeout=PATIENCE_S).status_code == 200


THROUGH_A_PROXY = [
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Forwarded-Host": "dash.example.com"},
    {"Forwarded": "for=203.0.113.9"},
    {"Via": "1.1 proxy"},
    {"X-Real-IP": "203.0.113.9"},
    {"CF-Connecting-IP": "203.0.113.9"},
    {"Host": "dash.example.com"},
]


@pytest.mark.parametrize("headers", THROUGH_A_PROXY)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "faults"), ("POST", "reset"), ("GET", "posts"), ("GET", "calls")]
)
def test_another_machine_may_not_control_the_sandbox(
    linkedin: RunningSandbox, headers: dict[str, str], method: str, path: str
) -> None:
    publish(linkedin, share("still there"))
    answer = requests.request(method, f"{linkedin.url}/_sandbox/{path}", headers=headers, timeout=PATIENCE_S)

    assert answer.status_code == 403
    assert answer.json()["error"].startswith("Other machines may not control the sandbox without its key.")
    assert len(linkedin.state.feed()) == 1


def test_another_machine_that_has_the_key_may_control_the_sandbox(tmp_path: Path) -> None:
    with served(create_app(Sandbox(tmp_path, control_key="a-key-é"))) as url:
        where, far = f"{url}/_sandbox/calls", {"X-Forwarded-For": "203.0.113.9", "Origin": "https://evil.example"}
        given = ["a-key-é", "a-key", "", None]
        asked = [far | ({} if key is None else {"X-Sandbox-Key": key.encode()}) for key in given]
        found = [requests.get(where, headers=each, timeout=PATIENCE_S).status_code for each in asked]
        here = requests.get(where, timeout=PATIENCE_S).status_code

    assert found == [200, 403, 403, 403]
    assert here == 200


def test_without_a_key_an_empty_one_opens_nothing(linkedin: RunningSandbox) -> None:
    headers = {"X-Sandbox-Key": "", "X-Forwarded-For": "203.0.113.9"}

    assert requests.get(f"{linkedin.url}/_sandbox/calls", headers=headers, timeout=PATIENCE_S).status_code == 403


def test_calls_never_hold_a_code_or_token(linkedin: RunningSandbox) -> None:
    token = signed_in(linkedin.url)["access_token"]
    requests.get(f"{linkedin.url}/v2/userinfo?oauth2_access_token={token}", timeout=PATIENCE_S)

    assert linkedin.state.calls[-1] == ("GET", "/v2/userinfo", 200)


def run_sandbox(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox", *arguments]
    root = Path(__file__).parents[3]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, cwd=root, check=False)


def test_a_port_in_use_gives_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run_sandbox("--port", port)

    assert result.returncode == 1
    assert result.stderr == (
        f"The sandbox cannot listen on 127.0.0.1:{port} (Address already in use); choose another --port.\n"
    )


@pytest.mark.parametrize("option", ["--client-id", "--client-secret"])
def test_half_a_client_gives_one_sentence(option: str) -> None:
    result = run_sandbox(option, "x")

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "--client-id and --client-secret together" in result.stderr


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/dev/null"])
def test_a_folder_that_cannot_be_used_gives_one_sentence(folder: str) -> None:
    result = run_sandbox("--port", "0", "--folder", folder)

    assert result.returncode == 1
    assert result.stderr.startswith(f"The folder {folder} cannot be used (")
    assert result.stderr.count("\n") == 1


def test_the_command_prints_its_address_and_serves(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--auto-approve", "--folder", str(tmp_path)]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout
        line = process.stdout.readline()
        url = line.split()[2]
        page = requests.get(url, timeout=PATIENCE_S)
        process.terminate()

    assert line.startswith("Sandbox at http://127.0.0.1:")
    assert f"LINKEDIN_AUTH_URL={url} LINKEDIN_API_URL={url}" in line
    assert page.status_code == 200


@pytest.mark.parametrize("depth", [300, 900, 200_000])
@pytest.mark.parametrize(
    "path", ["/v2/ugcPosts", "/rest/posts", "/rest/images?action=initializeUpload", "/_sandbox/faults"]
)
def test_json_that_is_nested_too_deep_is_one_clear_refusal(linkedin: RunningSandbox, path: str, depth: int) -> None:
    key = '{"name":' if path.startswith("/_sandbox/") else '{"content":'
    body = key * depth + "[]" + "}" * depth
    headers = bearer(linkedin.url) | {"LinkedIn-Version": "202609", "Content-Type": "application/json"}
    answer = requests.post(linkedin.url + path, data=body, headers=headers, timeout=60)

    assert 400 <= answer.status_code < 500
    assert "Traceback" not in answer.text
    assert answer.json()
