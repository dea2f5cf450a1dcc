"""Everything in one ZIP file, written while everything runs: the database as SQLite, and the uploaded files."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine

from dashboard.db.database import open_database, private_folder
from dashboard.files.uploads import Uploads
from dashboard.maintenance.copy_database import copy, files_of

_one_at_a_time = threading.Lock()  # each may need as much room as all uploads together
README = """A backup of the LinkedIn dashboard
==================================

dashboard.db   the database: accounts, drafts, templates, the queue and History
uploads/       the pictures, films and documents that they name, as far as they were still kept
{tokens}

To restore it
1. Stop the dashboard and every worker.
2. Unpack this file into an empty folder.
3. Set DATABASE_URL=sqlite:///that/folder/dashboard.db{key} and start with DASHBOARD_PUBLISHES=no.
   Or bring it to PostgreSQL: make move FROM=sqlite:///that/folder/dashboard.db TO=postgresql://user:password@host/name
4. Look at the pages Queue and History: scheduled posts that went out after this backup was made wait in it still, and
   would go out once more. Cancel those.
5. Start again with DASHBOARD_PUBLISHES=yes.
"""
LOCKED = """
The members' tokens are in it, encrypted. Only the SECRET_KEY of that dashboard opens them (or the file secret_key in
its data folder). It is not in here: keep it somewhere else. Without it members sign in again."""
NO_TOKENS = """
Tokens and sign-ins are not in it: whoever restores it signs in again. Of connected members it has the posts, with
their name and picture."""


def backup(database: Engine, uploads: Uploads, file: Path) -> int:
    """Write everything to a file, which appears when it is complete; how many uploaded files are in it.

    For whoever runs the dashboard: the encrypted tokens are in it. Raises: OSError, SQLAlchemyError, StoreError.
    """
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as stream:
            count = write(database, uploads, stream, beside=file.parent)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        with contextlib.suppress(OSError):  # renamed by now
            part.unlink()
    return count


def of_accounts(database: Engine, uploads: Uploads, accounts: Sequence[int]) -> BinaryIO:
    """A temporary file with a member's backup, at its beginning; closing it deletes it.

    Raises: OSError, SQLAlchemyError, StoreError.
    """
    beside = uploads.folder.parent  # with PostgreSQL nothing may have made it yet
    private_folder(beside)
    with _one_at_a_time, contextlib.ExitStack() as failed:
        stream = failed.enter_context(tempfile.TemporaryFile(dir=beside))
        write(database, uploads, stream, accounts=accounts, beside=beside)
        stream.seek(0)
        failed.pop_all()
    return stream


def write(
    database: Engine,
    uploads: Uploads,
    stream: BinaryIO,
    *,
    accounts: Sequence[int] | None = None,
    beside: Path | None = None,
) -> int:
    """Write a backup to a stream that can seek; how many uploaded files are in it.

    accounts are the member who asks, then those connected to them: see moving.copy(); no token is in it then. beside
    is the folder for what is being prepared, the system's own unless given. Never more than a few MB in memory.
    Raises: OSError, SQLAlchemyError, StoreError.
    """
    everything = accounts is None
    with tempfile.TemporaryDirectory(prefix="backup-", dir=beside) as folder:
        file = Path(folder) / "dashboard.db"
        names = _prepare(database, file, accounts)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:  # media are compressed already
            tokens, key = (LOCKED, " and the same SECRET_KEY") if everything else (NO_TOKENS, "")
            packed.writestr("README.txt", README.format(tokens=tokens, key=key))
            packed.write(file, "dashboard.db", zipfile.ZIP_DEFLATED)
            return sum(_pack(packed, uploads, Path(folder), name) for name in sorted(names))


def _prepare(database: Engine, file: Path, accounts: Sequence[int] | None) -> set[str]:
    """The copy of the database, in one file; which uploaded files it names."""
    prepared = open_database(file)
    try:
        copy(database, prepared, accounts=accounts, secrets=accounts is None, visits=False)
        return files_of(prepared)
    finally:
        prepared.dispose()  # closing the last connection removes SQLite's -wal file


def _pack(packed: zipfile.ZipFile, uploads: Uploads, folder: Path, sha256: str) -> bool:
    """Put one file in; False when it is not kept any more, or is damaged."""
    checked = Uploads(folder)  # a verified copy: nothing can be removed from a ZIP
    if not checked.bring(sha256, uploads):
        return False
    packed.write(checked.path(sha256), f"uploads/{sha256}")
    checked.path(sha256).unlink()
    return True
