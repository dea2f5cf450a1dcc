"""zernio-sdk, the official one: its base URL is changed, and nothing else."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from late import Late
from late.client.exceptions import LateError

BASE = os.environ["SANDBOX_URL"]
PICTURE = Path(os.environ["SANDBOX_PICTURE"])
PATIENCE_S = 120
outcomes: dict[str, Any] = {}


def client_for(key: str) -> Late:
    """The SDK with a key."""
    return Late(api_key=key, base_url=f"{BASE}/zernio")


def refusal(does: Callable[[], Any]) -> str:
    """What the SDK says of a refused call."""
    try:
        does()
    except LateError as error:
        return str(error)
    raise SystemExit("it was not refused")


def target(account_id: str, **options: Any) -> dict[str, Any]:
    """Where a post goes."""
    return {"platform": "linkedin", "accountId": account_id} | ({"platformSpecificData": options} if options else {})


# A key, from the page on which people make one.
made = httpx.post(f"{BASE}/zernio/dashboard/api-keys", timeout=PATIENCE_S).text
key = re.findall(r"sk_[0-9a-f]{64}", made)[0]
zernio = client_for(key)
outcomes["key"] = zernio.api_keys.verify_credential()["valid"]
for known in zernio.accounts.list_accounts(platform="linkedin")["accounts"]:  # of a run before
    zernio.accounts.delete_account(known["_id"])
outcomes["plan"] = zernio.usage.get_usage_stats()["usage"]["connectedAccounts"]
for extra in zernio.profiles.list_profiles()["profiles"]:
    if not extra["isDefault"]:
        zernio.profiles.delete_profile(extra["_id"])
outcomes["profiles"] = [profile.name for profile in zernio.profiles.list().profiles or ()]
second = zernio.profiles.create_profile("Another")["profile"]["_id"]
zernio.profiles.update_profile(second, name="Second")
outcomes["profile"] = zernio.profiles.get(second).profile.name
zernio.profiles.delete(second)

# An account, by the page on which people choose. The SDK names the way back redirectUrl.
profile_id = zernio.profiles.list_profiles()["profiles"][0]["_id"]
begun = zernio.connect.get_connect_url("linkedin", profile_id, redirect_url="http://localhost:3000/back")
page = httpx.get(begun["authUrl"], timeout=PATIENCE_S).text
state, ada = re.findall(r'name="state" value="([^"]+)"', page)[0], re.findall(r'value="(urn:li:person:[^"]+)"', page)[0]
form = {"state": state, "author": ada, "choice": "allow"}
back = httpx.post(begun["authUrl"].partition("?")[0], data=form, timeout=PATIENCE_S).headers["location"]
outcomes["connect"] = re.findall(r"connected=(\w+)", back)[0]
account = re.findall(r"accountId=(\w+)", back)[0]
outcomes["accounts"] = [each.displayName for each in zernio.accounts.list().accounts]
zernio.accounts.get_all_accounts_health(platform="linkedin")
outcomes["health"] = zernio.accounts.get_account_health(account)["status"]
pages = zernio.connect.get_linked_in_organizations(account)["organizations"]
outcomes["pages"] = [each["name"] for each in pages]
found = zernio.accounts.get_linked_in_mentions(account, "https://www.linkedin.com/company/bridge-and-sons")
outcomes["mention"] = found["mentionFormat"]
as_page = {"id": pages[0]["id"], "urn": f"urn:li:organization:{pages[0]['id']}", "name": pages[0]["name"]}
switched = zernio.connect.update_linked_in_organization(account, "organization", selected_organization=as_page)
outcomes["post as a page"] = switched["account"]["accountType"]
zernio.connect.update_linked_in_organization(account, "personal")

# A file.
content = PICTURE.read_bytes()
asked = zernio.media.get_media_presigned_url("picture.png", "image/png", size=len(content))
put = httpx.put(asked["uploadUrl"], content=content, headers={"Content-Type": "image/png"}, timeout=PATIENCE_S)
outcomes["upload"] = put.status_code
outcomes["checks"] = [
    zernio.validate.validate_post_length("x")["platforms"]["linkedin"]["valid"],
    zernio.validate.validate_media(asked["publicUrl"])["valid"],
    zernio.validate.validate_post(content="x", platforms=[target(account)])["valid"],
    zernio.validate.validate_post(content="x" * 3001, platforms=[target(account)])["valid"],
]

# Posts.
draft = {"content": "Through Zernio", "platforms": [target(account)], "is_draft": True, "idempotency_key": "once"}
first = zernio.posts.create_post(**draft)["post"]
outcomes["draft"] = first["status"]
outcomes["draft again"] = "the same" if zernio.posts.create_post(**draft)["post"]["_id"] == first["_id"] else "another"
published = zernio.posts.update_post(first["_id"], is_draft=False, publish_now=True)["post"]
outcomes["publish"] = published["platforms"][0]["platformPostId"]
outcomes["read"] = zernio.posts.get(first["_id"]).post.status.value
outcomes["list"] = [each.status.value for each in zernio.posts.list().posts or ()]
zernio.posts.list_posts(account_id=account, status="published", sort_by="created-desc", fields="metadata,status")
outcomes["edit"] = zernio.posts.edit_post(first["_id"], "linkedin", "Edited through Zernio")["success"]
now = zernio.posts.create(content="Now", platforms=[target(account)], publish_now=True).post
outcomes["post now"] = now.platforms[0].platformPostId
picture = {"type": "image", "url": asked["publicUrl"], "altText": "One pixel"}
shown = zernio.posts.create(
    content="With a picture", platforms=[target(account)], media_items=[picture], publish_now=True
)
outcomes["picture"] = shown.post.platforms[0].platformPostId
poll = {"question": "Tea?", "options": ["Yes", "No"], "duration": "ONE_DAY"}
asks = zernio.posts.create(content="Tea?", platforms=[target(account, poll=poll)], publish_now=True)
outcomes["poll"] = asks.post.platforms[0].platformPostId
tomorrow = datetime.now(UTC) + timedelta(days=1)
later = zernio.posts.create(content="Later", platforms=[target(account)], scheduled_for=tomorrow).post
outcomes["scheduled"] = later.status.value
outcomes["change"] = zernio.posts.update(later.field_id, content="Later still").post.status.value
waits = zernio.posts.create_post(
    content="Wait", platforms=[target(account)], scheduled_for=tomorrow, requires_approval=True
)["post"]
outcomes["approve"] = zernio.posts.review_post(waits["_id"], "approve")["post"]["status"]
outcomes["unpublish"] = zernio.posts.unpublish_post(now.field_id, "linkedin", account_id=account)["success"]
outcomes["delete"] = zernio.posts.delete(later.field_id).message
outcomes["retry"] = refusal(lambda: zernio.posts.retry(waits["_id"]))
outcomes["same content"] = refusal(
    lambda: zernio.posts.create(content="Tea?", platforms=[target(account)], publish_now=True)
)
outcomes["figures"] = refusal(lambda: zernio.analytics.get_linked_in_aggregate_analytics(account))
outcomes["wrong key"] = refusal(lambda: client_for("sk_wrong").accounts.list())
outcomes["disconnect"] = zernio.accounts.delete_account(account)["message"]
print(json.dumps(outcomes))
