"""The application for a transfer (C5) and for a relocation (C6): what they say in each language, on one page, and when they are refused."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from flask import Flask
from pypdf import PdfReader

from app.billing.captions import LOCALES, caption
from app.billing.choices import Method, PricedOperation
from app.billing.operations.receipts import take_payment
from app.billing.rules.methods import MethodAmount
from app.broadband.documents import relocation_application, transfer_application
from app.broadband.models import Relocation, Subscription, Transfer
from app.broadband.operations.printing import print_deed
from app.broadband.papers.application import application_pdf
from app.broadband.papers.transfer import TERMS, transfer_pdf
from app.broadband.printing import printed_deed
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.values.errors import OperationRefused
from tests.broadband.changes import relocated, transferred
from tests.broadband.lines import line_until
from tests.factories import CASH, a_community, a_customer, a_plan, acting, office, on_day, set_price
from tests.pages.conftest import signed_in
from tests.written import assert_nothing_written

pytestmark = pytest.mark.usefixtures("app")
PLACE = "翠湖花园二期三十八栋二单元二十一层二千一百零三室（靠近北门的楼梯间）"


def text_of(pdf: bytes, page: int = 0) -> str:
    return "".join(PdfReader(io.BytesIO(pdf)).pages[page].extract_text().split()).replace("\u00a0", "")


def a_transfer(*, paid: bool = True) -> Transfer:
    set_price(PricedOperation.TRANSFER, "30.00")
    zhang = a_customer(name="张三", id_number="110101199003074514", mobile="13800002618")
    li = a_customer(name="李四", id_number="440301199001014528", mobile="13900001111")
    line = line_until("2026-08-31", customer=zhang, address=PLACE)
    return transferred(line, "2026-06-15", customer=li.id, methods=CASH if paid else ())


def test_it_says_who_gives_what_to_whom() -> None:
    transfer = a_transfer()
    with on_day("2026-06-15"), acting("wang"):
        said = text_of(printed_deed(Transfer, transfer.id, transfer_application))
    wanted = [
        "用户过户申请表",
        "原用户",
        "新用户",
        "张三",
        "李四",
        "110101********4514",
        "440301********4528",
        "2026-08-31",
        "77",
        "¥30.00",
    ]
    assert [each for each in wanted if each not in said] == []
    assert [each for each in ("110101199003074514", "440301199001014528") if each in said] == []
    assert "预存余额¥0.00" in said


def test_printed_later_it_says_how_things_stood_on_the_day() -> None:
    transfer = a_transfer()
    with on_day("2026-06-20"), everything("what happened since"):
        old, line = db.session.get_one(Customer, transfer.customer_id), db.session.get_one(Subscription, transfer.subscription_id)
        old.name = "张三丰"
        line.plan_id = a_plan(name="千兆宽带").id
        db.session.commit()
    with on_day("2026-06-20"), acting("wang"):
        run(take_payment, customer=transfer.customer_id, methods=(MethodAmount(Method.CASH, Decimal(100)),))
        said = text_of(printed_deed(Transfer, transfer.id, transfer_application))
    assert "预存余额¥0.00" in said
    assert "张三丰" not in said
    assert "千兆宽带" not in said


@pytest.mark.parametrize("locale", LOCALES)
def test_it_is_one_page_for_each_of_two_copies_in_every_language(locale: str) -> None:
    transfer = a_transfer()
    with on_day("2026-06-15"), acting("wang"):
        content = {**run(print_deed, model=Transfer, record=transfer.id, paper=transfer_application).record.content, "locale": locale}
        pdf = transfer_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang", copies="laser")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    said = text_of(pdf)
    captions = ["title_transfer", "old_customer", "new_customer", "part_transfer", "no_arrears", "old_customer_signs", "by_agent"]
    missing = [name for name in (*captions, *TERMS[:2], TERMS[3]) if "".join(caption(name, locale).split()) not in said]
    assert missing == []


def test_it_is_not_printed_while_the_old_customer_owes_for_the_line() -> None:
    transfer = a_transfer(paid=False)
    with on_day("2026-06-15"), acting("wang"):
        assert "无" in text_of(printed_deed(Transfer, transfer.id, transfer_application))
    other = a_transfer(paid=False)
    with on_day("2026-06-16"), acting("wang"), assert_nothing_written(), pytest.raises(OperationRefused) as refused:
        printed_deed(Transfer, other.id, transfer_application)
    assert refused.value.code == "arrears_open"


def test_the_page_refuses_it_in_words(app: Flask) -> None:
    transfer = a_transfer(paid=False)
    with on_day("2026-06-16"):
        browser = signed_in(app, "wang", "en")
        answer = browser.post(f"/transferview/paper/{transfer.id}")
    assert answer.status_code == 422
    assert "still owes for this line" in answer.text


def a_relocation() -> Relocation:
    set_price(PricedOperation.RELOCATION, "50.00")
    new = a_community(name="江畔苑")
    line = line_until("2026-08-31", address=PLACE)
    return relocated(line, "2026-06-15", community=new.id, compensation_days=3, reason="移机", methods=CASH)


def test_the_application_for_a_relocation_says_both_places() -> None:
    relocation = a_relocation()
    with on_day("2026-06-15"), acting("wang"):
        said = text_of(printed_deed(Relocation, relocation.id, relocation_application))
    wanted = ["用户迁移申请表", PLACE, "江畔苑8-1-301", "2026-06-15", "¥50.00", "补偿天数"]
    assert [each for each in wanted if each not in said] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_application_for_a_relocation_stays_on_one_page(locale: str) -> None:
    relocation = a_relocation()
    with on_day("2026-06-15"), acting("wang"):
        content = {**run(print_deed, model=Relocation, record=relocation.id, paper=relocation_application).record.content, "locale": locale}
        pdf = application_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang", copies="laser")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert "".join(caption("title_relocation", locale).split()) in text_of(pdf)


@pytest.mark.parametrize("name", ["transfer", "relocation"])
def test_the_page_prints_it(app: Flask, name: str) -> None:
    record = a_transfer() if name == "transfer" else a_relocation()
    with on_day("2026-06-15"):
        browser = signed_in(app, "wang")
        assert f"/{name}view/paper/{record.id}" in browser.get(f"/{name}view/show/{record.id}").text
        answer = browser.post(f"/{name}view/paper/{record.id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
