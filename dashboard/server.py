"""Around the pages: the OAuth callback, the session cookie, uploaded files, security headers, the sandbox."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from streamlit import config

from dashboard.accounts import SESSION_LIFE, Account
from dashboard.backup import of_accounts
from dashboard.cookies import SESSION_COOKIE, is_own_host, set_cookie
from dashboard.house import house, sandbox
from dashboard.middleware import TROUBLE, Visitor
from dashboard.page_pictures import page_picture
from dashboard.settings import CALLBACK_PATH, SANDBOX_PATH, SettingsError
from dashboard.uploads import BLOCK_BYTES
from linkedin_api import LinkedInError
from sandbox import create_app

PAGES = {"/login", "/profile", "/composer", "/drafts", "/queue", "/history", "/inspector", "/feed"}
Endpoint = Callable[[Request], Awaitable[Response]]


async def callback(request: Request) -> Response:
    """Hand what LinkedIn sent on to the login page, in its query params."""
    wanted = ("code", "state", "error", "error_description")
    passed = {name: request.query_params[name] for name in wanted if name in request.query_params}
    return RedirectResponse(f"/login?{urlencode(passed)}", 303, headers={"cache-control": "no-store"})


async def session(request: Request) -> Response:
    """Swap a one-time ticket for a fresh session cookie."""
    host = request.headers.get("host", "")
    if request.headers.get("origin") not in (f"http://{host}", f"https://{host}"):
        return JSONResponse({"error": "foreign origin"}, 403)
    try:
        ticket = (await request.json())["ticket"]
        cookie = house().accounts.redeem_ticket(str(ticket))
    except SettingsError:  # a ValueError too, but not the browser's fault
        raise
    except (ValueError, KeyError, TypeError):
        cookie = None
    if not cookie:
        return JSONResponse({"error": "this ticket is unknown, used or expired"}, 403)
    answer = JSONResponse({"ok": True})
    set_cookie(answer, request, SESSION_COOKIE, cookie, int(SESSION_LIFE.total_seconds()))
    return answer


async def uploaded(request: Request) -> Response:
    """An uploaded file, for the preview of the member who is signed in."""
    content_type = request.query_params.get("type", "")
    # Only types that the composer accepts: a file must never be shown as a page.
    shown = content_type in ("image/png", "image/jpeg", "image/gif", "video/mp4")
    if not shown or not _signed_in(request):
        return Response(status_code=404)
    try:  # it may have to be brought here from the database
        path = await run_in_threadpool(house().uploads.path, request.path_params["sha256"])
    except ValueError:
        return Response(status_code=404)
    if not path.is_file():
        return Response(status_code=404)
    return FileResponse(path, media_type=content_type, headers={"cache-control": "private, max-age=3600"})


async def uploaded_page(request: Request) -> Response:
    """The picture of one page of an uploaded PDF, for the preview of the member who is signed in."""
    if not _signed_in(request):
        return Response(status_code=404)
    sha256, number = request.path_params["sha256"], request.path_params["number"]
    try:  # drawing it the first time takes a while, and must not hold up everybody else
        picture = await run_in_threadpool(page_picture, house().uploads, sha256, number)
    except ValueError:
        return Response(status_code=404)
    # The address names the bytes of the document: its page never changes.
    headers = {"cache-control": "private, max-age=31536000, immutable"}
    return FileResponse(picture, media_type="image/jpeg", headers=headers)


async def backup(request: Request) -> Response:
    """What the member who is signed in may see, in one ZIP file: a page's download would hold it in memory."""
    try:
        ids = await run_in_threadpool(_visible, request)
        packed = await run_in_threadpool(of_accounts, house().database, house().uploads, ids) if ids else None
    except (OSError, LinkedInError):
        return JSONResponse({"error": "the backup could not be made; look at this machine's disk, and try again"}, 503)
    if packed is None:
        return Response(status_code=404)
    headers = {
        "content-length": str(packed.seek(0, 2)),
        "content-disposition": 'attachment; filename="linkedin-dashboard.zip"',
        "cache-control": "no-store",
    }
    packed.seek(0)
    return StreamingResponse(_in_blocks(packed), media_type="application/zip", headers=headers)


def _in_blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from iter(partial(file.read, BLOCK_BYTES), b"")


def _visible(request: Request) -> tuple[int, ...]:
    """The accounts that the asking member may see: their own, then those they may publish as. Raises: LinkedInError."""
    rooms = house()
    me = _member(request) or (rooms.given_account() if _may_use_given_token(request) else None)
    return (me.id, *(each.id for each in rooms.connections.of(me.id))) if me else ()


def _member(request: Request) -> Account | None:
    """Who is signed in in the browser that asks."""
    rooms, cookie = house(), request.cookies.get(SESSION_COOKIE, "")
    session_id = rooms.accounts.session(cookie) if cookie else None
    return rooms.accounts.session_account(session_id) if session_id else None


def _may_use_given_token(request: Request) -> bool:
    return bool(house().settings.access_token) and is_own_host(request.headers.get("host", ""))


def _signed_in(request: Request) -> bool:
    """Whether a member, or this machine's own LINKEDIN_ACCESS_TOKEN, asks."""
    return _may_use_given_token(request) or _member(request) is not None


def _or_503(endpoint: Endpoint) -> Endpoint:
    """The endpoint, which says so when settings or database are broken; the pages say what is wrong."""

    async def careful(request: Request) -> Response:
        try:
            return await endpoint(request)
        except TROUBLE:
            return JSONResponse({"error": "the dashboard cannot work yet; its pages say why"}, 503)

    return careful


def routes() -> list[BaseRoute]:
    """The addresses of this server besides the pages."""
    try:
        given = house().settings
    except TROUBLE:  # the pages say what is wrong; the server must be up for that
        given = None
    paths = {CALLBACK_PATH, given.callback_path if given else CALLBACK_PATH} - PAGES - {"/"}
    found: list[BaseRoute] = [Route(path, callback) for path in sorted(paths)]
    found += [
        Route("/auth/session", _or_503(session), methods=["POST"]),
        Route("/backup.zip", _or_503(backup)),
        Route("/uploads/{sha256}", _or_503(uploaded)),
        Route("/uploads/{sha256}/pages/{number:int}", _or_503(uploaded_page)),
    ]
    if given and given.built_in_sandbox:
        found.append(Mount(SANDBOX_PATH, create_app(sandbox())))
    return found


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Publishing goes on with the server, and stops with it."""
    # Its lines would carry the code of a sign-in, and the session of an upload, to the terminal.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # a line for each websocket tells nobody anything
    rooms = None
    with contextlib.suppress(*TROUBLE):
        rooms = house()
        rooms.served_at("127.0.0.1", int(config.get_option("server.port")))
        rooms.start()
    yield
    if rooms:
        rooms.engine.stop()


middleware = [Middleware(Visitor)]
