"""What starts the dashboard elsewhere: the compose files, the image, make's commands and the script that checks all."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql
from streamlit import config

from dashboard.__main__ import main
from dashboard.config import settings
from tests.conftest import ROOT
from tests.support.patience import PATIENCE_S
from tests.support.postgres import Postgres

PLAIN, SANDBOX = "docker-compose.yml", "docker-compose.sandbox.yml"
BOTH = pytest.mark.parametrize("file", [PLAIN, SANDBOX])
SECRET_NAMES = {"PGPASSWORD", "POSTGRES_PASSWORD", "SECRET_KEY"}
HOSTS = ("AUTH", "API")
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container; who may come in is decided where the port is published
NOT_IN_THE_IMAGE = {"tests", "tests_clients", "benchmarks", "docs", "data"}
DATA_FOLDER = "/data"
DOCKERFILE = (ROOT / "Dockerfile").read_text()


class ComposeLoader(yaml.SafeLoader):
    """YAML as Compose writes it: `!reset` takes away what the file before has said."""


ComposeLoader.add_constructor("!reset", lambda _loader, _node: None)


def compose(file: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / file).read_text(), ComposeLoader)  # noqa: S506 - a SafeLoader
    return found


def services(file: str = PLAIN) -> dict[str, dict[str, Any]]:
    """The services as Compose sees them: those of the sandbox's file over the plain ones."""
    found: dict[str, dict[str, Any]] = compose(PLAIN)["services"]
    if file == PLAIN:
        return found
    for name, given in compose(file)["services"].items():
        before = found.get(name, {})
        environment = {**before.get("environment", {}), **given.get("environment", {})}
        found[name] = {**before, **given, "environment": environment}
    return found


def published(service: dict[str, Any]) -> list[str]:
    return service.get("ports") or []


# Secrets and doors.


@BOTH
def test_every_secret_must_come_from_outside_the_file(file: str) -> None:
    values = [
        (service, name, value)
        for service, given in services(file).items()
        for name, value in given.get("environment", {}).items()
        if name in SECRET_NAMES
    ]
    wanted = re.compile(r"\$\{(?:POSTGRES_PASSWORD|SECRET_KEY):\?Set [A-Z_]+ in \.env to .+\}")

    assert {name for _, name, _ in values} == SECRET_NAMES
    assert [each for each in values if not wanted.fullmatch(each[2])] == []


@BOTH
def test_no_address_in_a_file_holds_a_password(file: str) -> None:
    assert re.findall(r"\w+://[^\s/@]*:[^\s/@]+@", (ROOT / file).read_text()) == []


@pytest.mark.parametrize(
    ("file", "doors"), [(PLAIN, {"dashboard": ["8501"]}), (SANDBOX, {"sandbox": ["8501", "9200"]})]
)
def test_every_door_opens_to_this_machine_only(file: str, doors: dict[str, list[str]]) -> None:
    ports = {name: published(service) for name, service in services(file).items() if published(service)}

    assert ports == {name: [f"127.0.0.1:{port}:{port}" for port in numbers] for name, numbers in doors.items()}


def test_with_the_sandbox_everybody_finds_it_at_the_browsers_address() -> None:
    found = services(SANDBOX)
    hosts = [found[name]["environment"][f"LINKEDIN_{which}_URL"] for name in ("dashboard", "worker") for which in HOSTS]

    assert {found[name]["network_mode"] for name in ("dashboard", "worker")} == {"service:sandbox"}
    assert "network_mode" not in found["sandbox"]
    assert set(hosts) == {"http://localhost:9200"}


def test_the_sandbox_never_sees_the_credentials_of_a_real_app() -> None:
    found = services(SANDBOX)

    assert [name for name in found if found[name].get("env_file")] == []
    assert services()["dashboard"]["env_file"] == [{"path": ".env", "required": False}]


def test_trying_it_touches_no_real_data() -> None:
    """A name of its own gives Compose volumes of its own."""
    assert compose(PLAIN)["name"] != compose(SANDBOX)["name"]


# Dashboard, workers, database.


