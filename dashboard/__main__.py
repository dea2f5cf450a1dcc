"""python -m dashboard: a worker, a move to another database, a backup."""

from __future__ import annotations

import argparse
import getpass
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from dashboard.accounts.encryption import key_file
from dashboard.config import logs
from dashboard.config import settings as settings_room
from dashboard.config.settings import SANDBOX_PATH, Settings, SettingsError
from dashboard.db.database import DatabaseUnavailable, open_database
from dashboard.files.uploads import UploadRefused, Uploads
from dashboard.maintenance.backup import backup
from dashboard.maintenance.copy_database import Location, MoveRefused, move
from dashboard.services import Services, get_services

SQLITE = "sqlite:///"
NO_COMMAND = "That is no command of the dashboard. See: python -m dashboard --help"
HELP = {
    "worker": "publish what is due, until it is stopped (Ctrl+C or SIGTERM). On PostgreSQL any number of workers share "
    "the work; on a SQLite file one works and the others stand by.",
    "move": "copy everything from the database MOVE_FROM into the empty database MOVE_TO. Both are variables of the "
    "environment with addresses as in DATABASE_URL, such as sqlite:///data/dashboard.db or "
    "postgresql://user:password@host/name; what is missing is asked for. Nothing may publish meanwhile.",
    "backup": "write the database and the uploaded files into one ZIP file, while everything runs. Inside is a "
    "README.txt that says how to restore it.",
}
CREATE_ENDS_WITHIN_S = 32.0  # the client waits 30 s for an answer
log = logging.getLogger(__name__)


