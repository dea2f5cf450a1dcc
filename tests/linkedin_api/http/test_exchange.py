"""No secret survives in an Exchange, and its curl command sends the same again."""

from __future__ import annotations

import html
import http.server
import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkedin_api import Exchange, Language, snippet
from tests.support.patience import PATIENCE_S

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NASTY = "quotes ' \" and $HOME `id` $(id) ! \\ \n new line, é, 😀, שלום, @file %41 #tag & <b>"
EMPTY = Exchange(NOW, "POST", "https://api.linkedin.com/v2/x")
VARIABLES = ["ACCESS_TOKEN", "CODE", "CLIENT_SECRET", "REFRESH_TOKEN", "ID_TOKEN", "SECRET"]
# The generator tries these too.
OWN_WORDS = " ".join([repr(EMPTY), *(snippet(EMPTY, language) for language in Language)])
OWN_WORDS += " ".join(f"LINKEDIN_{name}" for name in VARIABLES)
SECRETS = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs"]), min_size=10, max_size=40).filter(
    lambda secret: secret not in f"[hidden] {OWN_WORDS}"
)


def exchange(**parts: Any) -> Exchange:
    return Exchange(**{"started_at": NOW, "method": "POST", "url": "https://api.linkedin.com/v2/x", **parts})


def everything(kept: Exchange) -> str:
    texts = [kept.url, kept.request_body, kept.response_body, kept.request_id or "", kept.error or ""]
    headers = [*kept.request_headers.items(), *kept.response_headers.items()]
    code = [snippet(kept, language) for language in Language]
    return "\n".join([*texts, *map(": ".join, headers), repr(kept), *code])


@settings(max_examples=300)
@given(SECRETS)
@example("00000000'\\")
def test_a_known_secret_survives_nowhere_in_no_spelling(secret: str) -> None:
    spellings = [
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        "".join(f"&#{ord(character)};" if not character.isalnum() else character for character in secret),
    ]
    kept = exchange(
        url="https://example.com/cb?x=" + "&y=".join(spellings),
        request_headers={"AUTHORIZATION": f"Bearer {secret}", "X-Echo": spellings[1]},
        request_body=json.dumps({"deep": [{"text": secret}]}),
        status=400,
        response_headers={"Location": f"https://example.com/?t={spellings[2]}", "set-cookie": f"li_at={secret}"},
        response_body="<html>" + "\n".join(spellings),
        request_id=secret,
        error=f"Something about {secret}.",
        secrets=[secret],
    )

    shown = everything(kept)
    assert not [spelling for spelling in spellings if spelling in shown]


@given(
    SECRETS, st.sampled_from(["access_token", "id_token", "refresh_token", "client_secret", "token", "Access_Token"])
)
def test_a_value_under_a_secret_name_never_enters(secret: str, name: str) -> None:
    kept = exchange(
        url="https://example.com/?" + urlencode({name: secret}),
        request_body=urlencode({"a": "b", name: secret, "z": secret}),
        response_body=json.dumps({"list": [{name: secret}, {name: {"inner": [secret]}}], "elsewhere": f"is {secret}"}),
    )

    shown = everything(kept)
    assert secret not in shown
    assert quote_plus(secret) not in shown


@given(SECRETS)
@example("00000000<\\")
def test_the_token_of_the_request_is_not_echoed_by_the_answer(secret: str) -> None:
    kept = exchange(
        request_headers={"authorization": f"Bearer {secret}"}, response_body=f"<p>{html.escape(secret)}</p>"
    )

    assert html.escape(secret) not in everything(kept)


@pytest.mark.parametrize(
    "body",
    [
        '{"access_token": "AQXsecret", "access_token": "AQXsecret2"}',
        '{"access_token":"AQXsecret, and the end is mis',
        '{"error":"{\\"access_token\\":\\"AQXsecret\\"}"}',
        "<a href='/?code=AQXsecret&state=1'>",
        "grant_type=authorization_code&CODE=AQXsecret",
        '{"oauth2_access_token": "AQXsecret"}',
        "GET /v2/userinfo?x=1&oauth2_access_token=AQXsecret HTTP/1.1",
        "Authorization: Bearer AQXsecret",
        '{"token": {"deep": {"er": "AQXsecret"}}}',
    ],
)
def test_an_unknown_secret_is_found_by_its_name(body: str) -> None:
    assert "AQXsecret" not in everything(exchange(response_body=body))


def test_cookies_go_whole() -> None:
    kept = exchange(response_headers={"Set-Cookie": "bcookie=v2; li_gc=MTsx"}, request_headers={"cookie": "li_at=x"})

    assert kept.response_headers == {"Set-Cookie": "[hidden]"}
    assert kept.request_headers == {"cookie": "[hidden]"}


def test_a_bearer_stays_recognizable() -> None:
    kept = exchange(request_headers={"Authorization": "Bearer AQXsecret"})

    assert kept.request_headers == {"Authorization": "Bearer [hidden]"}


def test_the_codes_of_errors_are_no_secrets() -> None:
    body = '{"errorDetails":{"inputErrors":[{"code":"DUPLICATE_POST"}]},"code":"ACCESS_DENIED","status":422}'

    assert exchange(response_body=body).response_body == body


