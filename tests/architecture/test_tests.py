"""What the tests themselves must do: assert something, and stand where their subject stands."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.support.source import PACKAGES, ROOT, TEST_FILES, modules, name, nodes, tree

ROOMS = {*PACKAGES, "support", "ui", "browser", "chaos", "architecture"}


@cache
def functions(file: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in nodes(file) if isinstance(node, ast.FunctionDef)}


def called(function: ast.FunctionDef) -> set[str]:
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def asserts(function: ast.FunctionDef, known: dict[str, ast.FunctionDef], seen: frozenset[str] = frozenset()) -> bool:
    """It asserts something itself, or calls a function of the tests that does."""
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    names = called(function)
    if names & {"raises", "expect", "fail", "warns"}:
        return True
    return any(asserts(known[each], known, seen | names) for each in names & set(known) - seen)


def test_every_test_asserts_something() -> None:
    everywhere = {key: value for file in modules("tests") for key, value in functions(file).items()}
    idle = [
        f"{name(file)}::{key}"
        for file in TEST_FILES
        for key, value in functions(file).items()
        if key.startswith("test_") and not asserts(value, everywhere | functions(file))
    ]

    assert len(TEST_FILES) > 50
    assert idle == []


def test_no_test_hides_another_of_its_name() -> None:
    hidden = {}
    for file in TEST_FILES:
        names = [node.name for node in tree(file).body if isinstance(node, ast.FunctionDef)]
        hidden |= {f"{name(file)}::{each}": names.count(each) for each in names if names.count(each) > 1}

    assert hidden == {}


def test_tests_stand_in_rooms_named_after_those_of_the_code() -> None:
    folders = {file.parent.relative_to(ROOT / "tests") for file in TEST_FILES}
    nameless = [str(each) for each in folders if not each.parts or each.parts[0] not in ROOMS]
    homeless = [str(each) for each in folders if each.parts[0] in PACKAGES and not (ROOT / each).is_dir()]

    assert nameless + homeless == []
