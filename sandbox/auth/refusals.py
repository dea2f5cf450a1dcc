"""The refusals of the sign-in and of the token endpoint, in LinkedIn's words."""

from __future__ import annotations

from sandbox.protocol.evidence import Evidence, known

CODE_MISMATCH = (
    "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code."
    " Or authorization code expired. Or external member binding exists"
)


class OAuthError(Exception):
    """A refusal in OAuth's form: {"error", "error_description"}, and the evidence for it.

    The token endpoint answers with it as JSON; the authorization endpoint puts both into the redirect.
    """

    evidence = Evidence("I", "I")

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description


@known("D:S1")
def missing_parameter(name: str) -> OAuthError:
    """400 invalid_request: a parameter of the token endpoint is missing or empty."""
    return OAuthError(400, "invalid_request", f'A required parameter "{name}" is missing')


@known("D:S1")
def code_not_found() -> OAuthError:
    """401 invalid_request: a code that is unknown or was used; newer pages say 400."""
    return OAuthError(401, "invalid_request", "Unable to retrieve access token: authorization code not found")


@known("D:S1")
def code_mismatch() -> OAuthError:
    """400 invalid_redirect_uri: another redirect URI or application than asked for the code, or an old code."""
    return OAuthError(400, "invalid_redirect_uri", CODE_MISMATCH)


@known("C:C9")
def code_verifier_refused() -> OAuthError:
    """401 invalid_client: a code_verifier in the web flow."""
    return OAuthError(401, "invalid_client", "Client authentication failed")


@known("C:P")
def client_refused(status: int = 401) -> OAuthError:
    """401 invalid_client: a wrong secret or client id; 400 for an unknown client at introspection. Text [I]."""
    return OAuthError(status, "invalid_client", "Client authentication failed")


@known("D:S2")
def refresh_refused() -> OAuthError:
    """400 invalid_request: a refresh token that is not valid, or an application that may not refresh."""
    message = "The provided authorization grant or refresh token is invalid, expired or revoked"
    return OAuthError(400, "invalid_request", message)


@known("D:S2")
def unknown_client(client_id: str) -> OAuthError:
    """400 invalid_client_id: an unknown client that asks for a token of its own."""
    return OAuthError(400, "invalid_client_id", f'The passed in client_id is invalid "{client_id}"')


@known("D:S2")
def app_secret_refused() -> OAuthError:
    """401 invalid_client_id: a wrong secret of a client that asks for a token of its own."""
    return OAuthError(401, "invalid_client_id", "Client authentication failed")


@known("D:S2")
def no_app_tokens() -> OAuthError:
    """401 access_denied: a client that may have no token of its own."""
    return OAuthError(401, "access_denied", "This application is not allowed to create application tokens")


@known("I")
def unknown_grant_type(grant_type: str) -> OAuthError:
    """400 unsupported_grant_type: a grant type that LinkedIn has not."""
    return OAuthError(400, "unsupported_grant_type", f'The grant type "{grant_type}" is not supported')


@known("D:S2")
def unknown_token() -> OAuthError:
    """400 invalid_request: introspection of a token that was never issued. Status [D], text [I]."""
    return OAuthError(400, "invalid_request", "The passed in token is invalid")


@known("C:C9")
def login_cancelled() -> OAuthError:
    """302 user_cancelled_login: the member left the sign-in page."""
    return OAuthError(302, "user_cancelled_login", "The user cancelled LinkedIn login")


@known("C:C9")
def consent_cancelled() -> OAuthError:
    """302 user_cancelled_authorize: the member did not agree."""
    return OAuthError(302, "user_cancelled_authorize", "The user cancelled the authorization")


@known("C:C8")
def scope_refused(scope: str) -> OAuthError:
    """302 unauthorized_scope_error: a scope that the application was not given fails the whole request."""
    message = f'Scope "{scope}" is not authorized for your application'
    return OAuthError(302, "unauthorized_scope_error", message)


@known("I")
def response_type_refused() -> OAuthError:
    """302 unsupported_response_type: anything but a code is asked for."""
    return OAuthError(302, "unsupported_response_type", 'response_type must be "code"')
