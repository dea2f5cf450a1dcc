"""Routes for people: the start page, a post's page, uploaded files, a member's picture."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox.directory.members import MEMBERS
from sandbox.http.request import base_url
from sandbox.model.state import Sandbox
from sandbox.web import pages
from sandbox.web.post_card import Talk

POSTS_SHOWN = 20
# The extension of an uploaded file was chosen by its bytes, so it tells the type.
SHOWN = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".pdf": "application/pdf",
}
# A browser saves these types, because it cannot show them.
OFFICE = "application/vnd.openxmlformats-officedocument."
SAVED = {
    ".pptx": f"{OFFICE}presentationml.presentation",
    ".docx": f"{OFFICE}wordprocessingml.document",
    ".ppt": "application/vnd.ms-powerpoint",
    ".doc": "application/msword",
}
FILE_NAME = re.compile(r"\w+(\.\w+)", re.ASCII)

PORTRAIT = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="400" height="400">
<defs><linearGradient id="sky" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#7cc4e8"/>
<stop offset="1" stop-color="#5267c9"/></linearGradient></defs>
<rect width="200" height="200" fill="url(#sky)"/><circle cx="156" cy="44" r="60" fill="#fff" opacity=".12"/>
<path d="M58 96c0-34 18-54 43-54s43 20 43 54c0 30 6 46 12 58H46c6-12 12-28 12-58z" fill="#3b2430"/>
<path d="M28 200c2-34 26-50 72-50s70 16 72 50z" fill="#f5efe6"/>
<path d="M82 128h36v26a18 16 0 0 1-36 0z" fill="#d99f7d"/>
<ellipse cx="100" cy="100" rx="31" ry="38" fill="#eab896"/>
<path d="M67 98c0-30 16-44 35-44s31 14 31 42c-14-4-26-14-33-26-6 14-18 24-33 28z" fill="#3b2430"/>
<circle cx="88" cy="102" r="3.2" fill="#33222b"/><circle cx="112" cy="102" r="3.2" fill="#33222b"/>
<path d="M88 119c7 7 17 7 24 0" fill="none" stroke="#9c4a3c" stroke-width="3" stroke-linecap="round"/></svg>"""


def start(request: Request) -> Response:
    """Answer with the start page."""
    sandbox: Sandbox = request.app.state.sandbox
    return pages.start(base_url(request), sandbox.posts.newest(POSTS_SHOWN), sandbox.posts)


def update(request: Request) -> Response:
    """Answer with the page of one post; 404 when it was deleted."""
    sandbox: Sandbox = request.app.state.sandbox
    post = sandbox.posts.get(request.path_params["urn"])
    if post is None:
        return pages.missing(base_url(request), "This post does not exist, or it was deleted.")
    sandbox.views.count(post.urn)
    parent = sandbox.posts.get(post.parent) if post.parent else None
    return pages.published(base_url(request), post, parent, Talk.of(post, sandbox.social))


def media(request: Request) -> Response:
    """Answer with an uploaded file, also with a range of it; Office documents are sent as downloads."""
    sandbox: Sandbox = request.app.state.sandbox
    name = request.path_params["name"]
    path = sandbox.assets.folder / name
    match = FILE_NAME.fullmatch(name)
    if match is None or match.group(1) not in {**SHOWN, **SAVED} or not path.is_file():
        return pages.missing(base_url(request), "This file does not exist.")
    headers = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}
    if path.suffix in SAVED:
        return FileResponse(path, media_type=SAVED[path.suffix], headers=headers, filename=name)
    return FileResponse(path, media_type=SHOWN[path.suffix], headers=headers)


def picture(request: Request) -> Response:
    """Answer with a member's picture; 404 without one."""
    member = MEMBERS.get(request.path_params["sub"])
    if member is None or not member.has_picture:
        return pages.missing(base_url(request), "This member has no picture.")
    headers = {"content-security-policy": "default-src 'none'", "cache-control": "max-age=3600"}
    return Response(PORTRAIT, media_type="image/svg+xml", headers=headers)


def style(_: Request) -> Response:
    """Answer with the stylesheet of every page."""
    return Response(pages.STYLE, media_type="text/css", headers={"cache-control": "max-age=60"})


ROUTES = [
    Route("/", start),
    Route("/feed/update/{urn}", update),
    Route("/feed/update/{urn}/", update),
    Route("/media/{name}", media),
    Route("/pictures/{sub}", picture),
    Route("/style.css", style),
]
