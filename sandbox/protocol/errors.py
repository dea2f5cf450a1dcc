"""LinkedIn's error answers, in LinkedIn's words: raised by handlers, sent as JSON."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.protocol.evidence import HEADER, Evidence, known

Body = dict[str, Any]


class ApiError(Exception):
    """A refused request, with the HTTP status and the JSON body of the answer, and the evidence for it."""

    evidence = Evidence("I", "I")

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(f"{status} {body.get('message', '')}")
        self.status = status
        self.body = body

    def response(self) -> Response:
        """The answer as LinkedIn sends it; Rest.li marks errors with a header."""
        headers = {"x-restli-error-response": "true", HEADER: self.evidence.tag}
        return JSONResponse(self.body, self.status, headers)


def refused(status: int, code: str | None, message: str, service_error_code: int | None = None) -> ApiError:
    """An error in LinkedIn's usual form; a member that is None is left out."""
    body: Body = {"status": status}
    if service_error_code is not None:
        body["serviceErrorCode"] = service_error_code
    if code is not None:
        body["code"] = code
    return ApiError(status, body | {"message": message})


@known("C:C9")
def invalid_token() -> ApiError:
    """401: the token was never issued. [C]"""
    return refused(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)


@known("C:C9")
def revoked_token() -> ApiError:
    """401: the token was revoked by the member, or by a sign-in with other scopes. [C]"""
    message = "The token used in the request has been revoked by the user"
    return refused(401, "REVOKED_ACCESS_TOKEN", message, 65601)