CODES = ["MYCODE123456", "MY_CODE", "123456", "AQTx-9_secret"]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "parts",
    [
        {"request_body": "grant_type=authorization_code&code={}&redirect_uri=x"},
        {"request_body": '{"code": "{}"}'},
        {"url": "https://example.com/callback?code={}&state=1"},
        {"response_headers": {"Location": "https://example.com/callback?code={}&state=1"}},
        {"response_body": "<a href='/callback?code={}&state=1'>"},
        {"response_body": '<script>{"code": "{}"}</script>'},
        {"response_body": '{"message": "sent: code={}"}'},
        {"response_body": '{"message": "sent: {\\"code\\": \\"{}\\"}"}'},
        {"error": "The address was /callback?code={}."},
    ],
)
def test_an_authorization_code_is_hidden_however_it_looks(code: str, parts: dict[str, Any]) -> None:
    filled = json.loads(json.dumps(parts).replace("{}", code))

    assert code not in everything(exchange(**filled))


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_was_sent_is_hidden_in_an_answer_that_echoes_it_as_an_error_code(code: str) -> None:
    body = json.dumps({"code": code, "message": f"No {code} here", "inputErrors": [{"code": "DUPLICATE_POST"}]})
    kept = exchange(request_body=f"grant_type=authorization_code&code={code}", status=400, response_body=body)

    assert code not in everything(kept)
    assert '"code": "DUPLICATE_POST"' in kept.response_body


def test_the_addresses_of_a_v2_upload_in_parts_are_hidden() -> None:
    address = "https://www.linkedin.com/dms-uploads/C4E/part/0?ut=signature123"
    part = {"byteRange": {"firstByte": 0, "lastByte": 4194303}, "url": address, "urlExpiresAt": 17}
    answer = {"partUploadRequests": [part], "metadata": "opaque-ticket"}
    registered = exchange(response_body=json.dumps({"value": {"uploadMechanism": {"MultipartUpload": answer}}}))
    completed = exchange(request_body=json.dumps({"metadata": "opaque-ticket", "mediaArtifact": "urn:li:x"}))

    assert not any(secret in registered.response_body for secret in ("signature123", "opaque-ticket"))
    assert all(shown in registered.response_body for shown in ("4194303", '"urlExpiresAt": 17'))
    assert json.loads(completed.request_body) == {"metadata": "[hidden]", "mediaArtifact": "urn:li:x"}


def test_an_address_that_is_not_signed_stays() -> None:
    shown = {"url": "https://zernio.com/a/post", "metadata": {"outbox": "abcdef123"}}

    assert json.loads(exchange(response_body=json.dumps(shown)).response_body) == shown


@pytest.mark.parametrize("name", ["uploadUrl", "captionsUploadUrl", "thumbnailUploadUrl", "upload_url"])
def test_an_upload_address_in_an_answer_is_hidden(name: str) -> None:
    address = "https://www.linkedin.com/dms-uploads/D4E/0?ca=vector&ut=2H-Ihpbf"
    body = json.dumps({"value": {"mechanism": {name: address}, "uploadUrlExpiresAt": 17}, "said": f"to {address}"})
    kept = exchange(response_body=body.replace("&", "\\u0026"), response_headers={"Location": address})

    assert "2H-Ihpbf" not in everything(kept)
    assert '"uploadUrlExpiresAt": 17' in kept.response_body


