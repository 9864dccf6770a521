"""The papers of suspensions, resumptions and forced stops: what they say in each language, on one page, frozen by the first printing."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.billing.captions import LOCALES, caption
from app.billing.choices import PricedOperation
from app.billing.operations.voids import void_receipt
from app.broadband.choices import StopReason
from app.broadband.documents import resumption_application, stop_notice, suspension_application
from app.broadband.models import LinePrinting, Resumption, Suspension
from app.broadband.operations.printing import print_deed
from app.broadband.papers.application import application_pdf
from app.broadband.printing import printed_deed
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.broadband.lines import cut, line_until, resumed, suspended
from tests.factories import CASH, a_customer, acting, office, on_day, reloaded, set_price
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def text_of(pdf: bytes, page: int = 0) -> str:
    return " ".join(PdfReader(io.BytesIO(pdf)).pages[page].extract_text().replace("\u00a0", " ").split())


def a_suspension() -> Suspension:
    set_price(PricedOperation.SUSPENSION, "20.00")
    customer = a_customer(name="王晓明", id_number="110101199003074514", mobile="138 0000 2618", telephone="021-5000 2222")
    return suspended(line_until("2026-08-14", customer=customer), "2026-06-10", methods=CASH)


def test_the_application_for_a_suspension_says_what_was_agreed() -> None:
    suspension = a_suspension()
    with on_day("2026-06-10"), acting("wang"):
        pdf = printed_deed(Suspension, suspension.id, suspension_application)
    said = text_of(pdf)
    wanted = ["用户报停申请表", "王晓明", "2026-08-14", "2026-06-10", "2026-12-07", "最长 180 天", "¥20.00", "不足 30 天"]
    assert [each for each in wanted if each.replace(" ", "") not in said.replace(" ", "")] == []
    assert "110101199003074514" not in said.replace(" ", "")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["suspension", "resumption", "stop_notice"])
def test_every_paper_stays_on_one_page_in_every_language(kind: str, locale: str) -> None:
    line = line_until("2026-08-14", address="翠湖花园二期三十八栋二单元二十一层二千一百零三室（靠近北门的楼梯间）")
    with everything("a paper"):
        if kind == "stop_notice":
            record, paper, model = cut(line, "2026-06-10", StopReason.OPERATOR), stop_notice, None
        elif kind == "suspension":
            record, paper, model = suspended(line, "2026-06-10"), suspension_application, Suspension
        else:
            suspended(line, "2026-06-10")
            record, paper, model = resumed(line, "2026-07-20"), resumption_application, Resumption
    with on_day("2026-07-20"), acting("chen"):
        printing = run(print_deed, model=model or type(record), record=record.id, paper=paper).record
        content = {**printing.content, "locale": locale}
        pdf = application_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang", copies="laser")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert caption("application_copy_1", locale).replace(" ", "") in text_of(pdf, 0).replace(" ", "")
    assert caption("application_copy_2", locale).replace(" ", "") in text_of(pdf, 1).replace(" ", "")
    title = caption(f"title_{kind}", locale)
    assert title.replace(" ", "") in text_of(pdf).replace(" ", "")


def test_the_customer_gets_one_copy_where_paper_is_not_in_copies() -> None:
    suspension = a_suspension()
    with on_day("2026-06-10"), acting("wang"):
        content = run(print_deed, model=Suspension, record=suspension.id, paper=suspension_application).record.content
        pdf = application_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang", copies="single")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert "第二联" in text_of(pdf)


def test_the_second_printing_repeats_the_first_whatever_changed_since() -> None:
    suspension = a_suspension()
    with on_day("2026-06-10"), acting("wang"):
        printed_deed(Suspension, suspension.id, suspension_application)
    with everything("a customer with another name"):
        customer = db.session.get_one(Customer, suspension.customer_id)
        customer.name = "王大明"
        db.session.commit()
    with on_day("2026-06-11"), acting("wang"):
        said = text_of(printed_deed(Suspension, suspension.id, suspension_application))
    assert "王晓明" in said
    assert "补打" in said
    with everything("the printings"):
        printings = db.session.scalars(select(LinePrinting.printing).order_by(LinePrinting.printing)).all()
    assert printings == [1, 2]


def test_the_paper_of_an_undone_suspension_bears_its_mark() -> None:
    suspension = a_suspension()
    with everything("the receipt"):
        receipt = reloaded(suspension).event.receipt_id
    with on_day("2026-06-10"), acting("chen"):
        run(void_receipt, receipt=receipt, reason="录错")
        said = text_of(printed_deed(Suspension, suspension.id, suspension_application))
    assert "录错" in said


def test_the_page_prints_it(app: Flask) -> None:
    suspension = a_suspension()
    with on_day("2026-06-10"):
        browser = signed_in(app, "wang")
        assert "/suspensionview/paper/" in browser.get(f"/suspensionview/show/{suspension.id}").text
        answer = browser.post(f"/suspensionview/paper/{suspension.id}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
