"""/v1/posts: create, list, read, change, publish, unpublish, edit, retry, delete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from sandbox.protocol.errors import ApiError
from sandbox.zernio import content
from sandbox.zernio.gateway import DRAFT, PUBLISH, ZernioCall, one_of, route
from sandbox.zernio.listing import listed
from sandbox.zernio.publishing import (
    BUSY_S,
    CHANGEABLE,
    CREATED,
    IDEMPOTENCY,
    POST,
    REQUEST,
    begin,
    keep,
    new_post,
    set_targets,
    settle,
    shown,
)
from sandbox.zernio.refusals import Refusal, invalid, twin, unknown
from sandbox.zernio.state import Document, checked_id

PLACING = ("isDraft", "publishNow", "scheduledFor")
REQUEST_WINDOW_S = 300  # [D1]
SAVED, PUBLISHED, NOT_PUBLISHED = "Post saved", "Post published successfully", "Post could not be published"


def create(call: ZernioCall) -> Response | Document | None:
    """Create a post: a draft, scheduled, or published in this request."""
    call.query()
    body, store = call.json(), call.zernio.store
    warnings = content.check_fields(body)
    call.kind = PUBLISH if body.get("publishNow") and not body.get("isDraft") else DRAFT
    _lose_token(call, body.get("platforms") or ())
    with store.transaction():
        if repeated := _repeated(call, body):
            return repeated
        post = new_post(call.zernio, body)
        set_targets(call.zernio, post, body.get("platforms") or ())
        _refuse_by_fault(call)
        answer = _place(call, post, body)
        _remember(call, body, post["_id"])
    return answer and _created(call, post["_id"], warnings)


def get(call: ZernioCall) -> Document:
    """Tell one post, and how far each of its targets is."""
    call.query()
    return {"post": shown(call.zernio, _settled(call), call.base_url)}


def update(call: ZernioCall) -> Response | Document | None:
    """Change a post that is not published; with publishNow publish it in this request."""
    call.query()
    body = call.json()
    warnings = content.check_fields(body)
    is_draft = body.get("isDraft")
    publishes = bool(body.get("publishNow")) and is_draft is not True
    call.kind = PUBLISH if publishes else call.kind
    _lose_token(call, _settled(call)["platforms"])
    with call.zernio.store.transaction():
        post = _settled(call)
        if post["status"] == "publishing":  # [I] older documents: it cannot be modified
            raise twin(post["platforms"][0]["accountId"], post["_id"])
        if post["status"] not in CHANGEABLE:
            raise Refusal(400, f"Cannot edit a post with status {post['status']}", code="INVALID_STATUS")
        post |= {name: body[name] for name in CREATED if name in body}
        if "platforms" in body:
            set_targets(call.zernio, post, body["platforms"])
        stays_draft = post["status"] == "draft" and is_draft is not False
        answer = _place(call, post, body | ({"isDraft": True} if stays_draft and not publishes else {}))
    return answer and _updated(call, post["_id"], warnings)


def settled_create(call: ZernioCall) -> Response | Document:
    """The late answer to a create that publishes."""
    settle(call.zernio, call.post_id, now=True)
    return _created(call, call.post_id, [])


def settled_update(call: ZernioCall) -> Response | Document:
    """The late answer to an update or a retry that publishes."""
    settle(call.zernio, call.post_id, now=True)
    return _updated(call, call.post_id, [])


def retry(call: ZernioCall) -> Response | Document | None:
    """Publish a failed post once more."""
    call.query()
    call.kind = PUBLISH
    with call.zernio.store.transaction():
        post = _settled(call)
        if post["status"] == "publishing":
            raise Refusal(409, "Post is currently publishing")
        if post["status"] not in ("failed", "partial"):
            raise Refusal(400, "Only failed posts can be retried", code="INVALID_STATUS")
        answer = _place(call, post, {"publishNow": True})
    return answer and _updated(call, post["_id"], [])


def review(call: ZernioCall) -> Document:
    """Approve or reject a scheduled post that waits for it."""
    call.query()
    decision = one_of(call.json().get("decision"), ("approve", "reject"), "decision")
    post = _settled(call)
    if post["status"] != "pending_approval":
        raise Refusal(400, "Post is not pending approval", code="INVALID_STATUS")
    post["status"] = "scheduled" if decision == "approve" else "draft"
    keep(call.zernio, post)
    return {"message": "Review saved", "post": shown(call.zernio, post, call.base_url)}


def delete(call: ZernioCall) -> Document:
    """Delete Zernio's record of a post, which removes nothing from LinkedIn; refused while it is published."""
    call.query()
    post = _settled(call)
    if post["status"] == "published":
        raise Refusal(400, "Published posts cannot be deleted", code="INVALID_STATUS")
    call.zernio.store.pop(POST, post["_id"])
    return {"message": "Post deleted successfully"}


