"""The office in Hong Kong: broadband for three estates, HKD, traditional Chinese. All names and numbers are invented."""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import Method, PricedOperation
from app.demonstration.profiles import Colleague, Good, OfficeProfile, Place, PlanProfile, Words
from app.offices.choices import Copies, Currency, Language
from app.roles import Role

HONG_KONG = OfficeProfile(
    code="HK",
    facts={
        "name": "香港營業處",
        "language": Language.TRADITIONAL_CHINESE,
        "currency": Currency.HKD,
        "time_zone": "Asia/Hong_Kong",
        "legal_name": "鄰里通寬頻（香港）有限公司",
        "short_name": "鄰里通寬頻",
        "address": "九龍旺角彌敦道 700 號 12 樓",
        "telephone": "2300 0700",
        "tax_number": "",
        "customer_prefix": "C",
        "receipt_prefix": "R",
        "voucher_prefix": "P",
        "reversal_prefix": "V",
        "work_order_prefix": "WO",
        "copies": Copies.SINGLE,
        "cash_step": Decimal("0.10"),
    },
    plans=(
        PlanProfile("家居 500M 月費", Decimal("118.00"), 1, 40),
        PlanProfile("家居 500M 年費", Decimal("1296.00"), 12, 25),
        PlanProfile("家居 1000M 月費", Decimal("158.00"), 1, 20),
        PlanProfile("家居 1000M 年費", Decimal("1728.00"), 12, 15),
        PlanProfile("商業 1000M 月費", Decimal("398.00"), 1, 1, for_firms=True),
    ),
    places=(
        Place("HY", "海怡灣", "何美玲", "{block} 座 {floor} 樓 {flat} 室"),
        Place("KC", "康城閣", "梁志明", "{block} 座 {floor} 樓 {flat} 室"),
        Place("SL", "麗景花園", "葉淑芬", "{block} 座 {floor} 樓 {flat} 室"),
    ),
    goods=(
        Good("M001", "光纖線", "室內單芯", "米", Decimal("3.00")),
        Good("M002", "光纖數據機", "GPON", "部", Decimal("280.00")),
        Good("M003", "無線路由器", "AX3000", "部", Decimal("398.00")),
        Good("M004", "網線", "Cat 6", "米", Decimal("6.00")),
        Good("M005", "面板", "雙位", "個", Decimal("25.00")),
    ),
    people=(
        Colleague("何耀東", "管理層", Role.CHIEF, "chief.hk"),
        Colleague("黃詠琪", "營業部", Role.MANAGER, "manager.hk"),
        Colleague("陳嘉欣", "營業部", Role.CASHIER, "cashier.hk"),
        Colleague("麥家輝", "工程部", installs=True),
        Colleague("鄧偉雄", "工程部", installs=True),
        Colleague("蔡曉彤", "推廣部"),
    ),
    prices={
        PricedOperation.INSTALLATION: Decimal("380.00"),
        PricedOperation.HANDLING: Decimal("50.00"),
        PricedOperation.MAINTENANCE: Decimal("0.00"),
        PricedOperation.RELOCATION: Decimal("400.00"),
        PricedOperation.TRANSFER: Decimal("150.00"),
        PricedOperation.SUSPENSION: Decimal("50.00"),
        PricedOperation.RESUMPTION: Decimal("50.00"),
        PricedOperation.PLAN_CHANGE: Decimal("0.00"),
    },
    methods=((Method.FPS, 35), (Method.CASH, 30), (Method.CARD, 20), (Method.CHEQUE, 8), (Method.BANK_TRANSFER, 7)),
    notes=(20, 100, 500),
    discount=Decimal("20.00"),
    maintenance=Decimal("10.00"),
    deposit=Decimal("300.00"),
    labour=Decimal("200.00"),
    words=Words(
        backdate_reason="銀行轉賬，當日未入帳",
        discount_reason="舊客戶優惠",
        void_reasons=("月數輸入錯誤", "重複收費"),
        gift_note="繳十二送二",
        order_note="上門前請先致電",
        extras=(("網線材料費", Decimal("60.00")), ("上門費", Decimal("100.00"))),
        invoice_address="香港九龍觀塘道 {number} 號",
    ),
    customers=40,
    today=3,
)
