"""A customer's credit paid out by a voucher: never more than he has, out of the drawer, and back by its void."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.billing.choices import LedgerAccount, Method, VoucherKind
from app.billing.journal import JournalEntry
from app.billing.models import Approval, Receipt, Voucher
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import void_receipt, void_voucher
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.crediting import pay_out_credit
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import preview, run
from app.reports.daily_takings import takings_by_method
from app.values.errors import Conflict, OperationRefused
from tests.debts.making import ZONE, a_bill, a_resident, credit_of, pays, posted
from tests.factories import a_customer, acting, on_day

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-06-10"
CASH = (MethodAmount(Method.CASH),)


def with_credit(amount: str = "200000") -> tuple[Customer, Receipt]:
    """Return a customer who paid so much more than he owed, and the receipt."""
    unit, customer = a_resident()
    a_bill(unit, customer, "300000", "2026-06-15")
    receipt = pays(customer, str(Decimal(300_000) + Decimal(amount)), TODAY)
    return customer, receipt


def paid_out(
    customer: Customer, amount: str | None = None, *, by: str = "lan", methods: tuple[MethodAmount, ...] = CASH, **terms: str
) -> Voucher:
    given = {"reason": "Khách yêu cầu trả lại", **terms}
    with on_day(TODAY, ZONE), acting(by):
        return run(
            pay_out_credit, customer=customer.id, amount=None if amount is None else Decimal(amount), methods=methods, **given
        ).record


def count_vouchers() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(Voucher)).one()


def assert_refused_and_nothing_written(customer: Customer, code: str, amount: str | None = None, **terms: object) -> None:
    before = credit_of(customer)
    with pytest.raises(OperationRefused) as refused:
        paid_out(customer, amount, **terms)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert (count_vouchers(), credit_of(customer)) == (0, before)


def test_all_of_the_credit_goes_back_in_cash_out_of_the_shift() -> None:
    customer, _receipt = with_credit()
    voucher = paid_out(customer)
    assert (voucher.kind, voucher.total, voucher.payee_name) == (VoucherKind.CREDIT, Decimal(200_000), customer.name)
    assert voucher.shift_id is not None
    assert credit_of(customer) == Decimal(0)
    assert (posted(customer, LedgerAccount.CREDIT), posted(customer, LedgerAccount.CASH)) == (Decimal(0), Decimal(-200_000))
    with on_day(TODAY, ZONE), everything("reading the day"):
        day = voucher.booked_on
        (cash,) = [row for row in takings_by_method(offices=[voucher.office_id], start=day, end=day) if row["method"] is Method.CASH]
    assert (cash["paid_out"], cash["total"]) == (Decimal(200_000), Decimal(-200_000))


def test_a_part_leaves_the_rest() -> None:
    customer, _receipt = with_credit()
    paid_out(customer, "150000")
    assert credit_of(customer) == Decimal(50_000)


def test_it_is_paid_by_several_methods_to_somebody_else() -> None:
    customer, _receipt = with_credit()
    methods = (MethodAmount(Method.CASH, Decimal(80_000)), MethodAmount(Method.BANK_TRANSFER, Decimal(120_000), reference="FT26-1"))
    voucher = paid_out(customer, methods=methods, payee_name="Trần Thị Bình")
    assert {each.method: each.amount for each in voucher.methods} == {Method.CASH: Decimal(80_000), Method.BANK_TRANSFER: Decimal(120_000)}
    assert (voucher.payee_name, voucher.content["debit"], voucher.content["credit"]) == ("Trần Thị Bình", "131", "111")


def test_vouchers_of_credit_are_numbered_with_all_others() -> None:
    customer, _receipt = with_credit()
    first, second = paid_out(customer, "1"), paid_out(customer, "2")
    assert second.sequence == first.sequence + 1


@pytest.mark.parametrize(("amount", "code"), [("200001", "credit_short"), ("0", "amount"), ("-1", "amount"), ("0.5", "too_many_decimals")])
def test_no_other_amount_than_what_he_has_is_paid_out(amount: str, code: str) -> None:
    customer, _receipt = with_credit()
    assert_refused_and_nothing_written(customer, code, amount)


def test_who_has_no_credit_gets_none() -> None:
    assert_refused_and_nothing_written(a_customer("HN", "Lê Văn Cường"), "credit_short")


def test_a_reason_is_given() -> None:
    customer, _receipt = with_credit()
    assert_refused_and_nothing_written(customer, "reason_missing", reason="  ")


@pytest.mark.parametrize("method", [Method.CREDIT, Method.DOOR])
def test_it_is_paid_out_in_money(method: Method) -> None:
    customer, _receipt = with_credit()
    assert_refused_and_nothing_written(customer, "method_not_offered", methods=(MethodAmount(method),))


def test_methods_that_do_not_add_up_are_refused() -> None:
    customer, _receipt = with_credit()
    assert_refused_and_nothing_written(customer, "payment_differs", "100000", methods=(MethodAmount(Method.CASH, Decimal(99_999)),))


def test_the_same_key_pays_once_and_no_other_content_under_it() -> None:
    customer, _receipt = with_credit()
    terms = {"customer": customer.id, "amount": Decimal(50_000), "methods": CASH, "reason": "Trả lại"}
    with on_day(TODAY, ZONE), acting("lan"):
        first, again = (run(pay_out_credit, key="payout-1", **terms) for _ in range(2))
        assert (again.replayed, again.record.id) == (True, first.record.id)
        with pytest.raises(Conflict):
            run(pay_out_credit, key="payout-1", **terms | {"amount": Decimal(50_001)})
    assert (count_vouchers(), credit_of(customer)) == (1, Decimal(150_000))


def test_a_preview_writes_nothing() -> None:
    customer, _receipt = with_credit()
    with on_day(TODAY, ZONE), acting("lan"):
        total = preview(pay_out_credit, lambda voucher: voucher.total, customer=customer.id, methods=CASH, reason="Trả lại")
    assert (total, count_vouchers(), credit_of(customer)) == (Decimal(200_000), 0, Decimal(200_000))


# Voids ---------------------------------------------------------------------------------------------------------------------------


def test_its_void_gives_the_credit_back_by_a_mirror() -> None:
    customer, _receipt = with_credit()
    voucher = paid_out(customer)
    with on_day(TODAY, ZONE), acting("binh"):
        reversal = run(void_voucher, voucher=voucher.id, reason="Khách trả lại tiền").record
    assert not isinstance(reversal, Approval)
    assert (credit_of(customer), posted(customer, LedgerAccount.CASH)) == (Decimal(200_000), Decimal(0))
    with everything("reading the journal"):
        assert db.session.scalars(select(func.count()).select_from(JournalEntry).where(JournalEntry.reversal_id == reversal.id)).one() == 1


def test_on_a_later_day_its_void_waits_for_another_person() -> None:
    customer, _receipt = with_credit()
    voucher = paid_out(customer)
    with on_day("2026-06-11", ZONE), acting("binh"):
        assert isinstance(run(void_voucher, voucher=voucher.id, reason="Nhầm").record, Approval)
    assert credit_of(customer) == Decimal(0)


def test_a_receipt_whose_credit_was_paid_out_is_not_voided_before_the_voucher() -> None:
    customer, receipt = with_credit()
    voucher = paid_out(customer, "1")
    with on_day(TODAY, ZONE), acting("binh"):
        with pytest.raises(OperationRefused) as refused:
            run(void_receipt, receipt=receipt.id, reason="Nhầm")
        assert refused.value.code == "credit_spent"
        assert credit_of(customer) == Decimal(199_999)
        run(void_voucher, voucher=voucher.id, reason="Khách trả lại tiền")
        run(void_receipt, receipt=receipt.id, reason="Nhầm")
    assert credit_of(customer) == Decimal(0)


def test_in_an_office_with_decimals_the_amount_has_at_most_two() -> None:
    customer = a_customer("SH", "王小明")
    with on_day(TODAY), acting("wang"):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.CASH, Decimal("80.50")),))
        with pytest.raises(OperationRefused) as refused:
            run(pay_out_credit, customer=customer.id, amount=Decimal("1.005"), methods=CASH, reason="退还")
        assert (refused.value.code, count_vouchers()) == ("too_many_decimals", 0)
        voucher = run(pay_out_credit, customer=customer.id, amount=Decimal("80.25"), methods=CASH, reason="退还").record
    assert (voucher.total_in_words, credit_of(customer)) == ("人民币捌拾元贰角伍分", Decimal("0.25"))
