"""For whoever watches the server: whether it is alive, and whether it can work."""

from __future__ import annotations

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.db.tables import accounts
from dashboard.services import get_services
from dashboard.web.limiter import Limiter

ANSWER_S = 2.0
_PROBES = Limiter(2, in_all=20, wait_s=ANSWER_S, answer_s=ANSWER_S, sentence="no answer")


async def alive(_: Request) -> JSONResponse:
    """200 for as long as this process answers; nothing else is asked."""
    return JSONResponse({"alive": True})


async def ready(_: Request) -> JSONResponse:
    """200 when the database answers within 2 s and, where this process publishes, a worker is awake; else 503."""
    try:
        said = await _PROBES.run(_look)
    except Exception:
        said = {"database": False}
    return JSONResponse({"ready": all(said.values()), **said}, 200 if all(said.values()) else 503)


def _look() -> dict[str, bool]:
    services = get_services()
    with services.database.connect() as db:
        db.execute(select(func.count()).where(accounts.c.id < 0))
    return {"database": True, "worker": not services.settings.publishes or services.worker.awake}
