"""Texts, amounts and dates in the reader's language.

Rules and operations speak in ``Message`` and ``Choice``; a page, a paper or the API turns them into words with ``say``. The reader's
language is his own, else his office's, else what his browser asks for. The catalogues are ours alone (``foundation.catalogues``).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from flask.globals import app_ctx
from flask_babel import Babel, Domain, force_locale, get_babel, get_locale, refresh
from flask_babel.speaklater import LazyString
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.foundation.catalogues import TRANSLATIONS, catalogue, compile_if_stale
from app.foundation.database import db
from app.foundation.scope import scope_or_none
from app.values import formats
from app.values.choices import Choice
from app.values.errors import Message

# Each language by its own name; a flag would name a country.
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文", "vi": "Tiếng Việt"}
DEFAULT_LOCALE = "en"
DEFAULT_TIME_ZONE = "UTC"
LOCALE_COOKIE = "locale"
COOKIE_SECONDS = 365 * 24 * 60 * 60
OFFICE_FACTS = ("id", "name", "currency", "language", "time_zone")
TRADITIONAL_REGIONS = {"HK", "TW", "MO"}

Sayable = Message | Choice | str | None


# --- saying --------------------------------------------------------------------------------------------------------------------


def say(text: Sayable, locale: str | None = None) -> str:
    """Return ``text`` in words of ``locale`` (default: the reader's), its parameters formatted for that language.

    A plain string is taken as a message id; one that no catalogue knows comes back as it is. Nothing is the empty string.
    """
    locale = known_locale(locale) or current_locale()
    if text is None:
        return ""
    if isinstance(text, Message):
        sentence = _translated(text.message_id, locale)
        currency = text.parameters.get("currency")
        values = {name: _shown(value, locale, currency) for name, value in text.parameters.items()}
        return sentence % values if values else sentence
    if isinstance(text, Choice):
        return _translated(text.label, locale)
    if isinstance(text, LazyString):
        with force_locale(locale) if has_app_context() else nullcontext():
            return str(text)
    return _translated(str(text), locale)


def _translated(message_id: str, locale: str) -> str:
    # The empty message id is the catalogue's header.
    return catalogue(locale).gettext(message_id) if message_id else ""


def _shown(value: Any, locale: str, currency: Any) -> str:
    """Return one parameter of a sentence as people of ``locale`` write it."""
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, Message | Choice | LazyString):
        return say(value, locale)
    if isinstance(value, Decimal):
        return formats.money(value, str(currency), locale) if currency else formats.number(value, locale)
    if isinstance(value, datetime.datetime):
        return formats.moment(value, locale, current_time_zone())
    if isinstance(value, datetime.date):
        return formats.day(value, locale)
    if isinstance(value, list | tuple | set | frozenset):
        return listed((_shown(item, locale, currency) for item in value), locale)
    return str(value)


def listed(items: Iterable[str], locale: str) -> str:
    """Return several words as one list in a language."""
    return ("、" if locale.startswith("zh") else ", ").join(items)


# --- who reads -----------------------------------------------------------------------------------------------------------------


def current_locale() -> str:
    """Return the language of this page: one of en, zh_Hans, zh_Hant, vi."""
    if not has_app_context():
        return DEFAULT_LOCALE
    # A page asks some hundred times: what Flask-Babel chose already is taken from where it keeps it.
    locale = getattr(app_ctx.g.get("_flask_babel"), "babel_locale", None)
    if locale is None and "babel" in current_app.extensions:
        locale = get_locale()
    # By its parts: two of Babel's locales compare slowly, and a page asks some hundred times.
    return _code_of(locale.language, locale.script, locale.territory) if locale is not None else DEFAULT_LOCALE


@lru_cache(maxsize=64)
def _code_of(*parts: str | None) -> str:
    return known_locale("_".join(filter(None, parts))) or DEFAULT_LOCALE


def current_time_zone() -> str:
    """Return the time zone of the office at hand; UTC where there is none."""
    return str(_office().get("time_zone") or DEFAULT_TIME_ZONE)


def known_locale(text: str | None) -> str | None:
    """Return which of our languages a tag names, or None: zh-HK is traditional Chinese, zh-CN, zh-SG and plain zh are simplified."""
    parts = (text or "").replace("-", "_").split("_")
    language, rest = parts[0].lower(), [part.lower() for part in parts[1:]]
    if language == "zh":
        if "hans" in rest:
            return "zh_Hans"
        traditional = "hant" in rest or TRADITIONAL_REGIONS & {part.upper() for part in rest}
        return "zh_Hant" if traditional else "zh_Hans"
    return language if language in LANGUAGES else None


def locale_asked_for() -> str | None:
    """Return the first of our languages among those the browser accepts, best first."""
    return next((locale for tag, weight in request.accept_languages if weight > 0 and (locale := known_locale(tag))), None)


def select_locale() -> str:
    """Choose the language of a request: the reader's own, his office's, the cookie of the sign-in page, the browser's, English."""
    own = _own_locale()
    office = _office() if known_locale(own) is None else {}
    cookie = request.cookies.get(LOCALE_COOKIE) if has_request_context() else None
    wishes = (own, office.get("language"), cookie)
    chosen = next((locale for wish in wishes if (locale := known_locale(wish))), None)
    return chosen or (locale_asked_for() if has_request_context() else None) or DEFAULT_LOCALE


def _own_locale() -> str | None:
    user = g.get("user")
    if user is None and has_request_context() and hasattr(current_app, "login_manager"):
        user = current_user
    try:
        return getattr(user, "locale", None)
    except SQLAlchemyError:
        return None


def _office() -> Mapping[str, Any]:
    """Return the office at hand, read once; empty where there is none, or no database to ask.

    A wrong office in the address is the page's to refuse; the page that refuses it, or reports a broken database, must have a language.
    """
    scope = scope_or_none()
    if not has_app_context() or scope is None or not scope.office_ids:
        return {}
    asked = _asked_for_office()
    number = asked if asked in scope.office_ids else min(scope.office_ids)
    try:
        return read_office(number)
    except SQLAlchemyError:
        return {}


def read_office(number: int) -> Mapping[str, Any]:
    """Return what every page needs of an office, read once a request: id, name, currency, language, time zone; empty for none."""
    offices: dict[int, Mapping[str, Any]] = g.setdefault("feehouse_offices", {})
    if number not in offices:
        table = db.metadata.tables["office"]
        columns = [table.c[name] for name in OFFICE_FACTS if name in table.c]
        offices[number] = db.session.connection().execute(select(*columns).where(table.c.id == number)).mappings().one_or_none() or {}
    return offices[number]


def know_offices(offices: Iterable[Any]) -> None:
    """Take what every page needs of ``offices`` from records that were read already."""
    known: dict[int, Mapping[str, Any]] = g.setdefault("feehouse_offices", {})
    known.update({office.id: {name: getattr(office, name) for name in OFFICE_FACTS} for office in offices})


def _asked_for_office() -> int | None:
    if not has_request_context():
        return None
    asked = request.args.get("office", "")
    with suppress(HTTPException):
        asked = request.form.get("office", asked)
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


def set_locale_cookie(response: Response, locale: str) -> Response:
    """Remember on this device which language the sign-in page shall have."""
    if locale not in LANGUAGES:
        raise ValueError(f"Not one of our languages: {locale}")
    secure = bool(current_app.config.get("SESSION_COOKIE_SECURE"))
    response.set_cookie(LOCALE_COOKIE, locale, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response


# --- setting up ----------------------------------------------------------------------------------------------------------------


class OurDomain(Domain):
    """Flask-Babel's ``_()`` over our catalogues only: its own search would give traditional readers a library's simplified texts."""

    def get_translations(self) -> NullTranslations:
        return catalogue(current_locale())


class FormTexts:
    """Texts of form fields and validators: WTForms speaks no Vietnamese, and simplified Chinese to everybody."""

    def gettext(self, text: str) -> str:
        return catalogue(current_locale()).gettext(text)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return catalogue(current_locale()).ngettext(singular, plural, count)


FORM_TEXTS = FormTexts()


def init_i18n(app: Flask) -> None:
    """Make ``app`` speak our languages. Call it after ``AppBuilder``, whose own language choice is a session value set by GET."""
    with suppress(OSError):
        # In a folder that cannot be written, each process compiles for itself.
        compile_if_stale()
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LOCALE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["LANGUAGES"] = {code: {"name": name} for code, name in LANGUAGES.items()}
    if "babel" not in app.extensions:
        Babel(app)
    babel = get_babel(app)
    babel.locale_selector, babel.timezone_selector = select_locale, current_time_zone
    babel.translation_directories = [str(TRANSLATIONS)]
    babel.instance.domain_instance = OurDomain()
    app.jinja_env.install_gettext_callables(FORM_TEXTS.gettext, FORM_TEXTS.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
    FlaskForm.Meta.get_translations = lambda meta, form: FORM_TEXTS
    app.before_request_funcs.setdefault(None, []).insert(0, _forget_the_last_reader)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(languages=LANGUAGES)
    app.context_processor(lambda: {"locale": current_locale(), "html_lang": html_lang(current_locale())})


def _forget_the_last_reader() -> None:
    """Choose anew for every request, also where one application context lasts for several of them, as in tests."""
    g.pop("feehouse_offices", None)
    refresh()


def month_in_words(day: datetime.date) -> str:
    """Return the month of ``day`` as the reader writes it."""
    return formats.month(day, current_locale())


def html_lang(locale: str) -> str:
    """Return the ``lang`` attribute of a page: zh-Hant-HK picks Hong Kong glyphs."""
    return {"zh_Hant": "zh-Hant-HK", "zh_Hans": "zh-Hans-CN"}.get(locale, locale)


# --- in templates --------------------------------------------------------------------------------------------------------------


def _money(amount: Decimal | None, currency: str, *, symbol: bool = True) -> str:
    return formats.money(amount, str(currency), current_locale(), symbol=symbol) if currency else _number(amount)


def _number(value: Decimal | int | None, decimals: int | None = None) -> str:
    return formats.number(value, current_locale(), decimals=decimals)


def _percent(fraction: Decimal | None) -> str:
    return formats.percent(fraction, current_locale())


def _day(day: datetime.date | None) -> str:
    return formats.day(day, current_locale())


def _month(day: datetime.date | None) -> str:
    return formats.month(day, current_locale())


def _moment(moment: datetime.datetime | None) -> str:
    return formats.moment(moment, current_locale(), current_time_zone())


def _period(start: datetime.date | None, stop: datetime.date | None) -> str:
    """``{{ start|period(stop) }}``"""
    return formats.period(start, stop, current_locale())


def _said(title: Any) -> str:
    """Return a title: a choice or a message in the reader's words, a name as it is written, whatever words it resembles."""
    return title if isinstance(title, str) and not isinstance(title, Choice) else say(title)


FILTERS: dict[str, Callable[..., str]] = {
    "t": say,
    "said": _said,
    "money": _money,
    "number": _number,
    "percent": _percent,
    "day": _day,
    "month": _month,
    "moment": _moment,
    "period": _period,
}
