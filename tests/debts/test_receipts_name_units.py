"""A receipt of open charges says what it is for: the unit with its address, the codes of several, the line of a fee."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.billing.choices import Method, PricedOperation
from app.billing.models import Receipt
from app.billing.operations.receipts import take_payment
from app.billing.papers import receipt_pdf
from app.billing.rules.methods import MethodAmount
from app.customers.models import Customer
from app.debts.operations.telling import LONGEST_CODES, address_of, listed
from app.foundation.transactions import run
from app.places.models import Building, Community
from app.places.operations import save_building
from app.tariffs.choices import ServiceKind
from tests.broadband.changes import relocated
from tests.debts.making import MANAGERS, ZONE, a_bill, a_resident, interest_posted, pays
from tests.factories import CASH, a_building, a_community, a_customer, a_unit, acting, an_active_line, an_occupancy, on_day, paid, set_price

pytestmark = pytest.mark.usefixtures("app")
TODAY = "2026-06-10"


def said(receipt: Receipt) -> dict[str, Any]:
    customer: dict[str, Any] = receipt.content["customer"]
    return customer


def text_of(receipt: Receipt, copies: str = "single") -> str:
    pdf = receipt_pdf(receipt.content, printing=1, printed_at=receipt.created_at, printed_by="lan", copies=copies)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def a_tower(code: str = "HN") -> Any:
    community = a_community(code, name="Khu đô thị Mỹ Đình" if code == "HN" else "阳光花园")
    tower = a_building(code, called="B2")
    values = (("name", "Tòa B2" if code == "HN" else "2号楼"), ("community", community.id))
    with acting(MANAGERS[code]):
        return run(save_building, record=tower.id, office=None, version=str(tower.version), values=values).record


def test_one_unit_is_named_with_its_address() -> None:
    unit, customer = a_resident(building=a_tower())
    a_bill(unit, customer, "300000", "2026-06-15")
    receipt = pays(customer, "300000", TODAY)
    assert (said(receipt)["unit"], said(receipt)["address"]) == ("B2-1203", "B2-1203, Tòa B2, Khu đô thị Mỹ Đình")
    assert "Địa chỉ: B2-1203, Tòa B2, Khu đô thị Mỹ Đình" in text_of(receipt)
    assert receipt.content["reason"].startswith("B2-1203 · ")


def test_in_chinese_the_address_goes_from_the_community_to_the_door() -> None:
    unit, customer = a_resident("1203", "SH", name="王小明", building=a_tower("SH"))
    a_bill(unit, customer, "300.00", "2026-06-15")
    with on_day(TODAY), acting("wang"):
        receipt = run(take_payment, customer=customer.id, methods=CASH).record
    assert (said(receipt)["unit"], said(receipt)["address"]) == ("B2-1203", "阳光花园2号楼 B2-1203")
    text = text_of(receipt)
    assert "房号" in text
    assert "阳光花园2号楼 B2-1203" in text


def test_the_units_of_several_charges_are_listed() -> None:
    tower = a_tower()
    unit, customer = a_resident(building=tower)
    other = a_unit("0301", "HN", building=tower)
    an_occupancy(other, customer, since="2020-01-01")
    for place in (unit, other):
        a_bill(place, customer, "300000", "2026-06-15")
    receipt = pays(customer, "600000", TODAY)
    assert (said(receipt)["unit"], said(receipt)["address"]) == (
        "B2-0301, B2-1203",
        "B2-0301, B2-1203, Tòa B2, Khu đô thị Mỹ Đình",
    )


def test_late_interest_paid_alone_names_the_unit_that_bears_it() -> None:
    unit, customer = a_resident(building=a_tower())
    bill = a_bill(unit, customer, "1500000", "2026-05-01", kind=ServiceKind.WATER)
    interest_posted(customer, TODAY)
    pays(customer, "1500000", TODAY, (bill, "1500000"))
    receipt = pays(customer, "26250", TODAY)
    assert said(receipt)["unit"] == "B2-1203"
    assert receipt.content["reason"].startswith("Lãi chậm trả: B2-1203")


def test_many_units_are_cut_where_the_line_ends() -> None:
    codes = [f"A-{floor:02}01" for floor in range(1, 31)]
    text = listed(codes)
    assert text.startswith("A-0101, A-0201")
    assert text.endswith(f"+{30 - text.count(',') - 1}")
    assert len(text) <= LONGEST_CODES + len(", ") + len(" +30")


def test_a_fee_of_a_line_names_the_line() -> None:
    set_price(PricedOperation.RELOCATION, "20.00")
    line = an_active_line("2026-03-01", broadband_account="sh0099")
    paid(line, "2026-03-01")
    relocated(line, "2026-03-10")
    with on_day("2026-03-12"), acting("wang"):
        receipt = run(take_payment, customer=line.customer_id, methods=(MethodAmount(Method.CASH, Decimal("20.00")),)).record
    assert (said(receipt)["broadband_account"], said(receipt)["unit"]) == ("sh0099", "")
    assert said(receipt)["address"].endswith("8-1-301")


def test_credit_alone_keeps_the_address_of_the_customer() -> None:
    customer: Customer = a_customer("HN", "Lê Văn Cường", invoice_address="12 Trần Phú")
    with on_day(TODAY, ZONE), acting("lan"):
        receipt = run(take_payment, customer=customer.id, methods=(MethodAmount(Method.CASH, Decimal(1000)),)).record
    assert (said(receipt)["address"], said(receipt)["unit"]) == ("12 Trần Phú", "")


def test_an_address_that_names_the_building_already_is_not_followed_by_its_name() -> None:
    tower = Building(name="2号楼", address="上海市浦东新区阳光花园2号楼", community=Community(name="阳光花园"))
    assert address_of(tower, "B2-1203", "zh_Hans") == "上海市浦东新区阳光花园2号楼 B2-1203"
