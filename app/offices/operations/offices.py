"""What is done to offices: made and changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.foundation import effects
from app.foundation.database import db
from app.foundation.numbering import NumberCounter
from app.foundation.scope import require_right
from app.foundation.transactions import found
from app.foundation.uploads import CheckedFile
from app.foundation.uploads.keeping import keep
from app.foundation.uploads.pictures import LOGO as LOGO_BOX
from app.foundation.uploads.pictures import harmless
from app.foundation.views.saving import Values, saving
from app.offices.models import Office
from app.roles import Right
from app.values.errors import Message, OperationRefused

LOGO, REMOVE_LOGO = "logo", "remove_logo"
PREFIXES = ("customer_prefix", "receipt_prefix", "voucher_prefix", "reversal_prefix", "work_order_prefix")


def save_office(*, record: int | None, office: int | None, version: str | None, values: Values) -> Office:
    """Make or change an office; a new one gets its lists and policies from the domains above."""
    require_right(Right.MANAGE_USERS)
    zone = dict(values).get("time_zone")
    if zone is not None:
        _require_time_zone(zone)
    if record is not None:
        _require_unused(found(Office, record), dict(values))
    _require_prefixes(dict(values))
    columns = tuple((name, value) for name, value in values if name not in (LOGO, REMOVE_LOGO))
    logo = _drawn(dict(values))
    if record is not None:
        saved: Office = saving(Office)(
            record=record, office=office, version=version, values=(*columns, *_logo_column(record, logo, values))
        )
        return saved
    saved = saving(Office)(record=None, office=office, version=version, values=columns)
    for name, value in _logo_column(saved.id, logo, values):
        setattr(saved, name, value)
    effects.call("office_made", saved)
    return saved


def _drawn(values: Mapping[str, Any]) -> CheckedFile | None:
    """Return the logo as it is kept: a small picture that holds nothing else."""
    file: CheckedFile | None = values.get(LOGO)
    return harmless(file, LOGO_BOX, field=LOGO) if file is not None else None


def _logo_column(office_id: int, logo: CheckedFile | None, values: Values) -> Values:
    if logo is not None:
        return (("logo_id", keep(logo, office=office_id).id),)
    # The file itself stays: papers that were issued bear it.
    return (("logo_id", None),) if dict(values).get(REMOVE_LOGO) else ()


def _require_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise OperationRefused(
            Message("This time zone is not known. An example: Asia/Shanghai."), code="bad_time_zone", field="time_zone"
        ) from None


def _require_unused(office: Office, values: Mapping[str, Any]) -> None:
    """Refuse another currency or time zone once the office has given a number: its amounts and days were stored in the old ones."""
    changed = [name for name in ("currency", "time_zone") if name in values and values[name] != getattr(office, name)]
    is_used = select(NumberCounter.id).where(NumberCounter.office_id == office.id).limit(1)
    if changed and db.session.scalars(is_used).one_or_none() is not None:
        raise OperationRefused(
            Message("The office has customers or papers already. Its currency and time zone cannot be changed any more."),
            code="office_in_use",
            field=changed[0],
        )


def _require_prefixes(values: Mapping[str, Any]) -> None:
    for name in PREFIXES:
        if name in values and not str(values[name] or "").strip():
            # Two kinds of papers without a prefix would get the same number.
            raise OperationRefused(Message("This field is required."), code="required", field=name)
