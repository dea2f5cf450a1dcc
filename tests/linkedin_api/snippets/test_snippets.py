"""Every request as code: each of the three languages is run, and sends what the client sent, to the letter."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from linkedin_api import Exchange, File, Language, Media, OAuth, PlannedCall, Post, Transport, Urn, publisher, snippet
from linkedin_api.publishing import captions
from linkedin_api.publishing.planned_call import planned_upload
from sandbox import Sandbox, create_app
from tests.conftest import served
from tests.linkedin_api.auth.test_oauth import BACK, SCOPES, SECRET, allow, http_answer
from tests.linkedin_api.http.test_exchange import exchange, listener
from tests.linkedin_api.http.test_transport import answering, raw_server
from tests.support.patience import PATIENCE_S
from tests.support.services import SRT

ADA = Urn("urn:li:person:782bbtaQ")
PNG = b"\x89PNG\r\n\x1a\n" + os.urandom(150_000)
NODE = compute_driver_executable()[0]
LANGUAGES = pytest.mark.parametrize("language", list(Language))
NASTY = [
    "plain",
    "quotes ' \" ''' \"\"\" and `ticks` and ´",
    "${HOME} $HOME $(id) `id` ${process.env.HOME} #{x} %s {x} {{x}} !! !x",
    "\\ \\\\ \\n \\' \\\" \\u0041 \\x41 ends with \\",
    "line\nfeed, carriage\rreturn, both\r\n, tab\t, bell\x07, escape\x1b[31m, delete\x7f, one\x01",
    "separators \u2028 \u2029 \x85 \xa0 \ufeff \u200b \u200d",
    "right to left \u202e שלום \u2066",
    "é ü 😀 👩‍👩‍👧 𝒳 \U0010ffff \ufffe",
    "</script><!-- -->//* */ # -- ; & | > < * ? ~ @file %41 =",
    "'; rm -rf . #",
    "@/etc/passwd",
    "-d @/etc/passwd",
    '" + process.exit(1) + "',
]
CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]), st.sampled_from("'\"\\$`{}()\r\n\u2028%!#&\x00\x7f\x01")
)


def values_of(body: bytes) -> object:
    """The values of a JSON body with the order of its names."""
    return json.loads(body, object_pairs_hook=list)


@dataclass(frozen=True)
class Arrived:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def meaning(self) -> tuple[object, ...]:
        """What LinkedIn would see: a form may be percent-encoded, and JSON spaced, in more ways than one."""
        names = ("authorization", "content-type", "linkedin-version", "x-restli-protocol-version", "x-restli-method")
        kind = self.headers.get("content-type", "")
        body: object = parse_qsl(self.body.decode()) if "form-urlencoded" in kind else self.body
        body = values_of(self.body) if "json" in kind else body
        return self.method, self.path, [self.headers.get(name) for name in names], body


@dataclass
class Watched:
    """A sandbox that writes down what arrives, and a client of it."""

    url: str
    state: Sandbox
    arrived: list[Arrived]
    exchanges: list[Exchange] = field(default_factory=list)
    token: str = ""

    def code(self, oauth: OAuth) -> str:
        return allow(oauth.authorize_url(redirect_uri=BACK, scopes=SCOPES, state="s"))

    def oauth(self) -> OAuth:
        keep = self.exchanges.append
        return OAuth(
            auth_url=self.url, api_url=self.url, client_id="861hhm46p48to2", client_secret=SECRET, on_exchange=keep
        )

    def transport(self) -> Transport:
        hosts = [self.url.partition("//")[2]]
        return Transport(access_token=self.token, on_exchange=self.exchanges.append, upload_hosts=hosts)

    def variables(self) -> dict[str, str]:
        with self.oauth() as oauth:
            code = self.code(oauth)
        return {"LINKEDIN_ACCESS_TOKEN": self.token, "LINKEDIN_CLIENT_SECRET": SECRET, "LINKEDIN_CODE": code}


def watched(app: Any, arrived: list[Arrived]) -> Callable[..., Any]:
    async def recorder(scope: Mapping[str, Any], receive: Callable[[], Any], send: Callable[..., Any]) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        pieces: list[bytes] = []

        async def heard() -> Any:
            message = await receive()
            pieces.append(message.get("body", b""))
            return message

        async def said(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":  # before the client can go on
                arrived.append(Arrived(scope["method"], path, headers, b"".join(pieces)))
            await send(message)

        query = scope["query_string"].decode()
        path = scope["raw_path"].decode() + (f"?{query}" if query else "")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        await app(scope, heard, said)

    return recorder


@pytest.fixture
def linkedin_watched(tmp_path: Path) -> Iterator[Watched]:
    state, arrived = Sandbox(tmp_path / "sandbox"), []
    with served(watched(create_app(state), arrived)) as url:
        found = Watched(url, state, arrived)
        with found.oauth() as oauth:
            found.token = oauth.exchange_code(found.code(oauth), redirect_uri=BACK).access_token
        yield found


def run(language: Language, code: str, **variables: str) -> str:
    """Run the code as a person would, in a process that knows nothing but the variables; gives what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / {"bash": "it.sh", "python": "it.py", "javascript": "it.mjs"}[language]
        script.write_text(code, encoding="utf-8", newline="")
        program = {"bash": "bash", "python": sys.executable, "javascript": NODE}[language]
        done = subprocess.run(
            [program, str(script)],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
            cwd=folder,
            capture_output=True,
            timeout=PATIENCE_S,
            check=False,
        )
    printed = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:] + printed
    return printed


