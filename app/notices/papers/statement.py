"""The statement V6c of a customer or a unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.billing.papers.sheet import Logo, Print, day_of, figures
from app.notices.papers.frame import common, money_of
from app.values import formats


def statement_context(content: Mapping[str, Any], print_: Print, collection: Logo | None = None) -> dict[str, Any]:
    """Return everything the template of a statement prints."""
    values, words, s = common(content, print_, collection)
    currency = content["currency"]

    def figure(amount: str) -> str:
        return figures(amount, currency, words) if amount else ""

    ages = "；" if words.is_chinese else "; "
    listed = [s(f"ageing_{bucket}", amount=money_of(amount, content, words)) for bucket, amount in content["ages"].items()]
    return values | {
        "heading": s("title_statement_of_unit" if content.get("is_of_unit") else "title_statement"),
        "span": s(
            "from_to", start=formats.paper_day(day_of(content["start"]), s.locale), end=formats.paper_day(day_of(content["end"]), s.locale)
        ),
        "rows": [
            {
                **row,
                "on": formats.paper_day(day_of(row["on"]), s.locale),
                **{key: figure(row[key]) for key in ("charge", "payment", "balance")},
            }
            for row in content["rows"]
        ],
        "row_count": len(content["rows"]) + 4,
        "opening": figure(content["opening"]),
        "charged": figure(content["charged"]),
        "paid": figure(content["paid"]),
        "closing": figure(content["closing"]),
        "unit_head": s("measured_in", unit=s(f"unit_{currency}")),
        "ages": s("ageing", list=ages.join(listed)) if listed else "",
        "held": s("credit_held", amount=money_of(content["credit"], content, words)) if Decimal(content.get("credit", 0)) > 0 else "",
    }
