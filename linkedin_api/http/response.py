"""An answer that was read completely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError, ReadTimeoutError

from linkedin_api.errors.from_response import read_json
from linkedin_api.errors.tree import OutcomeUnknown

_PIECE_BYTES = 64 << 10
_ANSWER_MAX_BYTES = 8 << 20  # unpacked; no answer of LinkedIn's is that long


@dataclass(frozen=True)
class Response:
    """An answer; header names match in any case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The answer's JSON object.

        Raises: OutcomeUnknown when it is something else, such as the login page of a network.
        """
        try:
            document = read_json(self.text)
        except ValueError:
            document = None
        if isinstance(document, dict):
            return document
        raise OutcomeUnknown(f"LinkedIn's answer (status {self.status}) cannot be read.")


def read_answer(status: int, headers: Mapping[str, str], raw: BaseHTTPResponse) -> Response | None:
    """The answer, or None when it is incomplete and its status and headers do not show the outcome.

    Raises: ReadTimeoutError instead of returning None when it took too long.
    """
    content = bytearray()
    failure: HTTPError | OSError | None = None
    try:
        for piece in raw.stream(_PIECE_BYTES, decode_content=True):
            content += piece[: _ANSWER_MAX_BYTES - len(content)]
            if len(content) == _ANSWER_MAX_BYTES:
                failure = HTTPError("too long")
                break
    except (HTTPError, OSError) as error:
        failure = error
    # A refusal, or a new post's URN in the headers, shows the outcome even if the body is incomplete.
    if failure is None or status >= 400 or "x-restli-id" in headers:
        return Response(status, headers, content.decode("utf-8", "replace"))
    if isinstance(failure, ReadTimeoutError):
        raise failure
    return None
