"""The authors of posts: members and organizations, by URN or by the key that stored posts have."""

from __future__ import annotations

from sandbox.directory.members import ACQUAINTANCES, MEMBERS, Member
from sandbox.directory.organizations import ORGANIZATIONS, Organization

Author = Member | Organization

PEOPLE = MEMBERS | {person.sub: person for person in ACQUAINTANCES}
BY_URN: dict[str, Author] = {person.urn: person for person in PEOPLE.values()} | ORGANIZATIONS


def kept_under(sub: str) -> Author:
    """The author of a stored post: a member by `sub`, an organization by its URN; a stranger when nobody has it.

    What an older version stored may name somebody whom this one does not know, and is shown all the same.
    """
    found = PEOPLE.get(sub) or ORGANIZATIONS.get(sub)
    return found or Member(sub.rpartition(":")[2], "Unknown", "author", "en", "US")


def names_of(urn: str) -> frozenset[str] | None:
    """The names by which a mention may call the owner of this URN; None for an unknown URN. [D]"""
    author = BY_URN.get(urn)
    if author is None:
        return None
    if isinstance(author, Organization):
        return frozenset({author.name})
    return frozenset({author.name, author.given_name, author.family_name})
