"""Bills as rows keep them: numbers as texts, labels in every language they were written in, and how each can be computed again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.runs.rules.unit_bills import Rated, Share
from app.tariffs.rules.bill import Bill, BillLine, Label, Tax
from app.tariffs.rules.decimals import plain


def kept_bill(bill: Bill, rated: Rated | None = None) -> dict[str, Any]:
    """Return a bill as JSON keeps it, with how it was ``rated``."""
    kept = {"lines": [_line(line) for line in bill.lines], "total": plain(bill.total), "taxes": [_tax(tax) for tax in bill.taxes]}
    return kept if rated is None else {**kept, "rated": _rated(rated)}


def kept_share(share: Share) -> dict[str, Any]:
    """Return a unit's part of a bill of shared meters as JSON keeps it, with the whole bill."""
    whole = share.whole
    return {
        "by": share.by.value,
        "quantity": plain(whole.quantity) if whole.quantity is not None else None,
        "whole": plain(whole.bill.total),
        "weight": plain(share.weight),
        "weights": plain(share.weights),
        "of_unit": plain(share.of_unit),
        "days": share.days,
        "of_days": share.of_days,
        "starts_on": whole.starts_on.isoformat(),
        "ends_on": whole.ends_on.isoformat(),
        "bill": kept_bill(whole.bill, whole.rated),
    }


def read_rated(kept: Mapping[str, Any]) -> Rated | None:
    """Return how a kept bill was rated; None for one that was kept without it."""
    rated = kept.get("rated")
    if rated is None:
        return None
    return Rated(
        rated["days"],
        rated["of_days"],
        tuple((version, days) for version, days in rated["versions"]),
        frozenset(rated["metered"]),
        Decimal(rated["step"]),
        rated["periods"],
        Decimal(rated["charged"]),
    )


def read_bill(kept: Mapping[str, Any]) -> Bill:
    """Return the bill that ``kept_bill`` wrote."""
    lines = tuple(
        BillLine(
            line["code"],
            line["label"],
            Decimal(line["quantity"]),
            Decimal(line["unit_price"]),
            Decimal(line["amount"]),
            line.get("tier"),
            line.get("part"),
            line.get("is_tax", False),
        )
        for line in kept["lines"]
    )
    taxes = tuple(
        Tax(
            tax["code"],
            tax["label"],
            tuple(tax["of"]),
            Decimal(tax["percent"]),
            Decimal(tax["base"]),
            Decimal(tax["amount"]),
            tax["is_included"],
        )
        for tax in kept["taxes"]
    )
    return Bill(lines, Decimal(kept["total"]), taxes)


def kept_facts_of_bill(facts: Mapping[str, object]) -> dict[str, str]:
    """Return the facts of a bill as JSON keeps them."""
    return {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in facts.items()}


def _rated(rated: Rated) -> dict[str, Any]:
    return {
        "days": rated.days,
        "of_days": rated.of_days,
        "versions": [list(each) for each in rated.versions],
        "metered": sorted(rated.metered),
        "step": plain(rated.step),
        "periods": rated.periods,
        "charged": plain(rated.charged),
    }


def _line(line: BillLine) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "code": line.code,
        "label": _label(line.label),
        "quantity": plain(line.quantity),
        "unit_price": plain(line.unit_price),
        "amount": plain(line.amount),
    }
    if line.tier is not None:
        kept["tier"] = line.tier
    if line.part is not None:
        kept["part"] = line.part
    if line.is_tax:
        kept["is_tax"] = True
    return kept


def _tax(tax: Tax) -> dict[str, Any]:
    return {
        "code": tax.code,
        "label": _label(tax.label),
        "of": list(tax.of),
        "percent": plain(tax.percent),
        "base": plain(tax.base),
        "amount": plain(tax.amount),
        "is_included": tax.is_included,
    }


def _label(label: Label) -> str | dict[str, str]:
    return label if isinstance(label, str) else dict(label)
