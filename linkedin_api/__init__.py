"""A typed client of the LinkedIn API: sign in, learn who the member is, publish, upload, delete.

oauth = OAuth(auth_url="https://www.linkedin.com", api_url="https://api.linkedin.com", client_id=…, client_secret=…)
oauth.authorize_url(redirect_uri=…, scopes=("openid", "profile", "w_member_social"), state=…)   # open it
token = oauth.exchange_code(code, redirect_uri=…)
me = oauth.userinfo(token.access_token)

with Transport(access_token=token.access_token, on_exchange=seen.append) as transport:
    linkedin = publisher("v2", transport, api_url="https://api.linkedin.com")
    urn = linkedin.create_post(Post(me.urn, "Hello, LinkedIn"))
    linkedin.delete_post(urn)
"""

from __future__ import annotations

from linkedin_api.answers import api_error
from linkedin_api.calls import PlannedCall
from linkedin_api.errors import (
    APIError,
    AppTokensRefused,
    ClientRejected,
    CodeRejected,
    ConsentCancelled,
    DuplicatePost,
    Forbidden,
    IdTokenInvalid,
    InvalidPost,
    InvalidRequest,
    LinkedInError,
    LoginCancelled,
    NotFound,
    OutcomeUnknown,
    ParameterMissing,
    RateLimited,
    RedirectMismatch,
    RefreshRejected,
    ScopeNotAuthorized,
    ServerError,
    SignInError,
    Unauthorized,
    Unreachable,
    UnsafeUploadURL,
    VersionRetired,
)
from linkedin_api.exchange import Exchange
from linkedin_api.models import (
    Article,
    Introspection,
    Kind,
    Media,
    Post,
    Problem,
    Profile,
    Token,
    Visibility,
    problems,
)
from linkedin_api.oauth import OAuth
from linkedin_api.publishing import Publisher, post_url, publisher
from linkedin_api.refusals import sign_in_error
from linkedin_api.response import Response
from linkedin_api.text import little_text, utf16_length
from linkedin_api.transport import Transport
from linkedin_api.urn import Urn

__all__ = [
    "APIError",
    "AppTokensRefused",
    "Article",
    "ClientRejected",
    "CodeRejected",
    "ConsentCancelled",
    "DuplicatePost",
    "Exchange",
    "Forbidden",
    "IdTokenInvalid",
    "Introspection",
    "InvalidPost",
    "InvalidRequest",
    "Kind",
    "LinkedInError",
    "LoginCancelled",
    "Media",
    "NotFound",
    "OAuth",
    "OutcomeUnknown",
    "ParameterMissing",
    "PlannedCall",
    "Post",
    "Problem",
    "Profile",
    "Publisher",
    "RateLimited",
    "RedirectMismatch",
    "RefreshRejected",
    "Response",
    "ScopeNotAuthorized",
    "ServerError",
    "SignInError",
    "Token",
    "Transport",
    "Unauthorized",
    "Unreachable",
    "UnsafeUploadURL",
    "Urn",
    "VersionRetired",
    "Visibility",
    "api_error",
    "little_text",
    "post_url",
    "problems",
    "publisher",
    "sign_in_error",
    "utf16_length",
]
