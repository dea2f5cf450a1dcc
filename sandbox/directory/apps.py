"""The demo applications: which scopes LinkedIn has provisioned for a client, and what each one means."""

from __future__ import annotations

SELF_SERVE_CLIENT = "sandbox-client"
COMMUNITY_CLIENT = "sandbox-community"
EVERY_PRODUCT_CLIENT = "sandbox-every-product"
# [D] LinkedIn gives refresh tokens to approved partners, and tokens of its own to an application that it has switched
# this on for; [I] both on one application, and with the self-serve scopes
PARTNER_CLIENT = "sandbox-partner"

# [D] what every new application has: Sign In with LinkedIn using OpenID Connect, Share on LinkedIn
SELF_SERVE = ("openid", "profile", "email", "w_member_social")
# [C] what the portal lists for an application with the Community Management API, which must be its only product:
# no OpenID Connect, no r_member_social
COMMUNITY = (
    "r_basicprofile",
    "r_1st_connections_size",
    "r_member_postAnalytics",
    "r_member_profileAnalytics",
    "w_member_social",
    "w_member_social_feed",
    "rw_organization_admin",
    "r_organization_followers",
    "r_organization_social",
    "r_organization_social_feed",
    "w_organization_social",
    "w_organization_social_feed",
)
# [I] no application of LinkedIn's has all of these: the products exclude each other, and some scopes are closed
EVERY_PRODUCT = tuple(
    dict.fromkeys((*SELF_SERVE, *COMMUNITY, "r_member_social", "r_member_social_feed", "r_organization_admin"))
)
PROVISIONED = {COMMUNITY_CLIENT: COMMUNITY, EVERY_PRODUCT_CLIENT: EVERY_PRODUCT}

IN_WORDS = {
    "openid": "Know which member you are",
    "profile": "See your name, your picture and your language",
    "email": "See your main email address",
    "r_basicprofile": "See your name, your headline and your picture",
    "r_1st_connections_size": "See how many connections you have",
    "w_member_social": "Create, change and delete posts, comments and reactions in your name",
    "r_member_social": "Read your posts, with their comments and reactions",
    "w_member_social_feed": "Create, change and delete comments and reactions in your name",
    "r_member_social_feed": "Read the comments and reactions on your posts",
    "w_organization_social": "Create, change and delete posts, comments and reactions for your organizations",
    "r_organization_social": "Read the posts of your organizations, with their comments and reactions",
    "w_organization_social_feed": "Create, change and delete comments and reactions for your organizations",
    "r_organization_social_feed": "Read the comments and reactions on the posts of your organizations",
    "r_organization_followers": "See who follows your organizations, to mention them",
    "rw_organization_admin": "See and change the pages of your organizations, and see their numbers",
    "r_organization_admin": "See the pages of your organizations and their numbers",
    "r_member_postAnalytics": "See how often your posts were seen, and how people reacted",
    "r_member_profileAnalytics": "See how many people follow you and look at your profile",
}


def scopes_of(client_id: str) -> frozenset[str]:
    """The scopes that this client may request; an unknown client has those of a self-serve application."""
    return frozenset(PROVISIONED.get(client_id, SELF_SERVE))
