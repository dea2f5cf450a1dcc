"""Reads the union `content` of /rest/posts strictly: what a post shows besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.directory.authors import Author
from sandbox.http.gateway import Call
from sandbox.model.assets import FAMILIES, Asset, MediaErrors
from sandbox.model.posts import StoredMedia
from sandbox.model.social import ACTIVITY
from sandbox.protocol.addresses import is_web_address
from sandbox.protocol.errors import ApiError, refused
from sandbox.protocol.schema import Checker, not_a_map, utf16_length

ADVERTS = ("contentCallToActionLabel", "contentLandingPage", "adContext", "container")  # [D]
TITLE_MAX = 400  # [D]
ALT_TEXT_MAX = 4086  # [D]
IMAGES = range(2, 21)  # [D] of a multiImage
QUESTION_MAX, OPTION_MAX = 140, 30  # [C]
OPTIONS = range(2, 5)  # [D]
DURATIONS = ("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS")  # [D]
POLL_DEFAULTS = {"voteSelectionType": "SINGLE_VOTE", "isVoterVisibleToAuthor": True}
VOTES = ("SINGLE_VOTE", "MULTIPLE_VOTE")  # [C]


@dataclass(frozen=True)
class Content:
    """The content that was read: the post's kind, and the fields of that kind."""

    kind: str
    media: tuple[StoredMedia, ...] = ()
    article: dict[str, str] | None = None
    poll: dict[str, Any] | None = None


def read_content(content: dict[str, Any] | None, author: Author, call: Call) -> Content:
    """The content of a post, or kind "text". Raises ApiError 400, 403 or 422."""
    if not content:
        return Content("text")
    if len(content) != 1:
        raise refused("cannot_be", "content", ", ".join(sorted(content)))  # [I] it is a union
    ((name, value),) = content.items()
    if name not in READERS:
        raise refused("field_unpermitted", f"/content/{name}")  # [I] adverts and the other kinds are not imitated
    if not isinstance(value, dict):
        raise not_a_map(f"/content/{name}", value)
    return READERS[name](value, author, call)


def parent_in(check: Checker, context: str) -> str | None:
    """The URN in the `parent` of a body's reshareContext or responseContext; None without one."""
    if check.get(f"/{context}", dict, required=False) is None:
        return None
    parent: str | None = check.get(f"/{context}/parent", str)
    return parent


def check_parent(parent: str, call: Call) -> str:
    """The URN of the post that may be shared by others. Raises ApiError 400 for any other.

    [I] The post's activity names it too, as in a comment; LinkedIn's pages show shares and ugcPosts only.
    """
    if not parent.startswith(("urn:li:share:", "urn:li:ugcPost:", ACTIVITY)):
        raise refused("wrong_urn", "parent", parent, "share")
    posts = call.sandbox.posts
    post = posts.by_number(parent.removeprefix(ACTIVITY)) if parent.startswith(ACTIVITY) else posts.get(parent)
    if post is None:
        raise refused("unknown_urn")  # [I]
    if post.reshare_disabled:
        raise refused("cannot_be", "parent", parent)  # [I]
    return post.urn


def image_of(urn: str, author: Author, call: Call) -> Asset:
    """The author's own image. Raises ApiError with LinkedIn's code for an image that cannot be used."""
    if not urn.startswith("urn:li:image:"):
        raise refused("wrong_urn", "id", urn, "image")
    return _asset(urn, "image", author, call)


def check_length(field: str, text: str, maximum: int) -> None:
    """Raise ApiError 400 for a text of more UTF-16 units."""
    length = utf16_length(text)
    if length > maximum:
        raise refused("too_long", field, length, maximum)


def _article(value: dict[str, Any], author: Author, call: Call) -> Content:
    at = "/content/article"
    check = Checker(value)
    check.only(("source", "title", "description", "thumbnail"), at=at)
    # [D] both are required, [C] live the answer without a title; [I] an empty title satisfies the schema
    url, title = (check.get(name, str, within=value, at=at) for name in ("/source", "/title"))
    description, thumbnail = (
        check.get(name, str, required=False, within=value, at=at) or "" for name in ("/description", "/thumbnail")
    )
    check.finish()
    if not is_web_address(url):
        raise refused("cannot_be", "source", url)  # [I]
    check_length("title", title, TITLE_MAX)
    if thumbnail and not thumbnail.startswith("urn:li:image:"):
        raise refused("wrong_urn", "thumbnail", thumbnail, "image")
    path = image_of(thumbnail, author, call).media_path if thumbnail else ""
    article = {"url": url, "title": title, "description": description, "thumbnail": path}
    return Content("article", article=article)


