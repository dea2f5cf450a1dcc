"""Comments: /socialActions/{post or comment}/comments of both gateways creates, reads, edits and deletes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from sandbox.api.rest_content import check_length, image_of
from sandbox.community.access import check_readable, check_thread, social_routes, writable
from sandbox.http.gateway import Call, created
from sandbox.http.permissions import actor_of, may_act
from sandbox.http.restli import batch, page
from sandbox.model.posts import StoredPost
from sandbox.model.social import StoredComment, comment_urn
from sandbox.protocol.errors import refused
from sandbox.protocol.little_text import Mark
from sandbox.protocol.schema import Checker, utf16_length
from sandbox.protocol.text_attributes import COMMENT_ENTITIES, plain_marks

TEXT_MAX = 1250  # [C]


def create(call: Call) -> Response:
    """Comment on a post, or reply to a comment: 201, the id in a header, the comment in the body. [D]"""
    urn = call.key(-2)
    post, replied = writable(urn, call)
    check = Checker(call.json())
    check.only(("actor", "object", "message", "parentComment", "content"))
    actor_urn, target = check.get("/actor", str), check.get("/object", str, required=False)
    text, marks = _message(check)
    parent_urn = check.get("/parentComment", str, required=False)
    image_urn = _image_urn(check)
    check.finish()

    actor = actor_of(actor_urn, call)
    check_thread("object", target, post)
    if call.sandbox.social.are_comments_closed(post.urn):
        raise refused("comments_closed")
    _check_text(text, bare=not image_urn)
    parent = _parent(parent_urn, post, replied, call)
    media = image_of(image_urn, actor, call).stored() if image_urn else None
    comment = call.sandbox.social.add(post.urn, actor, text, parent=parent, media=media, marks=marks)
    return created(call, comment.id, f"/socialActions/{quote(urn, safe='')}/comments", as_json(comment))


def read_all(call: Call) -> Response:
    """The comments on a post without replies, or the replies to a comment: {"elements", "paging"}. [I]"""
    post, replied = call.sandbox.social.entity(call.key(-2))
    check_readable(post, call)
    social, parent = call.sandbox.social, replied.id if replied else ""
    start, count, paging = page(call, social.count_comments(post.urn, parent))
    shown = social.comments(post.urn, parent, start, count)
    return JSONResponse({"elements": [as_json(comment) for comment in shown], "paging": paging})


def read_several(call: Call) -> Response:
    """Answer with the comments of ?ids=List(id,…) on one post."""
    post, _ = call.sandbox.social.entity(call.key(-2))
    check_readable(post, call)
    return batch(call, lambda comment_id: as_json(call.sandbox.social.comment(post, comment_id)))


def read_one(call: Call) -> Response:
    """Answer with one comment."""
    post, comment = _found(call)
    check_readable(post, call)
    return JSONResponse(as_json(comment))


def update(call: Call) -> Response:
    """Change the text of one's own comment: 204.

    [C] the patch. [D] the status is 200 or 204; [I] which of them.
    """
    if "x-restli-method" not in call.request.headers:
        raise refused("partial_update_required")  # [I]
    _, comment = _found(call)
    check = Checker(call.json())
    check.only(("patch",))
    # [C] the message is patched from inside; [?] Rest.li can also patch it as a whole.
    patch = check.get("/patch", dict) or {}
    at = "/patch/message/$set" if "message" in patch else "/patch/$set/message"
    text = check.get(f"{at}/text", str)
    marks = plain_marks(check, at, text, COMMENT_ENTITIES)
    check.finish()

    _check_own(comment, call)
    _check_text(text, bare=comment.media is None)
    call.sandbox.social.edit(comment, text, marks)
    return Response(status_code=204)


def delete(call: Call) -> Response:
    """Delete one's own comment and the replies to it: 204. [D]"""
    _, comment = _found(call)
    _check_own(comment, call)
    call.sandbox.social.delete(comment)
    return Response(status_code=204)


