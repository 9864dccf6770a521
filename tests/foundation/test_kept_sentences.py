"""A sentence that is kept and told later is the same sentence, whatever its facts are."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from app.broadband.choices import StopReason
from app.foundation.i18n import say
from app.foundation.kept_sentences import kept_facts, told
from app.values.errors import Message

FACTS: list[Any] = [
    "sz0001",
    7,
    None,
    Decimal("1284.50"),
    datetime.date(2026, 5, 14),
    datetime.datetime(2026, 5, 14, 12, 30, tzinfo=datetime.UTC),
    StopReason.ARREARS,
    Message("Stop date %(date)s", date=datetime.date(2026, 5, 14)),
    [Decimal(15), Decimal(7)],
]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant", "vi"])
@pytest.mark.parametrize("fact", FACTS, ids=str)
def test_it_is_told_as_it_was_said(fact: Any, locale: str) -> None:
    sentence = Message("Reason: %(reason)s", reason=fact)
    kept = json.loads(json.dumps(kept_facts(sentence)))
    assert say(told(sentence.message_id, kept), locale) == say(sentence, locale)


@pytest.mark.usefixtures("app")
def test_amounts_keep_their_currency() -> None:
    sentence = Message("Take %(amount)s", amount=Decimal("20.00"), currency="CNY")
    assert say(told(sentence.message_id, kept_facts(sentence)), "en") == "Take ¥20.00"
