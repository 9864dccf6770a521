"""New records of the books are stored by one statement, with the keys, defaults and refusals that a flush would give them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select
from sqlalchemy.exc import IntegrityError

from app.billing.choices import FeeKind, LedgerAccount, LineCode
from app.billing.journal import JournalEntry, Posting
from app.billing.models import Charge, ChargeLine
from app.billing.operations.charges import LineTerms, charge
from app.customers.models import Customer
from app.foundation.database import Record, db
from app.foundation.transactions import run
from app.foundation.writing import WrittenTogether
from tests.factories import a_customer, acting, office

pytestmark = pytest.mark.usefixtures("app")
TODAY = datetime.date(2026, 5, 14)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Note what is sent to the database inside the block."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(db.session.connection(), "before_cursor_execute", note)
    yield seen
    event.remove(db.session.connection(), "before_cursor_execute", note)


def owing(customer: Customer, *amounts: str) -> Charge:
    lines = [LineTerms(LineCode.SUSPENSION, Decimal(amount)) for amount in amounts]
    return charge(
        office_id=customer.office_id,
        customer_id=customer.id,
        fee_kind=FeeKind.SUSPENSION,
        lines=lines,
        on=TODAY,
        booked_on=TODAY,
        due_on=TODAY,
    )


def test_a_charge_its_lines_its_entry_and_its_postings_are_one_statement() -> None:
    customer = a_customer()
    with acting("wang"), statements() as sent:
        owing(customer, "30.00", "20.00")
        db.session.flush()
    assert [statement.split()[0] for statement in sent] == ["SELECT", "WITH"]
    assert all(f'INSERT INTO "{table}"' in sent[1] for table in ("charge", "charge_line", "journal_entry", "posting"))


def test_what_was_written_reads_back_as_it_was_made() -> None:
    customer = a_customer()
    with acting("wang"):
        made = owing(customer, "30.00", "20.00")
        db.session.flush()
        db.session.expire_all()
        assert made.total == Decimal("50.00")
        assert [(line.position, line.amount, line.code, line.detail) for line in made.lines] == [
            (1, Decimal("30.00"), LineCode.SUSPENSION, ""),
            (2, Decimal("20.00"), LineCode.SUSPENSION, ""),
        ]
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.charge_id == made.id)).one()
        assert [(side.account, side.amount) for side in entry.postings] == [
            (LedgerAccount.RECEIVABLE, Decimal("50.00")),
            (LedgerAccount.REVENUE, Decimal("-50.00")),
        ]


def test_a_written_record_is_kept_and_changed_like_any_other() -> None:
    customer = a_customer()
    with acting("wang"):
        made = owing(customer, "30.00")
        db.session.flush()
        assert inspect(made).persistent
        assert not db.session.new
        assert not db.session.dirty
        made.paid = Decimal("10.00")
        db.session.flush()
        db.session.expire_all()
        assert made.open_amount == Decimal("20.00")


def test_a_savepoint_that_is_rolled_back_leaves_none_of_its_records_in_the_session() -> None:
    customer = a_customer()
    with acting("wang"):
        kept = owing(customer, "10.00")
        db.session.flush()
        savepoint = db.session.begin_nested()
        lost = owing(customer, "30.00")
        db.session.flush()
        number = lost.id
        savepoint.rollback()
        assert db.session.get(Charge, number) is None
        assert lost not in db.session
        assert kept in db.session
        db.session.add(lost)
        db.session.flush()
        assert db.session.scalars(select(Charge.total).where(Charge.customer_id == customer.id)).all() == [kept.total, lost.total]


def test_defaults_stand_in_the_row_and_in_the_record() -> None:
    customer = a_customer()
    with acting("wang"):
        made = owing(customer, "30.00")
        db.session.flush()
        said = made.created_at, made.lines[0].detail, made.reversal_id
        db.session.expire_all()
        assert (made.created_at, made.lines[0].detail, made.reversal_id) == said
        assert said[1:] == ("", None)


def test_records_that_wait_for_a_new_customer_are_stored_after_it() -> None:
    with acting("wang"):
        home = office()
        newcomer = Customer(office_id=home.id, customer_no="KH-NEW", name="新客户")
        debt = Charge(office_id=home.id, fee_kind=FeeKind.SUSPENSION, on=TODAY, due_on=TODAY, total=Decimal("5.00"), customer=newcomer)
        debt.lines = [ChargeLine(office_id=home.id, position=1, code=LineCode.SUSPENSION, amount=Decimal("5.00"))]
        db.session.add(debt)
        db.session.flush()
        assert debt.customer_id == newcomer.id
        assert debt.lines[0].charge_id == debt.id


def test_thousands_of_rows_are_stored_too() -> None:
    customer = a_customer()
    with acting("wang"):
        made = owing(customer, *["1.00"] * 6_000)
        db.session.flush()
        assert db.session.scalar(select(func.count(ChargeLine.id)).where(ChargeLine.charge_id == made.id)) == 6_000


def test_the_database_refuses_what_it_refuses_a_flush() -> None:
    customer = a_customer()

    def overpaid() -> Charge:
        made = owing(customer, "30.00")
        made.paid = Decimal("31.00")
        return made

    with acting("wang"):
        with pytest.raises(IntegrityError, match="paid_within_total"):
            run(overpaid)
        assert not db.session.new
        assert db.session.scalars(select(Charge).where(Charge.customer_id == customer.id)).all() == []


def test_an_entry_out_of_balance_is_refused_at_the_end() -> None:
    customer = a_customer()
    with acting("wang"):
        made = owing(customer, "30.00")
        db.session.flush()
        entry = db.session.scalars(select(JournalEntry).where(JournalEntry.charge_id == made.id)).one()
        with pytest.raises(IntegrityError, match="does not balance"), db.session.begin_nested():
            db.session.add(Posting(office_id=customer.office_id, entry_id=entry.id, account=LedgerAccount.CASH, amount=Decimal("1.00")))
            db.session.flush()
            db.session.execute(db.text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_every_table_written_together_can_be() -> None:
    models = [mapper.class_ for mapper in Record.registry.mappers if issubclass(mapper.class_, WrittenTogether)]
    assert {"Charge", "Receipt", "Voucher", "Reversal", "RegularPayment", "Posting"} <= {model.__name__ for model in models}
    for model in models:
        table = inspect(model).local_table
        assert inspect(model).version_id_col is None, f"{model.__name__} counts its versions in the flush"
        assert not [column.name for column in table.columns if column.server_default], f"{model.__name__} has defaults of the database"
