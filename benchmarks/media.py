"""Uploads of the versioned API: a film of 500 MB in parts, its speed and the memory it takes, and twenty pictures."""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from benchmarks.figures import Figure
from benchmarks.memory import Memory
from benchmarks.throughput import sandbox, token_of
from dashboard.drafts.draft import Attachment, Draft
from dashboard.files.media import MediaFile
from dashboard.publishing import media_upload
from dashboard.publishing.progress import Waits
from dashboard.publishing.publish_flow import PublishFlow
from dashboard.services import Services
from linkedin_api import Exchange, Token, Transport, Urn, publisher
from tests.support.media import picture, video
from tests.support.services import SCOPES, open_services, profile

MEMORY_AIM_MB, SPEED_AIM, PICTURES_AIM = 12, 0.9, 3.0
SIZE_BYTES, WARM_UP_BYTES = 500_000_000, 20_000_000
PAIRS = 7
PICTURES, LATENCY_S, PICTURE_PAIRS = 20, 0.1, 3
HEADERS = {"X-Restli-Protocol-Version": "2.0.0", "LinkedIn-Version": "202609"}
QUICK = Waits(ask_s=(0.5,), video_s=(0.5,))


def measure() -> Iterator[Figure]:
    """One sandbox in a process of its own for all of them; the worker and the client run in this process."""
    with tempfile.TemporaryDirectory() as name, sandbox(Path(name) / "sandbox") as url:
        folder = Path(name)
        services, token, owner = _house(folder, url)
        film = video(folder / "film.mp4", at_least_bytes=SIZE_BYTES)
        yield _memory(services, film, video(folder / "short.mp4", at_least_bytes=WARM_UP_BYTES))
        yield from _speed(url, token, owner, film, folder)
        yield from _pictures(services, url)
        services.database.dispose()


def _house(folder: Path, url: str) -> tuple[Services, str, Urn]:
    services, (token, owner) = open_services(folder, url), token_of(url)
    services.accounts.save(profile(), Token(access_token=token, expires_in_s=86_400, scopes=tuple(SCOPES)))
    return services, token, owner


def _publish(services: Services, draft: Draft) -> float:
    """Seconds of the worker's whole way with this draft."""
    parts: Any = {"accounts": services.accounts, "outbox": services.outbox, "uploads": services.uploads}
    flow = PublishFlow(**parts, connect=services.connect, stopping=threading.Event(), waits=QUICK)
    row = services.outbox.get(services.outbox.put(1, draft))
    assert row
    start = time.perf_counter()
    flow.run(row)
    took_s = time.perf_counter() - start
    done = services.outbox.get(row.id)
    assert done
    assert done.state == "published", done.error
    return took_s


def _attached(services: Services, file: Path, kind: str, content_type: str) -> Attachment:
    with file.open("rb") as stream:
        sha256, _ = services.uploads.keep(stream)
    return Attachment(MediaFile(sha256, file.name, kind, content_type, file.stat().st_size, 640, 400))


# Memory: the worker publishes a film, with its journal and its row.


def _memory(services: Services, film: Path, short: Path) -> Figure:
    drafts = [
        Draft(
            kind="video",
            text=f"Of {file.name}",
            dialect="rest",
            video=(_attached(services, file, "video", "video/mp4"),),
        )
        for file in (short, film)
    ]
    _publish(services, drafts[0])  # what the first film ever takes is not this film's
    gc.collect()
    time.sleep(1)
    memory = Memory(os.getpid())
    before, _ = memory.now(), memory.peak()
    took_s = _publish(services, drafts[1])
    peak = memory.peak()
    memory.stop()
    grown = peak - before
    what = f"500 MB through rest: the worker's RSS while it publishes ({took_s:.1f} s)"
    return Figure(
        what, f"{peak:.0f} MB ({grown:+.1f} MB)", peak / before, f"≤ +{MEMORY_AIM_MB} MB", grown <= MEMORY_AIM_MB
    )


# Speed: the parts alone, from the first byte to the last answer, against curl with the same parts cut beforehand.


def _speed(url: str, token: str, owner: Urn, film: Path, folder: Path) -> Iterator[Figure]:
    ours: list[float] = []
    curls: list[float] = []
    pieces = _cut(film, _initialize(url, token, owner, film), folder / "pieces")
    for number in range(PAIRS + 1):  # the first pair warms up
        for way in ("ours", "curl") if number % 2 else ("curl", "ours"):
            if way == "ours":
                ours.append(_ours(url, token, owner, film))
            else:
                curls.append(_curl(_initialize(url, token, owner, film), pieces, folder))
            _clear(folder / "sandbox")
    size_mb = film.stat().st_size / 1e6
    ratios = [theirs / mine for mine, theirs in zip(ours[1:], curls[1:], strict=True)]
    ratio = statistics.median(ratios)
    yield Figure("500 MB in 120 parts, curl, one after another", f"{size_mb / statistics.median(curls[1:]):.0f} MB/s")
    mine = f"{size_mb / statistics.median(ours[1:]):.0f} MB/s (pairs {min(ratios):.2f} to {max(ratios):.2f})"
    yield Figure("500 MB in 120 parts, linkedin_api", mine, ratio, f"≥ {SPEED_AIM} × curl", ratio >= SPEED_AIM)


