"""Who may import whom: every room only what lies below it, in no circle, and foreign packages where they belong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import EVERY_MODULE, PACKAGES, ROOT, TEST_FILES, imported, is_under, modules, name, nodes

STDLIB = sys.stdlib_module_names
OURS = {*PACKAGES, "tests", "benchmarks", "streamlit_app"}

# The plan: the rooms of each package by floor, the ground first. A room imports rooms of lower floors only.
FLOORS = {
    "linkedin_api": [
        "reference settings",
        "content",
        "errors",
        "http",
        "auth publishing",
        "community snippets",
        "cli",
        "__main__",
    ],
    "zernio_api": [
        "limits settings errors",
        "account_models client",
        "connecting media outcome",
        "accounts post_body",
        "checks",
        "publisher",
    ],
    "sandbox": [
        "directory",
        "protocol",
        "model",
        "http",
        "api web",
        "community",
        "auth zernio",
        "control",
        "server",
        "__main__",
    ],
    "dashboard": [
        "db config scheduling untrusted",
        "accounts files opening",
        "drafts activity",
        "posts preview csv_import maintenance tour",
        "setup",
        "publishing",
        "zernio",
        "repositories",
        "ways_out",
        "services",
        "__main__ web demo",
        "ui/state",
        "ui/common",
        "ui/keyboard",
        "ui/compare",
        "ui/attachments ui/writing",
        "ui/account ui/composer ui/feed ui/history ui/queue ui/tour",
        "ui/console ui/home ui/inspector ui/navigation ui/setup",
        "ui/app",
    ],
}
# What a request shows (its cookies, whether it is of this machine) is read by the server and by the pages.
ALSO = {("dashboard/ui/state", "dashboard/web/cookies"), ("dashboard/ui/state", "dashboard/web/own_host")}

# What a package may import besides the standard library and itself.
MAY_IMPORT = {
    "linkedin_api": {"joserfc"},
    # Of the other client what knows nothing of LinkedIn's API: a post, its transport, the errors of a call, checks of
    # settings. Its dialects, its sign-in and its calls are none of Zernio's.
    "zernio_api": {
        "linkedin_api.content",
        "linkedin_api.errors",
        "linkedin_api.http",
        "linkedin_api.reference.urn",
        "linkedin_api.settings",
    },
    "dashboard": {
        "linkedin_api",
        "zernio_api",
        "sqlalchemy",
        "alembic",
        "dbos",
        "pandas",
        "pyarrow",
        "jinja2",
        "markupsafe",
    },
    "pages": {"dashboard", "linkedin_api", "zernio_api", "streamlit", "pandas"},
    "sandbox": {"starlette", "uvicorn", "joserfc", "av", "jinja2", "markupsafe"},
}
# What a room or a module may import in addition.
MAY_ALSO = {
    "linkedin_api/http": {"requests", "urllib3"},
    "linkedin_api/cli/environment.py": {"dotenv"},
    "dashboard/accounts/encryption.py": {"cryptography"},
    "dashboard/config": {"dotenv"},
    "dashboard/files": {"PIL", "av", "pypdfium2", "olefile", "puremagic"},
    "dashboard/untrusted": {
        "PIL",
        "pillow_heif",
        "av",
        "pypdfium2",
        "olefile",
        "python_calamine",
        "bs4",
        "webencodings",
        "chardetng_py",
        "certifi",
        "urllib3",
    },
    "dashboard/csv_import/writer.py": {"openpyxl"},
    "dashboard/csv_import/decoded.py": {"chardetng_py"},
    "dashboard/services.py": {"sandbox"},
    "dashboard/ui": {"streamlit"},
    "dashboard/web": {"starlette", "anyio", "sandbox", "streamlit.config", "streamlit.runtime"},
    "dashboard/web/tuning.py": {"streamlit.delta_generator", "streamlit.watcher"},
}
NOT_IN_PAGES = {"os", "subprocess", "socket", "http", "urllib", "sqlite3", "pages"}


def room_of(module: str, package: str) -> str | None:
    """The room of the plan that a path such as "dashboard/ui/state/session" lies in."""
    rooms = [room for floor in FLOORS[package] for room in floor.split()]
    inside = [room for room in rooms if f"{module}/".startswith(f"{package}/{room}/")]
    return inside[0] if inside else None


def floor_of(room: str, package: str) -> int:
    return next(number for number, floor in enumerate(FLOORS[package]) if room in floor.split())


def path_of(module: str) -> str:
    """The file, without its ending, or package that a dotted name is in: "dashboard.db.tables.posts" has one."""
    path = module.replace(".", "/")
    while path and not (ROOT / f"{path}.py").is_file() and not (ROOT / path / "__init__.py").is_file():
        path = path.rpartition("/")[0]
    return path


def inner_imports(package: str) -> Iterator[tuple[str, str]]:
    """The importing file without its ending, and what it imports of its own package."""
    for file in modules(package):
        for module in imported(file):
            if is_under(module, [package]) and (path := path_of(module)) != package:
                yield name(file).removesuffix(".py"), path


@pytest.mark.parametrize("package", FLOORS)
def test_imports_run_downward_only(package: str) -> None:
    found = [(a, b, room_of(a, package), room_of(b, package)) for a, b in inner_imports(package)]
    allowed = {(a, b) for a, b, above, _ in found if (f"{package}/{above}", b) in ALSO}
    upward = {
        f"{a} -> {b}"
        for a, b, above, below in found
        if above and below and above != below and floor_of(below, package) >= floor_of(above, package)
    }

    assert len(found) > 20
    assert upward - {f"{a} -> {b}" for a, b in allowed} == set()


@pytest.mark.parametrize("package", FLOORS)
def test_every_module_lies_in_a_room_of_the_plan(package: str) -> None:
    paths = [name(file).removesuffix(".py") for file in modules(package) if file.name != "__init__.py"]

    assert [path for path in paths if room_of(path, package) is None] == []


@pytest.mark.parametrize("package", [*PACKAGES, "tests", "benchmarks"])
def test_no_imports_run_in_a_circle(package: str) -> None:
    below: dict[str, set[str]] = {}
    for file in modules(package):
        if file.name != "__init__.py":
            mine = name(file).removesuffix(".py")
            below[mine] = {path_of(module) for module in imported(file) if is_under(module, [package])} - {mine}
    while leaves := [each for each, others in below.items() if not others & below.keys()]:
        for each in leaves:
            del below[each]

    assert below == {}  # what is left imports itself by way of others


def allowed(file: Path) -> set[str]:
    package = file.relative_to(ROOT).parts[0]
    rooms = [room for room in MAY_ALSO if f"{name(file)}/".startswith(f"{room}/")]
    return {package} | MAY_IMPORT[package] | {each for room in rooms for each in MAY_ALSO[room]}


def test_a_module_imports_only_what_its_room_may() -> None:
    foreign = [(file, module) for file in EVERY_MODULE for module in imported(file) if not is_under(module, STDLIB)]

    assert [(name(file), module) for file, module in foreign if not is_under(module, allowed(file))] == []


def test_the_tables_name_no_room_that_is_gone() -> None:
    rooms = [f"{package}/{room}" for package, floors in FLOORS.items() for floor in floors for room in floor.split()]

    assert [each for each in rooms if not (ROOT / each).is_dir() and not (ROOT / f"{each}.py").is_file()] == []
    assert [path for path in MAY_ALSO if not (ROOT / path).exists()] == []


def test_a_page_only_draws() -> None:
    found = [(name(file), module) for file in modules("pages") for module in imported(file)]

    assert [(file, module) for file, module in found if is_under(module, NOT_IN_PAGES)] == []


def test_only_the_client_speaks_to_linkedin() -> None:
    """And one module fetches strangers' pages, never LinkedIn."""
    speaking = ("requests", "urllib3", "http.client", "urllib.request", "httpx", "aiohttp")
    found = [
        (name(file), module)
        for file in modules("dashboard", "pages", "sandbox", "zernio_api")
        for module in imported(file)
    ]

    assert {file for file, module in found if is_under(module, speaking)} == {"dashboard/untrusted/fetch.py"}


