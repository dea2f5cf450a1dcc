"""The rules of the house, read from the code itself: who may import whom, sizes, words, and what tests must do."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import pytest

from dashboard import settings
from tests.conftest import ROOT

ROOMS = ("linkedin_api", "dashboard", "pages", "sandbox")
OURS = {*ROOMS, "tests", "benchmarks", "streamlit_app"}
STDLIB = sys.stdlib_module_names
MODULE_LINES, PAGE_LINES = 300, 80

# What a room may import besides the standard library and itself.
MAY_IMPORT = {
    "linkedin_api": {"joserfc"},
    "dashboard": {
        "linkedin_api",
        "sqlalchemy",
        "alembic",
        "dbos",
        "pandas",
        "pyarrow",
        "cryptography",
    },
    "pages": {"dashboard", "linkedin_api", "streamlit", "pandas"},
    "sandbox": {"starlette", "uvicorn", "joserfc", "jinja2", "markupsafe", "av"},
}
# What single modules may import in addition: each is the one place for it.
MAY_ALSO = {
    "linkedin_api/transport.py": {"requests", "urllib3"},
    "linkedin_api/wire.py": {"urllib3"},
    "linkedin_api/response.py": {"urllib3"},
    "linkedin_api/failures.py": {"urllib3"},
    "dashboard/settings.py": {"dotenv"},
    "dashboard/frame.py": {"streamlit"},
    "dashboard/session.py": {"streamlit"},
    "dashboard/member_state.py": {"streamlit"},
    "dashboard/desk.py": {"streamlit"},
    "dashboard/preview.py": {"jinja2", "markupsafe"},
    "dashboard/media_reader.py": {"PIL", "av"},
    "dashboard/office.py": {"olefile"},
    "dashboard/reader.py": {"pypdfium2", "bs4"},
    "dashboard/outside.py": {"certifi", "urllib3"},
    "dashboard/house.py": {"sandbox"},  # the one that the server mounts and the feed shows
    "dashboard/server.py": {"starlette", "sandbox", "streamlit.config"},
    "dashboard/middleware.py": {"starlette", "streamlit.config"},
    "dashboard/upload_guard.py": {"starlette", "streamlit.runtime"},
    "dashboard/visitor.py": {"starlette"},
    "dashboard/origin.py": {"starlette"},
    "dashboard/health.py": {"starlette"},
    "dashboard/body.py": {"starlette", "anyio"},
    "dashboard/limiter.py": {"anyio"},
    "dashboard/cookies.py": {"starlette"},
    "dashboard/own_host.py": {"streamlit.config"},
}
NOT_IN_PAGES = {"os", "subprocess", "socket", "http", "urllib", "sqlite3", "pages"}


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    return sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), name(file))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(file)))


@cache
def imported(file: Path) -> tuple[str, ...]:
    """Every module that a file imports, anywhere in it, by its full name."""
    found: list[str] = []
    for node in nodes(file):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.append(file.relative_to(ROOT).parts[0])
        elif isinstance(node, ast.ImportFrom):
            # "from streamlit import config" brings a module, "from streamlit import App" a name.
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def is_under(module: str, permitted: Collection[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in permitted)


def allowed(file: Path) -> set[str]:
    room = file.relative_to(ROOT).parts[0]
    also = {"streamlit"} if name(file).startswith("dashboard/widgets/") else set()
    return {room} | MAY_IMPORT[room] | MAY_ALSO.get(name(file), set()) | also


EVERY_MODULE = modules(*ROOMS)
TEST_FILES = sorted((ROOT / "tests").glob("test_*.py"))


def test_the_rules_see_the_house() -> None:
    assert {file.relative_to(ROOT).parts[0] for file in EVERY_MODULE} == set(ROOMS)
    assert "requests" in imported(ROOT / "linkedin_api" / "transport.py")
    assert len(TEST_FILES) > 10


# Who may import whom.


def test_a_module_imports_only_what_its_room_may() -> None:
    foreign = [
        (name(file), module) for file in EVERY_MODULE for module in imported(file) if not is_under(module, STDLIB)
    ]

    assert [(file, module) for file, module in foreign if not is_under(module, allowed(ROOT / file))] == []


def test_a_page_only_draws() -> None:
    found = [(name(file), module) for file in modules("pages") for module in imported(file)]

    assert [(file, module) for file, module in found if is_under(module, NOT_IN_PAGES)] == []


def test_only_the_client_speaks_to_linkedin() -> None:
    """And one module fetches strangers' pages, never LinkedIn."""
    speaking = ("requests", "urllib3", "http.client", "urllib.request", "httpx", "aiohttp")
    found = [(name(file), module) for file in modules("dashboard", "pages", "sandbox") for module in imported(file)]

    assert {file for file, module in found if is_under(module, speaking)} == {"dashboard/outside.py"}


