"""A day's worth of everything the program does with money: what the proofs are asked of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from sqlalchemy import select

from app.billing.choices import AdjustmentKind, Method, PricedOperation, VoucherKind
from app.billing.models import Approval, Receipt, Reversal, Voucher
from app.billing.operations.printing import print_receipt
from app.billing.operations.receipts import take_payment
from app.billing.operations.voids import approve_void, void_adjustment, void_receipt
from app.billing.operations.vouchers import PaidOut, pay_out
from app.billing.rules.methods import MethodAmount
from app.broadband.choices import EquipmentState, StopReason
from app.broadband.models import RegularPayment, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.granting import CompensationTerms, GiftTerms, compensate, give_months
from app.broadband.operations.payments import PaymentTerms, pay
from app.customers.models import Customer
from app.debts.operations.adjusting import adjust_charge, write_off
from app.debts.operations.crediting import pay_out_credit
from app.debts.operations.interest import post_interest
from app.foundation import clock
from app.foundation.database import db
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.places.choices import FactName
from app.places.models import Unit
from app.runs.models import ServiceCharge
from app.workorders.models import Handover, Installer, Material, WorkOrder
from app.workorders.operations import Completion, FeeTerms, MaterialTerms, assign, check, complete, hand_over, print_order
from tests.broadband.changes import booked_plan, changed_plan, event_of, relocated, transferred
from tests.broadband.changes import voided as voided_paper
from tests.broadband.lines import cut, resumed, suspended
from tests.factories import (
    CASH,
    _stored,
    a_building,
    a_customer,
    a_fact,
    a_pending_line,
    a_plan,
    a_read_meter,
    a_unit,
    a_water_quota,
    acting,
    an_active_line,
    an_occupancy,
    installed,
    on_day,
    paid,
    reloaded,
    set_price,
    user,
)
from tests.runs.making import a_hall_meter, a_run, posted, prices


@dataclass(frozen=True)
class Books:
    """Rows of the filled books that tests corrupt."""

    line: Subscription
    first: RegularPayment
    later: RegularPayment
    voided: RegularPayment
    credit: Receipt
    voucher: Voucher
    reversal: Reversal
    # A line that was suspended, relocated, given another plan and another customer; one that was closed; one that was cut.
    moved: Subscription
    closed: Subscription
    cut: Subscription
    # Work that an installer finished, was paid for at the door, and whose money he brought in part.
    worked: WorkOrder
    handover: Handover
    # A unit with an owner before and after, a head count, a meter that was read and a water quota.
    unit: Unit

    @property
    def ids(self) -> dict[str, int]:
        """The rows by the names of this class; ``first_receipt`` and the like are the papers of the payments."""
        own = {each.name: getattr(self, each.name).id for each in fields(self)}
        papers = {f"{name}_receipt": getattr(self, name).receipt_id for name in ("first", "later", "voided")}
        charges = {f"{name}_charge": getattr(self, name).charge_id for name in ("first", "later", "voided")}
        return own | papers | charges | {"customer": self.line.customer_id, "office": self.line.office_id}


def fill_books() -> Books:
    """Let two offices work for some days: openings, payments of every kind, gifts, credit, a refund, prints, voids on both ways."""
    line = an_active_line(
        "2026-03-02", plan=a_plan(fee=Decimal("50.00")), broadband_account="sh0001", password="Geheim-1", bound_number="AA:BB"
    )
    first = paid(line, "2026-03-02", months=3, gift_months=1, discount=Decimal("5.00"), reason="老客户")
    later = paid(
        line,
        "2026-03-05",
        months=1,
        methods=(MethodAmount(Method.CASH, Decimal("20.00"), Decimal("50.00")), MethodAmount(Method.ALIPAY, Decimal("30.00"))),
    )
    _print_twice(first)
    voided = _voided_the_same_day(line)
    reversal = _voided_on_a_later_day()
    _pending_line_paid_then_installed()
    _in_hanoi()
    _asked_twice_for_one_payment(line)
    moved, closed, cut = _lives()
    return Books(line, first, later, voided, _credit(), _refund(line), reversal, moved, closed, cut, *_works(), _lived_in())


def _print_twice(payment: RegularPayment) -> None:
    with acting("wang"), on_day("2026-03-05"):
        run(print_receipt, receipt=payment.receipt_id)
        run(print_receipt, receipt=payment.receipt_id, reason="客户遗失")


def _voided_the_same_day(line: Subscription) -> RegularPayment:
    payment = paid(line, "2026-03-06", by="wang")
    with acting("chen"), on_day("2026-03-06"):
        run(void_receipt, receipt=payment.receipt_id, reason="收错了")
    return reloaded(payment)


def _voided_on_a_later_day() -> Reversal:
    line = an_active_line("2026-03-03", broadband_account="sh0002")
    payment = paid(line, "2026-03-03", by="wang")
    with acting("chen"), on_day("2026-03-07"):
        asked: Approval = run(void_receipt, receipt=payment.receipt_id, reason="收错了").record
    with acting("zhou"), on_day("2026-03-07"):
        answered: Approval = run(approve_void, approval=asked.id).record
        return found(Reversal, answered.reversal_id)


def _pending_line_paid_then_installed() -> None:
    terms = PaymentTerms(months=12, gift_months=2, methods=CASH)
    installed(a_pending_line("2026-03-01", payment=terms, broadband_account="sh0003"), "2026-03-08")


def _in_hanoi() -> None:
    line = an_active_line("2026-03-02", "HN", plan=a_plan("HN", fee=Decimal(105000)), broadband_account="hn0001")
    paid(line, "2026-03-02", months=1, by="lan")


def _asked_twice_for_one_payment(line: Subscription) -> None:
    with acting("wang"), on_day("2026-03-08"):
        for _ in range(2):
            run(pay, key="one-payment", subscription=line.id, terms=PaymentTerms(months=1, methods=CASH))


def _lives() -> tuple[Subscription, Subscription, Subscription]:
    """Do everything to lines that can be done to them, voids of it too."""
    for operation in (PricedOperation.SUSPENSION, PricedOperation.RELOCATION, PricedOperation.TRANSFER, PricedOperation.PLAN_CHANGE):
        set_price(operation, "20.00")
    moved = an_active_line("2026-03-01", plan=a_plan(fee=Decimal("50.00")), broadband_account="sh0005")
    paid(moved, "2026-03-01", months=2)
    suspended(moved, "2026-03-11", methods=CASH)
    resumed(moved, "2026-04-20")
    relocated(moved, "2026-04-21", compensation_days=3, reason="移机", methods=CASH)
    dearer, other = a_plan(fee=Decimal("80.00")), a_customer(name="周九")
    taken_back = changed_plan(moved, "2026-04-22", dearer, methods=CASH)
    voided_paper(event_of(taken_back)[1].id, "2026-04-22")
    changed_plan(moved, "2026-04-23", dearer, methods=CASH)
    changed_plan(moved, "2026-05-03", a_plan(fee=Decimal("30.00")))
    transferred(moved, "2026-05-04", customer=other.id, methods=CASH)
    with on_day("2026-05-05"), acting("chen"):
        run(give_months, subscription=moved.id, terms=GiftTerms(gift_months=1, reason="老客户"))
        run(compensate, subscription=moved.id, terms=CompensationTerms(compensation_days=2, reason="断网"))
    booked_plan(moved, "2026-05-06", dearer)
    paid(moved, "2026-05-07", months=1)
    cut_line = an_active_line("2026-03-01", broadband_account="sh0006")
    cut(cut_line, "2026-03-05")
    paid(cut_line, "2026-03-06", months=1)
    cut(cut_line, "2026-03-10", StopReason.VIOLATION)
    closed = an_active_line("2026-03-01", broadband_account="sh0007")
    paid(closed, "2026-03-01", months=2)
    with on_day("2026-03-20"), acting("chen"):
        run(lend, subscription=cut_line.id, terms=EquipmentTerms(name="光猫", serial="GM-1", deposit=Decimal("100.00")))
        lent = run(lend, subscription=closed.id, terms=EquipmentTerms(name="光猫", serial="GM-2", deposit=Decimal("80.00"), methods=CASH))
        damaged = Returned(equipment=lent.record.id, state=EquipmentState.DAMAGED, compensation=Decimal("30.00"))
        run(close, subscription=closed.id, terms=ClosureTerms(returned=(damaged,)))
    return reloaded(moved), reloaded(closed), reloaded(cut_line)


def _credit() -> Receipt:
    """Let a customer bring more than he owes, pay from what is left, and take some of the rest home."""
    person = a_customer(name="李四", id_number="110101199003071234", mobile="13800138000")
    with acting("wang"), on_day("2026-03-09"):
        brought: Receipt = run(take_payment, customer=person.id, methods=(MethodAmount(Method.CASH, Decimal("80.00")),)).record
    other = an_active_line("2026-03-09", customer=person, broadband_account="sh0004")
    paid(other, "2026-03-09", methods=(MethodAmount(Method.CREDIT, Decimal("50.00")),))
    with acting("wang"), on_day("2026-03-09"):
        run(pay_out_credit, customer=person.id, amount=Decimal("12.00"), methods=CASH, reason="客户要求退还")
    return brought


def _refund(line: Subscription) -> Voucher:
    with acting("chen"), on_day("2026-03-10"):
        return run(_pay_back, office=line.office_id, customer=line.customer_id).record


def _pay_back(*, office: int, customer: int) -> Voucher:
    """No page pays out yet; the operation that every refund will call does."""
    place = found(Office, office)
    today = clock.today(place)
    lines = [PaidOut("退费", Decimal("12.50"))]
    person = found(Customer, customer)
    return pay_out(
        office=place, kind=VoucherKind.REFUND, lines=lines, methods=CASH, reason="多收", on=today, booked_on=today, customer=person
    )


def _works() -> tuple[WorkOrder, Handover]:
    """Complete an order with materials, paid at the door; print its sheet twice; hand over a part of the money."""
    installer = _stored(Installer, "SH", {"code": "A03", "name": "刘强", "user_id": user("gong").id})
    cable = _stored(Material, "SH", {"code": "M1", "name": "皮线光缆", "unit": "米", "unit_price": Decimal("2.50")})
    a_pending_line("2026-03-05")
    told = Completion(
        materials=(MaterialTerms(cable.id, Decimal(12)),),
        fees=FeeTerms(installation_fee=Decimal(100)),
        methods=(MethodAmount(Method.DOOR),),
    )
    with acting("chen"), on_day("2026-03-05"):
        order = db.session.scalars(select(WorkOrder).order_by(WorkOrder.id.desc()).limit(1)).one()
        run(assign, work_order=order.id, installer=installer.id)
        run(print_order, work_order=order.id)
    with acting("gong"), on_day("2026-03-06"):
        run(complete, work_order=order.id, completion=told)
    with acting("chen"), on_day("2026-03-06"):
        run(print_order, work_order=order.id)
        run(check, work_order=order.id)
    with acting("wang"), on_day("2026-03-06"):
        brought = run(hand_over, installer=installer.id, amount=Decimal(100)).record
    return order, brought


def _lived_in() -> Unit:
    """Let one owner follow another in a unit whose meter is read, and which bears the shared meter of the hall."""
    building = a_building()
    unit = a_unit("1203", building=building, area=Decimal("68.53"))
    an_occupancy(unit, a_customer(name="钱七"), "2025-01-01", "2026-02-28")
    an_occupancy(unit, a_customer(name="孙八"), "2026-03-01")
    a_fact(unit, FactName.PERSONS, "2")
    a_read_meter(unit, 100, 110, 120)
    a_water_quota(unit, 2)
    a_hall_meter(building)
    prices()
    posted(a_run(unit.building_id))
    _in_debt(unit)
    return unit


def _in_debt(unit: Unit) -> None:
    """Let a unit's bill be late: interest, adjustments on both ways, one of them voided, a write-off of a part, one
    of all with its interest, and a payment in part.
    """
    with acting("chen"):
        bills = list(db.session.scalars(select(ServiceCharge).where(ServiceCharge.unit_id == unit.id).order_by(ServiceCharge.id)))
        number, customer, hopeless = bills[0].charge_id, bills[0].charge.customer_id, bills[-1].charge_id
        assert hopeless != number
    with acting("chen"), on_day("2026-07-20"):
        run(post_interest, customer=customer)
        raised = run(adjust_charge, charge=number, kind=AdjustmentKind.RAISE, amount=Decimal("3.00"), reason="漏收").record
        run(void_adjustment, adjustment=raised.id, reason="录错")
    with acting("wang"), on_day("2026-07-20"):
        asked = run(adjust_charge, charge=number, kind=AdjustmentKind.LOWER, amount=Decimal("2.00"), reason="抄错").record
    with acting("chen"), on_day("2026-07-20"):
        run(approve_void, approval=asked.id)
    with acting("wang"), on_day("2026-07-21"):
        asked = run(write_off, charge=number, amount=Decimal("1.00"), reason="收不回").record
        run(take_payment, customer=customer, methods=(MethodAmount(Method.CASH, Decimal("5.00")),))
        lost = run(write_off, charge=hopeless, reason="收不回").record
    with acting("chen"), on_day("2026-07-21"):
        run(approve_void, approval=asked.id)
        run(approve_void, approval=lost.id)
