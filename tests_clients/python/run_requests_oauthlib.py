"""requests-oauthlib, as its documentation signs in with LinkedIn, and a post."""

from __future__ import annotations

import os

from sandbox_hosts import BASE, CALLBACK, SECRET, SELF_SERVE, SIGN_IN_AND_SHARE, Outcomes, consent, text_share

# http instead of https, and LinkedIn's commas between the scopes of the answer.
os.environ |= {"OAUTHLIB_INSECURE_TRANSPORT": "1", "OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
from requests_oauthlib import OAuth2Session

outcomes = Outcomes()
session = OAuth2Session(SELF_SERVE, redirect_uri=CALLBACK, scope=SIGN_IN_AND_SHARE)
url, _ = session.authorization_url(f"{BASE}/oauth/v2/authorization")
token = session.fetch_token(
    f"{BASE}/oauth/v2/accessToken",
    client_secret=SECRET,
    include_client_id=True,
    authorization_response=consent(url),
)
outcomes.add("sign in", token["scope"])
me = session.get(f"{BASE}/v2/userinfo").json()
outcomes.add("userinfo", me["name"])
made = session.post(f"{BASE}/v2/ugcPosts", json=text_share(f"urn:li:person:{me['sub']}", "From requests-oauthlib"))
outcomes.add("post", made.json()["id"])
outcomes.print()
