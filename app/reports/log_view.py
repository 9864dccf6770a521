"""The page of the log 日誌: everything that happened in one's offices, newest first, filtered, as a page and as a file."""

from __future__ import annotations

import builtins
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_appbuilder import BaseView, expose

from app.billing.models import Receipt, Reversal, Voucher
from app.broadband.models import Plan, RegularPayment, Subscription
from app.customers.models import Customer
from app.foundation import exports
from app.foundation.guards import wants_json
from app.foundation.i18n import current_time_zone
from app.foundation.log import LogKind
from app.foundation.scope import current_scope
from app.foundation.views import register_lookup
from app.foundation.views.access import allowed, needs
from app.foundation.views.addresses import address
from app.foundation.views.columns import Column, Kind
from app.foundation.views.filters import Arguments
from app.foundation.views.interface import record_id
from app.foundation.views.links import Action, file_links
from app.foundation.views.lookups import lookup_text, use_lookup
from app.foundation.views.report import EXPORT_SORTS
from app.foundation.views.state import SharedObject
from app.foundation.views.texts import clean_text, parse_day
from app.offices.models import Employee, Office, SystemUser
from app.offices.queries import known_users
from app.places.models import Community
from app.reports.log import LogTerms, Place, counted, every_line, numbered, page
from app.reports.log_tables import tables
from app.reports.log_words import LogRow, models, sort_of, worded
from app.roles import Right
from app.values.characters import CANNOT_BE_STORED, NUL, can_be_stored
from app.values.errors import N_, Malformed, Message, NotFound
from app.workorders.models import Installer, Material, WorkOrder

PAGE_SIZE = 50
BAD_REQUEST = 400
LONGEST_NUMBER = 64
NUMBERS: tuple[tuple[type[Any], str], ...] = (
    (Customer, "customer_no"),
    (Subscription, "broadband_account"),
    (RegularPayment, "number"),
    (Receipt, "number"),
    (Voucher, "number"),
    (Reversal, "number"),
    (WorkOrder, "number"),
    (Plan, "name"),
    (Community, "code"),
    (Employee, "code"),
    (Installer, "code"),
    (Material, "code"),
)
COLUMNS = (
    Column("at", N_("Time"), Kind.MOMENT),
    Column("kind", N_("Kind"), Kind.CHOICE),
    Column("who", N_("Who"), Kind.TEXT),
    Column("sort", N_("Record type"), Kind.TEXT),
    Column("record", N_("Record"), Kind.TEXT),
    Column("what", N_("What happened"), Kind.TEXT),
    Column("office", N_("Office"), Kind.TEXT),
    Column("address", N_("Network address"), Kind.TEXT),
)

register_lookup(
    "system_user",
    SystemUser,
    columns=["username", "first_name"],
    text=str,
    detail=lambda user: str(user.username),
    visible=known_users,
)


@dataclass(frozen=True)
class Option:
    """A choice of a filter: what stands in the address, and what people read."""

    value: str
    label: str


