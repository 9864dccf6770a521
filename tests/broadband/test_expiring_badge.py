"""The list of subscribers says which active lines stop soon; their status is still "active"."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.broadband.choices import Attention, SubscriptionStatus
from app.broadband.models import Subscription
from app.foundation.database import db
from tests import factories
from tests.pages.conftest import signed_in


# Paid for one month from 1 May: the line stops on 31 May.
@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2026-05-15", SubscriptionStatus.ACTIVE),
        ("2026-05-16", Attention.EXPIRING),
        ("2026-05-31", Attention.EXPIRING),
        ("2026-06-01", SubscriptionStatus.EXPIRED),
    ],
)
def test_a_line_expires_soon_within_fifteen_days(app: Flask, day: str, shown: object) -> None:
    line = factories.an_active_line("2026-05-01")
    factories.paid(line, "2026-05-01", 1)
    with factories.on_day(day), factories.acting("chen"):
        assert db.session.scalars(select(Subscription)).one().shown_status is shown


def test_the_list_says_so_and_the_tab_of_active_lines_keeps_it(app: Flask) -> None:
    line = factories.an_active_line("2026-05-01", broadband_account="soon501")
    factories.paid(line, "2026-05-01", 1)
    with factories.on_day("2026-05-20"):
        page = signed_in(app, "chen").get("/subscriptionview/list/?status=active").get_data(as_text=True)
    assert "soon501" in page
    assert "即将到期" in page
