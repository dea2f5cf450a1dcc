"""The base of every class that keeps rows in the database: one statement, one transaction."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Delete, Engine, Insert, Row, Select, Update, func, select

T = TypeVar("T")


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
