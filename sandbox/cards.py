"""A post as HTML, as its readers see it: text, attachments, comments and reactions; everything escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import quote, urlsplit

from .authors import BY_URN, Author
from .little_text import Mark
from .members import Member
from .posts import StoredMedia, StoredPost
from .social import Comment, Reaction

REACTIONS_IN_WORDS = {
    "LIKE": "Like",
    "PRAISE": "Celebrate",
    "EMPATHY": "Love",
    "INTEREST": "Insightful",
    "APPRECIATION": "Support",
    "ENTERTAINMENT": "Funny",
}
VISIBILITY_IN_WORDS = {"PUBLIC": "Anyone", "LOGGED_IN": "Everyone who is signed in", "CONNECTIONS": "Connections only"}
DURATION_IN_WORDS = {"ONE_DAY": "1 day", "THREE_DAYS": "3 days", "SEVEN_DAYS": "1 week", "FOURTEEN_DAYS": "2 weeks"}


@dataclass(frozen=True)
class Talk:
    """What was said about one post: comments oldest first, and the reactions to post and comments."""

    comments: Sequence[Comment] = ()
    reactions: Sequence[Reaction] = ()


def card(
    base: str, post: StoredPost, *, alone: bool = False, parent: StoredPost | None = None, talk: Talk | None = None
) -> str:
    """A post; `parent` is the reshared one, None when it is gone."""
    urn = f'<p class="quiet urn"><code>{escape(post.urn)}</code></p>' if alone else ""
    said = _talk(base, post, talk) if talk else ""
    return f"""<article class="card post">{_header(base, post, linked=not alone)}
<p class="text" dir="auto">{_text(post.text, post.marks)}</p>{_attachment(base, post, parent)}{urn}{said}</article>"""


def avatar(base: str, author: Author) -> str:
    """A picture, or the initials of whoever has none."""
    if author.picture_path:
        return f'<img class="avatar" src="{escape(base + author.picture_path)}" alt="" width="48" height="48">'
    words = author.name.split()
    initials = words[0][0] + words[-1][0]
    shape = "avatar" if isinstance(author, Member) else "avatar square"
    return f'<span class="{shape}" aria-hidden="true">{escape(initials)}</span>'


def _header(base: str, post: StoredPost, *, linked: bool) -> str:
    when = _time(post.created_at)
    stamp = f'<a href="{escape(_link(base, post.urn))}">{when}</a>' if linked else when
    edited = " · Edited" if post.edited_at else ""
    who = VISIBILITY_IN_WORDS.get(post.visibility, "Connections only")
    return f"""<header>{avatar(base, BY_URN[post.author])}
<div><strong>{escape(post.author_name)}</strong><br><span class="quiet">{stamp}{edited} · {who}</span></div></header>"""


def _text(text: str, marks: Sequence[Mark]) -> str:
    parts, at = [], 0
    for mark in marks:
        parts += [escape(text[at : mark.start]), _mark(text[mark.start : mark.start + mark.length], mark)]
        at = mark.start + mark.length
    return "".join(parts) + escape(text[at:])


def _mark(shown: str, mark: Mark) -> str:
    # Neither members nor hashtags have a page here, so a link would lead nowhere.
    return f'<b class="mark" title="{escape(mark.urn)}">{escape(shown)}</b>'


def _attachment(base: str, post: StoredPost, parent: StoredPost | None) -> str:
    if post.article:
        return _article(base, post.article)
    if post.poll:
        return _poll(post.poll)
    if post.parent:
        return _reshared(base, parent)
    if post.kind == "document":
        return "".join(_document(base, media) for media in post.media)
    shown = "".join(_media(base, media) for media in post.media)
    return f'<div class="media count-{min(len(post.media), 4)}">{shown}</div>' if shown else ""


def _article(base: str, article: dict[str, str]) -> str:
    url, title = article["url"], article["title"] or article["url"]
    host = urlsplit(url).hostname or ""
    description = f'<span dir="auto">{escape(article["description"])}</span>' if article["description"] else ""
    thumbnail = article.get("thumbnail")
    picture = f'<img src="{escape(base + thumbnail)}" alt="" loading="lazy">' if thumbnail else ""
    return f"""<a class="article" href="{escape(url)}" rel="noopener noreferrer nofollow">{picture}
