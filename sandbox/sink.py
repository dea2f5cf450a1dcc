"""Bytes from a request to a file: hashed and written in threads, so that the event loop only moves them."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

BUFFER_BYTES = 4 * 1024 * 1024
HEAD_BYTES = 16

SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
)


def sniff(head: bytes) -> tuple[str, str]:
    """Content type and file extension by the first bytes; ("", "") for what LinkedIn does not take. [D]"""
    if head[4:8] == b"ftyp" and head[8:12] != b"qt  ":
        return "video/mp4", ".mp4"
    for signature, content_type, extension in SIGNATURES:
        if head.startswith(signature):
            return content_type, extension
    return "", ""


class TooLargeError(Exception):
    """More bytes came than are allowed."""


class Sink:
    """A file that takes chunks at the speed of the network; `size_bytes`, `head` and `sha256` tell what came.

    While one buffer is hashed and written in a thread, the next one fills.
    """

    def __init__(self, path: Path, *, max_bytes: int, offset: int = 0) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        self._offset = offset
        self._max_bytes = max_bytes
        self._hash = hashlib.sha256()
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._writing: asyncio.Future[None] | None = None
        self.size_bytes = 0
        self.head = b""

    @property
    def sha256(self) -> str:
        """The hash of everything that came, in hex."""
        return self._hash.hexdigest()

    async def take(self, chunks: AsyncIterator[bytes]) -> None:
        """Write every chunk. Raises TooLargeError; closes the file in any case."""
        try:
            async for chunk in chunks:
                await self._add(chunk)
            await self._flush()
            await self._wait()
        finally:
            await self._close()

    async def _add(self, chunk: bytes) -> None:
        self.size_bytes += len(chunk)
        if self.size_bytes > self._max_bytes:
            raise TooLargeError
        if len(self.head) < HEAD_BYTES:
            self.head += chunk[: HEAD_BYTES - len(self.head)]
        self._chunks.append(chunk)
        self._buffered += len(chunk)
        if self._buffered >= BUFFER_BYTES:
            await self._flush()

    async def _flush(self) -> None:
        await self._wait()
        chunks, self._chunks, self._buffered = self._chunks, [], 0
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, chunks))

    async def _wait(self) -> None:
        if self._writing is not None:
            await self._writing

    async def _close(self) -> None:
        if self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])
        os.close(self._file)

    def _write(self, chunks: list[bytes]) -> None:
        # One piece: each call here has to win the interpreter lock back from the busy event loop.
        view = memoryview(b"".join(chunks))
        self._hash.update(view)
        while view:
            written = os.pwrite(self._file, view, self._offset)
            self._offset += written
            view = view[written:]
