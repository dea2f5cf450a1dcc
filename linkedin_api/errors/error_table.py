"""Maps LinkedIn's error answers to exceptions, by status, code, serviceErrorCode and, if these do not suffice, text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linkedin_api.errors import tree
from linkedin_api.reference import products


@dataclass(frozen=True)
class ErrorMeaning:
    """One row: the exception and its sentence. The first row that matches is used; None matches everything.

    A sentence without a full stop goes on with LinkedIn's own text.
    """

    error: type[tree.APIError]
    sentence: str
    status: int | None = None
    code: str | None = None
    service_error_code: int | None = None
    advice: str | None = None


def _bad(code: str, sentence: str, advice: str | None) -> ErrorMeaning:
    return ErrorMeaning(tree.InvalidRequest, sentence, 400, code, advice=advice)


EXPIRED = "The access token has expired."
REVOKED = "The access token has been revoked."
_INVALID = "LinkedIn does not know this access token."
_EMPTY = "The request carried no access token."
_NO_SPACE = "Choose a smaller file."
_NO_TYPE = "Choose a JPG, PNG or GIF image or an MP4 video."
_UPLOAD_AGAIN = "Choose the file again and send the post once more."
_ANOTHER_FILE = "Save the file again in another program, or choose another, then send the post once more."
DAY_USED_UP = "The day's number of calls to LinkedIn is used up."
_NEXT_DAY = "Wait until 00:00 UTC, when LinkedIn's daily count starts again."
_SLOWLY = "Wait a minute, then send the comment once more."
_WAIT = "Wait a minute, then send the post once more."
_NAMED = "Check the post, file or page that it names, then send it again."
_REFUSED = "LinkedIn refused the request"
_PROGRAM = "This looks like a fault of this program; please report it with the exchange from the Inspector."

# code is compared before serviceErrorCode: one published test fixture pairs EXPIRED with 65600 (§7.3).
_TABLE = (
    ErrorMeaning(tree.VersionRetired, "LinkedIn has switched off this API version.", code="NONEXISTENT_VERSION"),
    ErrorMeaning(tree.VersionRetired, "LinkedIn asks for an API version.", code="VERSION_MISSING"),
    ErrorMeaning(tree.VersionRetired, "LinkedIn has switched off this API version.", 426),
    ErrorMeaning(tree.Unauthorized, EXPIRED, 401, code="EXPIRED_ACCESS_TOKEN"),
    ErrorMeaning(tree.Unauthorized, REVOKED, 401, code="REVOKED_ACCESS_TOKEN"),
    ErrorMeaning(tree.Unauthorized, _INVALID, 401, code="INVALID_ACCESS_TOKEN"),
    ErrorMeaning(tree.Unauthorized, EXPIRED, 401, service_error_code=65602),
    ErrorMeaning(tree.Unauthorized, REVOKED, 401, service_error_code=65601),
    ErrorMeaning(tree.Unauthorized, _EMPTY, 401, code="EMPTY_ACCESS_TOKEN"),
    ErrorMeaning(tree.Unauthorized, _EMPTY, 401, service_error_code=65604),
    ErrorMeaning(tree.Unauthorized, _INVALID, 401),
    ErrorMeaning(tree.DuplicatePost, "LinkedIn already has this very post.", 422, code="DUPLICATE_POST"),
    ErrorMeaning(tree.DuplicatePost, "LinkedIn already has this very post.", 409, code="DUPLICATE_POST"),  # before 2020
    _bad("EXPIRED_UPLOAD_URL", "The time in which the file could be uploaded is over.", _UPLOAD_AGAIN),
    _bad("MEDIA_ASSET_WAITING_UPLOAD", "LinkedIn is still waiting for the file.", _WAIT),
    _bad("MEDIA_ASSET_PROCESSING_FAILED", "LinkedIn could not make use of the file.", _ANOTHER_FILE),
    _bad("UPDATING_ASSET_FAILED", "LinkedIn could not take the file into the post.", _UPLOAD_AGAIN),
    _bad("INVALID_IMAGE_ID", "LinkedIn does not know the image of this post.", _UPLOAD_AGAIN),
    _bad("INVALID_VIDEO_ID", "LinkedIn does not know the video of this post.", _UPLOAD_AGAIN),
    _bad("FIELD_LENGTH_TOO_LONG", "A text is longer than LinkedIn takes", "Shorten it, then send it again."),
    _bad("INVALID_VALUE_BLANK_FIELD", "LinkedIn does not take an empty text here", "Write something, then send again."),
    _bad("MISSING_FIELD", "LinkedIn misses a part of the request", _PROGRAM),
    _bad("INVALID_URN_TYPE", "LinkedIn expects another kind of thing", _NAMED),
    _bad("INVALID_URN_ID", "LinkedIn does not know what the request names", _NAMED),
    _bad("INVALID_VALUE_FOR_FIELD", "LinkedIn does not take a value of the request", None),
    ErrorMeaning(tree.InvalidRequest, _REFUSED, 400),
    ErrorMeaning(tree.InvalidRequest, _REFUSED, 422),
    ErrorMeaning(tree.InvalidRequest, "The file is too large for LinkedIn", 413, advice=_NO_SPACE),
    ErrorMeaning(tree.InvalidRequest, "LinkedIn does not take this kind of file", 415, advice=_NO_TYPE),
    ErrorMeaning(tree.Forbidden, "LinkedIn did not allow it", 403),
    ErrorMeaning(tree.NotFound, "LinkedIn did not find it", 404),
    ErrorMeaning(tree.RateLimited, "LinkedIn asks for fewer calls at the moment.", 429),  # [D] infrastructure
    ErrorMeaning(tree.APIError, "LinkedIn is busy with the same thing", 409, advice="Try again in a few seconds."),
    ErrorMeaning(tree.APIError, "LinkedIn did not take the call", 405, advice=_PROGRAM),
    ErrorMeaning(tree.APIError, "LinkedIn did not take the call", 411, advice=_PROGRAM),
    ErrorMeaning(tree.APIError, "LinkedIn did not take the call", 414, advice=_PROGRAM),
)
# These have no code of their own.
_BY_TEXT = (
    *(  # [D] both texts, the first with serviceErrorCode 401
        (told, ErrorMeaning(tree.Unauthorized, _EMPTY, 401))
        for told in ("Empty oauth2_access_token", "Empty or missing OAuth2 access token")
    ),
    (  # [C] live, "as author" of a post and "as owner" of an upload (§5.2, §5.5)
        "permissions must be used when using organization as",
        ErrorMeaning(
            tree.InvalidRequest,
            "The permission w_organization_social is missing to speak for a company page.",
            400,
            advice=products.advice_for("w_organization_social"),
        ),
    ),
    (  # a modified ETag, or a part that is missing
        "All chunks IDs must be signed",
        _bad("", "The parts of the video did not arrive as they were sent.", _UPLOAD_AGAIN),
    ),
    *(  # [C] with whose limit it is, [D] without; other 429s may protect LinkedIn's servers (§7.3)
        (told, ErrorMeaning(tree.RateLimited, DAY_USED_UP, 429, advice=_NEXT_DAY))
        for told in ("DAY limit for calls to this resource", "Resource level throttle limit for calls")
    ),
    (
        "Comment create throttled",
        ErrorMeaning(tree.RateLimited, "LinkedIn takes only so many comments a minute.", 429, advice=_SLOWLY),
    ),
    *(  # [C] 404; other clients know the same text with 400 (§6.3)
        ("Unable to obtain activity", ErrorMeaning(tree.PostUnknown, "LinkedIn does not find this post yet.", status))
        for status in (404, 400)
    ),
    (  # [C]
        "is not the same as the actual threadUrn",
        ErrorMeaning(tree.OtherThread, "LinkedIn keeps the comments of this post under another URN", 400),
    ),
)
_SERVER = ErrorMeaning(tree.ServerError, "LinkedIn had a fault of its own")
_OTHER = ErrorMeaning(tree.APIError, "LinkedIn answered something unexpected")

THREAD = re.compile(r"actual threadUrn: (?P<urn>urn:li:[A-Za-z]+:(?:\([^\s()]+\)|[\w-]+))")
DUPLICATE = re.compile(r"duplicate of (?P<urn>urn:li:[A-Za-z]+:\d+)", re.IGNORECASE)


def rows() -> tuple[tuple[str, ErrorMeaning], ...]:
    """Every row in the order in which they are tried, each with what LinkedIn's message must hold ("": anything)."""
    return (*_BY_TEXT, *(("", row) for row in (*_TABLE, _SERVER, _OTHER)))


def meaning_of(status: int, code: str | None, number: int | None, message: str) -> ErrorMeaning:
    """The row for an answer's status, code, serviceErrorCode and message."""
    if "version" in message.lower() and "is not active" in message:  # seen once without the 426 (§5.1)
        return _TABLE[0]
    if status in (409, 422) and DUPLICATE.search(message):
        code = "DUPLICATE_POST"
    for told, row in _BY_TEXT:
        if row.status == status and told in message:
            return row
    for row in _TABLE:
        wanted = (row.status, row.code, row.service_error_code)
        if all(want in (None, have) for want, have in zip(wanted, (status, code, number), strict=True)):
            return row
    return _SERVER if status >= 500 else _OTHER
