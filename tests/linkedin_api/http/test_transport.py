"""The transport against servers that misbehave on real sockets."""

from __future__ import annotations

import socket
import ssl
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from linkedin_api import APIError, Exchange, NotFound, OutcomeUnknown, RateLimited, ServerError, Transport, Unreachable
from tests.support.patience import PATIENCE_S

TOKEN = "AQX-very-secret-token"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def raw_server(talk: Callable[[socket.socket], None], receive_buffer_bytes: int = 0) -> Iterator[str]:
    """A server that hands every connection to talk() and closes it afterwards."""
    listening = socket.socket()
    if receive_buffer_bytes:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            talk(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connections.append(connection)
            threads.append(threading.Thread(target=serve, args=(connection,)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *threads):
            thread.join(PATIENCE_S)


def read_request(connection: socket.socket) -> bytes:
    """One request with its whole body; b"" when the other side has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    missing = int(lengths[0] if lengths else 0) - len(body)
    while missing > 0:
        piece = connection.recv(65536)
        missing -= len(piece) or missing
        data += piece
    return data


def answering(answer: bytes, seen: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    """A talk that gives every request the same answer."""

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            if seen is not None:
                seen.append(request)
            connection.sendall(answer)

    return talk


@pytest.fixture
def exchanges() -> list[Exchange]:
    return []


@pytest.fixture
def transport(exchanges: list[Exchange]) -> Iterator[Transport]:
    with Transport(access_token=TOKEN, on_exchange=exchanges.append) as ready:
        yield ready


@pytest.fixture
def impatient(exchanges: list[Exchange]) -> Iterator[Transport]:
    with Transport(
        access_token=TOKEN, on_exchange=exchanges.append, connect_timeout_s=0.4, read_timeout_s=0.4
    ) as ready:
        yield ready


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def everything_in(error: BaseException) -> str:
    texts = traceback.format_exception(error)
    chain: BaseException | None = error
    while chain is not None:
        texts += [str(chain), repr(chain), repr(chain.args), repr(vars(chain))]
        chain = chain.__context__
    return "".join(texts)


def test_json_goes_out_and_comes_back(transport: Transport, exchanges: list[Exchange]) -> None:
    seen: list[bytes] = []
    with raw_server(
        answering(b'HTTP/1.1 201 Created\r\nX-RestLi-Id: a\r\nContent-Length: 8\r\n\r\n{"a": 1}', seen)
    ) as url:
        answer = transport.send("POST", f"{url}/v2/x?a=b", headers={"X-A": "1"}, json={"text": "é 😀"})

    assert (answer.status, answer.json(), answer.headers["x-restli-id"]) == (201, {"a": 1}, "a")
    assert seen[0].startswith(b"POST /v2/x?a=b HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}".encode() in seen[0]
    assert seen[0].endswith('{"text": "é 😀"}'.encode())
    assert exchanges[0].request_headers["Authorization"] == "Bearer [hidden]"
    assert exchanges[0].status == 201
    assert exchanges[0].duration_ms > 0


def test_a_form_is_sent_as_a_form(transport: Transport) -> None:
    seen: list[bytes] = []
    with raw_server(answering(OK, seen)) as url:
        transport.send("POST", url, form={"code": "a b&c", "x": "é"})

    assert seen[0].endswith(b"\r\n\r\ncode=a+b%26c&x=%C3%A9")
    assert b"Content-Type: application/x-www-form-urlencoded" in seen[0]


def test_an_empty_post_says_that_it_is_empty(transport: Transport) -> None:
    seen: list[bytes] = []
    with raw_server(answering(OK, seen)) as url:
        transport.send("POST", url)

    assert b"Content-Length: 0" in seen[0]  # LinkedIn answers 411 without


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}", "http://no-such-host.invalid", "api.linkedin.com", "http://"]
)
def test_what_never_left_is_unreachable(transport: Transport, exchanges: list[Exchange], url: str) -> None:
    with pytest.raises(Unreachable) as caught:
        transport.send("POST", url.format(port=free_port()), json={})

    assert exchanges[0].status is None
    assert exchanges[0].error == str(caught.value)
    assert TOKEN not in everything_in(caught.value)


def test_a_failed_handshake_is_unreachable(transport: Transport) -> None:
    with (
        raw_server(lambda connection: connection.sendall(b"this is no TLS\r\n")) as url,
        pytest.raises(Unreachable, match="secure connection"),
    ):
        transport.send("POST", url.replace("http:", "https:"), json={})


def test_a_handshake_that_hangs_is_unreachable(impatient: Transport) -> None:
    def silent(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    with raw_server(silent) as url, pytest.raises(Unreachable):
        impatient.send("POST", url.replace("http:", "https:"), json={})


def test_no_answer_in_time_is_an_unknown_outcome(impatient: Transport, exchanges: list[Exchange]) -> None:
    def silent(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with raw_server(silent) as url, pytest.raises(OutcomeUnknown, match="in time") as caught:
        impatient.send("POST", url, json={})

    assert not caught.value.retryable
    assert TOKEN not in everything_in(caught.value)
    assert exchanges[0].error == str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 20",
        b"no HTTP at all\r\n\r\n",
        b'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"id"',
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
)
def test_a_broken_answer_is_an_unknown_outcome(transport: Transport, answer: bytes) -> None:
    def broken(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    with raw_server(broken) as url, pytest.raises(OutcomeUnknown) as caught:
        transport.send("POST", url, json={})

    assert TOKEN not in everything_in(caught.value)


def test_a_reset_after_the_request_is_an_unknown_outcome(transport: Transport) -> None:
    def reset(connection: socket.socket) -> None:
        read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with raw_server(reset) as url, pytest.raises(OutcomeUnknown):
        transport.send("POST", url, json={})


class Clock:
    """A clock that only a test puts on."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def trickling(clock: Clock, start: bytes, piece: bytes, every_s: float = 10) -> Callable[[socket.socket], None]:
    """A talk that begins an answer and never ends it: a piece every ten seconds by that clock, until it is left."""

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(start)
        connection.settimeout(0.01)
        while True:
            clock.now_s += every_s
            connection.sendall(piece)
            with suppress(TimeoutError):
                if not connection.recv(1):
                    return

    return talk


TRICKLES = {
    "status": (b"", b"H"),
    "head": (b"HTTP/1.1 201 Created\r\n", b"X"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": (b'HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n{"id": "', b"7"),
    "chunks": (b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


@pytest.mark.parametrize("where", TRICKLES)
def test_an_answer_that_trickles_is_an_unknown_outcome(where: str, exchanges: list[Exchange]) -> None:
    clock = Clock()
    with (
        raw_server(trickling(clock, *TRICKLES[where])) as url,
        Transport(access_token=TOKEN, on_exchange=exchanges.append, clock=clock) as transport,
        pytest.raises(OutcomeUnknown, match="did not answer in time") as caught,
    ):
        transport.send("POST", url, json={})

    assert clock.now_s >= 30
    assert not caught.value.retryable
    assert TOKEN not in everything_in(caught.value)
    assert exchanges[0].error == str(caught.value)


def test_a_kept_connection_gives_every_answer_its_own_time(transport: Transport) -> None:
    clock, asked = Clock(), []

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            asked.append(request)
            clock.now_s += 20
            connection.sendall(OK)

    with raw_server(talk) as url, Transport(clock=clock) as patient:
        statuses = [patient.send("GET", url).status for _ in range(3)]

    assert (statuses, clock.now_s) == ([200] * 3, 60)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n{",
        b"HTTP/1.1 201 Ok\r\nx-restli-id: a\r\nContent-Length: 9\r\n\r\n{",
    ],
)
def test_what_a_trickling_answer_has_said_already_counts(answer: bytes) -> None:
    clock = Clock()
    with raw_server(trickling(clock, answer, b"")) as url, Transport(clock=clock, read_timeout_s=0.4) as transport:
        if b"404" in answer:
            with pytest.raises(NotFound):
                transport.send("POST", url, json={})
        else:
            assert transport.send("POST", url, json={}).headers["x-restli-id"] == "a"


def test_a_proxy_whose_answer_trickles_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    with raw_server(trickling(clock, b"HTTP/1.1 200 OK\r\n", b"X")) as proxy, Transport(clock=clock) as transport:
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(Unreachable):
            transport.send("POST", "https://linkedin.invalid/v2/x", json={})


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_end_is_read_so_far_and_no_further(packed: bool) -> None:
    pack = zlib.compressobj(wbits=31) if packed else None

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        encoding = b"Content-Encoding: gzip\r\n" if pack else b""
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%s\r\n" % encoding)
        while True:
            piece = pack.compress(bytes(1 << 20)) + pack.flush(zlib.Z_SYNC_FLUSH) if pack else bytes(1 << 20)
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))

    with raw_server(talk) as url, Transport() as patient, pytest.raises(OutcomeUnknown, match="broke off"):
        patient.send("GET", url)


def test_an_answer_in_many_small_chunks_is_read_whole(transport: Transport) -> None:
    body = b"1\r\n \r\n" * 1000 + b"2\r\n{}\r\n0\r\n\r\n"
    with raw_server(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)) as url:
        assert transport.send("GET", url).json() == {}


def test_a_urn_in_the_headers_counts_even_if_the_body_breaks_off(transport: Transport) -> None:
    def broken(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 201 Created\r\nx-restli-id: urn:li:share:7\r\nContent-Length: 9\r\n\r\n{")

    with raw_server(broken) as url:
        answer = transport.send("POST", url, json={})

    assert answer.headers["X-RestLi-Id"] == "urn:li:share:7"


def test_a_lost_answer_is_never_sent_twice(transport: Transport) -> None:
    seen: list[bytes] = []

    def close_after_reading(connection: socket.socket) -> None:
        seen.append(read_request(connection))

    with raw_server(close_after_reading) as url:
        for method in ("POST", "PUT", "GET", "DELETE"):
            with pytest.raises(OutcomeUnknown):
                transport.send(method, url)

    assert [request.split()[0] for request in seen] == [b"POST", b"PUT", b"GET", b"DELETE"]


def test_a_connection_closed_between_two_requests_is_opened_again(transport: Transport) -> None:
    seen: list[bytes] = []
    closed = threading.Event()

    def once(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)
        connection.close()
        closed.set()

    with raw_server(once) as url:
        transport.send("POST", url, json={})
        assert closed.wait(PATIENCE_S)
        transport.send("POST", url, json={})

    assert len(seen) == 2


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_not_followed(transport: Transport, status: str) -> None:
    elsewhere: list[bytes] = []
    with raw_server(answering(OK, elsewhere)) as other:
        answer = f"HTTP/1.1 {status}\r\nLocation: {other}/?t=1\r\nContent-Length: 0\r\n\r\n".encode()
        with raw_server(answering(answer)) as url, pytest.raises(APIError) as caught:
            transport.send("POST", url, json={})

    assert elsewhere == []
    assert caught.value.status == int(status[:3])


@pytest.mark.parametrize(
    ("status", "kind"), [(404, NotFound), (429, RateLimited), (500, ServerError), (503, ServerError)]
)
def test_a_refusal_is_its_error(transport: Transport, status: int, kind: type[APIError]) -> None:
    with (
        raw_server(answering(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())) as url,
        pytest.raises(kind),
    ):
        transport.send("POST", url, json={})


def test_a_token_in_an_answer_enters_no_error(transport: Transport, exchanges: list[Exchange]) -> None:
    body = f'{{"message":"You sent {TOKEN}","code":"X"}}'.encode()
    with (
        raw_server(answering(b"HTTP/1.1 400 No\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))) as url,
        pytest.raises(APIError) as caught,
    ):
        transport.send("POST", url, json={})

    assert TOKEN not in everything_in(caught.value)
    assert TOKEN not in repr(exchanges)
    assert "[hidden]" in caught.value.message


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN}\r\nX-Evil: 1", f"{TOKEN}😀"])
def test_a_token_with_wrong_characters_is_told_without_showing_it(token: str) -> None:
    with (
        raw_server(answering(OK)) as url,
        Transport(access_token=token) as transport,
        pytest.raises(Unreachable) as caught,
    ):
        transport.send("GET", url)

    assert TOKEN not in everything_in(caught.value)


def test_a_page_of_html_is_no_answer(transport: Transport) -> None:
    with raw_server(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")) as url:
        answer = transport.send("GET", url)

    with pytest.raises(OutcomeUnknown, match="cannot be read"):
        answer.json()


def test_a_netrc_never_replaces_our_token(
    transport: Transport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    seen: list[bytes] = []
    with raw_server(answering(OK, seen)) as url:
        transport.send("GET", url)

    assert f"Authorization: Bearer {TOKEN}".encode() in seen[0]
    assert b"Basic" not in seen[0]


def test_a_proxy_of_the_environment_is_used(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    with raw_server(answering(OK, seen)) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        transport.send("GET", "http://linkedin.invalid/v2/x")

    assert seen[0].startswith(b"GET http://linkedin.invalid/v2/x ")


def test_a_proxy_that_refuses_the_tunnel_means_nothing_left(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raw_server(answering(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        with pytest.raises(Unreachable, match="proxy"):
            transport.send("POST", "https://linkedin.invalid/v2/x", json={})


def test_cookies_are_not_kept(transport: Transport) -> None:
    seen: list[bytes] = []
    with raw_server(answering(OK.replace(b"\r\n", b"\r\nSet-Cookie: li_gc=1; Path=/\r\n", 1), seen)) as url:
        transport.send("GET", url)
        transport.send("GET", url)

    assert b"ookie" not in seen[1]


def test_a_journal_that_fails_does_not_lose_the_answer() -> None:
    def full_disk(_: Exchange) -> None:
        raise OSError("no space left")

    with raw_server(answering(OK)) as url, Transport(on_exchange=full_disk) as transport:
        assert transport.send("GET", url).status == 200


def test_two_threads_may_use_one_transport(transport: Transport, exchanges: list[Exchange]) -> None:
    with raw_server(answering(OK)) as url:
        threads = [threading.Thread(target=transport.send, args=("GET", url)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [kept.status for kept in exchanges] == [200] * 8


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS context that no client trusts."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made: Any = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
    made = made.add_extension(x509.BasicConstraints(True, None), True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "cert.pem").write_bytes(pem)
    (folder / "both.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_that_nobody_trusts_is_unreachable(transport: Transport, tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    seen: list[bytes] = []

    def secure(connection: socket.socket) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as wrapped:
            seen.append(read_request(wrapped))

    with raw_server(secure) as url, pytest.raises(Unreachable, match="secure connection"):
        transport.send("POST", url.replace("http://127.0.0.1", "https://localhost"), json={})

    assert not any(seen)
