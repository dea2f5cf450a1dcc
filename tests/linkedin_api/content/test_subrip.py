"""WebVTT becomes SubRip: every time and every text, without what only WebVTT has."""

from __future__ import annotations

import pytest

from linkedin_api.content.subrip import as_srt

VTT = """\ufeffWEBVTT - Ada's film
Kind: captions

STYLE
::cue(b) { color: red }

NOTE made by hand

first
00:01.000 --> 00:02.500 align:start position:10%
<v Ada>Hello &amp; <i.loud>welcome</i></v>
<c></c>
1 < 2 and 3 > 2

01:02:03.004 --> 01:02:04.000
<00:00:01.000>Second
00:75:00.000 --> 100:00:00.5
Last&nbsp;one
"""
SRT = """1
00:00:01,000 --> 00:00:02,500
Hello & welcome
1 < 2 and 3 > 2

2
01:02:03,004 --> 01:02:04,000
Second

3
01:15:00,000 --> 100:00:00,500
Last\xa0one
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_webvtt_becomes_srt_with_every_time_and_text(end: str) -> None:
    assert as_srt(VTT.replace("\n", end).encode()).decode() == SRT


def test_srt_stays_as_it_is() -> None:
    content = ("\ufeff" + SRT.replace("\n", "\r\n") + "<i>x</i>").encode()

    assert as_srt(content) == content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "neither"),
        (b"WEBVTTX\n\n", "neither"),
        (SRT.encode("utf-16"), "neither"),
        (b"WEBVTT\n\nNOTE nothing", "no text"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n<c></c>\n", "no text"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nA\n\n0:02 --> 0:03\nB\n", "Line 6"),
    ],
)
def test_what_cannot_be_sent_whole_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        as_srt(content)
