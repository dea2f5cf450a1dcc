"""Credentials from the page into .env: everything else in it stays, and nobody else can read it."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values

from dashboard.config import logs
from dashboard.config.env_file import NotWritten, changed, write
from dashboard.config.settings import SettingsError
from dashboard.setup import credentials
from dashboard.setup.credentials import ID, SECRET, problems
from linkedin_api import LinkedInError

BEFORE = """# My app
export OTHER='a # b'
LINKEDIN_CLIENT_ID=
LINKEDIN_CLIENT_SECRET="old"   # of last year
MANY="one
two"
LINKEDIN_CLIENT_ID=twice
"""


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ID, SECRET, "CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_only_the_two_lines_change(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(BEFORE)
    file.chmod(0o644)

    write({ID: "86abc", SECRET: "WPL_AP1.x'y #z\\"}, file)

    assert file.read_text().splitlines()[:3] == ["# My app", "export OTHER='a # b'", f"{ID}=86abc"]
    found = dotenv_values(file)
    assert found == {"OTHER": "a # b", ID: "86abc", SECRET: "WPL_AP1.x'y #z\\", "MANY": "one\ntwo"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


def test_the_line_ends_of_another_system_stay(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=1\r\nB=2\r\n")

    write({ID: "86abc"}, tmp_path / ".env")

    assert (tmp_path / ".env").read_bytes() == f"A=1\r\nB=2\r\n{ID}=86abc\n".encode()


def test_a_missing_file_is_made_and_a_last_line_without_an_end_is_kept(tmp_path: Path) -> None:
    write({ID: "86abc"}, tmp_path / ".env")

    assert (tmp_path / ".env").read_text() == f"{ID}=86abc\n"
    assert changed("A=1", {ID: "x"}) == f"A=1\n{ID}=x\n"


def test_what_such_a_file_cannot_keep_is_refused_and_never_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        changed("", {SECRET: "pre${HOME}post"})

    assert "pre$" not in str(refused.value)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(NotWritten, match=r"cannot be written .* write the lines into it by hand"):
        write({ID: "86abc"}, tmp_path / "file" / ".env")


@pytest.mark.parametrize(
    ("client_id", "secret", "said"),
    [
        ("86abc", "", "LINKEDIN_CLIENT_SECRET is missing"),
        ("", "s3cret-one", "LINKEDIN_CLIENT_ID is missing"),
        ("86abc", "s3cret one", "has a space"),
        ("86abc", "Bearer s3cret", "begins with “Bearer ”"),
        ("  ", "", "Nothing was typed"),
    ],
)
def test_what_is_typed_wrong_is_one_sentence_without_the_secret(client_id: str, secret: str, said: str) -> None:
    [sentence] = problems(client_id, secret)

    assert said in sentence
    assert not secret or secret not in sentence


def test_a_variable_of_the_environment_counts_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT_SECRET", "of the environment")

    assert problems("86abc", "s3cret") == [
        f"{SECRET} is set in the environment, which counts before .env: change it there, then start again."
    ]
    assert not issubclass(NotWritten, LinkedInError)
    assert credentials.problems("86abc", " s3cret ") == problems("86abc", "s3cret")


def test_a_variable_that_the_environment_sets_to_nothing_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ID, "")

    assert [each.partition(" ")[0] for each in problems("86abc", "s3cret")] == [ID]


def test_a_secret_that_was_typed_with_spaces_is_in_no_line_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENV_FILE", str(tmp_path / ".env"))
    credentials.keep({ID: "86abc", SECRET: " WPL_AP1.typed-with-spaces "})

    told = logs._line(logging.LogRecord("a", logging.ERROR, "", 0, "It has WPL_AP1.typed-with-spaces", None, None))
    assert "typed-with-spaces" not in told
