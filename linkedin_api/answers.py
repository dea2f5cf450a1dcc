"""From LinkedIn's answer to the error it means: a table over status, code and serviceErrorCode (§7.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any

from linkedin_api import errors
from linkedin_api.urn import Urn

Body = dict[str, Any]


@dataclass(frozen=True)
class _Row:
    """The first row that fits wins; None fits everything."""

    error: type[errors.APIError]
    sentence: str
    status: int | None = None
    code: str | None = None
    service_error_code: int | None = None
    advice: str | None = None


_EXPIRED = "The access token has expired."
_REVOKED = "The access token has been revoked."
_INVALID = "LinkedIn does not know this access token."
_NO_SPACE = "Choose a smaller file."
_NO_TYPE = "Choose a JPG, PNG or GIF image or an MP4 video."
_PROGRAM = "This looks like a fault of this program; please report it with the exchange from the Inspector."

# code goes before serviceErrorCode: one test fixture in the wild pairs EXPIRED with 65600 (§7.3).
_TABLE = (
    _Row(errors.VersionRetired, "LinkedIn has switched off this API version.", code="NONEXISTENT_VERSION"),
    _Row(errors.VersionRetired, "LinkedIn asks for an API version.", code="VERSION_MISSING"),
    _Row(errors.VersionRetired, "LinkedIn has switched off this API version.", 426),
    _Row(errors.Unauthorized, _EXPIRED, 401, code="EXPIRED_ACCESS_TOKEN"),
    _Row(errors.Unauthorized, _REVOKED, 401, code="REVOKED_ACCESS_TOKEN"),
    _Row(errors.Unauthorized, _INVALID, 401, code="INVALID_ACCESS_TOKEN"),
    _Row(errors.Unauthorized, _EXPIRED, 401, service_error_code=65602),
    _Row(errors.Unauthorized, _REVOKED, 401, service_error_code=65601),
    _Row(errors.Unauthorized, "The request carried no access token.", 401, code="EMPTY_ACCESS_TOKEN"),
    _Row(errors.Unauthorized, _INVALID, 401),
    _Row(errors.DuplicatePost, "LinkedIn already has this very post.", 422, code="DUPLICATE_POST"),
    _Row(errors.DuplicatePost, "LinkedIn already has this very post.", 409, code="DUPLICATE_POST"),  # before 2020
    _Row(errors.InvalidRequest, "LinkedIn refused the request", 400),
    _Row(errors.InvalidRequest, "LinkedIn refused the request", 422),
    _Row(errors.InvalidRequest, "The file is too large for LinkedIn", 413, advice=_NO_SPACE),
    _Row(errors.InvalidRequest, "LinkedIn does not take this kind of file", 415, advice=_NO_TYPE),
    _Row(errors.Forbidden, "LinkedIn did not allow it", 403),
    _Row(errors.NotFound, "LinkedIn did not find it", 404),
    _Row(errors.RateLimited, "The day's number of calls to LinkedIn is used up.", 429),
    _Row(errors.APIError, "LinkedIn is busy with the same thing", 409, advice="Try again in a few seconds."),
    _Row(errors.APIError, "LinkedIn did not take the call", 405, advice=_PROGRAM),
    _Row(errors.APIError, "LinkedIn did not take the call", 411, advice=_PROGRAM),
    _Row(errors.APIError, "LinkedIn did not take the call", 414, advice=_PROGRAM),
)
_SERVER = _Row(errors.ServerError, "LinkedIn had a fault of its own")
_OTHER = _Row(errors.APIError, "LinkedIn answered something unexpected")

# Which scope opens which resource; the names in LinkedIn's 403 texts (§7.3). assets is [I].
_SCOPES = {
    ("userinfo", "GET"): "openid profile",
    ("me", "GET"): "r_liteprofile",
    ("ugcPosts", "CREATE"): "w_member_social",
    ("ugcPosts", "DELETE"): "w_member_social",
    ("ugcPosts", "GET"): "r_member_social",
    ("ugcPosts", "FINDER"): "r_member_social",
    ("assets", "ACTION"): "w_member_social",
    ("assets", "GET"): "w_member_social",
    ("partnerApiPostsExternal", "CREATE"): "w_member_social",
    ("partnerApiPostsExternal", "PARTIAL_UPDATE"): "w_member_social",
    ("partnerApiPostsExternal", "DELETE"): "w_member_social",
    ("partnerApiPostsExternal", "GET"): "r_member_social",
    ("partnerApiPostsExternal", "FINDER"): "r_member_social",
    ("partnerApiSocialMetadata", "GET"): "r_member_social_feed",
    ("organizationAcls", "FINDER"): "rw_organization_admin",
}
_RESOURCE = re.compile(r"Not enough permissions to access: (?P<resource>\w+)\.(?P<method>[A-Z_]+)")
_DUPLICATE = re.compile(r"duplicate of (?P<urn>urn:li:[A-Za-z]+:\d+)", re.IGNORECASE)
_REASONS = {_EXPIRED: "expired", _REVOKED: "revoked"}


def api_error(
    status: int, body: str, headers: Mapping[str, str] | None = None, *, may_repeat: bool = False
) -> errors.APIError:
    """The error for an answer that is not a success; body is its text, JSON or not.

    may_repeat says that the same request may be sent again without harm: a GET, a DELETE, an upload.
    """
    fields = json_object(body)
    message = _string(fields.get("message")).strip()
    code = _code(fields)
    number = fields.get("serviceErrorCode")
    row = _row(status, code, number if isinstance(number, int) else None, message)
    error = row.error(
        _sentence(row, status, message),
        status=status,
        code=code,
        service_error_code=number if isinstance(number, int) else None,
        message=message,
        request_id=request_id(headers or {}),
        advice=row.advice,
        retryable=may_repeat if status >= 500 or status == 409 else None,
    )
    return _with_details(error, row, message)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The id that LinkedIn asks to be told when something goes wrong (§7.2)."""
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("x-li-request-id") or lower.get("x-li-uuid")


