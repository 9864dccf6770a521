"""What was paid before the installation goes with the line: who has it when it is closed gets it back. docs/rules/transfer.md."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.billing.choices import Method
from app.broadband.models import Closure, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.transferring import TransferTerms, transfer
from app.broadband.views.moving import describe_transfer
from app.foundation.i18n import say
from app.foundation.scope import everything
from app.foundation.transactions import preview, run
from tests.broadband.changes import transferred
from tests.factories import a_customer, a_pending_line, acting, installed, on_day, paid, reloaded

pytestmark = pytest.mark.usefixtures("app")
DAY = "2026-06-15"


@pytest.fixture
def line() -> Subscription:
    line = a_pending_line("2026-06-01")
    paid(line, "2026-06-01", 12)
    return line


def closed(line: Subscription) -> Closure:
    with on_day(DAY), acting("chen"):
        return run(close, subscription=line.id, terms=ClosureTerms(refund_method=Method.CASH)).record


def test_a_closure_before_the_installation_pays_it_back_to_who_has_the_line(line: Subscription) -> None:
    heir = a_customer(name="李四")
    transferred(line, DAY, customer=heir.id)
    closure = closed(line)
    with everything("reading a test's own voucher"):
        voucher = reloaded(closure).event.voucher
        assert (closure.refund, voucher.customer_id, voucher.payee_name) == (Decimal("600.00"), heir.id, "李四")


def test_after_the_installation_its_months_are_those_of_the_new_customer(line: Subscription) -> None:
    transferred(line, DAY, customer=a_customer(name="李四").id)
    assert str(reloaded(installed(line, DAY)).stops_on) == "2027-06-14"


def test_the_page_says_so_before_the_transfer(line: Subscription) -> None:
    heir = a_customer(name="李四")

    def sentences(record: object) -> list[str]:
        return [say(sentence, "en") for sentence in describe_transfer(record).sentences]  # type: ignore[arg-type]

    with on_day(DAY), acting("chen"):
        said = preview(transfer, sentences, subscription=line.id, terms=TransferTerms(customer=heir.id))
    assert any("¥600.00" in sentence and "李四" in sentence for sentence in said)
