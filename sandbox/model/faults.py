"""Switches that make the sandbox fail as LinkedIn does."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace

TARGETS = ("any", "create", "upload")


@dataclass(frozen=True)
class Fault:
    """One switch. `armed` is how often it will still occur: -1 until disarmed, None when off."""

    name: str
    label: str
    explanation: str
    armed: int | None = None
    target: str = "any"


CATALOGUE = (
    Fault("expired_token", "401 Token expired", "The token's 60 days are over."),
    Fault("revoked_token", "401 Token revoked", "The member took the permission back."),
    Fault("invalid_token", "401 Token invalid", "LinkedIn does not know this token."),
    Fault("forbidden", "403 Forbidden", "A permission or product is missing."),
    Fault("duplicate", "422 Duplicate", "LinkedIn says that the same post was published minutes ago."),
    Fault("version_retired", "426 Version retired", "The API version has been switched off."),
    Fault("rate_limited", "429 Rate limited", "The calls of today are used up; midnight UTC brings new ones."),
    Fault("server_error", "500 Server error", "LinkedIn failed; nothing was stored."),
    Fault("unavailable", "503 Unavailable", "LinkedIn is away; nothing was stored."),
    Fault("slow", "Slow answer", "The request is carried out, and answered late."),
    Fault("dropped_answer", "Answer dropped", "The post is stored, then the connection closes without a word."),
    Fault("processing_fails", "Processing fails", "The next upload that finishes will end as PROCESSING_FAILED."),
    Fault("upload_expired", "400 Upload URL expired", "The upload address is too old; a new upload gets a new one."),
    Fault("etag_lost", "ETag lost", "A part of a film is stored, but its answer comes without the ETag."),
    Fault("videos_closed", "403 Videos closed", "This application may not use the versioned Videos API at all."),
    Fault("activity_missing", "404 Activity missing", "A post is too young to be commented on or reacted to."),
)

# These apply to one kind of call only, whatever target they are armed for.
MOMENTS = {
    "duplicate": "create",
    "upload_expired": "upload",
    "etag_lost": "part",
    "processing_fails": "finish",
    "videos_closed": "videos",
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
        "finish" (the bytes are complete), "videos" (a call of /rest/videos) or "thread" (a new comment or reaction).
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
