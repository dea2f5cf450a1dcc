"""Zernio's refusals as exceptions. Each is one sentence with a next step, and holds no key.

ZernioError(LinkedInError)    .status .code .param .message .request_id .details
├── KeyRefused 401            ├── ZernioLimit 429 .retry_after_s
├── PaymentNeeded 402 .url    ├── ZernioNotFound 404
├── KeyLimited 403            ├── AlreadyAtZernio 409 .post_id
├── AccountUnusable 403       ├── StillPublishing 409
└── ZernioRefused 400 ── MentionsRefused .issues

LinkedInError is the base of whatever a call of the shared transport ends in. A 5xx, a page of HTML and no answer at
all are OutcomeUnknown: what was asked for may have happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from linkedin_api.errors.from_response import json_object, retry_after_s
from linkedin_api.errors.tree import LinkedInError, OutcomeUnknown

MESSAGE_MAX = 300  # characters of Zernio's own text in a sentence
WAIT_S = 600  # where an answer does not say how long (section 10) [I]
WAIT_MAX_S = 24 * 3600  # the longest cooldown
ID = re.compile(r"[\w-]{1,100}", re.ASCII)  # 24 hexadecimal characters [D1]; not checked as strictly
PRICES = "https://zernio.com/pricing"
_REQUEST_TIMEOUT = 408  # a proxy gave up: the request may have arrived


@dataclass(frozen=True)
class ZernioRefusal:
    """What an answer says besides its status. details is free JSON."""

    status: int = 0
    code: str = ""
    param: str = ""
    message: str = ""
    request_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


class ZernioError(LinkedInError):
    """Zernio answered with an error status; nothing was published by that call. message is Zernio's own text."""

    advice = "Look at the exchange in the Inspector, then try again."

    def __init__(self, sentence: str, refusal: ZernioRefusal, *, advice: str | None = None) -> None:
        super().__init__(sentence, advice=advice)
        self.status, self.code, self.param = refusal.status, refusal.code, refusal.param
        self.message, self.request_id, self.details = refusal.message, refusal.request_id, refusal.details


class KeyRefused(ZernioError):
    """401: the key is unknown, or was revoked."""

    advice = "Copy the key again from zernio.com/dashboard/api-keys, or make a new one there, and enter it."


class PaymentNeeded(ZernioError):
    """402: a plan, a payment or an add-on is missing; url is where to settle it."""

    def __init__(self, sentence: str, refusal: ZernioRefusal) -> None:
        url = refusal.body.get("dashboard_url")
        self.url = url if isinstance(url, str) and url.startswith("https://") else PRICES
        super().__init__(sentence, refusal, advice=f"Settle it at {self.url[:MESSAGE_MAX]}, then try again.")


class KeyLimited(ZernioError):
    """403: the key is limited to other calls, other profiles, or to reading."""

    advice = "Use a key without that limit; zernio.com/dashboard/api-keys makes one."


class AccountUnusable(ZernioError):
    """403: Zernio's LinkedIn account is disconnected, not enabled for posting, or above the plan."""


class ZernioNotFound(ZernioError):
    """404: there is no such post, account or profile any more."""

    advice = "It was deleted at Zernio; load the list again."


class AlreadyAtZernio(ZernioError):
    """409: the same content is there for this account, less than 24 hours old. post_id is Zernio's id of that post."""

    advice = "Change the text to publish it once more, or wait 24 hours."

    def __init__(self, sentence: str, refusal: ZernioRefusal, post_id: str) -> None:
        super().__init__(sentence, refusal)
        self.post_id = post_id


class StillPublishing(ZernioError):
    """409: the post is on its way to LinkedIn, or the same request is being answered."""

    retryable = True
    advice = "Wait a minute, then look at the post again; do not send it a second time."


class ZernioLimit(ZernioError):
    """429: too many requests or posts; nothing was published. retry_after_s: how long to wait.

    has_told: whether the answer says so; if not, the account may tell until when it rests.
    """

    retryable = True

    def __init__(self, sentence: str, refusal: ZernioRefusal, told_s: float | None) -> None:
        self.has_told, self.retry_after_s = told_s is not None, WAIT_S if told_s is None else told_s
        minutes = max(1, round(self.retry_after_s / 60))
        super().__init__(sentence, refusal, advice=f"Try again in {minutes} minute{'s' if minutes > 1 else ''}.")


class ZernioRefused(ZernioError):
    """400, 413 and 422: Zernio does not take the request; param is the field, as far as the answer names it."""

    advice = "Change the post as the message says, then send it again."


class MentionsRefused(ZernioRefused):
    """400: mentions that could not be resolved; issues has a sentence for each."""

    def __init__(self, sentence: str, refusal: ZernioRefusal, issues: tuple[str, ...]) -> None:
        super().__init__(sentence, refusal, advice="Correct or remove these mentions, then send the post again.")
        self.issues = issues


