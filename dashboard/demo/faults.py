"""The faults of the built-in sandbox: arming and disarming, and lifting what a limit has parked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboard.db.database import now
from dashboard.services import Services, sandbox

LIMIT_FAULT = "rate_limited"
ZERNIO = "Zernio"  # the group of its faults


def known() -> tuple[Any, ...]:
    """Every fault with its story and its state; Zernio's only where somebody publishes through the sandbox's own."""
    found = sandbox()
    return tuple(each for each in found.faults.all() if each.group != ZERNIO or found.has_zernio)


def arm(name: str, times: int | None) -> None:
    """Let a fault occur so many times; None: until it is switched off. Raises: KeyError."""
    sandbox().faults.arm(name, times)


def disarm(services: Services, name: str) -> int:
    """Switch a fault off, and with the limit what it has parked; how many posts leave now. Raises: KeyError."""
    sandbox().faults.disarm(name)
    return lift(services) if name == LIMIT_FAULT else 0


def limit_is_armed() -> bool:
    """Whether LinkedIn would refuse the next call for its limit."""
    return any(fault.armed for fault in sandbox().faults.all() if fault.name == LIMIT_FAULT)


def parked_until(services: Services) -> datetime | None:
    """Until when LinkedIn asked to wait, None when nobody of the sandbox has to."""
    moments = [account.parked_until for account in services.accounts.all() if account.parked_until]
    return max((each for each in moments if each > now()), default=None)


def lift(services: Services) -> int:
    """Forget that LinkedIn's limit was reached, and let everything leave that waits for it; how many posts that are."""
    parked = [account for account in services.accounts.all() if account.parked_until]
    leaving = sum(services.schedule.try_now(account.id) for account in parked)
    if leaving:
        services.start()
    return leaving
