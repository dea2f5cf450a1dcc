"""The client as a package: it is built, installed into an environment of its own, and used from another folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import textwrap
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import linkedin_api
from tests.conftest import ROOT, RunningSandbox
from tests.linkedin_api.auth.test_oauth import BACK, allow, app
from tests.support.patience import PATIENCE_S

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")
FROM_HERE = ("--no-deps", "--no-index", "--quiet")


def run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=10 * PATIENCE_S).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built from a copy: building leaves files beside the code."""
    folder = tmp_path_factory.mktemp("package")
    for name in ("linkedin_api", "dashboard", "sandbox", "pages"):
        shutil.copytree(ROOT / name, folder / "code" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, folder / "code")
    run(*PIP, "wheel", *FROM_HERE, "--no-build-isolation", "-w", str(folder), str(folder / "code"), cwd=folder)
    [made] = folder.glob("*.whl")
    return made


def test_the_package_holds_the_client_alone(wheel: Path) -> None:
    with ZipFile(wheel) as opened:
        found = set(opened.namelist())

    files = [path for kind in ("*.py", "*.toml", "program_tools.*") for path in (ROOT / "linkedin_api").rglob(kind)]
    code = {path.relative_to(ROOT).as_posix() for path in files}
    inside = {name for name in found if ".dist-info/" not in name}
    assert wheel.name.startswith("linkedin_dashboard_client-")
    assert inside == code | {"linkedin_api/py.typed"}
    assert any(name.endswith("/LICENSE") for name in found)


def test_the_example_of_the_docstring_runs_from_any_folder(
    wheel: Path, tmp_path: Path, linkedin: RunningSandbox
) -> None:
    venv.create(tmp_path / "own")
    python = tmp_path / "own" / "bin" / "python"
    run(*PIP, "--python", str(python), "install", *FROM_HERE, str(wheel), cwd=tmp_path)
    packages = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    Path(packages, "beside.pth").write_text(sysconfig.get_path("purelib"))  # requests and joserfc
    asked = {"redirect_uri": BACK, "scopes": ("openid", "profile", "w_member_social"), "state": "s"}
    with app(linkedin.url) as oauth:
        code = allow(oauth.authorize_url(**asked))
        known = {**vars(oauth)["_client"], "BACK": BACK, "STATE": "s", "code": code}
    known |= {"AUTH_URL": linkedin.url, "API_URL": linkedin.url}
    written = "".join(f"{name.upper() if name != 'code' else name} = {value!r}\n" for name, value in known.items())
    script = tmp_path / "example.py"
    script.write_text(f"{written}\n{example()}\nprint(urn)\n")

    said = run(str(python), "-I", str(script), cwd=tmp_path)

    assert said.splitlines()[-1].startswith("urn:li:share:")
    assert "requests.delete" in said or "DELETE" in said
    assert linkedin.state.posts == {}
    command = tmp_path / "own" / "bin" / "linkedin-dashboard-client"
    assert "whoami" in run(str(command), "--help", cwd=tmp_path)


def example() -> str:
    """The lines of the docstring that are indented."""
    lines = str(linkedin_api.__doc__).splitlines()
    return textwrap.dedent("\n".join(line for line in lines if not line or line.startswith("    ")))
