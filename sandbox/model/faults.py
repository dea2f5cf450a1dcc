"""Switches that make the sandbox fail as LinkedIn does."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace

TARGETS = ("any", "create", "upload")


@dataclass(frozen=True)
class Fault:
    """One switch, and its story in plain words. `armed` is how often it will still occur: -1 until disarmed, None off.

    `group` is one of GROUPS; `fires` says what makes it occur, `follows` what a careful client does, `ends` its end.
    """

    name: str
    label: str
    explanation: str
    group: str
    fires: str
    follows: str
    ends: str
    armed: int | None = None
    target: str = "any"


SIGN_IN, LIMITS, NETWORK, MEDIA = GROUPS = ("Sign-in", "Limits", "Network", "Media")
ANY_CALL = "The next call with the member's token: publish a post, or load its figures."
NEW_POST = "The next new post."
OFF = "It is over as soon as it is switched off."
KEPT = "The post is not published and stays as it was written; a planned one is held."
AGAIN = "Sign in again; then publish once more."
LOST = (
    "That answer does not tell whether the post is published. Exactly the same post is sent once more, within the ten "
    "minutes in which LinkedIn refuses a duplicate."
)
FOUND = "The second answer decides: it has a new post, or it names the first one. It counts as published, once."
CATALOGUE = (
    Fault("expired_token", "401 Token expired", "The token's 60 days are over.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault("revoked_token", "401 Token revoked", "The member took the permission back.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault("invalid_token", "401 Token invalid", "LinkedIn does not know this token.", SIGN_IN, ANY_CALL, KEPT, AGAIN),
    Fault(
        "empty_token",
        "401 Token missing",
        "LinkedIn finds no token in the request.",
        SIGN_IN,
        ANY_CALL,
        KEPT,
        AGAIN,
    ),
    Fault(
        "forbidden",
        "403 Forbidden",
        "A permission or product is missing.",
        SIGN_IN,
        ANY_CALL,
        "Nothing is published; the answer names the permission or the product that the app needs.",
        "Add the product in the developer portal and sign in again. Here: publish once more.",
    ),
    Fault(
        "rate_limited",
        "429 Rate limited",
        "The calls of today are used up; a new day of calls begins at midnight UTC.",
        LIMITS,
        ANY_CALL,
        "Nothing is published. The post waits until midnight UTC, with everything else that comes due for this member.",
        "It leaves by itself at midnight UTC, or as soon as this is switched off.",
    ),
    Fault(
        "duplicate",
        "422 Duplicate",
        "LinkedIn says that the same post is published already.",
        LIMITS,
        NEW_POST,
        "Nothing new is published; the answer names the post that is there already.",
        "Change the text, or wait: ten minutes in the sandbox and by LinkedIn's page; programs report a day or two.",
    ),
    Fault(
        "conflict",
        "409 Conflict",
        "LinkedIn says that this call and another one are in conflict.",
        LIMITS,
        ANY_CALL,
        "Nothing is published or changed.",
        "Try once more.",
    ),
    Fault(
        "version_retired",
        "426 Version retired",
        "LinkedIn has switched this API version off.",
        LIMITS,
        f"{ANY_CALL} Here a call through v2, too; at LinkedIn only the versioned API has versions.",
        "Nothing is published; the answer names the version. LinkedIn keeps each one for at least a year.",
        "Choose a newer version in the settings. Here: publish once more.",
    ),
    Fault(
        "activity_missing",
        "404 Activity missing",
        "A post is too young to be commented on or reacted to.",
        LIMITS,
        "The next comment or reaction, also a post's own first comment.",
        "It waits, and is sent again after 1.5, 3, 6 seconds and so on.",
        "LinkedIn takes it some seconds after the post; nobody has to do anything.",
    ),
    Fault(
        "server_error",
        "500 Server error",
        "LinkedIn failed; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "unavailable",
        "503 Unavailable",
        "LinkedIn cannot answer now; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "gateway_timeout",
        "504 Timeout",
        "LinkedIn was too slow for its own gateway; nothing was stored.",
        NETWORK,
        ANY_CALL,
        LOST,
        FOUND,
    ),
    Fault(
        "dropped_answer",
        "Answer dropped",
        "The post is stored, then the connection closes without an answer.",
        NETWORK,
        NEW_POST,
        LOST,
        FOUND,
    ),
    Fault(
        "slow",
        "Slow answer",
        "The request is carried out, and answered late.",
        NETWORK,
        ANY_CALL,
        "The page shows that the post is being sent until the answer comes; nothing is sent twice.",
        "The answer comes after five seconds.",
    ),
    Fault(
        "processing_fails",
        "Processing fails",
        "The next upload that finishes will end as PROCESSING_FAILED.",
        MEDIA,
        "The next picture, video or document that has been uploaded.",
        "LinkedIn takes the file and cannot use it. The post is not published, and its file stays attached.",
        "Publish once more, which uploads it anew.",
    ),
    Fault(
        "upload_expired",
        "400 Upload URL expired",
        "The upload address is too old; a new upload gets a new one.",
        MEDIA,
        "The next upload of a file.",
        "The file is registered anew, and uploaded to the new address.",
        "The second upload arrives; nobody has to do anything.",
    ),
    Fault(
        "etag_lost",
        "ETag lost",
        "A part of a video is stored, but the answer has no ETag.",
        MEDIA,
        "The next part of a video through the versioned API.",
        "Without the ETag the upload cannot be completed, so the part is sent again.",
        "The second answer has one; nobody has to do anything.",
    ),
    Fault(
        "videos_closed",
        "403 Videos closed",
        "This application may not use the versioned Videos API at all.",
        MEDIA,
        "The next video through the versioned API.",
        "The video goes through the older API; captions and cover are left out, and the post says so.",
        OFF,
    ),
    Fault(
        "video_status_closed",
        "403 Video status closed",
        "The status of a video is refused; it may be posted.",
        MEDIA,
        "The next request for the status of a video.",
        "The post is sent without the status, and again as long as LinkedIn answers that the video is not ready.",
        OFF,
    ),
)

# These apply to one kind of call only, whatever target they are armed for.
MOMENTS = {
    "duplicate": "create",
    "upload_expired": "upload",
    "etag_lost": "part",
    "processing_fails": "finish",
    "videos_closed": "videos",
    "video_status_closed": "video_status",
    "activity_missing": "thread",
}
ONLY_WRITES = ("dropped_answer",)


class Faults:
    """The switches of one sandbox; safe to use from any thread.

    `slow_s` is the delay of the fault "slow". `latency_s` delays every answer, as a distant network does;
    it is no fault: it is not used up, and clear() does not change it. Setting either to 0 also releases the answers
    that are delayed at that moment, so a large number and then 0 hold a call until something has happened.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults = {fault.name: fault for fault in CATALOGUE}
        self.slow_s = 5.0
        self.latency_s = 0.0

    def all(self) -> tuple[Fault, ...]:
        """Every switch with its current state, in a fixed order."""
        with self._lock:
            return tuple(self._faults.values())

    def arm(self, name: str, times: int | None = 1, target: str = "any") -> None:
        """Make a fault occur in the next `times` calls, or until disarmed when None.

        Raises: KeyError for an unknown name, ValueError for an unknown target or times below 1.
        """
        if target not in TARGETS:
            raise ValueError(f"A fault's target is one of {', '.join(TARGETS)}, not {target!r}.")
        if times is not None and times < 1:
            raise ValueError("A fault fires at least once; use disarm() to switch it off.")
        with self._lock:
            self._faults[name] = replace(self._faults[name], armed=-1 if times is None else times, target=target)

    def disarm(self, name: str) -> None:
        """Switch one fault off. Raises KeyError for an unknown name."""
        with self._lock:
            self._faults[name] = replace(self._faults[name], armed=None, target="any")

    def clear(self) -> None:
        """Switch every fault off."""
        for fault in CATALOGUE:
            self.disarm(fault.name)

    def take(self, call: str, names: Collection[str]) -> str | None:
        """The first armed fault of `names` for this kind of call; its count falls by one.

        Kinds of calls are "create", "upload" and "other"; some faults apply to one kind only: "part" (its answer),
        "finish" (the bytes are complete), "videos" (a call of /rest/videos), "video_status" (a GET of one) or "thread"
        (a new comment or reaction).
        """
        with self._lock:
            for name in names:
                fault = self._faults[name]
                if fault.armed and _concerns(fault, call):
                    left = fault.armed - 1 if fault.armed > 0 else fault.armed
                    self._faults[name] = replace(fault, armed=left or None)
                    return name
        return None


def _concerns(fault: Fault, call: str) -> bool:
    if fault.name in MOMENTS:
        return call == MOMENTS[fault.name]
    if fault.name in ONLY_WRITES and fault.target == "any":
        return call == "create"
    return fault.target in ("any", call)
