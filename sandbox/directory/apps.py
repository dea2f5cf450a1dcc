"""The demo applications: which scopes LinkedIn has provisioned for a client, and what each one means."""

from __future__ import annotations

COMMUNITY_CLIENT = "sandbox-community"

# [D] what every new application has: Sign In with LinkedIn using OpenID Connect, Share on LinkedIn
SELF_SERVE = ("openid", "profile", "email", "w_member_social")
# [D] what the Community Management API adds, after LinkedIn has reviewed the application
COMMUNITY = (
    "r_member_social",
    "w_organization_social",
    "r_organization_social",
    "rw_organization_admin",
    "r_organization_admin",
    "w_member_social_feed",
    "r_member_social_feed",
    "w_organization_social_feed",
    "r_organization_social_feed",
    "r_member_postAnalytics",
    "r_member_profileAnalytics",
)

IN_WORDS = {
    "openid": "Know which member you are",
    "profile": "See your name, your picture and your language",
    "email": "See your main email address",
    "w_member_social": "Create, change and delete posts, comments and reactions in your name",
    "r_member_social": "Read your posts, with their comments and reactions",
    "w_member_social_feed": "Create, change and delete comments and reactions in your name",
    "r_member_social_feed": "Read the comments and reactions on your posts",
    "w_organization_social": "Create, change and delete posts, comments and reactions for your organizations",
    "r_organization_social": "Read the posts of your organizations, with their comments and reactions",
    "w_organization_social_feed": "Create, change and delete comments and reactions for your organizations",
    "r_organization_social_feed": "Read the comments and reactions on the posts of your organizations",
    "rw_organization_admin": "See and change the pages of your organizations, and see their numbers",
    "r_organization_admin": "See the pages of your organizations and their numbers",
    "r_member_postAnalytics": "See how often your posts were seen, and how people reacted",
    "r_member_profileAnalytics": "See how many people follow you and look at your profile",
}


def scopes_of(client_id: str) -> frozenset[str]:
    """The scopes that this client may request; an unknown client has those of a self-serve application."""
    return frozenset(SELF_SERVE + COMMUNITY) if client_id == COMMUNITY_CLIENT else frozenset(SELF_SERVE)
