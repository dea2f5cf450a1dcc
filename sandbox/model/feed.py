"""Stores a whole feed at once: posts of any author and time, with their files, comments and reactions; each once."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sandbox.directory.authors import BY_URN, Author
from sandbox.model.assets import FAMILIES, Assets
from sandbox.model.file_writer import HEAD_BYTES, sniff
from sandbox.model.posts import OLDEST_ARTICLE, NewPost, Posts, StoredMedia
from sandbox.model.social import REACTIONS, SocialActions
from sandbox.model.store import Store
from sandbox.protocol.little_text import hashtags

# What a post may say of itself; the first one is meant when it says nothing.
CHOICES = {
    "kind": ("text", "article", "image", "video", "document", "poll", "reshare"),
    "visibility": ("PUBLIC", "CONNECTIONS", "LOGGED_IN"),
    "dialect": ("rest", "v2"),
}
DURATIONS = ("THREE_DAYS", "ONE_DAY", "SEVEN_DAYS", "FOURTEEN_DAYS")
# What a post of a kind cannot be without.
NEEDED = {"article": "article", "poll": "poll", "reshare": "parent"} | dict.fromkeys(
    ("image", "video", "document"), "media"
)
LATEST_S = 2**32  # a clock beyond 2106 is none
FILLED = "filled"  # the kind of document that remembers which posts are there, by their keys
Given = Mapping[str, Any]


@dataclass(frozen=True)
class Feed:
    """What fill() writes to."""

    store: Store
    posts: Posts
    social: SocialActions
    assets: Assets

    def fill(self, given: Sequence[Given]) -> dict[str, str]:
        """Store the posts that are not there yet, and return the URN of each by its key. [I]

        A post has "key", "author" (a URN), "at" (epoch seconds) and "text"; it may have "kind", "visibility",
        "dialect", "media" (each "data" in Base64, "title", "alt_text"), "article", "poll", "parent" (a key or URN),
        "reactions" (type by the URN of who reacted) and "comments" (each "actor", "text", "at", "reactions",
        "replies"). Raises: KeyError for what is missing, ValueError for what is not known.
        """
        urns: dict[str, str] = {}
        with self.store.transaction():
            for post in sorted(given, key=_at_s):
                key = str(post["key"])
                there = self.store.get(FILLED, key)
                urns[key] = there["urn"] if there and there["urn"] in self.posts else self._put(key, post, urns)
        return urns

    def _put(self, key: str, given: Given, urns: Mapping[str, str]) -> str:
        author, at_s, text = _author(given["author"]), _at_s(given), str(given["text"])
        kind, visibility, dialect = (_chosen(name, given) for name in CHOICES)
        if (needed := NEEDED.get(kind)) and not given.get(needed):
            raise ValueError(f"A post of the kind {kind} needs {needed!r}.")
        media = tuple(self._file(file, f"{dialect} {kind}", author, at_s) for file in given.get("media", ()))
        parent, marks = str(given.get("parent") or ""), hashtags(text)
        article = {name: str(given["article"].get(name, "")) for name in OLDEST_ARTICLE} if kind == "article" else None
        poll = _poll(given["poll"]) if kind == "poll" else None
        new = NewPost(author, text, kind, visibility, dialect, media, article, marks, poll)
        urn = self.posts.put(replace(new, parent=urns.get(parent, parent) or None), at_s)
        self.store.put(FILLED, key, {"urn": urn})
        self._react(urn, given, at_s)
        self._comment(urn, given.get("comments", ()))
        return urn

    def _file(self, file: Given, of: str, author: Author, at_s: float) -> StoredMedia:
        content = base64.b64decode(file["data"], validate=True)
        content_type, extension = sniff(content[:HEAD_BYTES])
        dialect, _, kind = of.partition(" ")
        namespace = kind if dialect == "rest" else "digitalmediaAsset"
        registered = self.assets.register(author, namespace, FAMILIES[kind], owner_urn=author.urn)
        facts: dict[str, Any] = {"content_type": content_type, "extension": extension, "size_bytes": len(content)}
        facts |= {"created_at": at_s, "uploaded_at": at_s, "sha256": sha256(content).hexdigest()}
        stored = replace(registered, **facts)
        self.assets.change(stored.id, lambda _: stored)
        self.assets.path(stored).write_bytes(content)
        return stored.stored(str(file.get("title", "")), str(file.get("alt_text", "")))

    def _comment(self, urn: str, comments: Sequence[Given], parent: str = "") -> None:
        for each in comments:
            at_s = _at_s(each)
            said = self.social.add(urn, _author(each["actor"]), str(each["text"]), at_s, parent=parent)
            self._react(said.urn, each, at_s)
            self._comment(urn, each.get("replies", ()), said.id)

    def _react(self, entity: str, given: Given, at_s: float) -> None:
        for actor, kind in given.get("reactions", {}).items():
            if kind not in REACTIONS:
                raise ValueError(f"{kind!r} is no reaction; there are {', '.join(REACTIONS)}.")
            self.social.react(_author(actor), entity, kind, at_s)


def _chosen(name: str, given: Given, choices: Sequence[str] = ()) -> str:
    choices = choices or CHOICES[name]
    found = given.get(name, choices[0])
    if found not in choices:
        raise ValueError(f"{found!r} is no {name}; there are {', '.join(choices)}.")
    return str(found)


def _poll(given: Given) -> dict[str, Any]:
    options = [str(option) for option in given["options"]]
    return {"question": str(given["question"]), "options": options, "duration": _chosen("duration", given, DURATIONS)}


def _at_s(given: Given) -> float:
    found = float(given["at"])
    if not 0 <= found < LATEST_S:
        raise ValueError(f"{given['at']!r} is no time in epoch seconds.")
    return found


def _author(urn: str) -> Author:
    if urn not in BY_URN:
        raise ValueError(f"Nobody here has the URN {urn!r}.")
    return BY_URN[urn]
