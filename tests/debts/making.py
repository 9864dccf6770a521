"""Charges of services for tests, as a run would have posted them, and what people do about them."""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal

from sqlalchemy import func, select

from app.billing.choices import AdjustmentKind, LedgerAccount, LineCode, Method
from app.billing.journal import Posting
from app.billing.models import Adjustment, Approval, Charge, Receipt
from app.billing.operations.charges import LineTerms, charge
from app.billing.operations.receipts import PaidItem, credit_balance, take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.models import LateInterest
from app.debts.operations.adjusting import adjust_charge, write_off
from app.debts.operations.interest import post_interest
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import found, run
from app.offices.models import Office
from app.places.models import Unit
from app.runs.choices import FEE_KINDS, RunState
from app.runs.models import BillingPeriod, BillingRun, ServiceCharge
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service
from tests.factories import a_customer, a_unit, acting, an_occupancy, on_day
from tests.tariffs.making import service

HANOI, ZONE = "HN", "Asia/Ho_Chi_Minh"
MANAGERS = {"SH": "chen", "HN": "binh", "HK": "wong"}
CASHIERS = {"SH": "wang", "HN": "lan", "HK": "wong"}


def a_resident(number: str = "1203", code: str = HANOI, *, name: str = "Nguyễn Văn An", building: object = None) -> tuple[Unit, Customer]:
    """Return a unit and who lives there and pays."""
    unit = a_unit(number, code, **({"building": building} if building is not None else {}))
    customer = a_customer(code, name)
    an_occupancy(unit, customer, since="2020-01-01")
    return unit, customer


def owe_for_service(*, unit: int, customer: int, service: int, amount: Decimal, due_on: datetime.date, on: datetime.date) -> ServiceCharge:
    """Charge a customer for a service; called within a transaction."""
    place, of = found(Unit, unit), found(Service, service)
    month = on.replace(day=1)
    period = _period(place, month)
    billing = BillingRun(office_id=place.office_id, building_id=place.building_id, month=month, run_state=RunState.CANCELLED, booked_on=on)
    db.session.add(billing)
    db.session.flush()
    made = charge(
        office_id=place.office_id,
        customer_id=customer,
        fee_kind=FEE_KINDS[of.kind],
        lines=[LineTerms(LineCode.SERVICE, amount, detail=f"{place.code} · {of.name}", period_start=month, period_end=period.ends_on)],
        on=on,
        booked_on=on,
        due_on=due_on,
    )
    record = ServiceCharge(
        office_id=place.office_id,
        run_id=billing.id,
        period_id=period.id,
        service_id=service,
        unit_id=unit,
        # A day of its own, so that a unit may have several bills of a month.
        part_start=on,
        part_end=on,
        facts={},
        versions=[],
        readings=[],
        bill={"lines": [], "total": str(amount), "taxes": []},
        total=amount,
    )
    record.charge = made
    db.session.add(record)
    db.session.flush()
    billing.posted, billing.billed, billing.posted_total, billing.total = 1, 1, amount, amount
    return record


def _period(place: Unit, month: datetime.date) -> BillingPeriod:
    existing = db.session.scalars(
        select(BillingPeriod).where(BillingPeriod.building_id == place.building_id, BillingPeriod.month == month)
    ).one_or_none()
    if existing is not None:
        return existing
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    made = BillingPeriod(office_id=place.office_id, building_id=place.building_id, month=month, starts_on=month, ends_on=last)
    db.session.add(made)
    db.session.flush()
    return made


def a_bill(
    unit: Unit, customer: Customer, amount: str, due: str, *, posted: str = "", kind: ServiceKind = ServiceKind.MANAGEMENT
) -> ServiceCharge:
    """Return a charge of a service that was posted fifteen days before it is due, unless said otherwise."""
    due_on = datetime.date.fromisoformat(due)
    on = datetime.date.fromisoformat(posted) if posted else due_on - datetime.timedelta(days=15)
    code = code_of(unit)
    with on_day(on, ZONE), acting(MANAGERS[code]):
        return run(
            owe_for_service,
            unit=unit.id,
            customer=customer.id,
            service=service(kind, code).id,
            amount=Decimal(amount),
            due_on=due_on,
            on=on,
        ).record


def code_of(record: Unit | Customer) -> str:
    with everything("looking up an office"):
        return db.session.scalars(select(Office.code).where(Office.id == record.office_id)).one()


def pays(customer: Customer, amount: str, day: str, *bills: tuple[ServiceCharge, str], method: Method = Method.BANK_TRANSFER) -> Receipt:
    """Let a customer pay; for ``bills`` with their amounts where some are chosen, else the oldest first."""
    items = tuple(PaidItem(bill.charge_id, Decimal(part)) for bill, part in bills)
    with on_day(day, ZONE), acting(CASHIERS[code_of(customer)]):
        return run(take_payment, customer=customer.id, items=items, methods=(MethodAmount(method, Decimal(amount)),)).record


def interest_posted(customer: Customer, day: str) -> None:
    """Post the interest of a customer up to a day."""
    with on_day(day, ZONE), acting(MANAGERS[code_of(customer)]):
        run(post_interest, customer=customer.id)


def adjusted(
    bill: ServiceCharge, kind: AdjustmentKind, amount: str, day: str, *, by: str = "binh", reason: str = "Ghi sai chỉ số"
) -> Adjustment | Approval:
    with on_day(day, ZONE), acting(by):
        return run(adjust_charge, charge=bill.charge_id, kind=kind, amount=Decimal(amount), reason=reason).record


def written_off(bill: ServiceCharge, day: str, amount: str | None = None, *, by: str = "lan") -> Adjustment | Approval:
    with on_day(day, ZONE), acting(by):
        return run(
            write_off, charge=bill.charge_id, amount=Decimal(amount) if amount else None, reason="Khách đã chuyển đi, không thu được"
        ).record


def charge_of(bill: ServiceCharge) -> Charge:
    """Return the charge as it stands now."""
    with everything("reading a charge"):
        return db.session.scalars(select(Charge).where(Charge.id == bill.charge_id).execution_options(populate_existing=True)).one()


def interest_rows(bill: ServiceCharge) -> list[LateInterest]:
    with everything("reading interest"):
        rows = select(LateInterest).where(LateInterest.source_charge_id == bill.charge_id).order_by(LateInterest.id)
        return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def interest_amounts(bill: ServiceCharge) -> list[Decimal]:
    """Return what was posted of a charge's interest, in order."""
    return [row.amount for row in interest_rows(bill)]


def posted(customer: Customer, account: LedgerAccount) -> Decimal:
    """Return the balance of an account for a customer."""
    with everything("summing postings"):
        amount = select(func.coalesce(func.sum(Posting.amount), 0)).where(Posting.customer_id == customer.id, Posting.account == account)
        return Decimal(db.session.execute(amount).scalar_one())


def credit_of(customer: Customer) -> Decimal:
    with everything("looking up a credit"):
        return credit_balance(customer)
