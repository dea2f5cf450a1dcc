"""Authlib: discovery, the code exchanged, the id_token verified, a post. The class is made as its Flask client is."""

from __future__ import annotations

from sandbox_hosts import BASE, CALLBACK, SECRET, SELF_SERVE, SIGN_IN_AND_SHARE, Outcomes, code_in, consent, text_share

from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin  # isort: skip
from authlib.integrations.requests_client import OAuth2Session  # isort: skip


class LinkedInApp(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Authlib's client without a web framework."""

    client_cls = OAuth2Session


outcomes = Outcomes()
app = LinkedInApp(
    framework=None,
    name="linkedin",
    client_id=SELF_SERVE,
    client_secret=SECRET,
    server_metadata_url=f"{BASE}/oauth/.well-known/openid-configuration",
    client_kwargs={"scope": " ".join(SIGN_IN_AND_SHARE), "token_endpoint_auth_method": "client_secret_post"},
)
outcomes.add("discovery", app.load_server_metadata()["scopes_supported"])
address = consent(app.create_authorization_url(CALLBACK)["url"])
token = app.fetch_access_token(redirect_uri=CALLBACK, code=code_in(address))
outcomes.add("sign in", token["scope"])
claims = app.parse_id_token(token, nonce=None)  # LinkedIn sends none back
outcomes.add("id_token", claims["name"])
me = app.userinfo(token=token)
outcomes.add("userinfo", me["email"])
body = text_share(f"urn:li:person:{me['sub']}", "From Authlib")
outcomes.add("post", app.post(f"{BASE}/v2/ugcPosts", token=token, json=body).json()["id"])
outcomes.print()