<strong dir="auto">{escape(title)}</strong>{description}<span class="quiet">{escape(host)}</span></a>"""


def _poll(poll: dict[str, Any]) -> str:
    options = "".join(f'<li dir="auto">{escape(text)}</li>' for text in poll["options"])
    duration = DURATION_IN_WORDS[poll["duration"]]
    return f"""<div class="poll"><strong dir="auto">{escape(poll["question"])}</strong><ul>{options}</ul>
<span class="quiet">Poll · open for {duration}</span></div>"""


def _reshared(base: str, parent: StoredPost | None) -> str:
    if parent is None:
        return '<p class="article quiet">The post that was shared here does not exist any more.</p>'
    # A reshared reshare is shown without the post inside it.
    inner = "" if parent.parent else _attachment(base, parent, None)
    text = _text(parent.text, parent.marks)
    return f"""<blockquote class="reshared">{_header(base, parent, linked=True)}
<p class="text" dir="auto">{text}</p>{inner}</blockquote>"""


def _document(base: str, media: StoredMedia) -> str:
    title = escape(media.title or "Document")
    size = f"{media.size_bytes / 1_000_000:.1f} MB" if media.size_bytes >= 1_000_000 else f"{media.size_bytes} bytes"
    return f"""<a class="article" href="{escape(base + media.path)}"><strong dir="auto">{title}</strong>
<span class="quiet">Document · {size}</span></a>"""


def _media(base: str, media: StoredMedia) -> str:
    source = escape(base + media.path)
    if media.content_type.startswith("video/"):
        label = escape(media.title or "Video")
        return f'<video controls preload="metadata" src="{source}" aria-label="{label}"></video>'
    return f'<img src="{source}" alt="{escape(media.alt_text)}" loading="lazy">'


def _talk(base: str, post: StoredPost, talk: Talk) -> str:
    first = [comment for comment in talk.comments if not comment.parent]
    shown = "".join(_comment(base, comment, talk) for comment in first)
    number = len(talk.comments)
    counted = f"<h2>{number} {'comment' if number == 1 else 'comments'}</h2><ul>{shown}</ul>" if number else ""
    reacted = _reactions(post.urn, talk)
    return f'<section class="talk">{reacted}{counted}</section>' if reacted or counted else ""


def _comment(base: str, comment: Comment, talk: Talk) -> str:
    author, edited = comment.author, " · Edited" if comment.edited_at else ""
    picture = f'<div class="media count-1">{_media(base, comment.media)}</div>' if comment.media else ""
    replies = "".join(_comment(base, reply, talk) for reply in talk.comments if reply.parent == comment.id)
    return f"""<li class="comment">{avatar(base, author)}<div><strong>{escape(author.name)}</strong>
<span class="quiet">{_time(datetime.fromtimestamp(comment.created_at, UTC))}{edited}</span>
<p class="text" dir="auto">{_text(comment.text, comment.marks)}</p>{picture}{_reactions(comment.urn, talk)}
{f"<ul>{replies}</ul>" if replies else ""}</div></li>"""


def _reactions(entity: str, talk: Talk) -> str:
    mine = [reaction for reaction in talk.reactions if reaction.entity == entity]
    kinds = Counter(reaction.type for reaction in mine)
    if not kinds:
        return ""
    words = " · ".join(f"{REACTIONS_IN_WORDS[kind]} {count}" for kind, count in kinds.most_common())
    names = ", ".join(reaction.author.name for reaction in mine)
    return f'<p class="quiet reactions" title="{escape(names)}">{words}</p>'


def _time(when: datetime) -> str:
    return f'<time datetime="{when.isoformat()}">{when:%d %B %Y, %H:%M} UTC</time>'


def _link(base: str, urn: str) -> str:
    return f"{base}/feed/update/{quote(urn, safe=':')}/"
