"""Contents of notices as they are frozen, in every language: the notice of the printed forms with its check numbers, and its borders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.values.amount_in_words import in_words

PICTURE_CODE = (
    "00020101021238570010A00000072701270006970436011300110019324180208QRIBFTTA5303704540731998965802VN"
    "62300111TB2611A12030811TB2611A12036304E4CC"
)

OFFICES: dict[str, dict[str, Any]] = {
    "vi": {
        "legal_name": "CÔNG TY TNHH QUẢN LÝ TÒA NHÀ PHƯƠNG ĐÔNG",
        "address": "Số 18 Trần Hưng Đạo, phường Cửa Nam, thành phố Hà Nội",
        "tax_number": "0100109106",
        "phone": "024 3825 1234",
        "hotline": "024 3825 1235",
    },
    "zh_Hans": {
        "legal_name": "阳光社区物业服务有限公司",
        "address": "深圳市南山区科技园南路18号3栋201室",
        "tax_number": "",
        "phone": "0755-2688 1234",
        "hotline": "",
    },
    "zh_Hant": {
        "legal_name": "陽光社區物業服務有限公司",
        "address": "香港九龍彌敦道1號",
        "tax_number": "",
        "phone": "2688 1234",
        "hotline": "",
    },
    "en": {
        "legal_name": "Sunshine Property Services Ltd",
        "address": "1 Nathan Road, Kowloon, Hong Kong",
        "tax_number": "",
        "phone": "2688 1234",
        "hotline": "",
    },
}
CURRENCIES = {"vi": "VND", "zh_Hans": "CNY", "zh_Hant": "HKD", "en": "HKD"}


def _office(locale: str) -> dict[str, Any]:
    return {"short_name": "", "logo": None, "time_zone": "Asia/Ho_Chi_Minh", **OFFICES[locale]}


def _tier(text: str, quantity: str, price: str, amount: str, measure: str) -> dict[str, str]:
    return {"text": text, "measure": measure, "quantity": quantity, "price": price, "amount": amount}


def _service(name: str, amount: str, rows: list[dict[str, Any]], **values: Any) -> dict[str, Any]:
    common = {
        "is_metered": True,
        "start": "2026-10-01",
        "end": "2026-10-31",
        "measure": "",
        "previous": "",
        "current": "",
        "quantity": "",
        "is_estimate": False,
        "meters": [],
        "read_on": "",
        "mean": "",
        "unusual": None,
    }
    return {**common, "name": name, "amount": amount, "rows": rows, **values}


MONTHLY = {"is_metered": False, "start": "2026-11-01", "end": "2026-11-30"}

PICTURE: dict[str, Any] = {
    "template": "payment_notice",
    "version": 1,
    "kind": "due",
    "locale": "vi",
    "currency": "VND",
    "office": _office("vi"),
    "number": "TB-2611-A1203",
    "reference": "TB2611A1203",
    "replaces": "",
    "on": "2026-11-10",
    "created_at": "2026-11-10T09:00:00+07:00",
    "month": "2026-11-01",
    "due_on": "2026-11-25",
    "customer": {"customer_no": "KH-A1203", "name": "Bà Nguyễn Thị Phượng"},
    "unit": {
        "code": "A-1203",
        "place": "Tầng 12, tòa A, chung cư Phương Đông, phường Cửa Nam, thành phố Hà Nội",
        "area": "72.5",
        "persons": "4",
    },
    "services": [
        _service(
            "Điện sinh hoạt",
            "636768",
            [
                _tier("Bậc 1: 0–50", "50", "1.984", "99200", "kWh"),
                _tier("Bậc 2: 51–100", "50", "2.050", "102500", "kWh"),
                _tier("Bậc 3: 101–200", "100", "2.380", "238000", "kWh"),
                _tier("Bậc 4: 201–300", "50", "2.998", "149900", "kWh"),
                {"text": "Thuế GTGT 8%", "amount": "47168"},
            ],
            measure="kWh",
            previous="12.405",
            current="12.655",
            quantity="250",
            meters=["EM-203118"],
            read_on="2026-10-31",
            mean="231",
        ),
        _service(
            "Nước sạch",
            "188830",
            [
                _tier("Mức 1: 10 m³ đầu", "10", "8.500", "85000", "m³"),
                _tier("Mức 2: trên 10 đến 20 m³", "8", "9.900", "79200", "m³"),
                {"text": "Thuế GTGT 5%", "amount": "8210"},
                {"text": "Phí bảo vệ môi trường 10%", "amount": "16420"},
            ],
            measure="m³",
            previous="318",
            current="336",
            quantity="18",
            meters=["WM-88211"],
            read_on="2026-10-31",
            mean="17",
        ),
        _service(
            "Phí quản lý vận hành",
            "939600",
            [_tier("Theo diện tích căn hộ", "72,5", "12.000", "870000", "m²"), {"text": "Thuế GTGT 8%", "amount": "69600"}],
            **MONTHLY,
        ),
        _service(
            "Gửi xe",
            "1296000",
            [
                _tier("Ô tô 30A-123.45", "1", "1.100.000", "1100000", "chiếc"),
                _tier("Xe máy 29-H1 123.45", "1", "100.000", "100000", "chiếc"),
                {"text": "Thuế GTGT 8%", "amount": "96000"},
            ],
            **MONTHLY,
        ),
    ],
    "charged": "3061198",
    "debts": [
        {"kind": "charge", "name": "Tiền nước", "month": "2026-09-01", "due_on": "2026-10-20", "days": 21, "amount": "187200"},
        {"kind": "interest", "month": "2026-09-01", "start": "2026-10-26", "end": "2026-11-10", "days": 16, "amount": "1498"},
        {"kind": "credit", "amount": "-50000"},
    ],
    "debts_total": "138698",
    "credit_left": "0",
    "taxes": [{"percent": "8", "amount": "212768"}, {"percent": "5", "amount": "8210"}],
    "total": "3199896",
    "total_in_words": "Ba triệu một trăm chín mươi chín nghìn tám trăm chín mươi sáu đồng.",
    "code": PICTURE_CODE,
    "bank": {"name": "Vietcombank, chi nhánh Hà Nội", "account": "0011001932418", "holder": "CT TNHH QL TOA NHA PHUONG DONG"},
    "counter": "lễ tân tầng 1, 8:00–20:00 hằng ngày.",
    "city": "Hà Nội",
    "signer": "Phạm Quốc Hùng",
    "clause": "7",
    "rate": "0.0005",
    "complaint_days": 5,
}

NAMES = {
    "zh_Hans": ("电费", "第1档：0–200", "增值税10%", "张伟", "阳光花园小区3栋12层"),
    "zh_Hant": ("電費", "第1檔：0–200", "增值稅10%", "張偉", "陽光花園小區3棟12樓"),
    "en": ("Electricity", "Tier 1: 0–200", "VAT 10%", "Cheung Wai", "Floor 12, Block 3, Sunshine Gardens"),
}


def notice_in(locale: str, *, services: int = 3, **values: Any) -> dict[str, Any]:
    """Return a notice in a language: the picture's in Vietnamese, another with ``services`` times electricity elsewhere."""
    if locale == "vi":
        return PICTURE | values
    name, tier, tax, person, place = NAMES[locale]
    currency, amount = CURRENCIES[locale], Decimal("110.00") * services
    block = _service(
        name,
        "110.00",
        [_tier(tier, "200", "0.50", "100.00", "kWh"), {"text": tax, "amount": "10.00"}],
        measure="kWh",
        previous="1,000",
        current="1,200",
        quantity="200",
        meters=["EM-1"],
        read_on="2026-10-31",
        mean="119",
        unusual={"percent": "68%", "is_above": True},
    )
    total = amount + Decimal("50.00") - Decimal("10.00")
    return {
        **PICTURE,
        "locale": locale,
        "currency": currency,
        "office": _office(locale),
        "customer": {"customer_no": "KH000123", "name": person},
        "unit": {"code": "3-1203", "place": place, "area": "72.5", "persons": "4"},
        "services": [block, *[block | {"meters": [], "mean": "", "unusual": None}] * (services - 1)],
        "charged": str(amount),
        "debts": [
            {"kind": "charge", "name": name, "month": "2026-09-01", "due_on": "2026-10-20", "days": 21, "amount": "50.00"},
            {"kind": "credit", "amount": "-10.00"},
        ],
        "debts_total": "40.00",
        "taxes": [{"percent": "10", "amount": str(10 * services)}],
        "total": str(total),
        "total_in_words": in_words(total, currency, locale),
        "code": "",
        "bank": {"name": "", "account": "", "holder": ""},
        "counter": "",
        "city": "",
        "signer": "",
        **values,
    }


