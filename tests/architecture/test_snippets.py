"""Every command and program in the documents: run against a sandbox, or held against what it would start."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from benchmarks.__main__ import ALL as BENCHMARKS
from docs import troubleshooting
from linkedin_api.cli import main as command_line
from sandbox import Sandbox, create_app
from sandbox import __main__ as sandbox_command
from tests.architecture.test_deployment import ComposeLoader
from tests.architecture.test_documents import settings_read
from tests.conftest import served
from tests.linkedin_api.auth.test_oauth import allow
from tests.support.media import pdf, picture
from tests.support.patience import PATIENCE_S
from tests.support.source import DOCUMENTS, ROOT, name

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`((?:make|python -m|pip install|docker compose|streamlit run|bash) [^`]+)`")
TARGETS = set(re.findall(r"^([\w-]+|\.venv/\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
COMPOSE = {file.name: yaml.load(file.read_text(), ComposeLoader) for file in ROOT.glob("docker-compose*.yml")}  # noqa: S506
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
HERE = "http://127.0.0.1:9200"  # where documents let the sandbox listen


@dataclass(frozen=True)
class Snippet:
    """A fenced block of a document, or a command in its prose ("span")."""

    document: str
    language: str
    text: str


def snippets() -> Iterator[Snippet]:
    for file in DOCUMENTS:
        text = file.read_text()
        yield from (Snippet(name(file), language, block) for language, block in BLOCK.findall(text))
        yield from (Snippet(name(file), "span", span) for span in SPAN.findall(text))


EVERY = tuple(snippets())


# Held against what they would start.


def is_command(line: str) -> bool:
    """Whether what this line would start is there, and takes its words."""
    match shlex.split(re.sub(r"\$\([^)]*\)", "today", line), comments=True):
        case ["make", *words]:
            return {word for word in words if "=" not in word} <= TARGETS
        case ["python", "-m", module, *words]:
            return is_module(module, words)
        case ["pip", "install", "."]:
            return (ROOT / "pyproject.toml").is_file()
        case ["pip", "install", "-r", file] | ["streamlit", "run", file]:
            return (ROOT / file).is_file()
        case ["docker", "compose", *words]:
            return all(word in COMPOSE for word in words if word.endswith(".yml")) and services_in(words) <= SERVICES
        case [program, *_] if program in SCRIPTS:
            return find_spec(SCRIPTS[program].partition(":")[0]) is not None
        case words:
            return not words or is_setting(line) or line.startswith("Sandbox at http")


SERVICES = {service for file in COMPOSE.values() for service in file["services"]}


def services_in(words: list[str]) -> set[str]:
    """The services that a docker compose command names."""
    after = {"exec", "cp"} & set(words)
    named = [words[words.index(verb) + 1].partition(":")[0] for verb in after]
    return {*named, *(word.partition("=")[0] for word in words if re.fullmatch(r"\w+=\d+", word))}


def is_module(module: str, words: list[str]) -> bool:
    if module == "linkedin_api" and words:
        return bool(command_line._parser().parse_args(words))
    if module == "sandbox":
        return bool(sandbox_command._parser().parse_args(words))
    if module == "benchmarks":
        return set(words) <= set(BENCHMARKS)
    return find_spec(module) is not None


def is_setting(line: str) -> bool:
    found = re.findall(r"\b([A-Z][A-Z_]+)=", line.partition("#")[0])
    return bool(found) and set(found) <= settings_read()


def wrong_commands(snippet: Snippet) -> list[str]:
    return [line for line in snippet.text.splitlines() if not is_command(line)]


def wrong_ini(snippet: Snippet) -> list[str]:
    """Settings, or a unit of systemd, whose programs test_deployment looks at."""
    if not snippet.text.startswith("["):
        return wrong_commands(snippet)
    unit = configparser.ConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(snippet.text)
    return [] if {"Unit", "Service", "Install"} <= set(unit) else ["no unit of systemd"]


def wrong_braces(snippet: Snippet) -> list[str]:
    """A proxy's configuration, whose lines test_deployment looks at."""
    return [] if snippet.text.count("{") == snippet.text.count("}") > 0 else ["braces"]


