"""What a Zernio of one owner keeps: keys, profiles and connected accounts, in the sandbox's store."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sandbox.directory.authors import BY_URN, Author
from sandbox.directory.members import Member
from sandbox.model.state import Sandbox
from sandbox.zernio.refusals import Refusal, invalid, unknown

Document = dict[str, Any]
KEY, PROFILE, ACCOUNT, CONNECT, SETTINGS = (
    f"zernio_{kind}" for kind in ("key", "profile", "account", "connect", "settings")
)
ID = re.compile(r"[0-9a-f]{24}")
TOKEN_LIFE_S = 60 * 86_400  # of the LinkedIn token that Zernio holds
WARNED_S = 7 * 86_400  # [I]
CONNECT_LIFE_S = 600  # [I]
GRACE_S = 3600  # in which a reconnect keeps a disconnected account [S]
OWNER = "5f00000000000000000000aa"
DEFAULTS: Document = {
    "requests_per_minute": None,  # None: 60 with up to two accounts, else 600 [D1]
    "posts_per_hour": 25,  # [D1]
    "posts_per_day": 50,  # [D1]
    "analytics": False,  # the add-on
    "accounts": 100,  # the plan
}


class Zernio:
    """The keys, profiles and accounts of one sandbox's Zernio; safe to use from any thread."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.store, self.clock = sandbox, sandbox.store, sandbox.clock

    def settings(self) -> Document:
        """The limits and the plan; see DEFAULTS."""
        return DEFAULTS | (self.store.get(SETTINGS, "all") or {})

    def set(self, **changes: Any) -> None:
        """Change limits or the plan by the names of DEFAULTS. Raises KeyError for another name."""
        for name in changes:
            _ = DEFAULTS[name]
        self.store.put(SETTINGS, "all", self.settings() | changes)

    # Keys.

    def new_key(self, *, permission: str = "read-write", groups: list[str] | None = None) -> str:
        """A key as the dashboard makes it; `groups` are those that stay open to a restricted key."""
        prefix = "sk_" if groups is None else "zrk_"
        key = prefix + secrets.token_hex(32)
        self.store.put(
            KEY, _digest(key), {"_id": new_id(), "permission": permission, "groups": groups, "revoked": False}
        )
        return key

    def revoke(self, key: str) -> None:
        """Revoke a key: it answers 401 from now on. Raises KeyError."""
        found = self.store.get(KEY, _digest(key))
        if found is None:
            raise KeyError("key")
        self.store.put(KEY, _digest(key), found | {"revoked": True})

    def permission_of(self, key: str) -> Document:
        """What a key may do. Raises Refusal 401."""
        found = self.store.get(KEY, _digest(key))
        if found is None or found["revoked"]:
            raise Refusal(401, "Unauthorized")
        return found

    # Profiles.

    def profiles(self) -> list[Document]:
        """The profiles, the default one first; it is there from the beginning."""
        with self.store.transaction():
            found = [document for _, document in self.store.all(PROFILE)]
            if not found:
                found = [self.new_profile("Default", default=True)]
        return sorted(found, key=lambda each: (not each["isDefault"], each["createdAt"]))

    def new_profile(self, name: str, *, default: bool = False, **more: Any) -> Document:
        """A new profile; 409 for a name that is taken."""
        document = {"_id": new_id(), "userId": OWNER, "name": name, "isDefault": default, "timezone": "UTC"}
        document |= {"createdAt": iso(self.clock()), **more}
        self.store.put(PROFILE, document["_id"], document)
        return document

    def profile(self, profile_id: str) -> Document:
        """One profile. Raises Refusal 400 for a malformed id, 404."""
        self.profiles()
        found = self.store.get(PROFILE, checked_id(profile_id, "profileId"))
        if found is None:
            raise unknown("Profile")
        return found

    # Accounts.

    def connect(self, author: Author, member: Member, profile_id: str | None = None) -> str:
        """Connect a member or page in the name of this member; an account that is there is reconnected. Its id."""
        profile = profile_id or self.profiles()[0]["_id"]
        with self.store.transaction():
            mine = [each for _, each in self.store.all(ACCOUNT) if each["author"] == author.urn]
            since = self.clock() - GRACE_S
            there = next((a for a in mine if not a["disconnected"] or a.get("disconnected_at", 0) > since), None)
            if (there is None or there["disconnected"]) and len(self.accounts()) >= self.settings()["accounts"]:
                raise Refusal(402, "The plan has no room for another account", code="PAYMENT_REQUIRED")
            found = (there or {"_id": new_id(), "createdAt": iso(self.clock())}) | {
                "author": author.urn,
                "member": member.urn,
                "profileId": profile,
                "connected_at": self.sandbox.time.now_s("tokens"),
                "disconnected": False,
                "broken": False,
                "missing_scopes": [],
                "enabled": True,
                "rested_until": 0.0,
                "failures": [],
                "published": [],
            }
            self.store.put(ACCOUNT, found["_id"], found)
        return str(found["_id"])

    def accounts(self) -> list[Document]:
        """The connected accounts, oldest first."""
        found = [document for _, document in self.store.all(ACCOUNT)]
        return [each for each in reversed(found) if not each["disconnected"]]

    def account(self, account_id: object, param: str = "accountId") -> Document:
        """One account. Raises Refusal 400 for a malformed id, 404."""
        found = self.store.get(ACCOUNT, checked_id(account_id, param))
        if found is None or found["disconnected"]:
            raise unknown("Account")
        return found

    def change_account(self, account_id: str, **changes: Any) -> None:
        """Change fields of an account that is there."""
        with self.store.transaction():
            self.store.put(ACCOUNT, account_id, self.account(account_id) | changes)

    def needs_reconnection(self, account: Document) -> bool:
        """Whether LinkedIn's token is gone: it was broken, or its 60 days are over by the tokens' calendar."""
        return bool(account["broken"]) or self.expires_at_s(account) <= self.sandbox.time.now_s("tokens")

    def expires_at_s(self, account: Document) -> float:
        """When LinkedIn's token of an account ends (epoch seconds)."""
        return float(account["connected_at"]) + TOKEN_LIFE_S

    def missing_scopes(self, account: Document) -> list[str]:
        """What LinkedIn has not granted of what posting needs; until a reconnect."""
        return list(account.get("missing_scopes") or ())

    def shown_account(self, account: Document, base_url: str) -> Document:
        """An account as the list has it [S SocialAccount]; what `metadata` holds is [?]."""
        author = author_of(account)
        is_member = isinstance(author, Member)
        slug = author.vanity_name or author.sub.rpartition(":")[2]
        profile = self.store.get(PROFILE, account["profileId"]) or self.profiles()[0]
        organization = {} if is_member else {"organizationInfo": {"vanityName": slug, "name": author.name}}
        needs = self.needs_reconnection(account)
        rested = account["rested_until"]
        return {
            "_id": account["_id"],
            "platform": "linkedin",
            "profileId": {name: profile[name] for name in ("_id", "name")},
            "username": slug,
            "displayName": author.name,
            "profileUrl": f"https://www.linkedin.com/{'in' if is_member else 'company'}/{slug}",
            "profilePicture": f"{base_url}{author.picture_path}" if author.picture_path else None,
            "platformUserId": author.sub.rpartition(":")[2],
            "isActive": not needs,
            "needsReconnection": needs,
            "enabled": account["enabled"],
            **({"rateLimitedUntil": iso(rested)} if rested > self.clock() else {}),
            "metadata": {"profileData": {"bio": getattr(author, "headline", "")}, **organization},
            "createdAt": account["createdAt"],
        }

    def health(self, account: Document) -> Document:
        """The health of an account as the list of all has it [D2]."""
        needs, left_s = self.needs_reconnection(account), self.expires_at_s(account)
        left_s -= self.sandbox.time.now_s("tokens")
        lacks = self.missing_scopes(account)
        issues = ["The LinkedIn token is invalid or has expired. Reconnect the account."] if needs else []
        issues += [f"LinkedIn has not granted {each}." for each in lacks]
        if not needs and left_s < WARNED_S:
            issues.append("The LinkedIn token expires within seven days.")
        return {
            "accountId": account["_id"],
            "platform": "linkedin",
            "username": self.shown_account(account, "")["username"],
            "displayName": author_of(account).name,
            "profileId": account["profileId"],
            "status": "error" if needs or lacks else "warning" if issues else "healthy",
            "canPost": not needs and not lacks and account["enabled"],
            "canFetchAnalytics": not needs and self.settings()["analytics"],
            "tokenValid": not needs,
            "tokenExpiresAt": iso(self.expires_at_s(account)),
            "needsReconnect": needs,
            "issues": issues,
        }

    # Connecting.

    def begin_connect(self, redirect_url: str, profile_id: str, reconnect: str) -> str:
        """The state of a connecting that has begun; it works once and for ten minutes."""
        state = secrets.token_urlsafe(24)
        asked = {"redirect_url": redirect_url, "profile": profile_id, "reconnect": reconnect, "at": self.clock()}
        self.store.put(CONNECT, state, asked)
        return state

    def asked_connect(self, state: str, *, take: bool = False) -> Document | None:
        """What begin_connect() was told; None for another state, or one that is used up or too old."""
        read: Callable[[str, str], Document | None] = self.store.pop if take else self.store.get
        found = read(CONNECT, state)
        return found if found and self.clock() - found["at"] < CONNECT_LIFE_S else None


def _digest(key: str) -> str:
    """A key as it is kept: only as a hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def author_of(account: Document) -> Author:
    """The member or page that an account publishes as."""
    return BY_URN[account["author"]]


def new_id() -> str:
    """An id as Zernio has them: 24 hex characters [D1]."""
    return secrets.token_hex(12)


def checked_id(value: object, param: str) -> str:
    """An id of the right form. Raises Refusal 400 [D1]."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise invalid(param, f"Invalid {param}", "INVALID_ID")
    return value


def iso(at_s: float) -> str:
    """Epoch seconds as ISO 8601 with Z."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
