"""Around Streamlit's own upload route: for members only, within a quota, and freed when the tab goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from dashboard.web.body import drain
from dashboard.web.limiter import Overloaded
from dashboard.web.visitor import TROUBLE, who
from linkedin_api.reference import limits

UPLOADS = "/_stcore/upload_file/"  # then the id of Streamlit's session, then that of the file
FILES_BY_SESSION = "file_storage"  # an internal name of Streamlit 1.67; a test notices when it moves
# Streamlit holds an upload in memory until the page has taken it.
MEMBER_MAX_BYTES = limits.VIDEO_MAX_BYTES + (140 << 20)
ALL_MAX_BYTES = 2 * MEMBER_MAX_BYTES


class UploadGuard:
    """Lets members upload to Streamlit, and counts what it holds for each of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owners: dict[str, Hashable] = {}  # of Streamlit's sessions
        self._coming: Counter[Hashable] = Counter()  # bytes that are on their way, by member

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse an upload."""
        if scope["type"] == "websocket":
            try:
                await self._app(scope, receive, send)
            finally:
                self._free()
        elif scope["type"] == "http" and scope["method"] == "PUT" and UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = Request(scope).headers.get("content-length", "")
        whose, refusal = await self._refusal(Request(scope), size)
        if refusal:
            await drain(receive)
            await refusal(scope, receive, send)
            return
        self._coming[whose] += int(size)
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[whose] -= int(size)
            self._owners[scope["path"].partition(UPLOADS)[2].partition("/")[0]] = whose
            self._free()

    async def _refusal(self, request: Request, size: str) -> tuple[Hashable, JSONResponse | None]:
        """Whose upload it is, and why it is refused."""
        try:
            whose = await who(request)
        except (Overloaded, *TROUBLE):
            return None, _said(503, "The dashboard cannot look up who you are. Try again in a few seconds.")
        if whose is None:
            return None, _said(403, "Only members may upload files. Sign in, then choose the file again.")
        if not size.isdecimal():
            return None, _said(411, "The upload does not say how large it is.")
        held = Counter(self._coming)
        for session_id, size_bytes in _held():
            held[self._owners.get(session_id)] += size_bytes
        if held[whose] + int(size) > MEMBER_MAX_BYTES:
            return None, _said(413, "You are uploading too much at once. Choose fewer files, or wait for the others.")
        if held.total() + int(size) > ALL_MAX_BYTES:
            return None, _said(413, "Others are uploading at this moment. Choose the file again in a minute.")
        return whose, None

    def _free(self) -> None:
        """Drop the files of tabs that are gone: Streamlit does so after ten minutes, and only when another tab goes."""
        with_files = {session_id for session_id, _ in _held()}
        for session_id in with_files:
            if not runtime.get_instance().is_active_session(session_id):
                runtime.get_instance().uploaded_file_mgr.remove_session_files(session_id)
        self._owners = {each: whose for each, whose in self._owners.items() if each in with_files}


def _held() -> Iterator[tuple[str, int]]:
    """How many bytes Streamlit holds for each of its sessions."""
    if runtime.exists():
        storage: Any = getattr(runtime.get_instance().uploaded_file_mgr, FILES_BY_SESSION)
        for session_id, files in list(storage.items()):
            yield session_id, sum(len(each.data) for each in list(files.values()))


def _said(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)
