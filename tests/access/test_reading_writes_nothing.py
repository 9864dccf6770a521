"""Asking by GET or HEAD leaves every table as it was (hole H3): a picture on another site must not be able to do anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.foundation.database import db
from tests.access.cells import addresses
from tests.access.ground import Ground, undone
from tests.access.objects import MISSING
from tests.access.writes import Watch

# What may be written all the same, as (address, table), each with its reason.
ALLOWED = {
    # The contract of the API says GET; a program's token is in no browser, so no other site can ask for it.
    ("GET /receipts/{id}.pdf", "printing"): "every printing of a receipt is logged, and marked on the paper",
    ("GET /receipts/{id}.pdf", "trace"): "the log of the printing",
    ("GET /renewal_notices/{id}.pdf", "renewal_notice"): "counts its printings, and marks them on the paper",
    ("GET /renewal_notices/{id}.pdf", "log_entry"): "the log of the printing",
}
# A list carried out of the house leaves its entry in the log, and only that.
CARRIED_OUT = {"export", "corrected", "sheet"}
# Every refusal of a right leaves its entry in the log, and only that.
OF_A_REFUSAL = {"log_entry"}
READERS = ("chen", "ada", "wang", "shen")


@contextmanager
def watched(ground: Ground) -> Iterator[dict[str, set[str]]]:
    """Collect, under the address as sent, the tables that each request changes."""
    found: dict[str, set[str]] = {}
    with undone():
        watch = Watch()

    def note(answer: TestResponse) -> None:
        found[answer.request.path] = watch.changed() - (OF_A_REFUSAL if answer.status_code == 403 else set())

    ground.watch = note
    try:
        yield found
    finally:
        ground.watch = None


@pytest.mark.parametrize("username", READERS)
def test_no_table_changes_when_a_page_is_only_asked_for(ground: Ground, username: str) -> None:
    ground.cookie(username), ground.token(username)
    wrong = []
    with watched(ground) as written:
        for address in addresses(ground.app):
            for method in sorted({"GET", "HEAD"} & address.methods):
                numbers = {address.number_of(ground.records["SH"]), MISSING} if address.record else {0}
                for number in sorted(numbers):
                    send = ground.call if address.is_api else ground.open
                    target = address.with_record(number)
                    send(username, method, target, query_string={"subscription": ground.records["SH"]["Subscription"]})
                    is_file = address.name.rpartition(".")[2] in CARRIED_OUT or address.name.startswith("GET /reports/")
                    logged = {"log_entry"} if is_file else set()
                    tables = {table for table in written[target] - logged if (address.name, table) not in ALLOWED}
                    wrong += [f"{method} {address.name} wrote {table}" for table in sorted(tables)]
    assert not wrong, "\n".join(wrong)


def test_a_form_sent_by_head_does_nothing(ground: Ground) -> None:
    """HEAD needs no token against other sites; a form that comes with it must not be read."""
    records = ground.records["SH"]
    form = {"name": "新小区", "code": "XQ-HEAD", "subscription": records["Subscription"], "months": 1, "method": "cash"}
    form |= {"receipt": records["Receipt"], "reason": "录错", "username": "wang", "password": "x", "key": "head-1"}
    ground.cookie("chen")
    wrong = []
    with watched(ground) as written:
        for address in addresses(ground.app):
            if address.is_api or not {"HEAD", "POST"} <= address.methods:
                continue
            target = address.with_record(address.number_of(records))
            answer = ground.open("chen", "HEAD", target, data=form)
            if written[target] or answer.status_code not in {200, 302, 403, 404}:
                wrong.append(f"{address.name} gave {answer.status_code} and wrote {written[target]}")
    assert not wrong, "\n".join(wrong)


def test_the_watch_sees_what_is_written(ground: Ground) -> None:
    records = ground.records["SH"]
    ground.cookie("chen")
    with watched(ground) as written:
        ground.open("chen", "POST", f"/communityview/delete/{records['Material']}")
        ground.open("chen", "POST", f"/materialview/delete/{records['Material']}")
        ground.open("chen", "POST", f"/receiptview/paper/{records['Receipt']}")
    assert "material" in written[f"/materialview/delete/{records['Material']}"]
    assert "printing" in written[f"/receiptview/paper/{records['Receipt']}"]
    with undone():
        watch = Watch()
        db.session.connection().execute(text("UPDATE community SET note = note || '.'"))
        assert watch.changed() == {"community", "trace"}
