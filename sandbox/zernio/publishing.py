"""A post at Zernio and its way into LinkedIn's feed: its record, its duplicates, and what becomes of each target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.directory.authors import Author
from sandbox.directory.members import MEMBERS
from sandbox.directory.organizations import ORGANIZATIONS
from sandbox.model.posts import NewPost
from sandbox.model.social import ACTIVITY
from sandbox.protocol.errors import ApiError
from sandbox.zernio import content, files
from sandbox.zernio.refusals import Refusal, limited, twin
from sandbox.zernio.state import ACCOUNT, OWNER, Document, Zernio, author_of, iso, new_id

POST, HASH, REQUEST, IDEMPOTENCY = (f"zernio_{kind}" for kind in ("post", "hash", "request", "idempotency"))
DAY_S, HOUR_S = 86_400, 3600
BUSY_S = 2.0  # how long a post stays "publishing" that answers 409 [I]
FAILURES_MAX = 10  # within an hour, then the account rests [S]
REST_S = 600
CHANGEABLE = ("draft", "scheduled", "failed", "partial", "cancelled", "pending_approval")
CREATED = ("content", "mediaItems", "metadata", "timezone", "tags", "title", "visibility")


def new_post(zernio: Zernio, body: Document) -> Document:
    """The record of a new post, as a draft; not stored yet."""
    now = zernio.clock()
    facts = {name: body[name] for name in CREATED if body.get(name) is not None}
    return {"_id": new_id(), "status": "draft", "created_at": now, "updated_at": now, "platforms": [], **facts}


def set_targets(zernio: Zernio, post: Document, targets: Sequence[Document]) -> None:
    """Set the accounts to which a post goes. Raises Refusal 400, 403."""
    kept = []
    for target in targets:
        try:
            account = zernio.account(target.get("accountId"), "platforms.accountId")
        except Refusal as refused:
            if refused.status == 404:  # without a code: not an account of this key [D2]
                raise Refusal(403, "You do not have access to this account") from None
            raise
        names = ("customContent", "customMedia", "scheduledFor", "platformSpecificData")
        own = {name: target[name] for name in names if target.get(name) is not None}
        kept.append({"platform": "linkedin", "accountId": account["_id"], "status": "pending", **own})
    post["platforms"] = kept


def begin(zernio: Zernio, post: Document, *, for_s: float = 0.0) -> None:
    """Mark a post as on its way; settle() brings it there, in for_s seconds or when it is asked to.

    Raises: Refusal 400, 403, 409 for the same content, 429; the post is unchanged then.
    """
    content.check_whole(post)
    now = zernio.clock()
    for target in post["platforms"]:
        account = zernio.account(target["accountId"])
        if zernio.needs_reconnection(account):
            raise Refusal(403, "This account is disconnected. Please reconnect it.", code="ACCOUNT_DISCONNECTED")
        if not account["enabled"]:
            raise Refusal(403, "This account cannot post", code="ACCOUNT_NOT_ENABLED_FOR_POSTING")
        _check_limits(zernio, account, now)
        _check_twin(zernio, post, target, now)
    for target in post["platforms"]:
        target |= {"status": "processing", "publishAttempts": target.get("publishAttempts", 0) + 1}
        zernio.store.put(HASH, _hash(post, target), {"post": post["_id"], "at": now})
    post |= {"status": "publishing", "finishes_at": now + for_s}
    keep(zernio, post)


def settle(zernio: Zernio, post_id: str, *, now: bool = False) -> Document | None:
    """The post as it stands: one whose time has come (or `now`) is published first, once. None when there is none."""
    with zernio.store.transaction():
        post = zernio.store.get(POST, post_id)
        if post is None:
            return None
        if post["status"] == "scheduled" and post["due_at"] <= zernio.clock():
            try:
                begin(zernio, post)
            except Refusal as refused:
                _fail(zernio, post, refused)
        if post["status"] == "publishing" and (now or post["finishes_at"] <= zernio.clock()):
            _publish(zernio, post)
        _look_for_removed(zernio, post)
        return post


def keep(zernio: Zernio, post: Document) -> None:
    """Store the record."""
    post["updated_at"] = zernio.clock()
    zernio.store.put(POST, post["_id"], post)


def shown(zernio: Zernio, post: Document, base_url: str) -> Document:
    """A post as Zernio tells of it: accounts come out as objects, times as text."""
    hidden = ("created_at", "updated_at", "due_at", "finishes_at", "platforms", "status")
    told = {name: value for name, value in post.items() if name not in hidden}
    if "due_at" in post:
        told["scheduledFor"] = iso(post["due_at"])
    told |= {"status": post["status"], "createdAt": iso(post["created_at"]), "updatedAt": iso(post["updated_at"])}
    told["platforms"] = [_shown_target(zernio, target, base_url) for target in post["platforms"]]
    return {"userId": OWNER, "timezone": "UTC", **told}


def _shown_target(zernio: Zernio, target: Document, base_url: str) -> Document:
    account = zernio.store.get(ACCOUNT, target["accountId"])
    names = ("_id", "platform", "profileId", "username", "displayName", "isActive")
    whole = zernio.shown_account(account, base_url) if account else {"_id": target["accountId"]}
    told = {name: whole[name] for name in names if name in whole}
    url = {}
    if urn := target.get("platformPostId"):
        url = {"platformPostUrl": f"{base_url}/feed/update/{urn}/"}  # at Zernio LinkedIn's own address [D1]
    return {**target, **url, "accountId": told if account else target["accountId"]}


def _check_limits(zernio: Zernio, account: Document, now: float) -> None:
    if account["rested_until"] > now:
        raise limited("This account is in cooldown", accountId=account["_id"])  # the account says until when
    times = [at for at in account["published"] if now - at < DAY_S]
    settings = zernio.settings()
    if sum(now - each < HOUR_S for each in times) >= settings["posts_per_hour"]:
        raise limited("Hourly posting limit reached", platform="linkedin", limit=settings["posts_per_hour"])
    if len(times) >= settings["posts_per_day"]:
        raise limited("Daily posting limit reached", platform="linkedin", limit=settings["posts_per_day"])


def _check_twin(zernio: Zernio, post: Document, target: Document, now: float) -> None:
    """409 for the same content [S]; drafts and failed posts do not count, and a PUT is guarded as well. [I]"""
    there = zernio.store.get(HASH, _hash(post, target))
    other = zernio.store.get(POST, there["post"]) if there and now - there["at"] < DAY_S else None
    if other and other["_id"] != post["_id"] and other["status"] in ("published", "partial", "publishing", "scheduled"):
        raise twin(target["accountId"], other["_id"])


def _hash(post: Document, target: Document) -> str:
    text = target.get("customContent") or post.get("content") or ""
    media = target.get("customMedia") or content.kept_media(post)
    return files.digest_of(["linkedin", target["accountId"], text, *(item["url"] for item in media)])


def _publish(zernio: Zernio, post: Document) -> None:
    for target in post["platforms"]:
        if target["status"] == "processing":
            try:
                _publish_target(zernio, post, target)
            except Refusal as refused:
                _failed(target, refused.body["error"], "user", "user_content")
            except ApiError as refused:  # LinkedIn's own "duplicate" arrives as a failed target
                _failed(target, str(refused.body.get("message", "")), "platform", "platform_rejected")
            _count(zernio, target)
    states = {target["status"] for target in post["platforms"]}
    post["status"] = "partial" if len(states) > 1 and "published" in states else states.pop()
    keep(zernio, post)


def _publish_target(zernio: Zernio, post: Document, target: Document) -> None:
    author = author_of(zernio.account(target["accountId"]))
    options = target.get("platformSpecificData") or {}
    if page := options.get("organizationUrn"):
        author = _page(zernio, zernio.account(target["accountId"]), page)
    text, marks = content.read_text(str(target.get("customContent") or post.get("content") or ""))
    items = target.get("customMedia") or content.kept_media(post)
    kind, more = _kind(zernio, post, options, items, text, author)
    new = NewPost(author, text, kind, "PUBLIC", "rest", marks=marks, **more)
    urn = zernio.sandbox.posts.create(new)
    now = iso(zernio.clock())
    for name in ("errorMessage", "errorSource", "errorCategory"):
        target.pop(name, None)
    target |= {"status": "published", "platformPostId": urn, "publishedAt": now}
    if comment := options.get("firstComment"):
        zernio.sandbox.social.add(urn, author, str(comment))


def _page(zernio: Zernio, account: Document, urn: str) -> Author:
    member = MEMBERS.get(account["member"].rpartition(":")[2])
    if member is None or not zernio.sandbox.organizations.may_post(member, urn):
        raise Refusal(403, "This account may not post as that organization")
    return ORGANIZATIONS[urn]


def _kind(
    zernio: Zernio, post: Document, options: Document, items: Sequence[Document], text: str, author: Any
) -> tuple[str, dict[str, Any]]:
    """What a post carries: its kind, and the fields of NewPost that say so."""
    if items:
        kind = content.kind_of(items[0])
        media = tuple(files.as_media(zernio, item, kind, author) for item in items)
        if kind == "document":
            title = options.get("documentTitle") or items[0].get("title") or items[0].get("filename") or ""
            media = tuple(_titled(each, title) for each in media)
        return kind, {"media": media}
    if poll := options.get("poll"):
        told = {"question": poll["question"], "options": list(poll["options"])}
        return "poll", {"poll": told | {"duration": poll.get("duration") or "SEVEN_DAYS"}}
    if reshared := options.get("reshareUrl"):
        return "reshare", {"parent": _parent(zernio, content.POST_IN_LINK.findall(reshared)[0])}
    link = None if options.get("disableLinkPreview") else content.first_link(text)
    if link:  # Zernio reads the page for the card; the sandbox reads none
        return "article", {"article": {"url": link, "title": link, "description": "", "thumbnail": ""}}
    return "text", {}


def _parent(zernio: Zernio, named: str) -> str:
    """The URN of the post that is shared, which may be named by its activity. Raises: Refusal 400."""
    posts = zernio.sandbox.posts
    found = posts.by_number(named.removeprefix(ACTIVITY)) if named.startswith(ACTIVITY) else posts.get(named)
    if found is None or found.reshare_disabled:
        raise Refusal(400, "LinkedIn has no such post that can be shared")
    return found.urn


def _titled(media: Any, title: str) -> Any:
    return type(media)(**{**vars(media), "title": title})


def _failed(target: Document, message: str, source: str, category: str) -> None:
    target |= {"status": "failed", "errorMessage": message, "errorSource": source, "errorCategory": category}


def _fail(zernio: Zernio, post: Document, refused: Refusal) -> None:
    for target in post["platforms"]:
        _failed(target, refused.body["error"], "user", "user_content")
    post["status"] = "failed"
    keep(zernio, post)


def _count(zernio: Zernio, target: Document) -> None:
    """Remember what an account has published; after ten failures within an hour it rests: 10, 20, 40 … minutes [S]."""
    account, now = zernio.store.get(ACCOUNT, target["accountId"]), zernio.clock()
    if account is None:
        return
    name, for_s = ("published", DAY_S) if target["status"] == "published" else ("failures", HOUR_S)
    account[name] = [at for at in account[name] if now - at < for_s] + [now]
    if name == "published":
        account["rests"] = 0  # [I]
    elif len(account["failures"]) >= FAILURES_MAX:
        account["rested_until"] = now + min(REST_S * 2 ** account.get("rests", 0), DAY_S)
        account["rests"] = account.get("rests", 0) + 1
    zernio.store.put(ACCOUNT, account["_id"], account)


def _look_for_removed(zernio: Zernio, post: Document) -> None:
    """A target that vanished at LinkedIn keeps its status, and gets a time [S]."""
    gone = [
        target
        for target in post["platforms"]
        if target["status"] == "published" and target["platformPostId"] not in zernio.sandbox.posts
    ]
    for target in gone:
        target.setdefault("removedFromPlatformAt", iso(zernio.clock()))
    if gone:
        zernio.store.put(POST, post["_id"], post)
