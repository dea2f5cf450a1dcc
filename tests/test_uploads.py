"""Files on disk by their SHA-256, and the draft that holds them."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.media import MediaFile, MediaRefused, inspect
from dashboard.uploads import BLOCK_BYTES, KEPT_S, UploadRefused, Uploads
from linkedin_api import Urn
from tests.conftest import ROOT
from tests.samples_house import ada, rooms

__all__ = ["ada", "rooms"]
ADA = Urn("urn:li:person:782bbtaQ")
SHA = "ab" * 32
PICTURE = MediaFile(SHA, "bridge.png", "image", "image/png", 1_000, 640, 400)
FILM = MediaFile("cd" * 32, "film.mp4", "video", "video/mp4", 100_000, 320, 180, 4.0)
# Uploads.


class Measured(io.BytesIO):
    """A stream that remembers how much was asked of it at once."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked: list[int | None] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.append(size)
        return super().read(size)


def test_a_file_is_named_by_its_sha256(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "new" / "uploads")
    sha256, path = uploads.keep(io.BytesIO(b"pixels"))

    assert sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert path == uploads.path(sha256)
    assert path.read_bytes() == b"pixels"
    assert uploads.has(sha256)
    assert list(uploads.folder.iterdir()) == [path]


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    uploads.keep(io.BytesIO(b"pixels"))
    uploads.keep(io.BytesIO(b"pixels"))
    uploads.keep(io.BytesIO(b""))

    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    _, path = Uploads(tmp_path / "uploads").keep(io.BytesIO(b"pixels"))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_check_sees_the_whole_file_and_its_sha256_before_it_is_kept(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)

    found = uploads.keep_if(io.BytesIO(b"pixels"), lambda path, sha256: (path.read_bytes(), uploads.has(sha256)))

    assert found == (b"pixels", False)
    assert uploads.has(hashlib.sha256(b"pixels").hexdigest())


def test_a_refused_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MediaRefused):
        refuse(Uploads(tmp_path), b"no video")

    assert list(tmp_path.iterdir()) == []


def test_a_refused_file_leaves_the_same_bytes_of_another_post_alone(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    _, path = uploads.keep(io.BytesIO(b"pixels"))
    with pytest.raises(MediaRefused):
        refuse(uploads, b"pixels")

    assert path.read_bytes() == b"pixels"
    assert list(tmp_path.iterdir()) == [path]


def refuse(uploads: Uploads, content: bytes) -> None:
    """Choose something as a film that is none."""
    uploads.keep_if(io.BytesIO(content), lambda path, sha256: inspect(path, kind="video", name="a.mp4", sha256=sha256))


def test_a_large_file_is_never_read_whole(tmp_path: Path) -> None:
    content = os.urandom(1024) * 3_500
    stream = Measured(content)
    _, path = Uploads(tmp_path).keep(stream)

    assert set(stream.asked) == {BLOCK_BYTES}
    assert path.read_bytes() == content


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "token_hex", lambda _: "full")
    (tmp_path / "full.part").symlink_to("/dev/full")  # the kernel answers ENOSPC to every byte

    with pytest.raises(UploadRefused) as caught:
        Uploads(tmp_path).keep(io.BytesIO(b"pixels"))

    assert str(caught.value) == "The disk of this machine is full. Free some space and choose the file again."
    assert list(tmp_path.iterdir()) == []


def test_a_limit_of_the_system_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import io, resource, sys; from pathlib import Path; from dashboard.uploads import Uploads, UploadRefused\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: Uploads(Path(sys.argv[1])).keep(io.BytesIO(bytes(200_000)))\n"
        "except UploadRefused as refused: print(refused)"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=ROOT, capture_output=True, text=True)

    assert done.stderr == ""
    assert done.stdout.startswith(f"The folder {tmp_path} cannot be written.")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UploadRefused, match=f"^The folder {tmp_path}/file cannot be written"):
        Uploads(tmp_path / "file").keep(io.BytesIO(b"pixels"))


def test_a_broken_stream_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, _: int | None = -1, /) -> bytes:
            raise OSError

    with pytest.raises(UploadRefused):
        Uploads(tmp_path).keep(Broken())

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", "..", "../dashboard.db", "secret_key", SHA.upper(), SHA[:-1], SHA + "0", SHA + "\n", "/" + SHA, "é" * 64],
)
def test_only_a_sha256_is_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        Uploads(tmp_path).path(name)


def test_the_sweep_takes_what_is_old_and_unwanted(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    wanted, old, fresh = (uploads.keep(io.BytesIO(content))[0] for content in (b"wanted", b"old", b"fresh"))
    (tmp_path / "left.part").write_bytes(b"half")
    long_ago = time.time() - KEPT_S - 60
    for name in (wanted, old, "left.part"):
        os.utime(tmp_path / name, (long_ago, long_ago))

    assert uploads.sweep({wanted}) == 2
    assert {file.name for file in tmp_path.iterdir()} == {wanted, fresh}


def test_a_sweep_without_a_folder_is_fine(tmp_path: Path) -> None:
    assert Uploads(tmp_path / "none").sweep(set()) == 0


def test_choosing_a_file_again_makes_it_new(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    _, path = uploads.keep(io.BytesIO(b"pixels"))
    os.utime(path, (0, 0))
    uploads.keep(io.BytesIO(b"pixels"))

    assert uploads.sweep(set()) == 0