def _media(value: dict[str, Any], author: Author, call: Call) -> Content:
    urn, title, alt_text = _strings(value, ("id", "title", "altText"), "/content/media")
    if not urn:
        raise refused("missing", "id")
    kind = next((kind for kind in FAMILIES if urn.startswith(f"urn:li:{kind}:")), "")
    if not kind:
        raise refused("wrong_urn", "id", urn, "image")  # [I] which kind is named
    if kind == "document" and not title.strip():
        raise refused("missing", "title")
    check_length("title", title, TITLE_MAX)  # [I] documented for articles
    check_length("altText", alt_text, ALT_TEXT_MAX)
    return Content(kind, (_asset(urn, kind, author, call).stored(title, alt_text),))


def _images(value: dict[str, Any], author: Author, call: Call) -> Content:
    check = Checker(value)
    check.only(("images",), at="/content/multiImage")
    images = check.get("/images", list, within=value, at="/content/multiImage")
    check.finish()
    if len(images) not in IMAGES:
        raise refused("cannot_be", "images", len(images))  # [I]
    return Content("image", tuple(_image(image, number, author, call) for number, image in enumerate(images)))


def _image(value: Any, number: int, author: Author, call: Call) -> StoredMedia:
    at = f"/content/multiImage/images/{number}"
    if not isinstance(value, dict):
        raise not_a_map(at, value)
    urn, alt_text = _strings(value, ("id", "altText"), at)
    if not urn:
        raise refused("missing", "id")
    check_length("altText", alt_text, ALT_TEXT_MAX)
    return image_of(urn, author, call).stored("", alt_text)


def _poll(value: dict[str, Any], _: Author, __: Call) -> Content:
    at = "/content/poll"
    check = Checker(value)
    check.only(("question", "options", "settings"), at=at)
    question = check.get("/question", str, within=value, at=at)
    options = check.get("/options", list, within=value, at=at) or []
    texts = [_option(check, option, f"{at}/options/{number}") for number, option in enumerate(options)]
    duration = _duration(check, check.get("/settings", dict, within=value, at=at), f"{at}/settings")
    check.finish()

    if len(texts) not in OPTIONS:
        raise refused("cannot_be", "options", len(texts))  # [I]
    for field, text, maximum in (("question", question, QUESTION_MAX), *(("text", text, OPTION_MAX) for text in texts)):
        if not text.strip():
            raise refused("blank", field)
        check_length(field, text, maximum)
    # Only what differs from what LinkedIn's own pages make.
    settings = {name: value["settings"][name] for name in POLL_DEFAULTS if name in value["settings"]}
    unusual = {name: chosen for name, chosen in settings.items() if chosen != POLL_DEFAULTS[name]}
    return Content("poll", poll={"question": question, "options": texts, "duration": duration, **unusual})


def _duration(check: Checker, settings: dict[str, Any] | None, at: str) -> str:
    if settings is None:
        return ""
    check.only(("duration", "voteSelectionType", "isVoterVisibleToAuthor"), within=settings, at=at)
    check.symbol("/voteSelectionType", VOTES, required=False, within=settings, at=at)
    check.get("/isVoterVisibleToAuthor", bool, required=False, within=settings, at=at)
    return check.symbol("/duration", DURATIONS, within=settings, at=at) or ""


def _option(check: Checker, option: Any, at: str) -> str:
    if not isinstance(option, dict):
        check.lines.append(f"{at} :: {option!r} cannot be coerced to DataMap")
        return ""
    check.only(("text",), within=option, at=at)
    return check.get("/text", str, within=option, at=at) or ""


def _asset(urn: str, kind: str, author: Author, call: Call) -> Asset:
    unusable = MediaErrors(
        unknown=_unknown(kind),
        # [I] which 403 a post with another owner's file gets
        foreign=refused("image_forbidden") if kind == "image" else refused("field_refused", "/content/media/id"),
        waiting=refused("waiting_upload"),
        failed=refused("processing_failed"),
    )
    return call.sandbox.assets.usable(urn, kind, FAMILIES[kind], author, unusable)


def _unknown(kind: str) -> ApiError:
    # [I] LinkedIn has a code for images and videos only
    return refused("unknown_urn") if kind == "document" else refused("invalid_id", kind.upper(), kind.capitalize())


def _strings(value: dict[str, Any], names: tuple[str, ...], at: str) -> list[str]:
    check = Checker(value)
    check.only(names, at=at)
    found = [check.get(f"/{name}", str, required=False, within=value, at=at) or "" for name in names]
    check.finish()
    return found


READERS = {"article": _article, "media": _media, "multiImage": _images, "poll": _poll}
