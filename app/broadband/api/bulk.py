"""One operation over many lines: begun here, done in the background, a result per line."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import joinedload

from app.broadband.choices import BulkOutcome, BulkState, StopReason, SubscriptionOperation
from app.broadband.models import BulkRow, BulkRun
from app.broadband.operations.bulk import MOST_LINES, BulkTerms, begin_bulk
from app.foundation.api import (
    Answer,
    Body,
    Code,
    Given,
    Look,
    Moment,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    done,
    office_or_first,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.transactions import run

routes = Routes("Many lines at once")


class BulkRunBody(Body):
    """Which lines, and what is done to each: ``force_stop`` (``reason`` is its kind) or ``resume``."""

    office = Reference()
    operation = Code(SubscriptionOperation, required=True)
    reason = Code(StopReason)
    note = Text(TEXT)
    subscriptions = Rows(Reference(), required=True, most=MOST_LINES)


class BulkRunAnswer(Answer):
    id = Reference()
    office = Reference(attribute="office_id")
    operation = Code(SubscriptionOperation)
    reason = Code(StopReason, attribute="stop_reason")
    note = Text()
    state = Code(BulkState, attribute="bulk_state")
    total = Whole()
    done = Whole()
    refused = Whole()
    job = Reference(attribute="job_id")
    entered_by = Text(attribute="created_by.username")
    entered_at = Moment(attribute="created_at")
    ended_at = Moment()


class BulkRowAnswer(Answer):
    id = Reference()
    bulk_run = Reference(attribute="bulk_run_id")
    position = Whole()
    subscription = Reference(attribute="subscription_id")
    broadband_account = Text(attribute="subscription.broadband_account")
    outcome = Code(BulkOutcome)
    result = Text(attribute="sentence")


RUN = Look(BulkRunAnswer)

records(
    routes,
    "bulk_runs",
    BulkRun,
    view="BulkRunView",
    look=RUN,
    filters={"operation": same_code(BulkRun.operation, SubscriptionOperation), "state": same_code(BulkRun.bulk_state, BulkState)},
    loads=(joinedload(BulkRun.created_by),),
)
records(
    routes,
    "bulk_rows",
    BulkRow,
    view="BulkRowView",
    look=Look(BulkRowAnswer),
    filters={
        "bulk_run": same_record(BulkRow.bulk_run_id),
        "subscription": same_record(BulkRow.subscription_id),
        "outcome": same_code(BulkRow.outcome, BulkOutcome),
    },
    loads=(joinedload(BulkRow.subscription),),
)


@routes.post("/bulk_runs", may=("BulkRunView", "can_add"), takes=BulkRunBody, gives=RUN, moves_money=True, status=202)
def begin(body: dict[str, Any], key: str) -> Given:
    """Do an operation to many lines in the background, each by itself: a refused one leaves the others as they are."""
    terms = BulkTerms(operation=body["operation"], stop_reason=body.get("reason"), note=body.get("note", ""))
    lines = tuple(body["subscriptions"])
    return done(run(begin_bulk, key=key, office=office_or_first(body.get("office")), lines=lines, terms=terms), 202)
