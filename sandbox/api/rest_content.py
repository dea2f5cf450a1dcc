"""Reads the union `content` of /rest/posts strictly: what a post shows besides its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.directory.authors import Author
from sandbox.http.gateway import Call
from sandbox.model.assets import FAMILIES, Asset
from sandbox.model.posts import StoredMedia
from sandbox.model.social import ACTIVITY
from sandbox.protocol.addresses import is_web_address
from sandbox.protocol.errors import refused
from sandbox.protocol.schema import Checker, utf16_length

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
    (name,) = content
    if name not in READERS:
        raise refused("field_unpermitted", f"/content/{name}")  # [I] adverts and the other kinds are not imitated
    check = Checker({"content": content})
    check.get(f"/content/{name}", dict)
    check.finish()
    return READERS[name](check, author, call)


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


def _article(check: Checker, author: Author, call: Call) -> Content:
    at = "/content/article"
    check.only(("source", "title", "description", "thumbnail"), at)
    # [D] both are required, [C] live the answer without a title; [I] an empty title satisfies the schema
    url, title = (check.get(f"{at}/{name}", str) for name in ("source", "title"))
    optional = (check.get(f"{at}/{name}", str, required=False) for name in ("description", "thumbnail"))
    description, thumbnail = (text or "" for text in optional)
    check.finish()
    if not is_web_address(url):
        raise refused("cannot_be", "source", url)  # [I]
    check_length("title", title, TITLE_MAX)
    if thumbnail and not thumbnail.startswith("urn:li:image:"):
        raise refused("wrong_urn", "thumbnail", thumbnail, "image")
    path = image_of(thumbnail, author, call).media_path if thumbnail else ""
    article = {"url": url, "title": title, "description": description, "thumbnail": path}
    return Content("article", article=article)


def _media(check: Checker, author: Author, call: Call) -> Content:
    urn, title, alt_text = _strings(check, "/content/media", ("id", "title", "altText"))
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


def _images(check: Checker, author: Author, call: Call) -> Content:
    at = "/content/multiImage"
    check.only(("images",), at)
    images = check.get(f"{at}/images", list)
    check.finish()
    if len(images) not in IMAGES:
        raise refused("cannot_be", "images", len(images))  # [I]
    return Content(
        "image", tuple(_image(check, f"{at}/images/{number}", author, call) for number in range(len(images)))
    )


def _image(check: Checker, at: str, author: Author, call: Call) -> StoredMedia:
    urn, alt_text = _strings(check, at, ("id", "altText"))
    if not urn:
        raise refused("missing", "id")
    check_length("altText", alt_text, ALT_TEXT_MAX)
    return image_of(urn, author, call).stored("", alt_text)


def _poll(check: Checker, _: Author, __: Call) -> Content:
    at, of_settings = "/content/poll", "/content/poll/settings"
    check.only(("question", "options", "settings"), at)
    question, options = check.get(f"{at}/question", str), check.get(f"{at}/options", list) or []
    texts = [_option(check, f"{at}/options/{number}") for number in range(len(options))]
    check.only(("duration", *POLL_DEFAULTS), of_settings)
    check.symbol(f"{of_settings}/voteSelectionType", VOTES, required=False)
    check.get(f"{of_settings}/isVoterVisibleToAuthor", bool, required=False)
    duration = check.symbol(f"{of_settings}/duration", DURATIONS)
    check.finish()

    if len(texts) not in OPTIONS:
        raise refused("cannot_be", "options", len(texts))  # [I]
    for field, text, maximum in (("question", question, QUESTION_MAX), *(("text", text, OPTION_MAX) for text in texts)):
        if not text.strip():
            raise refused("blank", field)
        check_length(field, text, maximum)
    # Only what differs from what LinkedIn's own pages make.
    settings = check.get(of_settings, dict)
    unusual = {name: settings[name] for name, usual in POLL_DEFAULTS.items() if settings.get(name, usual) != usual}
    return Content("poll", poll={"question": question, "options": texts, "duration": duration, **unusual})


def _option(check: Checker, at: str) -> str:
    if check.get(at, dict) is None:
        return ""
    check.only(("text",), at)
    return check.get(f"{at}/text", str) or ""


def _asset(urn: str, kind: str, author: Author, call: Call) -> Asset:
    # [I] LinkedIn has a code for unknown images and videos only; [I] which 403 a post with another owner's file gets
    unknown = refused("unknown_urn") if kind == "document" else refused("invalid_id", kind.upper(), kind.capitalize())
    foreign = refused("image_forbidden") if kind == "image" else refused("field_refused", "/content/media/id")
    return call.sandbox.assets.usable(urn, kind, FAMILIES[kind], author, unknown=unknown, foreign=foreign)


def _strings(check: Checker, at: str, names: tuple[str, ...]) -> list[str]:
    check.get(at, dict)
    check.only(names, at)
    found = [check.get(f"{at}/{name}", str, required=False) or "" for name in names]
    check.finish()
    return found


READERS = {"article": _article, "media": _media, "multiImage": _images, "poll": _poll}
