"""Captions as SubRip (SRT), the only format that LinkedIn documents (§5.6): WebVTT is converted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

SRT_TYPE, WEBVTT_TYPE = "application/x-subrip", "text/vtt"  # content types
_TIME = r"(?:(\d{1,4}):)?(\d\d?):(\d\d)[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_TAG = re.compile(r"<(?:/?[A-Za-z][^>]*|\d[\d:.]*|/)>")  # <i>, <c.loud>, <v Ada>, </v>, <00:01.000>


def is_webvtt(text: str) -> bool:
    """Whether captions, without a byte order mark, begin as WebVTT does."""
    return re.match(r"WEBVTT(?:[ \t\r\n]|$)", text) is not None


def as_srt(captions: bytes) -> bytes:
    """The captions as SRT: SubRip as it is, WebVTT converted.

    Times and texts stay whole. Styles, positions, comments and tags, also a speaker's, are left out: SRT has none.
    Raises: ValueError for anything else, and for captions without any text.
    """
    try:
        text = captions.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    lines = re.split("\r\n|\r|\n", text)
    if not is_webvtt(text):
        if not any(map(_TIMING.fullmatch, lines)):
            raise ValueError("These are neither SubRip (SRT) nor WebVTT captions.")
        return captions
    cues = [f"{number}\n{cue}\n" for number, cue in enumerate(_cues(lines), 1)]
    if not cues:
        raise ValueError("These captions hold no text with a time.")
    return "\n".join(cues).encode()


def _cues(lines: list[str]) -> Iterator[str]:
    """Each cue with text as its timing and its lines, in the file's order. Raises: ValueError."""
    timing = ""
    words: list[str] = []
    for number, line in enumerate((*lines, ""), 1):
        # A blank line ends a cue, and so does the timing of the next one.
        if line.strip(" \t") and "-->" not in line:
            words += [line] if timing else []
            continue
        if said := _plain(words):
            yield f"{timing}\n{said}"
        timing, words = _timing(line, number), []


def _plain(words: list[str]) -> str:
    text = html.unescape(_TAG.sub("", "\n".join(words)))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())  # an empty line would end an SRT cue


def _timing(line: str, number: int) -> str:
    if "-->" not in line:
        return ""
    if not (found := _TIMING.fullmatch(line)):
        raise ValueError(f"Line {number} of the captions holds a time that cannot be read.")
    begin, end = found.groups()[:4], found.groups()[4:]
    return f"{_clock(*begin)} --> {_clock(*end)}"


def _clock(hours: str | None, minutes: str, seconds: str, fraction: str) -> str:
    whole_s = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return f"{whole_s // 3600:02}:{whole_s // 60 % 60:02}:{whole_s % 60:02},{fraction:0<3}"
