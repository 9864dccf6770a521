"""A document of the books gets its number by the statement that writes it: gapless, the same everywhere it stands, and last of all."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.billing.choices import Method
from app.billing.models import Receipt, Voucher
from app.billing.models.vouchers import VoucherKind
from app.billing.operations.receipts import Facts, Payment, receive
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.methods import MethodAmount
from app.broadband.models import RegularPayment
from app.broadband.operations.payments import PaymentTerms, pay
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.numbering import NumberCounter, document_number
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.values.errors import OperationRefused
from tests.factories import CASH, a_customer, acting, an_active_line, office, on_day
from tests.foundation.test_writing import statements

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-01-31"
TODAY = datetime.date.fromisoformat(DAY)


def advance(customer: Customer) -> Receipt:
    """Take 10 as credit."""
    return receive(
        office=found(Office, customer.office_id),
        customer=customer,
        shares=[],
        payment=Payment((MethodAmount(Method.CASH, Decimal(10)),)),
        on=TODAY,
        booked_on=TODAY,
        facts=Facts(),
        exact=False,
    )


def counted(last: int) -> None:
    """Let the next receipt be the one after ``last``."""
    db.session.connection().execute(update(NumberCounter).where(NumberCounter.series == "receipt").values(last=last))


def test_nothing_follows_the_statement_that_gives_the_number() -> None:
    line = an_active_line(DAY)
    with on_day(DAY), acting("wang"):
        run(pay, subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))
        with statements() as sent:
            run(pay, key="k1", subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))
    *before, giving = [statement for statement in sent if "SAVEPOINT" not in statement]
    assert "number_counter" in giving
    assert 'INSERT INTO "receipt"' in giving
    assert not [statement for statement in before if "number_counter" in statement]


def test_the_number_stands_in_the_row_its_content_and_the_payment() -> None:
    line = an_active_line(DAY)
    with on_day(DAY), acting("wang"):
        paid = run(pay, subscription=line.id, terms=PaymentTerms(months=1, methods=CASH)).record
        said = (paid.number, paid.receipt.number, paid.receipt.sequence, paid.receipt.content)
        db.session.expire_all()
        assert (paid.number, paid.receipt.number, paid.receipt.sequence, paid.receipt.content) == said
    assert said[0] == said[1] == said[3]["number"] == document_number(office().receipt_prefix, 2026, 1)
    assert said[2] == 1


@pytest.mark.parametrize("last", [8, 99_999, 999_998, 999_999, 1_234_567])
def test_the_database_writes_a_number_as_the_program_does(last: int) -> None:
    customer = a_customer()
    with on_day(DAY), acting("wang"):
        run(advance, customer=customer)
        counted(last)
        assert run(advance, customer=customer).record.number == document_number(office().receipt_prefix, 2026, last + 1)


def test_two_documents_of_one_series_written_at_once_get_two_numbers() -> None:
    customer = a_customer()
    with on_day(DAY), acting("wang"):
        first, second = advance(customer), advance(customer)
        db.session.flush()
        assert (first.sequence, second.sequence) == (1, 2)
        assert (first.content["number"], second.content["number"]) == (first.number, second.number)


def test_documents_of_two_series_are_written_by_one_statement() -> None:
    customer = a_customer()

    def deposit_given_back() -> Voucher:
        return pay_out(
            office=found(Office, customer.office_id),
            kind=VoucherKind.DEPOSIT,
            lines=[PaidOut("押金", Decimal(10))],
            methods=(MethodAmount(Method.CASH),),
            reason="退押金",
            on=TODAY,
            booked_on=TODAY,
            customer=customer,
            receipt=advance(customer),
        )

    with on_day(DAY), acting("wang"):
        run(deposit_given_back)
        with statements() as sent:
            voucher = deposit_given_back()
            db.session.flush()
        assert sum("number_counter" in statement for statement in sent) == 1
        assert voucher.sequence == 2
        db.session.expire_all()
        assert voucher.content["number"] == voucher.number == document_number(office().voucher_prefix, 2026, 2)
        assert voucher.content["original_number"] == document_number(office().receipt_prefix, 2026, 2)


def test_a_document_that_waits_for_a_new_customer_gets_its_number_too() -> None:
    with on_day(DAY), acting("wang"):
        newcomer = Customer(office_id=office().id, customer_no="KH-NEW", name="新客户", invoice_address="")
        run(advance, customer=a_customer())
        with db.session.no_autoflush:
            receipt = advance(newcomer)
        receipt.customer = newcomer
        assert newcomer in db.session.new
        db.session.flush()
        db.session.expire_all()
        assert receipt.customer_id == newcomer.id
        assert (receipt.sequence, receipt.content["number"]) == (2, receipt.number)


def test_a_row_of_another_kind_that_copied_the_number_gets_it() -> None:
    customer_id = a_customer().id
    with on_day(DAY), acting("wang"):
        customer = db.session.get_one(Customer, customer_id)
        receipt = advance(customer)
        customer.invoice_address = receipt.number
        db.session.flush()
        db.session.expire_all()
        assert customer.invoice_address == receipt.number == document_number(office().receipt_prefix, 2026, 1)


def test_a_number_cannot_be_read_before_it_is_given() -> None:
    customer = a_customer()
    with on_day(DAY), acting("wang"):
        receipt = advance(customer)
        with pytest.raises(RuntimeError, match="Flush before"):
            f"{receipt.number}"


def test_a_document_refused_by_the_database_uses_no_number() -> None:
    customer = a_customer()

    def too_much() -> Receipt:
        receipt = advance(customer)
        receipt.credited = Decimal(11)
        return receipt

    with on_day(DAY), acting("wang"):
        run(advance, customer=customer)
        with pytest.raises(Exception, match="ck_receipt_amounts"):
            run(too_much)
        assert run(advance, customer=customer).record.sequence == 2


def test_a_key_whose_operation_is_refused_after_the_number_is_free_again() -> None:
    line = an_active_line(DAY)

    def pay_and_fail(*, subscription: int) -> RegularPayment:
        pay(subscription=subscription, terms=PaymentTerms(months=1, methods=CASH))
        db.session.flush()
        raise OperationRefused("too late")  # type: ignore[arg-type]

    with on_day(DAY), acting("wang"):
        with pytest.raises(OperationRefused):
            run(pay_and_fail, key="k1", subscription=line.id)
        outcome = run(pay, key="k1", subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))
        assert not outcome.replayed
        assert outcome.record.receipt.sequence == 1
        again = run(pay, key="k1", subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))
        assert again.replayed
        assert again.record.id == outcome.record.id
    with everything("counting"):
        assert db.session.scalars(select(Receipt.sequence)).all() == [1]
