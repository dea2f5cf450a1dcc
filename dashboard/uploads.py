"""Uploaded files on disk, named by their SHA-256, until some days after they were published."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import BinaryIO, TypeVar

T = TypeVar("T")
BLOCK_BYTES = 1 << 20
KEPT_S = 7 * 86_400  # so that "Use again" finds the pictures of last week's post


class UploadRefused(OSError):
    """A file that could not be kept; the message says what to do."""


class Uploads:
    """The folder of uploaded files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, stream: BinaryIO) -> tuple[str, Path]:
        """Copy a stream to disk, 1 MiB at a time; its SHA-256 (hex) and path. Raises: UploadRefused."""
        return self.keep_if(stream, lambda _, sha256: (sha256, self.path(sha256)))

    def keep_if(self, stream: BinaryIO, check: Callable[[Path, str], T]) -> T:
        """Copy a stream to disk unless `check`, given the copy and its SHA-256, raises; what `check` found.

        Raises: UploadRefused, and what `check` raises.
        """
        # Checked under a name of its own: the same bytes may already be kept for another post or member.
        part = self.folder / f"{secrets.token_hex(8)}.part"
        try:
            sha256 = self._copy(stream, part)
            found = check(part, sha256)
            part.replace(self.path(sha256))
        except OSError as error:
            raise self._refusal(error) from None
        finally:
            with contextlib.suppress(OSError):  # renamed by now, or the folder is no folder at all
                part.unlink()
        return found

    def _copy(self, stream: BinaryIO, part: Path) -> str:
        """The SHA-256 of what was copied; for its owner only, as posts are not public before they are published."""
        sha256 = hashlib.sha256()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while block := stream.read(BLOCK_BYTES):
                sha256.update(block)
                file.write(block)
        return sha256.hexdigest()

    def _refusal(self, error: OSError) -> UploadRefused:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return UploadRefused("The disk of this machine is full. Free some space and choose the file again.")
        return UploadRefused(
            f"The folder {self.folder} cannot be written. Check that it belongs to you and choose the file again."
        )

    def path(self, sha256: str) -> Path:
        """Where a file lies, or would. Raises: ValueError for anything but a SHA-256."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def picture_path(self, sha256: str, number: int) -> Path:
        """Where the picture of a document's page lies, or would. Raises: ValueError for anything but a SHA-256."""
        return self.folder / f"{self.path(sha256).name}.p{int(number)}.jpg"

    def sweep(self, wanted: Collection[str]) -> int:
        """Delete what nobody wants any more and is a week old; how many files went."""
        gone = 0
        for file in self.folder.glob("*"):
            if self._is_unwanted(file, wanted):
                file.unlink(missing_ok=True)
                gone += 1
        return gone

    def _is_unwanted(self, file: Path, wanted: Collection[str]) -> bool:
        """A page's picture goes with its document, however young it is, and not before."""
        document, _, picture = file.name.partition(".p")
        owner = self.folder / document if picture.endswith(".jpg") else file
        try:
            return owner.name not in wanted and time.time() - owner.stat().st_mtime > KEPT_S
        except FileNotFoundError:
            return True
