"""The office in Hà Nội: two blocks of flats with a small network, VND, Vietnamese. All names and numbers are invented."""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import Method, PricedOperation
from app.demonstration.profiles import (
    BuildingProfile,
    Colleague,
    Good,
    Metered,
    OfficeProfile,
    Place,
    PlanProfile,
    ProposedPrice,
    TariffProfile,
    Words,
)
from app.offices.choices import Copies, Currency, Language, VoucherForm
from app.places.choices import UnitKind
from app.roles import Role
from app.tariffs.choices import ServiceKind

HANOI = OfficeProfile(
    code="HN",
    facts={
        "name": "Văn phòng Hà Nội",
        "language": Language.VIETNAMESE,
        "currency": Currency.VND,
        "time_zone": "Asia/Ho_Chi_Minh",
        "legal_name": "Công ty TNHH Quản lý và Dịch vụ Sao Mai",
        "short_name": "Sao Mai",
        "address": "Tầng 1, tòa A, Chung cư Sao Mai, Tây Hồ, Hà Nội",
        "telephone": "024 3000 0088",
        "tax_number": "0100000088",
        "customer_prefix": "KH",
        "receipt_prefix": "PT",
        "voucher_prefix": "PC",
        "reversal_prefix": "PĐ",
        "work_order_prefix": "WO",
        "voucher_form": VoucherForm.TT99,
        "copies": Copies.SINGLE,
        "cash_step": Decimal(1000),
    },
    plans=(
        PlanProfile("Gia đình 200M – tháng", Decimal(200_000), 1, 50),
        PlanProfile("Gia đình 200M – 6 tháng", Decimal(1_140_000), 6, 25),
        PlanProfile("Gia đình 500M – năm", Decimal(3_000_000), 12, 20),
        PlanProfile("Văn phòng 500M – tháng", Decimal(450_000), 1, 5, for_firms=True),
    ),
    places=(
        Place("SM-A", "Chung cư Sao Mai – tòa A", "Phạm Quốc Toàn", "A-{floor:02d}{flat:02d}"),
        Place("SM-B", "Chung cư Sao Mai – tòa B", "Đỗ Thị Hạnh", "B-{floor:02d}{flat:02d}"),
    ),
    goods=(
        Good("VT01", "Dây quang", "FTTH 1 sợi", "m", Decimal(4_000)),
        Good("VT02", "Modem quang", "GPON", "cái", Decimal(450_000)),
        Good("VT03", "Bộ phát Wi-Fi", "AX1800", "cái", Decimal(650_000)),
        Good("VT04", "Dây mạng", "Cat 6", "m", Decimal(9_000)),
    ),
    people=(
        Colleague("Vũ Đức Thắng", "Ban quản lý", Role.CHIEF, "chief.hn"),
        Colleague("Trần Thanh Bình", "Ban quản lý", Role.MANAGER, "manager.hn"),
        Colleague("Nguyễn Thị Lan", "Thu ngân", Role.CASHIER, "cashier.hn"),
        Colleague("Lê Quang Minh", "Kỹ thuật", Role.METER_READER, "reader.hn"),
        Colleague("Hoàng Thu Hà", "Lễ tân", Role.RECEPTIONIST, "reception.hn"),
        Colleague("Bùi Văn Dũng", "Kỹ thuật", installs=True),
    ),
    prices={
        PricedOperation.INSTALLATION: Decimal(300_000),
        PricedOperation.HANDLING: Decimal(0),
        PricedOperation.MAINTENANCE: Decimal(0),
        PricedOperation.RELOCATION: Decimal(150_000),
        PricedOperation.TRANSFER: Decimal(100_000),
        PricedOperation.SUSPENSION: Decimal(0),
        PricedOperation.RESUMPTION: Decimal(50_000),
        PricedOperation.PLAN_CHANGE: Decimal(0),
    },
    methods=((Method.CASH, 45), (Method.QR_TRANSFER, 40), (Method.BANK_TRANSFER, 15)),
    notes=(50_000, 100_000, 500_000),
    discount=Decimal(20_000),
    maintenance=Decimal(10_000),
    deposit=Decimal(300_000),
    labour=Decimal(100_000),
    words=Words(
        backdate_reason="Khách đã chuyển khoản, hôm đó chưa nhập",
        discount_reason="Ưu đãi khách hàng lâu năm",
        void_reasons=("Nhập sai số tháng", "Thu trùng"),
        gift_note="Đóng 12 tháng tặng 2 tháng",
        order_note="Gọi điện trước khi đến",
        extras=(("Dây mạng", Decimal(90_000)), ("Phí kiểm tra tại nhà", Decimal(50_000))),
        invoice_address="Số {number} đường Lạc Long Quân, Tây Hồ, Hà Nội",
    ),
    customers=18,
    today=2,
    # No bank has this code: whoever tries a payment code out pays nobody.
    notices={
        "bank_code": "979999",
        "bank_name": "Ngân hàng Mẫu (dữ liệu thử)",
        "account_number": "0123456789",
        "account_holder": "BAN QUAN LY CHUNG CU SAO MAI",
        "counter": "Quầy thu tầng 1, Tòa A",
        "city": "Hà Nội",
        "signer": "Trưởng Ban quản lý",
    },
    buildings=(
        BuildingProfile(
            "A",
            "Tòa A – Chung cư Sao Mai",
            "SM-A",
            "Lạc Long Quân, Tây Hồ, Hà Nội",
            floors=15,
            doors=8,
            number="{floor:02d}{door:02d}",
            metered=(
                Metered(ServiceKind.ELECTRICITY, is_shared=True),
                Metered(ServiceKind.WATER, is_shared=True),
                # Kitchens are in the flats; the plant on the roof cools the shops and the two uppermost floors.
                Metered(ServiceKind.GAS, floors=tuple(range(2, 16))),
                Metered(ServiceKind.AIR_CONDITIONING, floors=(1, 14, 15)),
            ),
        ),
    ),
    tariffs=(
        TariffProfile(ServiceKind.ELECTRICITY, "Điện sinh hoạt", "evn_household"),
        TariffProfile(
            ServiceKind.ELECTRICITY,
            "Điện kinh doanh",
            lines=(
                {"code": "electricity", "kind": "per_unit", "label": "Tiền điện", "quantity": "kwh", "price": "3152"},
                {"code": "vat", "kind": "percentage", "label": "Thuế GTGT 8%", "of": ["electricity"], "percent": "8", "tax": True},
            ),
            # 250 × 3,152 = 788,000; VAT 63,040.
            proof=({"kwh": "250"}, "851040"),
            source="Giá một bậc cho gian hàng kinh doanh, lấy làm ví dụ.",
            unit_kind=UnitKind.SHOP,
        ),
        TariffProfile(ServiceKind.WATER, "Nước sinh hoạt", "hanoi_water"),
        TariffProfile(
            ServiceKind.GAS,
            "Gas tính theo ki-lô-gam",
            "gas_by_kilogram",
            source="Đơn giá và hệ số quy đổi của nhà cung cấp, lấy làm ví dụ.",
        ),
        TariffProfile(
            ServiceKind.AIR_CONDITIONING,
            "Điện điều hòa trung tâm",
            lines=(
                {"code": "electricity", "kind": "per_unit", "label": "Tiền điện điều hòa", "quantity": "kwh", "price": "2870"},
                {"code": "vat", "kind": "percentage", "label": "Thuế GTGT 8%", "of": ["electricity"], "percent": "8", "tax": True},
            ),
            # 180 × 2,870 = 516,600; VAT 41,328.
            proof=({"kwh": "180"}, "557928"),
            source="Giá điện của hệ thống điều hòa trung tâm, lấy làm ví dụ.",
        ),
        TariffProfile(
            ServiceKind.MANAGEMENT,
            "Phí quản lý vận hành",
            "management_fee",
            source="Nghị quyết Hội nghị nhà chung cư: 7.000 đ/m², chưa gồm thuế GTGT.",
        ),
    ),
    proposed=ProposedPrice(
        "Phí quản lý vận hành",
        "7500",
        # 68.53 × 7,500 = 513,975; VAT 41,118.
        ({"m2": "68.53"}, "555093"),
        "Dự thảo Nghị quyết Hội nghị nhà chung cư: 7.500 đ/m², chưa gồm thuế GTGT.",
        "Tăng theo lương tối thiểu vùng và giá điện khu vực chung.",
    ),
)
