"""Receipts and vouchers on paper: the words, their order, the sums, the marks, and what must never be printed."""

from __future__ import annotations

import datetime
import io
import re
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from app.billing.captions import CAPTIONS, LOCALES, caption, line_text
from app.billing.choices import LineCode, Method, VoucherKind
from app.billing.papers import receipt_pdf, reversal_pdf, voucher_pdf
from app.billing.papers.masking import masked
from app.foundation.documents import missing_characters
from app.values.amount_in_words import in_words
from tests.billing import paper_examples as examples

AT = datetime.datetime(2026, 11, 22, 9, 42, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))
VOIDED = {"number": "V-2026-000012", "date": "2026-11-22", "reason": "重复收款", "approved_by": "陈经理"}


def printed(content: dict[str, Any], **how: Any) -> PdfReader:
    """Print a receipt, the customer's copy unless the test says otherwise."""
    terms = {"printing": 1, "printed_at": AT, "printed_by": "lan.le", "copies": "single", **how}
    return PdfReader(io.BytesIO(receipt_pdf(content, **terms)))


def text_of(reader: PdfReader) -> str:
    """Return the text of a paper in one line: where it broke and which spaces held it together says nothing about its words."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def assert_in_order(text: str, *parts: str) -> None:
    text, position = " ".join(text.split()), 0
    for part in parts:
        found = text.find(part, position)
        assert found >= 0, f"{part!r} is missing or not in its place in:\n{text}"
        position = found + len(part)


def many(count: int, amount: str = "10.00") -> dict[str, Any]:
    """Return the changes that give a receipt ``count`` lines."""
    total = Decimal(amount) * count
    lines = [examples.line("other", f"第{number}项", amount) for number in range(1, count + 1)]
    return {"lines": lines, "total": str(total), "methods": [examples.method("cash", str(total))]}


# --- the Chinese receipt -----------------------------------------------------------------------------------------------------------


def test_the_chinese_receipt_has_its_captions_in_order() -> None:
    text = text_of(printed(examples.receipt()))
    assert_in_order(
        text,
        *("阳光社区宽带服务有限公司", "电话：0755-2688 1234", "收 款 收 据", "2026年6月3日", "No. SK-2026-000318", "第二联：客户联"),
        *("客户编号", "KH000123", "客户姓名", "张伟", "宽带账号", "sz000123", "地址", "阳光花园小区3栋2单元1203室", "套餐类型"),
        *("序号", "收费项目", "计费期间", "数量", "单价", "金额（元）"),
        *("套餐费", "2026-05-15 至 2026-08-14", "3 月", "50.00", "150.00", "维护费", "3 月", "5.00", "15.00"),
        *("其它收费：成品网线 10 米", "1 条", "20.00", "优惠金：老客户续费优惠", "−10.00", "31.23 元 × 0.3% × 20 天", "20 天", "1.87"),
        *("—— 以下空白 ——", "合计（大写） 人民币壹佰柒拾陆元捌角柒分", "¥176.87", "收款方式 现金 176.87", "实收现金 200.00", "找零 23.13"),
        *("备注 本次缴费后，宽带停止日期为 2026-08-14。", "收款单位（盖章）：", "复核：", "收款人：李娜", "交款人："),
        *("第一联：存根联", "第二联：客户联", "第三联：记账联", "本收据仅证明收到款项，不能代替发票"),
    )
    assert "SK-2026-000318 ・ 班次 B-20260603-1 ・ 打印 2026-11-22 10:42（第 1 次） ・ lan.le ・ 第 1 页 / 共 1 页" in text


def test_the_printed_lines_sum_to_the_printed_total_and_the_words_say_it() -> None:
    page = printed(examples.receipt()).pages[0].extract_text()
    rows = page.split("金额（元）")[1].split("—— 以下空白")[0]
    # The price stands before the amount in the same row; the amount closes it.
    amounts = [Decimal(row[-1].replace("−", "-")) for row in (part.split() for part in re.split(r"\n (?=[0-9]\n)", rows)) if row]
    assert (len(amounts), sum(amounts)) == (5, Decimal("176.87"))
    assert in_words(Decimal("176.87"), "CNY", "zh_Hans") in page


def test_hong_kong_has_its_own_words() -> None:
    text = text_of(printed(examples.hong_kong()))
    assert_in_order(
        text, "收 據", "第二聯：客戶聯", "客戶編號", "寬帶賬號", "金額（港元）", "遷移費", "港幣貳仟肆佰捌拾捌元整", "HK$2,488.00"
    )
    assert_in_order(text, "轉數快（FPS） 2,488.00", "參考編號 FRN20261122A7K3", "備註", "覆核：", "收款人：何嘉欣", "付款人：")
    assert "发票" not in text
    assert "發票" not in text


def test_the_english_receipt_has_the_same_order() -> None:
    text = text_of(printed(examples.english()))
    assert_in_order(
        text, "RECEIPT", "22 November 2026", "Copy 2: Customer", "Amount (HKD)", "Plan fee", "1 Dec 2026 to 30 Nov 2027", "12 mo."
    )
    assert_in_order(
        text, "— end —", "Hong Kong dollars two thousand four hundred and eighty-eight only", "HK$2,488.00", "Paid by FPS transfer"
    )


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (1, 1), (8, 1), (9, 2), (16, 2), (17, 3)])
def test_eight_lines_fit_a_page_and_the_total_stands_on_the_last(count: int, pages: int) -> None:
    reader = printed(examples.receipt(**many(count), total_in_words="人民币整"))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) == pages
    assert ["合计（大写）" in text for text in texts] == [False] * (pages - 1) + [True]
    assert ["续页" in text for text in texts] == [False] + [True] * (pages - 1)
    assert ["转下页" in text for text in texts] == [True] * (pages - 1) + [False]
    assert f"第 {pages} 页 / 共 {pages} 页" in texts[-1].replace("\u00a0", " ")


def test_a_laser_printer_gives_three_copies_with_the_same_content() -> None:
    texts = [page.extract_text() for page in printed(examples.receipt(), copies="laser").pages]
    heads = ["第一联：存根联", "第二联：客户联", "第三联：记账联"]
    assert [text.split("第一联：存根联   第")[0].count(head) for text, head in zip(texts, heads, strict=True)] == [1, 1, 1]
    assert len({re.sub("第.联：..联", "", text) for text in texts}) == 1


def test_multi_part_paper_is_one_page_that_names_all_copies() -> None:
    reader = printed(examples.receipt(), copies="carbon")
    (page,) = reader.pages
    assert (round(float(page.mediabox.width) / 72 * 25.4), round(float(page.mediabox.height) / 72 * 25.4)) == (241, 140)
    assert_in_order(page.extract_text(), "第一联：存根联", "第二联：客户联", "第三联：记账联")


def test_the_office_decides_about_copies() -> None:
    assert len(printed(examples.receipt(copies="laser"), copies=None).pages) == 3
    assert len(printed(examples.receipt(copies="slip"), copies=None).pages) == 1


# --- the Vietnamese forms ----------------------------------------------------------------------------------------------------------


def test_cash_in_vietnam_is_form_01() -> None:
    text = text_of(printed(examples.hanoi()))
    assert_in_order(
        text,
        *("Đơn vị: CÔNG TY TNHH QUẢN LÝ TÒA NHÀ PHƯƠNG ĐÔNG", "Địa chỉ: Số 18 Trần Hưng Đạo", "MST: 0100109106", "ĐT: 024 3825 1234"),
        *("Mẫu số 01 - TT", "Thông tư số 99/2025/TT-BTC", "Liên 2: Giao người nộp tiền", "PHIẾU THU", "Ngày 22 tháng 11 năm 2026"),
        *("Quyển số: PT-2026", "Số: PT-2026-000318", "Nợ: 111", "Có: 131"),
        *("Họ và tên người nộp tiền: Trần Quốc Bảo (mã KH-B0705)", "Địa chỉ: Căn hộ B-0705", "Lý do nộp: Cước Internet"),
        *("STT", "Khoản thu", "Kỳ", "Số tiền (đồng)", "Cước gói cáp quang 200M", "10/2026", "604.390", "Phí duy trì", "01/10–31/12/2026"),
        *("Phí chuyển địa điểm", "150.000", "Nộp trước, trừ vào kỳ sau", "935"),
        *("Số tiền: 910.000 đồng (tiền mặt; khách đưa 1.000.000, trả lại 90.000)", "(Viết bằng chữ): Chín trăm mười nghìn đồng."),
        *("Kèm theo: 00 Chứng từ gốc.", "Ngày 22 tháng 11 năm 2026"),
        *("Giám đốc", "Kế toán trưởng", "Người nộp tiền", "Người lập phiếu", "Thủ quỹ"),
        *("Đã nhận đủ số tiền (viết bằng chữ): Chín trăm mười nghìn đồng.", "+ Tỷ giá ngoại tệ", "+ Số tiền quy đổi", "phải đóng dấu"),
    )
    assert "PT-2026-000318 ・ Ca C-261122-1 ・ In lúc 22/11/2026 09:42 (lần 1) ・ lan.le ・ Trang 1/1" in text


@pytest.mark.parametrize(
    ("form", "line"), [("tt99", "số 99/2025/TT-BTC"), ("tt133", "số 133/2016/TT-BTC"), ("tt200", "số 200/2014/TT-BTC"), ("own", "")]
)
def test_the_office_chooses_the_circular_of_its_forms(form: str, line: str) -> None:
    text = text_of(printed(examples.hanoi(form=form)))
    assert line in text
    assert ("Mẫu số" in text) == (form != "own")


def test_other_money_in_vietnam_is_a_payment_receipt() -> None:
    methods = [examples.method("cash", "400000"), examples.method("bank_transfer", "510000", reference="FT26327000123")]
    text = text_of(printed(examples.hanoi(methods=methods)))
    assert_in_order(text, "BIÊN NHẬN THANH TOÁN", "Số: PT-2026-000318", "Số tiền: 910.000 đồng", "(Viết bằng chữ):")
    assert_in_order(text, "Hình thức thanh toán:", "Tiền mặt 400.000 đồng", "Chuyển khoản 510.000 đồng, Mã giao dịch: FT26327000123")
    assert_in_order(
        text, "Số dư trả trước sau giao dịch: 935 đồng", "Người nộp tiền", "Thu ngân", "không thay thế hóa đơn giá trị gia tăng"
    )
    assert not any(words in text for words in ("PHIẾU THU", "Mẫu số", "Nợ:", "Giám đốc"))


@pytest.mark.parametrize(("count", "pages"), [(4, 1), (5, 2)])
def test_four_lines_fit_and_more_go_to_a_list_of_their_own(count: int, pages: int) -> None:
    reader = printed(examples.hanoi(**many(count, "10000")))
    text = text_of(reader)
    assert len(reader.pages) == pages
    assert ("theo bảng kê kèm theo" in text) == (pages == 2)
    assert ("BẢNG KÊ" in text) == (pages == 2)
    if pages == 2:
        assert_in_order(reader.pages[1].extract_text(), "BẢNG KÊ", "PT-2026-000318", "第5项", "Tổng cộng", "50.000 đồng")


def test_what_the_lines_leave_open_is_a_line_of_its_own() -> None:
    owed = text_of(printed(examples.receipt(total="100.00")))
    assert_in_order(owed, "本次未付，尚欠", "−76.87", "¥100.00")


# --- a second language -------------------------------------------------------------------------------------------------------------


def test_a_customer_of_another_language_reads_it_under_the_captions() -> None:
    reader = printed(examples.hanoi(second_locale="zh_Hans"))
    assert len(reader.pages) == 1
    assert_in_order(text_of(reader), "PHIẾU THU", "Họ và tên người nộp tiền:", "交款人姓名", "Khoản thu", "收费项目", "Giám đốc", "负责人")


def test_the_law_decides_the_first_language_whatever_the_customer_reads() -> None:
    text = text_of(printed(examples.receipt(second_locale="vi")))
    assert_in_order(text, "收 款 收 据", "客户编号", "Mã khách hàng", "套餐费 Cước gói", "人民币壹佰柒拾陆元捌角柒分")


@pytest.mark.parametrize("second", LOCALES)
@pytest.mark.parametrize("example", [examples.receipt, examples.hanoi, examples.hong_kong])
def test_two_languages_stay_on_one_page(example: Any, second: str) -> None:
    assert len(printed(example(second_locale=second)).pages) == 1


# --- marks -------------------------------------------------------------------------------------------------------------------------

MARKS = [
    (examples.receipt, "作废", "于2026-11-22由冲正单V-2026-000012作废，原因：重复收款；批准人：陈经理", "【补打 第2次】", "培训样张"),
    (examples.hong_kong, "作廢", "於2026-11-22由沖正單V-2026-000012作廢，原因：重复收款；批准人：陈经理", "【補印 第2次】", "培訓樣張"),
    (examples.hanoi, "ĐÃ HỦY", "ĐÃ HỦY ngày 22/11/2026 bởi V-2026-000012, lý do: 重复收款", "IN LẠI (lần 2)", "MẪU TẬP HUẤN"),
    (examples.english, "VOID", "Voided on 22 Nov 2026 by V-2026-000012: 重复收款; approved by 陈经理", "COPY 2", "TRAINING – NOT VALID"),
]


@pytest.mark.parametrize(("example", "mark", "line", "reprint", "training"), MARKS)
def test_every_mark_in_every_language(example: Any, mark: str, line: str, reprint: str, training: str) -> None:
    plain = text_of(printed(example()))
    assert not any(word in plain for word in (mark, reprint, training))
    assert reprint in text_of(printed(example(), printing=2))
    voided = printed(example(), voided=VOIDED)
    assert len(voided.pages) == 1
    assert line.replace(" ", "") in text_of(voided).replace(" ", "")
    assert text_of(voided).count(mark) > line.count(mark)
    assert text_of(printed(example(), training=True)).count(training) == 2


def test_all_copies_of_a_voided_paper_are_marked() -> None:
    pages = printed(examples.hanoi(), voided=VOIDED, copies="laser").pages
    assert [page.extract_text().count("ĐÃ HỦY") for page in pages] == [2, 2, 2]


def test_a_back_dated_paper_shows_both_dates() -> None:
    assert "业务日期 2026-06-01，补录于 2026-06-03" in text_of(printed(examples.receipt(backdated=True, on="2026-06-01")))
    late = examples.hanoi(backdated=True, on="2026-11-20")
    assert "Ngày hạch toán 20/11/2026, lập ngày 22/11/2026" in text_of(printed(late))


def test_the_same_receipt_printed_twice_says_the_same() -> None:
    assert text_of(printed(examples.receipt())) == text_of(printed(examples.receipt()))


# --- slips -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "title", "last"),
    [
        (examples.receipt, "收款小票", "谢谢惠顾"),
        (examples.hong_kong, "收款小票", "多謝惠顧"),
        (examples.hanoi, "PHIẾU THU", "Cảm ơn Quý khách!"),
        (examples.english, "RECEIPT", "Thank you"),
    ],
)
def test_a_slip_is_80_mm_wide_and_ends_with_thanks(example: Any, title: str, last: str) -> None:
    reader = printed(example(stops_on="2026-12-31"), copies="slip")
    (page,) = reader.pages
    assert round(float(page.mediabox.width) / 72 * 25.4) == 80
    assert 80 < float(page.mediabox.height) / 72 * 25.4 < 160
    text = text_of(reader)
    assert_in_order(text, title, example()["number"], last)
    assert text.strip().endswith(last)


def test_a_voided_slip_bears_the_word() -> None:
    assert_in_order(text_of(printed(examples.receipt(), copies="slip", voided=VOIDED)), "收款小票", "作废", "由冲正单", "SK-2026-000318")


# --- what people type --------------------------------------------------------------------------------------------------------------

EVIL = [
    "<script>alert(1)</script>",
    "<pdf:nextpage/>",
    '<img src="http://127.0.0.1/x.png">',
    '<td colspan="100000000">',
    "{{ office }}",
    "&lt;b&gt;",
    "</table></body>",
]


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("example", [examples.receipt, examples.hanoi])
def test_a_name_is_only_text(example: Any, name: str) -> None:
    content = example(payer_name=name)
    content["customer"] = {**content["customer"], "name": name}
    reader = printed(content)
    assert len(reader.pages) == 1
    assert name.replace(" ", "") in text_of(reader).replace(" ", "")


@pytest.mark.parametrize("example", [examples.receipt, examples.hanoi, examples.english])
def test_long_names_wrap_inside_their_cells(example: Any) -> None:
    name = (
        "Công ty Trách nhiệm hữu hạn Một thành viên Quản lý và Khai thác Khu đô thị mới Phương Đông 深圳市南山区科技园南路物业管理有限公司"
    )
    content = example(payer_name=name)
    content["customer"] = {**content["customer"], "name": name, "address": name * 2}
    reader = printed(content)
    assert len(reader.pages) == 1
    text = text_of(reader).replace(" ", "")
    assert text.count(name.replace(" ", "")) >= 3


def test_decomposed_vietnamese_is_printed_whole() -> None:
    content = examples.hanoi(payer_name=unicodedata.normalize("NFD", "Nguyễn Thị Phượng"))
    assert "Nguyễn Thị Phượng" in text_of(printed(content))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("440301199001014528", "440301********4528"),
        ("44030119900101452X", "440301********452X"),
        ("440301900101452", "440301*****1452"),
        ("001099123789", "001******789"),
        ("TB-2026-000318", "TB-2026-000318"),
        ("1234567890123", "1234567890123"),
    ],
)
def test_identity_numbers_are_masked(typed: str, shown: str) -> None:
    assert masked(f"证号{typed}。") == f"证号{shown}。"


def test_no_identity_number_reaches_the_paper() -> None:
    for example in (examples.receipt, examples.hanoi):
        content = example(note="CCCD 001099123789, 身份证 440301199001014528", reason="440301199001014528", payer_name="001099123789")
        assert not re.search(r"(?<!\d)(\d{12}|\d{15}|\d{18})(?!\d)", text_of(printed(content)))


# --- vouchers and reversals --------------------------------------------------------------------------------------------------------


def paid_out(content: dict[str, Any], **how: Any) -> PdfReader:
    terms = {"printing": 1, "printed_at": AT, "printed_by": "lan.le", "copies": "single", **how}
    return PdfReader(io.BytesIO(voucher_pdf(content, **terms)))


def test_the_chinese_refund() -> None:
    text = text_of(paid_out(examples.refund()))
    assert_in_order(
        text, "退 费 单", "No. FK-2026-000041", "第二联：客户联", "领款人", "张伟", "款项用途", "销户退费", "原收据号", "SK-2026-000001"
    )
    assert_in_order(
        text, "退款项目", "原收金额", "已使用（期间、天数）", "退款金额（元）", "600.00", "435.61", "人民币肆佰叁拾伍元陆角壹分", "¥435.61"
    )
    assert_in_order(
        text,
        "付款方式 现金 435.61",
        "计算说明 600.00 × 265 ÷ 365 = 435.61",
        "今收到上述款项。",
        "批准",
        "会计",
        "出纳",
        "领款人",
        "□ 原收据已收回",
    )


def test_cash_paid_out_in_vietnam_is_form_02() -> None:
    text = text_of(paid_out(examples.payout()))
    assert_in_order(
        text, "Mẫu số 02 - TT", "Liên 3: Giao người nhận tiền", "PHIẾU CHI", "Nợ: 521", "Có: 111", "Họ và tên người nhận tiền: Đỗ Thị Mai"
    )
    assert_in_order(
        text, "Lý do chi: Hoàn cước", "Khoản chi", "600.000 đồng", "Sáu trăm nghìn đồng.", "01 Chứng từ gốc. Biên nhận gốc: PT-2026-000101"
    )
    assert_in_order(text, "Giám đốc", "Kế toán trưởng", "Thủ quỹ", "Người lập phiếu", "Người nhận tiền")


def test_a_refund_by_bank_in_vietnam_is_not_a_cash_paper() -> None:
    methods = [examples.method("bank_transfer", "600000", reference="******1234, Vietcombank")]
    text = text_of(paid_out(examples.payout(methods=methods)))
    assert_in_order(text, "PHIẾU HOÀN TIỀN", "Hình thức thanh toán: Chuyển khoản 600.000 đồng, ******1234, Vietcombank")
    assert "Mẫu số" not in text


def test_a_voucher_without_a_customer_is_printed() -> None:
    expense = {"kind": "expense", "customer": None, "payee_name": "物业公司", "original_number": "", "reason": "场地费"}
    assert_in_order(text_of(paid_out(examples.refund(**expense))), "付 款 凭 证", "物业公司", "场地费")
    assert_in_order(text_of(paid_out(examples.payout(**expense))), "PHIẾU CHI", "物业公司", "场地费")


def test_the_reversal_mirrors_the_receipt() -> None:
    text = text_of(PdfReader(io.BytesIO(reversal_pdf(examples.reversal(), printing=1, printed_at=AT, printed_by="lan.le"))))
    assert_in_order(
        text,
        "冲 正 单",
        "No. CZ-2026-000012",
        "原单据号",
        "SK-2026-000318",
        "原日期",
        "2026-06-03",
        "原金额",
        "¥176.87",
        "冲正日期",
        "2026-06-04",
    )
    assert_in_order(
        text, "重复收款", "−150.00", "−15.00", "−20.00", "10.00", "−1.87", "人民币负壹佰柒拾陆元捌角柒分", "−¥176.87", "影响 停止日期由"
    )
    assert_in_order(text, "经办：李娜", "批准：陈经理", "第一联：附原存根")


# --- captions ----------------------------------------------------------------------------------------------------------------------

SAID_IN_NO_LANGUAGE_OF_HONG_KONG = {"not_an_invoice", "slip_not_an_invoice"}


def test_every_caption_is_there_in_every_language_and_in_the_font() -> None:
    empty = {key for key, words in CAPTIONS.items() if not all(words)}
    assert empty == SAID_IN_NO_LANGUAGE_OF_HONG_KONG
    assert missing_characters("".join("".join(words) for words in CAPTIONS.values())) == ""
    assert all(unicodedata.is_normalized("NFC", text) for words in CAPTIONS.values() for text in words)


def test_every_caption_has_the_same_places_in_every_language() -> None:
    for key, words in CAPTIONS.items():
        places = {frozenset(re.findall(r"{(\w+)}", text)) for text in words if text}
        assert len(places) == 1, key


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_a_caption(locale: str) -> None:
    assert all(line_text(code.value, locale) for code in LineCode)
    assert all(caption(f"method_{method.value}", locale) for method in Method)
    assert all(caption(f"kind_{kind.value}", locale) for kind in VoucherKind)


def test_a_detail_follows_the_colon_of_the_language() -> None:
    assert line_text("discount", "zh_Hans", "老客户") == "优惠金：老客户"
    assert line_text("discount", "vi", "khách quen") == "Giảm giá: khách quen"


def test_the_detail_of_a_line_is_said_once() -> None:
    lines = [
        {**examples.line("discount", "优惠金", "-10.00"), "detail": "老客户"},
        {**examples.line("other", "成品网线", "20.00"), "detail": "成品网线"},
        {**examples.line("late_fee", "滞纳金：20 天", "1.00"), "detail": "20 天"},
    ]
    text = text_of(printed(examples.receipt(lines=lines, total="11.00")))
    assert_in_order(text, "优惠金：老客户 −10.00", "其它收费：成品网线 20.00", "滞纳金：20 天 1.00")


def test_a_snapshot_without_a_time_zone_prints_the_time_it_was_given() -> None:
    office = {key: value for key, value in examples.SHENZHEN.items() if key != "time_zone"}
    assert "打印 2026-11-22 09:42" in text_of(printed(examples.receipt(office=office)))