@BOTH
def test_dashboard_and_workers_share_the_database_and_the_key(file: str) -> None:
    dashboard, worker = (services(file)[name]["environment"] for name in ("dashboard", "worker"))
    shared = ("DATABASE_URL", "PGPASSWORD", "SECRET_KEY", "DATA_FOLDER")

    assert [dashboard[name] for name in shared] == [worker[name] for name in shared]
    assert dashboard["DATA_FOLDER"] == DATA_FOLDER
    assert dashboard["DATABASE_URL"] == "postgresql://dashboard@postgres/dashboard"


@BOTH
def test_the_workers_publish_and_the_dashboard_leaves_it_to_them(file: str) -> None:
    found = services(file)

    assert found["dashboard"]["environment"]["DASHBOARD_PUBLISHES"] == "no"
    assert "DASHBOARD_PUBLISHES" not in found["worker"]["environment"]
    assert found["worker"]["command"] == ["python", "-m", "dashboard", "worker"]
    assert found["worker"]["deploy"]["replicas"] == 2


@BOTH
def test_workers_can_be_as_many_as_one_likes(file: str) -> None:
    """None has a name, a door or a folder that a second one would fight for."""
    assert {"container_name", "hostname", "ports", "volumes"} & set(services(file)["worker"]) == set()


@BOTH
def test_every_container_is_locked_down(file: str) -> None:
    """A read-only root, no capabilities, a limit of memory; what has to be written has a place."""
    for name, given in services(file).items():
        assert given["read_only"] is True, name
        assert given["cap_drop"] == ["ALL"], name
        assert "cap_add" not in given, name
        assert given["security_opt"] == ["no-new-privileges:true"], name
        assert given["tmpfs"][0] == "/tmp", name  # noqa: S108 - the container's own
        assert re.fullmatch(r"\d+g", given["mem_limit"]), name
        assert given["pids_limit"] <= 512, name
    assert services(file)["postgres"]["user"] == "postgres"
    assert re.findall(r"^VOLUME (\S+)$", DOCKERFILE, re.MULTILINE) == [DATA_FOLDER]


@BOTH
def test_everybody_with_a_door_is_asked_for_their_health(file: str) -> None:
    asked = {name: given["healthcheck"]["test"][-1] for name, given in services(file).items() if "healthcheck" in given}

    assert "http://127.0.0.1:8501/readyz" in asked["dashboard"]
    assert ("sandbox" in asked) is (file == SANDBOX)
    assert {name for name, given in services(file).items() if published(given)} <= set(asked)


def test_the_proxies_of_the_guide_pass_on_what_the_dashboard_needs() -> None:
    guide = (ROOT / "docs" / "deployment.md").read_text()

    for needed in ("Host $http_host", "X-Forwarded-Proto $scheme", "Upgrade $http_upgrade", "http_version 1.1"):
        assert f"proxy_set_header {needed}" in guide or f"proxy_{needed}" in guide
    assert "reverse_proxy 127.0.0.1:8501" in guide
    assert re.search(r"^ExecStart=\S+/streamlit run streamlit_app\.py$", guide, re.MULTILINE)


def test_an_audit_without_its_database_says_so_in_one_line_and_fails_nothing() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    audit = recipe[recipe.index("\t@if") :].replace("\t@", "\t").lstrip()
    filled = audit.replace("$(BIN)", str(Path(sys.executable).parent)).replace("$(ADVISORIES)", "advisories.invalid")
    done = subprocess.run(["sh", "-c", filled], capture_output=True, text=True, timeout=PATIENCE_S)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("pip-audit looked at nothing: advisories.invalid")
    assert done.stdout.count("\n") == 1


def test_a_machine_that_vanishes_lets_go_of_its_locks_within_a_minute() -> None:
    given = dict(re.findall(r"-c (\w+)=(\d+)", services()["postgres"]["command"]))
    idle, interval, count = (int(given[f"tcp_keepalives_{each}"]) for each in ("idle", "interval", "count"))

    assert (idle, interval, count) == (30, 10, 3)
    assert idle + interval * count <= 60


@BOTH
def test_nobody_starts_before_the_database_answers(file: str) -> None:
    found = services(file)

    assert found["postgres"]["healthcheck"]["test"][1] == "pg_isready"
    for name in ("dashboard", "worker"):
        assert found[name]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@BOTH
