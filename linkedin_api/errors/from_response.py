"""Makes an exception with a next step from LinkedIn's error answer (§7.3); the table is in error_table.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import Any

from linkedin_api.errors import tree
from linkedin_api.errors.error_table import DUPLICATE, THREAD, ErrorMeaning, meaning_of
from linkedin_api.reference import products, versions
from linkedin_api.reference.json_fields import text_in
from linkedin_api.reference.urn import Urn

Body = dict[str, Any]

DEPTH_MAX = 100  # levels of JSON in an answer; LinkedIn's have about ten

# "ugcPosts.CREATE.NO_VERSION", "socialActionsV2.GET_ALL.20230401" and "POST /ugcPosts" [C]
_DENIED = re.compile(r"Not enough permissions to access:?\s+(?P<operation>(?:[A-Z]+ )?[^\s\"]+)")
_MEDIUM = re.compile(r"Accessing this (?P<medium>\w+) resource is forbidden")
_NO_PRODUCT = (
    "A product or a scope is missing: compare the app's Products tab with LINKEDIN_SCOPES. To sign in again with the "
    "same scopes does not help."
)


def api_error(
    status: int, body: str, headers: Mapping[str, str] | None = None, may_repeat: bool = False
) -> tree.APIError:
    """The error for an answer that is not a success; body is its text, JSON or not.

    may_repeat says that the same request may be sent again without harm: a GET, a DELETE, an upload.
    """
    fields = json_object(body)
    message = text_in(fields, "message").strip()
    code = _code(fields)
    number = fields.get("serviceErrorCode")
    row = meaning_of(status, code, number if isinstance(number, int) else None, message)
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
    if isinstance(error, tree.RateLimited):
        error.of_the_day, error.retry_after_s = row.of_the_day, retry_after_s(headers or {})
    return _with_details(error, row, message)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that Retry-After asks for, as a number or as a date (RFC 9110); None without one.

    No answer of LinkedIn's with it was seen (§7.3); a proxy on the way may send it.
    """
    said = next((value.strip() for name, value in headers.items() if name.lower() == "retry-after"), "")
    if re.fullmatch(r"[0-9]{1,9}", said):
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, OverflowError):  # a year of twenty digits
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def request_id(headers: Mapping[str, str]) -> str | None:
    """The request id, which LinkedIn asks to log (§7.2)."""
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("x-li-request-id") or lower.get("x-li-uuid")


class NestedTooDeepError(ValueError):
    """A JSON document with more than DEPTH_MAX levels."""


def read_json(body: str) -> Any:
    """The body as a JSON document. Raises: ValueError, NestedTooDeepError for more than DEPTH_MAX levels."""
    try:
        document = json.loads(body)
    except RecursionError:
        raise NestedTooDeepError from None
    level = [document]
    for _ in range(DEPTH_MAX):
        level = [inner for value in level for inner in _values(value)]
        if not level:
            return document
    raise NestedTooDeepError


def json_object(body: str) -> Body:
    """The body as a JSON object; {} for anything else, such as a page of HTML."""
    try:
        fields = read_json(body)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}


def _values(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _code(fields: Body) -> str | None:
    # The duplicate has no code of its own; it stands in errorDetails.inputErrors (§3.5).
    details = fields.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    nested = [entry.get("code") for entry in _values(inputs) if isinstance(entry, dict)]
    codes = [code for code in (fields.get("code"), *nested) if isinstance(code, str)]
    return "DUPLICATE_POST" if "DUPLICATE_POST" in codes else next(iter(codes), None)


def _sentence(row: ErrorMeaning, status: int, message: str) -> str:
    if row.sentence.endswith("."):
        return row.sentence
    told = message[:300] or responses.get(status, "no reason given")
    return f"{row.sentence} ({status}): {told.rstrip('.')}."


def _with_details(error: tree.APIError, row: ErrorMeaning, message: str) -> tree.APIError:
    if isinstance(error, tree.DuplicatePost):
        named = DUPLICATE.search(message)
        error.urn = Urn(named["urn"]) if named else None
    elif isinstance(error, tree.OtherThread):
        actual = THREAD.search(message)
        error.urn = Urn(actual["urn"]) if actual else None
    elif isinstance(error, tree.Unauthorized):
        error.reason = row.reason
    elif isinstance(error, tree.Forbidden):
        _explain_forbidden(error, row, message)
    elif isinstance(error, tree.VersionRetired):
        error.advice = versions.advice(datetime.now(UTC).date())
    return error


def _explain_forbidden(error: tree.Forbidden, row: ErrorMeaning, message: str) -> None:
    denied = _DENIED.search(message)
    error.missing_scope = products.scope_for(denied["operation"]) if denied else None
    if error.missing_scope:
        error.product = products.product_of(error.missing_scope.split()[0])
        error.args = (f"The permission {error.missing_scope} is missing for this call to LinkedIn.",)
        page_scope = products.FOR_PAGES.get(error.missing_scope)
        also = f" For a company page it is {page_scope}." if page_scope else ""
        error.advice = products.advice_for(error.missing_scope) + also
    elif medium := _MEDIUM.search(message):
        error.args = (f"LinkedIn does not let this app look at the {medium['medium']}, or it belongs to another.",)
        error.advice = "Upload it as the author of the post; its state may only be read with more than w_member_social."
    elif denied and not row.advice:
        error.advice = _NO_PRODUCT
