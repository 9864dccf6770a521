"""Whose language a page speaks, and how sentences, amounts and dates come out in it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import Flask, Response, g, render_template_string, request
from flask_babel import force_locale, get_babel, gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app.foundation import i18n
from app.foundation.catalogues import LOCALES, catalogue
from app.foundation.i18n import current_locale, init_i18n, known_locale, say, set_locale_cookie
from app.values.choices import Choice
from app.values.errors import N_, Message
from tests.cast import PASSWORD


class State(Choice):
    SUSPENDED = "suspended", N_("Suspended")


TOO_HIGH = "The late fee %(fee)s is higher than the proposed %(proposed)s."


@pytest.fixture
def toy() -> Flask:
    """The smallest application that speaks."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="of the tests", WTF_CSRF_ENABLED=False)
    init_i18n(app)

    @app.get("/")
    def page() -> str:
        return current_locale()

    return app


def locale_of(toy: Flask, accept: str = "", cookie: str = "", user: object = None) -> str:
    headers = {"Accept-Language": accept, "Cookie": f"locale={cookie}" if cookie else ""}
    with toy.test_request_context("/", headers=headers):
        g.user = user
        return current_locale()


# --- which language --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh-CN", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("zh-Hans-HK", "zh_Hans"),
        ("zh-HK", "zh_Hant"),
        ("zh-TW", "zh_Hant"),
        ("zh-MO", "zh_Hant"),
        ("zh_Hant", "zh_Hant"),
        ("zh-Hant-CN", "zh_Hant"),
        ("vi-VN", "vi"),
        ("en-GB", "en"),
        ("fr", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_tag_names_one_of_our_languages(tag: str | None, locale: str | None) -> None:
    assert known_locale(tag) == locale


@pytest.mark.parametrize(
    ("accept", "locale"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr-FR,zh-HK;q=0.9,zh-CN;q=0.8", "zh_Hant"),
        ("en;q=0.3,zh-CN;q=0.9", "zh_Hans"),
        ("vi;q=0,en", "en"),
        ("fr,de", "en"),
        ("*", "en"),
        ("", "en"),
        (";;;q=x,\x7f", "en"),
    ],
)
def test_a_stranger_reads_what_his_browser_asks_for(toy: Flask, accept: str, locale: str) -> None:
    assert locale_of(toy, accept) == locale


def test_the_cookie_of_the_sign_in_page_goes_before_the_browser(toy: Flask) -> None:
    assert locale_of(toy, "en", cookie="zh_Hant") == "zh_Hant"


def test_a_cookie_of_another_language_is_nothing(toy: Flask) -> None:
    assert locale_of(toy, "vi", cookie="../../etc") == "vi"


def test_the_users_own_language_goes_before_all(toy: Flask) -> None:
    assert locale_of(toy, "en", cookie="zh_Hans", user=SimpleNamespace(locale="vi")) == "vi"


def test_a_user_without_a_language_reads_his_offices(toy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_office", lambda: {"language": "zh_Hant", "time_zone": "Asia/Hong_Kong"})
    assert locale_of(toy, "en", cookie="zh_Hans", user=SimpleNamespace(locale=None)) == "zh_Hant"


def test_a_language_can_be_forced(toy: Flask) -> None:
    with toy.test_request_context("/", headers={"Accept-Language": "en"}), force_locale("zh_Hant"):
        assert current_locale() == "zh_Hant"


def test_outside_of_the_application_it_is_english() -> None:
    assert current_locale() == "en"


def test_nobody_changes_the_language_by_an_address(toy: Flask) -> None:
    page = toy.test_client().get("/?lang=vi&_l_=vi&locale=vi", headers={"Accept-Language": "zh-CN"})
    assert page.text == "zh_Hans"


def test_the_cookie_is_set_for_a_year_and_for_our_languages_only(toy: Flask) -> None:
    with toy.test_request_context("/"):
        cookie = set_locale_cookie(Response(), "vi").headers["Set-Cookie"]
        with pytest.raises(ValueError, match="xx"):
            set_locale_cookie(Response(), "xx")
    assert "locale=vi" in cookie
    assert "Max-Age=31536000" in cookie
    assert "SameSite=Lax" in cookie


# --- saying --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("en", "The late fee ¥1,284.50 is higher than the proposed ¥1.00."),
        ("zh_Hans", "滞纳金¥1,284.50高于应收的¥1.00。"),
        ("zh_Hant", "滯納金¥1,284.50高於應收的¥1.00。"),
    ],
)
def test_an_amount_in_a_sentence_is_money_of_its_currency(locale: str, sentence: str) -> None:
    refusal = Message(TOO_HIGH, fee=Decimal("1284.5"), proposed=Decimal(1), currency="CNY")
    assert say(refusal, locale) == sentence


def test_a_vietnamese_amount_has_dots_and_its_sign_behind() -> None:
    refusal = Message(TOO_HIGH, fee=Decimal(910000), proposed=Decimal(0), currency="VND")
    assert say(refusal, "vi") == "Phí chậm nộp 910.000\u00a0đ cao hơn mức đề xuất 0\u00a0đ."


def test_a_number_without_a_currency_is_grouped_and_a_count_is_not() -> None:
    assert say(Message("%(first)s–%(last)s of %(total)s", first=1, last=Decimal("1234.5"), total=2026), "vi") == "1–1.234,5 trong 2026"


def test_days_in_sentences_are_written_as_on_screen() -> None:
    stopped = Message("Stop date %(date)s", date=datetime.date(2026, 5, 14))
    assert say(stopped, "vi") == "Ngày hết hạn 14/05/2026"
    assert say(stopped, "zh_Hans") == "停止日期2026-05-14"


