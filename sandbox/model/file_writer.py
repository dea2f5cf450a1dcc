"""Writes a request's bytes to a file in threads, apart from the event loop, and detects the file's type."""

from __future__ import annotations

import asyncio
import hashlib
import io
import mmap
import os
import re
import shutil
import struct
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO

BUFFER_BYTES = 1024 * 1024  # larger buffers were slower: they exceed the processor's cache
HEAD_BYTES = 16

OFFICE = "application/vnd.openxmlformats-officedocument."
PPTX = (f"{OFFICE}presentationml.presentation", ".pptx")
DOCX = (f"{OFFICE}wordprocessingml.document", ".docx")
PPT = ("application/vnd.ms-powerpoint", ".ppt")
DOC = ("application/msword", ".doc")
PDF = ("application/pdf", ".pdf")
DOCUMENTS = (PDF, PPTX, DOCX, PPT, DOC)
ZIP = ("application/zip", ".zip")
VTT = ("text/vtt", ".vtt")
SRT = ("application/x-subrip", ".srt")
MP4 = ("video/mp4", ".mp4")
SIGNATURES = (
    (b"\xff\xd8\xff", ("image/jpeg", ".jpg")),
    (b"\x89PNG\r\n\x1a\n", ("image/png", ".png")),
    (b"GIF87a", ("image/gif", ".gif")),
    (b"GIF89a", ("image/gif", ".gif")),
    (b"%PDF", PDF),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOC),
    (b"WEBVTT", VTT),
)
SRT_START = re.compile(rb"\d+[ \t]*\r?\n")  # a cue's number on a line of its own
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DIRECTORY_MAX_BYTES = 8 << 20  # 300 slides need about half a megabyte
POWERPOINT_STREAM = "PowerPoint Document".encode("utf-16-le")


def sniff(head: bytes) -> tuple[str, str]:
    """Content type and file extension by the first bytes; ("", "") for a type that LinkedIn does not accept. [D]

    A .pptx or .docx is only a .zip here, and a .ppt a .doc; `sniff_file` looks further.
    """
    if head[4:8] == b"ftyp" and head[8:12] != b"qt  ":
        return MP4
    head = head.removeprefix(BYTE_ORDER_MARK)
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    return SRT if SRT_START.match(head) else ("", "")


def sniff_file(path: Path) -> tuple[str, str]:
    """As `sniff`, with a look inside office files; ("", "") for a zip file that holds no document."""
    with path.open("rb") as file:
        kind = sniff(file.read(HEAD_BYTES))
    if kind == ZIP:
        return _office(path)
    return PPT if kind == DOC and _holds(path, POWERPOINT_STREAM) else kind


class _Directory(io.FileIO):
    """A ZIP file of whose table of contents nobody reads more than any document has."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_MAX_BYTES:
            raise zipfile.BadZipFile
        return super().read(size) or b""


def _office(path: Path) -> tuple[str, str]:
    try:
        with _Directory(path) as file, zipfile.ZipFile(file) as archive:
            folders = {name.partition("/")[0] for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        return "", ""
    if "ppt" in folders:
        return PPTX
    return DOCX if "word" in folders else ("", "")


def _holds(path: Path, wanted: bytes) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return whole.find(wanted) >= 0


def join_files(parts: Sequence[Path], target: Path) -> tuple[int, str]:
    """Write the files one after another into `target`; its size in bytes, and its SHA-256 in hex."""
    with os.fdopen(os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, BUFFER_BYTES)
        size_bytes = whole.tell()
        whole.seek(0)
        return size_bytes, hashlib.file_digest(whole, "sha256").hexdigest()


class TooLargeError(Exception):
    """More bytes were received than are allowed."""


class FileWriter:
    """A file that chunks are written to; `size_bytes` and `sha256` describe what was received.

    While one buffer is written in a thread, the next one fills.
    """

    def __init__(self, path: Path, *, max_bytes: int, hashed: bool = True) -> None:
        self._path, self._max_bytes = path, max_bytes
        self._hash = hashlib.sha256() if hashed else None
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """The SHA-256 of everything that was written, in hex; "" when it was not requested."""
        return self._hash.hexdigest() if self._hash else ""

    async def take(self, chunks: AsyncIterator[bytes]) -> None:
        """Write every chunk. Raises TooLargeError; closes the file in any case."""
        writing: asyncio.Future[None] | None = None
        with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            try:
                async for buffer in self._buffers(chunks):
                    if writing is not None:
                        await writing
                    writing = asyncio.ensure_future(asyncio.to_thread(self._write, file, buffer))
            finally:
                if writing is not None:
                    await asyncio.wait([writing])
            if writing is not None:
                writing.result()

    async def _buffers(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
        buffer: list[bytes] = []
        free_bytes = BUFFER_BYTES
        async for chunk in chunks:
            self.size_bytes += len(chunk)
            if self.size_bytes > self._max_bytes:
                raise TooLargeError
            buffer.append(chunk)
            free_bytes -= len(chunk)
            if free_bytes <= 0:
                yield buffer
                buffer, free_bytes = [], BUFFER_BYTES
        yield buffer

    def _write(self, file: BinaryIO, buffer: list[bytes]) -> None:
        # One call for all chunks: each call waits for the interpreter lock, which the event loop often holds.
        whole = b"".join(buffer)
        if self._hash:
            self._hash.update(whole)
        file.write(whole)
