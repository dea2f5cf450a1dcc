"""From a post to its card: a draft by the request that will be sent, a post of the sandbox by what it stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from dashboard.drafts.draft import PLACEHOLDERS, WITH_VIDEO, Attachment, Draft
from dashboard.files.documents import PDF
from dashboard.files.media import MediaFile
from dashboard.preview.card import Card
from dashboard.preview.media import Medium
from linkedin_api import (
    Article,
    Kind,
    Media,
    Poll,
    PollDuration,
    Post,
    Publisher,
    SeenPost,
    Span,
    Urn,
    Visibility,
    seen_post,
)
from linkedin_api.content.read_text import read_shown

OPEN_DAYS = {
    PollDuration.ONE_DAY: 1,
    PollDuration.THREE_DAYS: 3,
    PollDuration.SEVEN_DAYS: 7,
    PollDuration.FOURTEEN_DAYS: 14,
}
NO_TIME = timedelta(0)
Files = Mapping[str, Medium]


def card_of(seen: SeenPost, files: Files, *, author: str, age: timedelta | None = NO_TIME, **more: Any) -> Card:
    """The card of a post that was read back; `files` has this machine's files by media URN.

    `age` is how long ago it was published, None when nobody knows. `more` are further fields of Card.
    """
    post = seen.post
    thumbnail = post.article.thumbnail if post.article else None
    found = Card(
        author=author,
        avatar=None,
        spans=seen.spans,
        is_page=post.author.kind == "organization",
        visibility=post.visibility,
        images=tuple(_medium(image, files) for image in post.images),
        video=_medium(post.video, files) if post.video else None,
        document=_medium(post.document, files) if post.document else None,
        article=post.article,
        thumbnail=_medium(Media(thumbnail), files) if thumbnail else None,
        poll=post.poll,
        poll_left=_vote_line(post.poll.duration, age) if post.poll else "",
        parent=post.reshare,
    )
    return replace(found, **more)


def _medium(of: Media, files: Files) -> Medium:
    return replace(files.get(of.urn, Medium(of.urn)), alt=of.alt_text, title=of.title)


def _vote_line(duration: PollDuration, age: timedelta | None) -> str:
    # A poll that is just published, or in the sandbox, has no votes; of any other nobody here knows.
    return time_left(duration, age) if age is None else f"0 votes · {time_left(duration, age)}"


def time_left(duration: PollDuration, age: timedelta | None) -> str:
    """How long a poll of this age is still open, in words."""
    open_for = timedelta(days=OPEN_DAYS[duration])
    if age is None:
        return f"Open for {_counted(open_for.days, 'day')}"
    left = open_for - age
    if left <= NO_TIME:
        return "Closed"
    # Rounded up, so that a poll of three days has three days left when it is published.
    hours = -(left // -timedelta(hours=1))
    return f"{_counted(hours, 'hour') if hours < 24 else _counted(-(hours // -24), 'day')} left"


# A draft.


def draft_seen(draft: Draft, member: Urn, publisher: Publisher) -> SeenPost:
    """What readers will see of a draft: the create that will be sent, read back."""
    create = publisher.planned(draft.as_post(member), draft.planned_files())[-1]
    return seen_post(draft.speaks, create)


def draft_files(draft: Draft, has: Callable[[str], bool]) -> dict[str, Medium]:
    """A draft's files by the URN they have in its request; `has` tells whether one is still kept, by SHA-256."""
    with_video = {part: each for part, each in draft.files if part in WITH_VIDEO}
    found: dict[str, Medium] = {}
    numbers: Counter[str] = Counter()
    for part, each in draft.files:
        if part not in WITH_VIDEO:
            numbers[part] += 1
            urn = each.urn or PLACEHOLDERS[draft.speaks, part].format(numbers[part])
            found[urn] = _kept(each.file, has, with_video)
    return found


def _kept(file: MediaFile, has: Callable[[str], bool], with_video: Mapping[str, Attachment]) -> Medium:
    found = Medium(
        file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        width_px=file.width_px,
        height_px=file.height_px,
        captions="captions" in with_video,
        page_count=file.pages or 0,
    )
    if not has(file.sha256):
        return found
    if not file.is_ready:
        return replace(found, note="It is being made into an MP4.")
    cover = with_video.get("cover")
    poster = address(cover.file) if cover and has(cover.file.sha256) else None
    pages = page_addresses(file.sha256, file.pages or 0) if file.content_type == PDF else ()
    # Whether a browser can draw a codec is known to the browser alone.
    note = f"The video is {file.codec.upper()}: many browsers show no picture of it here." if file.warning else ""
    return replace(found, src=address(file), poster=poster, pages=pages, note=note)


def page_addresses(sha256: str, count: int) -> tuple[str, ...]:
    """Where the pictures of a kept PDF's pages are."""
    return tuple(f"/uploads/{sha256}/pages/{number}" for number in range(1, count + 1))


def address(file: MediaFile) -> str:
    """The path of the server under which the browser gets an uploaded file."""
    return f"/uploads/{file.sha256}?type={quote(file.content_type, safe='')}"


def chosen_address(file: MediaFile) -> str:
    """The path under which the browser downloads the file as it was chosen."""
    return f"/uploads/{file.original_sha256 or file.sha256}/chosen?name={quote(file.name, safe='')}"


# A post of the sandbox: it has the fields of its StoredPost.


def sandbox_seen(post: Any) -> SeenPost:
    """What readers see of a post that the sandbox keeps."""
    media = tuple(Media(Urn(each.urn), each.alt_text, each.title) for each in post.media)
    said = post.article or {}
    asked = post.poll or {}
    return SeenPost(
        Post(
            author=Urn(post.author),
            text=post.text,
            visibility=Visibility.CONNECTIONS if post.visibility == "CONNECTIONS" else Visibility.PUBLIC,
            article=Article(said["url"], said.get("title", ""), said.get("description", "")) if said else None,
            images=media if post.kind == Kind.IMAGE else (),
            video=media[0] if post.kind == Kind.VIDEO and media else None,
            document=media[0] if post.kind == Kind.DOCUMENT and media else None,
            poll=Poll(asked["question"], tuple(asked["options"]), PollDuration(asked["duration"])) if asked else None,
            reshare=Urn(post.parent) if post.parent else None,
        ),
        tuple(_marked(post.text, post.marks)),
    )


def sandbox_files(post: Any, at: str) -> dict[str, Medium]:
    """The files of a post of the sandbox by URN; `at` is the path under which the browser reaches the sandbox."""
    return {
        each.urn: Medium(
            each.title or "Document",
            at + each.path,
            content_type=each.content_type,
            size_bytes=each.size_bytes,
        )
        for each in post.media
    }


def _marked(text: str, marks: Any) -> list[Span]:
    """The pieces of a text whose mentions and hashtags the sandbox has found; the addresses are found here."""
    found: list[Span] = []
    at = 0
    for mark in sorted(marks, key=lambda one: one.start):
        end = mark.start + mark.length
        urn = Urn(mark.urn) if mark.kind == "mention" else None
        found += [*_linked(text[at : mark.start]), Span(text[mark.start : end], mark.kind, urn)]
        at = end
    return [*found, *_linked(text[at:])]


def _linked(text: str) -> list[Span]:
    return [span if span.part == "link" else Span(span.text) for span in read_shown(text)]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
