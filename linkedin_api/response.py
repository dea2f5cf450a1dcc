"""An answer that was read completely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from linkedin_api.answers import read_json
from linkedin_api.errors import OutcomeUnknown

_PIECE_BYTES = 64 << 10
_PIECES_MAX = 128  # 8 MB: no answer of LinkedIn's is that long


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
    """The answer, or None when it is incomplete and its status and headers do not show the outcome."""
    pieces: list[bytes] = []
    try:
        pieces.extend(islice(raw.stream(_PIECE_BYTES, decode_content=True), _PIECES_MAX))
        whole = len(pieces) < _PIECES_MAX
    except (HTTPError, OSError):
        whole = False
    # A refusal, or a new post's URN in the headers, shows the outcome even if the body is incomplete.
    if not whole and status < 400 and "x-restli-id" not in headers:
        return None
    return Response(status, headers, b"".join(pieces).decode("utf-8", "replace"))
