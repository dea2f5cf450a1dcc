"""The only module that sends HTTP requests. It streams uploads, limits stalls, and never repeats a request."""

from __future__ import annotations

import json as json_format
import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn, Self
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from linkedin_api.errors.tree import LinkedInError
from linkedin_api.http.connections import POOLS, READ_BYTES, Attempt, Interrupted, Readable, UploadBody, current
from linkedin_api.http.exchange import Exchange
from linkedin_api.http.network_errors import broke_off, failure_of
from linkedin_api.http.redaction import secrets_of_upload
from linkedin_api.http.response import Response, read_answer
from linkedin_api.http.service import LINKEDIN, Service
from linkedin_api.http.upload_url import check_upload_url

_log = logging.getLogger(__name__)

ErrorFor = Callable[[int, str, Mapping[str, str]], LinkedInError]


class _Adapter(HTTPAdapter):
    """requests' adapter with our connections, large reads and no retries."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, blocksize=READ_BYTES)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options, blocksize=READ_BYTES)
        attempt = current.get()
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = POOLS
        elif attempt:
            attempt.left = True  # other connection classes do not report it, so assume that bytes left
        return manager


def _new_session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", _Adapter())
    session.mount("http://", _Adapter())
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the API's cookies are not stored
    # Proxies come from the environment, but a .netrc must never replace our Authorization header.
    session.auth = lambda request: request
    return session


class Transport:
    """Sends requests to one API; each becomes an Exchange, also when it fails. Safe to use from several threads.

    on_exchange is called by one thread at a time. read_timeout_s is for a whole answer, from the moment in which the
    request has left; stall_timeout_s for the time in which nothing of an upload moves.
    """

    def __init__(
        self,
        *,
        access_token: str | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        upload_hosts: Collection[str] = (),
        service: Service = LINKEDIN,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 30.0,
        stall_timeout_s: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access_token = access_token
        self._on_exchange = on_exchange
        self._upload_hosts, self._service = tuple(upload_hosts), service
        self._timeouts_s = (connect_timeout_s, read_timeout_s)
        self._stall_timeout_s, self._clock = stall_timeout_s, clock
        self._idle: list[requests.Session] = []  # each is used by one thread at a time
        self._ways: dict[str, Mapping[str, Any]] = {}
        self._keeping = threading.Lock()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        error_for: ErrorFor | None = None,
        secrets: Collection[str] = (),
        redirects: bool = False,
        read_timeout_s: float | None = None,
    ) -> Response:
        """One request with a JSON body, a form, or none; redirects are never followed.

        The Exchange will not hold any of secrets, nor the access token. redirects: a redirect is an answer like any
        other, not a refusal; its Location may hold a secret. read_timeout_s: for this answer alone.
        Raises: Unreachable, OutcomeUnknown, and what error_for (the API's table) makes of a refusal.
        """
        body, content_type = _written(json, form)
        sent = self._headers({"Content-Type": content_type} if content_type else {}, headers)
        attempt = Attempt(self._timeouts_s[1], clock=self._clock, read_timeout_s=read_timeout_s)
        request = requests.Request(method, url, headers=sent, data=body.encode() or None)
        return self._exchange(request, body, attempt, error_for, secrets, accepted=400 if redirects else 300)

    def upload(
        self,
        url: str,
        body: Readable,
        *,
        size_bytes: int,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        on_progress: Callable[[int], None] | None = None,
        with_token: bool = True,
        first_byte: int | None = None,
        method: str = "PUT",
        described: str = "",
    ) -> Response:
        """PUT (or POST) a file, read piece by piece; only a stall is limited, not the whole time.

        The Exchange holds the address's host only: whoever has the address may upload. As its body stands `described`,
        or else the size, with first_byte, where the body begins in its file when it is a part of one.
        on_progress gets the bytes handed over so far; what it raises ends the upload and comes out here.
        Raises: UnsafeUploadURL before anything is sent; otherwise as send().
        """
        self.check_upload_url(url)
        if size_bytes < 1:
            raise ValueError("The file is empty; choose another.")
        attempt = Attempt(self._stall_timeout_s, on_progress, size_bytes, self._clock)
        sent = self._headers({"Content-Type": content_type}, headers)
        if not with_token:
            sent.pop("Authorization", None)
        request = requests.Request(method, url, headers=sent, data=UploadBody(body, attempt))
        place = "" if first_byte is None else f" from byte {first_byte:,}"
        line = described or f"<{size_bytes:,} bytes{place}, {content_type}>"
        return self._exchange(request, line, attempt, None, secrets_of_upload(url))

    def check_upload_url(self, url: str) -> None:
        """Check an upload address; sends nothing. Raises: UnsafeUploadURL."""
        check_upload_url(url, self._upload_hosts, self._service)

    def close(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _headers(self, *layers: Mapping[str, str] | None) -> CaseInsensitiveDict[str]:
        sent: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        if self._access_token:
            sent["Authorization"] = f"Bearer {self._access_token}"
        for layer in layers:
            sent.update(layer or {})
        return sent

    def _exchange(
        self,
        request: requests.Request,
        body: str,
        attempt: Attempt,
        error_for: ErrorFor | None,
        secrets: Collection[str] = (),
        accepted: int = 300,
    ) -> Response:
        started_at, start = datetime.now(UTC), time.perf_counter()
        result = self._lent_session(request, attempt)
        told: dict[str, Any] = {"error": str(result)}
        if isinstance(result, Response):
            told = {"status": result.status, "response_headers": dict(result.headers), "response_body": result.text}
            told["request_id"] = self._service.request_id(result.headers)
        exchange = Exchange(
            started_at=started_at,
            method=request.method or "",
            url=request.url or "",
            request_headers={name: str(value) for name, value in (request.headers or {}).items()},
            request_body=body,
            duration_ms=(time.perf_counter() - start) * 1000,
            service=self._service.name,
            secrets=[self._access_token or "", *secrets],
            **told,
        )
        self._keep(exchange)
        # Raised outside every except: a chained requests error would contain URL and headers.
        if attempt.interruption:
            raise attempt.interruption
        if isinstance(result, LinkedInError):
            raise result
        return result if 200 <= result.status < accepted else self._raise_refusal(exchange, error_for)

    def _raise_refusal(self, exchange: Exchange, error_for: ErrorFor | None) -> NoReturn:
        # The error is made from the redacted text, so that it cannot hold a secret either.
        clean = (exchange.status or 0, exchange.response_body, exchange.response_headers)
        may_repeat = exchange.method in self._service.repeatable
        raise error_for(*clean) if error_for else self._service.error(*clean, may_repeat)

    def _lent_session(self, request: requests.Request, attempt: Attempt) -> Response | LinkedInError:
        try:
            session = self._idle.pop()
        except IndexError:
            session = _new_session()
        result = self._attempt(session, request, attempt)
        # After a cancel, a failure or an early answer the connection must not be used again.
        if _ended_well(attempt, result):
            self._idle.append(session)
        else:
            session.close()
        return result

    def _attempt(
        self, session: requests.Session, request: requests.Request, attempt: Attempt
    ) -> Response | LinkedInError:
        mark = current.set(attempt)
        try:
            prepared = session.prepare_request(request)
            request.headers = prepared.headers  # as they are sent, for the exchange
            timeouts_s = (self._timeouts_s[0], attempt.read_timeout_s or self._timeouts_s[1])
            options: Any = {"timeout": timeouts_s, "allow_redirects": False, **self._way(session, prepared.url)}
            with session.send(prepared, **options) as got:
                answer = read_answer(got.status_code, got.headers, got.raw)
                return answer or broke_off(request.method or "", self._service)
        except Interrupted:
            return LinkedInError(f"Stopped by the caller after {attempt.sent_bytes:,} bytes.")
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            return failure_of(error, attempt, request.method or "", self._service)
        finally:
            current.reset(mark)

    def _way(self, session: requests.Session, url: str | None) -> Mapping[str, Any]:
        """Proxy and certificates of the environment; read once per host, as a video has a hundred parts."""
        host = urlsplit(url or "").netloc
        if host not in self._ways:
            self._ways[host] = session.merge_environment_settings(url, {}, True, None, None)
        return self._ways[host]

    def _keep(self, exchange: Exchange) -> None:
        if self._on_exchange is None:
            return
        try:
            with self._keeping:
                self._on_exchange(exchange)
        except Exception as error:  # a full disk must not make a published post fail
            _log.warning("An exchange with %s could not be kept: %s", self._service.name, type(error).__name__)


def _written(json: Mapping[str, Any] | None, form: Mapping[str, str] | None) -> tuple[str, str | None]:
    if json is not None:
        return json_format.dumps(json, ensure_ascii=False), "application/json"
    return (urlencode(form), "application/x-www-form-urlencoded") if form is not None else ("", None)


def _ended_well(attempt: Attempt, result: Response | LinkedInError) -> bool:
    if not isinstance(result, Response):
        return False
    return not attempt.body_bytes or (result.status < 400 and attempt.sent_bytes == attempt.body_bytes)
