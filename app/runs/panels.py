"""What billing tells on the page of a building: its newest months, and the way to its charges."""

from __future__ import annotations

from sqlalchemy import select

from app.foundation.database import db
from app.foundation.i18n import FILTERS, month_in_words
from app.foundation.views import action_to, present, record_address
from app.foundation.views.panels import Panel, PanelRow
from app.places.models import Building
from app.runs.models import BillingPeriod
from app.runs.queries import Board, boards_of
from app.values.errors import N_, Message

MOST = 6


def building_periods_panel(building: Building) -> Panel | None:
    """Return the newest periods of a building with how far they are; nothing for whoever may not list them."""
    everything = action_to("BillingPeriodView", N_("All periods"), route="list", building=building.id, office=building.office_id)
    charges = action_to(
        "ServiceChargeView", N_("Service charges"), icon="receipt", route="list", building=building.id, office=building.office_id
    )
    if everything is None:
        return Panel(N_("Service charges"), "receipt", [], add=charges, is_counted=False) if charges else None
    newest = select(BillingPeriod).where(BillingPeriod.building_id == building.id).order_by(BillingPeriod.month.desc()).limit(MOST)
    periods = db.session.scalars(newest).all()
    boards = boards_of(periods)
    return Panel(
        N_("Billing periods"),
        "calendar",
        [
            *(_row(period, boards[period.id]) for period in periods),
            *(PanelRow(Message("Service charges"), href=link["href"], icon="receipt", tone="neutral") for link in present(charges)),
        ],
        hint=N_("A period is opened by the first billing run of its month."),
        add=everything,
        is_counted=False,
    )


def _row(period: BillingPeriod, board: Board) -> PanelRow:
    number = FILTERS["number"]
    said = Message(
        "%(read)s of %(meters)s meters read, %(charges)s charges posted",
        read=number(board.read),
        meters=number(board.meters),
        charges=number(board.charges),
    )
    return PanelRow(month_in_words(period.month), note=said, href=record_address(period), badge=period.period_state, icon="calendar")