def test_only_settings_reads_the_environment() -> None:
    """One module for the dashboard, and one for the client's command line: the client itself is told everything."""
    readers = ("environ", "environb", "getenv", "putenv")
    names = [f"os.{each}" for each in readers]
    found = {name(file) for file in EVERY_MODULE for module in imported(file) if is_under(module, names)}
    found |= {name(file) for file in EVERY_MODULE for node in nodes(file) if getattr(node, "attr", None) in readers}

    assert found == {"dashboard/config/settings.py", "linkedin_api/cli/environment.py"}


def test_no_module_is_imported_behind_the_rules() -> None:
    importers = ("importlib", "imp", "runpy")
    by_name = [name(file) for file in EVERY_MODULE for module in imported(file) if is_under(module, importers)]
    calls = ("__import__", "exec", "eval")
    called_for = [name(file) for file in EVERY_MODULE for node in nodes(file) if getattr(node, "id", None) in calls]

    assert by_name + called_for == []


def test_the_sandbox_and_the_client_meet_over_http_only() -> None:
    from_sandbox = {module.partition(".")[0] for file in modules("sandbox") for module in imported(file)}
    from_client = {module.partition(".")[0] for file in modules("linkedin_api") for module in imported(file)}
    from_other_client = {module.partition(".")[0] for file in modules("zernio_api") for module in imported(file)}

    assert from_sandbox & OURS == {"sandbox"}
    assert from_client & OURS == {"linkedin_api"}
    assert from_other_client & OURS == {"zernio_api", "linkedin_api"}


def test_our_own_code_is_not_mocked() -> None:
    assert [name(file) for file in TEST_FILES for module in imported(file) if "mock" in module] == []
