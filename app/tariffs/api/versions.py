"""The versions of tariffs as JSON: written, checked, approved, and tried with the facts of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import joinedload

from app.foundation.api import (
    Answer,
    Body,
    Code,
    Day,
    Given,
    Listing,
    Look,
    Moment,
    Reference,
    Routes,
    Rows,
    Text,
    Whole,
    days,
    done,
    records,
    same_code,
    same_record,
)
from app.foundation.api.fields import TEXT
from app.foundation.i18n import current_locale
from app.foundation.transactions import found, run
from app.foundation.views.saving import version_of
from app.tariffs.choices import VersionStanding, VersionState
from app.tariffs.models import TariffVersion
from app.tariffs.operations import (
    approve_version,
    check_version,
    draft_version,
    end_version,
    reopen_version,
    save_version,
    withdraw_version,
)
from app.tariffs.queries import formula_of
from app.tariffs.rules.bill import Bill, label_in
from app.tariffs.rules.decimals import plain

routes = Routes("Tariffs")


class ExampleBody(Body):
    """Facts of a unit, and the total that the formula must give."""

    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    total = Text(40, required=True)


class VersionBody(Body):
    """A draft: from a template, as a copy of a version, or with a formula of its own."""

    tariff = Reference(required=True)
    template = Text(60)
    copied = Reference(allow_none=True)
    recipe = fields.Dict(allow_none=True)
    examples = Rows(ExampleBody, most=50)
    valid_from = Day(allow_none=True)
    source = Text(TEXT)
    note = Text(TEXT)


class VersionPatchBody(Body):
    """What of a draft is written anew; what is left out stays. With ``version`` it is refused when somebody else was faster."""

    recipe = fields.Dict()
    examples = Rows(ExampleBody, most=50)
    valid_from = Day(allow_none=True)
    source = Text(TEXT)
    note = Text(TEXT)
    version = Whole(1)


class VersionAnswer(Answer):
    """``standing`` is what the version is today: an approved one is scheduled, in force or superseded."""

    id = Reference()
    office = Reference(attribute="office_id")
    tariff = Reference(attribute="tariff_id")
    number = Whole()
    state = Code(VersionState)
    standing = Code(VersionStanding, attribute="standing_today")
    valid_from = Day()
    valid_to = Day()
    recipe = fields.Dict()
    examples = fields.List(fields.Dict())
    source = Text()
    note = Text()
    checked_at = Moment()
    approved_at = Moment()
    approved_by = Reference(attribute="approved_by_id")
    reason = Text()
    version = Whole()


VERSION = Look(VersionAnswer)
versions: Listing = records(
    routes,
    "tariff_versions",
    TariffVersion,
    view="TariffVersionView",
    look=VERSION,
    filters={
        "tariff": same_record(TariffVersion.tariff_id),
        "state": same_code(TariffVersion.state, VersionState),
        **days("valid_from", TariffVersion.valid_from),
    },
    loads=(joinedload(TariffVersion.office),),
)


@routes.post("/tariff_versions", may=("TariffVersionView", "can_add"), takes=VersionBody, gives=VERSION)
def add_version(body: dict[str, Any]) -> Given:
    """Begin a version of a tariff as a draft; with ``recipe`` it is written at once."""
    return done(run(begin, **body))


def begin(*, tariff: int, template: str | None = None, copied: int | None = None, valid_from: Any = None, **written: Any) -> TariffVersion:
    """Begin a draft and write what of it was given, in one transaction."""
    draft = draft_version(tariff=tariff, template=template, copied=copied, valid_from=valid_from)
    return _write(draft, written) if written else draft


def _write(draft: TariffVersion, written: Mapping[str, Any], stamp: str | None = None) -> TariffVersion:
    terms = {name: getattr(draft, name) for name in ("recipe", "examples", "valid_from", "source", "note")}
    return save_version(version=draft.id, stamp=stamp or version_of(draft), **{**terms, **written})


@routes.patch("/tariff_versions/<int:record>", may=("TariffVersionView", "can_edit"), takes=VersionPatchBody, gives=VERSION)
def change_version(record: int, body: dict[str, Any]) -> Any:
    """Write a draft anew: its formula, its examples, its day. Every fault of a formula stands under its place, `lines[0].tiers`."""
    row = versions.one(record)
    stamp = body.pop("version", None)
    return run(rewrite, version=row.id, stamp=str(stamp) if stamp is not None else None, **body).record


def rewrite(*, version: int, stamp: str | None, **written: Any) -> TariffVersion:
    """Write what of a draft was given; the rest stays."""
    return _write(found(TariffVersion, version), written, stamp)


@routes.post("/tariff_versions/<int:record>/check", may=("TariffVersionView", "can_check"), gives=VERSION)
def check(record: int) -> Any:
    """Check a draft by its examples, so that a second person can approve it."""
    return _step(check_version, record)


@routes.post("/tariff_versions/<int:record>/reopen", may=("TariffVersionView", "can_check"), gives=VERSION)
def reopen(record: int) -> Any:
    """Make a checked version a draft again."""
    return _step(reopen_version, record)


class ApprovalBody(Body):
    valid_from = Day(allow_none=True)


@routes.post("/tariff_versions/<int:record>/approve", may=("TariffVersionView", "can_approve"), takes=ApprovalBody, gives=VERSION)
def approve(record: int, body: dict[str, Any]) -> Any:
    """Approve a checked version that somebody else wrote; the version before it ends on the day before."""
    return _step(approve_version, record, **body)


class EndVersionBody(Body):
    ends_on = Day(required=True)


@routes.post("/tariff_versions/<int:record>/end", may=("TariffVersionView", "can_approve"), takes=EndVersionBody, gives=VERSION)
def end(record: int, body: dict[str, Any]) -> Any:
    """Let an approved version end on a day that is not over."""
    return _step(end_version, record, **body)


class WithdrawVersionBody(Body):
    reason = Text(200, required=True)


@routes.post("/tariff_versions/<int:record>/withdraw", may=("TariffVersionView", "can_withdraw"), takes=WithdrawVersionBody, gives=VERSION)
def withdraw(record: int, body: dict[str, Any]) -> Any:
    """Withdraw a version by which no bill can have been made."""
    return _step(withdraw_version, record, **body)


def _step(operation: Any, record: int, **terms: Any) -> Any:
    return run(operation, version=versions.one(record).id, **terms).record


# Trying ------------------------------------------------------------------------------------------------------------------------


class QuoteBody(Body):
    """The facts of a unit; numbers are texts, as everywhere."""

    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class QuotedLine(Answer):
    code = Text()
    label = Text()
    quantity = Text()
    unit_price = Text()
    amount = Text()


class QuoteAnswer(Answer):
    lines = fields.List(fields.Nested(QuotedLine))
    total = Text()


@routes.post(
    "/tariff_versions/<int:record>/quote", may=("TariffVersionView", "can_show"), takes=QuoteBody, gives=Look(QuoteAnswer), status=200
)
def quote(record: int, body: dict[str, Any]) -> Any:
    """Compute the bill of some facts by a version; nothing is written."""
    return quoted(formula_of(versions.one(record))(body["facts"]))


def quoted(bill: Bill) -> dict[str, Any]:
    """Return a bill as JSON writes it."""
    lines = [
        {
            "code": line.code,
            "label": label_in(line.label, current_locale()),
            "quantity": plain(line.quantity),
            "unit_price": plain(line.unit_price),
            "amount": plain(line.amount),
        }
        for line in bill.lines
    ]
    return {"lines": lines, "total": plain(bill.total)}
