"""Asking the invariants inside a test's own transaction, as the database's owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from app.foundation.database import db


@pytest.fixture
def owner(app: Flask) -> Iterator[Connection]:
    """The connection of the test, with the owner's rights and past the triggers: what it writes is rolled back with the test."""
    connection = db.session.connection()
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    return connection
