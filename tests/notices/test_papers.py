"""Notices and reminders on paper: captions, check numbers, the payment code as a telephone reads it, pages, every language."""

from __future__ import annotations

import datetime
import io
import re
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader
from vietnam_qr_pay import QRPay

from app.billing.papers.sheet import Print
from app.notices.captions import CAPTIONS
from app.notices.papers import paper
from tests.notices.paper_examples import PICTURE, PICTURE_CODE, notice_in, reminder_in

PRINT = Print(1, datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC), "lan")
LOCALES = ("vi", "zh_Hans", "zh_Hant", "en")
MILLIMETRE = 72 / 25.4


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def codes_of(pdf: bytes) -> list[Any]:
    """Read the codes of the first page as a telephone does: from its picture, here with 200 dots to the inch."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return list(zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil()))


def test_the_sums_of_the_printed_form_add_up() -> None:
    services = PICTURE["services"]
    for service in services:
        assert sum(int(row["amount"]) for row in service["rows"]) == int(service["amount"])
    assert sum(int(service["amount"]) for service in services) == int(PICTURE["charged"]) == 3061198
    assert sum(int(row["amount"]) for row in PICTURE["debts"]) == int(PICTURE["debts_total"]) == 138698
    assert int(PICTURE["charged"]) + int(PICTURE["debts_total"]) == int(PICTURE["total"]) == 3199896


def test_the_notice_says_what_the_printed_form_says_in_its_order() -> None:
    text = text_of(paper(PICTURE, PRINT))
    wanted = [
        "TB-2611-A1203",
        "THÔNG BÁO PHÍ DỊCH VỤ THÁNG 11/2026",
        "(Giấy báo đến kỳ thanh toán, không thay thế hóa đơn giá trị gia tăng)",
        "Bà Nguyễn Thị Phượng",
        "TỔNG SỐ TIỀN PHẢI THANH TOÁN",
        "I. Phí phát sinh trong kỳ",
        "Điện sinh hoạt (01/10–31/10/2026)",
        "Bậc 4: 201–300",
        "Mức 2: trên 10 đến 20 m³",
        "Phí quản lý vận hành tháng 11/2026",
        "Cộng phát sinh trong kỳ (I) 3.061.198",
        "II. Công nợ và số dư",
        "Tiền nước còn nợ 09/2026 20/10/2026, quá 21 ngày 187.200",
        "Lãi chậm nộp 0,05%/ngày (26/10–10/11/2026, 16 ngày) 09/2026 1.498",
        "−50.000",
        "TỔNG SỐ TIỀN PHẢI THANH TOÁN (I + II) 3.199.896",
        "Ba triệu một trăm chín mươi chín nghìn tám trăm chín mươi sáu đồng.",
        "Trong đó thuế GTGT: 8%: 212.768",
        "Nếu Quý khách đã thanh toán, vui lòng bỏ qua thông báo này.",
    ]
    places = [text.find(each) for each in wanted]
    assert -1 not in places, wanted[places.index(-1)]
    assert text.rfind("TỔNG SỐ TIỀN PHẢI THANH TOÁN (I + II)") > text.find("II. Công nợ và số dư") > text.find("I. Phí phát sinh")


def test_the_code_read_from_the_page_is_the_published_one() -> None:
    (code,) = codes_of(paper(PICTURE, PRINT))
    assert code.text == PICTURE_CODE
    assert code.ec_level == "M"
    read = QRPay(code.text)
    assert (read.is_valid, read.amount, read.consumer.bank_number) == (True, "3199896", "0011001932418")
    assert (read.additional_data.purpose, read.additional_data.bill_number) == ("TB2611A1203", "TB2611A1203")


def test_the_code_is_thirty_six_millimetres_wide() -> None:
    page = pypdfium2.PdfDocument(paper(PICTURE, PRINT))[0]
    (image,) = [each for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    left, bottom, right, top = image.get_bounds()
    assert (round((right - left) / MILLIMETRE, 1), round((top - bottom) / MILLIMETRE, 1)) == (36.0, 36.0)


def test_nothing_to_pay_has_no_code_and_says_so() -> None:
    pdf = paper(notice_in("vi", total="0", total_in_words="Không đồng.", code="", credit_left="70000"), PRINT)
    text = text_of(pdf)
    assert "KHÔNG PHẢI THANH TOÁN" in text
    assert "Số dư trả trước còn lại: 70.000" in text
    assert "Sau hạn" not in text
    assert codes_of(pdf) == []


def test_a_corrected_notice_names_the_one_it_replaces() -> None:
    text = text_of(paper(notice_in("vi", number="TB-2611-A1203-2", replaces="TB-2611-A1203"), PRINT))
    assert "Thay thế thông báo số TB-2611-A1203" in text


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("vi", "THÔNG BÁO PHÍ DỊCH VỤ"),
        ("zh_Hans", "缴费通知单（2026年11月）"),
        ("zh_Hant", "繳費通知單（2026年11月）"),
        ("en", "NOTICE OF CHARGES, NOVEMBER 2026"),
    ],
)
def test_a_notice_is_one_page_in_every_language(locale: str, said: str) -> None:
    pdf = paper(notice_in(locale), PRINT)
    assert pages_of(pdf) == 1
    assert said in text_of(pdf)


def test_a_long_notice_runs_on_with_the_heads_of_its_columns() -> None:
    pdf = paper(notice_in("zh_Hans", services=16), PRINT)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    assert all("上期读数" in page.extract_text() for page in reader.pages)
    assert "第 2 页 / 共 2 页" in " ".join(reader.pages[1].extract_text().split())


def test_a_reprint_says_which_one_it_is() -> None:
    again = Print(3, PRINT.at, "lan")
    assert "IN LẠI (lần 3)" in text_of(paper(PICTURE, again))
    assert "IN LẠI" not in text_of(paper(PICTURE, PRINT))


def test_two_printings_of_one_number_say_the_same() -> None:
    assert text_of(paper(PICTURE, PRINT)) == text_of(paper(PICTURE, PRINT))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_reminder_is_one_page_with_its_slip_from_the_second_on(locale: str, level: int) -> None:
    pdf = paper(reminder_in(locale, level), PRINT)
    text = text_of(pdf)
    slip = getattr(CAPTIONS["slip_title"], locale)
    assert pages_of(pdf) == 1
    assert (slip in text) == (level > 1)
    assert ("NN1-2610-B0902" in text) == (level > 1)


def test_the_third_reminder_says_what_the_printed_form_says() -> None:
    text = text_of(paper(reminder_in("vi", 3), PRINT))
    for said in (
        "THÔNG BÁO CÔNG NỢ QUÁ HẠN (LẦN 3)",
        "Ban quản lý đã gửi 02 thông báo (danh sách dưới đây) nhưng Quý khách chưa thanh toán. Đây là thông báo cuối cùng.",
        "Tổng cộng phải thanh toán: 1.276.933",
        "Một triệu hai trăm bảy mươi sáu nghìn chín trăm ba mươi ba đồng",
        "NN1-2610-B0902 ngày 10/10/2026 (hòm thư căn hộ); NN2-2611-B0902 ngày 02/11/2026 (giao tận tay)",
        "trước 17 giờ ngày 29/11/2026",
        "theo điều 9 của hợp đồng/nội quy: tạm khóa thẻ xe",
        "Tôi đã nhận thông báo số NN3-2611-B0902",
    ):
        assert said in text, said


def test_the_second_reminder_names_the_first() -> None:
    text = text_of(paper(reminder_in("zh_Hans", 2), PRINT))
    assert "我单位已于2026年10月9日向您发出缴费通知（编号NN1-2610-B0902），截至2026年11月22日仍未收到款项" in text


@pytest.mark.parametrize("locale", LOCALES)
def test_no_default_threatens_to_cut_water_or_power(locale: str) -> None:
    said = getattr(CAPTIONS["measures"], locale).lower()
    assert not re.search(r"nước|điện|水|电|電|water|power|electric|gas", said)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_long_name_and_no_number_of_a_person_break_nothing(locale: str) -> None:
    name = "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Xuất nhập khẩu Đại Phát Hưng Thịnh Miền Bắc"
    pdf = paper(notice_in(locale, customer={"customer_no": "KH-1", "name": name}), PRINT)
    assert pages_of(pdf) == 1
    assert not re.search(r"\d{15,18}", text_of(pdf).replace(PICTURE_CODE, ""))


def test_amounts_of_the_reminder_add_up() -> None:
    content = reminder_in("vi", 3)
    amount = sum(Decimal(row["amount"]) for row in content["rows"])
    interest = sum(Decimal(row["interest"]) for row in content["rows"])
    assert (amount, interest, amount + interest) == (1250000, 26933, Decimal(content["total"]))