HELD: dict[str, Callable[[Snippet], list[str]]] = {
    "": wrong_commands,
    "span": wrong_commands,
    "ini": wrong_ini,
    "nginx": wrong_braces,
    "caddy": wrong_braces,
    "text": lambda _: [],  # a drawing
}
RUN = ("sh", "python")


def test_every_snippet_is_run_or_held_against_what_it_starts() -> None:
    wrong = {(each.document, line) for each in EVERY if each.language in HELD for line in HELD[each.language](each)}

    assert len(EVERY) > 40
    assert {each.language for each in EVERY} <= {*HELD, *RUN}
    assert wrong == set()


def test_a_command_that_does_not_exist_is_noticed() -> None:
    for line in ("make nothing", "python -m nowhere", "docker compose exec nobody ls", "pip install -r none.txt", "ls"):
        assert not is_command(line), line


# Run against a sandbox.


@pytest.fixture
def linkedin(tmp_path: Path) -> Iterator[str]:
    """A sandbox that answers a sign-in by itself; its address."""
    with served(
        create_app(Sandbox(tmp_path / "sandbox", auto_approve=True, activity_delay_s=0, processing_s=0))
    ) as url:
        yield url


@pytest.fixture
def environ(linkedin: str, tmp_path: Path) -> dict[str, str]:
    """What documents suppose: `python` is ours, a browser that follows the sign-in, files to upload."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    browser = programs / "browser"
    browser.write_text(f"#!{sys.executable}\nimport sys, urllib.request\nurllib.request.urlopen(sys.argv[1]).read()\n")
    browser.chmod(0o700)
    for file in ("one.png", "two.png"):
        (tmp_path / file).write_bytes(picture(text=file))
    (tmp_path / "slides.pdf").write_bytes(pdf())
    clean = {key: value for key, value in os.environ.items() if not key.startswith("LINKEDIN_")}
    return clean | {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{Path(pytest.__file__).parents[1]}",
        "BROWSER": f"{browser} %s &",
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "LINKEDIN_AUTH_URL": linkedin,
        "LINKEDIN_API_URL": linkedin,
    }


def documents_with(language: str) -> list[str]:
    return sorted({each.document for each in EVERY if each.language == language})


def whole(document: str, language: str, linkedin: str) -> str:
    blocks = [each.text for each in EVERY if (each.document, each.language) == (document, language)]
    return "\n".join(blocks).replace(HERE, linkedin)


@pytest.mark.parametrize("document", documents_with("sh"))
def test_the_commands_of_a_document_run(document: str, linkedin: str, environ: dict[str, str], tmp_path: Path) -> None:
    """One after the other in one shell, as they are read."""
    words = ["bash", "-euo", "pipefail", "-c", whole(document, "sh", linkedin)]
    done = subprocess.run(words, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE_S)

    assert done.returncode == 0, done.stderr
    assert "rror" not in done.stderr


@pytest.mark.parametrize("document", documents_with("python"))
def test_the_programs_of_a_document_run(document: str, linkedin: str, environ: dict[str, str], tmp_path: Path) -> None:
    """One after the other in one program; it prints the address of the sign-in and asks for the code."""
    program = ["python", "-c", whole(document, "python", linkedin)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, cwd=tmp_path, env={**environ, "PYTHONUNBUFFERED": "1"}, **pipes) as running:  # type: ignore[call-overload]
        address = running.stdout.readline().strip()
        said, told = running.communicate(allow(address) + "\n", timeout=PATIENCE_S)

    assert (running.returncode, told) == (0, "")
    assert said.count("urn:li:share:") >= 3
    assert "curl" in said


# Made from the code.


def test_the_errors_of_the_troubleshooting_page_are_those_of_the_code() -> None:
    found = troubleshooting.MARKS.search(troubleshooting.PAGE.read_text(encoding="utf-8"))

    assert found is not None
    assert found[0] == troubleshooting.tables(), "run: python -m docs.troubleshooting"
    assert found[0].count("\n| ") > 50
