"""The work of billing runs: chunk by chunk, each in a transaction of its own; one that was killed goes on where it was."""

from __future__ import annotations

from typing import Any

from app.foundation.jobs import Work, run_patiently
from app.foundation.transactions import found
from app.runs.models import BillingRun
from app.runs.operations.calculating import calculate_chunk, end_calculation, units_of_run
from app.runs.operations.posting import end_posting, post_chunk
from app.runs.operations.sharing import apportion_next


def perform_calculation(work: Work) -> dict[str, Any]:
    """Work out every unit of a run."""
    number = int(work.arguments["run"])
    total = units_of_run(found(BillingRun, number))
    while run_patiently(calculate_chunk, run=number):
        work.progress(found(BillingRun, number).units, total)
    while run_patiently(apportion_next, run=number):
        work.pause()
    ended = run_patiently(end_calculation, run=number)
    return {"billed": ended.billed, "faulty": ended.faulty, "total": str(ended.total)}


def perform_posting(work: Work) -> dict[str, Any]:
    """Make charges of everything that a run proposes."""
    number = int(work.arguments["run"])
    while run_patiently(post_chunk, run=number):
        one = found(BillingRun, number)
        work.progress(one.posted, one.billed)
    ended = run_patiently(end_posting, run=number)
    return {"posted": ended.posted, "total": str(ended.posted_total)}
