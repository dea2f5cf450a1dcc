"""Files on disk by their SHA-256, and the draft that holds them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.drafts import Attachment, Draft, Drafts
from dashboard.house import House
from dashboard.media import MediaFile, MediaRefused, inspect
from dashboard.uploads import BLOCK_BYTES, KEPT_S, UploadRefused, Uploads
from linkedin_api import Article, Kind, Media, Post, Urn, Visibility
from tests.conftest import ROOT
from tests.samples_house import ada, draft_of, rooms

__all__ = ["ada", "rooms"]
ADA = Urn("urn:li:person:782bbtaQ")
SHA = "ab" * 32
PICTURE = MediaFile(SHA, "bridge.png", "image", "image/png", 1_000, 640, 400)
FILM = MediaFile("cd" * 32, "film.mp4", "video", "video/mp4", 100_000, 320, 180, 4.0)
FULL = Draft(
    kind="article",
    text="1 < 2 😀 שלום\n\ttwo lines",
    url="https://example.com/a",
    title="A title",
    description="About it",
    images=(Attachment(PICTURE, "A bridge", "Bridge", "urn:li:image:1"), Attachment(PICTURE)),
    video=(Attachment(FILM, title="Film"),),
    visibility="CONNECTIONS",
    dialect="rest",
)


def everywhere(_: str) -> bool:
    return True


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


# Drafts.


def test_a_draft_survives_json() -> None:
    assert Draft.from_dict(json.loads(json.dumps(FULL.as_dict()))) == FULL


def test_an_old_draft_without_some_fields_is_read() -> None:
    found = Draft.from_dict({"draft_id": "1", "text": "Hello"})

    assert found == Draft(draft_id="1", text="Hello")


def test_what_another_version_has_written_is_read() -> None:
    content = json.loads(json.dumps(FULL.as_dict()))
    content["poll"] = ["yes", "no"]
    content["images"][0]["crop"] = [0, 0, 1, 1]
    content["images"][0]["file"]["colours"] = 256

    assert Draft.from_dict(content) == FULL


def test_two_drafts_are_two_posts() -> None:
    assert Draft().draft_id != Draft().draft_id


def test_the_database_keeps_one_draft_for_each_account(rooms: House, ada: object) -> None:
    first, second = Draft(text="half a surrogate \ud83d"), FULL
    assert rooms.drafts.get(1).dialect == "v2"
    rooms.drafts.save(1, first)
    assert rooms.drafts.get(1) == first
    rooms.drafts.save(1, second)

    assert Drafts(rooms.database, "rest").get(1) == second
    assert rooms.drafts.wanted_files() == {PICTURE.sha256, FILM.sha256}


def test_a_fresh_draft_keeps_what_was_chosen() -> None:
    fresh = Drafts.fresh(None, FULL)  # type: ignore[arg-type]

    assert (fresh.visibility, fresh.dialect) == ("CONNECTIONS", "rest")
    assert fresh.is_empty
    assert fresh.draft_id != FULL.draft_id


def test_empty_means_that_nothing_would_be_lost() -> None:
    assert Draft().is_empty
    assert Draft(text=" \n", visibility="CONNECTIONS", kind="image").is_empty
    for field in ("text", "url", "title", "description", "images", "video"):
        assert not Draft(**{field: getattr(FULL, field)}).is_empty


def test_each_kind_has_its_own_files() -> None:
    assert FULL.attachments == ()
    assert FULL.changed(kind="image").attachments == FULL.images
    assert FULL.changed(kind="video").attachments == FULL.video


def test_a_file_for_another_post_is_uploaded_anew() -> None:
    assert FULL.images[0].fresh() == Attachment(PICTURE, "A bridge", "Bridge")


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_a_text_post_is_only_text(dialect: str) -> None:
    post = FULL.changed(kind="text", dialect=dialect).as_post(ADA)

    assert post == Post(ADA, FULL.text, Visibility.CONNECTIONS)


@pytest.mark.parametrize("dialect", ["v2", "rest"])
def test_an_article_has_a_trimmed_address(dialect: str) -> None:
    post = FULL.changed(url=" https://example.com/a\n", dialect=dialect).as_post(ADA)

    assert (post.kind, post.article) == (Kind.ARTICLE, Article("https://example.com/a", "A title", "About it"))


@pytest.mark.parametrize(
    ("dialect", "second"),
    [("v2", "urn:li:digitalmediaAsset:FROM_REGISTER_2"), ("rest", "urn:li:image:FROM_INITIALIZE_2")],
)
def test_images_have_their_urn_or_a_placeholder(dialect: str, second: str) -> None:
    post = FULL.changed(kind="image", dialect=dialect).as_post(ADA)

    assert post.images == (Media(Urn("urn:li:image:1"), "A bridge", "Bridge"), Media(Urn(second)))
    assert (post.video, post.article) == (None, None)


@pytest.mark.parametrize(
    ("dialect", "urn"),
    [("v2", "urn:li:digitalmediaAsset:FROM_REGISTER_1"), ("rest", "urn:li:video:FROM_INITIALIZE_1")],
)
def test_a_video_has_its_urn_or_a_placeholder(dialect: str, urn: str) -> None:
    post = FULL.changed(kind="video", dialect=dialect).as_post(ADA)

    assert post.video == Media(Urn(urn), title="Film")
    assert post.images == ()


@pytest.mark.parametrize("kind", ["image", "video"])
def test_without_a_file_one_is_asked_for(kind: str) -> None:
    found = Draft(kind=kind, text="x" * 3_001).problems(ADA, everywhere)

    assert [problem.field for problem in found] == ["media", "text"]
    assert found[0].message.startswith("Choose a ")
    assert [problem.field for problem in Draft(kind=kind).problems(ADA, everywhere)] == ["media"]


def test_a_file_that_is_gone_is_named() -> None:
    (found,) = Draft(kind="image", images=(Attachment(PICTURE),)).problems(ADA, lambda _: False)

    assert found.field == "media"
    assert found.message.startswith("bridge.png is no longer on this machine.")


def test_only_the_kind_that_is_sent_is_judged() -> None:
    draft = FULL.changed(kind="text", url="ftp://x", title="t" * 500)

    assert draft.problems(ADA, lambda _: False) == ()
    assert {problem.field for problem in draft.changed(kind="article").problems(ADA, everywhere)} == {"url", "title"}


def test_what_the_dialect_cannot_send_is_said() -> None:
    images = FULL.changed(kind="image")
    film = FULL.changed(kind="video")

    assert [problem.field for problem in images.problems(ADA, everywhere)] == ["media"]
    assert [problem.field for problem in film.problems(ADA, everywhere)] == ["media"]
    assert images.changed(dialect="v2").problems(ADA, everywhere) == ()
    assert film.changed(dialect="v2").problems(ADA, everywhere) == ()


def test_an_empty_text_post_has_one_problem() -> None:
    assert [problem.field for problem in Draft().problems(ADA, everywhere)] == ["text"]


@pytest.mark.parametrize("kind", ["text", "article", "image", "images", "video"])
def test_the_drafts_of_these_tests_may_be_sent(rooms: House, kind: str) -> None:
    draft = draft_of(rooms, kind)

    assert draft.problems(ADA, rooms.uploads.has) == ()
