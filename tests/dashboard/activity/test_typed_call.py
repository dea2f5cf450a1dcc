"""What a person types on the Console page: read, or refused with a sentence that says why."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dashboard.activity.typed_call import CallRefused, read_call

API = "https://api.linkedin.com"


def refused(method: str = "POST", path: str = "/v2/ugcPosts", headers: str = "", body: str = "") -> dict[str, str]:
    with pytest.raises(CallRefused) as found:
        read_call(method, path, headers, body, hosts=(API,))
    return found.value.problems


def test_a_call_is_read_as_it_was_typed() -> None:
    headers = "X-Restli-Protocol-Version: 2.0.0\r\n\nLinkedIn-Version:202609 "
    call = read_call("POST", f" {API}/rest/posts?a=b%20c:d ", headers, '{"a": "é", "b": [1.0]}', hosts=(API,))

    assert (call.method, call.path) == ("POST", "/rest/posts?a=b%20c:d")
    assert call.headers == {"X-Restli-Protocol-Version": "2.0.0", "LinkedIn-Version": "202609"}
    assert (call.json, call.form, call.only_reads) == ({"a": "é", "b": [1.0]}, None, False)


def test_a_form_is_read_by_its_content_type() -> None:
    call = read_call(
        "POST", "/oauth/v2/revoke", "content-type: application/x-www-form-urlencoded", "a=%26b&\nc={token}"
    )

    assert (call.form, call.json, call.to_sign_in) == ({"a": "&b", "c": "{token}"}, None, True)


PATHS = [
    "",
    "v2/userinfo",
    "//evil.example/v2/userinfo",
    "/v2//evil.example",
    "\\\\evil.example\\v2",
    "/\\evil.example/v2/",
    "@evil.example/v2/userinfo",
    ":80@evil.example/v2/userinfo",
    "https://evil.example/v2/userinfo",
    f"{API}.evil.example/v2/userinfo",
    f"{API}@evil.example/v2/userinfo",
    f"{API}/@evil.example",
    "/v2/../auth/session",
    "/v2/%2e%2e/auth/session",
    "/v2/%252E%252e/%2561uth",
    "/v2/.%2e%2f_sandbox/reset",
    "/%2f%2fevil.example",
    "/v2/%5c%5cevil.example",
    "/v2/" + quote(quote(quote(quote(quote(quote("../x", safe=""), safe=""), safe=""), safe=""), safe=""), safe=""),
    "/v2/a\r\nHost: evil.example",
    "/v2/a%0d%0ab",
    "/v2/user info",
    "/v2/userinfo#x",
    "/v2/usér",
    "/_sandbox/reset",
    "/auth/session",
    "/v2",
]


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_elsewhere(path: str) -> None:
    assert list(refused("GET", path)) == ["path"]


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ("Authorization: Bearer AQX", "Authorization"),
        ("proxy-authorization : Basic abc", "proxy-authorization"),
        ("X-Note: Bearer AQX", "X-Note"),
        ("X-Note: bearer\tAQX", "X-Note"),
        ("Cookie: a=b", "Cookie"),
        ("Host: evil.example", "Host"),
        ("Content-Length: 7", "Content-Length"),
        ("X-A: 1\rAuthorization: Bearer AQX", "X-A"),
        ("X-A: 1\nAuthorization: Bearer AQX", "Authorization"),
        ("X-A: é", "X-A"),
        ("X-A: 1\nx-a: 2", "x-a"),
        ("no colon", "Line 1"),
        ("X A: 1", "Line 1"),
        ("\n: 1", "Line 2"),
    ],
)
def test_no_header_breaks_the_request_or_carries_a_token(headers: str, named: str) -> None:
    assert named in refused(headers=headers)["headers"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("{'a': 1}", "not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ('{"a": 1', "not JSON"),
        ("hello", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1e999}', "number without end"),
        ('{"a": "\\ud83d"}', "half of a character"),
        ('{"a":' * 200 + "1" + "}" * 200, "nested too deep"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": "' + "x" * 200_000 + '"}', "longer than"),
    ],
)
def test_a_body_that_is_no_json_is_refused_with_its_place(body: str, told: str) -> None:
    assert told in refused(body=body)["body"]


def test_a_body_where_none_belongs_or_of_another_kind_is_refused() -> None:
    assert "A GET has no body" in refused("GET", body="{}")["body"]
    assert "A DELETE has no body" in refused("DELETE", body="{}")["body"]
    assert "Composer" in refused(headers="Content-Type: image/png", body="{}")["body"]
    assert "no form" in refused(headers="Content-Type: application/x-www-form-urlencoded", body="nothing")["body"]


def test_every_problem_is_told_at_once() -> None:
    assert list(refused("FETCH", "elsewhere", "Host: x", "{")) == ["method", "path", "headers", "body"]
    assert not read_call("GET", "/v2/me", "X-HTTP-Method-Override: DELETE", "").only_reads
