"""Part I of a notice: what each service came to, with readings, tiers, taxes and quota, as text in the resident's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.billing.models import Charge
from app.metering.choices import WarningColour
from app.metering.models import Reading
from app.notices.captions import words
from app.notices.documents.frame import Sender, charged_name, service_name
from app.notices.queries import Known
from app.notices.rules.tier_ranges import TierRange, quota_of, tier_ranges
from app.runs.models import ServiceCharge
from app.runs.rules.unit_bills import CHARGED_BEFORE
from app.tariffs.choices import ServiceKind
from app.tariffs.rules.bill import label_in
from app.values import formats
from app.values.money import currency_of, sum_of

KWH = "kWh"
ELECTRIC = (ServiceKind.ELECTRICITY, ServiceKind.AIR_CONDITIONING)
WARNING = (WarningColour.RED, WarningColour.AMBER)


def service_block(charge: ServiceCharge, known: Known, sender: Sender, locale: str) -> dict[str, Any]:
    """Return one service: its own row, and the rows that explain it."""
    if charge.share is not None:
        return _shared_block(charge, sender, locale)
    readings = sorted(
        (known.readings[each] for each in charge.readings if each in known.readings), key=lambda each: (each.read_on, each.id)
    )
    single = _as_one(readings)
    service = charge.service
    return {
        "name": service_name(service, sender.office, locale),
        "is_metered": service.is_metered,
        "start": charge.part_start.isoformat(),
        "end": charge.part_end.isoformat(),
        "measure": service.measure if service.is_metered else "",
        "previous": figure(single[0].previous_value, locale) if single else "",
        "current": figure(single[-1].value, locale) if single else "",
        "quantity": figure(charge.quantity, locale) if charge.quantity is not None else "",
        "amount": str(charge.total),
        "asked": asked_for(charge.charge),
        "is_estimate": charge.is_estimate,
        "rows": [*([] if single else _reading_rows(readings, service.kind, locale)), *_bill_rows(charge, known, readings, sender, locale)],
        "meters": list(dict.fromkeys(each.meter.serial for each in readings)),
        "read_on": max((each.read_on for each in readings), default=charge.part_end).isoformat() if readings else "",
        **unusual_of(readings, locale),
    }


def _shared_block(charge: ServiceCharge, sender: Sender, locale: str) -> dict[str, Any]:
    """Return the unit's part of the building's shared meters: by which key, and of which whole."""
    share: Mapping[str, Any] = charge.share or {}
    whole = formats.money(Decimal(share["whole"]), sender.currency, locale, symbol=False)
    weights = {name: figure(Decimal(share[name]), locale) for name in ("weight", "weights")}
    text = words(f"shared_{share['by']}", locale, whole=whole, **weights)
    return {
        **dict.fromkeys(("measure", "previous", "current", "quantity", "read_on", "mean"), ""),
        "name": charged_name(charge, sender.office, locale),
        "is_metered": True,
        "start": charge.part_start.isoformat(),
        "end": charge.part_end.isoformat(),
        "amount": str(charge.total),
        "asked": asked_for(charge.charge),
        "is_estimate": charge.is_estimate,
        "rows": [{"text": text, "amount": str(charge.total)}],
        "meters": [],
        "unusual": None,
    }


def asked_for(charge: Charge) -> str:
    """Return what a charge asks for after its adjustments, paid or not."""
    return str(charge.total + charge.adjusted - charge.written_off)


def figure(value: Decimal | None, locale: str) -> str:
    """Return a number without the noughts behind its last figure."""
    return "" if value is None else formats.number(value, locale)


def _as_one(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Return the readings where they are one row: of one meter, which counted plainly; nothing where each needs a row of its own."""
    plain = all(each.factor == 1 and not each.rolled_over for each in readings)
    return readings if plain and len({each.installation_id for each in readings}) == 1 else ()


def _reading_rows(readings: Sequence[Reading], kind: ServiceKind, locale: str) -> list[dict[str, Any]]:
    of_place = {each.installation_id: each for each in readings}
    replaced = {each.installation.replaces_id for each in readings} & set(of_place)
    noun = "meter" if kind in ELECTRIC else "clock"
    rows = []
    for each in readings:
        key = (
            f"old_{noun}"
            if each.installation_id in replaced
            else f"new_{noun}"
            if each.installation.replaces_id in of_place
            else f"a_{noun}"
        )
        text = words(key, locale, serial=each.meter.serial)
        if each.factor != 1:
            text = words("multiplied", locale, text=text, factor=figure(each.factor, locale))
        if each.rolled_over:
            text = words("rolled_over", locale, text=text)
        rows.append(
            {
                "text": text,
                "previous": figure(each.previous_value, locale),
                "current": figure(each.value, locale),
                "quantity": figure(each.consumption, locale),
            }
        )
    return rows