def _ours(url: str, token: str, owner: Urn, film: Path) -> float:
    """Seconds between the beginning of the first part and the end of the last."""
    seen: list[Exchange] = []
    told: list[int] = []
    hosts = {urlsplit(url).netloc}
    with (
        Transport(access_token=token, upload_hosts=hosts, on_exchange=seen.append) as transport,
        film.open("rb") as file,
    ):
        rest = publisher("rest", transport, api_url=url)
        options: Any = {"size_bytes": film.stat().st_size, "content_type": "video/mp4", "on_progress": told.append}
        rest.upload_video(owner, file, **options)
    assert told[-1] == film.stat().st_size
    puts = [exchange for exchange in seen if exchange.method == "PUT"]
    begun = [exchange.started_at.timestamp() for exchange in puts]
    ended = [at + exchange.duration_ms / 1000 for at, exchange in zip(begun, puts, strict=True)]
    return max(ended) - min(begun)


def _curl(instructions: list[dict[str, Any]], pieces: list[Path], folder: Path) -> float:
    """Seconds of one curl that PUTs every part on one connection."""
    blocks = [
        f'upload-file = "{piece}"\nurl = "{part["uploadUrl"]}"\nsilent\nfail\noutput = /dev/null\n'
        'header = "Content-Type: application/octet-stream"\nheader = "Expect:"\n'
        for piece, part in zip(pieces, instructions, strict=True)
    ]
    config = folder / "curl.txt"
    config.write_text("next\n".join(blocks))
    start = time.perf_counter()
    subprocess.run([shutil.which("curl") or "curl", "--config", str(config)], check=True)
    return time.perf_counter() - start


def _initialize(url: str, token: str, owner: Urn, film: Path) -> list[dict[str, Any]]:
    asked = {"owner": owner, "fileSizeBytes": film.stat().st_size, "uploadCaptions": False, "uploadThumbnail": False}
    answer = requests.post(
        f"{url}/rest/videos?action=initializeUpload",
        json={"initializeUploadRequest": asked},
        headers={**HEADERS, "Authorization": f"Bearer {token}"},
        timeout=30,
    )
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()["value"]["uploadInstructions"]
    return found


def _cut(film: Path, instructions: list[dict[str, Any]], folder: Path) -> list[Path]:
    """The parts as files of their own, in the page cache as the film is."""
    folder.mkdir()
    pieces = [folder / str(number) for number in range(len(instructions))]
    with film.open("rb") as file:
        for piece, part in zip(pieces, instructions, strict=True):
            piece.write_bytes(file.read(part["lastByte"] - part["firstByte"] + 1))
    return pieces


def _clear(folder: Path) -> None:
    """Delete what arrived, so that no upload pays for the disk that an earlier one filled."""
    for file in (*folder.rglob("*.mp4"), *folder.rglob("*.parts")):
        file.unlink()


# Twenty pictures: the worker's whole way, several at once and one after another, over a line of 100 ms a call.


def _pictures(services: Services, url: str) -> Iterator[Figure]:
    assert requests.post(f"{url}/_sandbox/faults", json={"latency_s": LATENCY_S}, timeout=10).ok
    several, usual = [], media_upload.FILES_AT_ONCE
    single: list[float] = []
    try:
        for _ in range(PICTURE_PAIRS):
            for most, times_s in ((usual, several), (1, single)):
                media_upload.FILES_AT_ONCE = most
                times_s.append(_publish(services, _gallery(services)))
    finally:
        media_upload.FILES_AT_ONCE = usual
    ratio = statistics.median(single) / statistics.median(several)
    what = f"{PICTURES} pictures, {LATENCY_S * 1000:.0f} ms a call"
    yield Figure(f"{what}, one after another", f"{statistics.median(single):.2f} s")
    measured = f"{statistics.median(several):.2f} s"
    yield Figure(f"{what}, {usual} at once", measured, ratio, f"≥ {PICTURES_AIM:g} ×", ratio >= PICTURES_AIM)


def _gallery(services: Services) -> Draft:
    folder = Path(tempfile.mkdtemp(dir=services.settings.data_folder))
    pictures = []
    for number in range(PICTURES):
        file = folder / f"{number}.png"
        file.write_bytes(picture(text=f"{number} {secrets.token_hex(4)}"))
        pictures.append(_attached(services, file, "image", "image/png"))
    return Draft(kind="image", text=f"Gallery {secrets.token_hex(4)}", dialect="rest", images=tuple(pictures))
