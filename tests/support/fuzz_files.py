"""python -m tests.support.fuzz_files --count 100000: mutated pictures, films, documents, captions through the checks.

Each file is a valid one with a few bytes changed, cut, doubled or overwritten by numbers that parsers dislike. A check
may take it or raise MediaRefused; anything else is a fault, printed with the number that makes the same file again
(--first NUMBER --count 1). Files are read in batches, each in one process with the bounds of the child that reads
files for the server; a batch that ends before its time is a refusal there, and is counted here as a crash.
"""

from __future__ import annotations

import argparse
import io
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from PIL import Image

from dashboard.files.carousel import made_of
from dashboard.files.fitting import crop_preview, fit, refit
from dashboard.files.media import MediaRefused
from dashboard.files.uploads import Uploads
from dashboard.untrusted import reader
from tests.support import media as samples

ROOT = Path(__file__).parents[2]
BATCH, BATCH_CPU_S = 1_000, 300
DISLIKED = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1", b"\1\0\0\0", b"\xff\xfe")
XMP = b'<rdf:Description tiff:Model="R5" exif:GPSLatitude="48,51N"><dc:creator><rdf:Seq><rdf:li>Ada</rdf:li></rdf:Seq>'
CAPTIONS = (
    "WEBVTT\n\nSTYLE\n::cue {}\n\n1\n00:01.000 --> 00:02.500 line:0\n<v Ada>Hello\n",
    "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\n",
)


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """(kind, content) of valid files, small ones, so that a change hits what is read."""
    word = b"\xec\xa5\xc1\x00" + bytes(6) + b"\xf0\x12"
    documents = [samples.pdf(3), samples.locked_pdf(), samples.slides(4), samples.office("word/document.xml")]
    documents += [samples.compound(["WordDocument", "1Table"], first_stream=word)]
    documents += [samples.compound(["PowerPoint Document"], inside=["Workbook"])]
    pictures = [samples.picture((40, 30), kind, text="a") for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF")]
    pictures += [samples.photo((24, 16), kind, orientation=6) for kind in ("JPEG", "PNG", "HEIF", "WEBP", "AVIF")]
    pictures += [samples.png_with(name, 5000) for name in (b"zTXt", b"iTXt", b"iCCP")]
    pictures += [samples.gif_of((9, 9), (1, 1), (1, 1), (1, 1)), samples.huge_picture(300, 200)]
    pictures += [_speaking("GIF", comment=b"home"), _speaking("JPEG", comment=b"home", xmp=XMP)]
    pictures += [_moving("GIF"), _moving("WEBP"), _moving("AVIF"), _moving("TIFF"), _moving("MPO"), _moving("PNG")]
    return [
        *(("image", each) for each in pictures),
        *(("video", each) for each in _films(folder)),
        *(("document", each) for each in documents),
        *(("captions", each.encode()) for each in CAPTIONS),
    ]


def _speaking(kind: str, **said: bytes) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (24, 16), "red").save(out, kind, **said)
    return out.getvalue()


def _moving(kind: str) -> bytes:
    """Three pictures in one file."""
    out, more = io.BytesIO(), [Image.new("RGB", (24, 16), colour) for colour in ("lime", "blue")]
    Image.new("RGB", (24, 16), "red").save(out, kind, save_all=True, append_images=more)
    return out.getvalue()


