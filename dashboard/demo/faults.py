"""The faults of the built-in sandbox: arming and disarming, and lifting what a limit has parked."""

from __future__ import annotations

from dashboard.db.database import now
from dashboard.services import Services, sandbox

LIMIT_FAULT = "rate_limited"


def arm(name: str, times: int | None) -> None:
    """Let a fault occur so many times; None: until it is switched off. Raises: KeyError."""
    sandbox().faults.arm(name, times)


def disarm(services: Services, name: str) -> int:
    """Switch a fault off, and with the limit what it has parked; how many posts leave now. Raises: KeyError."""
    sandbox().faults.disarm(name)
    return lift(services) if name == LIMIT_FAULT else 0


def is_parked(services: Services) -> bool:
    """Whether the limit holds a member of the sandbox back, although it is not armed any more."""
    armed = any(fault.armed for fault in sandbox().faults.all() if fault.name == LIMIT_FAULT)
    moment = now()
    return not armed and any(each.parked_until and each.parked_until > moment for each in services.accounts.all())


def lift(services: Services) -> int:
    """Forget that LinkedIn's limit was reached, and let everything leave that waits for it; how many posts that are."""
    parked = [account for account in services.accounts.all() if account.parked_until]
    leaving = sum(services.schedule.try_now(account.id) for account in parked)
    if leaving:
        services.start()
    return leaving
