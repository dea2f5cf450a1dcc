"""Sizes, names and docstrings: what makes a line easy to find, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import EVERY_MODULE, PACKAGES, ROOT, modules, name, nodes, tree

MODULE_LINES, PAGE_LINES, MODULES_OF_A_FOLDER = 300, 80, 12
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "misc", "shared"}


def longer(files: list[Path], most: int) -> dict[str, int]:
    lengths = {name(file): len(file.read_text().splitlines()) for file in files}
    return {file: lines for file, lines in lengths.items() if lines > most}


def test_no_module_is_longer_than_300_lines() -> None:
    assert longer(EVERY_MODULE, MODULE_LINES) == {}


def test_no_page_is_longer_than_80_lines() -> None:
    assert longer(modules("pages"), PAGE_LINES) == {}


def test_no_folder_holds_more_than_12_modules() -> None:
    everywhere = modules(*PACKAGES, "tests", "benchmarks")
    counts = Counter(name(file.parent) for file in everywhere if file.name != "__init__.py")

    assert counts["dashboard/posts"] > 5
    assert {folder: count for folder, count in counts.items() if count > MODULES_OF_A_FOLDER} == {}


def test_a_class_name_means_one_thing() -> None:
    classes = Counter(
        node.name
        for file in EVERY_MODULE
        for node in nodes(file)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )

    assert [each for each, count in classes.items() if count > 1] == []


def test_every_module_is_named_after_an_idea() -> None:
    parts = {name(file): {file.stem, *file.relative_to(ROOT).parts} for file in EVERY_MODULE}

    assert [file for file, words in parts.items() if EMPTY_WORDS & words] == []


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(file: Path) -> Iterator[tuple[str, Documented, ast.ClassDef | None]]:
    """The module, its public classes and functions, and their public methods, each method with its class."""
    yield "", tree(file), None
    for node in tree(file).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node.name, node, None
        for method in node.body if isinstance(node, ast.ClassDef) and node.name[0] != "_" else ():
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name[0] != "_":
                yield f"{node.name}.{method.name}", method, node


def undocumented(files: list[Path]) -> list[str]:
    """What has no docstring; a method may have that of the method which it overrides."""
    found = [(name(file), *each) for file in files for each in public(file)]
    told = {called for _, called, node, _ in found if ast.get_docstring(node)}

    def inherits(method: str, of: ast.ClassDef | None) -> bool:
        bases = [ast.unparse(base).rpartition(".")[2] for base in of.bases] if of else []
        return any(f"{base}.{method.rpartition('.')[2]}" in told for base in bases)

    bare = [(file, called, of) for file, called, node, of in found if not ast.get_docstring(node)]
    return [f"{file}: {called}" for file, called, of in bare if not inherits(called, of)]


def test_everything_public_has_a_docstring() -> None:
    assert len([called for file in EVERY_MODULE for called, *_ in public(file)]) > 500
    assert undocumented(modules(*PACKAGES, "benchmarks")) == []


def test_nothing_is_printed() -> None:
    names = [
        (name(file), node.func.id)
        for file in EVERY_MODULE
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]

    # python -m sandbox says where it listens; python -m dashboard and python -m linkedin_api what they have done.
    printing = {file for file, called in names if called in ("print", "pprint", "breakpoint")}
    assert printing == {"sandbox/__main__.py", "dashboard/__main__.py", "linkedin_api/cli/main.py"}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|(?i:coming soon)")

    assert [name(file) for file in EVERY_MODULE if later.search(file.read_text())] == []


def test_pages_are_flat() -> None:
    assert [name(file) for file in modules("pages") if file.parent != ROOT / "pages"] == []
