"""The body of POST /v2/ugcPosts (§3.1): written from a post, and read back as a reader will see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkedin_api.content.post import Article, Kind, Media, Post, SeenPost, Visibility
from linkedin_api.content.read_text import read_shown
from linkedin_api.content.text import Mention, mentions, shown
from linkedin_api.reference.urn import Urn

Body = dict[str, Any]

_CONTENT = "com.linkedin.ugc.ShareContent"
_VISIBILITY = "com.linkedin.ugc.MemberNetworkVisibility"
# How a mention names its target, by the kind of the URN. [C]
_ENTITIES = {
    "person": ("com.linkedin.common.MemberAttributedEntity", "member"),
    "organization": ("com.linkedin.common.CompanyAttributedEntity", "company"),
}


def write(post: Post) -> Body:
    """The JSON that publishes this post."""
    return {
        "author": post.author,
        "lifecycleState": "PUBLISHED",
        "specificContent": {_CONTENT: _share_content(post)},
        "visibility": {_VISIBILITY: str(post.visibility)},
    }  # no "distribution": for a member LinkedIn answers it with 403 (§3.1)


def read(body: Mapping[str, Any]) -> SeenPost:
    """What a reader will see of the post that this JSON publishes."""
    content = body["specificContent"][_CONTENT]
    commentary, category = content["shareCommentary"], content["shareMediaCategory"]
    spans = read_shown(commentary["text"], map(_read_attribute, commentary.get("attributes", ())))
    media = content.get("media", ())
    post = Post(
        author=Urn(body["author"]),
        text="".join(span.text for span in spans),
        visibility=Visibility(body["visibility"][_VISIBILITY]),
        article=_read_article(media[0]) if category == "ARTICLE" else None,
        images=tuple(map(_read_medium, media)) if category == "IMAGE" else (),
        video=_read_medium(media[0]) if category == "VIDEO" else None,
    )
    return SeenPost(post, spans)


def _share_content(post: Post) -> Body:
    category = "NONE" if post.kind is Kind.TEXT else post.kind.name
    commentary: Body = {"text": shown(post.text)}
    if attributes := [_attribute(each) for each in mentions(post.text)]:
        commentary["attributes"] = attributes
    content: Body = {"shareCommentary": commentary, "shareMediaCategory": category}
    if post.kind is Kind.ARTICLE and post.article:
        content["media"] = [_article(post.article)]
    elif post.video or post.images:
        content["media"] = [_medium(media) for media in ((post.video,) if post.video else post.images)]
    return content


def _attribute(mention: Mention) -> Body:
    entity, name = _ENTITIES[mention.urn.kind]
    return {"start": mention.start, "length": mention.length, "value": {entity: {name: mention.urn}}}


def _article(article: Article) -> Body:
    captions = _captions(title=article.title, description=article.description)
    return {"status": "READY", "originalUrl": article.url, **captions}


def _medium(media: Media) -> Body:
    # v2 has no field for alt text; its description is the nearest [I].
    return {"status": "READY", "media": media.urn, **_captions(title=media.title, description=media.alt_text)}


def _captions(**texts: str) -> Body:
    return {name: {"text": text} for name, text in texts.items() if text}


def _read_attribute(attribute: Mapping[str, Any]) -> Mention:
    ((entity, value),) = attribute["value"].items()
    name = next(name for known, name in _ENTITIES.values() if known == entity)
    return Mention(attribute["start"], attribute["length"], Urn(value[name]))


def _read_article(media: Mapping[str, Any]) -> Article:
    return Article(media["originalUrl"], _text(media, "title"), _text(media, "description"))


def _read_medium(media: Mapping[str, Any]) -> Media:
    return Media(Urn(media["media"]), alt_text=_text(media, "description"), title=_text(media, "title"))


def _text(media: Mapping[str, Any], name: str) -> str:
    return str(media.get(name, {}).get("text", ""))
