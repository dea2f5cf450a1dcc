"""The project's own source, parsed once: files, syntax trees and imports."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("linkedin_api", "zernio_api", "dashboard", "pages", "sandbox")


def name(file: Path) -> str:
    """The path of a file from the project's root, with slashes."""
    return file.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    """Every Python file below these folders, sorted."""
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(file.read_text(), name(file))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree."""
    return tuple(ast.walk(tree(file)))


@cache
def imported(file: Path) -> tuple[str, ...]:
    """Everything that a file imports, anywhere in it, by its full dotted name."""
    found: list[str] = []
    for node in nodes(file):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = file.relative_to(ROOT).parts[:-1]
            parents = above[: len(above) - node.level + 1] if node.level else ()
            base = ".".join([*parents, *([node.module] if node.module else [])])
            # "from streamlit import config" brings a module, "from streamlit import App" a name.
            found += [f"{base}.{alias.name}" for alias in node.names]
    return tuple(found)


def is_under(module: str, permitted: Collection[str]) -> bool:
    """Whether a dotted name is one of these, or lies below one of them."""
    return any(module == each or module.startswith(f"{each}.") for each in permitted)


EVERY_MODULE = modules(*PACKAGES)
DOCUMENTS = sorted(file for file in [*ROOT.glob("*.md"), *ROOT.glob("[!.]*/**/*.md")] if file.name != "CHANGELOG.md")
TEST_FILES = sorted((ROOT / "tests").rglob("test_*.py"))
