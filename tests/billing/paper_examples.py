"""Frozen contents of receipts, written by hand in the form operations store them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

SHENZHEN = {
    "legal_name": "阳光社区宽带服务有限公司", "short_name": "阳光社区宽带", "address": "深圳市南山区科技园南路18号3栋201室",
    "tax_number": "", "phone": "0755-2688\u00a01234", "time_zone": "Asia/Shanghai",
}  # fmt: skip
HONG_KONG = {
    "legal_name": "陽光社區寬頻（香港）有限公司", "short_name": "陽光社區寬頻（香港）",
    "address": "九龍觀塘開源道 62 號駱駝漆大廈 2 期 8 樓",
    "tax_number": "", "phone": "2345\u00a06789", "time_zone": "Asia/Hong_Kong",
}  # fmt: skip
HANOI = {
    "legal_name": "CÔNG TY TNHH QUẢN LÝ TÒA NHÀ PHƯƠNG ĐÔNG", "short_name": "BQL CHUNG CƯ PHƯƠNG ĐÔNG",
    "address": "Số 18 Trần Hưng Đạo, phường Cửa Nam, thành phố Hà Nội", "tax_number": "0100109106",
    "phone": "024\u00a03825\u00a01234", "time_zone": "Asia/Ho_Chi_Minh",
}  # fmt: skip


def line(code: str, text: str, amount: str, **more: str | None) -> dict[str, Any]:
    """Return one line; period, quantity and price where they are given."""
    empty = {"period_start": None, "period_end": None, "quantity": None, "unit_price": None}
    return {"code": code, "text": text, **empty, **more, "amount": amount}


def method(name: str, amount: str, tendered: str | None = None, change: str | None = None, reference: str = "") -> dict[str, Any]:
    return {"method": name, "amount": amount, "tendered": tendered, "change": change, "reference": reference}


def receipt(**changes: Any) -> dict[str, Any]:
    """Return the receipt of row 20 of the broadband rules: 150 + 15 + 20 − 10 + 1.87 = 176.87."""
    content: dict[str, Any] = {
        "template": "receipt", "version": 1, "locale": "zh_Hans", "second_locale": None, "currency": "CNY", "office": SHENZHEN,
        "number": "SK-2026-000318", "on": "2026-06-03", "booked_on": "2026-06-03", "created_at": "2026-06-03T02:21:00+00:00",
        "customer": {
            "customer_no": "KH000123", "name": "张伟", "address": "阳光花园小区3栋2单元1203室", "broadband_account": "sz000123",
            "plan": "100M 光纤（月付）",
        },
        "lines": [
            line("plan", "套餐费", "150.00", period_start="2026-05-15", period_end="2026-08-14", quantity="3", unit_price="50.00"),
            line("maintenance", "维护费", "15.00", period_start="2026-05-15", period_end="2026-08-14", quantity="3", unit_price="5.00"),
            line("other", "其它收费：成品网线 10 米", "20.00", quantity="1", unit_price="20.00", unit="条"),
            line("discount", "优惠金：老客户续费优惠", "-10.00"),
            line("late_fee", "滞纳金：31.23 元 × 0.3% × 20 天", "1.87", period_start="2026-05-15", period_end="2026-06-03", quantity="20"),
        ],
        "total": "176.87", "total_in_words": "人民币壹佰柒拾陆元捌角柒分",
        "methods": [method("cash", "176.87", "200.00", "23.13")],
        "credit_after": "0.00", "note": "本次缴费后，宽带停止日期为 2026-08-14。", "payer_name": "张伟", "cashier": "李娜",
        "shift": "B-20260603-1", "reason": "", "form": "own", "copies": "laser", "backdated": False, "debit": "1001", "credit": "1122",
    }  # fmt: skip
    return {**content, **changes}


def hong_kong(**changes: Any) -> dict[str, Any]:
    """Return a receipt in traditional Chinese and Hong Kong dollars, paid by FPS."""
    content = receipt(
        locale="zh_Hant", currency="HKD", office=HONG_KONG, number="R-2026-000207", on="2026-11-22", booked_on="2026-11-22",
        customer={
            "customer_no": "HK000088", "name": "陳麗珊 CHAN Lai Shan", "address": "九龍觀塘康寧道 8 號富麗花園 3 座 12 樓 C 室",
            "broadband_account": "hk000088", "plan": "300M 光纖（12 個月）",
        },
        lines=[
            line("plan", "套餐費", "2388.00", period_start="2026-12-01", period_end="2027-11-30", quantity="12", unit_price="199.00"),
            line("relocation", "遷移費", "100.00", quantity="1", unit_price="100.00"),
        ],
        total="2488.00", total_in_words="港幣貳仟肆佰捌拾捌元整", methods=[method("fps", "2488.00", reference="FRN20261122A7K3")],
        note="", payer_name="陳麗珊", cashier="何嘉欣", shift="B-20261122-1",
    )  # fmt: skip
    return {**content, **changes}


def hanoi(**changes: Any) -> dict[str, Any]:
    """Return a Vietnamese cash receipt, form 01-TT: 604.390 + 154.675 + 150.000 + 935 = 910.000."""
    content = receipt(
        locale="vi", currency="VND", office=HANOI, number="PT-2026-000318", on="2026-11-22", booked_on="2026-11-22",
        created_at="2026-11-22T02:42:00+00:00",
        customer={
            "customer_no": "KH-B0705", "name": "Trần Quốc Bảo",
            "address": "Căn hộ B-0705, tòa B, chung cư Phương Đông, phường Cửa Nam, thành phố Hà Nội",
            "broadband_account": "hn000705", "plan": "Cáp quang 200M",
        },
        lines=[
            line("plan", "Cước gói cáp quang 200M", "604390", period_start="2026-10-01", period_end="2026-10-31", quantity="1"),
            line("maintenance", "Phí duy trì", "154675", period_start="2026-10-01", period_end="2026-12-31", quantity="3"),
            line("relocation", "Phí chuyển địa điểm", "150000", quantity="1", unit_price="150000"),
        ],
        total="910000", total_in_words="Chín trăm mười nghìn đồng.", methods=[method("cash", "910000", "1000000", "90000")],
        credit_after="935", note="", payer_name="Trần Quốc Bảo", cashier="Lê Thị Lan", shift="C-261122-1",
        reason="Cước Internet và phí chuyển địa điểm", form="tt99", debit="111", credit="131",
    )  # fmt: skip
    return {**content, **changes}


def english(**changes: Any) -> dict[str, Any]:
    """Return an English receipt of the office in Hong Kong."""
    content = hong_kong(
        locale="en", customer={
            "customer_no": "HK000088", "name": "CHAN Lai Shan",
            "address": "Flat C, 12/F, Block 3, Fu Lai Garden, 8 Hong Ning Road, Kwun Tong",
            "broadband_account": "hk000088", "plan": "300M fibre (12 months)",
        },
        lines=[
            line("plan", "Plan fee", "2388.00", period_start="2026-12-01", period_end="2027-11-30", quantity="12", unit_price="199.00"),
            line("relocation", "Relocation fee", "100.00", quantity="1", unit_price="100.00"),
        ],
        total_in_words="Hong Kong dollars two thousand four hundred and eighty-eight only",
        office={**HONG_KONG, "legal_name": "SUNSHINE COMMUNITY BROADBAND (HONG KONG) LIMITED", "short_name": "SUNSHINE COMMUNITY BROADBAND",
                "address": "8/F, Phase 2, Camelpaint Building, 62 Hoi Yuen Road, Kwun Tong"},
        payer_name="CHAN Lai Shan", cashier="Ho Ka Yan",
    )  # fmt: skip
    return {**content, **changes}


def refund(**changes: Any) -> dict[str, Any]:
    """Return the refund of row 34 of the broadband rules: 600 × 265 ÷ 365, rounded down, is 435.61."""
    content = receipt(
        template="voucher", number="FK-2026-000041", on="2026-04-10", booked_on="2026-04-10", created_at="2026-04-10T16:20:00+08:00",
        kind="refund",
        lines=[
            {"text": "套餐费退费", "amount": "435.61", "original_amount": "600.00", "used": "2026-01-01 至 2026-04-10，100 天"},
        ],
        total="435.61", total_in_words="人民币肆佰叁拾伍元陆角壹分", methods=[method("cash", "435.61")], payee_name="张伟",
        reason="销户退费", original_number="SK-2026-000001", note="",
        calculation="600.00 × 265 ÷ 365 = 435.61（2026-04-11 至 2026-12-31，剩余 265 天）", debit="521", credit="111",
    )  # fmt: skip
    return {**content, **changes}


def payout(**changes: Any) -> dict[str, Any]:
    """Return a Vietnamese phiếu chi of 600.000 in cash."""
    content = hanoi(
        template="voucher", number="PC-2026-000041", kind="refund", lines=[{"text": "Hoàn cước do hủy dịch vụ", "amount": "600000"}],
        total="600000", total_in_words="Sáu trăm nghìn đồng.", methods=[method("cash", "600000")], payee_name="Đỗ Thị Mai",
        reason="Hoàn cước do hủy dịch vụ trước hạn (biên bản BB-2026-000017, còn 2 tháng)", original_number="PT-2026-000101",
        note="", debit="521", credit="111", credit_after="0",
    )  # fmt: skip
    return {**content, **changes}


def reversal(**changes: Any) -> dict[str, Any]:
    """Return the reversal of the receipt above: every line mirrored."""
    base = receipt()
    content = {
        **base, "template": "reversal", "number": "CZ-2026-000012", "on": "2026-06-04", "booked_on": "2026-06-04",
        "lines": [{**one, "amount": str(-Decimal(one["amount"]))} for one in base["lines"]],
        "total": "-176.87", "total_in_words": "人民币负壹佰柒拾陆元捌角柒分",
        "original": {"number": base["number"], "on": base["on"], "total": "176.87"},
        "reason": "重复收款", "effect": "停止日期由 2026-08-14 恢复为 2026-05-14", "approved_by": "陈经理", "methods": [],
    }  # fmt: skip
    return {**content, **changes}