ROWS = [
    {"name": "Phí quản lý vận hành", "month": "2026-09-01", "due_on": "2026-09-25", "days": 58, "amount": "650000", "interest": "17225"},
    {"name": "Tiền nước", "month": "2026-09-01", "due_on": "2026-09-25", "days": 58, "amount": "187200", "interest": "4961"},
    {
        "name": "Gửi xe máy 29-H1 555.66 và ô tô",
        "month": "2026-10-01",
        "due_on": "2026-10-25",
        "days": 28,
        "amount": "412800",
        "interest": "4747",
    },
]
EARLIER = [
    {"number": "NN1-2610-B0902", "on": "2026-10-10", "issued_on": "2026-10-09", "how": "letter_box"},
    {"number": "NN2-2611-B0902", "on": "2026-11-02", "issued_on": "2026-11-01", "how": "handed_over"},
]
MEASURES = "tạm khóa thẻ xe, thẻ phòng tập, thẻ bể bơi; tiếp tục tính lãi chậm nộp 0,05%/ngày; khởi kiện theo quy định của pháp luật"


def reminder_in(locale: str, level: int, **values: Any) -> dict[str, Any]:
    """Return a reminder of a level in a language, with the sums of the picture."""
    currency = CURRENCIES[locale]
    prefix = {"vi": "NN", "en": "R"}.get(locale, "CJ")
    rows = ROWS if locale == "vi" else [{**row, "name": NAMES[locale][0]} for row in ROWS]
    total = Decimal(1276933)
    return {
        **{key: PICTURE[key] for key in ("version", "bank", "counter", "city", "signer", "rate")},
        "template": "debt_reminder",
        "kind": ("first", "second", "third")[level - 1],
        "level": level,
        "locale": locale,
        "currency": currency,
        "office": _office(locale),
        "number": f"{prefix}{level}-2611-B0902",
        "reference": f"{prefix}{level}2611B0902",
        "on": "2026-11-22",
        "created_at": "2026-11-22T09:00:00+07:00",
        "deadline": "2026-11-29",
        "customer": {"customer_no": "KH-B0902", "name": "Ông Phan Văn Đức" if locale == "vi" else NAMES[locale][3]},
        "unit": {
            "code": "B-0902",
            "place": "tòa B, chung cư Phương Đông" if locale == "vi" else NAMES[locale][4],
            "area": "70",
            "persons": "3",
        },
        "rows": rows,
        "amount": "1250000",
        "interest": "26933",
        "total": str(total),
        "total_in_words": in_words(total, currency, locale, capital=True),
        "code": PICTURE_CODE if locale == "vi" else "",
        "earlier": EARLIER[: level - 1],
        "clause": "9",
        "measures": MEASURES if locale == "vi" else "measures of the office",
        "phone": "024 3825 1235",
        **values,
    }
