"""What became of a post at Zernio: its status, LinkedIn's URN and address, and why it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from linkedin_api.reference.urn import Urn
from zernio_api.account_models import listed, web_address
from zernio_api.errors import bounded, id_of, moment

URN_KINDS = ("share", "ugcPost", "activity")


class PostState(StrEnum):
    """Where a post stands. DRAFT: the publishing call never arrived. SENDING: not finished, look again."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"  # unpublished; may be published again like a draft


_OF_POST = {
    "draft": PostState.DRAFT,
    "pending_approval": PostState.SCHEDULED,
    "scheduled": PostState.SCHEDULED,
    "published": PostState.PUBLISHED,
    "failed": PostState.FAILED,
    "cancelled": PostState.CANCELLED,
}
_OF_TARGET = {
    "published": PostState.PUBLISHED,
    "failed": PostState.FAILED,
    "cancelled": PostState.CANCELLED,
    "processing": PostState.SENDING,
    "uploading": PostState.SENDING,
}
_ADVICE = {  # by errorCategory [S]
    "auth_expired": "Reconnect the account through Zernio, then publish again.",
    "user_content": "Change the post as the message says, then publish it again.",
    "user_abuse": "Zernio lets the account rest after this; publish later, and less at once.",
    "account_issue": "Look at the account in Zernio's dashboard, then publish again.",
    "platform_rejected": "Change the post as the message says, then publish it again.",
    "quota_exhausted": "The account's posts of today are used up; publish tomorrow.",
}


@dataclass(frozen=True)
class Outcome:
    """A post of one LinkedIn account at Zernio; error is a sentence, its next step in advice."""

    post_id: str
    state: PostState
    urn: Urn | None = None
    url: str = ""
    error: str = ""
    advice: str = ""
    category: str = ""  # errorCategory of a failure
    outbox_id: str = ""  # the caller's own id
    has_vanished: bool = False  # from LinkedIn, since it was published; its state stays PUBLISHED [S]

    @property
    def is_final(self) -> bool:
        """Whether looking again will say nothing else by itself."""
        return self.state in (PostState.PUBLISHED, PostState.FAILED, PostState.CANCELLED)

    @property
    def is_off_linkedin(self) -> bool:
        """Whether a post that was published is there no more."""
        return self.state is PostState.CANCELLED or self.has_vanished


def read(post: Mapping[str, Any], account_id: str = "") -> Outcome:
    """The outcome in a post's JSON, for one account; without an id for the first LinkedIn target."""
    targets = [each for each in listed(post.get("platforms")) if each.get("platform") == "linkedin"]
    mine = [each for each in targets if not account_id or id_of(each.get("accountId")) == account_id]
    target: Mapping[str, Any] = next(iter(mine or targets), {})
    state = _state(bounded(post.get("status"), 40), target)
    metadata = post.get("metadata")
    failed = state is PostState.FAILED
    category = bounded(target.get("errorCategory"), 40) if failed or target.get("status") == "failed" else ""
    return Outcome(
        post_id=id_of(post),
        state=state,
        urn=_urn(target.get("platformPostId")),
        url=web_address(target.get("platformPostUrl")),
        error=_failure(target, post) if failed else "",
        advice=_ADVICE.get(category, "Try again in a minute; if it stays, look at it in Zernio's dashboard.")
        if failed
        else "",
        category=category,
        outbox_id=bounded(metadata.get("outbox"), 100) if isinstance(metadata, Mapping) else "",
        has_vanished=moment(target.get("removedFromPlatformAt")) is not None,
    )


def _state(status: str, target: Mapping[str, Any]) -> PostState:
    """The state by the post, and where that is of several targets or not known, by the target."""
    of_target = bounded(target.get("status"), 40)
    if of_target == "failed" and target.get("errorCategory") == "platform_rate_limit":
        return PostState.SENDING  # retried by Zernio itself: it may still go out [S]
    if status in ("published", "failed", "partial", "publishing") and of_target in _OF_TARGET:
        return _OF_TARGET[of_target]
    return _OF_POST.get(status, PostState.SENDING)


def _failure(target: Mapping[str, Any], post: Mapping[str, Any]) -> str:
    told = bounded(target.get("errorMessage")) or bounded(post.get("errorMessage"))
    return f"Zernio could not publish the post: {(told or 'it does not say why').rstrip('.')}."


def _urn(value: object) -> Urn | None:
    try:
        found = Urn(bounded(value, 255))
    except ValueError:
        return None
    return found if found.kind in URN_KINDS else None
