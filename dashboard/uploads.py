"""Uploaded files on disk, named by their SHA-256, until some days after they were published."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

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
        part = self.folder / f"{secrets.token_hex(8)}.part"
        sha256 = hashlib.sha256()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                while block := stream.read(BLOCK_BYTES):
                    sha256.update(block)
                    file.write(block)
            return sha256.hexdigest(), part.replace(self.path(sha256.hexdigest()))
        except OSError as error:
            with contextlib.suppress(OSError):  # the folder may be no folder at all
                part.unlink()
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise UploadRefused(
                    "The disk of this machine is full. Free some space and choose the file again."
                ) from None
            raise UploadRefused(
                f"The folder {self.folder} cannot be written. Check that it belongs to you and choose the file again."
            ) from None

    def path(self, sha256: str) -> Path:
        """Where a file lies, or would. Raises: ValueError for anything but a SHA-256."""
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def sweep(self, wanted: Collection[str]) -> int:
        """Delete what nobody wants any more and is a week old; how many files went."""
        gone = 0
        for file in self.folder.glob("*"):
            if file.name not in wanted and time.time() - file.stat().st_mtime > KEPT_S:
                file.unlink(missing_ok=True)
                gone += 1
        return gone
