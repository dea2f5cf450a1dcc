"""The body of POST /v1/posts: the only place that writes it. Zernio ignores a misplaced field without an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from linkedin_api.content.post import Post
from linkedin_api.content.text import spans
from zernio_api.media import HostedFile

Body = dict[str, Any]
OUTBOX = "outbox"  # the name in metadata under which a post carries the caller's own id


def write(
    post: Post,
    account_id: str,
    outbox_id: str,
    *,
    hosted: Sequence[HostedFile] = (),
    first_comment: str = "",
    page: str | None = None,
) -> Body:
    """The JSON that creates this post as a draft.

    hosted: the post's files in their order, each of a part; page: the URN of a page of the account, to post as it.
    """
    body: Body = {"content": content(post)}
    if media := _media(post, hosted):
        body["mediaItems"] = media
    target: Body = {"platform": "linkedin", "accountId": account_id}
    if options := _options(post, first_comment, page):
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


def _options(post: Post, first_comment: str, page: str | None) -> Body:
    """The platformSpecificData of LinkedIn [S LinkedInPlatformData]."""
    options: Body = {}
    if page:
        options["organizationUrn"] = page
    if post.document and post.document.title:
        options["documentTitle"] = post.document.title
    if post.reshare:
        options["reshareUrl"] = str(post.reshare)
    if post.poll:
        options["poll"] = {
            "question": post.poll.question,
            "options": list(post.poll.options),
            "duration": str(post.poll.duration),
        }
    if first_comment:
        options["firstComment"] = first_comment
    # Published through LinkedIn's own API a text has no card; only an article is meant to have one.
    if post.kind == "text" and links(post):
        options["disableLinkPreview"] = True
    return options


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
