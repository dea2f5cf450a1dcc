"""What would make LinkedIn refuse a post: told before anything is sent, every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkedin_api import limits
from linkedin_api.text import utf16_length

if TYPE_CHECKING:
    from linkedin_api.models import Media, Post


@dataclass(frozen=True)
class Problem:
    """One thing to mend: its field (text url title description alt_text media visibility) and what to do."""

    field: str
    message: str


def problems(post: Post, dialect: str = "v2") -> tuple[Problem, ...]:
    """Everything that keeps this post from being sent in this dialect; () when it may be sent."""
    return (
        *_text_problems(post),
        *_article_problems(post),
        *_media_problems(post, dialect),
        *_visibility_problems(post),
    )


def _text_problems(post: Post) -> Iterator[Problem]:
    # With media the text may be empty [C, §3.1]; for /rest/posts the reference is silent [?], so LinkedIn decides.
    if post.kind == "text" and not post.text.strip():
        yield Problem("text", "The post is empty; write something first.")
    yield from _too_long("text", "The post", post.text, limits.TEXT_MAX_UTF16)
    attached = (post.article, post.video, *post.images)
    for written in (post.text, *(part.title for part in attached if part)):
        yield from _broken_characters(written)


def _article_problems(post: Post) -> Iterator[Problem]:
    if post.article is None:
        return
    fault = _url_fault(post.article.url)
    if fault:
        yield Problem("url", fault)
    yield from _too_long("title", "The title", post.article.title, limits.ARTICLE_TITLE_MAX)


def _media_problems(post: Post, dialect: str) -> Iterator[Problem]:
    if sum((post.article is not None, bool(post.images), post.video is not None)) > 1:
        yield Problem("media", "A post carries an article, images or one video; remove all but one of them.")
    if len(post.images) > limits.IMAGES_MAX:
        more = len(post.images) - limits.IMAGES_MAX
        yield Problem("media", f"A post takes up to {limits.IMAGES_MAX} images; remove {more}.")
    if dialect == "rest" and len(post.images) > 1:
        yield Problem("media", "The rest dialect sends one image for now; keep one, or choose the v2 dialect.")
    if dialect == "rest" and post.video:
        yield Problem("media", "The rest dialect sends no video for now; choose the v2 dialect.")
    for media in (*post.images, *((post.video,) if post.video else ())):
        yield from _caption_problems(media)


def _caption_problems(media: Media) -> Iterator[Problem]:
    yield from _too_long("alt_text", "The alt text", media.alt_text, limits.ALT_TEXT_MAX)
    yield from _too_long("title", "The title", media.title, limits.ARTICLE_TITLE_MAX)


def _visibility_problems(post: Post) -> Iterator[Problem]:
    if post.visibility not in ("PUBLIC", "CONNECTIONS"):
        yield Problem("visibility", "This visibility is not known; choose Public or Connections.")


def _too_long(field: str, name: str, text: str, most: int) -> Iterator[Problem]:
    length = utf16_length(text)
    if length > most:
        said = f"{name} is {length:,} characters; LinkedIn takes {most:,}. Shorten it by {length - most:,}."
        yield Problem(field, said)


def _broken_characters(text: str) -> Iterator[Problem]:
    # Half of a surrogate pair cannot be written as UTF-8, so it could not be sent.
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield Problem("text", "The text holds half of a character, perhaps a cut emoji; type it again.")


def _url_fault(url: str) -> str | None:
    example = "such as https://example.com/article"
    if not url.strip():
        return f"The article has no address; enter one {example}."
    if any(character.isspace() or not character.isprintable() for character in url):
        return "The address contains a space or line break; remove it, or write %20."
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"The address cannot be read; enter one {example}."
    if parts.scheme not in ("http", "https"):
        return f"The address must begin with http:// or https://, {example}."
    return None if host else f"The address names no website; enter one {example}."