def json_object(body: str) -> Body:
    """The body as a JSON object; {} for anything else, such as a page of HTML."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _row(status: int, code: str | None, number: int | None, message: str) -> _Row:
    if "version" in message.lower() and "is not active" in message:  # seen once without the 426 (§5.1)
        return _TABLE[0]
    if status in (409, 422) and _DUPLICATE.search(message):
        code = "DUPLICATE_POST"
    for row in _TABLE:
        wanted = (row.status, row.code, row.service_error_code)
        if all(want in (None, have) for want, have in zip(wanted, (status, code, number), strict=True)):
            return row
    return _SERVER if status >= 500 else _OTHER


def _code(fields: Body) -> str | None:
    # The duplicate has no code of its own; it stands in errorDetails.inputErrors (§3.5).
    details = fields.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    nested = [entry.get("code") for entry in inputs or () if isinstance(entry, dict)]
    codes = [code for code in (fields.get("code"), *nested) if isinstance(code, str)]
    return "DUPLICATE_POST" if "DUPLICATE_POST" in codes else next(iter(codes), None)


def _sentence(row: _Row, status: int, message: str) -> str:
    if row.sentence.endswith("."):
        return row.sentence
    told = message[:300] or responses.get(status, "no reason given")
    return f"{row.sentence} ({status}): {told.rstrip('.')}."


def _with_details(error: errors.APIError, row: _Row, message: str) -> errors.APIError:
    if isinstance(error, errors.DuplicatePost):
        named = _DUPLICATE.search(message)
        error.urn = Urn(named["urn"]) if named else None
    elif isinstance(error, errors.Unauthorized):
        error.reason = _REASONS.get(row.sentence, "invalid")
    elif isinstance(error, errors.Forbidden):
        _explain_forbidden(error, message)
    return error


def _explain_forbidden(error: errors.Forbidden, message: str) -> None:
    named = _RESOURCE.search(message)
    if named:
        error.missing_scope = _SCOPES.get((named["resource"], named["method"]))
    if error.missing_scope:
        error.args = (f"The permission {error.missing_scope} is missing for this call to LinkedIn.",)
        error.advice = f"Sign in again and ask for {error.missing_scope}, if your app has been given it."
    elif "partnerApiVideosExternal" in message:
        error.advice = "This app may not use the versioned video API; choose the v2 dialect."
    elif "[/author]" in message:
        error.args = ("LinkedIn says that the author is not the member who signed in.",)
        error.advice = "Sign in again as the member who is to be the author."


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
