"""What the documents say about the code: settings, paths, requirements."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dashboard.config import settings
from linkedin_api import settings as linkedin_settings
from tests.support.source import DOCUMENTS, ROOT, tree
from zernio_api import settings as zernio_settings

REQUIREMENTS = [
    line
    for file in ("requirements.txt", "requirements-dev.txt")
    for line in (ROOT / file).read_text().splitlines()
    if line.strip() and not line.startswith(("-r ", "#"))
]
TOP = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci", ".streamlit", ".env.example"}
# A path of ours in a document: `dashboard/db/tables.py`, (docs/composer.png), [x](benchmarks/README.md).
PATH = re.compile(r"(?<![\w./:-])((?:[\w.-]+/)+[\w.*-]*|[\w.-]+\.(?:md|py|txt|toml|yml))(?![\w/:])")


def named_paths(text: str) -> set[str]:
    """Paths in a document's code spans and links that start at a folder or file of the project."""
    spans = re.findall(r"`([^`\n]+)`|\]\(([^)#]+)\)", text)
    found = {path for span in spans for part in span if part for path in PATH.findall(part)}
    return {path for path in found if path.split("/")[0] in TOP and "*" not in path and "<" not in path}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_path_in_a_document_exists(file: Path) -> None:
    paths = named_paths(file.read_text())

    assert [path for path in sorted(paths) if not (ROOT / path).exists() and not (file.parent / path).exists()] == []


def test_documents_name_paths() -> None:
    assert len(named_paths((ROOT / "README.md").read_text())) >= 5
    named = named_paths("see `dashboard/nowhere.py` and [this](docs/none.md)")
    assert named == {"dashboard/nowhere.py", "docs/none.md"}


def package(line: str) -> str:
    return re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0].lower().replace("_", "-")


def test_a_requirement_says_in_five_words_what_it_is_for() -> None:
    words = {line: len(line.partition("#")[2].split()) for line in REQUIREMENTS}

    assert REQUIREMENTS
    assert [line for line, count in words.items() if not 1 <= count <= 5] == []


def test_a_requirement_has_a_lower_bound() -> None:
    assert [line for line in REQUIREMENTS if ">=" not in line.partition("#")[0]] == []


def test_nobody_else_may_be_called_linkedin_api() -> None:
    others = {"linkedin-api", "linkedin-api-client", "linkedin-v2", "python-linkedin"}

    assert others & {package(line) for line in REQUIREMENTS} == set()


def settings_read() -> set[str]:
    """Every name that the settings modules ask the environment for."""
    trees = [tree(Path(module.__file__)) for module in (settings, linkedin_settings, zernio_settings)]
    strings = [node.value for each in trees for node in ast.walk(each) if isinstance(node, ast.Constant)]
    names = r"DATABASE_URL|DATA_FOLDER|DASHBOARD_[A-Z_]+|SECRET_KEY(?:_OLD)?|SANDBOX_KEY"
    pattern = re.compile(rf"(?:LINKEDIN_[A-Z_]+|ZERNIO_[A-Z_]+|LATE_API_KEY|{names})")
    texts = {text for text in strings if isinstance(text, str) and pattern.fullmatch(text)}
    return texts | set(linkedin_settings.GUIDE_NAMES.values())


@pytest.mark.parametrize("file", [".env.example", "docs/credentials.md"])
def test_every_setting_is_explained(file: str) -> None:
    text = (ROOT / file).read_text()

    assert len(settings_read()) >= 15
    assert [setting for setting in sorted(settings_read()) if not re.search(rf"\b{setting}\b", text)] == []


def test_the_example_names_no_setting_that_nobody_reads() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert set(named) <= settings_read()
