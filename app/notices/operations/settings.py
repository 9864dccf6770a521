"""What an office prints on its notices."""

from __future__ import annotations

from app.billing.rules.payment_qr import BankAccount
from app.foundation.database import db
from app.foundation.views.saving import Values, saving
from app.notices.models import NoticeSetting

SAVING = saving(NoticeSetting)


def make_settings(office: object) -> None:
    """Give a new office the settings of its notices with the defaults."""
    db.session.add(NoticeSetting(office_id=office.id))  # type: ignore[attr-defined]


def save_settings(*, record: int | None, office: int | None, version: str | None, values: Values) -> NoticeSetting:
    """Keep what an office prints. Raises OperationRefused for an account that a payment code cannot carry, and as every form does."""
    setting: NoticeSetting = SAVING(record=record, office=office, version=version, values=values)
    if setting.bank_code:
        BankAccount(setting.bank_code, setting.account_number)
    return setting
