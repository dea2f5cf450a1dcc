"""One request and its answer, redacted when created; snippet() gives the request as code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import InitVar, asdict, dataclass, field
from datetime import datetime
from http.client import responses
from typing import Any
from urllib.parse import urlsplit

from linkedin_api.errors.from_response import api_error
from linkedin_api.errors.sign_in import refusal
from linkedin_api.errors.tree import LinkedInError
from linkedin_api.http.redaction import Redactor
from linkedin_api.http.service import LINKEDIN

BODY_MAX_CHARACTERS = 64 * 1024
SENT_MAX_CHARACTERS = 256 * 1024  # longer than any of our own: code that repeats a request needs it whole


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, without the given secrets and without values under secret names.

    status is None when no answer came; error then says why. request_body of an upload is a line such
    as "<36,152 bytes, image/png>". Answers are kept up to 64 KB, what was sent up to 256 KB.
    """

    started_at: datetime
    method: str
    url: str
    request_headers: dict[str, str] = field(default_factory=dict)
    request_body: str = ""
    status: int | None = None
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    duration_ms: float = 0.0
    request_id: str | None = None
    error: str | None = None
    service: str = LINKEDIN.name  # of the API that was asked
    secrets: InitVar[Collection[str]] = ()

    def __post_init__(self, secrets: Collection[str]) -> None:
        redact = Redactor(secrets)
        redact.learn_headers(self.request_headers)
        redact.learn_headers(self.response_headers)
        for text in (self.url, self.request_body):
            redact.learn_text(text)
        redact.learn_answer(self.response_body)
        clean = {
            "url": redact.text(self.url),
            "request_headers": redact.headers(self.request_headers),
            "request_body": redact.sent_body(self.request_body, SENT_MAX_CHARACTERS),
            "response_headers": redact.headers(self.response_headers),
            "response_body": redact.answer_body(self.response_body, BODY_MAX_CHARACTERS),
            "request_id": redact.text(self.request_id) if self.request_id else None,
            "error": redact.text(self.error) if self.error else None,
        }
        for name, value in clean.items():
            object.__setattr__(self, name, value)

    @property
    def reason(self) -> str:
        """HTTP's phrase for the status, such as "Created"; "" without a status or a phrase."""
        return responses.get(self.status or 0, "")

    @property
    def refused(self) -> LinkedInError | None:
        """The error that LinkedIn's answer means, with its next step; None for a success, and when no answer came."""
        if self.status is None or self.status < 400 or self.service != LINKEDIN.name:
            return None
        answer = (self.status, self.response_body, self.response_headers)
        if "/oauth/" in urlsplit(self.url).path:
            return refusal(*answer)
        return api_error(*answer, may_repeat=self.method != "POST")

    def as_dict(self) -> dict[str, Any]:
        """The exchange as JSON-able values; from_dict() brings it back."""
        return {**asdict(self), "started_at": self.started_at.isoformat()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Exchange:
        """The exchange that as_dict() described."""
        return cls(**{**values, "started_at": datetime.fromisoformat(values["started_at"])})