def test_moments_are_on_the_offices_clock(toy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_office", lambda: {"time_zone": "Asia/Ho_Chi_Minh"})
    taken = Message("Entered at %(at)s", at=datetime.datetime(2026, 5, 14, 18, 30, tzinfo=datetime.UTC))
    with toy.test_request_context("/"):
        assert say(taken, "vi").replace("\u00a0", " ").endswith("15/05/2026 01:30")


def test_choices_and_messages_inside_a_sentence_are_said_too() -> None:
    inner = Message("Stop date %(date)s", date=datetime.date(2026, 5, 14))
    assert say(Message("%(a)s, %(b)s, %(c)s", a=State.SUSPENDED, b=inner, c=None), "vi") == "Tạm ngưng, Ngày hết hạn 14/05/2026, —"


def test_several_things_are_listed_in_the_readers_way() -> None:
    several = Message("%(names)s", names=[State.SUSPENDED, "A1"])
    assert say(several, "zh_Hant") == "報停、A1"
    assert say(several, "vi") == "Tạm ngưng, A1"


def test_a_name_is_left_as_it_is() -> None:
    assert say(Message("%(name)s", name="Active"), "vi") == "Active"


def test_a_text_with_a_percent_sign_and_no_parameters_is_left_alone() -> None:
    assert say(Message("100%"), "vi") == "100%"


def test_nothing_is_said_of_nothing() -> None:
    assert say(None) == ""
    assert say("", "zh_Hant") == ""


def test_a_choice_is_said_by_its_label(toy: Flask) -> None:
    with toy.test_request_context("/", headers={"Accept-Language": "zh-HK"}):
        assert say(State.SUSPENDED) == "報停"
        assert say(State.SUSPENDED, "zh_Hans") == "报停"


def test_lazy_texts_follow_the_language_asked_for(toy: Flask) -> None:
    lazy = lazy_gettext("Search")
    with toy.test_request_context("/", headers={"Accept-Language": "zh-HK"}):
        assert str(lazy) == "搜尋"
        assert say(lazy, "vi") == "Tìm kiếm"
        assert str(lazy) == "搜尋"


def test_templates_speak_through_the_filters(toy: Flask) -> None:
    template = "{{ state|t }} {{ amount|money('VND') }} {{ on|day }} {{ on|period(on) }} {{ none|day }} {{ _('Save') }}"
    with toy.test_request_context("/", headers={"Accept-Language": "vi"}):
        page = render_template_string(template, state=State.SUSPENDED, amount=Decimal(5000), on=datetime.date(2026, 2, 5), none=None)
    assert page.replace("\u00a0", " ") == "Tạm ngưng 5.000 đ 05/02/2026 05/02/2026 … 05/02/2026 — Lưu"


# --- whose texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("locale", "text"), [("zh_Hans", "无权访问"), ("zh_Hant", "沒有權限存取"), ("vi", "Bạn không có quyền truy cập")])
def test_the_librarys_own_texts_are_in_our_languages(toy: Flask, locale: str, text: str) -> None:
    with toy.test_request_context("/"), force_locale(locale):
        assert gettext("Access is Denied") == text


def test_traditional_chinese_never_falls_back_to_simplified(toy: Flask) -> None:
    """The library ships a simplified "zh", which gettext would take for every Chinese; a text we lack is English instead."""
    with toy.test_request_context("/"), force_locale("zh_Hant"):
        assert gettext("General Error") == "General Error"
        assert gettext("Remember me") == "Remember me"


@pytest.mark.parametrize(
    ("accept", "error"), [("vi", "Phải có ít nhất 5 ký tự."), ("zh-HK", "至少須有5個字元。"), ("zh-CN", "至少须有5个字符。")]
)
def test_forms_refuse_in_our_languages(toy: Flask, accept: str, error: str) -> None:
    class NameForm(FlaskForm):
        name = StringField(validators=[InputRequired(), Length(min=5)])

    with toy.test_request_context("/", method="POST", data={"name": "abc"}, headers={"Accept-Language": accept}):
        assert request.form
        form = NameForm()
        assert not form.validate()
        assert form.name.errors == [error]


def test_plural_forms_of_english_are_one_in_our_languages(toy: Flask) -> None:
    with toy.test_request_context("/"), force_locale("vi"):
        said = ngettext("Not saved yet: one thing to mend.", "Not saved yet: %(num)s things to mend.", 1)
    assert said == "Chưa lưu: có 1 chỗ cần sửa."


def test_every_language_has_a_catalogue() -> None:
    assert [catalogue(locale).gettext("Save") for locale in LOCALES] == ["保存", "儲存", "Lưu"]
    assert catalogue("en").gettext("Save") == "Save"


# --- in the whole application ----------------------------------------------------------------------------------------------------


def test_the_application_takes_its_texts_from_us(application: Flask) -> None:
    """The library sets its own folders when it starts; ours are set after it."""
    assert isinstance(get_babel(application).instance.domain_instance, i18n.OurDomain)


@pytest.mark.parametrize(("person", "html_lang"), [("lan", "vi"), ("wang", "zh-Hans-CN"), ("wong", "zh-Hant-HK")])
def test_somebody_without_a_language_of_his_own_reads_his_offices(app: Flask, person: str, html_lang: str) -> None:
    browser = app.test_client()
    browser.post("/login/", data={"username": person, "password": PASSWORD})
    page = browser.get("/account/", headers={"Accept-Language": "en"})
    assert f'<html lang="{html_lang}"' in page.text
