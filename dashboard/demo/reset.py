"""Resets the demo: the built-in sandbox, and what the dashboard keeps of it for some accounts."""

from __future__ import annotations

from collections.abc import Collection

from dashboard.accounts.account import Account
from dashboard.demo import time_machine
from dashboard.demo.fill import NoSandbox
from dashboard.demo.rows import DemoRows
from dashboard.services import Services, sandbox


def reset(services: Services, account: Account, visible_ids: Collection[int]) -> int:
    """Empty the sandbox, and History, Queue, the drafts and the exchange log of what this member sees.

    The drafts are the member's own; `visible_ids` are the accounts whose posts they see. What waits is cancelled and
    cannot leave any more. Returns how many posts stay, because they are on their way. Raises: NoSandbox,
    SQLAlchemyError.
    """
    if not services.settings.built_in_sandbox:
        raise NoSandbox
    time_machine.back(services)
    rows = DemoRows(services.database)
    jobs, left = rows.forget(visible_ids)
    services.jobs.drop(jobs)
    rows.forget_drafts(account.id)
    for account_id in visible_ids:
        services.exchange_log.clear(account_id)
        services.rate_limits.forget(account_id)
        services.accounts.park(account_id, None)
    sandbox().reset()
    return left
