"""One fault: a switch and its story."""

from __future__ import annotations

from dataclasses import dataclass

SIGN_IN, LIMITS, NETWORK, MEDIA, ZERNIO = GROUPS = ("Sign-in", "Limits", "Network", "Media", "Zernio")
KEPT = "The post is not published and stays as it was written; a planned one is held."


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
