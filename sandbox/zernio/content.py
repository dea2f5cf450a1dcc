"""What a post may hold: its text with mentions, its files, its options; each mistake is a Refusal."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sandbox.directory.authors import BY_URN
from sandbox.protocol.little_text import Mark, hashtags
from sandbox.zernio.refusals import MENTION_CODES, Refusal, Shape, check_shape, invalid
from sandbox.zernio.state import Document

TEXT_MAX_UTF16 = 3000  # [D1]; UTF-16 units [I]
IMAGES_MAX, COUNTRIES_MAX, TAGS_MAX = 20, 25, 20
FIELDS = (
    *("content", "mediaItems", "metadata", "timezone", "platforms", "isDraft", "publishNow", "scheduledFor", "tags"),
    *("title", "hashtags", "mentions", "crosspostingEnabled", "requiresApproval", "queuedFromProfile", "queueId"),
    *("visibility", "dryRun"),
)
ITEM: dict[str, Shape] = {  # [S] MediaItem
    **dict.fromkeys(("url", "type", "altText", "title", "thumbnail", "filename", "mimeType"), str),
    "size": int,
    "subtitles": [{"url": str, "language": str}],
}
OPTIONS: dict[str, Shape] = {  # [S] LinkedInPlatformData
    **dict.fromkeys(("documentTitle", "organizationUrn", "firstComment", "reshareUrl"), str),
    "disableLinkPreview": bool,
    "poll": {"question": str, "options": [str], "duration": str},
    "geoRestriction": {"countries": [str]},
    "audience": dict,
}
TARGET = {"platform": str, "customContent": str, "customMedia": [ITEM], "scheduledFor": str}
SHAPE: dict[str, Shape] = {
    **dict.fromkeys(("content", "scheduledFor", "timezone", "title", "visibility"), str),
    **dict.fromkeys(("isDraft", "publishNow"), bool),
    "metadata": dict,
    "tags": [str],
    "mediaItems": [ITEM],
    "platforms": [{**TARGET, "platformSpecificData": OPTIONS}],
}
RESERVED_METADATA = ("usageCounted", "usageRefunded", "hidden")  # [S]
DURATIONS = ("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS")
TYPES = {  # what the extension of an address may be
    "image": (".jpg", ".jpeg", ".png", ".webp", ".gif"),
    "gif": (".gif",),
    "video": (".mp4", ".mov", ".avi", ".mpeg", ".webm", ".m4v"),
    "document": (".pdf", ".doc", ".docx", ".ppt", ".pptx"),
}
KNOWN_EXTENSIONS = tuple(extension for extensions in TYPES.values() for extension in extensions)
MENTION = re.compile(
    r"@\[(?P<name>[^\]\n]+)\]\((?P<target>urn:li:(?:person|organization):[\w-]+|https://www\.linkedin\.com/[^)\s]+)\)"
    r"|@\[(?P<url>https://www\.linkedin\.com/[^\]\s]+)\]",
    re.ASCII,
)
LINK = re.compile(r"https?://[^\s<>]*[^\s<>.,;:!?\"')\]}]")
POST_IN_LINK = re.compile(r"urn:li:(?:share|ugcPost|groupPost|activity):\d+", re.ASCII)
POST_URN = re.compile(r"urn:li:(?:share|ugcPost|groupPost):\d+", re.ASCII)
ADDRESS = re.compile(r"https://www\.linkedin\.com/(in|company)/([\w-]+)/?", re.ASCII)
BY_SLUG = {getattr(author, "vanity_name", ""): author for author in BY_URN.values()}


def check_fields(body: Document) -> list[str]:
    """Check the form of what a create or an update says; the warnings about fields that are ignored.

    Raises: Refusal 400.
    """
    check_shape(body, SHAPE)
    for name in RESERVED_METADATA:
        if name in (body.get("metadata") or {}):
            raise invalid("metadata", f"metadata.{name} is reserved")
    if body.get("dryRun"):
        raise invalid("dryRun", "dryRun is for TikTok only")
    if len(body.get("tags") or ()) > TAGS_MAX:
        raise invalid("tags", f"At most {TAGS_MAX} tags")
    if body.get("timezone") and body["timezone"] not in available_timezones():
        raise invalid("timezone", f"Unknown timezone: {body['timezone']}")
    for item in body.get("mediaItems") or ():
        _check_item(item)
    warnings = [f"Unknown field ignored: {name}" for name in body if name not in FIELDS]
    for target in body.get("platforms") or ():
        warnings += _check_target(target)
    return warnings


def check_whole(body: Document) -> None:
    """Check what a draft need not be yet: that the post can be published. Raises Refusal 400."""
    media, text = kept_media(body), str(body.get("content") or "")
    if not body.get("platforms"):
        raise invalid("platforms", "platforms must not be empty")
    for target in body["platforms"]:
        options = target.get("platformSpecificData") or {}
        own = str(target.get("customContent") or text)
        visible, _ = read_text(own)
        if utf16_length(visible) > TEXT_MAX_UTF16:
            raise invalid("content", f"LinkedIn posts have a limit of {TEXT_MAX_UTF16} characters")
        if not own.strip() and not media and not options.get("reshareUrl"):
            raise invalid("content", "Content is required")
        _check_media(media)
        _check_together(options, media)


def kept_media(body: Document) -> list[Document]:
    """The media items; one with an empty address is dropped silently [S]."""
    return [item for item in body.get("mediaItems") or () if item.get("url")]


def read_text(content: str) -> tuple[str, tuple[Mark, ...]]:
    """The visible text, with mentions and hashtags. Raises Refusal 400 with details.mentions [S]; the status is [?]."""
    seen, marks, at, lost = "", [], 0, []
    for found in MENTION.finditer(content):
        seen += content[at : found.start()]
        at = found.end()
        target = found["target"] or found["url"]
        author = BY_URN.get(target) or _by_address(target)
        if author is None and not target.startswith("urn:"):
            lost.append({"input": found[0], "code": MENTION_CODES, "message": "Could not resolve this profile"})
            continue
        name = found["name"] or (author.name if author else "")
        marks.append(Mark(len(seen), len(name), "mention", author.urn if author else target))
        seen += name
    if lost:
        said = "Some mentions could not be resolved"
        raise Refusal(400, said, code=MENTION_CODES, param="content", details={"mentions": lost})
    seen += content[at:]
    words = [word for word in hashtags(seen) if not any(_overlap(word, mark) for mark in marks)]
    return seen, tuple(sorted((*marks, *words), key=lambda mark: mark.start))


def first_link(text: str) -> str | None:
    """The first address in a text, which becomes a card."""
    found = LINK.search(text)
    return found[0] if found else None


def utf16_length(text: str) -> int:
    """The number of UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def due_at(body: Document) -> float | None:
    """The time in scheduledFor (epoch seconds); None without one. Raises Refusal 400."""
    if not body.get("scheduledFor"):
        return None
    return moment_s(body["scheduledFor"], "scheduledFor", body.get("timezone") or "UTC")


