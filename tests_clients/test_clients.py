"""Programs that other people wrote for LinkedIn, run against the sandbox with only the hosts changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import requests

from tests_clients.programs import PROGRAMS, ROOT, Program

README = ROOT / "sandbox" / "README.md"
PATIENCE_S = 600
SWITCHES = ("--partner", "--two-legged", "--activity-delay-s", "0", "--processing-s", "0")
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f6"
    "1738550000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The sandbox in a process of its own, on a free port; gives its base URL."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", *SWITCHES]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said = re.search(r"http://\S+", process.stdout.readline()) if process.stdout else None
        assert said, "the sandbox did not start"
        yield said[0]
        process.terminate()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PNG of one pixel."""
    file = tmp_path_factory.mktemp("picture") / "picture.png"
    file.write_bytes(ONE_PIXEL)
    return file


def asked(base: str, what: str) -> list[dict[str, Any]]:
    """The sandbox's own list of posts or calls."""
    found: list[dict[str, Any]] = requests.get(f"{base}/_sandbox/{what}", timeout=PATIENCE_S).json()[what]
    return found


def outcomes_of(program: Program, sandbox: str, picture: Path) -> dict[str, Any]:
    """Run it in a sandbox without posts. Returns what each operation gave, in order."""
    assert requests.post(f"{sandbox}/_sandbox/reset", timeout=PATIENCE_S).ok
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("LINKEDIN_", "PYTHON"))}
    environ |= {"SANDBOX_URL": sandbox, "SANDBOX_PICTURE": str(picture), "no_proxy": "127.0.0.1,localhost"}
    run = subprocess.run(program.command(), capture_output=True, text=True, env=environ, timeout=PATIENCE_S)
    assert run.returncode == 0, run.stdout + run.stderr
    return dict(json.loads(run.stdout.splitlines()[-1]))


def told(post: dict[str, Any]) -> str:
    """A stored post in a line: its kind, the number of its files, its text."""
    return f"{post['kind']}{len(post['media']) or ''}: {post['text']}"


def amount(number: int, thing: str) -> str:
    """A number with its noun."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def row(program: Program, calls: int) -> str:
    """The program's line in the README, from what has happened."""
    source = f"{program.registry} {program.version()}".strip()
    refused = "".join(f", {count} answered {status}" for status, count in program.refused.items())
    held = f"{amount(len(program.posts), 'post')}, {amount(len(program.comments), 'comment')}"
    return f"| `{program.name}` | {source} | {', '.join(program.outcomes)} | {calls} calls{refused}; {held} |"


def table() -> list[str]:
    """The lines of the README's table of programs."""
    lines = README.read_text().partition("<!-- clients -->")[2].partition("<!-- end of the clients -->")[0]
    return [line for line in lines.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: f"{program.name} of {program.registry}")
def test_a_program_written_for_linkedin_works_with_the_sandbox(program: Program, sandbox: str, picture: Path) -> None:
    outcomes = outcomes_of(program, sandbox, picture)
    posts, calls, listed = asked(sandbox, "posts"), asked(sandbox, "calls"), table()

    assert list(outcomes) == list(program.outcomes)
    for operation, expected in program.outcomes.items():
        found = outcomes[operation]
        assert found == expected or fnmatchcase(str(found), str(expected)), f"{operation}: {found}"
    assert [told(post) for post in posts] == program.posts
    assert {file["sha256"] for post in posts for file in post["media"]} <= {hashlib.sha256(ONE_PIXEL).hexdigest()}
    assert [comment["text"] for post in posts for comment in post["comments"]] == program.comments
    assert Counter(call["status"] for call in calls if call["status"] >= 400) == program.refused
    assert row(program, len(calls)) in listed


def test_the_readme_lists_these_programs_and_no_others() -> None:
    names = [re.findall(r"^\| `([^`]+)` \| (\w+)", line)[0] for line in table()]

    assert names == [(program.name, program.registry) for program in PROGRAMS]
