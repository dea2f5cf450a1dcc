"""Uploads: streamed, timed by stall, stopped by the caller, and only to where they belong."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from linkedin_api import (
    APIError,
    Exchange,
    InvalidRequest,
    Language,
    LinkedInError,
    OutcomeUnknown,
    Transport,
    Unauthorized,
    UnsafeUploadURL,
    snippet,
)
from linkedin_api.http.upload_url import check_upload_url
from tests.linkedin_api.http.test_transport import (
    TOKEN,
    Clock,
    answering,
    everything_in,
    raw_server,
    read_request,
    self_signed,
    trickling,
)
from tests.support.patience import PATIENCE_S, until

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
MB = 1_000_000


class Recorder:
    """A file that notes how it is read."""

    def __init__(self, size_bytes: int) -> None:
        self.left_bytes, self.largest_read = size_bytes, 0

    def read(self, size_bytes: int = -1) -> bytes:
        assert size_bytes > 0, "the whole file was asked for"
        self.largest_read = max(self.largest_read, size_bytes)
        piece = b"x" * min(size_bytes, self.left_bytes)
        self.left_bytes -= len(piece)
        return piece


def uploader(url: str, **options: Any) -> Transport:
    return Transport(access_token=TOKEN, upload_hosts=[url.partition("//")[2]], **options)


def put(transport: Transport, url: str, size_bytes: int, file: Any = None, **options: Any) -> Any:
    body = file or Recorder(size_bytes)
    return transport.upload(f"{url}/up?ut=x", body, size_bytes=size_bytes, content_type="image/png", **options)


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


def test_a_file_arrives_whole_with_its_length_and_type(exchanges: list[Exchange]) -> None:
    content = os.urandom(3 * MB)
    seen: list[bytes] = []
    with raw_server(answering(CREATED, seen)) as url, uploader(url, on_exchange=exchanges.append) as transport:
        put(transport, url, len(content), io.BytesIO(content), headers={"media-type-family": "STILLIMAGE"})

    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert body == content
    assert head.startswith(b"PUT /up?ut=x ")
    for line in (b"Content-Length: 3000000", b"Content-Type: image/png", b"media-type-family: STILLIMAGE"):
        assert line in head
    assert f"Authorization: Bearer {TOKEN}".encode() in head
    assert b"chunked" not in head
    assert exchanges[0].request_body == "<3,000,000 bytes, image/png>"


SIGNATURE = "2H-IhpbfXrRow1"
SIGNED = f"dms-uploads/sp/v2/D4E/0?ca=vector_feedshare&v=beta&ut={SIGNATURE}"


def answer_of(status: str, body: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", body]).encode()


@pytest.mark.parametrize(
    "answer",
    [
        CREATED,
        answer_of("400 Bad Request", json.dumps({"message": f"/{SIGNED} is over"})),
        answer_of("404 Not Found", f"<p>No /{SIGNED.replace('&', '&amp;')} here: {SIGNATURE}</p>"),
        answer_of("302 Found", "", f"Location: https://www.linkedin.com/login?to={quote(SIGNED, safe='')}"),
        answer_of("201 Created", "", f"X-Echo: ut={SIGNATURE}", "a line that is no header"),
        b"",
    ],
    ids=["taken", "refused", "not found", "redirected", "malformed", "lost"],
)
def test_a_signed_address_reaches_no_record_no_log_and_no_error(
    answer: bytes, exchanges: list[Exchange], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown, talk = [], answering(answer)

    def once(connection: socket.socket) -> None:
        talk(connection) if answer else read_request(connection)

    with raw_server(once) as url, uploader(url, on_exchange=exchanges.append) as transport:
        try:
            transport.upload(f"{url}/{SIGNED}", Recorder(10), size_bytes=10, content_type="image/png")
        except LinkedInError as error:
            shown.append(everything_in(error))

    (kept,) = exchanges
    shown += [json.dumps(kept.as_dict()), repr(kept), caplog.text, *(snippet(kept, each) for each in Language)]
    assert kept.url == f"{url}/[hidden]"
    assert SIGNATURE not in "\n".join(shown)
    assert "dms-uploads" not in "\n".join(shown)


def test_a_file_is_read_in_pieces_of_one_mebibyte() -> None:
    file = Recorder(5 * MB)
    with raw_server(answering(CREATED)) as url, uploader(url) as transport:
        put(transport, url, 5 * MB, file)

    assert file.largest_read == 1 << 20
    assert file.left_bytes == 0


def test_not_a_byte_more_than_promised_is_sent() -> None:
    seen: list[bytes] = []
    with raw_server(answering(CREATED, seen)) as url, uploader(url) as transport:
        put(transport, url, 10, io.BytesIO(b"0123456789and more"))

    assert seen[0].endswith(b"\r\n\r\n0123456789")


def test_a_file_that_ends_early_is_the_callers_error() -> None:
    with (
        raw_server(read_all) as url,
        uploader(url) as transport,
        pytest.raises(ValueError, match="ended after 5 of 10 bytes"),
    ):
        put(transport, url, 10, io.BytesIO(b"01234"))


def read_all(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def test_progress_grows_to_the_whole_size() -> None:
    told: list[int] = []
    with raw_server(answering(CREATED)) as url, uploader(url) as transport:
        put(transport, url, 3 * MB, on_progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 3 * MB
    assert len(told) > 10


def test_a_slow_line_that_moves_is_never_cut_off() -> None:
    # 800 KB at 200 KB/s take 4 s, far more than stall, connect and read timeouts together.
    def slow(connection: socket.socket) -> None:
        connection.recv(20_000)
        for _ in range(40):
            read_exactly(connection, 20_000)
            time.sleep(0.1)
        connection.sendall(CREATED)

    with (
        raw_server(slow, receive_buffer_bytes=32_768) as url,
        uploader(url, stall_timeout_s=3, connect_timeout_s=1, read_timeout_s=3) as transport,
    ):
        start = time.monotonic()
        answer = put(transport, url, 820_000)

    assert answer.status == 201
    assert time.monotonic() - start > 3.5


def read_exactly(connection: socket.socket, size_bytes: int) -> None:
    while size_bytes > 0:
        size_bytes -= len(connection.recv(size_bytes)) or size_bytes


def test_a_line_that_stands_still_fails_within_the_stall_time(exchanges: list[Exchange]) -> None:
    done = threading.Event()
    with raw_server(lambda connection: done.wait(PATIENCE_S) and None) as url:
        with (
            uploader(url, stall_timeout_s=0.5, on_exchange=exchanges.append) as transport,
            pytest.raises(OutcomeUnknown, match=r"stood still for 0\.5 s") as caught,
        ):
            put(transport, url, 50 * MB)
        done.set()

    assert caught.value.retryable  # nothing is published by an upload
    assert TOKEN not in everything_in(caught.value)
    assert exchanges[0].error == str(caught.value)


def test_an_answer_that_never_comes_ends_at_the_read_timeout() -> None:
    with (
        raw_server(read_all) as url,
        uploader(url, read_timeout_s=0.4) as transport,
        pytest.raises(OutcomeUnknown, match="in time"),
    ):
        put(transport, url, MB)


def test_an_answer_that_trickles_ends_at_the_read_timeout() -> None:
    clock = Clock()
    trickle = trickling(clock, b"HTTP/1.1 201 Created\r\n", b"X")
    with (
        raw_server(trickle) as url,
        uploader(url, clock=clock) as transport,
        pytest.raises(OutcomeUnknown, match="in time") as caught,
    ):
        put(transport, url, MB)

    assert clock.now_s >= 30
    assert caught.value.retryable


def test_an_upload_may_take_longer_than_its_answer() -> None:
    clock = Clock()

    def slow(connection: socket.socket) -> None:
        begun = connection.recv(65_536)
        clock.now_s += 3600
        read_exactly(connection, MB - len(begun.partition(b"\r\n\r\n")[2]))
        clock.now_s += 20
        connection.sendall(CREATED)

    with raw_server(slow) as url, uploader(url, clock=clock) as transport:
        assert put(transport, url, MB).status == 201


def test_a_cancel_is_heard_while_an_answer_is_awaited() -> None:
    asked: list[float] = []

    def stop(_: int) -> None:
        asked.append(time.monotonic())
        if asked[-1] - asked[0] > 1:
            raise CancelledByMember

    with raw_server(read_all) as url, uploader(url) as transport, pytest.raises(CancelledByMember):
        put(transport, url, 10, on_progress=stop)  # the answer never comes


def counted(talk: Callable[[socket.socket], None], connections: list[int]) -> Callable[[socket.socket], None]:
    def count(connection: socket.socket) -> None:
        connections.append(1)
        talk(connection)

    return count


def test_a_connection_is_kept_after_an_upload_that_ended_well() -> None:
    connections: list[int] = []
    with raw_server(counted(answering(CREATED), connections)) as url, uploader(url) as transport:
        for _ in range(5):
            put(transport, url, MB)

    assert len(connections) == 1


def test_a_connection_is_not_used_again_after_an_upload_that_did_not() -> None:
    connections: list[int] = []
    refused = b"HTTP/1.1 415 No\r\nContent-Length: 0\r\n\r\n"

    def stop(_: int) -> None:
        raise CancelledByMember

    with raw_server(counted(answering(refused), connections)) as url, uploader(url) as transport:
        for _ in range(2):
            with pytest.raises(InvalidRequest):
                put(transport, url, MB)
        for _ in range(2):
            with pytest.raises(CancelledByMember):
                put(transport, url, MB, on_progress=stop)
        until(lambda: len(connections) >= 4)

    assert len(connections) == 4


def test_an_upload_without_the_token_is_one() -> None:
    seen: list[bytes] = []
    with raw_server(answering(CREATED, seen)) as url, uploader(url) as transport:
        put(transport, url, 10, with_token=False)

    assert TOKEN.encode() not in seen[0]


def test_many_threads_may_upload_and_send_at_once() -> None:
    at_once: list[int] = []
    keeping: list[Exchange] = []
    contents = {number: os.urandom(300_000 + number) for number in range(12)}
    seen: list[bytes] = []

    def keep(exchange: Exchange) -> None:
        at_once.append(1)
        keeping.append(exchange)
        time.sleep(0.002)
        at_once.append(-1)

    with raw_server(answering(CREATED, seen)) as url, uploader(url, on_exchange=keep) as transport:

        def one(number: int) -> None:
            put(transport, url, len(contents[number]), io.BytesIO(contents[number]))
            transport.send("POST", f"{url}/send", json={"number": number})

        threads = [threading.Thread(target=one, args=(number,)) for number in contents]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)

    bodies = {request.partition(b"\r\n\r\n")[2] for request in seen}
    assert bodies == {*contents.values(), *(b'{"number": %d}' % number for number in contents)}
    assert len(keeping) == 24
    assert at_once == [1, -1] * 24


class CancelledByMember(Exception):
    pass


@pytest.mark.parametrize(
    "kind", [CancelledByMember, TimeoutError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt]
)
def test_what_progress_raises_comes_out_unchanged(kind: type[BaseException], exchanges: list[Exchange]) -> None:
    raised = kind("stop")
    closed: list[bytes] = []

    def watch(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass
        closed.append(b"closed")

    def stop(sent_bytes: int) -> None:
        if sent_bytes > MB:
            raise raised

    with raw_server(watch) as url, uploader(url, on_exchange=exchanges.append) as transport:
        with pytest.raises(kind) as caught:
            put(transport, url, 20 * MB, on_progress=stop)
        until(lambda: closed)

    assert caught.value is raised
    assert caught.value.__context__ is None
    assert closed == [b"closed"]
    assert (exchanges[0].error or "").startswith("Stopped by the caller")


def test_a_cancel_is_heard_while_nothing_moves() -> None:
    asked: list[float] = []

    def stop(_: int) -> None:
        asked.append(time.monotonic())
        if asked[-1] - asked[0] > 1:
            raise CancelledByMember

    done = threading.Event()
    with raw_server(lambda connection: done.wait(PATIENCE_S) and None) as url, uploader(url) as transport:
        with pytest.raises(CancelledByMember):
            put(transport, url, 50 * MB, on_progress=stop)
        done.set()


def test_what_the_file_raises_comes_out_unchanged() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("the disk is gone")

    with raw_server(read_all) as url, uploader(url) as transport, pytest.raises(OSError, match="the disk is gone"):
        put(transport, url, 10, Broken())


@pytest.mark.parametrize(("status", "kind"), [(413, InvalidRequest), (401, Unauthorized)])
def test_an_answer_before_the_end_is_that_answer(status: int, kind: type[APIError]) -> None:
    def early(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)

    with raw_server(early) as url, uploader(url) as transport:
        for _ in range(10):
            with pytest.raises(kind) as caught:
                put(transport, url, 50 * MB)

    assert caught.value.status == status


def test_a_connection_that_is_cut_is_an_unknown_outcome() -> None:
    with (
        raw_server(lambda connection: connection.recv(1000) and None) as url,
        uploader(url) as transport,
        pytest.raises(OutcomeUnknown),
    ):
        put(transport, url, 50 * MB)


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    context = self_signed(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
    return context


def over_tls(url: str) -> str:
    return url.replace("http://127.0.0.1", "https://localhost")


def test_an_upload_over_tls_arrives_whole(secure: ssl.SSLContext) -> None:
    seen: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        with secure.wrap_socket(connection, server_side=True) as wrapped:
            seen.append(read_request(wrapped))
            wrapped.sendall(CREATED)

    content = os.urandom(2 * MB)
    with raw_server(talk) as url, uploader(over_tls(url)) as transport:
        put(transport, over_tls(url), len(content), io.BytesIO(content))

    assert seen[0].endswith(content)


def test_an_upload_over_tls_that_stands_still_fails_within_the_stall_time(secure: ssl.SSLContext) -> None:
    done = threading.Event()

    def talk(connection: socket.socket) -> None:
        with secure.wrap_socket(connection, server_side=True):
            done.wait(PATIENCE_S)

    with raw_server(talk) as url, uploader(over_tls(url), stall_timeout_s=0.5) as transport:
        with pytest.raises(OutcomeUnknown, match="stood still"):
            put(transport, over_tls(url), 50 * MB)
        done.set()


def test_an_early_answer_over_tls_is_that_answer(secure: ssl.SSLContext) -> None:
    def talk(connection: socket.socket) -> None:
        with secure.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(65536)
            wrapped.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            # Closing on unread bytes would reset the connection, and the reset may overtake the answer.
            with contextlib.suppress(OSError):
                while wrapped.recv(1 << 20):
                    pass

    with (
        raw_server(talk) as url,
        uploader(over_tls(url)) as transport,
        pytest.raises(InvalidRequest),
    ):
        put(transport, over_tls(url), 50 * MB)


def test_an_empty_file_is_refused() -> None:
    with uploader("http://localhost:1") as transport, pytest.raises(ValueError, match="empty"):
        put(transport, "http://localhost:1", 0)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/dms-uploads/sp/v2/x/0?ca=vector",
        "https://api.linkedin.com/mediaUpload/x",
        "https://LINKEDIN.com:443/x",
        "http://127.0.0.1:9200/up",
        "https://127.0.0.1:9200/up",
        "http://[::1]:9200/up",
        "http://sandbox/up",
    ],
)
def test_linkedins_hosts_and_the_given_ones_may_have_the_file(url: str) -> None:
    assert check_upload_url(url, ["127.0.0.1:9200", "[::1]:9200", "sandbox"]) is None  # it raises, or says nothing


@pytest.mark.parametrize(
    "url",
    [
        "http://www.linkedin.com/x",
        "https://www.linkedin.com:8443/x",
        "https://linkedin.com.evil.example/x",
        "https://evillinkedin.com/x",
        "https://www.linkedin.com@evil.example/x",
        "https://me:pw@www.linkedin.com/x",
        "https://evil.example\\@www.linkedin.com/x",
        "https://evil.example/www.linkedin.com",
        "https://www.linkedin.com./x",
        "https://www.linkedin.com\n.evil.example/x",
        "https://media.licdn.com/x",
        "http://127.0.0.1:9201/x",
        "http://127.0.0.1/x",
        "ftp://127.0.0.1:9200/x",
        "file:///etc/passwd",
        "//www.linkedin.com/x",
        "https://www.linkedin.com:x/",
        "https://ⓛinkedin.com/x",
        "",
    ],
)
def test_nobody_else_gets_the_file_or_the_token(url: str) -> None:
    with (
        Transport(access_token=TOKEN, upload_hosts=["127.0.0.1:9200"]) as transport,
        pytest.raises(UnsafeUploadURL) as caught,
    ):
        transport.upload(url, io.BytesIO(b"x"), size_bytes=1, content_type="image/png")

    assert not caught.value.retryable
    assert "upload_hosts" not in caught.value.advice  # whoever names hosts knows how


def test_a_script_is_told_how_to_allow_a_host_of_its_own() -> None:
    with raw_server(answering(CREATED)) as url:
        host = url.partition("//")[2]
        with Transport(access_token=TOKEN) as transport:
            with pytest.raises(UnsafeUploadURL, match=re.escape(f"at {host};")) as caught:
                put(transport, url, 10)
            with pytest.raises(UnsafeUploadURL) as unsafe:
                put(transport, "https://me@evil.example", 10)
        with Transport(access_token=TOKEN, upload_hosts=[host]) as transport:
            put(transport, url, 10)

    assert f"Transport(upload_hosts=['{host}'])" in caught.value.advice
    assert "upload_hosts" not in unsafe.value.advice


def test_a_redirected_upload_is_not_followed() -> None:
    elsewhere: list[bytes] = []
    with raw_server(answering(CREATED, elsewhere)) as other:
        answer = f"HTTP/1.1 307 Go\r\nLocation: {other}/up\r\nContent-Length: 0\r\n\r\n".encode()
        with raw_server(answering(answer)) as url, uploader(url) as transport, pytest.raises(APIError):
            put(transport, url, 10)

    assert elsewhere == []