# What the client sent, sent again ---------------------------------------------------------------------------------


def token_exchange(linkedin: Watched) -> None:
    with linkedin.oauth() as oauth:
        oauth.exchange_code(linkedin.code(oauth), redirect_uri=BACK)


def userinfo(linkedin: Watched) -> None:
    with linkedin.oauth() as oauth:
        oauth.userinfo(linkedin.token)


def publish(dialect: str) -> Callable[[Watched], None]:
    def act(linkedin: Watched) -> None:
        with linkedin.transport() as transport:
            ours = publisher(dialect, transport, api_url=linkedin.url)
            urn = ours.create_post(Post(ADA, "\n".join(NASTY[1:3] + NASTY[-5:])))
            linkedin.state.posts.delete(urn)  # its twin shall be welcome

    return act


def upload(linkedin: Watched) -> None:
    with linkedin.transport() as transport:
        ours = publisher("v2", transport, api_url=linkedin.url)
        ours.upload_image(ADA, io.BytesIO(PNG), size_bytes=len(PNG), content_type="image/png")


def delete(linkedin: Watched) -> None:
    with linkedin.transport() as transport:
        ours = publisher("rest", transport, api_url=linkedin.url)
        ours.delete_post(ours.create_post(Post(ADA, "Not for long")))


@LANGUAGES
@pytest.mark.parametrize(
    ("act", "status"),
    [
        (token_exchange, 200),
        (userinfo, 200),
        (publish("v2"), 201),
        (publish("rest"), 201),
        (upload, None),  # the address has served already; what counts is what arrived
        (delete, 404),
    ],
    ids=["token", "userinfo", "v2 post", "rest post", "upload", "delete"],
)
def test_an_exchange_is_repeated_to_the_letter(
    language: Language,
    act: Callable[[Watched], None],
    status: int | None,
    linkedin_watched: Watched,
    tmp_path: Path,
) -> None:
    linkedin = linkedin_watched
    file = tmp_path / "a picture.png"
    file.write_bytes(PNG)
    act(linkedin)
    first = linkedin.arrived[-1]
    variables = linkedin.variables()
    code = snippet(linkedin.exchanges[-1], language)
    printed = run(language, code, FILE=str(file), UPLOAD_URL=linkedin.url + first.path, **variables)

    again = linkedin.arrived[-1]
    if first.path == "/oauth/v2/accessToken":  # a code works once, so the second is another
        assert dict(parse_qsl(again.body.decode())) == {
            **dict(parse_qsl(first.body.decode())),
            "code": variables["LINKEDIN_CODE"],
        }
    else:
        assert again.meaning == first.meaning
    assert again is not first
    assert status is None or str(status) in printed
    assert not [secret for secret in (linkedin.token, SECRET, variables["LINKEDIN_CODE"], "&ut=") if secret in code]


@LANGUAGES
@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_a_planned_post_is_published_by_its_code(language: Language, dialect: str, linkedin_watched: Watched) -> None:
    text = "\n".join(NASTY[1:3] + NASTY[6:])
    with linkedin_watched.transport() as transport:
        (call,) = publisher(dialect, transport, api_url=linkedin_watched.url).planned(Post(ADA, text))
    printed = run(language, snippet(call, language), LINKEDIN_ACCESS_TOKEN=linkedin_watched.token)

    (urn,) = linkedin_watched.state.posts
    assert linkedin_watched.state.posts[urn].text == text
    assert "201" in printed
    assert values_of(linkedin_watched.arrived[-1].body) == values_of(json.dumps(call.body).encode())