def test_only_settings_reads_the_environment() -> None:
    readers = ("environ", "environb", "getenv", "putenv")
    found = {name(file) for file in EVERY_MODULE if is_under_any(imported(file), [f"os.{each}" for each in readers])}
    found |= {
        name(file)
        for file in EVERY_MODULE
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and node.attr in readers
    }

    assert found == {"dashboard/settings.py"}


def is_under_any(found: Collection[str], permitted: Collection[str]) -> bool:
    return any(is_under(module, permitted) for module in found)


def test_no_module_is_imported_behind_the_rules() -> None:
    by_name = [name(file) for file in EVERY_MODULE if is_under_any(imported(file), ("importlib", "imp", "runpy"))]
    called_for = [
        name(file)
        for file in EVERY_MODULE
        for node in nodes(file)
        if isinstance(node, ast.Name) and node.id in ("__import__", "exec", "eval")
    ]

    assert by_name + called_for == []


def test_the_table_names_no_module_that_is_gone() -> None:
    assert [path for path in MAY_ALSO if not (ROOT / path).is_file()] == []


def test_the_sandbox_and_the_client_meet_over_http_only() -> None:
    from_sandbox = {module.partition(".")[0] for file in modules("sandbox") for module in imported(file)}
    from_client = {module.partition(".")[0] for file in modules("linkedin_api") for module in imported(file)}

    assert from_sandbox & OURS == {"sandbox"}
    assert from_client & OURS == {"linkedin_api"}


def test_no_template_switches_escaping_off() -> None:
    templates = [file for room in ROOMS for file in (ROOT / room).rglob("*.html")]
    switches = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b")

    assert len(templates) >= 7
    assert [name(file) for file in templates if switches.search(file.read_text())] == []


# What Streamlit calls.


def is_safe(callback: ast.expr) -> bool:
    """It cannot fail, or its failure becomes a sentence in the page."""
    if isinstance(callback, ast.Call):
        return ast.unparse(callback.func) == "trouble.guarded"
    return isinstance(callback.body if isinstance(callback, ast.Lambda) else callback, ast.Constant)


def test_no_callback_is_passed_unguarded() -> None:
    callback = re.compile(r"on_(click|change|select|dismiss|\w+_change)")
    passed = [
        (name(file), keyword.value.lineno, keyword.value)
        for file in modules("dashboard", "pages")
        for node in nodes(file)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg and callback.fullmatch(keyword.arg)
    ]

    assert len(passed) > 20
    assert [(file, line) for file, line, value in passed if not is_safe(value)] == []


def test_every_fragment_and_dialog_says_what_went_wrong() -> None:
    bare = {
        name(file)
        for file in modules("dashboard", "pages")
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("st.fragment", "st.dialog")
    }

    assert bare == {"dashboard/widgets/trouble.py"}


# Sizes and names.


def longer(files: list[Path], most: int) -> dict[str, int]:
    lengths = {name(file): len(file.read_text().splitlines()) for file in files}
    return {file: lines for file, lines in lengths.items() if lines > most}


