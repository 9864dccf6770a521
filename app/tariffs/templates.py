"""Templates 模板 / mẫu: fee formulas to begin with, each with its source, its date and examples worked by hand.

They are copied into a draft, never used as they are: prices change, so every one of them says ``CHECK_DECISION``.
Facts are named as billing names them: ``kwh``, ``m3``, ``m2``, ``persons``, and ``ytd`` for what was charged since the year began.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.tariffs.rules.decimals import plain
from app.values.errors import N_
from app.values.money import step

CHECK_DECISION = N_("Prices change: check the current decision before you use this.")


@dataclass(frozen=True)
class Example:
    """Facts of a unit and the total that they must give."""

    facts: dict[str, str]
    total: str


@dataclass(frozen=True)
class Template:
    """A fee formula to begin with; ``name`` and ``source`` are message ids, ``prices_of`` is the day or year of the prices, where known."""

    code: str
    name: str
    currency: str
    source: str
    prices_of: str | None
    recipe: dict[str, Any]
    examples: Sequence[Example] = field(default_factory=tuple)


def templates_for(currency: str) -> list[Template]:
    """Return the templates whose prices are in ``currency``, and a blank one at the end."""
    return [*(template for template in TEMPLATES if template.currency == currency), blank(currency)]


def blank(currency: str) -> Template:
    """Return the fee formula that charges nothing yet, rounded to the smallest amount of ``currency``."""
    line = {"code": "fee", "kind": "flat", "label": _FEE, "amount": "0"}
    recipe = {"rounding": plain(step(currency)), "lines": [line]}
    return Template("blank", N_("Blank formula"), currency, N_("Nothing is charged yet."), None, recipe, (Example({}, "0"),))


def _label(en: str, zh_hans: str, zh_hant: str, vi: str) -> dict[str, str]:
    return {"en": en, "zh_Hans": zh_hans, "zh_Hant": zh_hant, "vi": vi}


def _tiers(*tiers: tuple[str | None, str]) -> list[dict[str, str | None]]:
    return [{"up_to": up_to, "price": price} for up_to, price in tiers]


def _vat(code: str, of: Sequence[str], percent: str) -> dict[str, Any]:
    label = _label(f"VAT {percent}%", f"增值税{percent}%", f"增值稅{percent}%", f"Thuế GTGT {percent}%")
    return {"code": code, "kind": "percentage", "label": label, "of": list(of), "percent": percent, "tax": True}


_FEE = _label("Fee", "费用", "費用", "Phí")
_ELECTRICITY = _label("Electricity", "电费", "電費", "Tiền điện")
_WATER = _label("Water", "水费", "水費", "Tiền nước")
_GAS = _label("Gas", "燃气费", "燃氣費", "Tiền gas")
_MANAGEMENT = _label("Management fee", "物业管理费", "物業管理費", "Phí quản lý")
_DRAINAGE = _label("Drainage 25%", "排水费25%", "排水費25%", "Dịch vụ thoát nước 25%")
_ENVIRONMENT = _label("Environment fee 10%", "环境保护费10%", "環境保護費10%", "Phí bảo vệ môi trường 10%")

EVN_HOUSEHOLD = Template(
    "evn_household",
    N_("Household electricity, Vietnam (EVN)"),
    "VND",
    N_("EVN retail prices for households. VAT is typed separately."),
    "2025-05-10",
    {
        "rounding": "1",
        "lines": [
            {
                "code": "electricity",
                "kind": "graduated",
                "label": _ELECTRICITY,
                "quantity": "kwh",
                "tiers": _tiers(("50", "1984"), ("100", "2050"), ("200", "2380"), ("300", "2998"), ("400", "3350"), (None, "3460")),
            },
            _vat("vat", ["electricity"], "8"),
        ],
    },
    (Example({"kwh": "0"}, "0"), Example({"kwh": "45"}, "96422"), Example({"kwh": "100"}, "217836"), Example({"kwh": "520"}, "1608876")),
)

HCMC_WATER = Template(
    "hcmc_water",
    N_("Household water by head, Ho Chi Minh City"),
    "VND",
    N_("Trung An water company. The drainage percentage and its VAT are an example."),
    "2022",
    {
        "rounding": "1",
        "lines": [
            {
                "code": "water",
                "kind": "graduated",
                "label": _WATER,
                "quantity": "m3",
                "tiers": _tiers(("4", "6700"), ("6", "12900"), (None, "14400")),
                "scale_by": ["persons"],
            },
            _vat("vat", ["water"], "5"),
            {"code": "drainage", "kind": "percentage", "label": _DRAINAGE, "of": ["water"], "percent": "25"},
            _vat("drainage_vat", ["drainage"], "8"),
        ],
    },
    # 18 m³ for one: 26,800 + 25,800 + 172,800 = 225,400; VAT 11,270; drainage 56,350; its VAT 4,508.
    (Example({"m3": "15", "persons": "3"}, "157212"), Example({"m3": "18", "persons": "1"}, "297528")),
)

HANOI_WATER = Template(
    "hanoi_water",
    N_("Household water, Hanoi"),
    "VND",
    N_("Hanoi water prices. The price of the last tier is the proposed one."),
    "2024",
    {
        "rounding": "1",
        "lines": [
            {
                "code": "water",
                "kind": "graduated",
                "label": _WATER,
                "quantity": "m3",
                "tiers": _tiers(("10", "8500"), ("20", "9900"), ("30", "16000"), (None, "27000")),
            },
            _vat("vat", ["water"], "5"),
            {"code": "environment", "kind": "percentage", "label": _ENVIRONMENT, "of": ["water"], "percent": "10"},
        ],
    },
    # 34 m³: 85,000 + 99,000 + 160,000 + 108,000 = 452,000; VAT 22,600; environment 45,200.
    (Example({"m3": "10"}, "97750"), Example({"m3": "34"}, "519800")),
)

ZHEJIANG_ELECTRICITY = Template(
    "zhejiang_electricity",
    N_("Household electricity with an annual ladder, Zhejiang"),
    "CNY",
    N_("Zhejiang prices for homes with a meter of their own. The year of the decision is not given in the source."),
    None,
    {
        "rounding": "0.01",
        "lines": [
            {
                "code": "electricity",
                "kind": "graduated",
                "label": _ELECTRICITY,
                "quantity": "kwh",
                "tiers": _tiers(("2760", "0.538"), ("4800", "0.588"), (None, "0.838")),
                "used": "ytd",
            }
        ],
    },
    # 100 kWh at 0.538; then across 2,760: 60 × 0.538 + 120 × 0.588.
    (Example({"kwh": "100", "ytd": "0"}, "53.8"), Example({"kwh": "180", "ytd": "2700"}, "102.84")),
)

JUNLIAN_WATER = Template(
    "junlian_water",
    N_("Water of a shared meter, Junlian county"),
    "CNY",
    N_("Junlian county price for shared meters. The year of the decision is not given in the source."),
    None,
    {
        "rounding": "0.01",
        "lines": [{"code": "water", "kind": "per_unit", "label": _WATER, "quantity": "m3", "price": "1.56"}],
    },
    (Example({"m3": "412"}, "642.72"), Example({"m3": "0"}, "0")),
)

GAS_BY_KILOGRAM = Template(
    "gas_by_kilogram",
    N_("Gas metered in m³, priced by kilogram"),
    "VND",
    N_("An example. Factor and price are those of your supplier."),
    None,
    {
        "rounding": "1",
        "lines": [
            {
                "code": "gas",
                "kind": "per_unit",
                "label": _GAS,
                "quantity": "m3",
                "factor": "2.05",
                "quantity_step": "0.01",
                "price": "28500",
            },
            _vat("vat", ["gas"], "8"),
        ],
    },
    # 12.347 m³ are 25.31135 kg, charged are 25.31: 721,335 + 57,707 (57,706.8).
    (Example({"m3": "12.347"}, "779042"),),
)

MANAGEMENT_FEE = Template(
    "management_fee",
    N_("Management fee by area"),
    "VND",
    N_("An example. The price per m² is that of your building."),
    None,
    {
        "rounding": "1",
        "lines": [
            {"code": "management", "kind": "per_unit", "label": _MANAGEMENT, "quantity": "m2", "price": "7000"},
            _vat("vat", ["management"], "8"),
        ],
    },
    # 68.53 × 7,000 = 479,710; VAT 38,376.8.
    (Example({"m2": "68.53"}, "518087"),),
)

TEMPLATES = (EVN_HOUSEHOLD, HCMC_WATER, HANOI_WATER, ZHEJIANG_ELECTRICITY, JUNLIAN_WATER, GAS_BY_KILOGRAM, MANAGEMENT_FEE)
