"""What lies in an Office file, by its table of contents alone: nothing in it is ever unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

DIRECTORY_MAX_BYTES = 8 << 20  # 300 slides need about half a megabyte
END_BYTES = 65_557  # a ZIP's end: 22 bytes and a comment
OLE_HEADER_BYTES = 512
OLE_ENTRIES_MAX = 65_536
LAST_SECTOR = 0xFFFFFFFA  # from here on a number is no sector but a mark


class Unreadable(ValueError):
    """The table of contents is damaged, or larger than any that an Office program writes."""


def zip_names(path: Path) -> set[str]:
    """The names of the parts in a ZIP. Raises: Unreadable."""
    with path.open("rb") as file:
        size_bytes = file.seek(0, 2)
        file.seek(max(0, size_bytes - END_BYTES))
        tail = file.read()
        end = tail.rfind(b"PK\x05\x06")
        if end < 0 or len(tail) - end < 22:
            raise Unreadable
        (length,) = struct.unpack_from("<L", tail, end + 12)
        start = size_bytes - len(tail) + end - length
        if start < 0 or length > DIRECTORY_MAX_BYTES:
            raise Unreadable
        file.seek(start)
        return set(_zip_entries(file.read(length)))


def _zip_entries(directory: bytes) -> Iterator[str]:
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02" and len(directory) - at >= 46:
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        # Some old programs write the separator of Windows.
        yield directory[at + 46 : at + 46 + name].decode("utf-8", "replace").replace("\\", "/")
        at += 46 + name + extra + comment


def ole_names(path: Path) -> set[str]:
    """The names at the top of a compound file (PPT, DOC), not those of objects in it. Raises: Unreadable."""
    with path.open("rb") as file:
        try:
            return _top_names(b"".join(_Sectors(file).chain()))
        except struct.error:
            raise Unreadable from None


class _Sectors:
    """A compound file's sectors, in the order of their chains [MS-CFB]."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        header = file.read(OLE_HEADER_BYTES)
        (shift,) = struct.unpack_from("<H", header, 30)
        if shift not in (9, 12):
            raise Unreadable
        self._size_bytes = 1 << shift
        (self._first,) = struct.unpack_from("<L", header, 48)
        self._tables = list(struct.unpack_from("<109L", header, 76))
        self._add_tables(*struct.unpack_from("<LL", header, 68))

    def _add_tables(self, sector: int, count: int) -> None:
        """The list of tables goes on in sectors of its own when a file is larger than some 7 MB."""
        numbers = self._size_bytes // 4
        for _ in range(min(count, 1 << 12)):
            if sector >= LAST_SECTOR:
                return
            *tables, sector = struct.unpack(f"<{numbers}L", self._read(sector))
            self._tables += tables

    def _read(self, sector: int) -> bytes:
        self._file.seek((sector + 1) * self._size_bytes)
        return self._file.read(self._size_bytes)

    def _next(self, sector: int) -> int:
        table, place = divmod(sector, self._size_bytes // 4)
        if table >= len(self._tables):
            raise Unreadable
        return int(struct.unpack_from("<L", self._read(self._tables[table]), place * 4)[0])

    def chain(self) -> Iterator[bytes]:
        """The directory's sectors."""
        sector = self._first
        for _ in range(DIRECTORY_MAX_BYTES // self._size_bytes):
            if sector >= LAST_SECTOR:
                return
            yield self._read(sector)
            sector = self._next(sector)


def _top_names(directory: bytes) -> set[str]:
    """The root's children: a tree of entries of 128 bytes, of which 0 is the root."""
    found, seen = set(), {0}
    (first,) = struct.unpack_from("<L", directory, 76)
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number in seen or number >= OLE_ENTRIES_MAX or len(directory) < (number + 1) * 128:
            continue
        seen.add(number)
        entry = directory[number * 128 : (number + 1) * 128]
        length, _, left, right = struct.unpack_from("<HHLL", entry, 64)
        found.add(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"))
        waiting += [left, right]
    return found
