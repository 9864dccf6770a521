"""The closure settlement and the vouchers of a closure on paper: what they say in each language, on one page, frozen."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.billing.captions import LOCALES, caption
from app.billing.models import Voucher
from app.billing.papers import voucher_pdf
from app.broadband.choices import EquipmentState, LatePolicy
from app.broadband.documents import closure_settlement
from app.broadband.models import Closure, Subscription
from app.broadband.operations.closing import ClosureTerms, close
from app.broadband.operations.equipping import EquipmentTerms, Returned, lend
from app.broadband.operations.printing import print_deed
from app.broadband.papers.settlement import settlement_pdf
from app.broadband.printing import printed_deed
from app.customers.models import Customer
from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from tests.broadband.lines import cut
from tests.factories import CASH, a_customer, a_line_until, a_plan, acting, an_active_line, office, on_day, paid, set_policy
from tests.pages.conftest import signed_in

pytestmark = pytest.mark.usefixtures("app")


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00a0", " ").split())


def text_of(pdf: bytes, page: int = 0) -> str:
    return squeezed(PdfReader(io.BytesIO(pdf)).pages[page].extract_text())


def assert_says(pdf: bytes, *wanted: str) -> None:
    said = text_of(pdf)
    assert [each for each in wanted if squeezed(each) not in said] == []


def lent(line: Subscription, serial: str, deposit: str = "100.00") -> int:
    with on_day("2026-01-02"), acting("wang"):
        terms = EquipmentTerms(name="光猫", serial=serial, deposit=Decimal(deposit), methods=CASH)
        return int(run(lend, subscription=line.id, terms=terms).record.id)


def a_closure(**line_facts: Any) -> Closure:
    """A line with ¥600 and ¥60 maintenance for 2026, a damaged piece of equipment with a deposit, closed on 10 April."""
    facts = {"name": "王晓明", "id_number": "110101199003074514", "mobile": "138 0000 2618", "telephone": "021-5000 2222"}
    line = an_active_line("2026-01-01", plan=a_plan(fee=Decimal("600.00"), months=12), customer=a_customer(**facts), **line_facts)
    paid(line, "2026-01-01", 12, maintenance_fee=Decimal("5.00"))
    piece = lent(line, "482001234567")
    damaged = Returned(equipment=piece, state=EquipmentState.DAMAGED, compensation=Decimal("60.00"))
    with on_day("2026-04-10"), acting("wang"):
        return run(close, subscription=line.id, terms=ClosureTerms(returned=(damaged,))).record


def a_poor_closure() -> Closure:
    """A line cut for arrears whose customer owes more than comes back."""
    set_policy(late_policy=LatePolicy.BACKFILL)
    line = a_line_until("2026-05-14")
    cut(line, "2026-06-14")
    with on_day("2027-05-14"), acting("chen"):
        return run(close, subscription=line.id, terms=ClosureTerms()).record


def content_of(closure: Closure, day: str) -> dict[str, Any]:
    with on_day(day), acting("chen"):
        content: dict[str, Any] = run(print_deed, model=Closure, record=closure.id, paper=closure_settlement).record.content
        return content


def test_the_settlement_says_what_goes_back_what_is_deducted_and_which_equipment_came_back() -> None:
    closure = a_closure()
    with on_day("2026-04-10"), acting("wang"):
        pdf = printed_deed(Closure, closure.id, closure_settlement)
    assert_says(
        pdf, "销户结算单", "王晓明", "2026-04-10", "600.00", "365", "265 天", "435.61", "维护费，未使用 8 个月", "40.00", "押金", "100.00"
    )
    assert_says(pdf, "设备赔偿：光猫", "60.00", "■ 损坏", "□ 完好", "482001234567", "¥515.61", "人民币伍佰壹拾伍元陆角壹分")
    with everything("the vouchers"):
        numbers = db.session.scalars(select(Voucher.number).order_by(Voucher.id)).all()
    assert_says(pdf, *numbers, "双方费用已结清")
    assert "110101199003074514" not in text_of(pdf)
    assert "110101********4514" in text_of(pdf)


def test_the_lines_of_the_settlement_add_up() -> None:
    sheet = content_of(a_closure(), "2026-04-10")["settlement"]
    back = sum(Decimal(row["amount"]) for row in [*sheet["plan"], *sheet["maintenance"]]) + Decimal(sheet["deposits"])
    assert (back, sum(Decimal(row["amount"]) for row in sheet["debts"])) == (Decimal(sheet["due_back"]), Decimal(sheet["owed"]))


def test_what_stays_a_debt_is_said() -> None:
    closure = a_poor_closure()
    with on_day("2027-05-14"), acting("chen"):
        pdf = printed_deed(Closure, closure.id, closure_settlement)
    assert_says(pdf, "尚欠金额", "¥98.64", "用户尚欠¥98.64", "欠费", "滞纳金")
    assert "双方费用已结清" not in text_of(pdf)


@pytest.mark.parametrize("locale", LOCALES)
def test_it_stays_on_one_page_in_every_language(locale: str) -> None:
    content = {**content_of(a_closure(address="翠湖花园二期三十八栋二单元二十一层二千一百零三室"), "2026-04-10"), "locale": locale}
    content["settlement"]["plan"] *= 12
    content["settlement"]["equipment"] *= 3
    with on_day("2026-04-10"), acting("wang"):
        pdf = settlement_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert squeezed(caption("title_settlement", locale)) in text_of(pdf)
    for page, number in enumerate((1, 2)):
        assert squeezed(caption(f"application_copy_{number}", locale)) in text_of(pdf, page)


def test_a_customer_of_another_language_reads_every_line_in_it_too() -> None:
    content = {**content_of(a_closure(), "2026-04-10"), "second_locale": "vi"}
    with on_day("2026-04-10"), acting("wang"):
        pdf = settlement_pdf(content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang")
    assert_says(pdf, "Cước gói", "265 ngày", "Phí duy trì, 8 tháng chưa sử dụng", "Tiền đặt cọc", "Theo ngày")
    assert_says(pdf, "设备赔偿：光猫", "Bồi thường thiết bị", "■ Hư hỏng", "Tổng hoàn lại − Tổng khấu trừ = Số tiền thực hoàn")
    assert_says(pdf, "双方费用已结清", "Hai bên đã thanh toán xong mọi khoản.")
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2


def test_the_second_printing_repeats_the_first_whatever_changed_since() -> None:
    closure = a_closure()
    with on_day("2026-04-10"), acting("wang"):
        printed_deed(Closure, closure.id, closure_settlement)
    with everything("a customer with another name"):
        db.session.get_one(Customer, closure.customer_id).name = "王大明"
        db.session.commit()
    with on_day("2026-04-11"), acting("wang"):
        assert_says(printed_deed(Closure, closure.id, closure_settlement), "王晓明", "补打")


def test_the_page_prints_it(app: Flask) -> None:
    closure = a_closure()
    with on_day("2026-04-10"):
        browser = signed_in(app, "wang")
        assert "/closureview/paper/" in browser.get(f"/closureview/show/{closure.id}").text
        answer = browser.post(f"/closureview/paper/{closure.id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_the_voucher_explains_how_the_refund_comes_about() -> None:
    a_closure()
    with everything("the vouchers"):
        refund, deposit = db.session.scalars(select(Voucher).order_by(Voucher.id)).all()
    assert refund.content["calculation"] == "600.00 × 265 ÷ 365 = 435.61（2026-04-11至2026-12-31，剩余265天）"
    assert (refund.content["lines"][0]["original_amount"], refund.content["lines"][0]["used"]) == (
        "600.00",
        "2026-01-01至2026-04-10，100天",
    )
    assert "calculation" not in deposit.content
    with on_day("2026-04-10"), acting("wang"):
        pdf = voucher_pdf(refund.content, printing=1, printed_at=clock.local(clock.now(), office()), printed_by="wang")
    assert_says(pdf, "退费单", "计算说明", "600.00 × 265 ÷ 365 = 435.61", "475.61")


def test_the_page_of_the_voucher_prints_it_and_counts(app: Flask) -> None:
    closure = a_closure()
    with everything("the voucher"):
        voucher = db.session.scalars(select(Closure)).one().event.voucher_id
    with on_day("2026-04-10"):
        browser = signed_in(app, "wang")
        assert f"/voucherview/paper/{voucher}" in browser.get(f"/voucherview/show/{voucher}").text
        answer = browser.post(f"/voucherview/paper/{voucher}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert "补打" in text_of(browser.post(f"/voucherview/paper/{voucher}", data={"reason": "卡纸"}).data)
    assert closure.refund == Decimal("515.61")