HOSTILE = {
    "one long secret": '{"token": "' + "AQXsecret" * 250_000 + '"}',
    "many secrets": json.dumps([{"token": f"AQXsecret{number}"} for number in range(60_000)]),
    "a secret of its own beginning": json.dumps({"token": "a" * 8000 + "AQXsecret", "x": "a" * 2_000_000}),
    "many that begin alike": json.dumps(
        [[{"token": "ab" * 95 + f"AQXsecret{n}"} for n in range(900)], "ab" * 1_000_000]
    ),
    "escapes": json.dumps([[{"token": "%41\\u0041&amp;" * 500 + f"AQXsecret{n}"} for n in range(24)], "%41" * 700_000]),
    "percents": "token=AQXsecret&" + "%25" * 800_000,
    "blanks": '"token"' + " " * 2_000_000,
    "underscores": '"' + "upload_" * 300_000,
    "zeros": "token=AQXsecret&#" + "0" * 2_000_000,
    "nested": '{"token":' * 900 + '"AQXsecret"' + "}" * 900,
    "nested too deep": '{"token":' * 200_000 + '"AQXsecret"' + "}" * 200_000,
    "nested codes": '{"code":' * 900 + '"AQXsecret"' + "}" * 900,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_takes_bounded_time_and_keeps_no_secret(body: str) -> None:
    before_s = time.thread_time()  # of this thread's own work, however busy the machine is
    kept = exchange(response_body=body, secrets=["AQYknown-1"])

    assert "AQXsecret" not in kept.response_body
    assert len(kept.response_body) < 66_000
    assert time.thread_time() - before_s < 10


def test_an_answer_with_too_many_secrets_is_hidden_whole_and_so_is_what_was_sent() -> None:
    kept = exchange(request_body="code=AQXsecret&x=1", response_body=HOSTILE["many secrets"])

    assert kept.response_body.startswith("[hidden]")
    assert kept.request_body == "[hidden]"


def test_a_header_that_is_too_long_is_hidden_whole() -> None:
    kept = exchange(response_headers={"X-Long": "x" * 60_000, "X-Short": "short"})

    assert kept.response_headers == {"X-Long": "[hidden]", "X-Short": "short"}


@pytest.mark.parametrize("text", ["Use code=Save2023 today", 'In JSON: {"token": "abcdef"}', "Bearer certificates?"])
def test_a_post_about_codes_and_tokens_stays_as_it_was_written(text: str) -> None:
    body = json.dumps({"shareCommentary": {"text": text}})

    assert exchange(request_body=body).request_body == body


def test_a_secret_on_the_edge_of_a_long_body_leaves_no_half() -> None:
    body = "x" * (64 * 1024 - 5) + "AQXsecretAQXsecret" + "x" * 100
    kept = exchange(response_body=body, secrets=["AQXsecretAQXsecret"])

    assert "AQX" not in kept.response_body
    assert kept.response_body.endswith("characters in all>")
    assert len(kept.response_body) < 66_000


def test_a_long_request_is_kept_whole_so_that_it_can_be_repeated() -> None:
    body = json.dumps({"images": ["x" * 4086] * 20})
    kept = exchange(request_body=body)

    assert kept.request_body == body
    assert body in snippet(kept, Language.CURL)


def test_an_exchange_survives_json() -> None:
    kept = exchange(request_headers={"Authorization": "Bearer AQXsecret"}, request_body="code=AQXsecret", status=200)
    again = Exchange.from_dict(json.loads(json.dumps(kept.as_dict())))

    assert again == kept


@contextmanager
def listener() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that writes down what arrives."""
    seen: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.append({"method": self.command, "path": self.path, "headers": self.headers, "body": body})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the names that http.server calls
        do_PUT = do_GET  # noqa: N815
        do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run(command: str, **variables: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail; {command.replace('curl ', 'curl --silent --show-error ', 1)}"],
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def test_curl_sends_the_same_json() -> None:
    body = json.dumps({"text": NASTY, "author": "urn:li:person:x"}, ensure_ascii=False)
    with listener() as (url, seen):
        kept = exchange(
            url=f"{url}/v2/ugcPosts?ids=List(urn%3Ali,b)&a=[1]",
            request_headers={
                "Authorization": "Bearer AQX-secret_1",
                "Content-Type": "application/json",
                "X-Restli-Protocol-Version": "2.0.0",
                "Content-Length": "1",
            },
            request_body=body,
        )
        run(snippet(kept, Language.CURL), LINKEDIN_ACCESS_TOKEN="AQX-secret_1")

    (got,) = seen
    assert (got["method"], got["path"]) == ("POST", "/v2/ugcPosts?ids=List(urn%3Ali,b)&a=[1]")
    assert got["body"].decode() == body
    assert got["headers"]["Authorization"] == "Bearer AQX-secret_1"
    assert got["headers"]["X-Restli-Protocol-Version"] == "2.0.0"


def test_curl_sends_the_same_form() -> None:
    form = {
        "grant_type": "authorization_code",
        "code": "A+Q/=& 1",
        "redirect_uri": "http://x/?a=$b'",
        "client_secret": "s$'\"",
    }
    with listener() as (url, seen):
        kept = exchange(
            url=f"{url}/oauth/v2/accessToken",
            request_headers={"Content-Type": "application/x-www-form-urlencoded"},
            request_body=urlencode(form),
        )
        run(snippet(kept, Language.CURL), LINKEDIN_CODE=form["code"], LINKEDIN_CLIENT_SECRET=form["client_secret"])

    assert dict(parse_qsl(seen[0]["body"].decode())) == form


def test_curl_streams_the_same_file(tmp_path: Any) -> None:
    file = tmp_path / "a picture.png"
    file.write_bytes(os.urandom(100_000))
    with listener() as (url, seen):
        kept = exchange(
            method="PUT",
            url=f"{url}/dms-uploads/0?ca=vector&ut=x",
            request_headers={"Authorization": "Bearer AQX-secret_1", "Content-Type": "image/png"},
            request_body="<100,000 bytes, image/png>",
        )
        run(snippet(kept, Language.CURL), LINKEDIN_ACCESS_TOKEN="AQX-secret_1", FILE=str(file))

    assert seen[0]["method"] == "PUT"
    assert seen[0]["headers"]["Content-Type"] == "image/png"
    assert seen[0]["body"] == file.read_bytes()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_curl_without_a_body_sends_none(method: str) -> None:
    with listener() as (url, seen):
        kept = exchange(method=method, url=f"{url}/v2/assets/x?token=AQXsecret&a=b")
        run(snippet(kept, Language.CURL), LINKEDIN_ACCESS_TOKEN="t1")

    assert (seen[0]["method"], seen[0]["path"], seen[0]["body"]) == (method, "/v2/assets/x?token=t1&a=b", b"")