def as_json(comment: StoredComment) -> dict[str, Any]:
    """A comment as LinkedIn gives it [D]; times in epoch milliseconds."""
    actor = comment.author.urn
    created_at = {"actor": actor, "time": round(comment.created_at * 1000)}
    changed_at = {"actor": actor, "time": round((comment.edited_at or comment.created_at) * 1000)}
    mentions = [mark for mark in comment.marks if mark.kind == "mention"]
    document: dict[str, Any] = {
        "id": comment.id,
        "$URN": comment.urn,
        "commentUrn": comment.urn,
        "actor": actor,
        "object": comment.post,
        "created": created_at,
        "lastModified": changed_at,
        "message": {"text": comment.text, "attributes": [_attribute(comment.text, mark) for mark in mentions]},
    }
    if comment.parent:
        document["parentComment"] = comment_urn(comment.post, comment.parent)
    if comment.media:
        document["content"] = [{"type": "IMAGE", "entity": {"image": comment.media.urn}}]  # [?] type
    return document


def _attribute(text: str, mark: Mark) -> dict[str, Any]:
    before, shown = text[: mark.start], text[mark.start : mark.start + mark.length]
    name = mark.urn.split(":")[2]  # person or organization
    return {"start": utf16_length(before), "length": utf16_length(shown), "value": {name: {name: mark.urn}}}


def _message(check: Checker) -> tuple[str, tuple[Mark, ...]]:
    if check.get("/message", dict) is None:
        return "", ()
    check.only(("text", "attributes"), "/message")
    text = check.get("/message/text", str)
    return text or "", plain_marks(check, "/message", text, COMMENT_ENTITIES)


def _check_text(text: str, *, bare: bool) -> None:
    if bare and not text.strip():
        raise refused("blank", "text")  # [I]
    check_length("text", text, TEXT_MAX)


def _image_urn(check: Checker) -> str:
    """The image in `content`: a list of at most one {"entity": {"image": urn}}. [I] the number"""
    content = check.get("/content", list, required=False) or []
    if not content:
        return ""
    if len(content) > 1 or not isinstance(content[0], dict):
        check.lines.append("/content :: only one entity is allowed")
        return ""
    return check.get("/content/0/entity/image", str) or ""


def _parent(urn: str | None, post: StoredPost, replied: StoredComment | None, call: Call) -> str:
    """The id of the comment that is replied to, or ""; there is one level of replies. [I]"""
    if urn is None:
        parent = replied
    else:
        _, parent = call.sandbox.social.entity(urn)
        check_thread("parentComment", urn, post)
        if parent is None or (replied and replied.id != parent.id):
            raise refused("cannot_be", "parentComment", urn)
    if parent and parent.parent:
        raise refused("cannot_be", "parentComment", parent.urn)
    return parent.id if parent else ""


def _found(call: Call) -> tuple[StoredPost, StoredComment]:
    post, _ = call.sandbox.social.entity(call.key(-3))
    return post, call.sandbox.social.comment(post, call.key())


def _check_own(comment: StoredComment, call: Call) -> None:
    """Raise ApiError 403 unless the comment is one's own [I], and `actor`, when given, is its actor."""
    urn = comment.author.urn
    if call.request.query_params.get("actor", urn) != urn:
        raise refused("field_refused", "/actor", "PARAM")
    if not may_act(urn, call):
        raise call.denied()


ALL, ONE = "/socialActions/{entity}/comments", "/socialActions/{entity}/comments/{comment}"
RESOURCE = "socialActions"
SEEN_ON_V2, ON_REST = ("D:S13", "C:C12"), ("D:S13", "I")
ROUTES = [
    *social_routes(ALL, "POST", RESOURCE, ("", "CREATE", SEEN_ON_V2, create)),
    *social_routes(
        *(ALL, "GET", RESOURCE), ("ids", "BATCH_GET", ON_REST, read_several), ("", "GET_ALL", ON_REST, read_all)
    ),
    *social_routes(ONE, "GET", RESOURCE, ("", "GET", ON_REST, read_one)),
    *social_routes(ONE, "POST", RESOURCE, ("", "PARTIAL_UPDATE", ("C:P", "I"), update)),
    *social_routes(ONE, "DELETE", RESOURCE, ("", "DELETE", ON_REST, delete)),
]
