"""A house in a folder of its own, with Ada signed in at the sandbox, and drafts for her to publish."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from dashboard.accounts.account import Account
from dashboard.config.settings import load
from dashboard.db.database import open_database
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from dashboard.services import Services
from linkedin_api import Profile, Token
from sandbox.directory.members import ADA, Member
from tests.conftest import RunningSandbox
from tests.support.tables import with_tables

SCOPES = ["openid", "profile", "email", "w_member_social"]
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 3000
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"frames" * 20_000
PDF = b"%PDF-1.7\n" + b"pages " * 2000
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
SRT = b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"  # the same
PARENT = "urn:li:share:7106697166089269248"
# What a file is by its first bytes: kind, content type, name.
KINDS = {
    MP4[:12]: ("video", "video/mp4", "a.mp4"),
    PDF[:5]: ("document", "application/pdf", "a.pdf"),
    VTT[:6]: ("captions", "text/vtt", "a.vtt"),
}
SECRET_KEY = "a key for tests, longer than 32 characters"
RESEND_AFTER_S = 0.05
BOTH = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("services", BOTH, indirect=True)


def open_services(folder: Path, url: str, **environ: str) -> Services:
    """The rooms on a SQLite file in `folder` unless told otherwise, speaking to the LinkedIn at `url`."""
    given = {
        "LINKEDIN_AUTH_URL": url,
        "LINKEDIN_API_URL": url,
        "DATABASE_URL": f"sqlite:///{folder}/dashboard.db",
        "DATA_FOLDER": str(folder),
        "SECRET_KEY": SECRET_KEY,
    }
    settings = load(given | environ, None)
    return Services(settings, opened(settings.database), resend_after_s=RESEND_AFTER_S)


def opened(where: Path | str) -> Engine:
    """An engine on a database; a SQLite file that is not there yet begins with all its tables."""
    return open_database(with_tables(where) if isinstance(where, Path) else where)


def database_url(request: pytest.FixtureRequest, folder: Path, on_postgresql: str = "tables_url") -> str:
    """The address of a database without a row: PostgreSQL for a fixture with that parameter, else a SQLite file."""
    if getattr(request, "param", "sqlite") == "postgresql":
        return str(request.getfixturevalue(on_postgresql))
    return f"sqlite:///{folder}/dashboard.db"


def new_database(request: pytest.FixtureRequest, folder: Path) -> Engine:
    """An engine on a database with all tables and no row."""
    given = {"DATABASE_URL": database_url(request, folder), "SECRET_KEY": SECRET_KEY}
    return opened(load(given, None).database)


@pytest.fixture
def services(request: pytest.FixtureRequest, tmp_path: Path, linkedin: RunningSandbox) -> Iterator[Services]:
    found = open_services(tmp_path, linkedin.url, DATABASE_URL=database_url(request, tmp_path))
    yield found
    found.database.dispose()


@pytest.fixture
def ada(services: Services, linkedin: RunningSandbox) -> Account:
    return signed_in(services, linkedin)


def profile(member: Member = ADA) -> Profile:
    return Profile.from_claims(member.claims(SCOPES, "http://127.0.0.1"))


def new_token(linkedin: RunningSandbox, member: Member = ADA) -> Token:
    """A token that this sandbox accepts."""
    token = linkedin.state.tokens.new_access_token("sandbox-client", member.sub, SCOPES)
    return Token(access_token=token, expires_in_s=60 * 86_400, scopes=tuple(SCOPES))


def signed_in(services: Services, linkedin: RunningSandbox, member: Member = ADA) -> Account:
    return services.accounts.save(profile(member), new_token(linkedin, member))


def attached(services: Services, content: bytes = PNG, **said: Any) -> Attachment:
    """A file that was chosen in the composer; what is no video, document or captions passes for a picture."""
    sha256, _ = services.uploads.keep(io.BytesIO(content))
    picture = ("image", "image/png", "a.png")
    kind, content_type, name = next((known for start, known in KINDS.items() if content.startswith(start)), picture)
    size_px = (640, 400) if kind in ("image", "video") else (0, 0)
    file = MediaFile(sha256, name, kind, content_type, len(content), *size_px, 4.0 if kind == "video" else None)
    return Attachment(file, **said)


def draft_of(services: Services, kind: str, dialect: str = "v2", text: str = "Hello", parent: str = PARENT) -> Draft:
    """A draft that may be sent: a kind of post, "images", "card" (an article with a thumbnail) or "captioned"."""
    one = (attached(services, alt_text="A bridge", title="Bridge"),)
    film = (attached(services, MP4, title="Film"),)
    article = Draft(kind="article", text=text, dialect=dialect, url="https://example.com/a", title="A title")
    video = Draft(kind="video", text=text, dialect=dialect, video=film)
    return {
        "text": Draft(text=text, dialect=dialect),
        "article": article,
        "card": article.changed(thumbnail=one),
        "image": Draft(kind="image", text=text, dialect=dialect, images=one),
        "images": Draft(
            kind="image",
            text=text,
            dialect=dialect,
            images=(attached(services, alt_text="A bridge"), attached(services, PNG + b"2")),
        ),
        "video": video,
        "captioned": video.changed(captions=(attached(services, VTT),), cover=(attached(services, PNG + b"cover"),)),
        "document": Draft(
            kind="document", text=text, dialect=dialect, document=(attached(services, PDF, title="Report"),)
        ),
        "poll": Draft(kind="poll", text=text, dialect=dialect, question="Tea?", options=("Yes", "No")),
        "reshare": Draft(kind="reshare", text=text, dialect=dialect, parent=parent),
    }[kind]
