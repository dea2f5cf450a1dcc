"""Sends Zernio's calls through the shared transport, and reads their answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from linkedin_api.errors.from_response import json_object
from linkedin_api.errors.tree import LinkedInError, OutcomeUnknown
from linkedin_api.http.exchange import Exchange
from linkedin_api.http.planned import PlannedCall, planned_call
from linkedin_api.http.response import Response
from linkedin_api.http.service import Service
from linkedin_api.http.transport import Transport
from zernio_api.errors import bounded, request_id, zernio_error
from zernio_api.settings import ZernioSettings, trusted_hosts

PUBLISH_TIMEOUT_S = 300.0  # a publishing call answers when LinkedIn has; 222 s were seen [D4]
NO_ANSWER = "Zernio's answer cannot be read."
# Where the presigned addresses lead is not documented [?]: Zernio's own domain, and two storage services. [I]
UPLOAD_DOMAINS = ("zernio.com", "r2.cloudflarestorage.com", "amazonaws.com")
# Of a PUT that publishes, as of every POST, a second one may publish twice.
ZERNIO = Service("Zernio", UPLOAD_DOMAINS, ("GET",), zernio_error, request_id)


def connect(settings: ZernioSettings, *, on_exchange: Callable[[Exchange], None] | None = None) -> Transport:
    """A transport to Zernio with the key of the settings; close it, or use it in a with statement."""
    hosts = trusted_hosts(settings)
    return Transport(access_token=settings.api_key, on_exchange=on_exchange, upload_hosts=hosts, service=ZERNIO)


class ZernioClient:
    """Plans and sends calls below one address; sends each exactly once."""

    def __init__(self, transport: Transport, api_url: str) -> None:
        self.transport = transport
        self._url = api_url.rstrip("/")

    def url(self, *path: str, **query: str | int | None) -> str:
        """The address of a call. A parameter that is None or "" is left out: Zernio refuses empty ones [S]."""
        given = {name: str(value) for name, value in query.items() if value not in (None, "")}
        steps = "/".join(quote(step, safe="") if step else "" for step in path)
        return f"{self._url}/{steps}" + (f"?{urlencode(given)}" if given else "")

    def planned(
        self, method: str, url: str, body: dict[str, Any] | None, note: str, headers: Mapping[str, str] | None = None
    ) -> PlannedCall:
        """A call as it will be sent; only the key is hidden."""
        given = {"Accept": "application/json", **(headers or {})}
        return replace(planned_call(method, url, given, body, note), service=ZERNIO.name)

    def send(self, call: PlannedCall, **options: Any) -> Response:
        """Send a planned call, with a request id of its own unless it has one; options as of Transport.send().

        Raises: ZernioError; Unreachable; OutcomeUnknown for 5xx and for no answer.
        """
        headers = {name: value for name, value in call.headers.items() if name != "Authorization"}
        headers.setdefault("x-request-id", str(uuid.uuid4()))
        return self.transport.send(call.method, call.url, headers=headers, json=call.body, **options)

    def perform(self, call: PlannedCall, **options: Any) -> Mapping[str, Any]:
        """send(), and the JSON object of the answer; OutcomeUnknown also for an answer that is none."""
        return _object(self.send(call, **options), may_repeat=call.method == "GET")

    def get(self, *path: str, **query: str | int | None) -> Mapping[str, Any]:
        """A GET below the address; raises as perform()."""
        return self.perform(self.planned("GET", self.url(*path, **query), None, ""))

    def pages(self, *path: str, most: int, **query: str | int | None) -> Iterator[Mapping[str, Any]]:
        """The answers of a list, each after the one before by its cursor, at most so many; raises as perform()."""
        cursor = ""
        for _ in range(most):
            yield (body := self.get(*path, cursor=cursor, **query))
            told = body.get("pagination")
            cursor = bounded(told.get("nextCursor"), 500) if isinstance(told, Mapping) else ""
            if not cursor:
                return


def explained(exchange: Exchange) -> LinkedInError | None:
    """The error that Zernio's answer in an exchange means, with its next step; None for a success and for no answer.

    None, too, for the answer of the host of its files: it is given no key, so a refusal says nothing about the key.
    """
    told = exchange.service == ZERNIO.name and "Authorization" in exchange.request_headers
    if not told or exchange.status is None or exchange.status < 400:
        return None
    may_repeat = exchange.method in ZERNIO.repeatable
    return zernio_error(exchange.status, exchange.response_body, exchange.response_headers, may_repeat)


def _object(answer: Response, *, may_repeat: bool) -> Mapping[str, Any]:
    kind = {name.lower(): value for name, value in answer.headers.items()}.get("content-type", "")
    found = json_object(answer.text) if "json" in kind.lower() else {}
    if not found:
        raise OutcomeUnknown(NO_ANSWER, retryable=may_repeat)
    return found
