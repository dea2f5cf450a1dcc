"""What is remembered while the member is at LinkedIn, and the refusal of a state that is not theirs."""

from __future__ import annotations

from dataclasses import dataclass

OTHER_LINKEDIN = (
    "This sign-in was started for the other one of sandbox and LinkedIn. Switch back on the Setup page, and sign in "
    "there."
)


class StateRefused(ValueError):
    """The state that came back is not one that this browser may use; the message is for the page."""


@dataclass(frozen=True)
class SignInState:
    """What was remembered when the member left for LinkedIn."""

    redirect_uri: str
    next_page: str | None
    client_id: str | None = None
    connect_to: int | None = None  # the account that wants to publish for the member who signs in