@LANGUAGES
def test_a_planned_upload_streams_the_file_to_the_address_in_a_variable(language: Language, tmp_path: Path) -> None:
    file = tmp_path / "it's a $picture.png"
    file.write_bytes(PNG)
    call = planned_upload("image/png", len(PNG))
    with listener() as (url, seen):
        variables = {"UPLOAD_URL": f"{url}/dms-uploads/0?ca=x&ut=y", "FILE": str(file), "LINKEDIN_ACCESS_TOKEN": "AQX1"}
        run(language, snippet(call, language), **variables)

    assert (seen[0]["method"], seen[0]["path"]) == ("PUT", "/dms-uploads/0?ca=x&ut=y")
    assert seen[0]["body"] == PNG
    assert seen[0]["headers"]["Content-Length"] == str(len(PNG))
    assert seen[0]["headers"]["Content-Type"] == "image/png"
    assert seen[0]["headers"]["Authorization"] == "Bearer AQX1"


@LANGUAGES
def test_a_part_of_a_video_is_sent_alone(language: Language, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(300_000))
    first_byte, last_byte = 100_001, 220_000
    (planned,) = [call for call in planned_video(film) if call.method == "PUT"]
    where = {"FILE": str(film)}
    with listener() as (url, seen):
        shown = f"<{last_byte - first_byte + 1:,} bytes from byte {first_byte:,}, application/octet-stream>"
        done = exchange(
            method="PUT",
            url=f"{url}/part",
            request_headers={"Content-Type": "application/octet-stream"},
            request_body=shown,
        )
        run(language, snippet(done, language), **where)
        told = {"UPLOAD_URL": f"{url}/part", "FIRST_BYTE": str(first_byte), "LAST_BYTE": str(last_byte)}
        run(language, snippet(planned, language), **where, **told)

    part = film.read_bytes()[first_byte : last_byte + 1]
    assert [each["body"] == part for each in seen] == [True, True]
    assert [each["headers"]["Content-Length"] for each in seen] == ["120000", "120000"]
    assert [each["headers"].get("Authorization") for each in seen] == [None, None]


@LANGUAGES
def test_captions_are_sent_as_a_form(language: Language, tmp_path: Path) -> None:
    srt = tmp_path / "it's; my.srt"
    srt.write_bytes(SRT)
    call = captions.planned(File("captions", captions.SRT_TYPE, len(SRT)))
    with listener() as (url, seen):
        variables = {"UPLOAD_URL": f"{url}/captions", "FILE": str(srt), "LINKEDIN_ACCESS_TOKEN": "AQX1"}
        run(language, snippet(call, language), **variables)

    (got,) = seen
    form = message_from_bytes(f"Content-Type: {got['headers']['Content-Type']}\r\n\r\n".encode() + got["body"])
    parts = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
    assert (got["method"], got["headers"]["Authorization"]) == ("POST", "Bearer AQX1")
    assert json.loads(parts["metadata"].get_payload(decode=True)) == captions.METADATA
    assert parts["file"].get_payload(decode=True) == SRT
    assert [part.get_content_type() for part in parts.values()] == ["application/json", captions.SRT_TYPE]


def planned_video(film: Path) -> tuple[PlannedCall, ...]:
    post = Post(ADA, "Look", video=Media(Urn("urn:li:video:planned")))
    with Transport() as transport:
        ours = publisher("rest", transport, api_url="https://api.linkedin.com")
        return ours.planned(post, [File("video", "video/mp4", film.stat().st_size)])


# Quoting ----------------------------------------------------------------------------------------------------------


def together(language: Language, snippets: list[str]) -> str:
    """Many snippets in one program: starting one takes longer than all that it does."""
    return "\n".join(f"{{\n{each}\n}}" if language is Language.JAVASCRIPT else each for each in snippets)


@contextmanager
def sent(language: Language, requests: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    with listener() as (url, seen):
        codes = [snippet(exchange(**{**each, "url": url + each.get("url", "/x")}), language) for each in requests]
        imports = [line for code in codes for line in code.splitlines() if line.startswith("import {")]
        assert not imports
        run(language, together(language, codes), LINKEDIN_CODE="c +&=%'\"", LINKEDIN_ACCESS_TOKEN="t-1_")
        yield seen


@LANGUAGES
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(CHARACTERS, max_size=60), min_size=10, max_size=25))
def test_no_text_is_quoted_wrongly(language: Language, texts: list[str]) -> None:
    json_type = {"Content-Type": "application/json"}
    bodies = [json.dumps({"text": text}, ensure_ascii=False) for text in [*NASTY, *texts]]
    with sent(language, [{"request_headers": json_type, "request_body": body} for body in bodies]) as seen:
        arrived = [values_of(each["body"]) for each in seen]

    assert arrived == [values_of(body.encode()) for body in bodies]


ODD_JSON = [
    '{"2": 1, "1": 2}',
    '{"__proto__": {"a": 1}}',
    '{"n": 12345678901234567890}',
    '{"n": 1.0}',
    '{"a": 1, "a": 2}',
]


