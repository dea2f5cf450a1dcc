"""Stores a whole feed at once: posts of any author and time, with their files, comments and reactions; each once."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sandbox.directory.authors import BY_URN, Author
from sandbox.model.assets import Assets
from sandbox.model.file_writer import HEAD_BYTES, sniff
from sandbox.model.posts import NewPost, Posts, StoredMedia
from sandbox.model.social import REACTIONS, SocialActions
from sandbox.model.store import Store
from sandbox.protocol.little_text import hashtags

FAMILIES = {"image": "STILLIMAGE", "video": "VIDEO", "document": "DOCUMENT"}
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
            for post in sorted(given, key=lambda each: float(each["at"])):
                there = self.store.get(FILLED, post["key"])
                fresh = there is None or there["urn"] not in self.posts
                urns[post["key"]] = self._put(post, urns) if fresh or there is None else there["urn"]
        return urns

    def _put(self, given: Given, urns: Mapping[str, str]) -> str:
        author, at_s = _author(given["author"]), float(given["at"])
        new = NewPost(
            author,
            str(given["text"]),
            given.get("kind", "text"),
            given.get("visibility", "PUBLIC"),
            given.get("dialect", "rest"),
            tuple(self._file(file, given, author, at_s) for file in given.get("media", ())),
            given.get("article"),
            hashtags(str(given["text"])),
            given.get("poll"),
            urns.get(given.get("parent", ""), given.get("parent")),
        )
        urn = self.posts.put(new, at_s)
        self.store.put(FILLED, given["key"], {"urn": urn})
        self._react(urn, given, at_s)
        self._comment(urn, given.get("comments", ()))
        return urn

    def _file(self, file: Given, of: Given, author: Author, at_s: float) -> StoredMedia:
        content = base64.b64decode(file["data"], validate=True)
        content_type, extension = sniff(content[:HEAD_BYTES])
        namespace = of["kind"] if of.get("dialect", "rest") == "rest" else "digitalmediaAsset"
        registered = self.assets.register(author, namespace, FAMILIES[of["kind"]], owner_urn=author.urn)
        facts: dict[str, Any] = {"content_type": content_type, "extension": extension, "size_bytes": len(content)}
        facts |= {"created_at": at_s, "uploaded_at": at_s, "sha256": sha256(content).hexdigest()}
        stored = replace(registered, **facts)
        self.assets.change(stored.id, lambda _: stored)
        self.assets.path(stored).write_bytes(content)
        return stored.stored(file.get("title", ""), file.get("alt_text", ""))

    def _comment(self, urn: str, comments: Sequence[Given], parent: str = "") -> None:
        for each in comments:
            at_s = float(each["at"])
            said = self.social.add(urn, _author(each["actor"]), str(each["text"]), at_s, parent=parent)
            self._react(said.urn, each, at_s)
            self._comment(urn, each.get("replies", ()), said.id)

    def _react(self, entity: str, given: Given, at_s: float) -> None:
        for actor, kind in given.get("reactions", {}).items():
            if kind not in REACTIONS:
                raise ValueError(f"{kind!r} is no reaction; there are {', '.join(REACTIONS)}.")
            self.social.react(_author(actor), entity, kind, at_s)


def _author(urn: str) -> Author:
    if urn not in BY_URN:
        raise ValueError(f"Nobody here has the URN {urn!r}.")
    return BY_URN[urn]