def test_every_volume_is_declared(file: str) -> None:
    used = {volume.partition(":")[0] for service in services(file).values() for volume in service.get("volumes", [])}

    assert used <= set(compose(PLAIN)["volumes"]) | set(compose(file)["volumes"])


SET = {"POSTGRES_PASSWORD": "p@ss/word:%", "SECRET_KEY": "a-long-random-text-of-your-own-for-tests"}


def environ(file: str, service: str) -> dict[str, str]:
    """What a container is given, once the secrets are set."""
    found = services(file)[service]["environment"]
    return {name: re.sub(r"\$\{(\w+):\?[^}]*\}", lambda match: SET[match[1]], text) for name, text in found.items()}


@BOTH
@pytest.mark.parametrize("service", ["dashboard", "worker"])
def test_the_settings_in_the_files_are_good(file: str, service: str) -> None:
    found = settings.load(environ(file, service), env_file=None)

    assert found.publishes is (service == "worker")
    assert (found.secret_key, str(found.data_folder)) == (SET["SECRET_KEY"], DATA_FOLDER)
    assert found.database_name == "PostgreSQL at postgres/dashboard"
    assert (found.auth_url == found.api_url == "http://localhost:9200") is (file == SANDBOX)


def test_any_password_will_do_because_it_is_in_no_address(
    postgres: Postgres, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = environ(PLAIN, "worker")
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    owner, server = sql.Identifier(f"owner_of_{name}"), f"owner_of_{name}@127.0.0.1:{postgres.port}/{name}"
    postgres.run(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(owner, sql.Literal(SET["POSTGRES_PASSWORD"])))
    monkeypatch.setenv("PGPASSWORD", given["PGPASSWORD"])

    with psycopg.connect(given["DATABASE_URL"].replace("dashboard@postgres/dashboard", server)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


# The image.


def copied() -> set[str]:
    return {found.removeprefix("./") for found in re.findall(r"^COPY (\S+) \S+$", DOCKERFILE, re.MULTILINE)}


def product_folders() -> Iterator[str]:
    """Every folder with programs of ours, and the server."""
    yield "streamlit_app.py"
    for folder in ROOT.iterdir():
        if folder.is_dir() and not folder.name.startswith(".") and any(folder.rglob("*.py")):
            yield folder.name


def test_the_image_has_every_room_and_nothing_else() -> None:
    assert copied() == set(product_folders()) - NOT_IN_THE_IMAGE | {"requirements.txt", ".streamlit"}


def test_docker_is_sent_what_the_image_has_and_never_a_secret() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]

    assert lines[0] == "*"
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == copied()
    assert ".streamlit/secrets.toml" in lines


def test_the_image_runs_as_nobody_special() -> None:
    user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)

    assert user == ["dashboard"]
    assert DOCKERFILE.index("USER dashboard") > DOCKERFILE.index("RUN pip install")
    assert services()["dashboard"]["environment"]["DATA_FOLDER"] in re.findall(
        r"install -d .* (/\S+)$", DOCKERFILE, re.M
    )


def test_the_images_own_command_is_one_that_streamlit_knows() -> None:
    (words,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    program, verb, script, *options = yaml.safe_load(words)
    given = dict(zip(options[::2], options[1::2], strict=True))

    assert (program, verb, (ROOT / script).is_file()) == ("streamlit", "run", True)
    assert given == {"--server.port": "8501", "--server.address": EVERYWHERE}
    assert [config.get_option(name.removeprefix("--")) for name in given]  # raises for a name that it does not know


def test_the_sandbox_of_the_compose_file_starts() -> None:
    python, *words = services(SANDBOX)["sandbox"]["command"]
    here = {EVERYWHERE: "127.0.0.1", "9200": "0"}
    process = subprocess.Popen(
        [sys.executable, *(here.get(word, word) for word in words if word not in ("--folder", "/data"))],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        said = process.stdout.readline() if process.stdout else ""
        process.terminate()

    assert python == "python"
    assert said.startswith("Sandbox at http://127.0.0.1:")


@pytest.mark.parametrize("command", ["worker", "backup", "move"])
def test_the_programs_that_make_and_compose_start_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert command in capsys.readouterr().out


# Make, and the script that checks everything.


def make(*words: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "FROM", "TO")}
    # What is installed is not the question here.
    dry = ["make", "--dry-run", "--no-print-directory", "--assume-old=.venv/run", "--assume-old=.venv/dev", *words]
    return subprocess.run(dry, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("worker", "worker"),
        ("backup", "backup backup.zip"),
        ("backup TO=/tmp/monday.zip", "backup /tmp/monday.zip"),
        ("move FROM=sqlite:///a.db TO=postgresql://b/c", "move"),
        ("move", "move"),
    ],
)
def test_make_starts_the_program_of_the_same_name(words: str, command: str) -> None:
    done = make(*words.split())

    assert done.returncode == 0, done.stderr
    last = shlex.split(done.stdout.splitlines()[-1])
    assert last == [".venv/bin/python", "-m", "dashboard", *command.split()]