def moment_s(text: str, param: str, zone: str = "UTC") -> float:
    """A time as epoch seconds; without an offset it is of that zone. Raises Refusal 400."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise invalid(param, f"{param} is not an ISO 8601 time") from None


def _by_address(url: str) -> Any:
    found = ADDRESS.fullmatch(url)
    return BY_SLUG.get(found[2]) if found else None


def _check_item(item: Document) -> None:
    url, kind = item.get("url") or "", item.get("type")
    if kind is not None and kind not in TYPES:
        raise invalid("mediaItems.type", f"type must be one of {', '.join(TYPES)}")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise invalid("mediaItems.url", "url is no address") from None
    path = parts.path.lower()
    if url and not _is_public(parts):
        raise invalid("mediaItems.url", "url must be a public https address")
    extension = path[path.rfind(".") :] if "." in path.rpartition("/")[2] else ""
    if kind and extension in KNOWN_EXTENSIONS and extension not in TYPES[kind]:  # [D2]
        raise invalid("mediaItems.type", f"type {kind} contradicts the extension {extension}")
    for track in item.get("subtitles") or ():
        if not track.get("url"):
            raise invalid("mediaItems.subtitles", "Each track has a url", "INVALID_SUBTITLES")


def _is_public(url: SplitResult) -> bool:
    """Whether Zernio would load it: https, and no private address [D1]; one of its own uploads in any case."""
    if "/zernio/media/temp/" in url.path:
        return True
    host = url.hostname or ""
    try:
        return url.scheme == "https" and ip_address(host).is_global
    except ValueError:  # a name
        return url.scheme == "https" and "." in host


def _check_target(target: Document) -> list[str]:
    if target.get("platform") != "linkedin":
        raise invalid("platforms.platform", "This sandbox has the platform linkedin only")
    for item in target.get("customMedia") or ():
        _check_item(item)
    options = target.get("platformSpecificData") or {}
    _check_poll(options.get("poll"))
    countries = (options.get("geoRestriction") or {}).get("countries") or ()
    if len(countries) > COUNTRIES_MAX:
        raise invalid("platformSpecificData.geoRestriction", f"At most {COUNTRIES_MAX} countries")
    reshared = options.get("reshareUrl")
    if reshared and not (POST_URN.fullmatch(reshared) or (LINK.match(reshared) and POST_IN_LINK.search(reshared))):
        raise invalid("platformSpecificData.reshareUrl", "reshareUrl is no LinkedIn post")
    return [f"Unknown field ignored: platformSpecificData.{name}" for name in options if name not in OPTIONS]


def _check_poll(poll: Document | None) -> None:
    if poll is None:
        return
    at, options = "platformSpecificData.poll", poll.get("options") or ()
    if not 1 <= len(poll.get("question") or "") <= 140:
        raise invalid(f"{at}.question", "A poll's question has 1 to 140 characters")
    if not 2 <= len(options) <= 4:
        raise invalid(f"{at}.options", "A poll has 2 to 4 options")
    if not all(1 <= len(each) <= 30 for each in options):
        raise invalid(f"{at}.options", "An option has 1 to 30 characters")
    if (poll.get("duration") or "SEVEN_DAYS") not in DURATIONS:
        raise invalid(f"{at}.duration", f"duration must be one of {', '.join(DURATIONS)}")


def _check_media(media: Sequence[Document]) -> None:
    kinds = [kind_of(item) for item in media]
    if len(set(kinds)) > 1 or (len(kinds) > 1 and kinds[0] != "image"):
        raise invalid("mediaItems", "LinkedIn posts take up to 20 images, or one video, or one document")
    if len(media) > IMAGES_MAX:
        raise invalid("mediaItems", f"LinkedIn posts take up to {IMAGES_MAX} images")


def _check_together(options: Document, media: Collection[Document]) -> None:
    carried = [name for name in ("poll", "reshareUrl") if options.get(name)]
    if len(carried) > 1 or (carried and media):
        raise invalid(f"platformSpecificData.{carried[0]}", f"{carried[0]} cannot be combined with media or another")


def kind_of(item: Document) -> str:
    """image, video or document: by its type, or else by the extension of its address."""
    kind = item.get("type")
    if kind is None:
        path = urlsplit(item["url"]).path.lower()
        kind = next((kind for kind, extensions in TYPES.items() if path.endswith(extensions)), "image")
    return "image" if kind == "gif" else str(kind)


def _overlap(one: Mark, other: Mark) -> bool:
    return one.start < other.start + other.length and other.start < one.start + one.length
