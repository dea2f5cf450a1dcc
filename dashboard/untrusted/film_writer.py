"""Makes an MP4 of a film: its streams are copied where an MP4 takes them, and encoded where not.

Runs in the process of reader.py.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from dashboard.untrusted.media_reader import opened_film, shown_size

# What is copied into an MP4 as it is.
PICTURES = ("h264", "hevc", "av1", "vp9", "mpeg4")
SOUNDS = ("", "aac", "mp3", "ac3", "eac3", "alac", "opus")
FLAGS = "faststart+use_metadata_tags"  # the index in front, so that a player can begin before it has everything
SIDE_MAX_PX, SOUND_BIT_RATE = 1920, 128_000
BIT_RATE_MAX = 50_000_000  # far more than a picture of this size needs; FFmpeg takes no number above 31 bits
OF_CONTAINER = ("major_brand", "minor_version", "compatible_brands", "encoder")  # what FFmpeg says of the old file


def write_film(path: str, container: str, target: str, told: str) -> dict[str, Any]:
    """Write an MP4; {} or {"problem"}: "large".

    container is FFmpeg's name of what the file is. told, as JSON: "encode" when the pictures cannot be copied, "clean"
    when what the film says of itself is to go, "bytes_max" of the MP4, "duration_s", and "progress" when lines such as
    {"share": 0.25} are to be printed meanwhile.
    """
    import av

    asked = json.loads(told)
    if asked["encode"] and hasattr(os, "nice"):
        os.nice(10)  # minutes of work, beside pages that people look at
    with (
        opened_film(path, container, {}) as source,
        av.open(target, "w", format="mp4", options={"movflags": FLAGS}) as made,
    ):
        return _Writer(source, made, target, asked).write()


class _Writer:
    """The streams of one film on their way into an MP4."""

    def __init__(self, source: Any, made: Any, target: str, asked: dict[str, Any]) -> None:
        from av.stream import Disposition

        self._made, self._source, self._target, self._asked = made, source, Path(target), asked
        films = [each for each in source.streams.video if not each.disposition & Disposition.attached_pic]
        self._film = next(each for each in films if each.codec_context)
        self._sound = next((each for each in source.streams.audio if each.codec_context), None)
        if not asked["clean"]:
            made.metadata.update({name: said for name, said in source.metadata.items() if name not in OF_CONTAINER})
        self._out = {self._film.index: self._encoder() if asked["encode"] else self._copy(self._film)}
        if self._sound:
            copied = self._sound.codec_context.codec.canonical_name in SOUNDS
            self._out[self._sound.index] = self._copy(self._sound) if copied else self._sound_encoder()
        self._last_pts, self._told = -1, 0.0

    def _copy(self, stream: Any) -> Any:
        made = self._made.add_stream_from_template(stream, opaque=True)  # else AV1 needs an encoder
        made.metadata.clear()
        if stream.codec_context.codec.canonical_name == "hevc":
            made.codec_context.codec_tag = "hvc1"  # the only one of its two names that Apple's players take
        return _Copied(made)

    def _encoder(self) -> Any:
        self._film.codec_context.thread_count = 1  # each thread would count against the memory
        frame = next(self._source.decode(self._film))
        turned = frame.rotation
        width, height = shown_size(self._film, frame)
        width, height = (width, height) if turned % 180 == 0 else (height, width)  # it is turned by whoever plays it
        self._source.seek(0)
        share = min(1.0, SIDE_MAX_PX / max(width, height))
        self._size = max(2, int(width * share) // 2 * 2), max(2, int(height * share) // 2 * 2)
        fitting = int(self._asked["bytes_max"] * 0.9 * 8 / max(1.0, self._asked["duration_s"])) - SOUND_BIT_RATE
        most = min(fitting, BIT_RATE_MAX)
        options = {"preset": "veryfast", "crf": "21", "maxrate": str(most), "bufsize": str(2 * most)}
        made = self._made.add_stream("libx264", rate=self._film.average_rate or 30, options=options)
        made.width, made.height, made.pix_fmt = *self._size, "yuv420p"
        made.codec_context.time_base = self._film.time_base
        made.codec_context.thread_count = 2
        if turned:
            made.set_display_rotation(turned)
        return _Encoded(made, self._pictured)

    def _sound_encoder(self) -> Any:
        import av

        made = self._made.add_stream("aac", rate=48_000, layout="stereo", bit_rate=SOUND_BIT_RATE)
        resampler = av.AudioResampler("fltp", "stereo", 48_000)
        return _Encoded(made, resampler.resample)

    def _pictured(self, frame: Any) -> list[Any]:
        """The picture in the size and colours of the encoder; none when its time is not later than the last one's."""
        if frame is None or frame.pts is None or frame.pts <= self._last_pts:
            return []
        self._last_pts = frame.pts
        width, height = self._size
        made = frame.reformat(width, height, "yuv420p")
        made.pts, made.time_base = frame.pts, frame.time_base
        made.pict_type = 0  # the encoder decides
        return [made]

    def write(self) -> dict[str, Any]:
        """Write everything; see write_film()."""
        for packet in self._source.demux([each for each in (self._film, self._sound) if each]):
            for made in self._out[packet.stream.index].packets(packet):
                self._made.mux_one(made)
            if self._target.stat().st_size > self._asked["bytes_max"]:
                return {"problem": "large"}
            self._tell(packet)
        for each in self._out.values():
            for made in each.rest():
                self._made.mux_one(made)
        return {}

    def _tell(self, packet: Any) -> None:
        if not self._asked.get("progress") or packet.pts is None or packet.stream.index != self._film.index:
            return
        share = min(1.0, float(packet.pts * packet.time_base) / max(1.0, self._asked["duration_s"]))
        if share >= self._told + 0.01:
            self._told = share
            sys.stdout.write(json.dumps({"share": round(share, 2)}) + "\n")
            sys.stdout.flush()


class _Copied:
    """A stream whose packets go over as they are."""

    def __init__(self, made: Any) -> None:
        self._made = made
        self._waiting: list[Any] = []

    def packets(self, packet: Any) -> list[Any]:
        """What is written now: a packet without decoding time waits for the first that has one, as in an MKV."""
        if not packet.size:  # the empty one at the end
            return []
        packet.stream = self._made
        self._waiting.append(packet)
        return [] if packet.dts is None else self.rest()

    def rest(self) -> list[Any]:
        """Those that wait, each decoded before the one behind it."""
        ready, self._waiting = self._waiting, []
        for each, after in zip(ready[-2::-1], ready[:0:-1], strict=True):
            each.dts = after.dts - (each.duration or 1)
        return ready


class _Encoded:
    """A stream that is decoded and encoded; `change` gives the frames for the encoder, also at the end (None)."""

    def __init__(self, made: Any, change: Any) -> None:
        self._made, self._change = made, change

    def packets(self, packet: Any) -> list[Any]:
        return [made for frame in packet.decode() for each in self._change(frame) for made in self._made.encode(each)]

    def rest(self) -> list[Any]:
        last = [made for each in self._change(None) for made in self._made.encode(each)]
        return last + list(self._made.encode(None))
