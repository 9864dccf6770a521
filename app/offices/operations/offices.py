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
from app.foundation.views.saving import Values, saving
from app.offices.models import Office
from app.roles import Right
from app.values.errors import Message, OperationRefused

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
    saved: Office = saving(Office)(record=record, office=office, version=version, values=values)
    if record is None:
        effects.call("office_made", saved)
    return saved


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
