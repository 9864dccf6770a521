"""Every address of the application, from its map: which record its number means, and with what it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.foundation.api.installation import EXTENSION, ROOT
from app.foundation.imports.declared import import_kinds
from app.foundation.views import lookups
from tests.access.objects import MISSING, Ids

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Files of the program: no person, no record.
FILES = {"static", "appbuilder.static"}
# Addresses whose number means a record although their view is over no table.
RECORD_OF = {
    "CompensationView.show": "Compensation",
    "CounterView.show": "Customer",
    "ExpiringView.action_post": "ExpiringLine",
    "GiftView.show": "Gift",
    "JobView.show": "BackgroundJob",
    "RenewalNoticeView.issue": "Subscription",
    "TariffPreviewView.show": "TariffVersion",
    "UploadView.show": "Upload",
}
# The class of record behind the first word of an address of the API.
RECORD_OF_RESOURCE = {
    "approvals": "Approval",
    "adjustments": "Adjustment",
    "broadband_policies": "Office",
    "collection_steps": "CollectionStep",
    "debt_digests": "DebtDigest",
    "debt_policies": "Office",
    "late_interest": "LateInterest",
    "promises": "PaymentPromise",
    "write_offs": "WriteOff",
    "bulk_rows": "BulkRow",
    "bulk_runs": "BulkRun",
    "business_types": "BusinessType",
    "charges": "Charge",
    "closures": "Closure",
    "communities": "Community",
    "compensations": "Compensation",
    "customers": "Customer",
    "employees": "Employee",
    "equipment": "Equipment",
    "forced_stops": "ForcedStop",
    "gifts": "Gift",
    "handovers": "Handover",
    "installers": "Installer",
    "jobs": "BackgroundJob",
    "letters": "Letter",
    "line_proposals": "LineProposal",
    "materials": "Material",
    "offices": "Office",
    "plans": "Plan",
    "plan_changes": "PlanChange",
    "price_list": "PriceListItem",
    "receipts": "Receipt",
    "regular_payments": "RegularPayment",
    "relocations": "Relocation",
    "reminder_calls": "ReminderCall",
    "service_settings": "ServiceSetting",
    "services": "Service",
    "tariff_versions": "TariffVersion",
    "tariffs": "Tariff",
    "reminder_days": "Office",
    "renewal_notices": "RenewalNotice",
    "resumptions": "Resumption",
    "shifts": "Shift",
    "subscriptions": "Subscription",
    "suspensions": "Suspension",
    "transfers": "Transfer",
    "vouchers": "Voucher",
    "work_orders": "WorkOrder",
    "units": "Unit",
    "unit_facts": "UnitFact",
    "meter_reports": "MeterReport",
    "meters": "Meter",
    "reader_devices": "ReaderDevice",
    "reading_imports": "ImportBatch",
    "readings": "Reading",
    "water_quotas": "WaterQuota",
    "occupancies": "Occupancy",
    "buildings": "Building",
    "bill_corrections": "BillCorrection",
    "billing_periods": "BillingPeriod",
    "billing_results": "RunResult",
    "billing_runs": "BillingRun",
    "notice_batches": "NoticeBatch",
    "notice_letters": "NoticeLetter",
    "notice_settings": "Office",
    "notices": "Notice",
    "service_charges": "ServiceCharge",
}
NUMBERS = {"pk", "record", "office"}
# What stands in an address for words: a format that is offered, a table whose fields an office may hide.
WORDS = {"sort": "csv", "entity": "customer", "language": "vi"}


@dataclass(frozen=True)
class Address:
    """One address: its name in the table of expectations, its methods, and the class of the record its number means."""

    name: str
    pattern: str
    methods: frozenset[str]
    record: str | None
    is_api: bool
    view: str
    form: tuple[tuple[str, str], ...] = ()

    def with_record(self, number: int) -> str:
        """Return the address of one record."""
        return re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda found: str(number) if found[1] in NUMBERS else WORDS[found[1]], self.pattern)

    def sent(self, number: int) -> dict[str, str]:
        """Return the form that goes with a POST."""
        return {name: value.replace("<number>", str(number)) for name, value in self.form}

    def number_of(self, ids: Ids) -> int:
        """Return the number of the office's record; 0 where the address has none."""
        return ids[self.record] if self.record is not None else 0


def addresses(app: Flask) -> list[Address]:
    """Return every address of the application but the program's files."""
    found: dict[str, Address] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint in FILES:
            continue
        for address in _of_api(app, rule) if rule.endpoint.startswith("api.") else _of_page(app, rule):
            known = found.get(address.name)
            methods = address.methods | (known.methods if known is not None else frozenset())
            found[address.name] = Address(**{**vars(address), "methods": methods})
    return list(found.values())


def _of_api(app: Flask, rule: Rule) -> Iterator[Address]:
    endpoint = app.extensions[EXTENSION][rule.endpoint]
    resource = endpoint.rule.split("/")[1]
    record = RECORD_OF_RESOURCE.get(resource, f"(no record known for /{resource})") if "<int:" in endpoint.rule else None
    name = re.sub(r"<int:(\w+)>", "{id}", endpoint.rule)
    yield Address(f"{endpoint.method} {name}", ROOT + endpoint.rule, frozenset(rule.methods or ()), record, True, endpoint.tag)


def _of_page(app: Flask, rule: Rule) -> Iterator[Address]:
    endpoint, _, route = rule.endpoint.rpartition(".")
    view = next((view for view in app.appbuilder.baseviews if view.endpoint == endpoint), None)  # type: ignore[attr-defined]
    has_number = bool(rule.arguments & NUMBERS)
    known = RECORD_OF.get(rule.endpoint)
    record = known or (_class_of(view) if has_number else None)
    for word, pattern, form in _variants(rule, view, route):
        name = f"{rule.endpoint}{word}"
        yield Address(name, pattern, frozenset(rule.methods or ()), record if not form else known or _class_of(view), False, endpoint, form)


def _class_of(view: Any) -> str:
    datamodel = getattr(view, "datamodel", None)
    return datamodel.obj.__name__ if datamodel is not None else f"(no record known for {getattr(view, 'endpoint', view)})"


def _variants(rule: Rule, view: Any, route: str) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Yield the address once for each word that may stand in it: an action, a lookup."""
    if rule.endpoint == "LookupView.find":
        # The toy application of other tests, in the same process, registers lookups of its own.
        for name in sorted(name for name, lookup in lookups._lookups.items() if lookup.model.__module__.startswith("app.")):
            yield f":{name}", rule.rule.replace("<string:name>", name), ()
    elif rule.endpoint == "ImportView.template":
        for name in sorted(import_kinds()):
            yield f":{name}", rule.rule.replace("<string:name>", name), ()
    elif route == "action":
        for name in sorted(view.actions):
            yield f":{name}", rule.rule.replace("<string:name>", name), ()
    elif route == "action_post":
        for name in sorted(view.actions):
            yield f":{name}", rule.rule, (("action", name), ("rowid", "<number>"), ("confirmed", "yes"))
    else:
        yield "", rule.rule, ()


def missing_of(address: Address) -> str:
    """Return the address of a record that never was."""
    return address.with_record(MISSING)
