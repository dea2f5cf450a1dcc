"""A draft: the content of the composer as a value, and the post that it becomes."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from dashboard.accounts.account import THROUGH_ZERNIO, ZERNIO
from dashboard.drafts.post_links import NoPost, Unusable, post_urn
from dashboard.files.media import MediaFile
from linkedin_api import (
    REST_ONLY,
    Article,
    File,
    Kind,
    Media,
    Poll,
    PollDuration,
    Post,
    Problem,
    Urn,
    Visibility,
    comment_problems,
    problems,
    warnings,
)
from linkedin_api.content.blank import is_blank
from zernio_api import problems as zernio_problems
from zernio_api import warnings as zernio_warnings

# What a planned post shows where LinkedIn's answer will be, by dialect and part.
PLACEHOLDERS = {
    ("v2", "image"): "urn:li:digitalmediaAsset:FROM_REGISTER_{}",
    ("v2", "video"): "urn:li:digitalmediaAsset:FROM_REGISTER_{}",
    ("rest", "image"): "urn:li:image:FROM_INITIALIZE_{}",
    ("rest", "thumbnail"): "urn:li:image:FROM_INITIALIZE_{}",
    ("rest", "video"): "urn:li:video:FROM_INITIALIZE_{}",
    ("rest", "document"): "urn:li:document:FROM_INITIALIZE_{}",
}
PLACEHOLDERS |= {(ZERNIO, part): urn for (dialect, part), urn in PLACEHOLDERS.items() if dialect == "rest"}
# The fields that hold files, and what each file is for.
PARTS = {
    "images": "image",
    "video": "video",
    "captions": "captions",
    "cover": "cover",
    "document": "document",
    "thumbnail": "thumbnail",
}
# Which of them belong to a kind; the first one is what the kind is about.
FIELDS = {
    Kind.IMAGE: ("images",),
    Kind.VIDEO: ("video", "captions", "cover"),
    Kind.DOCUMENT: ("document",),
    Kind.ARTICLE: ("thumbnail",),
}
WITH_VIDEO = ("captions", "cover")  # they go up with their video and have no URN of their own
NEEDED = {
    Kind.IMAGE: "picture (PNG, JPG or GIF)",
    Kind.VIDEO: "video (MP4)",
    Kind.DOCUMENT: "document (PDF, PPT, PPTX, DOC or DOCX)",
}
VIA_ZERNIO = f"urn:li:person:{THROUGH_ZERNIO}"  # how the URN of a member begins whose posts go through Zernio
ENTER_PARENT = "Enter the post to share: its link, or its URN such as urn:li:share:7106697166089269248."


class Typed:
    """The base of values that hold what somebody typed: without NUL, which no database keeps in a text and no one sees.

    Left in, the value would differ from what was saved of it.
    """

    def __post_init__(self) -> None:
        """Take NUL out of every text."""
        for name, value in vars(self).items():
            if isinstance(value, str) and "\0" in value:
                object.__setattr__(self, name, value.replace("\0", ""))
            elif isinstance(value, tuple) and any(isinstance(each, str) and "\0" in each for each in value):
                object.__setattr__(self, name, tuple(each.replace("\0", "") for each in value))


@dataclass(frozen=True)
class Attachment(Typed):
    """A checked file, what the member says about it, and its URN once uploaded."""

    file: MediaFile
    alt_text: str = ""
    title: str = ""
    urn: str | None = None

    def fresh(self) -> Attachment:
        """The same file for another post: to be uploaded anew."""
        return replace(self, urn=None)

    def captioned(self, alt_text: str, title: str) -> Attachment:
        """The same file with other words."""
        return replace(self, alt_text=alt_text, title=title)


Files = tuple[Attachment, ...]


@dataclass(frozen=True)
class Draft(Typed):
    """Everything in the composer. Changing the kind loses nothing: each kind keeps its fields."""

    draft_id: str = field(default_factory=lambda: secrets.token_hex(16))
    kind: str = "text"
    text: str = ""
    url: str = ""
    title: str = ""
    description: str = ""
    images: Files = ()
    video: Files = ()
    captions: Files = ()
    cover: Files = ()
    document: Files = ()
    thumbnail: Files = ()
    question: str = ""
    options: tuple[str, ...] = ("", "")
    duration: str = "THREE_DAYS"
    parent: str = ""  # the post to share again, as it was entered: see post_links.py
    author: str = ""  # the URN of a company page; empty for the member
    member: str = ""  # the URN of a connected member who speaks; empty for oneself
    visibility: str = "PUBLIC"
    dialect: str = "v2"
    first_comment: str = ""  # published below the post once it is out, by the same author

    @property
    def speaks(self) -> str:
        """The dialect that will carry it: some kinds exist in rest only, whatever was chosen."""
        if self.member.startswith(VIA_ZERNIO):
            return ZERNIO
        rest_only = self.kind in REST_ONLY or self.author
        files = {Kind.ARTICLE: self.thumbnail, Kind.VIDEO: (*self.captions, *self.cover)}
        return "rest" if rest_only or files.get(Kind(self.kind)) else self.dialect

    @property
    def seen_by(self) -> str:
        """The visibility that will be sent: a company page speaks to everybody, whatever was chosen for oneself."""
        return "PUBLIC" if self.author else self.visibility

    @property
    def comment(self) -> str:
        """The first comment as it will be sent; "" for none."""
        return "" if is_blank(self.first_comment) else self.first_comment.strip()

    @property
    def files(self) -> tuple[tuple[str, Attachment], ...]:
        """The files that go with the kind as it is now, each with its part."""
        fields = FIELDS.get(Kind(self.kind), ())
        return tuple((PARTS[name], each) for name in fields for each in getattr(self, name))

    @property
    def attachments(self) -> Files:
        """The same files without their parts."""
        return tuple(attachment for _, attachment in self.files)

    @property
    def all_files(self) -> Files:
        """Every file of every kind: what must stay on the disk for this draft."""
        return tuple(each for name in PARTS for each in getattr(self, name))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written and no file was attached, in any kind."""
        written = (self.text, self.url, self.title, self.description, self.question, self.parent, *self.options)
        written = (*written, self.first_comment)
        return all(map(is_blank, written)) and not self.all_files

    def unsent(self) -> Draft:
        """The same draft with no file uploaded yet."""
        return self.changed(**{name: tuple(a.fresh() for a in getattr(self, name)) for name in PARTS})

    def changed(self, **changes: Any) -> Draft:
        """The same draft with other values in these fields."""
        same = all(getattr(self, name) == value for name, value in changes.items())
        return self if same else replace(self, **changes)

    def planned_files(self) -> tuple[File, ...]:
        """The files as the client plans their uploads."""
        return tuple(File(part, a.file.content_type, a.file.size_bytes, a.file.duration_s) for part, a in self.files)

    def as_post(self, author: Urn) -> Post:
        """The post as it will be sent; a file that is not uploaded yet has a placeholder URN."""
        media = self._media()
        return Post(
            author=Urn(self.author) if self.author else author,
            text=self.text,
            visibility=Visibility(self.seen_by),
            article=self._article(media.get("thumbnail")) if self.kind == Kind.ARTICLE else None,
            images=tuple(media.get("image", ())),
            video=next(iter(media.get("video", ())), None),
            document=next(iter(media.get("document", ())), None),
            poll=self._poll() if self.kind == Kind.POLL else None,
            reshare=self.parent_urn if self.kind == Kind.RESHARE else None,
        )

    @property
    def parent_urn(self) -> Urn | None:
        """The URN in what was entered as the post to share again."""
        with contextlib.suppress(NoPost):
            return post_urn(self.parent)
        return None

    def _media(self) -> dict[str, list[Media]]:
        found: dict[str, list[Media]] = {}
        for part, each in self.files:
            if part not in WITH_VIDEO:
                same = found.setdefault(part, [])
                urn = each.urn or PLACEHOLDERS[self.speaks, part].format(len(same) + 1)
                same.append(Media(Urn(urn), alt_text=each.alt_text, title=each.title))
        return found

    def _article(self, thumbnails: list[Media] | None) -> Article:
        thumbnail = thumbnails[0].urn if thumbnails else None
        return Article(self.url.strip(), self.title, self.description, thumbnail)

    def _poll(self) -> Poll:
        return Poll(self.question, self.options, PollDuration(self.duration))

    def problems(self, author: Urn, has_file: Callable[[str], bool], kind: str = "") -> tuple[Problem, ...]:
        """Everything that must be mended before this may be sent, each with its field.

        kind: of the account at Zernio, through which it goes; see zernio_api.problems().
        """
        found = self._refusals(self.as_post(author), kind)
        comment = comment_problems(self.comment, "first_comment") if self.comment else ()
        if (what := NEEDED.get(Kind(self.kind))) and not getattr(self, FIELDS[Kind(self.kind)][0]):
            text_too = tuple(p for p in found if p.field == "text" and not is_blank(self.text))
            return (Problem("media", f"Choose a {what}."), *text_too, *comment)
        if self.kind == Kind.RESHARE and (said := self._parent_problem()):
            found = (Problem("parent", said), *(p for p in found if p.field != "text" or not is_blank(self.text)))
        lost = tuple(
            Problem("media", f"{a.file.name} is no longer on this machine. Remove it and choose it again.")
            for a in self.attachments
            if not has_file(a.file.sha256)
        )
        made = tuple(
            Problem("media", f"{a.file.name} is being made into an MP4. Wait until that is done.")
            for a in self.attachments
            if not a.file.is_ready
        )
        return found + lost + made + comment

    def _refusals(self, post: Post, kind: str) -> tuple[Problem, ...]:
        if self.speaks == ZERNIO:
            return zernio_problems(post, self.planned_files(), kind=kind)
        return problems(post, self.speaks)

    def warnings(self, author: Urn) -> tuple[Problem, ...]:
        """What the member should know before it is sent, and may ignore."""
        if self.speaks == ZERNIO:
            return zernio_warnings(self.as_post(author), self.planned_files())
        return warnings(self.as_post(author), self.speaks)

    def _parent_problem(self) -> str | None:
        try:
            post_urn(self.parent)
        except Unusable as error:
            return str(error)
        except NoPost:
            return ENTER_PARENT
        return None

    def as_dict(self) -> dict[str, Any]:
        """The draft as JSON values, for from_dict()."""
        # Not asdict() of the whole: it copies every text, and a key writes the draft down.
        return vars(self) | {name: [asdict(each) for each in getattr(self, name)] for name in PARTS}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Draft:
        """The draft that as_dict() gave; fields that are missing or unknown here are left out."""
        known = _known(cls, content)
        for name in PARTS:
            known[name] = tuple(
                Attachment(**{**_known(Attachment, each), "file": MediaFile(**_known(MediaFile, each["file"]))})
                for each in content.get(name, ())
            )
        return cls(**{**known, "options": tuple(known.get("options", ("", "")))})


def _known(cls: Any, content: dict[str, Any]) -> dict[str, Any]:
    """The fields of this version; another one may have written more."""
    return {name: content[name] for name in cls.__dataclass_fields__ if name in content}
