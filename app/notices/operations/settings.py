"""What an office prints on its notices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.billing.rules.payment_qr import BankAccount
from app.foundation.database import db
from app.foundation.transactions import found, locked
from app.foundation.uploads import CheckedFile
from app.foundation.uploads.keeping import keep
from app.foundation.uploads.pictures import Box, harmless
from app.foundation.views.saving import Values, saving
from app.notices.models import NoticeSetting
from app.notices.queries import setting_of
from app.offices.choices import Currency
from app.offices.models import Office
from app.values.errors import Message, OperationRefused

SAVING = saving(NoticeSetting)
CODE, REMOVE_CODE = "collection_code", "remove_collection_code"
# On paper at most 40 mm wide and 48 mm high: some 500 points an inch, so that every square of a code stays sharp.
CODE_BOX = Box(800, 960)


def make_settings(office: object) -> None:
    """Give a new office the settings of its notices with the defaults."""
    db.session.add(NoticeSetting(office_id=office.id))  # type: ignore[attr-defined]


def save_settings(*, record: int | None, office: int | None, version: str | None, values: Values) -> NoticeSetting:
    """Keep what an office prints. Raises OperationRefused for an account that a payment code cannot carry, and as every form does."""
    given = dict(values)
    columns = tuple((name, value) for name, value in values if name not in (CODE, REMOVE_CODE))
    if record is not None:
        columns = (*columns, *_code_column(found(NoticeSetting, record), given))
    setting: NoticeSetting = SAVING(record=record, office=office, version=version, values=columns)
    if setting.bank_code:
        BankAccount(setting.bank_code, setting.account_number)
    return setting


def set_collection_code(*, office: int, file: CheckedFile | None) -> NoticeSetting:
    """Keep the picture of an office's collection code, or, without a file, print none any more. Raises OperationRefused."""
    setting = locked(NoticeSetting, db.session.scalars(setting_of(office)).one().id)
    for name, value in _code_column(setting, {CODE: file, REMOVE_CODE: file is None}):
        setattr(setting, name, value)
    db.session.flush()
    return setting


def _code_column(setting: NoticeSetting, given: Mapping[str, Any]) -> Values:
    file: CheckedFile | None = given.get(CODE)
    if file is None:
        # The file itself stays: papers that were issued bear it.
        return (("collection_code_id", None),) if given.get(REMOVE_CODE) else ()
    if found(Office, setting.office_id).currency is Currency.VND:
        raise OperationRefused(
            Message("Papers in VND bear a VietQR code with amount and reference. Enter the bank code and the account number instead."),
            code="code_of_bank",
            field=CODE,
        )
    return (("collection_code_id", keep(harmless(file, CODE_BOX, field=CODE), office=setting.office_id).id),)
