"""Errors for a request without an answer: Unreachable if it never left, otherwise OutcomeUnknown."""

from __future__ import annotations

from collections.abc import Iterator

from urllib3 import exceptions

from linkedin_api.errors.tree import LinkedInError, OutcomeUnknown, Unreachable
from linkedin_api.http.connections import Attempt

# The first that fits, from the most to the least specific.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.ProxyError, "The proxy did not let the request through to LinkedIn."),
    (exceptions.NameResolutionError, "LinkedIn's host name could not be found."),
    (exceptions.SSLError, "No secure connection to LinkedIn could be made."),
    (exceptions.NewConnectionError, "LinkedIn did not accept the connection."),
    (exceptions.TimeoutError, "LinkedIn did not accept the connection in time."),
    (exceptions.ProtocolError, "The connection to LinkedIn was closed before anything was sent."),
    (ValueError, "The request could not be built: an address or a setting holds a wrong character."),
)
_ADVICE: dict[type[BaseException], str] = {
    exceptions.SSLError: "Check this machine's clock and its network's certificate, then try again.",
    ValueError: "Check LinkedIn's addresses, the token and the version in the settings.",
}


def failure_of(error: BaseException, attempt: Attempt, method: str) -> LinkedInError:
    """The error to raise in place of the network's, whose texts hold addresses and headers."""
    if attempt.left:
        return OutcomeUnknown(_lost(error, attempt), retryable=method != "POST")
    causes = tuple(_causes(error))
    for kind, sentence in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return Unreachable(sentence, advice=_ADVICE.get(kind), retryable=kind is not ValueError)
    return Unreachable("LinkedIn cannot be reached.")


def broke_off(method: str) -> OutcomeUnknown:
    """The error for an answer that began and did not end."""
    return OutcomeUnknown("LinkedIn's answer broke off in the middle.", retryable=method != "POST")


def _lost(error: BaseException, attempt: Attempt) -> str:
    if attempt.stalled:
        return f"The upload stood still for {attempt.stall_timeout_s:g} s after {attempt.sent_bytes:,} bytes."
    if any(isinstance(cause, exceptions.TimeoutError) for cause in _causes(error)):
        return "LinkedIn took the request and did not answer in time."
    return "The connection to LinkedIn broke before an answer came."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is inside it: requests and urllib3 wrap one another in args and reason."""
    waiting: list[object] = [error]
    while waiting:
        inner = waiting.pop(0)
        if isinstance(inner, BaseException):
            yield inner
            waiting += [*inner.args, getattr(inner, "reason", None)]