@known("C:C9")
def expired_token() -> ApiError:
    """401: the token's 60 days are over. [C]"""
    return refused(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired", 65602)


@known("C:C4")
def empty_token() -> ApiError:
    """401: no Authorization header. Code and number [C], text [D]; never seen together. [I]"""
    return refused(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2_access_token", 65604)


@known("D:S11")
def unknown_scheme() -> ApiError:
    """401: not a Bearer header. Text [D], the other members are not known. [I]"""
    return refused(401, None, "Unknown authentication schema")


@known("C:C9")
def not_permitted(operation: str) -> ApiError:
    """403: a scope or product is missing; operation such as "ugcPosts.CREATE.NO_VERSION". [C]"""
    return refused(403, "ACCESS_DENIED", f"Not enough permissions to access: {operation}", 100)


@known("C:C9")
def field_refused(field: str, where: str = "REQUEST_BODY") -> ApiError:
    """403: a value that this member may not use, such as another member as author. [C]; for other fields [I]"""
    return refused(
        403,
        "ACCESS_DENIED",
        f"Field Value validation failed in {where}: Data Processing Exception while processing fields [{field}]",
        100,
    )


@known("C:C9")
def field_unpermitted(*fields: str) -> ApiError:
    """403: fields that this permission may not send at all. [C] for one; [I] how several are listed"""
    return refused(
        403,
        "ACCESS_DENIED",
        "Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields "
        f"[{', '.join(fields)}]",
        100,
    )


@known("C:C14")
def author_type(urn: str, kind: str) -> ApiError:
    """422: the author is neither a person nor an organization. Text [C] live, for a group; [I] the other members."""
    message = f"author value {urn} is of type {kind}. Allowed URN types are organization, person"
    return ApiError(422, {"message": message, "status": 422})


@known("C:C15")
def organization_author() -> ApiError:
    """400: an organization as author without w_organization_social. Text [C] live, of 2026; [I] without a code."""
    return refused(400, None, "Organization Or Events permissions must be used when using organization as author")


@known("C:P")
def organization_owner() -> ApiError:
    """400: an organization as owner of an upload without w_organization_social. Text [C]; [I] without a code."""
    return refused(400, None, "Organization permissions must be used when using organization as owner")


@known("D:S9")
def image_forbidden() -> ApiError:
    """403 of the Images API, for reading and for another member's image. [D]"""
    message = "Accessing this image resource is forbidden. Please check your permissions for this resource"
    return refused(403, "ACCESS_DENIED", message, 100)


@known("C:C9")
def schema_error(lines: list[str]) -> ApiError:
    """422 of Rest.li's schema check: "ERROR :: /path :: reason" lines, and no code. [C]"""
    return ApiError(422, {"message": "".join(f"ERROR :: {line}\n" for line in lines), "status": 422})


@known("C:C9")
def action_schema_error(action: str, lines: list[str]) -> ApiError:
    """422 of the same check in an action of /v2/assets, named before the lines. [C]; [I] not in actions of /rest."""
    written = "".join(f"ERROR :: {line}\n" for line in lines)
    message = f"Parameters of method '{action}' failed validation with error '{written}'"
    return ApiError(422, {"message": message, "status": 422})


@known("C:C9")
def share_too_long(length: int, maximum: int) -> ApiError:
    """400: the text of a v2 post has more UTF-16 units. Text [C] for 4000."""
    message = (
        "com.linkedin.content.common.exception.BadRequestResponseException: ShareCommentary text length "
        f"({length} characters) exceeded the maximum allowed ({maximum} characters)"
    )
    return refused(400, None, message)


@known("C:C9")
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


@known("D:S10")
def version_missing() -> ApiError:
    """400: /rest without a LinkedIn-Version header. [D]"""
    message = "A version must be present. Please specify a version by adding the Linkedin-Version header."
    return refused(400, "VERSION_MISSING", message)


@known("D:S10")
def version_inactive(version: str) -> ApiError:
    """426: a version before its start or after its sunset; LinkedIn appends day 01. [D]"""
    return refused(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")


@known("C:C9")
def throttled(who: str = "APPLICATION_AND_MEMBER") -> ApiError:
    """429 without Retry-After; `who` is "APPLICATION_AND_MEMBER" or "APPLICATION". [C]"""
    message = f"Resource level throttle {who} DAY limit for calls to this resource is reached."
    return refused(429, "TOO_MANY_REQUESTS", message, 101)


@known("C:C9")
def no_resource() -> ApiError:
    """404: a path that LinkedIn does not know. [C]"""
    return refused(404, "RESOURCE_NOT_FOUND", "No virtual resource found")


@known("C:C9")
def no_entity() -> ApiError:
    """404: a path that LinkedIn knows, with an id that it does not. [C]"""
    return refused(404, "NOT_FOUND", "Could not find entity")


@known("C:C12")
def no_activity(urn: str) -> ApiError:
    """404: no such post, or one that is so young that nobody can comment on it yet. Text [C live], no code [I]."""
    return refused(404, None, f"Unable to obtain activity for urn: '{urn}'")


@known("I")
def comments_closed() -> ApiError:
    """403: the author of the post has switched its comments off."""
    return refused(403, "ACCESS_DENIED", "Comments are disabled on this thread")


@known("C:P")
def other_thread(given: str, actual: str) -> ApiError:
    """400: the comment or like names another thread than the post has. [C]"""
    message = f"Provided threadUrn: {given} is not the same as the actual threadUrn: {actual}"
    return refused(400, None, message)


@known("D:S8")
def unknown_urn() -> ApiError:
    """400: a URN of the right kind that names nothing. [D]"""
    return refused(400, "INVALID_URN_ID", "The URN ID provided is invalid")


@known("D:S8")
def wrong_urn(field: str, value: str, kind: str) -> ApiError:
    """400: a URN of a kind that the field does not accept. [D]"""
    return refused(400, "INVALID_URN_TYPE", f"{field} value {value} must be a {kind} URN")


@known("D:S8")
def missing(field: str) -> ApiError:
    """400: a required field is missing. [D]"""
    return refused(400, "MISSING_FIELD", f"{field} is required but missing")


@known("D:S8")
def blank(field: str) -> ApiError:
    """400: a field is blank. [D]"""
    return refused(400, "INVALID_VALUE_BLANK_FIELD", f"{field} can't be blank")


@known("D:S8")
def cannot_be(field: str, value: object) -> ApiError:
    """400: a value that the field does not accept. [D]"""
    return refused(400, "INVALID_VALUE_FOR_FIELD", f"{field} can't be set to {value}")


@known("D:S8")
def too_long(field: str, length: int, maximum: int) -> ApiError:
    """400: more UTF-16 units than the field accepts; the grammar is LinkedIn's. [D]"""
    message = f"{field} length {length} can't exceeded maximum {maximum} length"
    return refused(400, "FIELD_LENGTH_TOO_LONG", message)


@known("I")
def bad_parameter(name: str, value: object) -> ApiError:
    """400: an invalid query parameter. Code [C], text [I]."""
    return refused(400, "ILLEGAL_ARGUMENT", f"Invalid value for parameter {name}: {value}")


@known("C:C9")
def path_syntax() -> ApiError:
    """400: a URN in the path that is not percent-encoded. [C]"""
    return refused(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables")


@known("D:S11")
def internal_error() -> ApiError:
    """500. Code [D], text [I]."""
    return refused(500, "INTERNAL_SERVER_ERROR", "Internal Server Error")


@known("D:S11")
def unavailable() -> ApiError:
    """503. Code [D], text [I]."""
    return refused(503, "SERVICE_UNAVAILABLE", "Service Unavailable")