class LogView(SharedObject, BaseView):
    """The log, for auditors, chiefs and administrators; each sees the offices he works in."""

    default_view = "list"
    explains_odd_text = frozenset({"list"})
    title = N_("Log")
    icon = "history"

    def __init__(self) -> None:
        super().__init__()
        use_lookup("system_user", "can_list", "LogView")

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show one page of the log, or what of the address cannot be read."""
        wrong = misread(request.args)
        if wrong and wants_json():
            raise Malformed(next(iter(wrong.values())), code="bad_filter", fields=wrong)
        if wrong:
            return self._page([], wrong=wrong), BAD_REQUEST
        terms = self.terms(request.args)
        lines = page(terms, PAGE_SIZE + 1)
        shown = lines[:PAGE_SIZE]
        older = address(before=shown[-1].place) if len(lines) > PAGE_SIZE else None
        return self._page(worded(shown), older=older, newest=address(before=None) if terms.before is not None else None)

    def _page(self, rows: builtins.list[LogRow], **context: Any) -> Any:
        typed = {name: text.replace(NUL, "") for name, text in request.args.items()}
        given = {"view": self, "title": self.title, "rows": rows, "older": None, "newest": None, "wrong": {}, **context}
        return self.render_template("reports/log.html", arguments=typed, is_filtered=any(typed.get(name) for name in FILTERS), **given)

    @expose("/export/<string:sort>")
    @needs("export")
    def export(self, sort: str) -> Response:
        """Give everything the filter shows as a file."""
        if sort not in EXPORT_SORTS:
            raise Malformed(Message("This file format is not offered."), code="bad_format")
        terms = self.terms(request.args)
        rows = ([getattr(row, column.name) for column in COLUMNS] for row in _worded_in_batches(terms))
        return exports.send(sort, self.title, COLUMNS, rows, count=counted(terms, exports.MOST_ROWS), currency="")

    # --- reading the address --------------------------------------------------------------------------------------------------

    def terms(self, arguments: Arguments) -> LogTerms:
        """Return what the address asks for. Raises Malformed, and NotFound for an office that is not the person's."""
        scope = current_scope()
        offices = _offices_asked(arguments, scope.office_ids)
        text = clean_text(arguments.get("q"), LONGEST_NUMBER)
        return LogTerms(
            offices=offices,
            sees_installation=scope.may(Right.MANAGE_USERS) and len(offices) == len(scope.office_ids),
            kinds=_kinds(arguments),
            person=_number(arguments, "person", N_("Who")),
            table=_table(arguments),
            row=_number(arguments, "row", N_("Record")),
            start=_moment(arguments.get("from"), days=0),
            end=_moment(arguments.get("to"), days=1),
            records=numbered(text, NUMBERS) if text else None,
            before=Place.read(arguments["before"]) if arguments.get("before") else None,
        )

    # --- for the template -----------------------------------------------------------------------------------------------------

    def kinds(self) -> builtins.list[Option]:
        return [Option(kind.value, kind.label) for kind in LogKind]

    def sorts(self) -> builtins.list[Option]:
        """Return the sorts of records that the log is about, by their names."""
        return sorted((Option(table, sort_of(table)) for table in tables() if table in models()), key=lambda option: option.label)

    def offices(self) -> builtins.list[Option]:
        """Return the offices to choose from, where there is a choice."""
        from sqlalchemy import select

        from app.foundation.database import db

        found = [Option(str(office.id), office.name) for office in db.session.scalars(select(Office).order_by(Office.id))]
        return found if len(found) > 1 else []

    def person_text(self) -> str:
        number = record_id(request.args.get("person") or "")
        return lookup_text("system_user", number) or "" if number is not None else ""

    def export_links(self) -> builtins.list[Action]:
        """Return the addresses of the files of this filter."""
        return file_links("LogView.export", without=["before"]) if allowed("can_export", "LogView") else []


FILTERS = ("q", "kind", "person", "in_office", "table", "row", "from", "to")


def _worded_in_batches(terms: LogTerms) -> Any:
    batch: list[Any] = []
    for line in every_line(terms):
        batch.append(line)
        if len(batch) == PAGE_SIZE * 10:
            yield from worded(batch)
            batch = []
    yield from worded(batch)


def misread(arguments: Arguments) -> dict[str, Message]:
    """Return the arguments that cannot be read, each with the reason."""
    readers: dict[str, Callable[[], Any]] = {
        "q": lambda: clean_text(arguments.get("q"), LONGEST_NUMBER),
        "kind": lambda: _kinds(arguments),
        "table": lambda: _table(arguments),
        "person": lambda: _number(arguments, "person", N_("Who")),
        "row": lambda: _number(arguments, "row", N_("Record")),
        "from": lambda: _moment(arguments.get("from"), days=0),
        "to": lambda: _moment(arguments.get("to"), days=1),
    }
    found = {name: CANNOT_BE_STORED for name, text in arguments.items(multi=True) if not can_be_stored(text)}
    for name, read in readers.items():
        try:
            read()
        except Malformed as error:
            found.setdefault(name, error.message)
    return found


def _offices_asked(arguments: Arguments, own: frozenset[int]) -> tuple[int, ...]:
    asked = _number(arguments, "in_office", N_("Office"))
    if asked is None:
        return tuple(sorted(own))
    if asked not in own:
        raise NotFound(Message("This record does not exist."), code="not_found")
    return (asked,)


def _kinds(arguments: Arguments) -> frozenset[LogKind]:
    asked = arguments.get("kind") or ""
    known: Mapping[str, LogKind] = {kind.value: kind for kind in LogKind}
    if asked and asked not in known:
        raise _unreadable(N_("Kind"))
    return frozenset({known[asked]} if asked else ())


def _table(arguments: Arguments) -> str:
    asked = str(arguments.get("table") or "")
    if asked and asked not in models():
        raise _unreadable(N_("Record type"))
    return asked


def _number(arguments: Arguments, name: str, label: str) -> int | None:
    text = arguments.get(name) or ""
    if not text:
        return None
    number = record_id(text)
    if number is None:
        raise _unreadable(label)
    return number


def _moment(text: str | None, *, days: int) -> datetime.datetime | None:
    """Return the beginning of a typed day in the office's time, or of the day ``days`` later."""
    if not text:
        return None
    try:
        day = parse_day(text) + datetime.timedelta(days=days)
        return datetime.datetime.combine(day, datetime.time(), ZoneInfo(current_time_zone()))
    except (Malformed, OverflowError):
        raise _unreadable(N_("Time")) from None


def _unreadable(label: str) -> Malformed:
    return Malformed(Message("The filter %(name)s cannot be read.", name=Message(label)), code="bad_filter")


__all__ = ["LogRow", "LogView"]