def test_no_module_is_longer_than_300_lines() -> None:
    assert longer(EVERY_MODULE, MODULE_LINES) == {}


def test_no_page_is_longer_than_80_lines() -> None:
    assert longer(modules("pages"), PAGE_LINES) == {}


def test_every_module_says_what_it_is() -> None:
    assert [name(file) for file in EVERY_MODULE if not ast.get_docstring(tree(file))] == []


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
DOCUMENTED = ("linkedin_api", "pages", "sandbox", "benchmarks")


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
    assert len([called for file in modules("linkedin_api") for called, *_ in public(file)]) > 200
    assert undocumented(modules(*DOCUMENTED)) == []


def test_every_module_is_named_after_an_idea() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}

    assert [name(file) for file in EVERY_MODULE if empty & {file.stem, *file.relative_to(ROOT).parts}] == []


def test_every_public_name_of_what_draws_says_what_it_gives() -> None:
    drawing = {"dashboard/session.py", "dashboard/desk.py", "dashboard/frame.py", "dashboard/dates.py"}
    files = [
        file
        for file in modules("dashboard", "pages")
        if file.parent.name in ("widgets", "pages") or name(file) in drawing
    ]
    silent = [
        f"{name(file)}::{node.name}"
        for file in files
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert len(files) > 30
    assert silent == []


def test_nothing_is_printed() -> None:
    names = [
        (name(file), node.func.id)
        for file in EVERY_MODULE
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]

    # python -m sandbox says where it listens, python -m dashboard what it has done.
    printing = {file for file, called in names if called in ("print", "pprint", "breakpoint")}
    assert printing <= {"sandbox/__main__.py", "dashboard/__main__.py"}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|(?i:coming soon)")

    assert [name(file) for file in EVERY_MODULE if later.search(file.read_text())] == []


def test_pages_and_tests_are_flat() -> None:
    found = [file for folder in ("pages", "tests") for file in modules(folder) if file.parent != ROOT / folder]

    assert [name(file) for file in found] == []


# Requirements and settings.

REQUIREMENTS = [
    line
    for file in ("requirements.txt", "requirements-dev.txt")
    for line in (ROOT / file).read_text().splitlines()
    if line.strip() and not line.startswith(("-r ", "#"))
]


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
    """Every name that dashboard/settings.py asks for."""
    strings = [node.value for node in ast.walk(tree(Path(settings.__file__))) if isinstance(node, ast.Constant)]
    pattern = re.compile(
        r"(?:LINKEDIN_[A-Z_]+|DATABASE_URL|DATA_FOLDER|DASHBOARD_PUBLISHES|SECRET_KEY(?:_OLD)?|SANDBOX_KEY)"
    )
    texts = {text for text in strings if isinstance(text, str) and pattern.fullmatch(text)}
    return texts | set(settings.GUIDE_NAMES.values())


@pytest.mark.parametrize("file", [".env.example", "README.md"])
def test_every_setting_is_explained(file: str) -> None:
    if not (ROOT / file).exists():
        pytest.skip(f"There is no {file} yet.")
    text = (ROOT / file).read_text()

    assert len(settings_read()) >= 15
    assert [setting for setting in sorted(settings_read()) if not re.search(rf"\b{setting}\b", text)] == []


def test_the_example_names_no_setting_that_nobody_reads() -> None:
    named = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert set(named) <= settings_read()


# Tests.


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

    assert idle == []


def test_no_test_hides_another_of_its_name() -> None:
    hidden = {}
    for file in TEST_FILES:
        names = [node.name for node in tree(file).body if isinstance(node, ast.FunctionDef)]
        hidden |= {f"{name(file)}::{each}": names.count(each) for each in names if names.count(each) > 1}

    assert hidden == {}


def test_our_own_code_is_not_mocked() -> None:
    assert [name(file) for file in TEST_FILES for module in imported(file) if "mock" in module] == []
