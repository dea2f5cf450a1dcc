"""The body of POST /rest/posts (§5.2): written from a post, and read back as a reader will see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from linkedin_api.content.post import Article, Media, Poll, PollDuration, Post, SeenPost, Visibility
from linkedin_api.content.read_text import read_little
from linkedin_api.content.text import little_text
from linkedin_api.reference.urn import Urn

Body = dict[str, Any]


def write(post: Post) -> Body:
    """The JSON that publishes this post."""
    body: Body = {
        "author": post.author,
        "commentary": little_text(post.text),
        "visibility": str(post.visibility),
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content := _content(post):
        body["content"] = content
    if post.reshare:
        body["reshareContext"] = {"parent": post.reshare}
    return body


def read(body: Mapping[str, Any]) -> SeenPost:
    """What a reader will see of the post that this JSON publishes."""
    spans = read_little(body["commentary"])
    content: Mapping[str, Any] = body.get("content", {})
    media = content.get("media")
    images = [*content.get("multiImage", {}).get("images", ()), *([media] if _is(media, "image") else [])]
    parent = body.get("reshareContext", {}).get("parent")
    post = Post(
        author=Urn(body["author"]),
        text="".join(span.text for span in spans),
        visibility=Visibility(body["visibility"]),
        article=_read_article(content.get("article")),
        images=tuple(_read_medium(image) for image in images),
        video=_read_medium(media) if _is(media, "video") else None,
        document=_read_medium(media) if _is(media, "document") else None,
        poll=_read_poll(content.get("poll")),
        reshare=Urn(parent) if parent else None,
    )
    return SeenPost(post, spans)


def _content(post: Post) -> Body:
    if len(post.images) > 1:
        # [D] MultiImage API: an id and an alt text; a title is not among the fields of its images.
        return {"multiImage": {"images": [_medium(replace(image, title="")) for image in post.images]}}
    if post.video or post.images or post.document:
        return {"media": _medium(post.video or post.document or post.images[0])}
    if post.article:
        return {"article": _article(post.article)}
    return {"poll": _poll(post.poll)} if post.poll else {}


def _article(article: Article) -> Body:
    # Plain strings, not little text. LinkedIn does not read the page: title and picture are what is sent here.
    texts = {"title": article.title, "description": article.description, "thumbnail": article.thumbnail}
    return {"source": article.url, **{name: text for name, text in texts.items() if text}}


def _medium(media: Media) -> Body:
    texts = {"title": media.title, "altText": media.alt_text}
    return {"id": media.urn, **{name: text for name, text in texts.items() if text}}


def _poll(poll: Poll) -> Body:
    options = [{"text": option} for option in poll.options]
    return {"question": poll.question, "options": options, "settings": {"duration": str(poll.duration)}}


def _is(media: Mapping[str, Any] | None, kind: str) -> bool:
    return bool(media) and Urn(str(media and media["id"])).kind == kind


def _read_medium(media: Mapping[str, Any] | None) -> Media:
    found = media or {}
    return Media(Urn(found["id"]), alt_text=found.get("altText", ""), title=found.get("title", ""))


def _read_article(article: Mapping[str, Any] | None) -> Article | None:
    if not article:
        return None
    thumbnail = article.get("thumbnail")
    texts = (article["source"], article.get("title", ""), article.get("description", ""))
    return Article(*texts, thumbnail=Urn(thumbnail) if thumbnail else None)


def _read_poll(poll: Mapping[str, Any] | None) -> Poll | None:
    if not poll:
        return None
    options = tuple(option["text"] for option in poll["options"])
    return Poll(poll["question"], options, PollDuration(poll["settings"]["duration"]))
