"""An answer, read to its end."""

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

        Raises: OutcomeUnknown when it is something else, such as the page of a hotel's network.
        """
        try:
            document = read_json(self.text)
        except ValueError:
            document = None
        if isinstance(document, dict):
            return document
        raise OutcomeUnknown(f"LinkedIn's answer (status {self.status}) cannot be read.")


def read_answer(status: int, headers: Mapping[str, str], raw: BaseHTTPResponse) -> Response | None:
    """The whole answer, or None when its end never came and its beginning does not tell the outcome."""
    pieces: list[bytes] = []
    try:
        pieces.extend(islice(raw.stream(_PIECE_BYTES, decode_content=True), _PIECES_MAX))
        whole = len(pieces) < _PIECES_MAX
    except (HTTPError, OSError):
        whole = False
    # A refusal, or a new post's URN in the headers, says all that counts even if the body broke off.
    if not whole and status < 400 and "x-restli-id" not in headers:
        return None
    return Response(status, headers, b"".join(pieces).decode("utf-8", "replace"))
