"""The body of POST /v1/posts: the only place that writes and reads it. Zernio ignores a misplaced field silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from linkedin_api.content.post import Article, Media, Poll, PollDuration, Post, SeenPost
from linkedin_api.content.text import shown, spans
from linkedin_api.http.planned import PlannedCall
from linkedin_api.reference.urn import Urn
from zernio_api.media import HostedFile

Body = dict[str, Any]
PARTS = {"gif": "image"}  # the media types that are another part of a post
POST_PAGE = "https://www.linkedin.com/feed/update/"
OUTBOX = "outbox"  # the name in metadata under which a post carries the caller's own id


def write(
    post: Post,
    account_id: str,
    outbox_id: str,
    *,
    hosted: Sequence[HostedFile] = (),
    first_comment: str = "",
) -> Body:
    """The JSON that creates this post as a draft. hosted: the post's files in their order, each of a part."""
    body: Body = {"content": content(post)}
    if media := _media(post, hosted):
        body["mediaItems"] = media
    target: Body = {"platform": "linkedin", "accountId": account_id}
    if options := _options(post, first_comment):
        target["platformSpecificData"] = options
    return body | {"platforms": [target], "metadata": {OUTBOX: outbox_id}, "isDraft": True}


def publishing() -> Body:
    """The JSON that publishes a draft at once [D1]."""
    return {"isDraft": False, "publishNow": True}


def content(post: Post) -> str:
    """The text as it is sent: plain, with mentions as they are written [S]. Nothing is escaped. [I]

    An article's address goes below the text where the text does not have it: Zernio makes the card of the first one.
    """
    if post.article and post.article.url not in post.text:
        return f"{post.text.rstrip()}\n\n{post.article.url}".strip()
    return post.text


def links(post: Post) -> list[str]:
    """The addresses in the text as it is sent."""
    return [span.text for span in spans(content(post)) if span.part == "link"]


def _options(post: Post, first_comment: str) -> Body:
    """The platformSpecificData of LinkedIn [S LinkedInPlatformData]."""
    options: Body = {}
    if post.document and post.document.title:
        options["documentTitle"] = post.document.title
    if post.reshare:
        options["reshareUrl"] = _reshared(post.reshare)
    if post.poll:
        options["poll"] = {
            "question": post.poll.question,
            "options": list(post.poll.options),
            "duration": str(post.poll.duration),
        }
    if first_comment:
        options["firstComment"] = first_comment
    # Without media the first address becomes a card [S]; only an article is meant to have one.
    if post.kind in ("text", "poll", "reshare") and links(post):
        options["disableLinkPreview"] = True
    return options


def _reshared(parent: Urn) -> str:
    """The post that is shared, as Zernio takes it: a URN of a share or ugcPost, else the link of a post [S]."""
    return f"{POST_PAGE}{parent}/" if parent.kind == "activity" else str(parent)


def _media(post: Post, hosted: Sequence[HostedFile]) -> list[Body]:
    pictures = [file for file in hosted if file.part == "image"]
    items = [_item(file, altText=media.alt_text) for file, media in zip(pictures, post.images, strict=False)]
    for file in hosted:
        if file.part == "video" and post.video:
            items.append(_item(file, title=post.video.title) | _with_video(hosted))
        if file.part == "document" and post.document:
            items.append(_item(file, title=post.document.title))
    return items


def _item(file: HostedFile, **texts: str) -> Body:
    kind = "gif" if file.content_type == "image/gif" else file.part
    facts: Body = {"type": kind, "url": file.url, "filename": file.filename}
    facts |= {"size": file.size_bytes, "mimeType": file.content_type}
    return facts | {name: text for name, text in texts.items() if text}


def _with_video(hosted: Sequence[HostedFile]) -> Body:
    cover = next((file.url for file in hosted if file.part == "cover"), None)
    # LinkedIn gets the first English track only [S]; captions are English there anyway.
    tracks = [{"url": file.url, "language": "en"} for file in hosted if file.part == "captions"]
    return ({"thumbnail": cover} if cover else {}) | ({"subtitles": tracks} if tracks else {})


# Read back: what readers at LinkedIn will see, as far as the request tells.


def seen_post(calls: tuple[PlannedCall, ...], author: Urn, media_urn: Callable[[str, int], str]) -> SeenPost:
    """The post in the calls of ZernioPublisher.planned_calls(), as readers will see it.

    media_urn(part, number) gives a URN for each file: the request names them by address only.
    """
    body = next(call.body for call in calls if call.body and "platforms" in call.body)
    text = str(body.get("content", ""))
    return SeenPost(_read(body, author, shown(text), media_urn), spans(text))


def _read(body: Mapping[str, Any], author: Urn, text: str, media_urn: Callable[[str, int], str]) -> Post:
    options = body["platforms"][0].get("platformSpecificData", {})
    media: dict[str, list[Media]] = {}
    numbers: Counter[str] = Counter()
    for item in body.get("mediaItems", ()):
        part = PARTS.get(item["type"], item["type"])
        numbers[part] += 1
        urn = Urn(media_urn(part, numbers[part]))
        media.setdefault(part, []).append(Media(urn, item.get("altText", ""), item.get("title", "")))
    poll, links = (
        options.get("poll"),
        [span.text for span in spans(str(body.get("content", ""))) if span.part == "link"],
    )
    has_card = links and not (media or poll or options.get("reshareUrl") or options.get("disableLinkPreview"))
    return Post(
        author=author,
        text=text,
        # Zernio reads the page by itself: nothing but its address is known before.
        article=Article(links[0], "", "") if has_card else None,
        images=tuple(media.get("image", ())),
        video=next(iter(media.get("video", ())), None),
        document=next(iter(media.get("document", ())), None),
        poll=Poll(poll["question"], tuple(poll["options"]), PollDuration(poll["duration"])) if poll else None,
        reshare=Urn(reshared.removeprefix(POST_PAGE).rstrip("/")) if (reshared := options.get("reshareUrl")) else None,
    )
