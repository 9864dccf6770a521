"""The pages of reminders: who stands in the call list, what is done about it there, and what the settings take."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.broadband.models import BroadbandPolicy
from app.customers.models import Customer
from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.choices import Language
from app.reminders.choices import CallOutcome, LetterState
from app.reminders.models import LetterTemplate, ReminderCall, RenewalNotice
from app.reminders.operations.calls import note_call
from app.values.errors import OperationRefused
from tests import factories
from tests.pages.conftest import signed_in
from tests.reminders.conftest import a_line_until_31_may, letters, night

LIST = "/expiringview/list/"
DAY = "2026-05-20"


def page_of(app: Flask, address: str, who: str = "wang", day: str = DAY) -> str:
    with factories.on_day(day):
        answer = signed_in(app, who).get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def calls() -> list[ReminderCall]:
    with everything("a test's own calls"):
        return list(db.session.scalars(select(ReminderCall)))


def noted(line_id: int, outcome: CallOutcome = CallOutcome.WILL_PAY, note: str = "明天来交") -> None:
    with factories.on_day(DAY), factories.acting("wang"):
        run(note_call, subscription=line_id, outcome=outcome, note=note)


# The list ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "stands_there"), [("2026-05-15", False), ("2026-05-16", True), ("2026-05-31", True), ("2026-06-01", False)]
)
def test_a_line_is_listed_within_the_reminder_days(app: Flask, day: str, stands_there: bool) -> None:
    line = a_line_until_31_may()
    assert (line.broadband_account in page_of(app, LIST, day=day)) is stands_there


@pytest.mark.parametrize(
    ("day", "stands_there"), [("2026-05-31", False), ("2026-06-01", True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_tab_has_the_lines_that_stopped_lately(app: Flask, day: str, stands_there: bool) -> None:
    line = a_line_until_31_may()
    assert (line.broadband_account in page_of(app, LIST + "?tab=expired", day=day)) is stands_there


def test_those_that_stop_first_stand_first(app: Flask) -> None:
    later, sooner = factories.an_active_line("2026-05-03"), a_line_until_31_may()
    factories.paid(later, "2026-05-03", 1)
    page = page_of(app, LIST)
    assert page.index(sooner.broadband_account) < page.index(later.broadband_account)


def test_a_step_narrows_the_list(app: Flask) -> None:
    line = a_line_until_31_may()
    assert line.broadband_account in page_of(app, LIST + "?step=15")
    assert line.broadband_account not in page_of(app, LIST + "?step=7")


def test_a_step_that_the_office_has_not_is_refused(app: Flask) -> None:
    with factories.on_day(DAY):
        assert signed_in(app, "wang").get(LIST + "?step=99").status_code == 400


def test_an_offices_own_days_decide(app: Flask) -> None:
    factories.set_policy(reminder_days=[3])
    line = a_line_until_31_may()
    assert line.broadband_account not in page_of(app, LIST)
    assert line.broadband_account in page_of(app, LIST, day="2026-05-28")


def test_who_was_called_about_this_stop_date_was_reminded(app: Flask) -> None:
    line = a_line_until_31_may()
    assert line.broadband_account in page_of(app, LIST + "?reminded=no")
    noted(line.id)
    assert line.broadband_account in page_of(app, LIST + "?reminded=yes")
    assert line.broadband_account not in page_of(app, LIST + "?reminded=no")


def test_a_call_about_an_earlier_stop_date_is_no_reminder_of_the_next(app: Flask) -> None:
    line = a_line_until_31_may()
    noted(line.id)
    factories.paid(line, DAY, 1)
    assert line.broadband_account in page_of(app, LIST + "?reminded=no", day="2026-06-20")


def test_the_newest_note_stands_in_the_list(app: Flask) -> None:
    line = a_line_until_31_may()
    noted(line.id, CallOutcome.NO_ANSWER, "没人接")
    noted(line.id, CallOutcome.WILL_PAY, "明天来交")
    page = page_of(app, LIST)
    assert "明天来交" in page
    assert "没人接" not in page


def test_a_line_of_another_office_is_not_listed(app: Flask) -> None:
    line = a_line_until_31_may("HN")
    assert line.broadband_account not in page_of(app, LIST)


def test_the_file_has_every_field_and_the_days_left(app: Flask) -> None:
    line = a_line_until_31_may()
    noted(line.id)
    with factories.on_day(DAY):
        answer = signed_in(app, "chen").get("/expiringview/export/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in rows if "宽带账号" in row)
    found = dict(zip(heads, rows[rows.index(heads) + 1], strict=True))
    assert found["宽带账号"] == line.broadband_account
    assert found["剩余天数"] == 11
    assert "明天来交" in found.values()
    wanted = ("客户编号", "客户姓名", "小区名称", "地址", "联系电话", "电话号码", "身份证号", "业务类型", "套餐类型", "费用", "接入单号")
    # A head of money names its currency.
    plain = {str(head).partition("（")[0].partition(" (")[0] for head in heads}
    assert {*wanted, "绑定号码", "业务员", "备注", "用户状态", "报装日期", "开通日期", "停止日期"} - plain == set()


def test_the_call_list_is_given_on_paper(app: Flask) -> None:
    a_line_until_31_may()
    with factories.on_day(DAY):
        answer = signed_in(app, "chen").get("/expiringview/export/pdf")
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "王晓明" in text
    assert "2026-05-31" in text


# Calls ----------------------------------------------------------------------------------------------------------


def test_a_call_is_noted_from_the_list_and_leads_back_to_it(app: Flask) -> None:
    line = a_line_until_31_may()
    with factories.on_day(DAY):
        browser = signed_in(app, "mei")
        page = browser.get(f"/remindercallview/add?subscription={line.id}").get_data(as_text=True)
        key = page.split('name="key"')[1].split('value="')[1].split('"')[0]
        answer = browser.post(
            "/remindercallview/add", data={"key": key, "subscription": line.id, "outcome": "no_answer", "note": "晚上再打"}
        )
    assert answer.status_code == 302
    assert answer.location.startswith("/expiringview/list/")
    assert [(call.outcome, call.note, call.stops_on.isoformat()) for call in calls()] == [  # type: ignore[union-attr]
        (CallOutcome.NO_ANSWER, "晚上再打", "2026-05-31")
    ]


def test_other_needs_a_word_about_it(app: Flask) -> None:
    line = a_line_until_31_may()
    with factories.acting("wang"), pytest.raises(OperationRefused) as refused:
        run(note_call, subscription=line.id, outcome=CallOutcome.OTHER, note="  ")
    assert refused.value.field == "note"
    assert calls() == []


def test_the_page_of_the_line_tells_of_its_calls(app: Flask) -> None:
    line = a_line_until_31_may()
    noted(line.id)
    assert "明天来交" in page_of(app, f"/subscriptionview/show/{line.id}")


# Notices ----------------------------------------------------------------------------------------------------------


def notices() -> list[RenewalNotice]:
    with everything("a test's own notices"):
        db.session.expire_all()
        return list(db.session.scalars(select(RenewalNotice).order_by(RenewalNotice.id)))


def test_a_notice_is_issued_once_a_day_and_marked_when_printed_again(app: Flask) -> None:
    line = a_line_until_31_may()
    with factories.on_day(DAY):
        browser = signed_in(app, "wang")
        for _ in range(2):
            answer = browser.post(f"/renewalnoticeview/issue/{line.id}")
            assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    (notice,) = notices()
    assert (notice.number, notice.printings) == ("JF-2026-000001", 2)
    assert notice.content["offers"][0] == {"months": 1, "amount": "50.00"}
    assert notice.content["days_left"] == 11


def test_a_later_day_has_a_notice_of_its_own(app: Flask) -> None:
    line = a_line_until_31_may()
    for day in (DAY, "2026-05-21"):
        with factories.on_day(day):
            signed_in(app, "wang").post(f"/renewalnoticeview/issue/{line.id}")
    assert [notice.number for notice in notices()] == ["JF-2026-000001", "JF-2026-000002"]


def test_a_notice_keeps_its_words_whatever_becomes_of_the_customer(app: Flask) -> None:
    line = a_line_until_31_may(language=Language.VIETNAMESE)
    with factories.on_day(DAY):
        signed_in(app, "wang").post(f"/renewalnoticeview/issue/{line.id}")
    with everything("a test's own customer"):
        db.session.scalars(select(Customer).where(Customer.id == line.customer_id)).one().name = "李四"
        db.session.commit()
    assert notices()[0].content["customer"]["name"] == "王晓明"
    assert notices()[0].language is Language.VIETNAMESE


def test_several_lines_are_printed_as_one_file(app: Flask) -> None:
    lines = [a_line_until_31_may(name=name) for name in ("王晓明", "李娜", "赵六")]
    form = {"action": "print_notices", "rowid": [line.id for line in lines], "back": LIST}
    with factories.on_day(DAY):
        answer = signed_in(app, "wang").post("/expiringview/action_post", data=form)
    assert answer.mimetype == "application/pdf"
    assert answer.data.count(b"/Type /Page\n") == 3 or len(notices()) == 3
    assert [notice.printings for notice in notices()] == [1, 1, 1]


def test_a_pending_line_has_nothing_to_renew(app: Flask) -> None:
    line = factories.a_pending_line("2026-05-01")
    with factories.on_day(DAY):
        answer = signed_in(app, "wang").post(f"/renewalnoticeview/issue/{line.id}")
    assert answer.status_code == 422
    assert notices() == []


def test_a_line_of_another_office_gets_no_notice_from_here(app: Flask) -> None:
    line = a_line_until_31_may("HN")
    with factories.on_day(DAY):
        assert signed_in(app, "wang").post(f"/renewalnoticeview/issue/{line.id}").status_code == 404
    assert notices() == []


# The outbox ----------------------------------------------------------------------------------------------------------


def test_the_outbox_says_why_letters_wait(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    monkeypatch.setitem(app.config, "MAIL_SERVER", None)
    page = page_of(app, "/letterview/list/", "chen")
    assert "wang@example.net" in page
    assert "SMTP_HOST" in page


def test_a_letter_in_doubt_is_sent_again_by_hand(app: Flask) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    with everything("a sender that died"):
        letter = letters()[0]
        letter.state, letter.next_attempt_at = LetterState.UNKNOWN, None
        db.session.commit()
    with factories.on_day("2026-05-24"):
        answer = signed_in(app, "chen").post(f"/letterview/again/{letters()[0].id}")
    assert answer.status_code == 302
    assert (letters()[0].state, letters()[0].asked_by_id) == (LetterState.WAITING, factories.user("chen").id)


def test_the_letters_words_are_on_its_page(app: Flask) -> None:
    a_line_until_31_may(name="<i>王</i>")
    night("2026-05-24")
    page = page_of(app, f"/letterview/show/{letters()[0].id}", "chen")
    assert "尊敬的&lt;i&gt;王&lt;/i&gt;" in page


@pytest.mark.parametrize(
    ("state", "word", "advice"),
    [
        (LetterState.GIVEN_UP, "无法送达", "请核对客户的电子邮箱"),
        (LetterState.UNKNOWN, "", "重新发送前请先询问客户"),
    ],
)
def test_a_letter_that_is_not_tried_again_says_what_to_do(app: Flask, state: LetterState, word: str, advice: str) -> None:
    a_line_until_31_may()
    night("2026-05-24")
    assert advice not in page_of(app, f"/letterview/show/{letters()[0].id}", "chen")
    with everything("a sender that stopped trying"):
        letter = letters()[0]
        letter.state, letter.next_attempt_at = state, None
        db.session.commit()
    page = page_of(app, f"/letterview/show/{letters()[0].id}", "chen")
    assert word in page
    assert advice in page


# The settings ----------------------------------------------------------------------------------------------------------


def days() -> list[int]:
    with everything("a test's own policy"):
        db.session.expire_all()
        return list(
            db.session.scalars(select(BroadbandPolicy.reminder_days).where(BroadbandPolicy.office_id == factories.office().id)).one()
        )


def test_a_manager_sets_the_days(app: Flask) -> None:
    browser = signed_in(app, "chen")
    assert "15, 7, 3, 0" in browser.get("/remindersettingsview/days").get_data(as_text=True)
    assert browser.post("/remindersettingsview/days", data={"reminder_days": "1，30、7", "version": "1"}).status_code == 302
    assert days() == [30, 7, 1]


@pytest.mark.parametrize("typed", ["", "soon", "367", "1 2 3 4 5 6 7 8 9"])
def test_days_that_are_none_are_refused_at_the_field(app: Flask, typed: str) -> None:
    answer = signed_in(app, "chen").post("/remindersettingsview/days", data={"reminder_days": typed, "version": "1"})
    assert answer.status_code == 422
    assert "fh-error" in answer.get_data(as_text=True)
    assert days() == [15, 7, 3, 0]


def test_two_managers_do_not_overwrite_each_other(app: Flask) -> None:
    factories.set_policy(reminder_days=[10])
    answer = signed_in(app, "chen").post("/remindersettingsview/days", data={"reminder_days": "5", "version": "1"})
    assert answer.status_code == 409
    assert days() == [10]


def test_a_manager_writes_the_offices_own_words(app: Flask) -> None:
    form = {"subject": "{name} 到期", "body": "{account}", "ways_to_pay": "柜台", "version": "0"}
    assert signed_in(app, "chen").post("/remindersettingsview/words/zh_Hans", data=form).status_code == 302
    with everything("a test's own words"):
        kept = db.session.scalars(select(LetterTemplate)).one()
    assert (kept.language, kept.subject, kept.ways_to_pay) == (Language.SIMPLIFIED_CHINESE, "{name} 到期", "柜台")


def test_the_programs_words_stay_the_programs(app: Flask) -> None:
    browser = signed_in(app, "chen")
    from app.reminders.documents import standard

    form = {part: standard(part, Language.ENGLISH) for part in ("subject", "body", "ways_to_pay")} | {"version": "0"}
    assert browser.post("/remindersettingsview/words/en", data=form).status_code == 302
    with everything("a test's own words"):
        kept = db.session.scalars(select(LetterTemplate)).one()
    assert (kept.subject, kept.body, kept.ways_to_pay) == ("", "", "")


def test_a_wrong_place_is_named_at_its_field_and_nothing_is_kept(app: Flask) -> None:
    form = {"subject": "{name}", "body": "{password}", "ways_to_pay": "", "version": "0"}
    answer = signed_in(app, "chen").post("/remindersettingsview/words/en", data=form)
    assert answer.status_code == 422
    assert "{password}" in answer.get_data(as_text=True)
    with everything("a test's own words"):
        assert db.session.scalars(select(LetterTemplate)).first() is None


# The customer ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["wang", "wang@", "@example.com", "a b@example.com", "a@b@c.com", "wang@example", "王@example.com", "a@x.com\nBcc: b@x.com"]
)
def test_what_is_no_address_is_refused(app: Flask, typed: str) -> None:
    office = factories.office()
    with pytest.raises(OperationRefused) as refused:
        factories.a_customer(email=typed)
    assert refused.value.field == "email"
    with everything("a test's own customers"):
        assert db.session.scalars(select(Customer).where(Customer.office_id == office.id)).first() is None


def test_an_address_is_kept_without_the_spaces_around_it(app: Flask) -> None:
    assert factories.a_customer(email=" wang.xm+net@mail.example.com ").email == "wang.xm+net@mail.example.com"


def test_the_day_of_a_call_is_the_day_of_business(app: Flask) -> None:
    line = a_line_until_31_may()
    noted(line.id)
    assert calls()[0].created_at.date() == datetime.date(2026, 5, 20)
