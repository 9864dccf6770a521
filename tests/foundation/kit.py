"""The kit: every building block of the pages on one page, light and dark, for those who build pages and for the browser tests.

Registered only where ``COMPONENTS_PAGE`` is set. Its samples are not translated: nobody but developers reads them.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from wtforms import Form, SelectField, StringField

from app.foundation.i18n import LANGUAGES, say
from app.values.choices import Choice

TODAY = datetime.date(2026, 5, 14)

CONTRASTS = (
    ("Text", "", "16.4", "14.4"),
    ("Secondary text", "fh-kit-secondary", "6.4", "7.8"),
    ("Secondary text on page", "fh-kit-page", "5.8", "8.5"),
    ("Accent text, links", "fh-kit-accent", "6.2", "7.4"),
    ("White on primary button", "fh-kit-primary", "6.2", "4.6"),
    ("Active", "tone-good", "6.2", "8.2"),
    ("Pending, information", "tone-info", "6.6", "7.7"),
    ("Expiring, amber", "tone-amber", "5.9", "9.0"),
    ("Expired", "tone-orange", "6.2", "8.3"),
    ("Forced stop, error, red", "tone-bad", "6.4", "7.6"),
    ("Suspended, estimated", "tone-violet", "7.0", "7.9"),
    ("Closed, neutral", "tone-neutral", "6.7", "7.2"),
)


class SampleState(Choice):
    """The states of a line, so that the kit needs no domain."""

    PENDING = "pending", "Pending installation", "info", "clock-hour-4"
    ACTIVE = "active", "Active", "good", "circle-check"
    EXPIRING = "expiring", "Expiring soon", "amber", "hourglass-high"
    EXPIRED = "expired", "Expired", "orange", "calendar-x"
    SUSPENDED = "suspended", "Suspended", "violet", "player-pause"
    FORCED = "forced", "Force-stopped", "bad", "ban"
    CLOSED = "closed", "Closed", "neutral", "archive"


class SampleForm(Form):
    """A field in every condition."""

    months = StringField("Months", default="12", description="A multiple of 12")
    amount = StringField("Amount", default="500.00")
    stop = StringField("Stop date")
    discount = StringField("Discount", default="800.00")
    id_number = StringField("ID number", default="440305********3527")
    community = StringField("Community")
    plan = SelectField("Plan", choices=["200M, 12 months", "500M, 12 months"])


def sample_form(prefix: str) -> SampleForm:
    """Return the form with its errors and doubts; ``prefix`` keeps the ids of the two themes apart."""
    form = SampleForm(prefix=prefix)
    form.stop.locked = "from the periods"  # type: ignore[attr-defined]
    form.discount.errors = ["Not more than the fees, ¥780.00."]
    form.id_number.warning = "The check digit differs. May be saved."  # type: ignore[attr-defined]
    form.community.lookup_url = "/components/lookup"  # type: ignore[attr-defined]
    form.community.chosen = "翠湖花园"  # type: ignore[attr-defined]
    return form


def sample_badges() -> list[list[dict[str, str]]]:
    """Return every state in every language."""
    return [
        [{"tone": state.colour, "icon": state.icon, "text": say(state, locale), "lang": locale.replace("_", "-")} for locale in LANGUAGES]
        for state in SampleState
    ]


def sample_periods() -> list[dict[str, Any]]:
    """Return service periods of every kind."""
    day = datetime.date
    return [
        {"starts_on": day(2025, 8, 20), "ends_on": day(2026, 2, 19), "kind": "paid", "text": "6 months"},
        {"starts_on": day(2026, 2, 20), "ends_on": day(2026, 4, 19), "kind": "gift", "text": "gift"},
        {"starts_on": day(2026, 4, 20), "ends_on": day(2026, 5, 19), "kind": "frozen", "text": ""},
        {"starts_on": day(2026, 5, 20), "ends_on": day(2026, 11, 19), "kind": "proposed", "text": "these 6 months"},
    ]


def sample_charts() -> dict[str, Any]:
    """Return the figures of the two kinds of chart."""
    takings = ((44, 28), (60, 40), (6, 0), (84, 50), (144, 86), (172, 96), (120, 73), (90, 62), (79, 57), (20, 10))
    ages = (
        ("to 30 days", 118420, "age-1"),
        ("31–60 days", 54207, "age-2"),
        ("61–90 days", 23815, "age-3"),
        ("over 90 days", 18493, "age-4"),
    )
    return {
        "sample_columns": [
            {"label": f"{day:02}", "values": [one, other], "text": str(one + other)} for day, (one, other) in enumerate(takings, start=1)
        ],
        "sample_compare": [62, 90, 84, 20, 150, 228, 240, 170, 160, 120],
        "sample_shares": [{"label": age, "value": value, "text": f"{value:,}", "note": "", "fill": fill} for age, value, fill in ages],
    }


def kit_context() -> dict[str, Any]:
    """Return what the page shows."""
    amounts = [
        ("CNY", "1284.50", "-80.00", "150.00", "en"),
        ("HKD", "1896.00", "-80.00", "148.00", "en"),
        ("VND", "3011520", "-150000", "540000", "vi"),
    ]
    return {
        "badges": sample_badges(),
        "themes": [("light", "Components, light", sample_form("light-")), ("dark", "Components, dark", sample_form("dark-"))],
        "amounts": [(currency, *(Decimal(figure) for figure in figures), locale) for currency, *figures, locale in amounts],
        "contrasts": CONTRASTS,
        "periods": sample_periods(),
        "sample_today": TODAY,
        **sample_charts(),
    }
