"""curl, as LinkedIn documents it: register, `--upload-file`, post."""

from __future__ import annotations

import json
import subprocess

from sandbox_hosts import BASE, PICTURE, SELF_SERVE, SIGN_IN_AND_SHARE, Outcomes, token_for

REGISTER = {
    "recipes": ["urn:li:digitalmediaRecipe:feedshare-image"],
    "serviceRelationships": [{"relationshipType": "OWNER", "identifier": "urn:li:userGeneratedContent"}],
}
BEARER = f"Authorization: Bearer {token_for(SELF_SERVE, SIGN_IN_AND_SHARE)}"
RESTLI = ("-H", "X-Restli-Protocol-Version: 2.0.0", "-H", "Content-Type: application/json")
VERSION = ("-H", "LinkedIn-Version: 202609")


def curl(*arguments: str) -> str:
    """What curl prints: the answer's body and, in a last line, its status."""
    command = ["curl", "-sS", "-w", "\n%{http_code}", "-H", BEARER, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def answer(*arguments: str) -> dict[str, object]:
    """The JSON of curl's answer."""
    return dict(json.loads(curl(*arguments).rpartition("\n")[0]))


outcomes = Outcomes()
me = f"urn:li:person:{answer(f'{BASE}/v2/userinfo')['sub']}"
body = json.dumps({"registerUploadRequest": REGISTER | {"owner": me}})
value = answer(f"{BASE}/v2/assets?action=registerUpload", *RESTLI, "-d", body)["value"]
mechanism = value["uploadMechanism"]["com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"]
outcomes.add("register", value["asset"])
# LinkedIn's sample names no Content-Type, and curl adds none to a file.
outcomes.add("--upload-file", curl("--upload-file", str(PICTURE), mechanism["uploadUrl"]).strip())
media = [{"status": "READY", "media": value["asset"]}]
content = {"shareCommentary": {"text": "From curl"}, "shareMediaCategory": "IMAGE", "media": media}
share = {
    "author": me,
    "lifecycleState": "PUBLISHED",
    "specificContent": {"com.linkedin.ugc.ShareContent": content},
    "visibility": {"com.linkedin.ugc.MemberNetworkVisibility": "PUBLIC"},
}
outcomes.add("post", answer(f"{BASE}/v2/ugcPosts", *RESTLI, "-d", json.dumps(share))["id"])
body = json.dumps({"initializeUploadRequest": {"owner": me}})
value = answer(f"{BASE}/rest/images?action=initializeUpload", *RESTLI, *VERSION, "-d", body)["value"]
outcomes.add("--upload-file to /rest/images", curl("--upload-file", str(PICTURE), value["uploadUrl"]).strip())
outcomes.print()
