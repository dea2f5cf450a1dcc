"""Databases that have all tables of today and no row: made once in a process, copied for every test."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from dashboard.db.database import open_database, private_file, private_folder
from dashboard.posts.jobs import Jobs


def make_tables(where: Path | str) -> None:
    """Make all tables in an empty database, those of the jobs too."""
    engine = open_database(where)
    Jobs(engine).prepare()
    engine.dispose()


@cache
def _file_with_tables() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dashboard.db"
        make_tables(file)
        return file.read_bytes()


def with_tables(file: Path) -> Path:
    """Make a SQLite database with all tables, unless the file exists; its path again."""
    if not file.exists():
        private_folder(file.parent)
        private_file(file)
        file.write_bytes(_file_with_tables())
    return file
