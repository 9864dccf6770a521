"""The filled books, and the connection of their owner, past every guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.foundation.database import db
from tests.conftest import rolled_back
from tests.proofs.books import Books, fill_books


@dataclass(frozen=True)
class Owned:
    """Filled books in the hands of the database's owner."""

    books: Books
    connection: Connection

    def run(self, statements: str) -> None:
        """Run what is separated by semicolons; ``{first}`` and the other names of the books are ids."""
        for statement in statements.format(**self.books.ids).split(";"):
            if statement.strip():
                self.connection.execute(text(statement))

    def number(self, query: str) -> str:
        return str(self.connection.execute(text(query.format(**self.books.ids))).scalar_one())


@pytest.fixture(scope="module")
def filled(application: Flask) -> Iterator[Books]:
    """The books, filled once for the tests of a module."""
    with rolled_back(application):
        yield fill_books()


@pytest.fixture
def owned(filled: Books) -> Iterator[Owned]:
    """The filled books with the owner's rights and the triggers off; whatever a test does is taken back."""
    connection = db.session.connection()
    savepoint = connection.begin_nested()
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    yield Owned(filled, connection)
    savepoint.rollback()
