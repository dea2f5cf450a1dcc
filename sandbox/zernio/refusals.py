"""Zernio's error answers: one envelope, with a type by the status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

Shape = type | list[Any] | dict[str, Any]
TYPES = {  # [S] ErrorResponse
    400: "invalid_request_error",
    401: "authentication_error",
    402: "permission_error",
    403: "permission_error",
    404: "not_found",
    409: "invalid_request_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
MENTION_CODES = "linkedin_mention_unresolvable"
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Refusal(Exception):
    """A refused request: the status, and the members of the envelope that are known."""

    def __init__(self, status: int, error: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(f"{status} {error}")
        self.status, self.headers = status, dict(headers or {})
        told = {name: value for name, value in members.items() if value is not None}
        kind = {} if status == 401 else {"type": TYPES.get(status, "api_error")}  # [D1] 401 has the error alone
        self.body: dict[str, Any] = {"error": error, **kind, **told}

    def response(self) -> Response:
        """The answer as Zernio sends it."""
        return JSONResponse(self.body, self.status, self.headers)


def invalid(param: str, error: str, code: str = "INVALID_FIELD_VALUE") -> Refusal:
    """400 for one field. The code is [S] for a content type, [I] elsewhere."""
    return Refusal(400, error, code=code, param=param)


def check_shape(value: object, shape: Shape, at: str = "") -> None:
    """Check the types in a JSON value; what is missing or null is let through, and so is a member of no known name.

    shape: a type, a list with the shape of its elements, or the shapes of an object's members. Raises: Refusal 400.
    """
    kind = shape if isinstance(shape, type) else type(shape)
    if value is None:
        return
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise invalid(at, f"{at} has the wrong type")
    if isinstance(shape, list) and isinstance(value, list):
        for each in value:
            if each is None:
                raise invalid(at, f"{at} has the wrong type")
            check_shape(each, shape[0], at)
    if isinstance(shape, dict) and isinstance(value, dict):
        for name, inner in shape.items():
            check_shape(value.get(name), inner, f"{at}.{name}".lstrip("."))


def unknown(what: str) -> Refusal:
    """404 for an id that nothing has [D1]."""
    return Refusal(404, f"{what} not found")


def twin(account_id: str, post_id: str) -> Refusal:
    """409: the same content is there for this account [S]; text [I]."""
    details = {"accountId": account_id, "platform": "linkedin", "existingPostId": post_id}
    return Refusal(409, "This exact content was already posted to this account in the last 24 hours", details=details)


def limited(error: str, wait_s: int | None = None, **details: Any) -> Refusal:
    """429; only the request rate has a Retry-After [D1]."""
    headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
    return Refusal(429, error, headers=headers, details=details or None)


def bad_gateway() -> Response:
    """502 of a proxy in front of Zernio: a page of HTML. [I]"""
    return HTMLResponse(BAD_GATEWAY, 502)