_ACCOUNTS = {
    "ACCOUNT_DISCONNECTED": (
        "Zernio has lost its connection to this LinkedIn account.",
        "Reconnect the account through Zernio, then publish again.",
    ),
    "ACCOUNT_NOT_ENABLED_FOR_POSTING": (
        "This LinkedIn account is not enabled for posting at Zernio.",
        "Enable it in Zernio's dashboard, or choose another author.",
    ),
    "PROFILE_OVER_LIMIT": (
        "This LinkedIn account is beyond what the Zernio plan includes.",
        "Disconnect another account at Zernio or change the plan, then publish again.",
    ),
}
_MENTIONS = {  # [S] LinkedInMentionIssue
    "unresolvable": "LinkedIn has no such member or page",
    "requires_page_admin": "a person can only be mentioned by an account that administers a page",
    "name_unavailable": "LinkedIn does not tell the name",
    "limit_exceeded": "there are too many mentions",
    "rate_limited": "LinkedIn takes no more look-ups for now",
    "reconnect_required": "the account has to be reconnected through Zernio",
    "temporarily_unavailable": "LinkedIn could not be asked; try again in a minute",
}


def zernio_error(status: int, body: str, headers: Mapping[str, str], may_repeat: bool = False) -> LinkedInError:
    """The error for an answer that is not a success; body is its text, JSON or not."""
    found = _refusal(status, body, headers)
    if status >= 500 or status == _REQUEST_TIMEOUT:
        return _unknown(_told("Zernio had a fault of its own", found), may_repeat)
    if status < 400:  # a redirect, which is not followed: what is behind it, nobody has asked
        return _unknown(f"Zernio's address answers with a redirect ({status}), which is not followed.", may_repeat)
    if status == 409:
        return _conflict(found)
    if status == 429:
        return ZernioLimit(_told("Zernio takes no more for now", found), found, _wait_s(found))
    if status == 403:
        return _forbidden(found)
    if mentions := found.details.get("mentions"):
        issues = tuple(_issues(mentions))
        return MentionsRefused(f"Mentions cannot be resolved: {' '.join(issues)}", found, issues)
    return {
        401: KeyRefused("Zernio does not know this key, or it was revoked.", found),
        402: PaymentNeeded(_told("Zernio asks for a plan or a payment first", found), found),
        404: ZernioNotFound(_told("Zernio does not have it", found), found),
    }.get(status) or ZernioRefused(_told("Zernio did not take the request", found), found)


def request_id(headers: Mapping[str, str]) -> str | None:
    """The request id, which Zernio's support asks for [D2]."""
    return next((value for name, value in headers.items() if name.lower() == "x-request-id"), None)


def bounded(text: object, most: int = MESSAGE_MAX) -> str:
    """A text of an answer, printable and not too long; "" for anything else."""
    found = text[: most * 2] if isinstance(text, str) else ""
    return " ".join("".join(each if each.isprintable() else " " for each in found).split())[:most]


def id_of(value: object) -> str:
    """An id that stands by itself or in an object of its own [S]; "" for none, and for what would change a path."""
    found = bounded(value.get("_id") if isinstance(value, Mapping) else value, 101)
    return found if ID.fullmatch(found) else ""


def moment(text: object) -> datetime | None:
    """A time of an answer as aware UTC; None when it is none."""
    try:
        found = datetime.fromisoformat(bounded(text, 40))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _refusal(status: int, body: str, headers: Mapping[str, str]) -> ZernioRefusal:
    # A proxy may answer with HTML: only a JSON object says something.
    fields = json_object(body)
    details = fields.get("details")
    return ZernioRefusal(
        status=status,
        code=bounded(fields.get("code"), 80),
        param=bounded(fields.get("param"), 80),
        message=bounded(fields.get("error")) or bounded(fields.get("message")),
        request_id=request_id(headers),
        details=details if isinstance(details, dict) else {},
        headers=headers,
        body=fields,
    )


def _told(start: str, found: ZernioRefusal) -> str:
    told = found.message or "it does not say why"
    return f"{start} ({found.status}): {told.rstrip('.')}."


def _unknown(sentence: str, may_repeat: bool) -> OutcomeUnknown:
    if may_repeat:
        return OutcomeUnknown(sentence, advice="Wait a minute, then try again.", retryable=True)
    return OutcomeUnknown(sentence)


def _conflict(found: ZernioRefusal) -> ZernioError:
    post_id = id_of(found.details.get("existingPostId"))
    if post_id:
        return AlreadyAtZernio("Zernio already has this very post for this account.", found, post_id)
    return StillPublishing(_told("Zernio is still busy with it", found), found)


def _forbidden(found: ZernioRefusal) -> ZernioError:
    if found.code in _ACCOUNTS:
        sentence, advice = _ACCOUNTS[found.code]
        return AccountUnusable(sentence, found, advice=advice)
    # Without a code [D2]: not this key's account, or outside of what the key may do.
    group = bounded(found.body.get("required_group"), 40)
    needs = f" It lacks the group {group}." if group else ""
    return KeyLimited(f"{_told('This Zernio key may not do that', found)}{needs}", found)


def _wait_s(found: ZernioRefusal) -> float | None:
    asked = retry_after_s(found.headers)
    rests_until = moment(found.details.get("rateLimitedUntil"))  # the account's, not promised in this answer [I]
    if asked is None and rests_until:
        asked = (rests_until - datetime.now(UTC)).total_seconds()
    return None if asked is None else min(max(asked, 1.0), WAIT_MAX_S)


def _issues(mentions: object) -> Iterable[str]:
    for each in mentions[:20] if isinstance(mentions, list) else ():
        if isinstance(each, dict):
            code = bounded(each.get("code"), 80)
            why = next(
                (said for end, said in _MENTIONS.items() if code.endswith(end)), bounded(each.get("message"), 120)
            )
            yield f"{bounded(each.get('input'), 80)}: {why or 'no reason given'}."
