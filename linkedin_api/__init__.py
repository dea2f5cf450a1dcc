"""A typed client of the LinkedIn API: sign in, learn who the member is, publish, upload, delete.

oauth = OAuth(auth_url="https://www.linkedin.com", api_url="https://api.linkedin.com", client_id=…, client_secret=…)
oauth.authorize_url(redirect_uri=…, scopes=("openid", "profile", "w_member_social"), state=…)   # open it
token = oauth.exchange_code(code, redirect_uri=…)
me = oauth.userinfo(token.access_token)

with Transport(access_token=token.access_token, on_exchange=seen.append) as transport:
    linkedin = publisher("v2", transport, api_url="https://api.linkedin.com")
    urn = linkedin.create_post(Post(me.urn, "Hello, LinkedIn"))
    linkedin.delete_post(urn)
    print(snippet(seen[-1], Language.PYTHON))                 # the same request as code that runs

Social comments and reacts with any app that may post. Published reads and changes posts, Organizations and Analytics
ask, with scopes that LinkedIn gives to few apps. Each is made with (transport, api_url=…, version="202609").
"""

from __future__ import annotations

from linkedin_api.auth.models import Introspection, Profile, Token
from linkedin_api.auth.oauth import OAuth
from linkedin_api.community.analytics import Aggregation, Analytics, Metric, Statistic
from linkedin_api.community.organizations import OrganizationRole, Organizations
from linkedin_api.community.paging import Page
from linkedin_api.community.posts import Published, PublishedPost
from linkedin_api.community.social import Social
from linkedin_api.community.social_models import Comment, GivenReaction, Reaction, SocialCounts
from linkedin_api.content.post import REST_ONLY, Article, Kind, Media, Poll, PollDuration, Post, SeenPost, Visibility
from linkedin_api.content.text import Mention, Span, little_text, mention, shown, spans, utf16_length
from linkedin_api.content.validation import Problem, comment_problems, problems, warnings
from linkedin_api.errors.from_response import api_error
from linkedin_api.errors.sign_in import (
    AppTokensRefused,
    ClientRejected,
    CodeRejected,
    ConsentCancelled,
    IdTokenInvalid,
    LoginCancelled,
    ParameterMissing,
    RedirectMismatch,
    RefreshRejected,
    ScopeNotAuthorized,
    sign_in_error,
)
from linkedin_api.errors.tree import (
    APIError,
    DuplicatePost,
    Forbidden,
    InvalidPost,
    InvalidRequest,
    LinkedInError,
    NotFound,
    OtherThread,
    OutcomeUnknown,
    PartUnconfirmed,
    PostUnknown,
    RateLimited,
    ServerError,
    SignInError,
    Unauthorized,
    Unreachable,
    UnsafeUploadURL,
    UnusableInstructions,
    UploadExpired,
    VersionRetired,
)
from linkedin_api.http.exchange import Exchange
from linkedin_api.http.response import Response
from linkedin_api.http.transport import Transport
from linkedin_api.publishing.planned_call import Blob, File, PlannedCall
from linkedin_api.publishing.publisher import Publisher, post_url, publisher, seen_post
from linkedin_api.reference.products import advice_for, product_of
from linkedin_api.reference.urn import Urn
from linkedin_api.reference.versions import days_left, sunset
from linkedin_api.snippets.snippet import Language, snippet

__all__ = [
    "REST_ONLY",
    "APIError",
    "Aggregation",
    "Analytics",
    "AppTokensRefused",
    "Article",
    "Blob",
    "ClientRejected",
    "CodeRejected",
    "Comment",
    "ConsentCancelled",
    "DuplicatePost",
    "Exchange",
    "File",
    "Forbidden",
    "GivenReaction",
    "IdTokenInvalid",
    "Introspection",
    "InvalidPost",
    "InvalidRequest",
    "Kind",
    "Language",
    "LinkedInError",
    "LoginCancelled",
    "Media",
    "Mention",
    "Metric",
    "NotFound",
    "OAuth",
    "OrganizationRole",
    "Organizations",
    "OtherThread",
    "OutcomeUnknown",
    "Page",
    "ParameterMissing",
    "PartUnconfirmed",
    "PlannedCall",
    "Poll",
    "PollDuration",
    "Post",
    "PostUnknown",
    "Problem",
    "Profile",
    "Published",
    "PublishedPost",
    "Publisher",
    "RateLimited",
    "Reaction",
    "RedirectMismatch",
    "RefreshRejected",
    "Response",
    "ScopeNotAuthorized",
    "SeenPost",
    "ServerError",
    "SignInError",
    "Social",
    "SocialCounts",
    "Span",
    "Statistic",
    "Token",
    "Transport",
    "Unauthorized",
    "Unreachable",
    "UnsafeUploadURL",
    "UnusableInstructions",
    "UploadExpired",
    "Urn",
    "VersionRetired",
    "Visibility",
    "advice_for",
    "api_error",
    "comment_problems",
    "days_left",
    "little_text",
    "mention",
    "post_url",
    "problems",
    "product_of",
    "publisher",
    "seen_post",
    "shown",
    "sign_in_error",
    "snippet",
    "spans",
    "sunset",
    "utf16_length",
    "warnings",
]
