"""Changes settings in .env: whole or not at all, for its owner alone to read, every other line as it was."""

from __future__ import annotations

import io
import os
import re
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from dashboard.config.settings import SettingsError

BARE = re.compile(r"[\w.+/:@,=-]*")  # needs no quotes
_one_at_a_time = threading.Lock()


class NotWritten(Exception):
    """The file could not be changed, so it is as it was; the message says why, and never holds a value."""


def write(values: Mapping[str, str], file: Path) -> None:
    """Set these variables in the file, made if missing, mode 0600. Raises: NotWritten, SettingsError."""
    try:
        target = file.resolve()  # a link stays one
        with _one_at_a_time:
            before = target.read_bytes().decode() if target.exists() else ""
            _replace(target, changed(before, values))
    except UnicodeDecodeError:
        raise NotWritten(
            f"{file} is not UTF-8 text, so it was left as it is. Save it as UTF-8, then try again."
        ) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise NotWritten(
            f"{file} cannot be written ({why}). Make it and its folder writable, or write the lines into it by "
            "hand and start the dashboard again."
        ) from None


def changed(text: str, values: Mapping[str, str]) -> str:
    """The text of the file with these variables set, each in the place of its line, or at the end.

    Raises: SettingsError for a value that such a file cannot hold.
    """
    left = dict(values)
    lines = []
    for found in parse_stream(io.StringIO(text)):
        if found.key not in values:
            lines.append(found.original.string)
        elif found.key in left:  # a second line of the same name would count instead of the first
            lines.append(_line(found.key, left.pop(found.key)))
    written = "".join(lines)
    gap = "" if not written or written.endswith("\n") else "\n"
    whole = written + gap + "".join(_line(name, value) for name, value in left.items())
    read = dotenv_values(stream=io.StringIO(whole))
    for name, value in values.items():
        if read.get(name) != value:
            raise SettingsError(name, "holds characters that .env cannot keep; copy it again", "WPL_AP1.abc123")
    return whole


def _line(name: str, value: str) -> str:
    if BARE.fullmatch(value):
        return f"{name}={value}\n"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'\n"


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
        ) as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
