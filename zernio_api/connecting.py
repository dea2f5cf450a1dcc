"""Connecting a LinkedIn account in Zernio's standard mode: where the browser goes, and what it brings back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from linkedin_api.errors.tree import OutcomeUnknown
from zernio_api.errors import bounded, id_of

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
AGAIN = "Connect the account once more."
# Slugs of [S, D2]; the list is open, so another one is a plain failure.
_REASONS = {
    "oauth_denied": ("The connection was cancelled at LinkedIn; nothing has changed.", AGAIN),
    "invalid_state": ("The way back from LinkedIn took too long, or was opened twice.", AGAIN),
    "account_limit_exceeded": (
        "The Zernio plan has no room for another account.",
        "Disconnect one or change the plan at zernio.com/pricing, then connect again.",
    ),
    "payment_required": (
        "Zernio asks for a plan or a payment before it connects another account.",
        "Settle it at zernio.com/pricing, then connect again.",
    ),
    "profile_not_found": ("Zernio does not have the profile any more.", AGAIN),
    "access_denied": ("This Zernio key may not connect accounts to that profile.", "Use a key without that limit."),
    "reconnect_account_mismatch": (
        "LinkedIn was signed in as somebody else than the account that was to be reconnected.",
        "Sign out at linkedin.com, reconnect, and sign in as that member.",
    ),
    "account_mismatch": (
        "LinkedIn was signed in as somebody else than expected.",
        "Sign out at linkedin.com, connect again, and sign in as that member.",
    ),
}


@dataclass(frozen=True)
class ConnectLink:
    """Where the browser goes; whoever has the address may go on with the connecting."""

    url: str = field(repr=False)


@dataclass(frozen=True)
class ConnectReturn:
    """What the browser brought back. account_id is a claim until the list of accounts has it; error is a sentence."""

    account_id: str = ""
    error: str = ""
    advice: str = ""


def link_of(body: Mapping[str, Any]) -> ConnectLink:
    """The address in Zernio's answer: https, or a server of this machine. Raises: OutcomeUnknown."""
    url = body.get("authUrl")
    try:
        parts = urlsplit(url if isinstance(url, str) and url.isprintable() else "")
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        is_safe = False
    if not is_safe or not isinstance(url, str):
        raise OutcomeUnknown("Zernio's answer names no address at which to connect.", advice="Try again in a minute.")
    return ConnectLink(url)


def read_return(query: Mapping[str, str]) -> ConnectReturn:
    """What the parameters of the way back say; they come from the address bar, so nothing in them is trusted."""
    if "error" in query:
        slug = bounded(query["error"], 60)
        said, advice = _REASONS.get(slug, (f"Zernio could not connect the account ({slug}).", AGAIN))
        return ConnectReturn(error=said, advice=advice)
    account_id = id_of(query.get("accountId"))
    if query.get("connected") == "linkedin" and account_id:
        return ConnectReturn(account_id=account_id)
    return ConnectReturn(error="Zernio did not say which account was connected.", advice="Load the accounts again.")
