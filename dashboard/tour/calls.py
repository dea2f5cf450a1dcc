"""The requests of the tour, with gaps for what the steps before have given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard.tour.own_code import CONSENT, VERIFY
from linkedin_api.snippets.program_call import ProgramCall

NOWHERE: dict[Any, str] = {}  # `own` of a call that is no part of the program
_BEARER = {"Authorization": "Bearer {access_token}"}
_V2 = {**_BEARER, "X-Restli-Protocol-Version": "2.0.0"}
_V2_JSON = {**_V2, "Content-Type": "application/json"}
_APP = {"client_id": "{client_id}", "client_secret": "{client_secret}"}
_TOKEN = "{auth}/oauth/v2/accessToken"  # noqa: S105 - an address
_KEY = {"Authorization": "Bearer {zernio_key}"}
_KEY_JSON = {**_KEY, "Content-Type": "application/json"}
_SHARE = "com.linkedin.ugc.ShareContent"
_UPLOAD = "value/uploadMechanism/com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest/uploadUrl"
_ASKED = {
    "response_type": "code",
    "client_id": "{client_id}",
    "redirect_uri": "{redirect_uri}",
    "scope": "{scope}",
    "state": "{state}",
}

DISCOVERY = ProgramCall("1 Ask for the sign-in addresses", "GET", "{auth}/oauth/.well-known/openid-configuration")
HALF_A_CREDENTIAL = ProgramCall(
    "Ask for a token without the client secret",
    "POST",
    _TOKEN,
    form={"grant_type": "client_credentials", "client_id": "{client_id}"},
)
KNOCK = ProgramCall("2 Ask for the login page", "GET", "{auth}/oauth/v2/authorization", _ASKED, own=NOWHERE)
WRONG_REDIRECT = replace(KNOCK, title="Ask with a # in it", query={**_ASKED, "redirect_uri": "{redirect_uri}#here"})
AUTHORIZE = replace(
    KNOCK, title="3 Send the member to LinkedIn", gives={"member": "page member", "code": "location code"}, own=CONSENT
)
ALLOW = ProgramCall(
    "The member says Allow",
    "POST",
    "{auth}/oauth/v2/authorization",
    form={**_ASKED, "member": "{member}", "choice": "allow"},
    gives={"code": "location code"},
    own=NOWHERE,
)
TOO_MUCH = replace(KNOCK, title="Ask for more than the app has", query={**_ASKED, "scope": "{scope} r_member_social"})
EXCHANGE = ProgramCall(
    "4 Exchange the code for a token",
    "POST",
    _TOKEN,
    form={"grant_type": "authorization_code", "code": "{code}", "redirect_uri": "{redirect_uri}", **_APP},
    gives={name: name for name in ("access_token", "id_token", "refresh_token")},
)
KEYS = ProgramCall(
    "5 Fetch LinkedIn's public keys",
    "GET",
    "{auth}/oauth/openid/jwks",
    after=VERIFY,
    uses=("id_token", "client_id"),
)
APP_TOKEN = ProgramCall(
    "6a A token of the app itself",
    "POST",
    _TOKEN,
    form={"grant_type": "client_credentials", **_APP},
    gives={"app_token": "access_token"},
    may_fail=True,
)
AS_ORDINARY_APP = replace(
    APP_TOKEN, title="The same as an ordinary app", form={**(APP_TOKEN.form or {}), "client_id": "{ordinary_client_id}"}
)
INTROSPECT = ProgramCall(
    "6b Ask whether a token is active",
    "POST",
    "{auth}/oauth/v2/introspectToken",
    form={"token": "{access_token}", **_APP},
)
REFRESH = ProgramCall(
    "6c A new token without the member",
    "POST",
    _TOKEN,
    form={"grant_type": "refresh_token", "refresh_token": "{refresh_token}", **_APP},
    may_fail=True,
)
REVOKE = ProgramCall(
    "6d End the app's token", "POST", "{auth}/oauth/v2/revoke", form={"token": "{app_token}", **_APP}, may_fail=True
)
USERINFO = ProgramCall("7 Ask who it is", "GET", "{api}/v2/userinfo", headers=_BEARER, gives={"sub": "sub"})


def _post(
    title: str, category: str, text: str, *media: dict[str, Any], gives: dict[str, str] | None = None
) -> ProgramCall:
    content: dict[str, Any] = {"shareCommentary": {"text": text}, "shareMediaCategory": category}
    if media:
        content["media"] = list(media)
    body = {
        "author": "urn:li:person:{sub}",
        "lifecycleState": "PUBLISHED",
        "specificContent": {_SHARE: content},
        "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
    }
    return ProgramCall(title, "POST", "{api}/v2/ugcPosts", headers=_V2_JSON, body=body, gives=gives or {})


TEXT = _post(
    "8 Post a text", "NONE", "My first post through LinkedIn's API, {when}", gives={"post_urn": "header x-restli-id"}
)
ARTICLE = _post(
    "9 Post an article",
    "ARTICLE",
    "Worth reading, {when}",
    {"status": "READY", "originalUrl": "https://example.com/", "title": {"text": "An example"}},
)
REGISTER = ProgramCall(
    "10a Register the picture",
    "POST",
    "{api}/v2/assets?action=registerUpload",
    headers=_V2_JSON,
    body={
        "registerUploadRequest": {
            "recipes": ["urn:li:digitalmediaRecipe:feedshare-image"],
            "owner": "urn:li:person:{sub}",
            "serviceRelationships": [
                {"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"},
            ],
        }
    },
    gives={"upload_url": _UPLOAD, "asset": "value/asset"},
)
UPLOAD = ProgramCall(
    "10b Upload the picture",
    "PUT",
    "{upload_url}",
    headers={**_BEARER, "Content-Type": "image/png", "media-type-family": "STILLIMAGE"},
    uploads=True,
)
IMAGE = _post("10c Post the picture", "IMAGE", "Look at this, {when}", {"status": "READY", "media": "{asset}"})
VERSIONED = ProgramCall(
    "11 Post a text through the versioned API",
    "POST",
    "{api}/rest/posts",
    headers={**_V2, "LinkedIn-Version": "{version}", "Content-Type": "application/json"},
    body={
        "author": "urn:li:person:{sub}",
        "commentary": "The same through the versioned API, {when}",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    },
)
OLD_VERSION = replace(
    VERSIONED, title="The same with an old month", headers={**VERSIONED.headers, "LinkedIn-Version": "202511"}
)
READ_BACK = ProgramCall("12 Read your own post", "GET", "{api}/v2/ugcPosts/{post_urn}", headers=_V2, may_fail=True)
ZERNIO_ACCOUNTS = ProgramCall(
    "13a Ask for the accounts of the key",
    "GET",
    "{zernio}/accounts",
    {"platform": "linkedin"},
    headers=_KEY,
    gives={"zernio_account": "accounts/0/_id"},
)
ZERNIO_DRAFT = ProgramCall(
    "13b Create a draft",
    "POST",
    "{zernio}/posts",
    headers=_KEY_JSON,
    body={
        "content": "The same through Zernio, {when}",
        "platforms": [{"platform": "linkedin", "accountId": "{zernio_account}"}],
        "metadata": {"outbox": "tour {when}"},
        "isDraft": True,
    },
    gives={"zernio_post": "post/_id"},
)
ZERNIO_PUBLISH = ProgramCall(
    "13c Publish the draft",
    "PUT",
    "{zernio}/posts/{zernio_post}",
    headers=_KEY_JSON,
    body={"isDraft": False, "publishNow": True},
)
ZERNIO_ASK = ProgramCall("13d Ask what became of it", "GET", "{zernio}/posts/{zernio_post}", headers=_KEY)