def test_javascript_writes_json_as_an_object_unless_it_would_become_another() -> None:
    json_type = {"Content-Type": "application/json"}
    body = json.dumps({"text": "it's", "list": [1, {}, []], "none": None, "yes": True})
    code = snippet(exchange(request_headers=json_type, request_body=body), Language.JAVASCRIPT)
    requests = [{"request_headers": json_type, "request_body": each} for each in [body, *ODD_JSON]]
    with sent(Language.JAVASCRIPT, requests) as seen:
        arrived = [each["body"].decode() for each in seen]

    assert 'body: JSON.stringify({\n    "text": "it\'s",\n' in code
    assert values_of(arrived[0].encode()) == values_of(body.encode())
    assert arrived[1:] == ODD_JSON


@LANGUAGES
def test_a_body_of_any_kind_is_sent_as_it_is(language: Language) -> None:
    plain = {"Content-Type": "text/plain"}
    with sent(language, [{"request_headers": plain, "request_body": text} for text in NASTY]) as seen:
        arrived = [each["body"].decode() for each in seen]

    assert arrived == NASTY


@LANGUAGES
def test_half_of_a_character_is_written_as_json_writes_it(language: Language) -> None:
    body = '{"text": "cut \ud83d and \udc00"}'
    with sent(language, [{"request_headers": {"Content-Type": "application/json"}, "request_body": body}]) as seen:
        arrived = seen[0]["body"]

    assert json.loads(arrived) == json.loads(body)
    assert arrived == b'{"text": "cut \\ud83d and \\udc00"}'


@LANGUAGES
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(CHARACTERS, max_size=30), min_size=10, max_size=20))
def test_forms_are_forms(language: Language, texts: list[str]) -> None:
    form_type = {"Content-Type": "application/x-www-form-urlencoded"}
    forms = [[("grant_type", "authorization_code"), ("code", "AQXsecret"), (f"x{text}", text)] for text in texts]
    with sent(language, [{"request_headers": form_type, "request_body": urlencode(form)} for form in forms]) as seen:
        arrived = [parse_qsl(each["body"].decode(), keep_blank_values=True) for each in seen]

    assert arrived == [[form[0], ("code", "c +&=%'\""), form[2]] for form in forms]


@LANGUAGES
def test_an_address_is_sent_as_it_is(language: Language) -> None:
    urls = [
        "/rest/reactions/(actor:urn%3Ali%3Aperson%3Aa-_B,entity:urn%3Ali%3Ashare%3A7)",
        "/rest/posts?q=author&author=urn%3Ali%3Aperson%3Aa&dateRange=(start:(day:4,month:5,year:2026))",
        "/rest/posts?ids=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)",
        "/v2/x?token=AQXsecret&a=$HOME!",
    ]
    with sent(language, [{"method": "GET", "url": url} for url in urls]) as seen:
        arrived = [each["path"] for each in seen]

    assert arrived == [*urls[:3], "/v2/x?token=t-1_&a=$HOME!"]


@LANGUAGES
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_no_body_is_no_body(language: Language, method: str) -> None:
    with sent(language, [{"method": method}]) as seen:
        arrived = (seen[0]["method"], seen[0]["body"], seen[0]["headers"].get("Content-Length", "0"))

    assert arrived == (method, b"", "0")


@LANGUAGES
def test_no_code_follows_a_redirect(language: Language) -> None:
    seen: list[bytes] = []
    elsewhere = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with raw_server(answering(elsewhere, seen)) as url:
        printed = run(language, snippet(exchange(method="GET", url=f"{url}/x"), language))

    assert [request.split(b" ")[1] for request in seen] == [b"/x"]
    assert "302" in printed


@LANGUAGES
def test_code_prints_status_and_body(language: Language) -> None:
    with raw_server(answering(http_answer(418, "I am a teapot, é 😀"))) as url:
        printed = run(language, snippet(exchange(method="GET", url=f"{url}/x"), language))

    assert "418" in printed
    assert "I am a teapot, é 😀" in printed


@LANGUAGES
def test_the_program_that_runs_names_itself(language: Language) -> None:
    ours = {"User-Agent": "python-requests/9", "Connection": "close", "Content-Length": "7", "Accept": "*/*"}
    with sent(language, [{"request_headers": ours, "request_body": "x"}]) as seen:
        headers = seen[0]["headers"]

    assert headers["User-Agent"] != "python-requests/9"
    assert headers["Content-Length"] == "1"
    assert headers["Accept"] == "*/*"


@pytest.mark.parametrize("language", [Language.PYTHON, Language.JAVASCRIPT])
def test_what_cannot_be_seen_is_written_out(language: Language) -> None:
    code = snippet(exchange(request_body="".join(NASTY)), language)

    assert [character for character in code if not character.isprintable() and character != "\n"] == []
    assert "😀" in code
