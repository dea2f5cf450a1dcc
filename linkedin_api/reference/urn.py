"""URNs, LinkedIn's identifiers: urn:li:person:782bbtaQ, urn:li:share:7106697166089269248."""

from __future__ import annotations

import re
from urllib.parse import quote

from linkedin_api.reference import limits

_SHAPE = re.compile(r"urn:li:(?P<kind>[A-Za-z][A-Za-z0-9]*):(?P<id>[^\s/?#\\]+)")


class Urn(str):
    """A checked "urn:li:<kind>:<id>"; it is a str, so it goes into JSON and databases as it is.

    Raises: ValueError when the text has another shape, or is longer than LinkedIn's 255 characters.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Urn:
        if not _SHAPE.fullmatch(text) or len(text) > limits.URN_MAX:
            raise ValueError(f"{text[:60]!r} is not a LinkedIn URN such as 'urn:li:person:782bbtaQ'.")
        return super().__new__(cls, text)

    @classmethod
    def person(cls, sub: str) -> Urn:
        """The URN of the member whose id (userinfo's sub) is given."""
        return cls(f"urn:li:person:{sub}")

    @property
    def kind(self) -> str:
        """The third part: person, share, ugcPost, digitalmediaAsset, image, …"""
        return self.split(":", 3)[2]

    @property
    def id(self) -> str:
        """Everything after the kind; it may hold colons and parentheses itself."""
        return self.split(":", 3)[3]

    @property
    def encoded(self) -> str:
        """The URN for use as one step of a path: a raw colon there is a 400 (§5.5)."""
        return quote(self, safe="")
