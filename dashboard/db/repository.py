"""The base of every class that keeps rows in the database: one statement, one transaction."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Delete, Engine, Insert, Row, Select, Update, func, select

T = TypeVar("T")
Whose = int | Collection[int]  # one account, or several


class Repository:
    """Runs single statements; what has to happen together opens a transaction on `self._engine` itself.

    Raises: sqlalchemy.exc.SQLAlchemyError, here and in every subclass.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, query: Select[*tuple[Any, ...]]) -> list[Row[*tuple[Any, ...]]]:
        with self._engine.connect() as db:
            return list(db.execute(query))

    def _row(self, query: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        """The only row, or None. Raises: MultipleResultsFound."""
        with self._engine.connect() as db:
            return db.execute(query).one_or_none()

    def _values(self, query: Select[T] | CompoundSelect[T]) -> list[T]:
        """The values of one column."""
        with self._engine.connect() as db:
            return list(db.execute(query).scalars())

    def _value(self, query: Select[T]) -> T | None:
        """The only value; None for no row, or for NULL. Raises: MultipleResultsFound."""
        with self._engine.connect() as db:
            return db.execute(query).scalar_one_or_none()

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        """How many rows meet all conditions; one at least, which says of which table."""
        return self._value(select(func.count()).where(*conditions)) or 0

    def _write(self, statement: Insert | Update | Delete) -> int:
        """How many rows the statement has written."""
        with self._engine.begin() as db:
            return db.execute(statement).rowcount


def owned(column: ColumnElement[Any], whose: Whose) -> ColumnElement[bool]:
    """The rows of one account or of several; one is asked for so that an index gives its rows in order."""
    ids = [whose] if isinstance(whose, int) else list(whose)
    return column == ids[0] if len(ids) == 1 else column.in_(ids)
