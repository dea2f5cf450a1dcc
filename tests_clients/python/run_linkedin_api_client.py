"""LinkedIn's own Python client: every call of its two classes that the sandbox has."""

from __future__ import annotations

from sandbox_hosts import CALLBACK, SECRET, Outcomes, code_in, consent, text_share

from linkedin_api.clients.auth.client import AuthClient  # isort: skip
from linkedin_api.clients.restli.client import RestliClient  # isort: skip

VERSION = "202609"
POST = {
    "commentary": "From LinkedIn's Python client",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED"},
    "lifecycleState": "PUBLISHED",
}
outcomes = Outcomes()

auth = AuthClient("sandbox-every-product", SECRET, CALLBACK)
scopes = [
    "openid",
    "profile",
    "email",
    "w_member_social",
    "r_member_social",
    "r_member_social_feed",
    "w_member_social_feed",
]
scopes += ["rw_organization_admin"]
granted = auth.exchange_auth_code_for_access_token(code_in(consent(auth.generate_member_auth_url(scopes, "s1"))))
token = granted.access_token
outcomes.add("sign in", granted.scope)
outcomes.add("introspect", auth.introspect_access_token(token).status)
outcomes.add("refresh", auth.exchange_refresh_token_for_access_token(granted.refresh_token).expires_in)
outcomes.add("two-legged token", auth.get_two_legged_access_token().expires_in)

restli = RestliClient()
me = restli.get(resource_path="/userinfo", access_token=token).entity
outcomes.add("userinfo", me["name"])
author = f"urn:li:person:{me['sub']}"
share = restli.create(resource_path="/ugcPosts", entity=text_share(author, "Through v2"), access_token=token)
outcomes.add("v2 post", share.entity_id)
made = restli.create(
    resource_path="/posts", entity=POST | {"author": author}, access_token=token, version_string=VERSION
)
outcomes.add("post", made.entity_id)
post = {"path_keys": {"urn": made.decoded_entity_id}, "access_token": token, "version_string": VERSION}
changed = restli.partial_update(resource_path="/posts/{urn}", patch_set_object={"commentary": "Changed"}, **post)
outcomes.add("edit", changed.status_code)
outcomes.add("read", restli.get(resource_path="/posts/{urn}", **post).entity["commentary"])
both = {"ids": [made.decoded_entity_id, share.decoded_entity_id], "access_token": token, "version_string": VERSION}
outcomes.add("batch get", len(restli.batch_get(resource_path="/posts", **both).results))
# So many that the client sends its query in the body of a POST.
many = {"ids": [made.decoded_entity_id, *(f"urn:li:ugcPost:{7 * 10**18 + number}" for number in range(99))]}
tunnelled = restli.batch_get(resource_path="/posts", access_token=token, version_string=VERSION, **many)
outcomes.add("tunnelled batch get", len(tunnelled.results))
found = restli.finder(
    resource_path="/posts",
    finder_name="author",
    query_params={"author": author, "count": 5},
    access_token=token,
    version_string=VERSION,
)
outcomes.add("finder", len(found.elements))
comment = restli.create(
    resource_path="/socialActions/{urn}/comments",
    entity={"actor": author, "object": made.decoded_entity_id, "message": {"text": "First"}},
    **post,
)
outcomes.add("comment", comment.status_code)
listed = restli.get_all(resource_path="/socialActions/{urn}/comments", **post)
outcomes.add("comments", [each["message"]["text"] for each in listed.elements])
upload = restli.action(
    resource_path="/images",
    action_name="initializeUpload",
    action_params={"initializeUploadRequest": {"owner": author}},
    access_token=token,
    version_string=VERSION,
)
outcomes.add("register an image", upload.value["image"])
roles = restli.finder(
    resource_path="/organizationAcls",
    finder_name="roleAssignee",
    query_params={"role": "ADMINISTRATOR", "state": "APPROVED"},
    access_token=token,
    version_string=VERSION,
)
outcomes.add("company pages", len(roles.elements))
gone = restli.delete(resource_path="/ugcPosts/{urn}", path_keys={"urn": share.decoded_entity_id}, access_token=token)
outcomes.add("delete", gone.status_code)
outcomes.print()
