"""Operations dated before what was done or paid since are refused: the days have been counted to there."""

from __future__ import annotations

import pytest

from app.billing.operations.voids import void_receipt
from app.broadband.operations.closing import ClosureTerms, close
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import completed, ordered
from tests.broadband.lines import day, line_until, suspended
from tests.factories import a_line_until, acting, on_day, paid
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")


def test_a_closure_is_not_dated_before_the_last_payment() -> None:
    line = a_line_until("2026-05-14")
    paid(line, "2026-05-24")
    terms = ClosureTerms(on=day("2026-05-10"), reason="补录")
    with assert_nothing_written(), on_day("2026-05-24"), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(close, subscription=line.id, terms=terms)
    assert (refused.value.code, refused.value.field) == ("before_last_payment", "on")


def test_a_voided_payment_keeps_no_day() -> None:
    line = a_line_until("2026-05-14")
    payment = paid(line, "2026-05-24")
    with on_day("2026-05-24"), acting("chen"):
        run(void_receipt, receipt=payment.receipt_id, reason="录错")
        closure = run(close, subscription=line.id, terms=ClosureTerms(on=day("2026-05-10"), reason="补录")).record
    assert closure.closed_on == day("2026-05-10")


def test_an_operation_is_not_dated_before_the_last_payment() -> None:
    line = line_until("2026-05-14")
    paid(line, "2026-05-24")
    with assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        suspended(line, "2026-05-24", by="chen", on=day("2026-05-10"), reason="补录")
    assert (refused.value.code, refused.value.field) == ("before_last_payment", "on")


def test_an_order_done_earlier_lets_no_operation_before_the_last_one() -> None:
    line = line_until("2026-08-14")
    order = ordered(line, "2026-06-01", "relocation", new_address="8-1-301")
    suspended(line, "2026-06-10")
    completed(order, "2026-06-12", worked_on=day("2026-06-02"))
    terms = ClosureTerms(on=day("2026-06-05"), reason="补录")
    with assert_nothing_written(), on_day("2026-06-14"), acting("chen"), pytest.raises(OperationRefused) as refused:
        run(close, subscription=line.id, terms=terms)
    assert refused.value.code == "before_last_operation"
