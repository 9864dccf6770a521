"""What PostgreSQL itself refuses, whoever asks: frozen documents, entries that do not balance, periods that overlap."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.database_role import FROZEN, KEPT
from app.foundation.scope import everything
from tests.factories import an_active_line, paid

pytestmark = pytest.mark.usefixtures("app")


def refusal_of(statement: str) -> str:
    with pytest.raises(DBAPIError) as refused, db.session.begin_nested():
        db.session.execute(text(statement))
        db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return str(refused.value.orig)


@pytest.mark.parametrize("table", sorted([*FROZEN, *KEPT]))
def test_the_application_may_not_delete_rows_of_the_books(table: str) -> None:
    assert "permission denied" in refusal_of(f"DELETE FROM {table}")


@pytest.mark.parametrize("statement", ["UPDATE posting SET amount = 1", "UPDATE receipt SET total = 1", "UPDATE charge SET total = 1"])
def test_the_application_may_not_rewrite_amounts(statement: str) -> None:
    assert "permission denied" in refusal_of(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE posting SET amount = amount * 2", "DELETE FROM receipt_method", "UPDATE charge SET total = total + 1"]
)
def test_triggers_refuse_even_the_owner(statement: str) -> None:
    paid(an_active_line("2026-01-31"), "2026-01-31")
    db.session.commit()
    db.session.execute(text("RESET ROLE"))
    try:
        assert "never changed or deleted" in refusal_of(statement)
    finally:
        db.session.execute(text("SET ROLE feehouse_app"))


def test_an_entry_that_does_not_balance_cannot_be_stored() -> None:
    payment = paid(an_active_line("2026-01-31"), "2026-01-31")
    insert = (
        "INSERT INTO posting (office_id, entry_id, account, amount) SELECT office_id, id, 'cash', 1 "
        f"FROM journal_entry WHERE receipt_id = {payment.receipt_id}"
    )
    assert "does not balance" in refusal_of(insert)


def test_periods_in_force_cannot_overlap() -> None:
    payment = paid(an_active_line("2026-01-31"), "2026-01-31")
    columns = "office_id, subscription_id, kind, start, stop, months, price, of_days, anchor, anchor_months, created_at"
    again = f"INSERT INTO service_period ({columns}) SELECT {columns} FROM service_period WHERE regular_payment_id = {payment.id}"
    assert "ex_service_period_in_force" in refusal_of(again)


def test_a_row_cannot_point_at_a_parent_of_another_office() -> None:
    line = an_active_line("2026-01-31")
    with everything("finding the other office"):
        other = db.session.execute(text("SELECT id FROM office WHERE code = 'HN'")).scalar_one()
    assert "foreign key" in refusal_of(f"UPDATE subscription SET office_id = {other} WHERE id = {line.id}")
