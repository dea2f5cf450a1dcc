"""How a command ends: exit codes, and one line and one JSON object for each error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from linkedin_api.errors.tree import (
    APIError,
    DuplicatePost,
    InvalidPost,
    LinkedInError,
    OutcomeUnknown,
    RateLimited,
    ServerError,
    SignInError,
    Unauthorized,
    Unreachable,
)
from linkedin_api.settings import SettingsError


class Exit(IntEnum):
    """The exit codes; those of a command that was not carried out say why."""

    DONE = 0
    REFUSED = 1  # LinkedIn did not do it, or this program failed
    WRONG = 2  # options, settings, text or file: nothing was sent
    UNKNOWN = 3  # no answer came: it may have happened
    NOT_SIGNED_IN = 4
    UNREACHABLE = 5  # nothing left this machine
    LIMIT = 6  # LinkedIn takes no more calls: the day's are used up, or there were too many at once
    STOPPED = 130  # Ctrl+C


class WrongUse(ValueError):
    """Something that was typed cannot be used; its text is one sentence, and nothing was sent."""


class NotSignedIn(LinkedInError):
    """There is no token for this LinkedIn, or its time is over."""


class MayHaveHappened(LinkedInError):
    """A request that publishes or deletes left, and no usable answer came."""


_CODES: tuple[tuple[type[BaseException], Exit], ...] = (
    (WrongUse, Exit.WRONG),
    (SettingsError, Exit.WRONG),
    (InvalidPost, Exit.WRONG),
    (MayHaveHappened, Exit.UNKNOWN),
    (NotSignedIn, Exit.NOT_SIGNED_IN),
    (Unauthorized, Exit.NOT_SIGNED_IN),
    (SignInError, Exit.NOT_SIGNED_IN),
    (Unreachable, Exit.UNREACHABLE),
    (RateLimited, Exit.LIMIT),
    (KeyboardInterrupt, Exit.STOPPED),
)


@contextlib.contextmanager
def unsure(what: str, advice: str) -> Iterator[None]:
    """Around a request that must not be repeated blindly. Raises: MayHaveHappened when its answer was lost."""
    try:
        yield
    except (OutcomeUnknown, ServerError) as lost:
        raise MayHaveHappened(f"{lost} {what}", advice=advice) from None


def exit_code(error: BaseException) -> Exit:
    """The exit code of a command that ended with this exception."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), Exit.REFUSED)


def sentence(error: BaseException) -> str:
    """What happened; never a text that could hold a secret, so of an unforeseen exception its class alone."""
    if isinstance(error, DuplicatePost) and error.urn:
        return f"{error} It is {error.urn}."
    if isinstance(error, LinkedInError | InvalidPost | SettingsError | WrongUse):
        return str(error)
    if isinstance(error, OSError):
        return f"The file {error.filename or ''} cannot be read or written ({error.strerror or type(error).__name__})."
    if isinstance(error, KeyboardInterrupt):
        return "Stopped. What was on its way may have happened."
    return f"This program failed ({type(error).__name__}); please report it."


def advice(error: BaseException, login: str) -> str:
    """The next step for somebody at a terminal; "" when the sentence says it. `login` is the command that signs in."""
    told = error.advice if isinstance(error, LinkedInError) else ""
    if isinstance(error, Unauthorized) or "“Sign in with LinkedIn”" in told:
        return f"Sign in again: {login}"
    return "Try again in a minute." if "Inspector" in told else told


def as_json(error: BaseException, advice: str) -> dict[str, Any]:
    """The error as an object: kind, message, advice, exit_code, and what LinkedIn told or which field is wrong."""
    found: dict[str, Any] = {
        "kind": type(error).__name__,
        "message": sentence(error),
        "advice": advice,
        "exit_code": int(exit_code(error)),
    }
    if isinstance(error, APIError):
        names = ("status", "code", "service_error_code", "request_id")
        found |= {name: getattr(error, name) for name in names}
    if isinstance(error, DuplicatePost):
        found["urn"] = error.urn
    if isinstance(error, InvalidPost):
        found["problems"] = [vars(problem) for problem in error.problems]
    return {"error": found}
