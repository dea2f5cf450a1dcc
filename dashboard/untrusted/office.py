"""What lies in an Office file, by its table of contents alone. Runs in the process of reader.py."""

from __future__ import annotations

import io
from typing import Any

DIRECTORY_MAX_BYTES = 8 << 20  # 300 slides need about half a megabyte
# Streams at the top of a compound file that only an encrypted one has [MS-OFFCRYPTO].
ENCRYPTED = {"encryptedpackage", "encryptedsummary", "encryption"}
ENCRYPTED_WORD = 0x0100  # fEncrypted in the flags at byte 10 of the stream WordDocument [MS-DOC]


class _Bounded(io.FileIO):
    """A file of which nobody reads more at once than the longest table of contents."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY_MAX_BYTES:
            raise ValueError("the table of contents is too long")
        return super().read(size) or b""


def zip_parts(path: str) -> dict[str, Any]:
    """{"names"} of the parts in a ZIP, or {"problem": "damaged"}; nothing in it is unpacked."""
    import zipfile

    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            # Some old programs write the separator of Windows.
            return {"names": sorted({name.replace("\\", "/") for name in archive.namelist()})}
    except Exception:  # whatever zipfile raises, the cause is the file
        return {"problem": "damaged"}


def ole_streams(path: str) -> dict[str, Any]:
    """{"names"} at the top of a compound file (PPT, DOC) in small letters, as [MS-CFB] ignores case; or {"problem"}.

    Objects that are embedded in it do not count. A problem is "damaged" or "password".
    """
    import olefile

    try:
        with olefile.OleFileIO(path) as file:
            names = {entry[0].lower() for entry in file.listdir(streams=True, storages=True) if len(entry) == 1}
            word = file.openstream("WordDocument").read(12) if "worddocument" in names else b""
    except Exception:  # whatever olefile raises, the cause is the file
        return {"problem": "damaged"}
    locked = names & ENCRYPTED or int.from_bytes(word[10:12], "little") & ENCRYPTED_WORD
    return {"problem": "password"} if locked else {"names": sorted(names)}