def unpublish(call: ZernioCall) -> Document:
    """Delete a published post at LinkedIn; the record stays."""
    call.query()
    post, target = _published_target(call)
    try:
        call.zernio.sandbox.posts.delete(target["platformPostId"])
    except ApiError:
        raise Refusal(500, "LinkedIn refused to delete the post") from None
    target["status"] = "cancelled"
    if all(each["status"] == "cancelled" for each in post["platforms"]):
        post["status"] = "cancelled"
    keep(call.zernio, post)
    return {"success": True, "message": "Post deleted from linkedin"}


def edit(call: ZernioCall) -> Document:
    """Give a published post another text."""
    call.query()
    written = call.json(content=str).get("content")
    if not written or not written.strip():
        raise invalid("content", "content is required")
    text, marks = content.read_text(written)
    if content.utf16_length(text) > content.TEXT_MAX_UTF16:
        raise invalid("content", f"LinkedIn posts have a limit of {content.TEXT_MAX_UTF16} characters")
    post, target = _published_target(call, several=409)
    call.zernio.sandbox.posts.edit(target["platformPostId"], text, marks)
    post["content"] = written
    keep(call.zernio, post)
    url = shown(call.zernio, post, call.base_url)["platforms"][0]["platformPostUrl"]
    return {"success": True, "id": target["platformPostId"], "url": url, "message": "Post edited"}


def _place(call: ZernioCall, post: Document, body: Document) -> bool | None:
    """Make of the record a draft, a scheduled post, or one that is published; None when the answer comes late."""
    zernio, due = call.zernio, content.due_at(body)
    if zernio.store.get(POST, post["_id"]) and not {*PLACING} & {*body}:
        keep(zernio, post)  # an update of what it says; it stays where it is
        return True
    if body.get("isDraft") or not (body.get("publishNow") or due):  # [D2] none of them: saved as a draft
        post["status"] = "draft"
        keep(zernio, post)
        return True
    if not body.get("publishNow") and due is not None and due > zernio.clock():
        content.check_whole(post)
        post |= {"due_at": due, "status": "pending_approval" if body.get("requiresApproval") else "scheduled"}
        keep(zernio, post)
        return True
    call.kind, call.post_id = PUBLISH, post["_id"]
    _refuse_by_fault(call)
    slow = call.take("zernio_slow")
    busy = None if slow else call.take("zernio_busy")
    begin(zernio, post, for_s=zernio.sandbox.faults.slow_s if slow else BUSY_S if busy else 0.0)
    if slow:
        return None
    if not busy:
        settle(zernio, post["_id"], now=True)
    else:
        call.post_id = ""
    return True


def _lose_token(call: ZernioCall, targets: Sequence[Document]) -> None:
    """The fault "zernio_reconnect": LinkedIn's token is gone when a post is to be published, until a reconnect."""
    if call.kind == PUBLISH and call.take("zernio_reconnect"):
        for target in targets:
            call.zernio.change_account(target["accountId"], broken=True)


def _refuse_by_fault(call: ZernioCall) -> None:
    if call.zernio.sandbox.faults.take("zernio_paid", ["zernio_payment"]):
        url = "https://zernio.com/dashboard/billing"
        raise Refusal(402, "Payment required", code="PAYMENT_REQUIRED", reason="free_tier_exceeded", dashboard_url=url)


