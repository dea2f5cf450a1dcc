"""LinkedIn's own pages, by the names that they have there."""

from __future__ import annotations

_LEARN = "https://learn.microsoft.com/en-us/linkedin/"
_SHARES = f"{_LEARN}marketing/community-management/shares/"
_ORGANIZATIONS = f"{_LEARN}marketing/community-management/organizations/"

# The address is None for a page that is known by its name only.
PAGES: dict[str, str | None] = {
    "Authorization Code Flow (3-legged OAuth)": f"{_LEARN}shared/authentication/authorization-code-flow",
    "Client Credential Flow": f"{_LEARN}shared/authentication/client-credentials-flow",
    "Programmatic Refresh Tokens": f"{_LEARN}shared/authentication/programmatic-refresh-tokens",
    "Token Introspection": f"{_LEARN}shared/authentication/token-introspection",
    "Sign In with LinkedIn using OpenID Connect": (
        f"{_LEARN}consumer/integrations/self-serve/sign-in-with-linkedin-v2"
    ),
    "Profile API": f"{_LEARN}shared/integrations/people/profile-api",
    "Share on LinkedIn": f"{_LEARN}consumer/integrations/self-serve/share-on-linkedin",
    "UGC Post API": f"{_SHARES}ugc-post-api",
    "Vector Assets API": f"{_LEARN}marketing/integrations/community-management/shares/vector-asset-api",
    "Posts API": f"{_SHARES}posts-api",
    "Images API": f"{_SHARES}images-api",
    "Videos API": f"{_SHARES}videos-api",
    "Documents API": f"{_SHARES}documents-api",
    "Poll API": None,
    "Comments API": f"{_SHARES}comments-api",
    "Reactions API": f"{_SHARES}reactions-api",
    "Social metadata": f"{_SHARES}social-metadata-api",
    "Network update social actions": None,
    "Organization access control": f"{_ORGANIZATIONS}organization-access-control-by-role",
    "Organization lookup": f"{_ORGANIZATIONS}organization-lookup-api",
    "Network sizes": None,
    "Organization share statistics": None,
    "Member post statistics": f"{_LEARN}marketing/community-management/members/post-statistics",
}


def markdown(page: str) -> str:
    """The name as a Markdown link to the page, or alone where the address is not known; "" for no page."""
    url = PAGES.get(page)
    return f"[{page}]({url})" if url else page
