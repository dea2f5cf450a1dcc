"""Routes for people: the start page, a post's page, uploaded files, a member's picture."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox.directory.authors import BY_URN
from sandbox.directory.pictures import svg_of
from sandbox.http.request import base_url, own_path
from sandbox.model.file_writer import DOCUMENTS, MP4, SIGNATURES, SRT
from sandbox.model.state import Sandbox
from sandbox.protocol.evidence import told
from sandbox.web import pages
from sandbox.web.post_card import Talk

POSTS_SHOWN = 20
# The extension of an uploaded file was chosen by its bytes, so it tells the type. A browser saves Office documents,
# because it cannot show them; the first of DOCUMENTS is PDF, which it can.
SAVED = {extension: content_type for content_type, extension in DOCUMENTS[1:]}
TYPES = SAVED | {extension: content_type for content_type, extension in (MP4, SRT, *dict(SIGNATURES).values())}
FILE_NAME = re.compile(r"\w+(\.\w+)", re.ASCII)


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
    if match is None or match.group(1) not in TYPES or not path.is_file():
        return pages.missing(base_url(request), "This file does not exist.")
    headers = {"content-security-policy": "default-src 'none'; sandbox", "x-content-type-options": "nosniff"}
    file_name = name if path.suffix in SAVED else None
    return FileResponse(path, media_type=TYPES[path.suffix], headers=headers, filename=file_name)


def picture(request: Request) -> Response:
    """Answer with a member's picture or an organization's logo; 404 without one."""
    path = own_path(request)
    svg = next((svg_of(author) for author in BY_URN.values() if author.picture_path == path), None)
    if svg is None:
        return pages.missing(base_url(request), "There is no such picture.")
    headers = {"content-security-policy": "default-src 'none'", "cache-control": "max-age=3600"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


def style(_: Request) -> Response:
    """Answer with the stylesheet of every page."""
    return Response(pages.STYLE, media_type="text/css", headers={"cache-control": "max-age=60"})


ROUTES = [
    Route("/", told("I", start)),
    Route("/feed/update/{urn}", told("I", update)),
    Route("/feed/update/{urn}/", told("I", update)),
    Route("/media/{name}", told("I", media)),
    Route("/pictures/{key}", told("I", picture)),
    Route("/logos/{key}", told("I", picture)),
    Route("/style.css", told("I", style)),
]