def really_make(*words: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """Make, with the Python of these tests and without a terminal."""
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "FROM", "TO")}
    made = ("--assume-old=.venv/run", "--assume-old=.venv/dev", f"BIN={Path(sys.executable).parent}")
    given = {"env": {**clean, **environ}, "stdin": subprocess.DEVNULL, "timeout": PATIENCE_S}
    return subprocess.run(
        ["make", "--no-print-directory", *made, *words], cwd=cwd, capture_output=True, text=True, **given
    )


@pytest.mark.parametrize(
    ("words", "missing"),
    [((), "MOVE_FROM"), (("FROM=sqlite:///a.db",), "MOVE_TO"), (("TO=sqlite:///a.db",), "MOVE_FROM")],
)
def test_make_move_says_what_it_needs(words: tuple[str, ...], missing: str) -> None:
    done = really_make("move", *words)

    assert done.returncode != 0
    assert f"{missing} is missing. Set MOVE_FROM and MOVE_TO in the environment" in done.stderr
    assert "make move FROM=… TO=…" in done.stderr


def test_make_move_passes_any_address_through_the_environment(tmp_path: Path) -> None:
    """Each is refused by its name, as it was typed: a dollar sign, a quote, a hash, a space."""
    name = f"{tmp_path}/a$b'c#d e.db"
    by_make = really_make("move", f"FROM=sqlite:///{name}", "TO=sqlite:///b.db")
    by_environ = really_make("move", MOVE_FROM=f"sqlite:///{name}", MOVE_TO="sqlite:///b.db")

    for done in (by_make, by_environ):
        assert f"There is no database {name}. Look at its name again." in done.stderr


def test_make_env_makes_settings_that_only_their_owner_reads_and_never_over_others(tmp_path: Path) -> None:
    for file in ("Makefile", ".env.example"):
        shutil.copy(ROOT / file, tmp_path)
    made = really_make("env", cwd=tmp_path)
    file = tmp_path / ".env"
    mode = stat.S_IMODE(file.stat().st_mode)
    file.write_text("LINKEDIN_CLIENT_ID=mine")
    again = really_make("env", cwd=tmp_path)

    assert (made.returncode, mode) == (0, 0o600)
    assert (again.returncode != 0, file.read_text()) == (True, "LINKEDIN_CLIENT_ID=mine")
    assert again.stdout == ".env is there already; it stays as it is.\n"


def test_make_move_does_not_show_the_password_of_an_address() -> None:
    """Make echoes every line that does not start with @."""
    recipe = re.findall(r"^move:[^=\n]*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert len(recipe) == 1
    assert [line for line in recipe[0].splitlines() if not line.startswith("\t@")] == []


def test_make_knows_its_targets_by_name_and_not_as_files() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())

    assert phony == set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))


def test_the_script_that_checks_everything_is_good_bash() -> None:
    script = ROOT / ".ci" / "run"
    done = subprocess.run(["bash", "-n", script], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert os.access(script, os.X_OK)


def test_debians_own_postgresql_is_neither_made_nor_started() -> None:
    """The file must be there before the package is."""
    script = (ROOT / ".ci" / "run").read_text()

    assert script.index("create_main_cluster = false") < script.index("apt-get install")
    assert "--no-install-recommends" in script