def _films(folder: Path) -> Iterator[bytes]:
    made = folder / "seed.mp4"
    film = partial(samples.video, made, 3.2, (64, 48), 0)
    ways = [film, partial(film, turned=90), partial(film, flags="faststart"), partial(film, codec="libx265")]
    ways += [partial(film, flags="frag_keyframe+empty_moov"), partial(film, kind="mov"), partial(samples.sound, made)]
    ways += [partial(film, kind="3gp", codec="mpeg4"), partial(film, kind="avi", codec="mpeg4")]
    ways += [
        partial(film, kind="matroska"),
        partial(film, kind="webm", codec="libvpx-vp9"),
        partial(film, said={"location": "+48.2082+016.3738/"}),
    ]
    for make in ways:
        # A film is padded to the least size that is taken; the padding is not for the dice.
        yield make().read_bytes()


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The content with one to eight changes."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8))):
        at, length = dice.randrange(len(data) + 1), dice.choice((1, 2, 4, 16, 200))
        change = dice.randrange(7)
        if change == 0 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif change == 1:
            data[at : at + length] = dice.randbytes(length)
        elif change == 2:
            number = dice.choice(DISLIKED)
            data[at : at + len(number)] = number
        elif change == 3:
            del data[at : at + length]
        elif change == 4:
            data[at:at] = data[at : at + length] * dice.choice((1, 3, 50))
        elif change == 5:
            other = dice.randrange(len(data) + 1)
            data[at : at + length] = data[other : other + length]
        elif dice.random() < 0.3:
            del data[at:]
    return bytes(data)


def check(number: int, files: list[tuple[str, bytes]], folder: Path) -> str:
    """ "taken", "refused", or the last lines of what went wrong with the file of this number."""
    dice = random.Random(number)
    kind, content = dice.choice(files)
    path = folder / "file"
    path.write_bytes(mutated(content, dice))
    uploads = Uploads(folder / "kept")
    try:
        with path.open("rb") as stream:
            file = fit(uploads, stream, kind=kind, name=f"{kind}.any")
        if kind == "image" and number % 3 == 0:  # what may be done with it then
            made_of(uploads, [file, file], "1:1")
            crop_preview(uploads, file, "1.91:1", 0.2)
            refit(uploads, file, clean=False, shape="4:5")
    except MediaRefused:
        return "refused"
    except Exception:
        return f"{number} ({kind}): " + traceback.format_exc(limit=-2).replace("\n", " | ")
    return "taken"


def batch(first: int, count: int) -> None:
    """Check so many files in this process, from here on bounded as the one that reads strangers' files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = seeds(folder)
        reader.be_bounded(BATCH_CPU_S)
        for number in range(first, first + count):
            print(number, check(number, files, folder), flush=True)


def _asked(first: int, count: int) -> Iterator[tuple[int, str]]:
    """Number and outcome of each file of a batch; after a crash the rest goes on in another process."""
    end = first + count
    while first < end:
        words = [sys.executable, "-m", "tests.support.fuzz_files", "--here", "--first", str(first), "--count"]
        done = subprocess.run([*words, str(end - first)], cwd=ROOT, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            number, _, outcome = line.partition(" ")
            yield int(number), outcome
            first = int(number) + 1
        if done.returncode:
            yield first, f"crash {done.returncode} {done.stderr[-300:]}"
            first += 1


def run(first: int, count: int, processes: int) -> tuple[Counter[str], list[str]]:
    """How many were taken, refused, crashed or raised something else; and the words of the last two."""
    found: Counter[str] = Counter()
    faults: list[str] = []
    with ThreadPoolExecutor(processes) as pool:
        starts = range(first, first + count, BATCH)
        for outcomes in pool.map(lambda at: list(_asked(at, min(BATCH, first + count - at))), starts):
            for number, outcome in outcomes:
                kind = outcome.split()[0]
                found[kind if kind in ("taken", "refused", "crash") else "other exception"] += 1
                if kind not in ("taken", "refused"):
                    faults.append(f"{number}: {outcome}")
    return found, faults


def main() -> int:
    """1 when a check ended in anything but a verdict."""
    parser = argparse.ArgumentParser("python -m tests.support.fuzz_files", description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--here", action="store_true", help="in this process, one line a file")
    told = parser.parse_args()
    if told.here:
        batch(told.first, told.count)
        return 0
    started = time.monotonic()
    found, faults = run(told.first, told.count, told.processes)
    print("\n".join(faults))
    print(f"{sum(found.values()):,} files in {time.monotonic() - started:.0f} s: {dict(found)}")
    return 1 if found["other exception"] else 0


if __name__ == "__main__":
    sys.exit(main())
