"""What the demo shows, read from content.toml: for one member, as drafts and as the posts of a feed."""

from __future__ import annotations

import base64
import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboard.accounts.account import Account
from dashboard.drafts.draft import FIELDS, Attachment, Draft, Files
from dashboard.files.media import MediaFile
from linkedin_api import Kind

FOLDER = Path(__file__).parent
MARK = "demo-"  # begins the draft id of everything that the demo has made; any other id is hexadecimal
ME, COMPANY = "me", "company"
SATURDAY = 5
IN_DRAFT = ("kind", "text", "url", "title", "description", "question", "duration", "first_comment")
Item = dict[str, Any]  # one table of content.toml


@cache
def content() -> Item:
    """The whole file."""
    return tomllib.loads((FOLDER / "content.toml").read_text(encoding="utf-8"))


def path_of(name: str) -> Path:
    """Where a picture, video or document of the demo lies."""
    return FOLDER / "media" / name


@cache
def file_of(name: str) -> MediaFile:
    """The facts of such a file; they stand in content.toml, so that nothing has to be read or decoded."""
    facts = {key: value for key, value in content()["files"][name].items() if key not in ("alt_text", "title")}
    read = path_of(name).read_bytes()
    return MediaFile(hashlib.sha256(read).hexdigest(), name, size_bytes=len(read), **facts)


def moment(day: int, clock: str, zone: ZoneInfo, today: date) -> datetime:
    """That many working days before (-) or after today, at a time of day in the zone; as UTC."""
    step, found = timedelta(days=1 if day > 0 else -1), today
    for _ in range(abs(day)):
        found += step
        while found.weekday() >= SATURDAY:
            found += step
    return datetime.combine(found, time.fromisoformat(clock), zone).astimezone(UTC)


@dataclass(frozen=True)
class Play:
    """The demo for one member: who is who, and when everything happens."""

    account: Account
    zone: ZoneInfo
    now: datetime
    dialect: str

    def mark(self, key: str) -> str:
        """The draft id of the member's own copy of an item."""
        return f"{MARK}{self.account.id}-{key}"[:32]

    def urn(self, name: str) -> str:
        """The URN of somebody in content.toml."""
        if name == ME:
            return self.account.urn
        found = content()["people"][name]
        return found if isinstance(found, str) else next(urn for urn in found if urn != self.account.urn)

    def is_own(self, item: Item) -> bool:
        """Whether the member has published this, as oneself or as a company page."""
        return item["by"] == ME or (item["by"] == COMPANY and self.urn(COMPANY) in self.account.pages)

    def at(self, item: Item) -> datetime:
        """When the item happens."""
        return moment(item["day"], item["at"], self.zone, self.now.astimezone(self.zone).date())

    def draft(self, item: Item, parent: str = "") -> Draft:
        """The item as a draft of the member's; `parent` is the URN of the post that it shares again."""
        given = {name: item[name] for name in IN_DRAFT if name in item} | {"parent": parent, "dialect": self.dialect}
        if item.get("by") == COMPANY:
            given["author"] = self.urn(COMPANY)
        if item.get("files"):
            given[FIELDS[Kind(item["kind"])][0]] = self._files(item)
        return Draft(draft_id=self.mark(item["key"]), options=tuple(item.get("options", ("", ""))), **given)

    def _files(self, item: Item) -> Files:
        said = content()["files"]
        return tuple(
            Attachment(file_of(name), said[name].get("alt_text", ""), said[name].get("title", ""))
            for name in item["files"]
        )

    # The feed, in the words of the sandbox's control route.

    def posts(self) -> list[Item]:
        """What is published: everybody's posts with their comments and reactions."""
        return [self._post(item) for item in content()["posts"] if item.get("state", "") in ("", "unconfirmed")]

    def key(self, item: Item) -> str:
        """The key of the item's post: each member has their own posts, and everybody sees the same ones of others."""
        return self.mark(item["key"]) if item["by"] == ME else MARK + item["key"]

    def _post(self, item: Item) -> Item:
        draft, at = self.draft(item), self.at(item)
        post = {"key": self.key(item), "author": self.urn(item["by"]), "at": at.timestamp(), "text": draft.text}
        post |= {"kind": draft.kind, "dialect": draft.speaks, "media": [_sent(each) for each in draft.attachments]}
        if draft.kind == Kind.ARTICLE:
            post["article"] = {"url": draft.url, "title": draft.title, "description": draft.description}
        if draft.kind == Kind.POLL:
            poll = {"question": draft.question, "options": draft.options, "duration": draft.duration}
            post["poll"] = poll
        if parent := self.parent_of(item):
            post["parent"] = self.key(parent)
        return post | {"reactions": self._reactions(item), "comments": self._comments(item, at)}

    def parent_of(self, item: Item) -> Item | None:
        """The item that this one shares again."""
        return self._by_key.get(item.get("parent", ""))

    @cached_property
    def _by_key(self) -> dict[str, Item]:
        return {item["key"]: item for item in content()["posts"]}

    def _reactions(self, item: Item) -> dict[str, str]:
        return {self.urn(name): kind for name, kind in item.get("reactions", {}).items()}

    def _comments(self, item: Item, since: datetime, name: str = "comments") -> list[Item]:
        latest = self.now - timedelta(minutes=1)
        return [
            {
                "actor": self.urn(each["by"]),
                "text": each["text"],
                "at": min(since + timedelta(hours=each["hours"]), latest).timestamp(),
                "reactions": self._reactions(each),
                "replies": self._comments(each, since, "replies"),
            }
            for each in item.get(name, ())
        ]


def _sent(each: Attachment) -> Item:
    data = base64.b64encode(path_of(each.file.name).read_bytes()).decode()
    return {"data": data, "title": each.title, "alt_text": each.alt_text}
