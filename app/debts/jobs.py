"""What debts do by themselves: interest of a whole office, the digest for the managing staff in the night."""

from __future__ import annotations

import datetime
from typing import Any

from app.debts.operations.digests import write_digests
from app.debts.operations.interest import post_interest_of
from app.debts.queries.interest import number_of_customers
from app.foundation.database import db
from app.foundation.jobs import Work, run_patiently
from app.foundation.transactions import run

CUSTOMERS_AT_ONCE = 200


def perform_interest(work: Work) -> dict[str, Any]:
    """Post the late interest of everybody in an office, some customers in one transaction; one that was killed goes on where it was."""
    office, day = int(work.arguments["place"]), datetime.date.fromisoformat(work.arguments["day"])
    after = done = 0
    total = int(db.session.scalars(number_of_customers(office, day)).one())
    while people := run_patiently(post_interest_of, office=office, after=after, most=CUSTOMERS_AT_ONCE):
        after, done = people[-1], done + len(people)
        db.session.expunge_all()
        work.progress(done, max(done, total))
    return {"customers": done}


def write_debt_digests(office_id: int, day: datetime.date) -> None:
    """Write the digest of the day for the managing staff whom the policy names, once."""
    run(write_digests, office=office_id, day=day)
