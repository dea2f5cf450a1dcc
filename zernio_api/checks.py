"""What Zernio cannot do with a post (section 13), found before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from linkedin_api.content import validation
from linkedin_api.content.post import Post
from linkedin_api.content.text import utf16_length
from linkedin_api.content.validation import Problem
from linkedin_api.http.planned import File
from zernio_api import limits
from zernio_api.post_body import content, links

DIRECT = "publish it through LinkedIn"
_NAMES = {
    "image": "picture",
    "video": "video",
    "document": "document",
    "captions": "captions file",
    "cover": "cover",
    "thumbnail": "picture",
}
# What each part may be: content types, how one calls them, and the most bytes.
_FILES: dict[str, tuple[Collection[str], str, int]] = {
    "image": (limits.IMAGE_TYPES, "JPG, PNG or GIF", limits.IMAGE_MAX_BYTES),
    "video": (limits.VIDEO_TYPES, "MP4, MOV or AVI", limits.VIDEO_MAX_BYTES),
    "document": (limits.DOCUMENT_TYPES, "PDF; no Word and no PowerPoint", limits.DOCUMENT_MAX_BYTES),
    "captions": (limits.CAPTIONS_TYPES, "SRT or WebVTT", limits.CAPTIONS_MAX_BYTES),
    "cover": (limits.COVER_TYPES, "JPG or PNG", limits.COVER_MAX_BYTES),
}


def problems(post: Post, files: Sequence[File] = (), first_comment: str = "", kind: str = "") -> tuple[Problem, ...]:
    """Every reason why this post cannot be sent through Zernio, each with its field; () when it can.

    kind: of the account, as ZernioAccount has it; a video may be longer on a page, and of "" that is not known.
    """
    return (
        *_of_linkedin(post),
        *(validation.comment_problems(first_comment, "first_comment") if first_comment else ()),
        *_visibility_problems(post),
        *_card_problems(post),
        *_text_problems(post),
        *(problem for file in files for problem in _file_problems(file, kind)),
    )


def warnings(post: Post, files: Sequence[File] = ()) -> tuple[Problem, ...]:
    """What Zernio does otherwise than LinkedIn's own API; it does not prevent sending."""
    parts = {file.part for file in files}
    found = []
    if parts & {"image", "video"}:
        found.append(
            Problem("media", "Zernio may compress pictures and videos; LinkedIn then gets a smaller file. [S]")
        )
    if "captions" in parts:
        found.append(
            Problem(
                "media", "LinkedIn gets the captions as English; if it refuses them, the video goes out without. [S]"
            )
        )
    if post.article:
        found.append(Problem("url", "Zernio reads the page and makes the card by itself, so it cannot be shown here."))
    return tuple(found)


def _of_linkedin(post: Post) -> Iterator[Problem]:
    """What LinkedIn itself does not take, whichever way a post comes."""
    # The rest dialect needs a title for an article, which Zernio cannot take.
    checked = replace(post, article=replace(post.article, title="-")) if post.article else post
    return (found for found in validation.problems(checked, "rest") if found.field != "visibility")


def _visibility_problems(post: Post) -> Iterator[Problem]:
    if post.visibility != "PUBLIC":
        yield Problem("visibility", f"Through Zernio every post is public: choose Public, or {DIRECT}.")


def _card_problems(post: Post) -> Iterator[Problem]:
    if post.article is None:
        return
    own = {"title": post.article.title, "description": post.article.description}
    for field in (name for name, text in own.items() if text.strip()):
        said = f"Zernio takes no {field} of your own for an article, only what the page says: empty it, or {DIRECT}."
        yield Problem(field, said)
    if post.article.thumbnail:
        yield Problem("media", f"Zernio takes no picture of your own for an article: remove it, or {DIRECT}.")
    if post.article.url.strip() and next(iter(links(post)), post.article.url) != post.article.url:
        said = "Zernio makes the card of the first address in the text, which is another one: remove that one."
        yield Problem("url", said)


def _text_problems(post: Post) -> Iterator[Problem]:
    # Mentions count as they are written, and the article's address as well: the stricter reading. [I]
    length, most = utf16_length(content(post)), limits.TEXT_MAX_UTF16
    if length > most and not any(found.field == "text" for found in validation.problems(post, "rest")):
        said = (
            f"As Zernio gets it, the text is {length:,} characters; it takes {most:,}. Shorten it by {length - most:,}."
        )
        yield Problem("text", said)


def _file_problems(file: File, kind: str) -> Iterator[Problem]:
    if file.part not in _FILES:
        return
    types, called, most = _FILES[file.part]
    name = _NAMES[file.part]
    if file.content_type not in types:
        yield Problem(
            "media", f"Zernio takes no {file.content_type} as {name}, only {called}: choose one, or {DIRECT}."
        )
    if file.size_bytes > most:
        said = (
            f"The {name} has {file.size_bytes:,} bytes; through Zernio LinkedIn takes {most:,}. Choose a smaller one."
        )
        yield Problem("media", said)
    longest_s = limits.VIDEO_MAX_S.get(kind)
    if file.part == "video" and file.duration_s and longest_s and file.duration_s > longest_s:
        said = (
            f"The video is {file.duration_s / 60:.1f} minutes long; through Zernio LinkedIn takes {longest_s // 60} "
            f"minutes of a {'member' if kind == 'person' else 'company page'}. Shorten it, or {DIRECT}."
        )
        yield Problem("media", said)
