"""Errors for a request without an answer: Unreachable if it never left, otherwise OutcomeUnknown."""

from __future__ import annotations

from collections.abc import Iterator

from urllib3 import exceptions

from linkedin_api.errors.tree import LinkedInError, OutcomeUnknown, Unreachable
from linkedin_api.http.connections import Attempt
from linkedin_api.http.service import Service

# The first that fits, from the most to the least specific. {0} is the name of the API.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.ProxyError, "The proxy did not let the request through to {0}."),
    (exceptions.NameResolutionError, "{0}'s host name could not be found."),
    (exceptions.SSLError, "No secure connection to {0} could be made."),
    (exceptions.NewConnectionError, "{0} did not accept the connection."),
    (exceptions.TimeoutError, "{0} did not accept the connection in time."),
    (exceptions.ProtocolError, "The connection to {0} was closed before anything was sent."),
    (ValueError, "The request could not be built: an address or a setting holds a wrong character."),
)
_CHECK = "Check the internet connection and {0}'s address in the settings, then try again."
_ADVICE: dict[type[BaseException], str] = {
    exceptions.SSLError: "Check this machine's clock and its network's certificate, then try again.",
    ValueError: "Check {0}'s addresses, the token and the version in the settings.",
}


def failure_of(error: BaseException, attempt: Attempt, method: str, service: Service) -> LinkedInError:
    """The error to raise in place of the network's, whose texts hold addresses and headers."""
    if attempt.left:
        return OutcomeUnknown(_lost(error, attempt, service.name), retryable=method in service.repeatable)
    causes = tuple(_causes(error))
    for kind, sentence in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            advice = _ADVICE.get(kind, _CHECK).format(service.name)
            return Unreachable(sentence.format(service.name), advice=advice, retryable=kind is not ValueError)
    return Unreachable(f"{service.name} cannot be reached.", advice=_CHECK.format(service.name))


def broke_off(method: str, service: Service) -> OutcomeUnknown:
    """The error for an answer that began and did not end."""
    said = f"{service.name}'s answer broke off in the middle."
    return OutcomeUnknown(said, retryable=method in service.repeatable)


def _lost(error: BaseException, attempt: Attempt, name: str) -> str:
    if attempt.stalled:
        return f"The upload stood still for {attempt.stall_timeout_s:g} s after {attempt.sent_bytes:,} bytes."
    if any(isinstance(cause, exceptions.TimeoutError) for cause in _causes(error)):
        return f"{name} took the request and did not answer in time."
    return f"The connection to {name} broke before an answer came."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what is inside it: requests and urllib3 wrap one another in args and reason."""
    waiting: list[object] = [error]
    while waiting:
        inner = waiting.pop(0)
        if isinstance(inner, BaseException):
            yield inner
            waiting += [*inner.args, getattr(inner, "reason", None)]
