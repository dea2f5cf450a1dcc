"""Around the pages: the OAuth callback, the session cookie, uploaded files, security headers, the sandbox."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from dashboard.accounts.repository import SESSION_LIFE
from dashboard.config import settings
from dashboard.config.settings import CALLBACK_PATH, SANDBOX_PATH, SettingsError
from dashboard.files.pdf_pages import DRAW_S, PageWaits, page_picture
from dashboard.files.uploads import BLOCK_BYTES
from dashboard.maintenance.backup import of_accounts
from dashboard.services import Services, get_services, sandbox
from dashboard.web import health, tuning
from dashboard.web.cookies import SANDBOX_COOKIE, SESSION_COOKIE, set_cookie
from dashboard.web.limiter import Limiter, Overloaded
from dashboard.web.middleware import SessionMiddleware
from dashboard.web.origin import foreign
from dashboard.web.upload_guard import UploadGuard
from dashboard.web.visitor import DATABASE, TROUBLE, is_this_machine, who
from linkedin_api import LinkedInError
from sandbox import create_app

PAGES = {
    "/login",
    "/profile",
    "/composer",
    "/drafts",
    "/queue",
    "/history",
    "/inspector",
    "/feed",
    "/setup",
    "/tour",
    "/console",
}
Endpoint = Callable[[Request], Awaitable[Response]]
FILES = Limiter(8, in_all=64, of_one=32, wait_s=12, sentence="Too many files are asked for at once. Try again soon.")
PAGE_PICTURES = Limiter(
    4, in_all=48, of_one=24, wait_s=DRAW_S, sentence="Too many pages are drawn at once. Look again in a minute."
)
BACKUPS = Limiter(
    1, in_all=4, of_one=1, wait_s=30, sentence="A backup is being made already. Try again when it has been downloaded."
)


async def callback(request: Request) -> Response:
    """Hand what LinkedIn sent on to the login page, in its query params."""
    wanted = ("code", "state", "error", "error_description")
    passed = {name: request.query_params[name] for name in wanted if name in request.query_params}
    return RedirectResponse(f"/login?{urlencode(passed)}", 303, headers={"cache-control": "no-store"})


async def session(request: Request) -> Response:
    """Swap a one-time ticket for a fresh session cookie."""
    if why := foreign(request):
        return JSONResponse({"error": why}, 403)
    try:
        ticket = (await request.json())["ticket"]
    except RecursionError:
        return JSONResponse({"error": "the request's JSON is nested too deep"}, 400)
    except (ValueError, KeyError, TypeError):
        ticket = ""
    name, cookie = await DATABASE.run(lambda: _redeemed(str(ticket)))
    if not cookie:
        return JSONResponse({"error": "this ticket is unknown, used or expired"}, 403)
    answer = JSONResponse({"ok": True})
    life_s, https = int(SESSION_LIFE.total_seconds()), get_services().settings.https
    set_cookie(answer, request, name, cookie, life_s, https=https)
    return answer


def _redeemed(ticket: str) -> tuple[str, str | None]:
    """The name and the value of the cookie: the sandbox beside LinkedIn has one of its own."""
    services = get_services()
    if (cookie := services.accounts.redeem_ticket(ticket)) or services.in_sandbox is services:
        return SESSION_COOKIE, cookie
    return SANDBOX_COOKIE, services.in_sandbox.accounts.redeem_ticket(ticket)


async def uploaded(request: Request) -> Response:
    """An uploaded file, for the preview of the member who is signed in."""
    content_type = request.query_params.get("type", "")
    # Only types that the composer accepts: a file must never be shown as a page.
    shown = content_type in ("image/png", "image/jpeg", "image/gif", "video/mp4")
    if not shown or (path := await _kept_file(request)) is None:
        return Response(status_code=404)
    return FileResponse(path, media_type=content_type, headers={"cache-control": "private, max-age=3600"})


async def chosen_file(request: Request) -> Response:
    """A file as the signed-in member chose it, before anything in it was changed: a download under its own name."""
    if (path := await _kept_file(request)) is None:
        return Response(status_code=404)
    name = request.query_params.get("name", "") or "file"
    # Never of the file's own type: a browser must not open it as a page of this server.
    return FileResponse(path, media_type="application/octet-stream", filename=name[:200])


async def _kept_file(request: Request) -> Path | None:
    """The uploaded file that the address names; None where there is none, and for strangers."""
    if (whose := await who(request)) is None:
        return None
    sha256 = request.path_params["sha256"]

    def kept() -> Path | None:
        path = get_services().uploads.path(sha256)  # it may have to be brought here from the database
        return path if path.is_file() else None

    try:
        return await FILES.run(kept, whose)
    except ValueError:
        return None


async def uploaded_page(request: Request) -> Response:
    """The picture of one page of an uploaded PDF, for the preview of the member who is signed in."""
    if (whose := await who(request)) is None:
        return Response(status_code=404)
    sha256, number = request.path_params["sha256"], request.path_params["number"]
    try:
        picture = await PAGE_PICTURES.run(lambda: page_picture(get_services().uploads, sha256, number), whose)
    except PageWaits as error:
        raise Overloaded(str(error)) from None
    except ValueError:
        return Response(status_code=404)
    # The address names the bytes of the document: its page never changes.
    headers = {"cache-control": "private, max-age=31536000, immutable"}
    return FileResponse(picture, media_type="image/jpeg", headers=headers)


async def backup(request: Request) -> Response:
    """What the member who is signed in may see, in one ZIP file: a page's download would hold it in memory."""
    if (whose := await who(request)) is None:
        return Response(status_code=404)
    with contextlib.ExitStack() as failed:
        # Until the browser has all of it: it takes as much of the disk as the member's files.
        failed.enter_context(BACKUPS.place(whose))
        try:
            packed = await BACKUPS.run_placed(lambda: _packed(request, whose))
        except (OSError, LinkedInError):
            return JSONResponse(
                {"error": "the backup could not be made; look at this machine's disk, and try again"}, 503
            )
        failed.callback(packed.close)
        return Packed(packed, failed.pop_all())


