"""Another office's records do not exist: every address with an id of theirs is 404, and no list shows them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from marshmallow.fields import Dict
from sqlalchemy import select

from app.billing.choices import PricedOperation
from app.billing.models import Approval, Charge, PriceListItem, Receipt, Shift
from app.broadband.models import Subscription
from app.foundation.api import Code, Endpoint, endpoints_of
from app.foundation.api.fields import Day, Flag, Moment, Money, Number, Reference, Whole
from app.foundation.database import db
from app.foundation.scope import everything
from app.offices.models import Employee
from app.workorders.models import BusinessType, Installer, Material
from tests.access.objects import objects_of
from tests.api.conftest import Programs, assert_refused, made, stored
from tests.factories import a_community, a_customer, a_plan, an_active_line, office, on_day, paid

Ids = dict[str, int]


@pytest.fixture
def theirs() -> Ids:
    """The ids of one record of every kind in the Hà Nội office."""
    made = objects_of("HN")
    return {resource: made[kind] for resource, kind in KINDS.items()} | dict.fromkeys(BY_OFFICE, made["Office"])


# What is named by its office, and under which name a list has that.
OF_OFFICE = {"broadband_policies": "office", "debt_policies": "office", "notice_settings": "office"}
BY_OFFICE = ("offices", *OF_OFFICE)

# What an address calls a kind of record.
KINDS = {
    "employees": "Employee",
    "communities": "Community",
    "buildings": "Building",
    "units": "Unit",
    "unit_facts": "UnitFact",
    "services": "Service",
    "service_settings": "ServiceSetting",
    "tariffs": "Tariff",
    "tariff_versions": "TariffVersion",
    "bill_corrections": "BillCorrection",
    "billing_periods": "BillingPeriod",
    "billing_runs": "BillingRun",
    "notice_batches": "NoticeBatch",
    "notice_letters": "NoticeLetter",
    "notices": "Notice",
    "billing_results": "RunResult",
    "service_charges": "ServiceCharge",
    "promises": "PaymentPromise",
    "collection_steps": "CollectionStep",
    "debt_digests": "DebtDigest",
    "late_interest": "LateInterest",
    "adjustments": "Adjustment",
    "write_offs": "WriteOff",
    "reader_devices": "ReaderDevice",
    "meter_reports": "MeterReport",
    "meters": "Meter",
    "readings": "Reading",
    "water_quotas": "WaterQuota",
    "occupancies": "Occupancy",
    "customers": "Customer",
    "plans": "Plan",
    "materials": "Material",
    "installers": "Installer",
    "business_types": "BusinessType",
    "price_list": "PriceListItem",
    "subscriptions": "Subscription",
    "work_orders": "WorkOrder",
    "handovers": "Handover",
    "regular_payments": "RegularPayment",
    "suspensions": "Suspension",
    "forced_stops": "ForcedStop",
    "resumptions": "Resumption",
    "relocations": "Relocation",
    "transfers": "Transfer",
    "plan_changes": "PlanChange",
    "closures": "Closure",
    "gifts": "Gift",
    "compensations": "Compensation",
    "equipment": "Equipment",
    "bulk_runs": "BulkRun",
    "bulk_rows": "BulkRow",
    "line_proposals": "LineProposal",
    "letters": "Letter",
    "reminder_calls": "ReminderCall",
    "renewal_notices": "RenewalNotice",
    "receipts": "Receipt",
    "charges": "Charge",
    "shifts": "Shift",
    "approvals": "Approval",
}


def records_of(code: str) -> Ids:
    place = office(code)
    line = an_active_line("2026-01-31", code)
    payment = paid(line, "2026-01-31")
    with everything("looking up a test's own records"):
        line = db.session.scalars(select(Subscription).where(Subscription.id == line.id)).one()
        receipt = db.session.scalars(select(Receipt).where(Receipt.id == payment.receipt_id)).one()
        approval = Approval(office_id=place.id, receipt_id=receipt.id, reason="x", created_by_id=receipt.cashier_id)
        db.session.add(approval)
        db.session.commit()
        return {
            "offices": place.id,
            "broadband_policies": place.id,
            "employees": stored(Employee, code, code="E1", name="Hoa").id,
            "communities": line.community_id,
            "customers": line.customer_id,
            "plans": line.plan_id,
            "materials": stored(Material, code, code="M1", name="Cáp", unit_price=0).id,
            "installers": stored(Installer, code, code="I1", name="Minh").id,
            "business_types": db.session.scalars(select(BusinessType.id).where(BusinessType.office_id == place.id).limit(1)).one(),
            "price_list": stored(PriceListItem, code, operation=PricedOperation.HANDLING, fee=10).id,
            "subscriptions": line.id,
            "work_orders": line.work_orders[0].id,
            "regular_payments": payment.id,
            "receipts": receipt.id,
            "charges": db.session.scalars(select(Charge.id).where(Charge.customer_id == line.customer_id).limit(1)).one(),
            "shifts": db.session.scalars(select(Shift.id).where(Shift.office_id == place.id).limit(1)).one(),
            "approvals": approval.id,
        }


def test_every_address_with_an_id_of_another_office_is_not_found(of: Programs, theirs: Ids) -> None:
    programs = [of("chen"), of("zhou")]
    seen = set()
    for endpoint in endpoints_of(programs[0].app):
        resource = endpoint.rule.split("/")[1]
        if "<int:" not in endpoint.rule or resource not in theirs:
            continue
        path = endpoint.rule.replace("<int:record>", str(theirs[resource])).replace("<int:office>", str(theirs[resource]))
        file = {"data": {"file": (BytesIO(b"PNG"), "code.png")}} if endpoint.takes_file else {}
        answers = [program.send(endpoint.method, path, needed_by(endpoint), **copy.deepcopy(file)) for program in programs]
        assert {answer.status_code for answer in answers} <= {403, 404}, path
        allowed = [answer for answer in answers if answer.status_code == 404]
        assert allowed or resource in ("offices", "employees") or endpoint.method == "PATCH", path
        seen.add(resource)
    assert seen == set(theirs)


# Texts that are names: which field is to be revealed.
NAMES = {"customers": "id_number", "subscriptions": "password"}


# Something that can be read, by the type of the field; a text otherwise.
READABLE: dict[type, Any] = {
    Flag: True,
    Day: "2026-12-31",
    Moment: "2026-12-31T10:00:00+08:00",
    Whole: 1,
    Reference: 1,
    Money: "1",
    Number: "1",
}


def needed_by(endpoint: Endpoint) -> dict[str, Any] | None:
    """Return a body with just what the endpoint needs, so that nothing but the record can be wrong."""
    schema = endpoint.body_schema()
    if schema is None:
        return None
    needed = {name: field for name, field in schema.fields.items() if field.required and not schema.partial}
    named = {"field": NAMES.get(endpoint.rule.split("/")[1], "x")}
    return {name: _value(field, named.get(name, "x")) for name, field in needed.items()}


def _value(field: Any, text: str) -> Any:
    if isinstance(field, Code):
        return next(iter(field.choices)).value
    return {} if isinstance(field, Dict) else READABLE.get(type(field), text)


def test_no_list_shows_another_offices_records(of: Programs, theirs: Ids) -> None:
    chen = of("chen")
    for endpoint in endpoints_of(chen.app):
        if not endpoint.is_list:
            continue
        resource = endpoint.rule.strip("/")
        listed = made(chen.get(f"{endpoint.rule}?page_size=200"), 200)
        if resource in theirs:
            name = "id" if resource in KINDS else OF_OFFICE.get(resource, "id")
            assert theirs[resource] not in [item[name] for item in listed["items"]], resource
        assert {item["office"] for item in listed["items"] if "office" in item} <= {office("SH").id}
        assert_refused(chen.get(f"{endpoint.rule}?office={theirs['offices']}"), 404)
    assert {endpoint.rule.strip("/") for endpoint in endpoints_of(chen.app) if endpoint.is_list} - {"vouchers"} == set(theirs)


BODIES: list[tuple[str, str, Callable[[Ids, Ids], dict[str, Any]]]] = [
    ("chen", "/regular_payments", lambda own, theirs: {"subscription": theirs["subscriptions"], "months": 1, "method": "cash"}),
    ("chen", "/regular_payments/preview", lambda own, theirs: {"subscription": theirs["subscriptions"], "months": 1}),
    ("chen", "/payments", lambda own, theirs: {"customer": theirs["customers"], "method": "cash"}),
    ("chen", "/payments", lambda own, theirs: {"customer": own["customers"], "items": [{"charge": theirs["charges"]}], "method": "cash"}),
    (
        "chen",
        "/payments",
        lambda own, theirs: {
            "customer": own["customers"],
            "items": [{"subscription": theirs["subscriptions"], "months": 1}],
            "method": "cash",
        },
    ),
    ("chen", "/customers", lambda own, theirs: {"name": "张三", "office": theirs["offices"]}),
    ("chen", "/plans", lambda own, theirs: {"name": "x", "fee": "1.00", "months": 1, "office": theirs["offices"]}),
]


@pytest.mark.parametrize(("who", "path", "body"), BODIES, ids=[f"{path} {number}" for number, (_who, path, _body) in enumerate(BODIES)])
def test_an_id_of_another_office_in_a_body_is_not_found(
    of: Programs, theirs: Ids, who: str, path: str, body: Callable[[Ids, Ids], dict[str, Any]]
) -> None:
    own = {"customers": a_customer().id}
    with on_day("2026-01-31"):
        assert_refused(of(who).post(path, body(own, theirs)), 404)


@pytest.mark.parametrize("name", ["customer", "community", "plan", "salesperson", "office"])
def test_an_opening_takes_nothing_from_another_office(of: Programs, theirs: Ids, name: str) -> None:
    foreign = {
        "customer": theirs["customers"],
        "community": theirs["communities"],
        "plan": theirs["plans"],
        "salesperson": theirs["employees"],
        "office": theirs["offices"],
    }
    body = {
        "customer": {"name": "张三"},
        "community": a_community().id,
        "plan": a_plan().id,
        "address": "3-2-501",
        "business_type": "new",
        "broadband_account": "sz0001",
    }
    # The administrator sees both offices; a line belongs to one all the same.
    assert_refused(of("chen").post("/subscriptions", {**body, name: foreign[name]}), 404)


def test_an_administrator_sees_every_office(of: Programs, theirs: Ids) -> None:
    ada = of("ada")
    assert made(ada.get("/offices"), 200)["total"] == 3
    assert made(ada.get(f"/customers/{theirs['customers']}"), 200)["office"] == theirs["offices"]
    assert made(ada.get(f"/customers?office={theirs['offices']}"), 200)["total"] >= 1
