"""LinkedIn's error answers, in LinkedIn's words: raised by handlers, sent as JSON."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

Body = dict[str, Any]


class ApiError(Exception):
    """A refused request, with the HTTP status and the JSON body of the answer."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(f"{status} {body.get('message', '')}")
        self.status = status
        self.body = body

    def response(self) -> Response:
        """The answer as LinkedIn sends it; Rest.li marks errors with a header."""
        return JSONResponse(self.body, self.status, {"x-restli-error-response": "true"})


def refused(status: int, code: str | None, message: str, service_error_code: int | None = None) -> ApiError:
    """An error in LinkedIn's usual form; a member that is None is left out."""
    body: Body = {"status": status}
    if service_error_code is not None:
        body["serviceErrorCode"] = service_error_code
    if code is not None:
        body["code"] = code
    return ApiError(status, body | {"message": message})


def invalid_token() -> ApiError:
    """401: the token was never issued. [C]"""
    return refused(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)


def revoked_token() -> ApiError:
    """401: the token was revoked by the member, or by a sign-in with other scopes. [C]"""
    message = "The token used in the request has been revoked by the user"
    return refused(401, "REVOKED_ACCESS_TOKEN", message, 65601)


def expired_token() -> ApiError:
    """401: the token's 60 days are over. [C]"""
    return refused(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)


def empty_token() -> ApiError:
    """401: no Authorization header. Code and number [C], text [D]; never seen together. [I]"""
    return refused(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2_access_token", 65604)


def unknown_scheme() -> ApiError:
    """401: not a Bearer header. Text [D], the other members are not known. [I]"""
    return refused(401, None, "Unknown authentication schema")


def not_permitted(operation: str) -> ApiError:
    """403: a scope or product is missing; operation such as "ugcPosts.CREATE.NO_VERSION". [C]"""
    return refused(403, "ACCESS_DENIED", f"Not enough permissions to access: {operation}", 100)


def field_refused(field: str, where: str = "REQUEST_BODY") -> ApiError:
    """403: a value that this member may not use, such as another member as author. [C]; for other fields [I]"""
    return refused(
        403,
        "ACCESS_DENIED",
        f"Field Value validation failed in {where}: Data Processing Exception while processing fields [{field}]",
        100,
    )


def field_unpermitted(field: str) -> ApiError:
    """403: a field that this permission may not send at all. [C]"""
    return refused(
        403,
        "ACCESS_DENIED",
        f"Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [{field}]",
        100,
    )


def image_forbidden() -> ApiError:
    """403 of the Images API, for reading and for another member's image. [D]"""
    message = "Accessing this image resource is forbidden. Please check your permissions for this resource"
    return refused(403, "ACCESS_DENIED", message, 100)


def schema_error(lines: list[str]) -> ApiError:
    """422 of Rest.li's schema check: "ERROR :: /path :: reason" lines, and no code. [C]"""
    return ApiError(422, {"message": "".join(f"ERROR :: {line}\n" for line in lines), "status": 422})


def duplicate_of(urn: str) -> ApiError:
    """422: the same post exists; the message names it. [C, captured]"""
    prefix = "com.linkedin.content.common.exception.BadRequestResponseException"
    detail = {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
    return ApiError(
        422,
        {
            "errorDetailType": "com.linkedin.common.error.BadRequest",
            "message": f"{prefix}: Content is a duplicate of {urn}",
            "errorDetails": {"inputErrors": [detail]},
            "status": 422,
        },
    )


def version_missing() -> ApiError:
    """400: /rest without a LinkedIn-Version header. [D]"""
    message = "A version must be present. Please specify a version by adding the Linkedin-Version header."
    return refused(400, "VERSION_MISSING", message)


def version_inactive(version: str) -> ApiError:
    """426: a version before its start or after its sunset; LinkedIn appends day 01. [D]"""
    return refused(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")


def throttled(who: str = "APPLICATION_AND_MEMBER") -> ApiError:
    """429 without Retry-After; `who` is "APPLICATION_AND_MEMBER" or "APPLICATION". [C]"""
    message = f"Resource level throttle {who} DAY limit for calls to this resource is reached."
    return refused(429, "TOO_MANY_REQUESTS", message, 101)


def no_resource() -> ApiError:
    """404: a path that LinkedIn does not know. [C]"""
    return refused(404, "RESOURCE_NOT_FOUND", "No virtual resource found")


def no_entity() -> ApiError:
    """404: a path that LinkedIn knows, with an id that it does not. [C]"""
    return refused(404, "NOT_FOUND", "Could not find entity")


def no_activity(urn: str) -> ApiError:
    """404: no such post, or one that is so young that nobody can comment on it yet. Text [C live], no code [I]."""
    return refused(404, None, f"Unable to obtain activity for urn: '{urn}'")


def other_thread(given: str, actual: str) -> ApiError:
    """400: the comment or like names another thread than the post has. [C]"""
    message = f"Provided threadUrn: {given} is not the same as the actual threadUrn: {actual}"
    return refused(400, None, message)


def unknown_urn() -> ApiError:
    """400: a URN of the right kind that names nothing. [D]"""
    return refused(400, "INVALID_URN_ID", "The URN ID provided is invalid")


def wrong_urn(field: str, value: str, kind: str) -> ApiError:
    """400: a URN of a kind that the field does not accept. [D]"""
    return refused(400, "INVALID_URN_TYPE", f"{field} value {value} must be a {kind} URN")


def missing(field: str) -> ApiError:
    """400: a required field is missing. [D]"""
    return refused(400, "MISSING_FIELD", f"{field} is required but missing")


def blank(field: str) -> ApiError:
    """400: a field is blank. [D]"""
    return refused(400, "INVALID_VALUE_BLANK_FIELD", f"{field} can't be blank")


def cannot_be(field: str, value: object) -> ApiError:
    """400: a value that the field does not accept. [D]"""
    return refused(400, "INVALID_VALUE_FOR_FIELD", f"{field} can't be set to {value}")


def too_long(field: str, length: int, maximum: int) -> ApiError:
    """400: more UTF-16 units than the field accepts; the grammar is LinkedIn's. [D]"""
    message = f"{field} length {length} can't exceeded maximum {maximum} length"
    return refused(400, "FIELD_LENGTH_TOO_LONG", message)


def bad_parameter(name: str, value: object) -> ApiError:
    """400: an invalid query parameter. Code [C], text [I]."""
    return refused(400, "ILLEGAL_ARGUMENT", f"Invalid value for parameter {name}: {value}")


def path_syntax() -> ApiError:
    """400: a URN in the path that is not percent-encoded. [C]"""
    return refused(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")


def internal_error() -> ApiError:
    """500. Code [D], text [I]."""
    return refused(500, "INTERNAL_SERVER_ERROR", "Internal Server Error")


def unavailable() -> ApiError:
    """503. Code [D], text [I]."""
    return refused(503, "SERVICE_UNAVAILABLE", "Service Unavailable")
