"""Uploaded files by their SHA-256, until some days after they were published: in a folder, which is a cache when the
database is a PostgreSQL that keeps them too.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.db.database import DatabaseUnavailable, private_folder
from dashboard.files.postgres_blobs import Damaged, PostgresBlobs

T = TypeVar("T")
BLOCK_BYTES = 1 << 20
KEPT_S = 7 * 86_400  # so that "Use again" finds the pictures of last week's post
PART_KEPT_S = 86_400  # what a process left behind that was killed while it wrote
NO_SPACE = {"53100"}  # PostgreSQL's own code for a disk that is full
log = logging.getLogger(__name__)


class UploadRefused(OSError):
    """A file that could not be kept; the message says what to do."""


class Uploads:
    """The folder of uploaded files; with PostgreSQL the files of all machines, each brought here when it is needed."""

    def __init__(self, folder: Path, database: Engine | None = None) -> None:
        self.folder = folder
        shared = database is not None and database.dialect.name == "postgresql"
        self._blocks = PostgresBlobs(database) if database is not None and shared else None

    def keep(self, stream: BinaryIO) -> tuple[str, Path]:
        """Keep a stream, 1 MiB at a time; its SHA-256 (hex) and path. Raises: UploadRefused."""
        return self.keep_if(stream, lambda _, sha256: (sha256, self._place(sha256)))

    def keep_if(self, stream: BinaryIO, check: Callable[[Path, str], T]) -> T:
        """Keep a stream unless `check`, given a copy on disk and its SHA-256, raises; what `check` found.

        Raises: UploadRefused, and what `check` raises.
        """
        # Checked under a name of its own: the same bytes may already be kept for another post or member.
        with self.part() as part:
            sha256 = self._copy(iter(partial(stream.read, BLOCK_BYTES), b""), part)
            found = check(part, sha256)
            self._share(sha256, part)
            part.replace(self._place(sha256))
            return found

    @contextlib.contextmanager
    def part(self) -> Iterator[Path]:
        """Where a file may be written, for its owner only, that is gone afterwards unless it has got another name.

        Raises: UploadRefused in place of every OSError that comes out of the block.
        """
        part = self.folder / f"{secrets.token_hex(8)}.part"
        try:
            private_folder(self.folder)
            part.touch(mode=0o600)
            yield part
        except OSError as error:
            raise self._refusal(error) from None
        finally:
            with contextlib.suppress(OSError):  # renamed by now, or the folder is no folder at all
                part.unlink()

    def bring(self, sha256: str, source: Uploads) -> bool:
        """Keep a file that others keep; False when they have not got it, or only damaged.

        Raises: UploadRefused, SQLAlchemyError.
        """
        if self._blocks is None and self.has(sha256):
            return True
        with self.part() as part:
            try:
                if self._blocks:
                    self._put(sha256, source.read(sha256))
                elif self._copy(source.read(sha256), part) == sha256:
                    part.replace(self._place(sha256))
            except (Damaged, FileNotFoundError):
                return False
        return self._place(sha256).is_file() if self._blocks is None else self._blocks.has(sha256)

    def path(self, sha256: str) -> Path:
        """Where a file lies, or would: one that only the database has is brought here first.

        Raises: ValueError for anything but a SHA-256; SQLAlchemyError, or StoreError for a disk that cannot take it.
        """
        place = self._place(sha256)
        if self._blocks and not place.is_file() and self._blocks.has(sha256):
            self._fetch(self._blocks, sha256, place)
        return place

    def has(self, sha256: str) -> bool:
        """Whether it can be published. With PostgreSQL by any worker, so that a copy here alone does not count."""
        place = self._place(sha256)
        if self._blocks:
            with contextlib.suppress(SQLAlchemyError):  # away: a draft may still be written
                return self._blocks.has(sha256)
        return place.is_file()

    def read(self, sha256: str) -> Iterator[bytes]:
        """The file in blocks, from here or the database. Raises: OSError while reading, SQLAlchemyError."""
        place = self._place(sha256)
        if self._blocks and not place.is_file():
            yield from self._blocks.read(sha256)
            return
        with place.open("rb") as file:
            yield from iter(partial(file.read, BLOCK_BYTES), b"")

    def picture_path(self, sha256: str, number: int) -> Path:
        """Where the picture of a document's page lies, or would. Raises: ValueError for anything but a SHA-256."""
        return self.folder / f"{self._place(sha256).name}.p{int(number)}.jpg"

    def sweep(self, wanted: Collection[str]) -> int:
        """Delete what nobody wants any more and is a week old, here and in the database; how many files went."""
        gone = self._blocks.sweep(wanted, KEPT_S) if self._blocks else 0
        for file in self.folder.glob("*"):
            if self._is_unwanted(file, wanted):
                file.unlink(missing_ok=True)
                gone += 1
        return gone

    def _is_unwanted(self, file: Path, wanted: Collection[str]) -> bool:
        """A page's picture goes with its document, however young it is, and not before."""
        document, _, picture = file.name.partition(".p")
        owner = self.folder / document if picture.endswith(".jpg") else file
        kept_s = PART_KEPT_S if file.suffix == ".part" else KEPT_S
        try:
            return owner.name not in wanted and time.time() - owner.stat().st_mtime > kept_s
        except FileNotFoundError:
            return True

    def _place(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256

    def _copy(self, blocks: Iterable[bytes], part: Path) -> str:
        """The SHA-256 of what was copied; for its owner only, as posts are not public before they are published."""
        sha256 = hashlib.sha256()
        private_folder(self.folder)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for block in blocks:
                sha256.update(block)
                file.write(block)
        return sha256.hexdigest()

    def _share(self, sha256: str, part: Path) -> None:
        """Let the other machines have it: only then is it kept."""
        if self._blocks:
            with part.open("rb") as file:
                self._put(sha256, iter(partial(file.read, BLOCK_BYTES), b""))

    def _put(self, sha256: str, blocks: Iterable[bytes]) -> None:
        try:
            if self._blocks:
                self._blocks.put(sha256, blocks)
        except SQLAlchemyError as error:
            log.warning("An uploaded file could not be kept in the database: %s", error)
            raise _not_shared(error) from None

    def _fetch(self, blocks: PostgresBlobs, sha256: str, place: Path) -> None:
        part = self.folder / f"{secrets.token_hex(8)}.part"
        try:
            if self._copy(blocks.read(sha256), part) == sha256:
                part.replace(place)
        except Damaged as error:
            log.error("%s It has to be chosen again.", error)  # noqa: TRY400 - the database is to blame, not our code
            blocks.drop(sha256)
        except OSError as error:  # no fault of the file: another worker may have the space
            raise DatabaseUnavailable(self._sentence(error, "try again")) from None
        finally:
            with contextlib.suppress(OSError):
                part.unlink()

    def _refusal(self, error: OSError) -> UploadRefused:
        if isinstance(error, UploadRefused):
            return error
        return UploadRefused(self._sentence(error, "choose the file again"))

    def _sentence(self, error: OSError, next_step: str) -> str:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"The disk of this machine is full. Free some space and {next_step}."
        return f"The folder {self.folder} cannot be written. Check that it belongs to you and {next_step}."


def _not_shared(error: SQLAlchemyError) -> UploadRefused:
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in NO_SPACE:
        return UploadRefused("The disk of the database server is full. Free some space and choose the file again.")
    return UploadRefused("The database did not take the file. Check that it runs, then choose the file again.")
