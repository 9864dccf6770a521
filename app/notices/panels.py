"""What notices tell on the pages of a unit and of a billing period."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.views import action_to, record_address
from app.foundation.views.panels import Panel, PanelRow
from app.notices.choices import NoticeKind
from app.notices.models import Notice, NoticeBatch
from app.places.models import Building, Unit
from app.runs.models import BillingPeriod
from app.values.errors import N_, Message

MOST = 6


def notices_panel(unit: Unit) -> Panel | None:
    """Return the newest papers about a unit; nothing for whoever may not list them."""
    if action_to("NoticeView", "", route="list") is None:
        return None
    rows = db.session.scalars(select(Notice).where(Notice.unit_id == unit.id).order_by(Notice.id.desc()).limit(MOST))
    return Panel(
        N_("Notices"),
        "file-invoice",
        [_row(each) for each in rows],
        hint=N_("Notices and reminders about this unit appear here."),
        add=action_to("NoticeView", N_("New payment-due notice"), icon="file-plus", unit=unit.id, office=unit.office_id),
    )


def _row(notice: Notice) -> PanelRow:
    words = Message("%(issued)s · to pay by %(due)s", issued=notice.issued_on, due=notice.due_on)
    if notice.delivered_by is not None:
        words = Message("%(issued)s · delivered: %(way)s", issued=notice.issued_on, way=notice.delivered_by)
    return PanelRow(
        notice.number, note=words, href=record_address(notice), badge=notice.kind, icon=notice.kind.icon, tone=notice.kind.colour,
        is_over=not notice.is_live,
    )  # fmt: skip


def notices_of_period() -> Select[int, int]:
    """Return how many notices of a period were issued and delivered, for a statement over periods: their board shows it."""
    issued, delivered = func.count().label("issued"), func.count(Notice.delivered_by).label("delivered")
    of_period = Notice.period_id == BillingPeriod.id, Notice.kind == NoticeKind.DUE, Notice.is_live
    return select(issued, delivered).where(*of_period).correlate(BillingPeriod)


def period_panel(period: BillingPeriod) -> Panel | None:
    """Return how many notices of a period were issued and delivered, with its batches; nothing for whoever may not list them."""
    if action_to("NoticeView", "", route="list") is None:
        return None
    counts = select(func.count(), func.count(Notice.delivered_by)).where(
        Notice.period_id == period.id, Notice.kind == NoticeKind.DUE, Notice.is_live
    )
    issued, delivered = db.session.execute(counts).one()
    batches = db.session.scalars(select(NoticeBatch).where(NoticeBatch.period_id == period.id).order_by(NoticeBatch.id.desc()).limit(MOST))
    return Panel(
        N_("Notices"),
        "file-invoice",
        [_batch_row(each) for each in batches],
        lead=Message("%(issued)s notices issued, %(delivered)s delivered.", issued=issued, delivered=delivered),
        hint=N_("Make the notices of the period once its charges are posted."),
        add=action_to("NoticeBatchView", N_("Make notices"), icon="files", kind="due", period=period.id, office=period.office_id),
    )


def _batch_row(batch: NoticeBatch) -> PanelRow:
    words = Message("%(count)s notices", count=FILTERS["number"](batch.issued))
    return PanelRow(words, note=FILTERS["moment"](batch.created_at), href=record_address(batch), icon="files", is_over=batch.size is None)


def building_notices_panel(building: Building) -> Panel | None:
    """Return the newest batches of a building's papers, and the way to all of them; nothing for whoever may not list them."""
    here: dict[str, Any] = {"building": building.id, "office": building.office_id}
    everything = action_to("NoticeView", N_("All notices"), route="list", icon="files", **here)
    if everything is None:
        return None
    newest = select(NoticeBatch).where(NoticeBatch.building_id == building.id).order_by(NoticeBatch.id.desc()).limit(MOST)
    rows = [_batch_row(each) for each in db.session.scalars(newest)]
    hint = N_("Make the notices of the period once its charges are posted.")
    return Panel(N_("Notices"), "file-invoice", rows, hint=hint, add=everything)
