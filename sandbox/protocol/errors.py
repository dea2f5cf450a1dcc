"""LinkedIn's error answers, in LinkedIn's words: raised by handlers, sent as JSON. The table is errors.toml."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.protocol.evidence import ERROR_ROWS, HEADER, Evidence


class ApiError(Exception):
    """A refused request, with the HTTP status and the JSON body of the answer, and the evidence for it."""

    def __init__(self, status: int, body: dict[str, Any], evidence: Evidence) -> None:
        super().__init__(f"{status} {body.get('message', '')}")
        self.status = status
        self.body = body
        self.evidence = evidence

    def response(self) -> Response:
        """The answer as LinkedIn sends it; Rest.li marks errors with a header."""
        headers = {"x-restli-error-response": "true", HEADER: self.evidence.tag}
        return JSONResponse(self.body, self.status, headers)


def refused(name: str, *given: object) -> ApiError:
    """The error of this name in the table, with what goes into the gaps of its text."""
    row = ERROR_ROWS[name]
    code, message = row.words(given)
    numbered = {"serviceErrorCode": row.number} if row.number else {}
    coded = {"code": code} if code else {}
    body = {"status": row.status, **numbered, **coded, "message": message, **row.more}
    return ApiError(row.status, body, row.evidence)
