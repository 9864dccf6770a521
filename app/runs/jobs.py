"""The work of billing runs: chunk by chunk, each in a transaction of its own; one that was killed goes on where it was."""

from __future__ import annotations

from typing import Any

from app.foundation.jobs import Work
from app.foundation.transactions import found, run
from app.runs.models import BillingRun
from app.runs.operations.calculating import calculate_chunk, end_calculation, units_of_run
from app.runs.operations.posting import end_posting, post_chunk
from app.runs.operations.sharing import apportion_next


def perform_calculation(work: Work) -> dict[str, Any]:
    """Work out every unit of a run."""
    number = int(work.arguments["run"])
    total = units_of_run(found(BillingRun, number))
    while run(calculate_chunk, run=number).record:
        work.progress(found(BillingRun, number).units, total)
    while run(apportion_next, run=number).record:
        work.pause()
    ended = run(end_calculation, run=number).record
    return {"billed": ended.billed, "faulty": ended.faulty, "total": str(ended.total)}


def perform_posting(work: Work) -> dict[str, Any]:
    """Make charges of everything that a run proposes."""
    number = int(work.arguments["run"])
    while run(post_chunk, run=number).record:
        one = found(BillingRun, number)
        work.progress(one.posted, one.billed)
    ended = run(end_posting, run=number).record
    return {"posted": ended.posted, "total": str(ended.posted_total)}
