"""The office in Shenzhen: broadband for six communities, CNY, simplified Chinese. All names and numbers are invented."""

from __future__ import annotations

from decimal import Decimal

from app.billing.choices import Method, PricedOperation
from app.demonstration.profiles import BuildingProfile, Colleague, Good, OfficeProfile, Place, PlanProfile, TariffProfile, Words
from app.offices.choices import Copies, Currency, Language
from app.places.choices import UnitKind
from app.roles import Role
from app.tariffs.choices import ServiceKind

SHENZHEN = OfficeProfile(
    code="SZ",
    facts={
        "name": "深圳营业厅",
        "language": Language.SIMPLIFIED_CHINESE,
        "currency": Currency.CNY,
        "time_zone": "Asia/Shanghai",
        "legal_name": "深圳市邻里通宽带服务有限公司",
        "short_name": "邻里通宽带",
        "address": "深圳市南山区桃园路 88 号一楼",
        "telephone": "0755-2600 0088",
        "tax_number": "91440300MA5DEMO00X",
        "customer_prefix": "KH",
        "receipt_prefix": "SK",
        "voucher_prefix": "FK",
        "reversal_prefix": "CZ",
        "work_order_prefix": "WO",
        "copies": Copies.SINGLE,
        "cash_step": Decimal("0.10"),
    },
    plans=(
        PlanProfile("家庭 200M 包月", Decimal("50.00"), 1, 40),
        PlanProfile("家庭 200M 包年", Decimal("600.00"), 12, 25),
        PlanProfile("家庭 500M 包月", Decimal("80.00"), 1, 15),
        PlanProfile("家庭 500M 包年", Decimal("900.00"), 12, 12, note="比包月省 60 元"),
        PlanProfile("家庭 1000M 包月", Decimal("120.00"), 1, 6),
        PlanProfile("家庭 1000M 包年", Decimal("1320.00"), 12, 4),
        PlanProfile("企业 500M 包月", Decimal("300.00"), 1, 1, for_firms=True),
        PlanProfile("企业 500M 包年", Decimal("3300.00"), 12, 2, for_firms=True),
    ),
    places=(
        Place("CH", "翠湖花园", "罗建华", "{block}-{unit}-{room}"),
        Place("YG", "阳光棕榈园", "谢春燕", "{block}-{unit}-{room}"),
        Place("HJ", "海景嘉园", "邓志强", "{block} 栋 {room}"),
        Place("TY", "桃源村", "冯丽娟", "{block}-{unit}-{room}"),
        Place("QH", "前海时代", "许文斌", "{block} 座 {room}"),
        Place("LH", "莲花北村", "郑秀兰", "{block}-{unit}-{room}"),
    ),
    goods=(
        Good("C001", "皮线光缆", "GJXH-1B6", "米", Decimal("0.80")),
        Good("C002", "光猫", "GPON 千兆", "台", Decimal("120.00")),
        Good("C003", "无线路由器", "AX3000", "台", Decimal("199.00")),
        Good("C004", "网线", "超六类", "米", Decimal("2.50")),
        Good("C005", "水晶头", "RJ45 六类", "个", Decimal("1.00")),
        Good("C006", "信息面板", "86 型双口", "个", Decimal("12.00")),
        Good("C007", "光纤冷接子", "SC/APC", "个", Decimal("6.50")),
        Good("C008", "线槽", "24×14 mm", "米", Decimal("3.00")),
    ),
    people=(
        Colleague("黄国栋", "总经办", Role.CHIEF, "chief.sz"),
        Colleague("陈晓敏", "营业部", Role.MANAGER, "manager.sz"),
        Colleague("王丽", "营业部", Role.CASHIER, "cashier.sz"),
        Colleague("刘佳怡", "营业部", Role.RECEPTIONIST, "reception.sz"),
        Colleague("张伟", "工程部", Role.INSTALLER, "installer.sz", installs=True),
        Colleague("李国强", "工程部", installs=True),
        Colleague("赵海涛", "工程部", installs=True),
        Colleague("周雪梅", "市场部"),
        Colleague("吴俊杰", "市场部"),
    ),
    prices={
        PricedOperation.INSTALLATION: Decimal("100.00"),
        PricedOperation.HANDLING: Decimal("20.00"),
        PricedOperation.MAINTENANCE: Decimal("0.00"),
        PricedOperation.RELOCATION: Decimal("50.00"),
        PricedOperation.TRANSFER: Decimal("30.00"),
        PricedOperation.SUSPENSION: Decimal("20.00"),
        PricedOperation.RESUMPTION: Decimal("0.00"),
        PricedOperation.PLAN_CHANGE: Decimal("0.00"),
    },
    methods=((Method.WECHAT_PAY, 40), (Method.ALIPAY, 22), (Method.CASH, 26), (Method.CARD, 6), (Method.BANK_TRANSFER, 6)),
    notes=(10, 50, 100),
    discount=Decimal("10.00"),
    maintenance=Decimal("5.00"),
    deposit=Decimal("100.00"),
    labour=Decimal("30.00"),
    words=Words(
        backdate_reason="银行转账，当日未录入",
        discount_reason="老客户优惠",
        void_reasons=("月数录错", "收错客户", "重复收费", "付款方式选错"),
        gift_note="买十二送二",
        order_note="请上门前先打电话",
        extras=(("网线材料费", Decimal("20.00")), ("上门服务费", Decimal("30.00")), ("水晶头更换", Decimal("10.00"))),
        invoice_address="深圳市南山区科苑路 {number} 号",
    ),
    customers=150,
    today=8,
    months_billed=5,
    buildings=(BuildingProfile("QH2", "前海时代 2 座", "QH", "深圳市南山区前海时代 2 座", 10, 3, "{floor}{door:02d}"),),
    tariffs=(
        TariffProfile(
            ServiceKind.ELECTRICITY,
            "居民用电",
            "zhejiang_electricity",
            source="示例：按年累计的阶梯电价，取自浙江的一户一表价格。使用前请核对当地现行文件。",
        ),
        TariffProfile(
            ServiceKind.ELECTRICITY,
            "商铺用电",
            lines=({"code": "electricity", "kind": "per_unit", "label": "电费", "quantity": "kwh", "price": "0.95"},),
            proof=({"kwh": "260"}, "247"),
            source="示例：商铺单一电价。使用前请核对当地现行文件。",
            unit_kind=UnitKind.SHOP,
        ),
        TariffProfile(
            ServiceKind.WATER,
            "自来水",
            lines=(
                {"code": "water", "kind": "per_unit", "label": "水费", "quantity": "m3", "price": "2.95"},
                {"code": "sewage", "kind": "per_unit", "label": "污水处理费", "quantity": "m3", "price": "1.05"},
            ),
            # 15 × 2.95 = 44.25, 15 × 1.05 = 15.75.
            proof=({"m3": "15"}, "60"),
            source="示例：自来水与污水处理费合并收取。使用前请核对当地现行文件。",
        ),
        TariffProfile(
            ServiceKind.MANAGEMENT,
            "物业管理费",
            lines=({"code": "management", "kind": "per_unit", "label": "物业管理费", "quantity": "m2", "price": "3.80"},),
            # 89.37 × 3.80 = 339.606.
            proof=({"m2": "89.37"}, "339.61"),
            source="物业服务合同：每平方米每月 3.80 元。",
        ),
    ),
)