def _bill_rows(charge: ServiceCharge, known: Known, readings: Sequence[Reading], sender: Sender, locale: str) -> list[dict[str, Any]]:
    bill: Mapping[str, Any] = charge.bill
    recipes = [known.recipes[each] for each in charge.versions if each in known.recipes]
    lines = {line["code"]: line for recipe in recipes for line in recipe.get("lines", ())}
    is_plain = len(charge.versions) == 1 and not any(each.estimated_periods for each in readings)
    tiered = {line["code"] for line in bill.get("lines", ()) if line.get("tier")}
    rows: list[dict[str, Any]] = []
    for line in bill.get("lines", ()):
        recipe = lines.get(line["code"], {})
        ranges = tier_ranges(recipe, charge.facts) if is_plain and recipe else ()
        text = _text(line, recipe, charge, ranges, alone=len(tiered) == 1, locale=locale)
        if line.get("part", 1) > 1 and (day := known.starts.get(charge.versions[min(line["part"], len(charge.versions)) - 1])):
            text = words("price_part", locale, text=text, day=formats.paper_day(day, locale))
        rows.append({"text": text, "amount": line["amount"], **_factors(line, recipe, charge, sender, locale)})
    return [*rows, *_quotas(lines.values(), charge, locale)]


def _text(
    line: Mapping[str, Any], recipe: Mapping[str, Any], charge: ServiceCharge, ranges: Sequence[TierRange], *, alone: bool, locale: str
) -> str:
    label = words("charged_before", locale) if line["code"] == CHARGED_BEFORE else label_in(line["label"], locale)
    if not line.get("tier"):
        is_share = bool(line.get("is_tax")) or recipe.get("kind") == "percentage"
        percent = f"{figure(Decimal(line['unit_price']), locale)}%"
        return words("with_percent", locale, text=label, percent=percent) if is_share and "%" not in label else label
    tier = words("tier" if charge.service.kind in ELECTRIC else "tier_of_water", locale, n=line["tier"])
    if line["tier"] <= len(ranges):
        reach = range_in_words(ranges[line["tier"] - 1], charge.service.measure, locale)
        tier = words("tier_range", locale, tier=tier, range=reach)
    return tier if alone else words("line_with_label", locale, label=label, tier=tier)


def range_in_words(tier: TierRange, measure: str, locale: str) -> str:
    """Return from where to where a tier reaches: kilowatt-hours are counted in whole ones, 51–100; what flows is not."""
    low, high = figure(tier.low, locale), figure(tier.high, locale)
    if measure == KWH:
        if tier.high is None:
            return words("range_over", locale, low=low)
        whole = tier.low == tier.low.to_integral_value()
        return words("range_between", locale, low=figure(tier.low + 1, locale) if tier.low and whole else low, high=high)
    if tier.high is None:
        return words("range_above", locale, low=low, measure=measure)
    if not tier.low:
        return words("range_first", locale, high=high, measure=measure)
    return words("range_above_to", locale, low=low, high=high, measure=measure)


def _factors(line: Mapping[str, Any], recipe: Mapping[str, Any], charge: ServiceCharge, sender: Sender, locale: str) -> dict[str, str]:
    """Return measure, quantity and price of a line; none for what is a share of other lines, and where they do not give the amount."""
    quantity, price, amount = Decimal(line["quantity"]), Decimal(line["unit_price"]), Decimal(line["amount"])
    if line.get("is_tax") or recipe.get("kind") in ("percentage", "prorate", "minimum", "maximum", "included_tax"):
        return {}
    if line["code"] == CHARGED_BEFORE or recipe.get("kind") == "flat":
        return {}
    is_measured = bool(line.get("tier")) or recipe.get("kind") == "per_unit"
    decimals = max(currency_of(sender.currency).decimals, _places(price))
    shown = {"quantity": figure(quantity, locale), "price": formats.number(price, locale, decimals=decimals)}
    if amount and not quantity * price:
        return {}
    return {"measure": charge.service.measure if is_measured else "", **shown}


def _places(value: Decimal) -> int:
    return max(-int(value.normalize().as_tuple().exponent), 0)


def _quotas(lines: Any, charge: ServiceCharge, locale: str) -> list[dict[str, Any]]:
    found = [quota for line in lines if (quota := quota_of(line, charge.facts)) is not None]
    measure = charge.service.measure
    return [
        {
            "text": words("quota", locale, persons=figure(each.persons, locale), limit=figure(each.limit, locale), measure=measure),
            "amount": "",
        }
        for each in found[:1]
    ]


def unusual_of(readings: Sequence[Reading], locale: str) -> dict[str, Any]:
    """Return the mean of three months, and by how much consumption differs from it where that is unusual."""
    if not readings or any(each.mean is None for each in readings):
        return {"mean": "", "unusual": None}
    mean, used = sum_of(each.mean or Decimal(0) for each in readings), sum_of(each.consumption for each in readings)
    warned = any(each.colour in WARNING for each in readings) and mean > 0
    difference = (used - mean) / mean * 100 if warned else Decimal(0)
    percent = f"{figure(abs(difference).quantize(Decimal(1), ROUND_HALF_UP), locale)}%"
    return {
        "mean": formats.number(mean, locale, decimals=0 if mean >= 10 else 1),
        "unusual": {"percent": percent, "is_above": difference > 0} if warned else None,
    }
