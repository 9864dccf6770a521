"""What a locked row keeps from others, on connections of their own: its change, and not that others refer to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.transactions import locked
from tests.factories import a_customer, acting
from tests.stories.test_two_counters import office_at_work

__all__ = ["office_at_work"]

REFERRING = text(
    'INSERT INTO collection_step (office_id, customer_id, kind, "on", reference, note, created_at) '
    "SELECT office_id, id, 'call', '2026-05-14', '', 'Rings back', now() FROM customer WHERE id = :customer"
)
CHANGING = text("UPDATE customer SET note = 'Rings back' WHERE id = :customer")
LOCKING = text("SELECT id FROM customer WHERE id = :customer FOR NO KEY UPDATE")


@pytest.fixture
def elsewhere(office_at_work: Flask) -> Iterator[tuple[int, Connection]]:
    """A customer whose row is locked here, and another connection that does not wait."""
    number = a_customer().id
    with acting("wang"), db.engine.connect() as connection:
        locked(Customer, number)
        connection.execute(text("SELECT set_config('lock_timeout', '300ms', true)"))
        yield number, connection
        connection.rollback()
        db.session.rollback()


def test_a_row_that_refers_to_a_locked_one_is_added_meanwhile(elsewhere: tuple[int, Connection]) -> None:
    customer, connection = elsewhere
    connection.execute(REFERRING, {"customer": customer})
    connection.commit()
    assert (
        connection.execute(text("SELECT count(*) FROM collection_step WHERE customer_id = :customer"), {"customer": customer}).scalar() == 1
    )


@pytest.mark.parametrize("statement", [CHANGING, LOCKING], ids=["changed", "locked"])
def test_a_locked_row_is_neither_changed_nor_locked_by_others(elsewhere: tuple[int, Connection], statement: object) -> None:
    customer, connection = elsewhere
    with pytest.raises(OperationalError, match="lock timeout"):
        connection.execute(statement, {"customer": customer})  # type: ignore[call-overload]
