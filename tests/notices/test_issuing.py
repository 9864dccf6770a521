"""Notices as they are issued from posted charges: what stands on them, their numbers, what replaces them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.billing.choices import AdjustmentKind, Method
from app.billing.operations.receipts import PaidItem, take_payment
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.adjusting import adjust_charge
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.metering.choices import ApportionBy, WarningColour
from app.notices.choices import NoticeKind
from app.notices.documents.frame import Sender
from app.notices.documents.services import service_block, unusual_of
from app.notices.models import Notice
from app.notices.operations import correct_notice, issue_notice
from app.notices.operations.issuing import Numbers
from app.notices.queries import Known
from app.offices.choices import Language
from app.runs.operations import void_service_charge
from app.tariffs.choices import ServiceKind
from app.values.errors import Conflict, OperationRefused
from tests.factories import a_building, a_customer, a_read_meter, a_reading, a_unit, acting, an_occupancy, office, on_day
from tests.notices.making import MANAGER, NOTICE_DAY, a_billed_unit, a_notice, current, locks_taken, period_of
from tests.runs.making import LAST_DAY, a_lived_in_unit, a_run, charges, posted, prices
from tests.tariffs.making import service


def count_of_notices() -> int:
    with everything("counting"):
        return db.session.scalars(select(func.count()).select_from(Notice)).one()


def test_a_notice_names_what_the_period_came_to(app: Flask) -> None:
    unit, customer = a_billed_unit()
    notice = a_notice(unit, customer)
    (service,) = notice.content["services"]
    assert (notice.total, notice.due_on, notice.kind) == (Decimal("143.00"), datetime.date(2026, 6, 15), NoticeKind.DUE)
    assert (service["previous"], service["current"], service["quantity"], service["amount"]) == ("600", "850", "250", "143.00")
    assert [row["text"] for row in service["rows"]] == ["第1档：0–200", "第2档：200以上", "税10%"]
    assert notice.content["total_in_words"] == "人民币壹佰肆拾叁元整"


def test_the_number_names_month_and_unit_and_the_reference_has_no_hyphens(app: Flask) -> None:
    unit, customer = a_billed_unit()
    notice, plain = a_notice(unit, customer), unit.code.replace("-", "")
    assert (notice.number, notice.reference) == (f"JF-2605-{plain}", f"JF2605{plain}")


def test_asked_for_again_it_is_the_same_notice(app: Flask) -> None:
    unit, customer = a_billed_unit()
    assert a_notice(unit, customer).id == a_notice(unit, customer, "2026-06-03").id
    assert count_of_notices() == 1


def test_a_charge_that_was_made_anew_gives_a_corrected_notice(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer, LAST_DAY)
    with on_day(LAST_DAY), acting(MANAGER):
        run(void_service_charge, service_charge=charges(unit)[0].id, reason="a wrong price")
    posted(a_run(unit.building_id))
    second = a_notice(unit, customer, "2026-06-03")
    assert (second.number, second.content["replaces"], second.replaces_id) == (f"{first.number}-2", first.number, first.id)
    assert not current(Notice, first.id).is_live
    with on_day("2026-06-04"), acting(MANAGER):
        third = run(correct_notice, notice=second.id).record
    assert (third.number, third.content["replaces"]) == (f"{first.number}-3", second.number)


def test_a_replaced_notice_is_not_replaced_again(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer)
    with on_day(NOTICE_DAY), acting(MANAGER):
        run(correct_notice, notice=first.id)
        with pytest.raises(OperationRefused) as refusal:
            run(correct_notice, notice=first.id)
    assert refusal.value.code == "replaced"
    assert count_of_notices() == 2


def test_a_unit_without_charges_has_no_notice(app: Flask) -> None:
    unit, _ = a_billed_unit()
    with on_day(NOTICE_DAY), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(issue_notice, period=period_of(unit).id, unit=unit.id, customer=a_customer(name="李四").id)
    assert refusal.value.code == "nothing_charged"
    assert count_of_notices() == 0


def test_a_resident_is_written_to_in_his_own_language(app: Flask) -> None:
    unit, customer = a_billed_unit()
    with everything("a test's own customer"):
        db.session.execute(update(Customer).where(Customer.id == customer.id).values(language=Language.VIETNAMESE))
        db.session.commit()
        db.session.expire_all()
    notice = a_notice(unit, customer)
    (service,) = notice.content["services"]
    assert (notice.language, service["name"], service["rows"][0]["text"]) == (Language.VIETNAMESE, "Điện", "Bậc 1: 0–200")


def test_the_credit_is_taken_off_and_never_promised_twice(app: Flask) -> None:
    building = a_building()
    first, customer = a_lived_in_unit("101", building=building)
    second = a_unit("102", building=building)
    an_occupancy(second, customer, since="2020-01-01")
    a_read_meter(second, 210, 190, 200, 250)
    prices()
    posted(a_run(building.id))
    with on_day(LAST_DAY), acting(MANAGER):
        item = PaidItem(charges(first)[0].charge_id, Decimal("10.00"))
        run(take_payment, customer=customer.id, items=(item,), methods=(MethodAmount(Method.BANK_TRANSFER, Decimal("210.00")),))
    one, other = a_notice(first, customer), a_notice(second, customer)
    assert [(each.total, each.credit) for each in (one, other)] == [
        (Decimal("0.00"), Decimal("133.00")),
        (Decimal("76.00"), Decimal("67.00")),
    ]
    assert [row["kind"] for row in one.content["debts"]] == ["paid", "credit"]
    assert (one.content["total_in_words"], one.content["code"]) == ("零元整", "")


def test_an_earlier_charge_stands_with_its_days_and_its_interest(app: Flask) -> None:
    unit = a_unit("1203")
    customer = a_customer()
    an_occupancy(unit, customer, since="2020-01-01")
    meter = a_read_meter(unit, 210, 190, 200, 250)
    prices()
    posted(a_run(unit.building_id))
    a_reading(meter, "2026-06-01", "1050")
    posted(a_run(unit.building_id, month=datetime.date(2026, 6, 1), day="2026-06-30"), "2026-06-30")
    notice = a_notice(unit, customer, "2026-07-15")
    charge, interest = notice.content["debts"]
    assert (charge["kind"], charge["days"], charge["amount"]) == ("charge", 30, "143.00")
    # 25 days from 21 June: 143.00 × 0.0005 × 25 = 1.79.
    assert (interest["kind"], interest["days"], interest["amount"]) == ("interest", 25, "1.79")
    assert notice.total == Decimal(notice.content["charged"]) + Decimal("144.79")


@pytest.mark.parametrize("by", list(ApportionBy))
def test_a_part_of_shared_meters_names_its_key_and_the_whole(app: Flask, by: ApportionBy) -> None:
    share = {"by": by.value, "whole": "1234.50", "weight": "40.4", "weights": "4893.2"}
    charge = SimpleNamespace(
        share=share,
        service=service(ServiceKind.ELECTRICITY),
        part_start=datetime.date(2026, 5, 1),
        part_end=datetime.date(2026, 5, 31),
        total=Decimal("10.19"),
        charge=SimpleNamespace(total=Decimal("10.19"), adjusted=Decimal(0), written_off=Decimal(0)),
        is_estimate=False,
    )
    with acting(MANAGER):
        block = service_block(charge, Known(), Sender.of(office()), "vi")  # type: ignore[arg-type]
    assert block["name"].endswith(", đồng hồ chung")
    assert "40,4/4.893,2, tổng 1.234,50" in block["rows"][0]["text"]
    assert (block["rows"][0]["amount"], block["meters"]) == ("10.19", [])


def test_a_notice_of_a_past_month_names_no_later_one(app: Flask) -> None:
    unit = a_unit("1203")
    customer = a_customer()
    an_occupancy(unit, customer, since="2020-01-01")
    meter = a_read_meter(unit, 210, 190, 200, 250)
    prices()
    posted(a_run(unit.building_id))
    may = period_of(unit).id
    a_reading(meter, "2026-06-01", "1050")
    posted(a_run(unit.building_id, month=datetime.date(2026, 6, 1), day="2026-06-10"), "2026-06-10")
    with on_day("2026-06-12"), acting(MANAGER):
        notice = run(issue_notice, period=may, unit=unit.id, customer=customer.id).record
    assert (notice.total, notice.content["debts"]) == (Decimal("143.00"), [])


def test_a_charge_that_was_lowered_gives_a_corrected_notice(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer)
    with on_day("2026-06-02"), acting(MANAGER):
        run(adjust_charge, charge=charges(unit)[0].charge_id, kind=AdjustmentKind.LOWER, amount=Decimal(43), reason="read wrongly")
    second = a_notice(unit, customer, "2026-06-03")
    assert (second.total, second.replaces_id) == (Decimal("100.00"), first.id)
    assert a_notice(unit, customer, "2026-06-04").id == second.id


def test_a_notice_is_not_replaced_because_it_was_paid_in_part(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer)
    with on_day("2026-06-02"), acting(MANAGER):
        run(take_payment, customer=customer.id, methods=(MethodAmount(Method.BANK_TRANSFER, Decimal(43)),))
    assert a_notice(unit, customer, "2026-06-03").id == first.id


def test_a_reference_that_somebody_took_at_the_same_moment_is_a_conflict(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer)
    monkeypatch.setattr(Numbers, "take", lambda *_given: (f"{first.number}X", first.reference))
    with on_day(NOTICE_DAY), acting(MANAGER), pytest.raises(Conflict):
        run(correct_notice, notice=first.id)
    assert (count_of_notices(), current(Notice, first.id).is_live) == (1, True)


def test_a_notice_is_locked_after_its_customer(app: Flask) -> None:
    unit, customer = a_billed_unit()
    first = a_notice(unit, customer)
    with locks_taken() as locked, on_day(NOTICE_DAY), acting(MANAGER):
        run(correct_notice, notice=first.id)
    assert [each for each in locked if each in ("billing_period", "customer", "notice")] == ["customer", "notice"]


@pytest.mark.parametrize(("used", "percent"), [("225", "13%"), ("227", "14%"), ("175", "13%")], ids=["half above", "between", "half below"])
def test_how_unusual_consumption_is_is_rounded_half_up(used: str, percent: str) -> None:
    reading: Any = SimpleNamespace(mean=Decimal(200), consumption=Decimal(used), colour=WarningColour.RED)
    assert unusual_of([reading], "en")["unusual"]["percent"] == percent