class Packed(StreamingResponse):
    """A file that is sent in blocks; `done` is closed when it was sent, or when the browser has gone."""

    def __init__(self, file: BinaryIO, done: contextlib.ExitStack) -> None:
        headers = {
            "content-length": str(file.seek(0, 2)),
            "content-disposition": 'attachment; filename="linkedin-dashboard.zip"',
            "cache-control": "no-store",
        }
        file.seek(0)
        blocks = iter(partial(file.read, BLOCK_BYTES), b"")
        super().__init__(blocks, media_type="application/zip", headers=headers)
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with self._done:
            await super().__call__(scope, receive, send)


def _packed(request: Request, whose: int | str) -> BinaryIO:
    """The backup of the accounts that the member may see: their own, then those they may publish as.

    whose is from who(): the member is not looked up again, as they may have signed out while this waited.
    """
    services = get_services()
    me = services.given_token.account() if isinstance(whose, str) else services.accounts.get(whose)
    of = services if me.issuer == services.issuer else services.in_sandbox
    others = of.open_to(of.connections.of(me.id), lambda: is_this_machine(request, allowed_too=True))
    return of_accounts(services.database, services.uploads, (me.id, *(each.id for each in others)))


def _or_503(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which says so when too much is asked of it, or when settings or database are broken."""

    async def careful(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Overloaded as error:
            return JSONResponse({"error": str(error)}, 503, {"retry-after": "5"})
        except TROUBLE:
            return JSONResponse({"error": "the dashboard cannot work yet; its pages say why"}, 503)

    return careful


def _sandbox_app(*, alone: bool) -> ASGIApp:
    """The sandbox as it is mounted: made at the first request that finds its folder in order.

    alone: whether the settings name no LinkedIn, as far as nothing is known yet. Beside LinkedIn it answers this
    machine only: a stranger must not sign in as one of its members.
    """
    made = cache(lambda: create_app(sandbox()))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        services = get_services.opened
        open_to_all = services.settings.built_in_sandbox if services else alone
        try:
            closed = not open_to_all and scope["type"] == "http" and not is_this_machine(HTTPConnection(scope))
            found: ASGIApp = Response(status_code=404) if closed else made()
        except OSError:
            found = JSONResponse({"error": "the sandbox cannot write its files; the dashboard's pages say why"}, 503)
        await found(scope, receive, send)

    return answer


def routes() -> list[BaseRoute]:
    """The addresses of this server besides the pages."""
    try:  # the database may be mended later; these are read once
        given = settings.load()
    except SettingsError:  # the pages say what is wrong; the server must be up for that
        given = None
    paths = {CALLBACK_PATH, given.callback_path if given else CALLBACK_PATH} - PAGES - {"/"}
    found: list[BaseRoute] = [Route(path, callback) for path in sorted(paths)]
    found += [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/auth/session", _or_503(session), methods=["POST"]),
        Route("/backup.zip", _or_503(backup)),
        Route("/uploads/{sha256}", _or_503(uploaded)),
        Route("/uploads/{sha256}/chosen", _or_503(chosen_file)),
        Route("/uploads/{sha256}/pages/{number:int}", _or_503(uploaded_page)),
    ]
    found.append(Mount(SANDBOX_PATH, _sandbox_app(alone=given is not None and given.built_in_sandbox)))
    return found


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Publishing goes on with the server, and stops with it."""
    # Its lines would carry the code of a sign-in, and the session of an upload, to the terminal.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # a line for each websocket tells nobody anything
    for name in ("uvicorn", "uvicorn.error"):  # its own way to the terminal tells no time
        its_log = logging.getLogger(name)
        its_log.handlers, its_log.propagate = [], True
    tuning.replace()
    tuning.open_more_files()
    stopping = threading.Event()
    get_services.when_open(_start, stopping)
    async with tuning.little_garbage_collection():
        yield
    stopping.set()
    if get_services.opened:
        get_services.opened.worker.stop()


def _start(services: Services) -> None:
    services.served_at("127.0.0.1", int(config.get_option("server.port")))
    services.start()


middleware = [Middleware(SessionMiddleware), Middleware(UploadGuard)]
