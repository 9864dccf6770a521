"""What an office prints on its notices: one row per office."""

from __future__ import annotations

from typing import Any

from flask import request

from app.foundation.i18n import say
from app.foundation.uploads import PICTURES
from app.foundation.views import EntityForm, EntityView, FlagField, GuardedInterface, UploadField
from app.notices.models import NoticeSetting
from app.notices.operations import save_settings
from app.notices.operations.settings import CODE, REMOVE_CODE
from app.offices.choices import Currency
from app.values.errors import N_

_ACCOUNT = ["bank_code", "bank_name", "account_number", "account_holder"]


class NoticeSettingView(EntityView):
    """Account, counter, signature and days of an office's notices."""

    datamodel = GuardedInterface(NoticeSetting)
    icon = "adjustments"
    list_title = show_title = edit_title = N_("Notice settings")
    label_columns = {
        "office": N_("Office"),
        "bank_code": N_("Bank code (NAPAS)"),
        "bank_name": N_("Bank"),
        "account_number": N_("Account number"),
        "account_holder": N_("Account holder"),
        "collection_code_id": N_("Collection code"),
        "hotline": N_("Telephone for questions about fees"),
        "counter": N_("Counter and opening hours"),
        "city": N_("Place of issue"),
        "signer": N_("Name of the building manager"),
        "clause": N_("Clause of the service agreement"),
        "measures": N_("Measures named in the third reminder"),
        "complaint_days": N_("Days for complaints"),
        "first_after": N_("First reminder so many days after the due date"),
        "second_after": N_("Second reminder so many days after delivery of the first"),
        "third_after": N_("Third reminder so many days after delivery of the second"),
        "deadline_days": N_("Days to pay that a reminder gives"),
    }
    description_columns = {
        "bank_code": N_("Six digits, as 970436. With an account number, papers in VND bear a payment code."),
        "account_holder": N_("As the bank writes it."),
        "measures": N_("Left empty: locking of cards, late interest, legal action. Name only what your agreement allows."),
    }
    form_fields = {
        "collection_code": UploadField(
            N_("Collection code"),
            limits=PICTURES,
            help=N_("A picture of your WeChat Pay, Alipay or FPS code: PNG, JPEG or WebP of at most 1 MB. Notices bear it."),
        ),
        "remove_collection_code": FlagField(N_("Remove the collection code")),
    }
    list_columns = ["office", "account_number", "bank_name", "account_holder", "counter", "first_after", "second_after", "third_after"]
    base_order = ("id", "asc")
    save_operation = staticmethod(save_settings)
    show_fieldsets = [
        (N_("Account for transfers"), _ACCOUNT),
        (N_("On every notice"), ["hotline", "counter", "city", "signer", "clause", "complaint_days"]),
        (N_("Reminders"), ["first_after", "second_after", "third_after", "deadline_days", "measures"]),
    ]
    edit_fieldsets = [(N_("Account for transfers"), [*_ACCOUNT, CODE, REMOVE_CODE]), *show_fieldsets[1:]]
    show_template = "notices/setting.html"

    def prepare_form(self, form: EntityForm, record: Any | None) -> None:
        """Offer a collection code where papers bear no bank's code, and its removal where there is one."""
        super().prepare_form(form, record)
        if record is not None and record.office.currency is Currency.VND:
            del form.collection_code
        if record is None or record.collection_code_id is None:
            del form.remove_collection_code

    def terms(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        version = request.form.get("version") if record is not None else None
        values = tuple(sorted(form.terms().items()))
        return {"record": getattr(record, "id", None), "office": self._office(), "version": version, "values": values}

    def record_title(self, record: NoticeSetting) -> object:
        return say(self.show_title)
