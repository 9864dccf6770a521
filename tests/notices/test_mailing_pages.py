"""Sending notices by e-mail from pages and by programs: who is offered what, and what became of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.jobs import perform
from app.foundation.mail import MailServer
from app.foundation.scope import everything
from app.notices.models import NoticeBatch, NoticeLetter
from app.reminders.choices import LetterState
from tests.api.conftest import Programs, assert_refused, made, of
from tests.factories import acting, on_day
from tests.notices.making import MANAGER, NOTICE_DAY, a_batch, a_billed_unit, a_notice, current, period_of
from tests.notices.test_mailing import a_reachable_unit, all_of, letters, mailed, with_address
from tests.pages.conftest import signed_in

__all__ = ["of"]
SEND, AGAIN = "/noticeview/mail/{}", "/noticeview/mail_again/{}"


def settled(letter: NoticeLetter, state: LetterState) -> None:
    """Let a letter have met a mail server."""
    with everything("a test's own letter"):
        row = db.session.scalars(select(NoticeLetter).where(NoticeLetter.id == letter.id)).one()
        row.state, row.next_attempt_at, row.attempts = state, None, 1
        row.sent_at = row.created_at if state is LetterState.SENT else None
        db.session.commit()


def page_of(app: Flask, notice: int) -> str:
    with on_day(NOTICE_DAY):
        return signed_in(app, "chen", "en").get(f"/noticeview/show/{notice}").text


def test_a_notice_is_sent_from_its_page(app: Flask) -> None:
    notice = a_reachable_unit()
    assert SEND.format(notice.id) in page_of(app, notice.id)
    with on_day(NOTICE_DAY):
        answer = signed_in(app, "chen", "en").post(SEND.format(notice.id))
    assert answer.status_code == 302
    (letter,) = letters()
    assert (letter.notice_id, letter.state) == (notice.id, LetterState.WAITING)
    page = page_of(app, notice.id)
    assert "Waits to be sent · " in page
    assert letter.recipient in page
    assert SEND.format(notice.id) not in page


@pytest.mark.parametrize(
    ("state", "offered"),
    [(LetterState.SENT, AGAIN), (LetterState.UNKNOWN, AGAIN), (LetterState.GIVEN_UP, SEND), (LetterState.SENDING, None)],
)
def test_the_button_says_whether_it_was_sent_before(app: Flask, state: LetterState, offered: str | None) -> None:
    notice = a_reachable_unit()
    settled(mailed(notice), state)
    page = page_of(app, notice.id)
    assert [way for way in (SEND, AGAIN) if f'"{way.format(notice.id)}"' in page] == ([offered] if offered else [])


def test_who_cannot_be_written_to_has_no_button(app: Flask) -> None:
    unit, customer = a_billed_unit()
    notice = a_notice(unit, customer)
    page = page_of(app, notice.id)
    assert notice.number in page
    assert SEND.format(notice.id) not in page


def test_the_page_of_a_batch_sends_its_papers_and_counts_them(app: Flask) -> None:
    unit, _ = a_billed_unit()
    with_address()
    batch = a_batch(period=period_of(unit).id)
    with on_day(NOTICE_DAY):
        client = signed_in(app, "chen", "en")
        assert f"/noticebatchview/mail/{batch.id}" in client.get(f"/noticebatchview/show/{batch.id}").text
        client.post(f"/noticebatchview/mail/{batch.id}")
        with acting(MANAGER):
            perform(current(NoticeBatch, batch.id).mail_job_id)
        page, piece = (client.get(f"/noticebatchview/{route}/{batch.id}").text for route in ("show", "sent"))
    assert f"/noticebatchview/mail/{batch.id}" not in page
    assert "Waits to be sent" in page
    assert "Show all 1" in piece


def test_the_list_offers_to_try_again_what_was_not_delivered(app: Flask) -> None:
    notice = a_reachable_unit()
    letter = mailed(notice)
    settled(letter, LetterState.GIVEN_UP)
    with on_day(NOTICE_DAY):
        client = signed_in(app, "chen", "en")
        listed, page = client.get("/noticeletterview/list/?tab=trouble").text, client.get(f"/noticeletterview/show/{letter.id}").text
    assert notice.number in listed
    assert SEND.format(notice.id) in listed
    assert "Check the customer" in page


def test_a_program_sends_a_notice_and_asks_what_became_of_it(of: Programs) -> None:
    notice = a_reachable_unit()
    with on_day(NOTICE_DAY):
        letter = made(of("wang").post(f"/notices/{notice.id}/mail", {}))
        assert made(of("wang").post(f"/notices/{notice.id}/mail", {}))["id"] == letter["id"]
        assert made(of("shen").get(f"/notice_letters/{letter['id']}"), 200)["state"] == "waiting"
        settled(letters()[0], LetterState.SENT)
        assert_refused(of("wang").post(f"/notices/{notice.id}/mail", {}), 422, "already_sent")
        again = made(of("wang").post(f"/notices/{notice.id}/mail", {"again": True}))
    assert (again["state"], again["repeats"]) == ("waiting", 1)
    assert made(of("shen").get(f"/notice_letters?notice={notice.id}"), 200)["total"] == 1


def test_a_program_sends_a_batch(of: Programs) -> None:
    unit, _ = a_billed_unit()
    with_address()
    batch = a_batch(period=period_of(unit).id)
    with on_day(NOTICE_DAY):
        assert made(of("mei").post(f"/notice_batches/{batch.id}/mail", {}), 202)["id"] == batch.id
        with acting(MANAGER):
            perform(current(NoticeBatch, batch.id).mail_job_id)
        assert_refused(of("mei").post(f"/notice_batches/{batch.id}/mail", {}), 422, "nothing_to_send")
    assert len(letters()) == 1


@pytest.mark.parametrize("has_server", [True, False])
def test_the_page_of_a_batch_asks_again_only_where_letters_can_leave(app: Flask, monkeypatch: pytest.MonkeyPatch, has_server: bool) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", MailServer("127.0.0.1", 25, "office@example.net") if has_server else None)
    unit, _customer = a_billed_unit()
    with_address()
    batch = all_of(a_batch(period=period_of(unit).id))
    with on_day(NOTICE_DAY):
        page = signed_in(app, "chen", "en").get(f"/noticebatchview/show/{batch.id}").text
    assert ("every 2s" in page) is has_server
    assert ("Letters wait, because no mail server is set up." in page) is not has_server
