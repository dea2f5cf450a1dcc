"""The refusals of the sign-in and of the token endpoint, in LinkedIn's words; the table is protocol/errors.toml."""

from __future__ import annotations

from sandbox.protocol.evidence import ERROR_ROWS, Evidence


class OAuthError(Exception):
    """A refusal in OAuth's form: {"error", "error_description"}, and the evidence for it.

    The token endpoint answers with it as JSON; the authorization endpoint puts both into the redirect.
    """

    def __init__(self, status: int, error: str, description: str, evidence: Evidence) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description
        self.evidence = evidence


def sign_in_refused(name: str, *given: object) -> OAuthError:
    """The refusal of this name in the table, with what goes into the gaps of its text."""
    row = ERROR_ROWS[name]
    error, description = row.words(given)
    return OAuthError(row.status, error or "", description, row.evidence)
