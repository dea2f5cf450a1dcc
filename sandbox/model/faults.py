"""Switches that make the sandbox fail as LinkedIn does; the table is faults.toml."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

GROUPS = ("Sign-in", "Limits", "Network", "Media", "Zernio")
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


with Path(__file__).with_suffix(".toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)
MOMENTS = {name: row.pop("moment") for name, row in _TABLE["faults"].items() if "moment" in row}
CATALOGUE = tuple(
    Fault(name, **{part: text.format(**_TABLE["phrases"]) for part, text in row.items()})
    for name, row in _TABLE["faults"].items()
)
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
        "finish" (the bytes are complete), "videos" (a call of /rest/videos), "video_status" (a GET of one), "thread"
        (a new comment or reaction), "zernio" (any call to Zernio), "zernio_draft", "zernio_publish", or "zernio_paid"
        (what a plan may be needed for).
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
