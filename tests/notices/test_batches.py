"""The papers of a building as one file: floor by floor, each paper once, delivered and cleared away together."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from app.foundation.database import db
from app.foundation.jobs import patience
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.notices import jobs
from app.notices.choices import DeliveryWay, NoticeKind
from app.notices.jobs import forget_batch_files
from app.notices.models import Notice, NoticeBatch
from app.notices.operations import batches, begin_batch, deliver_batch
from app.notices.operations.batches import file_of
from app.notices.operations.issuing import Numbers
from app.runs.models import ServiceCharge
from app.runs.operations import void_service_charge
from app.values.errors import Conflict, Message, OperationRefused
from tests.factories import a_building, acting, office, on_day
from tests.notices.making import MANAGER, NOTICE_DAY, a_batch, a_billed_unit, a_notice, current, delivered, locks_taken, period_of
from tests.runs.making import a_lived_in_unit, a_run, posted, prices


def a_billed_building(*numbers: str) -> Any:
    """Return a building whose units were billed for May, entered in the order given."""
    building = a_building()
    for number in numbers:
        a_lived_in_unit(number, building=building, name=f"住户{number}")
    prices()
    posted(a_run(building.id))
    return building


def pages(batch: NoticeBatch) -> list[str]:
    with everything("reading a test's own file"):
        content = file_of(batch.id).content
    assert content is not None
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def period_id(building: Any) -> int:
    with everything("looking up a test's own records"):
        from app.runs.models import BillingPeriod

        return db.session.scalars(select(BillingPeriod.id).where(BillingPeriod.building_id == building.id)).one()


def test_a_building_is_one_file_in_floor_order(app: Flask) -> None:
    building = a_billed_building("1203", "101", "502")
    batch = a_batch(period=period_id(building))
    found = pages(batch)
    assert (batch.issued, len(found), batch.total) == (3, 3, 3 * 143)
    assert [next(number for number in ("1203", "101", "502") if f"住户{number}" in page) for page in found] == ["101", "502", "1203"]
    with everything("counting"):
        assert list(db.session.scalars(select(Notice.printings))) == [1, 1, 1]


def test_a_second_batch_prints_the_same_notices_again(app: Flask) -> None:
    building = a_billed_building("101", "102")
    first, second = a_batch(period=period_id(building)), a_batch(period=period_id(building))
    assert first.notices == second.notices
    assert all("补打" in page for page in pages(second))


def test_a_batch_that_was_killed_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    building = a_billed_building("101", "102", "103")
    monkeypatch.setattr("app.notices.operations.batches.UNITS_AT_ONCE", 1)
    issue = jobs.issue_chunk
    seen: list[int] = []

    def issue_until_killed(*, batch: int) -> int:
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(batch)
        return int(issue(batch=batch))

    monkeypatch.setattr(jobs, "issue_chunk", issue_until_killed)
    with pytest.raises(KeyboardInterrupt):
        a_batch(period=period_id(building))
    monkeypatch.setattr(jobs, "issue_chunk", issue)
    with everything("looking up a test's own records"):
        db.session.rollback()
        half = db.session.scalars(select(NoticeBatch)).one()
        assert half.issued == 2
        job = half.job_id
    from app.foundation.jobs import perform

    with on_day(NOTICE_DAY), acting(MANAGER):
        assert job is not None
        perform(job)
    whole = current(NoticeBatch, half.id)
    assert (whole.issued, len(set(whole.notices)), len(pages(whole))) == (3, 3, 3)


def test_a_batch_waits_for_who_holds_a_customer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    building = a_billed_building("101")
    issue, refused = jobs.issue_chunk, [1, 2]

    def issue_when_free(*, batch: int) -> int:
        if refused:
            refused.pop()
            raise Conflict(Message("Somebody else is changing the same record at this moment. Try again."), code="locked")
        return int(issue(batch=batch))

    monkeypatch.setattr(jobs, "issue_chunk", issue_when_free)
    monkeypatch.setattr(patience, "PAUSE", 0)
    assert a_batch(period=period_id(building)).issued == 1


def test_reminders_of_a_building_are_made_for_those_who_are_due(app: Flask) -> None:
    building = a_billed_building("101", "102")
    batch = a_batch("2026-06-25", building=building.id, kind=NoticeKind.FIRST)
    assert (batch.issued, len(pages(batch))) == (2, 2)
    with on_day("2026-06-26"), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(begin_batch, building=building.id, kind=NoticeKind.SECOND)
    assert refusal.value.code == "nobody_due"


def test_a_batch_is_noted_as_delivered_at_once(app: Flask) -> None:
    building = a_billed_building("101", "102")
    batch = a_batch("2026-06-25", building=building.id, kind=NoticeKind.FIRST)
    with everything("looking up a test's own records"):
        one = db.session.scalars(select(Notice).order_by(Notice.id)).first()
    assert one is not None
    delivered(one, "2026-06-25", DeliveryWay.HANDED_OVER)
    with on_day("2026-06-26"), acting(MANAGER):
        run(deliver_batch, batch=batch.id, way=DeliveryWay.LETTER_BOX)
    with everything("looking up a test's own records"):
        ways = list(db.session.scalars(select(Notice.delivered_by).order_by(Notice.id)))
    assert ways == [DeliveryWay.HANDED_OVER, DeliveryWay.LETTER_BOX]
    with on_day("2026-06-26"), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(deliver_batch, batch=batch.id, way=DeliveryWay.LETTER_BOX)
    assert refusal.value.code == "nothing_to_deliver"


def test_a_period_without_charges_has_no_batch(app: Flask) -> None:
    building = a_building()
    a_lived_in_unit("101", building=building)
    a_run(building.id)
    with on_day(NOTICE_DAY), acting(MANAGER), pytest.raises(OperationRefused) as refusal:
        run(begin_batch, period=period_id(building))
    assert refusal.value.code == "nothing_charged"
    with everything("counting"):
        assert db.session.scalars(select(func.count()).select_from(NoticeBatch)).one() == 0


def test_the_file_is_cleared_away_and_the_papers_stay(app: Flask) -> None:
    unit, customer = a_billed_unit()
    batch = a_batch(period=period_of(unit).id)
    with on_day("2026-12-01"), acting(MANAGER):
        forget_batch_files(office().id, datetime.date(2026, 12, 1))
        with pytest.raises(OperationRefused) as refusal:
            file_of(batch.id)
    assert refusal.value.code == "no_file"
    assert a_notice(unit, customer).id in batch.notices


def test_a_charge_that_is_voided_while_the_batch_waits_has_no_paper(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    building = a_billed_building("101", "102")
    lock = batches._locked_people

    def lock_after_a_void(pairs: Any) -> Any:
        number = db.session.scalars(select(ServiceCharge.id).where(ServiceCharge.unit_id == pairs[0][0])).one()
        void_service_charge(service_charge=number, reason="a wrong price")
        db.session.flush()
        return lock(pairs)

    monkeypatch.setattr(batches, "_locked_people", lock_after_a_void)
    batch = a_batch("2026-05-31", period=period_id(building))
    assert (batch.issued, batch.total, len(pages(batch))) == (1, 143, 1)


def test_a_reference_that_another_batch_took_is_given_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    building, take = a_billed_building("101", "102"), Numbers.take
    monkeypatch.setattr(patience, "PAUSE", 0)
    seen: list[tuple[str, str]] = []

    def take_twice(self: Numbers, unit: str, replaces: str = "") -> tuple[str, str]:
        seen.append(take(self, unit, replaces) if len(seen) != 1 else seen[0])
        return seen[-1]

    monkeypatch.setattr(Numbers, "take", take_twice)
    assert a_batch(period=period_id(building)).issued == 2


def test_the_papers_of_a_batch_are_noted_after_their_customers_are_locked(app: Flask) -> None:
    building = a_billed_building("101", "102")
    batch = a_batch("2026-06-25", building=building.id, kind=NoticeKind.FIRST)
    with locks_taken() as locked, on_day("2026-06-26"), acting(MANAGER):
        run(deliver_batch, batch=batch.id, way=DeliveryWay.LETTER_BOX)
    assert [each for each in locked if each in ("customer", "notice")][:2] == ["customer", "notice"]