def _repeated(call: ZernioCall, body: Document) -> Response | None:
    """The answer to a create whose request id or idempotency key was there before."""
    store, now = call.zernio.store, call.zernio.clock()
    before = store.get(REQUEST, call.request.headers.get("x-request-id", ""))
    if before and now - before["at"] < REQUEST_WINDOW_S and (post := settle(call.zernio, before["post"])):
        return JSONResponse({"existingPost": shown(call.zernio, post, call.base_url), "message": "Already received"})
    key = call.request.headers.get("idempotency-key", "")
    first = store.get(IDEMPOTENCY, key) if key else None
    if first is None:
        return None
    if first["body"] != _written(body):
        raise Refusal(422, "This Idempotency-Key was used with another body", code="IDEMPOTENCY_KEY_REUSED")
    post = settle(call.zernio, first["post"])
    return _created(call, post["_id"], []) if post else None


def _remember(call: ZernioCall, body: Document, post_id: str) -> None:
    headers, store = call.request.headers, call.zernio.store
    if given := headers.get("x-request-id"):
        store.put(REQUEST, given, {"post": post_id, "at": call.zernio.clock()})
    if given := headers.get("idempotency-key"):
        store.put(IDEMPOTENCY, given, {"post": post_id, "body": _written(body)})


def _written(body: Document) -> str:
    return json.dumps(body, sort_keys=True)


def _created(call: ZernioCall, post_id: str, warnings: list[str]) -> Response:
    return _told(call, post_id, warnings, 201)


def _updated(call: ZernioCall, post_id: str, warnings: list[str]) -> Response:
    return _told(call, post_id, warnings, 200)


def _told(call: ZernioCall, post_id: str, warnings: list[str], status: int) -> Response:
    """The answer to what creates or publishes: 207 when a post is saved and not everywhere published [S]."""
    post = call.zernio.store.get(POST, post_id)
    if post is None:
        raise unknown("Post")
    if post["status"] == "publishing":  # the fault "busy"
        raise twin(post["platforms"][0]["accountId"], post_id)
    told: dict[str, Any] = {"post": shown(call.zernio, post, call.base_url)}
    told |= {"warnings": warnings} if warnings else {}
    if post["status"] in ("failed", "partial") and call.kind == PUBLISH:
        names = ("platform", "status")
        results = [
            {name: each[name] for name in names} | {"error": each.get("errorMessage")} for each in post["platforms"]
        ]
        told |= {"message": NOT_PUBLISHED, "platformResults": results}
        told |= {"error": NOT_PUBLISHED} if post["status"] == "failed" else {}
        return JSONResponse(told, 207)
    told["message"] = PUBLISHED if post["status"] == "published" else SAVED
    return JSONResponse(told, status)


def _settled(call: ZernioCall) -> Document:
    found = settle(call.zernio, checked_id(call.path("id"), "postId"))
    if found is None:
        raise unknown("Post")
    return found


def _published_target(call: ZernioCall, several: int = 400) -> tuple[Document, Document]:
    body, post = call.json(), _settled(call)
    if body.get("platform") != "linkedin":
        raise invalid("platform", "platform must be linkedin")
    out = [each for each in post["platforms"] if each["status"] == "published"]
    if given := body.get("accountId"):
        out = [each for each in out if each["accountId"] == given]
    if len(out) > 1:
        raise Refusal(several, "Several accounts were targets: accountId is required")
    if not out or out[0]["platformPostId"] not in call.zernio.sandbox.posts:
        raise Refusal(400, "Post is not published on linkedin", code="NOT_PUBLISHED")
    return post, out[0]


ROUTES = [
    route("POST", "/posts", create, group="posts", then=settled_create),
    route("GET", "/posts", listed, group="posts"),
    route("GET", "/posts/{id}", get, group="posts"),
    route("PUT", "/posts/{id}", update, group="posts", then=settled_update),
    route("DELETE", "/posts/{id}", delete, group="posts"),
    route("POST", "/posts/{id}/retry", retry, group="posts", then=settled_update),
    route("POST", "/posts/{id}/review", review, group="posts"),
    route("POST", "/posts/{id}/unpublish", unpublish, group="posts"),
    route("POST", "/posts/{id}/edit", edit, group="posts"),
]
