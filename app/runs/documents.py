"""Bills as rows keep them: numbers as texts, labels in every language they were written in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.tariffs.rules.bill import Bill, BillLine, Label, Tax
from app.tariffs.rules.decimals import plain


def kept_bill(bill: Bill) -> dict[str, Any]:
    """Return a bill as JSON keeps it."""
    return {"lines": [_line(line) for line in bill.lines], "total": plain(bill.total), "taxes": [_tax(tax) for tax in bill.taxes]}


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
