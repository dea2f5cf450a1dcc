"""Files on disk by their SHA-256, and the draft that holds them."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, event, func, select, update

from dashboard.db.database import DatabaseUnavailable, now, open_database
from dashboard.db.tables import file_blocks
from dashboard.files.media import MediaFile, MediaRefused, inspect
from dashboard.files.pdf_pages import page_picture
from dashboard.files.uploads import BLOCK_BYTES, KEPT_S, PART_KEPT_S, UploadRefused, Uploads
from linkedin_api import Urn
from tests.conftest import ROOT
from tests.support.media import pdf
from tests.support.patience import PATIENCE_S
from tests.support.postgres import Postgres
from tests.support.services import ada, services

__all__ = ["ada", "services"]
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
        "import io, resource, sys; from pathlib import Path\n"
        "from dashboard.files.uploads import Uploads, UploadRefused\n"
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
    for name in (wanted, old):
        os.utime(tmp_path / name, (long_ago, long_ago))
    yesterday = time.time() - PART_KEPT_S - 60
    for name in (fresh, "left.part"):
        os.utime(tmp_path / name, (yesterday, yesterday))

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


# With PostgreSQL: several machines.


@pytest.fixture
def shared(tables_url: str) -> Iterator[Engine]:
    database = open_database(tables_url.replace("postgresql://", "postgresql+psycopg://"))
    yield database
    database.dispose()


@pytest.fixture
def machines(shared: Engine, tmp_path: Path) -> tuple[Uploads, Uploads]:
    return Uploads(tmp_path / "a", shared), Uploads(tmp_path / "b", shared)


def blocks(database: Engine) -> list[tuple[int, int]]:
    """The number and size of every block."""
    size = func.length(file_blocks.c.bytes)
    with database.connect() as db:
        return [tuple(row) for row in db.execute(select(file_blocks.c.number, size).order_by(file_blocks.c.number))]


def grow_old(database: Engine) -> None:
    with database.begin() as db:
        db.execute(update(file_blocks).values(kept_at=now() - timedelta(seconds=KEPT_S + 60)))


def forgetful(uploads: Uploads) -> Uploads:
    """The same folder after a restart."""
    assert uploads._blocks
    return Uploads(uploads.folder, uploads._blocks._engine)


def test_with_sqlite_no_file_goes_into_the_database(tmp_path: Path) -> None:
    database = open_database(tmp_path / "dashboard.db")
    uploads = Uploads(tmp_path / "uploads", database)
    sha256, path = uploads.keep(io.BytesIO(b"pixels"))

    assert blocks(database) == []
    assert (uploads.has(sha256), path.read_bytes()) == (True, b"pixels")
    database.dispose()


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, 2 * BLOCK_BYTES + 7])
def test_a_file_that_one_machine_keeps_is_there_on_another(machines: tuple[Uploads, Uploads], size: int) -> None:
    here, there = machines
    content = os.urandom(size)
    sha256, _ = here.keep(io.BytesIO(content))
    before = list(there.folder.glob("*"))

    assert there.has(sha256)
    assert before == []
    assert there.path(sha256).read_bytes() == content
    assert [file.name for file in there.folder.iterdir()] == [sha256]
    assert stat.S_IMODE(there.path(sha256).stat().st_mode) == 0o600
    assert b"".join(here.read(sha256)) == b"".join(there.read(sha256)) == content


def test_a_file_is_kept_in_blocks_of_one_mebibyte(machines: tuple[Uploads, Uploads], shared: Engine) -> None:
    machines[0].keep(io.BytesIO(bytes(2 * BLOCK_BYTES + 7)))

    assert blocks(shared) == [(0, BLOCK_BYTES), (1, BLOCK_BYTES), (2, 7)]


def test_a_file_that_is_fetched_once_is_read_from_the_folder(machines: tuple[Uploads, Uploads], shared: Engine) -> None:
    here, there = machines
    sha256, _ = here.keep(io.BytesIO(b"pixels"))
    there.path(sha256)
    with shared.begin() as db:
        db.execute(update(file_blocks).values(bytes=b"other!"))

    assert there.path(sha256).read_bytes() == b"pixels"


def test_a_file_that_is_not_in_the_database_does_not_count_though_a_copy_is_here(
    machines: tuple[Uploads, Uploads], shared: Engine
) -> None:
    """Another machine may be the one that publishes."""
    here, _ = machines
    sha256, path = here.keep(io.BytesIO(b"pixels"))
    with shared.begin() as db:
        db.execute(delete(file_blocks))

    assert path.is_file()
    assert not forgetful(here).has(sha256)


def test_the_composer_may_ask_at_every_key(machines: tuple[Uploads, Uploads], shared: Engine) -> None:
    here, there = machines
    sha256, _ = here.keep(io.BytesIO(b"pixels"))
    asked: list[str] = []
    event.listen(shared, "before_cursor_execute", lambda _c, _cursor, statement, *_: asked.append(statement))
    answers = [there.has(sha256) for _ in range(50)]

    assert all(answers)
    assert len(asked) == 1


def test_a_refused_file_reaches_no_other_machine(machines: tuple[Uploads, Uploads], shared: Engine) -> None:
    with pytest.raises(MediaRefused):
        refuse(machines[0], b"no video")

    assert blocks(shared) == []


def test_two_machines_keep_the_same_file_at_once(machines: tuple[Uploads, Uploads], shared: Engine) -> None:
    content = os.urandom(3 * BLOCK_BYTES)
    together = threading.Barrier(2)

    def keep(uploads: Uploads) -> str:
        return uploads.keep_if(io.BytesIO(content), lambda _, sha256: [together.wait(PATIENCE_S), sha256][1])

    with ThreadPoolExecutor() as pool:
        found = set(pool.map(keep, machines))

    (sha256,) = found
    assert blocks(shared) == [(number, BLOCK_BYTES) for number in range(3)]
    assert [each.path(sha256).read_bytes() for each in machines] == [content] * 2


def test_a_file_counts_only_once_all_of_it_is_in_the_database(machines: tuple[Uploads, Uploads]) -> None:
    """Whoever dies in the middle leaves nothing."""
    here, there = machines
    assert here._blocks
    content = os.urandom(2 * BLOCK_BYTES)
    sha256 = hashlib.sha256(content).hexdigest()
    seen: list[bool] = []

    def halves() -> Iterator[bytes]:
        yield content[:BLOCK_BYTES]
        seen.append(there.has(sha256))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        here._blocks.put(sha256, halves())

    assert seen == [False]
    assert not here.has(sha256)


def test_a_large_file_is_never_held_in_memory(tables_url: str, tmp_path: Path) -> None:
    program = (
        "import io, resource, sys; from pathlib import Path; from dashboard.files.uploads import Uploads\n"
        "from dashboard.db.database import open_database\n"
        "class Long(io.RawIOBase):\n"
        "    left = 120\n"
        "    def read(self, size=-1):\n"
        "        self.left -= 1\n"
        "        return bytes([self.left % 251]) * size if self.left >= 0 else b''\n"
        "database = open_database(sys.argv[1])\n"
        "Uploads(Path(sys.argv[2]) / 'warm', database).keep(io.BytesIO(bytes(3_000_000)))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "sha256, _ = Uploads(Path(sys.argv[2]) / 'a', database).keep(Long())\n"
        "print(Uploads(Path(sys.argv[2]) / 'b', database).path(sha256).stat().st_size)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    url = tables_url.replace("postgresql://", "postgresql+psycopg://")
    done = subprocess.run([sys.executable, "-c", program, url, tmp_path], cwd=ROOT, capture_output=True, text=True)

    assert done.stderr == ""
    size, grown_kib = map(int, done.stdout.split())
    assert size == 120 * BLOCK_BYTES
    assert grown_kib < 24 * 1024


def test_a_file_that_was_damaged_in_the_database_is_not_fetched_and_can_be_chosen_again(
    machines: tuple[Uploads, Uploads], shared: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = machines
    sha256, _ = here.keep(io.BytesIO(b"pixels"))
    with shared.begin() as db:
        db.execute(update(file_blocks).values(bytes=b"puxels"))
    fetched = there.path(sha256).exists()

    assert not fetched
    assert list(there.folder.iterdir()) == []
    assert not there.has(sha256)
    assert caplog.messages == [f"The uploaded file {sha256} is damaged in the database. It has to be chosen again."]
    here.keep(io.BytesIO(b"pixels"))
    assert there.path(sha256).read_bytes() == b"pixels"


def test_a_file_that_nobody_has_is_nowhere(machines: tuple[Uploads, Uploads]) -> None:
    assert not machines[0].has(SHA)
    assert not machines[0].path(SHA).exists()
    assert not machines[0].folder.exists()


def test_the_sweep_takes_what_is_old_and_unwanted_from_the_database_too(
    machines: tuple[Uploads, Uploads], shared: Engine
) -> None:
    here, there = machines
    wanted, old, again = (here.keep(io.BytesIO(content))[0] for content in (b"wanted", b"old", b"again"))
    grow_old(shared)
    there.keep(io.BytesIO(b"again"))
    fresh, _ = there.keep(io.BytesIO(b"fresh"))
    gone = there.sweep({wanted})
    kept = [forgetful(here).has(each) for each in (wanted, old, again, fresh)]

    assert gone == 1
    assert kept == [True, False, True, True]


def test_a_file_that_is_chosen_while_it_is_swept_away_is_there_afterwards(
    machines: tuple[Uploads, Uploads], shared: Engine
) -> None:
    here, there = machines
    content = os.urandom(2 * BLOCK_BYTES)
    sha256, _ = here.keep(io.BytesIO(content))
    for _ in range(10):
        grow_old(shared)
        with ThreadPoolExecutor() as pool:
            sweeping, keeping = pool.submit(here.sweep, set()), pool.submit(there.keep, io.BytesIO(content))
            sweeping.result()
            keeping.result()

        assert blocks(shared) == [(0, BLOCK_BYTES), (1, BLOCK_BYTES)]
        assert b"".join(Uploads(here.folder / "none", shared).read(sha256)) == content


def test_a_database_that_is_away_is_said_and_leaves_nothing(postgres: Postgres, shared: Engine, tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, shared)
    sha256, _ = uploads.keep(io.BytesIO(b"here before"))
    postgres.stop()
    try:
        known = [forgetful(uploads).has(each) for each in (sha256, SHA)]
        with pytest.raises(UploadRefused) as caught:
            uploads.keep(io.BytesIO(b"pixels"))
    finally:
        postgres.start()

    sentence = "The database did not take the file. Check that it runs, then choose the file again."
    assert str(caught.value) == sentence
    assert known == [True, False]
    assert [file.name for file in tmp_path.iterdir()] == [sha256]
    assert uploads.has(uploads.keep(io.BytesIO(b"pixels"))[0])


def test_a_disk_that_cannot_take_the_copy_is_no_fault_of_the_file(
    machines: tuple[Uploads, Uploads], tmp_path: Path
) -> None:
    """The worker tries again, rather than to give the post up."""
    here, there = machines
    sha256, _ = here.keep(io.BytesIO(b"pixels"))
    (tmp_path / "b").write_text("no folder")

    with pytest.raises(DatabaseUnavailable, match=r"/b cannot be written. Check that it belongs to you and try again"):
        there.path(sha256)
    (tmp_path / "b").unlink()
    assert there.path(sha256).read_bytes() == b"pixels"


def test_a_page_of_a_document_is_drawn_on_a_machine_that_has_not_got_it(machines: tuple[Uploads, Uploads]) -> None:
    here, there = machines
    sha256, _ = here.keep(io.BytesIO(pdf(2)))
    drawn = page_picture(there, sha256, 2)

    assert drawn.stat().st_size > 1000
    assert drawn.parent == there.folder
