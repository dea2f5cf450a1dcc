"""Finds what LinkedIn would refuse in a post, or show differently, before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from linkedin_api.content.blank import is_blank
from linkedin_api.content.faulty_mentions import faulty_mentions
from linkedin_api.content.text import little_text, shown, utf16_length
from linkedin_api.reference import limits

if TYPE_CHECKING:
    from linkedin_api.content.post import Media, Poll, Post

ACTIVITY = (  # [?] §5.2 shows a share as the parent; no documented call tells the post of an activity
    "This link names the activity of the post. LinkedIn's pages show a share or ugcPost as what is shared again, so it "
    "may refuse this; then nothing is published. “Embed this post” in the post's menu gives a code that names the post."
)
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Problem:
    """One thing to correct: its field and what to do.

    The fields: text url title description alt_text media visibility question options parent author first_comment.
    """

    field: str
    message: str


def problems(post: Post, dialect: str = "v2") -> tuple[Problem, ...]:
    """Every reason why this post cannot be sent in this dialect; () when it can."""
    return (
        *_text_problems(post),
        *_article_problems(post, dialect),
        *_media_problems(post, dialect),
        *_poll_problems(post.poll),
        *_dialect_problems(post, dialect),
        *_visibility_problems(post),
    )


def comment_problems(written: str, field: str = "text") -> tuple[Problem, ...]:
    """Every reason why this cannot be the text of a comment; () when it can. `field` is the field of each."""
    plain = shown(written)
    empty = () if not is_blank(plain) else (Problem(field, "The comment is empty; write something first."),)
    return (
        *empty,
        *_too_long(field, "The comment", plain, limits.COMMENT_MAX),
        *_mention_problems(field, written),
        *_broken_characters(plain, field),
    )


def warnings(post: Post, dialect: str = "v2") -> tuple[Problem, ...]:
    """Problems that do not prevent sending."""
    if dialect != "rest":
        return ()
    if post.reshare and post.reshare.kind == "activity":
        return (Problem("parent", ACTIVITY), *_escaped_too_long(post))
    return _escaped_too_long(post)


def _escaped_too_long(post: Post) -> tuple[Problem, ...]:
    seen, sent = utf16_length(shown(post.text)), utf16_length(little_text(post.text))
    if seen <= limits.TEXT_MAX_UTF16 < sent:
        said = (
            f"The post is {seen:,} characters as shown and {sent:,} as sent, with the backslashes that this API needs. "
            f"Which of the two LinkedIn counts against {limits.TEXT_MAX_UTF16:,} is not documented: if it refuses, "
            "shorten the post or choose the v2 dialect."
        )
        return (Problem("text", said),)
    return ()


def _text_problems(post: Post) -> Iterator[Problem]:
    # With media the text may be empty [C, §3.1]; for /rest/posts the reference is silent [?], so LinkedIn decides.
    if post.kind == "text" and is_blank(shown(post.text)):
        yield Problem("text", "The post is empty; write something first.")
    yield from _too_long("text", "The post", shown(post.text), limits.TEXT_MAX_UTF16)
    yield from _mention_problems("text", post.text)
    media = [part for part in (post.video, post.document, *post.images) if part]
    captions = [caption for part in media for caption in (part.title, part.alt_text)]
    card = (post.article.title, post.article.description) if post.article else ()
    poll = (post.poll.question, *post.poll.options) if post.poll else ()
    for written in (post.text, *captions, *card, *poll):
        yield from _broken_characters(written)


def _mention_problems(field: str, written: str) -> Iterator[Problem]:
    for advice in faulty_mentions(written):
        yield Problem(field, advice)


def _article_problems(post: Post, dialect: str) -> Iterator[Problem]:
    if post.article is None:
        return
    fault = _url_fault(post.article.url)
    if fault:
        yield Problem("url", fault)
    if dialect == "rest" and is_blank(post.article.title):
        # [C] live: 422 without the field (§5.2); whether "" passes is not known.
        said = "An article needs a title in the rest dialect: LinkedIn reads none from the page there. Write one."
        yield Problem("title", said)
    yield from _too_long("title", "The title", post.article.title, limits.ARTICLE_TITLE_MAX)


def _media_problems(post: Post, dialect: str) -> Iterator[Problem]:
    if len(post.carried) > 1:
        yield Problem("media", f"A post carries one thing; this one has {' and '.join(post.carried)}. Keep one.")
    most = limits.IMAGES_MAX[dialect]
    if len(post.images) > most:
        more = "" if dialect == "rest" else f" (the rest dialect takes {limits.IMAGES_MAX['rest']})"
        yield Problem("media", f"A post takes up to {most} images{more}; remove {len(post.images) - most}.")
    if post.document and is_blank(post.document.title):
        yield Problem("title", "A document needs a title; write one.")
    for media in (*post.images, *(part for part in (post.video, post.document) if part)):
        yield from _caption_problems(media)


def _caption_problems(media: Media) -> Iterator[Problem]:
    yield from _too_long("alt_text", "The alt text", media.alt_text, limits.ALT_TEXT_MAX)
    yield from _too_long("title", "The title", media.title, limits.ARTICLE_TITLE_MAX)


def _poll_problems(poll: Poll | None) -> Iterator[Problem]:
    if poll is None:
        return
    if is_blank(poll.question):
        yield Problem("question", "The poll has no question; write one.")
    yield from _too_long("question", "The question", poll.question, limits.POLL_QUESTION_MAX)
    most = limits.POLL_OPTIONS.stop - 1
    if len(poll.options) not in limits.POLL_OPTIONS:
        yield Problem("options", f"A poll has 2 to {most} options; this one has {len(poll.options)}.")
    for number, option in enumerate(poll.options, 1):
        if is_blank(option):
            yield Problem("options", f"Option {number} is empty; write something or take it out.")
        yield from _too_long("options", f"Option {number}", option, limits.POLL_OPTION_MAX)


def _dialect_problems(post: Post, dialect: str) -> Iterator[Problem]:
    if post.reshare and post.reshare.kind not in ("share", "ugcPost", "activity"):
        yield Problem("parent", "This is not a post: its URN begins with urn:li:share:, ugcPost: or activity:.")
    if dialect == "rest":
        return
    if post.document or post.poll or post.reshare:
        yield Problem("media", f"The v2 dialect has no {post.kind}; choose the rest dialect.")
    if post.article and post.article.thumbnail:
        yield Problem("media", "The v2 dialect takes no picture for an article; choose the rest dialect.")


def _visibility_problems(post: Post) -> Iterator[Problem]:
    if post.visibility not in ("PUBLIC", "CONNECTIONS"):
        yield Problem("visibility", "This visibility is not known; choose Public or Connections.")
    if post.author.kind == "organization" and post.visibility == "CONNECTIONS":  # [D] CONNECTIONS is for members
        yield Problem("visibility", "A company page has no connections; choose Public.")


def _too_long(field: str, name: str, text: str, most: int) -> Iterator[Problem]:
    length = utf16_length(text)
    if length > most:
        said = f"{name} is {length:,} characters; LinkedIn takes {most:,}. Shorten it by {length - most:,}."
        yield Problem(field, said)


def _broken_characters(text: str, field: str = "text") -> Iterator[Problem]:
    # Half of a surrogate pair cannot be written as UTF-8, so it could not be sent.
    if _HALF.search(text):
        yield Problem(field, "The text holds half of a character, perhaps a cut emoji; type it again.")


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