class _Parser(argparse.ArgumentParser):
    def error(self, _message: str) -> NoReturn:
        """argparse would repeat what was typed, and an address may hold a password."""
        self.exit(2, f"{NO_COMMAND}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for; 1 when it could not be done, 2 when it was not understood."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "worker":
            return _work()
        if options.command == "move":
            return _move()
        return _back_up(Path(options.file))
    except (SettingsError, DatabaseUnavailable, MoveRefused, UploadRefused) as error:
        return _complain(str(error))
    except SQLAlchemyError as error:
        return _complain(f"The database did not do it ({_reason(error)}). Nothing was changed; try again.")
    except (ValueError, TypeError, LookupError) as error:  # what a hand has written into a row, for example
        return _complain(f"The database holds something that cannot be read ({error}). Nothing was changed.")
    except OSError as error:
        return _complain(f"The file {error.filename or ''} cannot be written or read ({error.strerror or error}).")
    except KeyboardInterrupt:
        return _complain("Stopped. Nothing was changed.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("python -m dashboard", description="The dashboard's programs besides its pages.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    found = {name: commands.add_parser(name, help=text, description=text) for name, text in HELP.items()}
    found["backup"].add_argument(
        "file", metavar="FILE", nargs="?", default="backup.zip", help="backup.zip unless given"
    )
    return parser


# Worker.


def _work() -> int:
    stopping = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopping.set())
    services = get_services()
    logs.to_terminal(services.settings.secrets)
    # While it is stopped the engine's library complains of jobs that it may not begin any more: the next worker does.
    logging.getLogger("dbos").addFilter(lambda record: not stopping.is_set() and _is_news(record))
    services.worker.start()  # whatever DASHBOARD_PUBLISHES says: that is for dashboards
    _say(f"Worker {services.worker.name} publishes what is due in {services.settings.database_name}.")
    if not services.is_there():
        _complain(_waits(services))
    stopping.wait()
    services.worker.stop(CREATE_ENDS_WITHIN_S)
    services.database.dispose()
    return 0


def _waits(services: Services) -> str:
    where = services.api_url.removesuffix(SANDBOX_PATH)
    return (
        f"This worker waits for the dashboard at {where}, whose built-in sandbox is its LinkedIn. If there is none, "
        "set LINKEDIN_CLIENT_ID for the real one, or LINKEDIN_AUTH_URL and LINKEDIN_API_URL for another sandbox."
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a job which was replaced while it ran has ended: another one brings its post on."""
    told = record.getMessage()
    replaced = ("error=DBOSAwaitedWorkflowCancelledError", "error=DBOSWorkflowCancelledError")
    return not any(each in told for each in (*replaced, "outcome was not recorded"))


# Move.


def _move() -> int:
    asked = {"MOVE_FROM": "Copy from which database? ", "MOVE_TO": "Into which empty one? "}
    source, target = (
        address or _asked(name, asked[name])
        for name, address in zip(asked, settings_room.addresses_of_move(), strict=True)
    )
    given, taken = _kept("MOVE_FROM", source, must_exist=True), _kept("MOVE_TO", target)
    try:
        moved = move(given, taken)
    finally:
        for each in (given, taken):
            each.database.dispose()
    rows = ", ".join(f"{count} {name}" for name, count in moved.rows.items() if count)
    _say(f"Copied from {given.name} to {taken.name}: {rows or 'no rows'}; {moved.files} uploaded files.")
    _say(f"Next: set DATABASE_URL to the new database, and {_key(given)} Then start.")
    _say("Never start a dashboard or worker on the old one again: its scheduled posts are still in it.")
    return 0


def _asked(name: str, question: str) -> str:
    """An address from the terminal; it may hold a password, so nothing that is typed is shown."""
    if not sys.stdin.isatty():
        raise MoveRefused(
            f"{name} is missing. Set MOVE_FROM and MOVE_TO in the environment, say make move FROM=… TO=…, or answer "
            "in a terminal."
        )
    return getpass.getpass(f"{question}(nothing is shown) ").strip()


def _key(given: Location) -> str:
    """The tokens are useless without it; it is never shown."""
    file = key_file(given.uploads.folder.parent)
    if file.is_file():
        return f"SECRET_KEY to what is in {file}, unless you have set it yourself."
    return "leave SECRET_KEY as it is."


def _kept(role: str, url: str, *, must_exist: bool = False) -> Location:
    """The database of an address. A relative file is one in the folder where the command was given."""
    if url.startswith(SQLITE) and (file := url.removeprefix(SQLITE)) and ":memory:" not in file:
        url = f"{SQLITE}{Path(file).resolve()}"
    try:
        # A key is needed for nothing here: tokens move as they are.
        found = settings_room.load({"DATABASE_URL": url, "SECRET_KEY": "-" * 32}, None)
    except SettingsError as error:
        raise MoveRefused(str(error).replace("DATABASE_URL", role)) from None
    if must_exist:
        _must_exist(found)
    folder = _data_folder(found) / "uploads"
    database = open_database(found.database)
    return Location(database, Uploads(folder, database), found.database_name)


def _data_folder(given: Settings) -> Path:
    """DATA_FOLDER, if the settings of this dashboard are about this database; else the folder of the file."""
    try:
        ours = settings_room.load()
    except SettingsError:
        return given.data_folder
    return ours.data_folder if ours.database == given.database else given.data_folder


def _must_exist(given: Settings) -> None:
    if isinstance(given.database, Path) and not given.database.is_file():
        raise MoveRefused(f"There is no database {given.database}. Look at its name again.")


# Backup.


def _back_up(file: Path) -> int:
    _must_exist(settings_room.load())
    if file.is_dir():
        return _complain(f"{file} is a folder. Name a file in it, such as {file / 'backup.zip'}.")
    if not file.parent.is_dir():
        return _complain(f"There is no folder {file.parent}. Make it, or name a file in another one.")
    services = get_services()
    count = backup(services.database, services.uploads, file)
    what = f"{services.settings.database_name} and {count} uploaded files"
    _say(f"{file} holds {what}. Its README.txt says how to restore it.")
    return 0


def _reason(error: SQLAlchemyError) -> str:
    """The database's own first line: further ones repeat rows, and ours would repeat the statement."""
    said = str(error.orig) if isinstance(error, DBAPIError) else ""
    return said.splitlines()[0] if said else type(error).__name__


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
