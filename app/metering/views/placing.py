"""Installing, removing and replacing meters 装表, 拆表, 换表: a page each, with what it does before it is done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.foundation.database import db
from app.foundation.i18n import FILTERS
from app.foundation.transactions import found
from app.foundation.views import (
    DayField,
    EntityForm,
    FlagField,
    GuardedInterface,
    LongTextField,
    LookupField,
    NumberField,
    OperationView,
    Preview,
    PreviewFact,
    TextField,
    WholeNumberField,
    record_address,
)
from app.metering.choices import ReadingKind
from app.metering.models import FEWEST_DIGITS, MOST_DIGITS, Meter, MeterInstallation, Reading
from app.metering.operations.meters import NewMeter, install_meter, remove_meter, replace_meter
from app.metering.queries import live_readings
from app.offices.menu import today_here
from app.values.errors import N_, Message


class PlacingView(OperationView):
    """The base of the pages that put a meter somewhere or take it away."""

    datamodel = GuardedInterface(MeterInstallation)
    class_permission_name = "MeterView"
    method_permission_name = {"add": "place", "preview": "place"}
    is_only_a_page = True
    icon = "gauge"
    list_title = N_("Meters")

    def prepare_form(self, form: Any, record: Any) -> None:
        day = form["on"]
        if day.data is None and day.raw_data is None:
            day.data = today_here()

    def after_saving(self, record: MeterInstallation) -> str:
        return record_address(record.meter) or "/"


class InstallMeterForm(EntityForm):
    """Which meter, where, from when, and what it shows."""

    meter = LookupField(N_("Meter"), lookup="meter", required=True)
    unit = LookupField(N_("Unit"), lookup="unit", help=N_("Left empty for a shared meter."))
    on = DayField(N_("Installed on"), required=True)
    first_value = NumberField(N_("First reading"), least=0, places=3, required=True)
    reason = LongTextField(N_("Note"), span=3, longest=200)

    def terms(self) -> dict[str, Any]:
        return {
            "meter": self["meter"].data,
            "unit": self["unit"].data,
            "on": self["on"].data,
            "first_value": self["first_value"].data,
            "reason": self["reason"].data or "",
        }


def describe_installing(record: MeterInstallation) -> Preview:
    """Say where the meter hangs from when."""
    said = Message(
        "The meter %(serial)s hangs in %(place)s from %(day)s.", serial=record.meter.serial, place=record.place, day=record.installed_on
    )
    return Preview(sentences=[said, Message("Its consumption is counted from this first reading.")], deed=N_("Install"))


class InstallMeterView(PlacingView):
    """Installing a meter that lies in store."""

    add_title, deed, deed_icon = N_("Install a meter"), N_("Install"), "plus"
    done_message = N_("The meter is installed.")
    form, operation, describe = InstallMeterForm, staticmethod(install_meter), staticmethod(describe_installing)


class RemoveMeterForm(EntityForm):
    """Which meter, when, and what it showed last."""

    meter = LookupField(N_("Meter"), lookup="meter", required=True)
    on = DayField(N_("Removed on"), required=True)
    final_value = NumberField(N_("Final reading"), least=0, places=3, required=True)
    rolled_over = FlagField(N_("The dial passed its last figure and began again at 0"))
    reason = LongTextField(N_("Note"), span=3, longest=200)

    def terms(self) -> dict[str, Any]:
        return {
            "meter": self["meter"].data,
            "on": self["on"].data,
            "final_value": self["final_value"].data,
            "rolled_over": bool(self["rolled_over"].data),
            "reason": self["reason"].data or "",
        }


def final_reading(installation: int) -> Reading:
    """Return the final reading of an installation."""
    rows: list[Reading] = list(db.session.scalars(live_readings([installation])))
    return next(row for row in rows if row.kind is ReadingKind.FINAL)


def describe_removing(record: MeterInstallation) -> Preview:
    """Say what the meter still counted."""
    final, measure = final_reading(record.id), record.meter.service.measure
    number = FILTERS["number"]
    return Preview(
        sentences=[
            Message(
                "The meter %(serial)s is taken from %(place)s on %(day)s.",
                serial=record.meter.serial,
                place=record.place,
                day=final.read_on,
            ),
            Message(
                "Since %(day)s it counted %(quantity)s %(measure)s.",
                day=final.previous_on,
                quantity=final.consumption.normalize(),
                measure=measure,
            ),
        ],
        facts=[
            PreviewFact(
                N_("Reading"),
                number(final.previous_value.normalize() if final.previous_value is not None else None),
                number(final.value.normalize()),
            )
        ],
        deed=N_("Remove"),
    )


class RemoveMeterView(PlacingView):
    """Removing a meter with its final reading."""

    add_title, deed, deed_icon = N_("Remove a meter"), N_("Remove"), "logout"
    done_message = N_("The meter is removed.")
    form, operation, describe = RemoveMeterForm, staticmethod(remove_meter), staticmethod(describe_removing)


class ReplaceMeterForm(RemoveMeterForm):
    """The old meter's last figure, the new meter and its first."""

    on = DayField(N_("Replaced on"), required=True)
    final_value = NumberField(N_("Final reading of the old meter"), least=0, places=3, required=True)
    rolled_over = FlagField(N_("The dial passed its last figure and began again at 0"))
    serial = TextField(N_("Serial number of the new meter"), required=True, longest=64)
    first_value = NumberField(N_("First reading of the new meter"), least=0, places=3, required=True, default=Decimal(0))
    digits = WholeNumberField(N_("Digits"), least=FEWEST_DIGITS, most=MOST_DIGITS, required=True, default=5)
    factor = NumberField(N_("Multiplier"), least=Decimal("0.0001"), places=4, required=True, default=Decimal(1))
    seal_no = TextField(N_("Seal number"), longest=64)
    reason = LongTextField(N_("Note"), span=3, longest=200)

    fieldsets = (
        (N_("Old meter"), ("meter", "on", "final_value", "rolled_over")),
        (N_("New meter"), ("serial", "first_value", "digits", "factor", "seal_no")),
        (None, ("reason",)),
    )

    def terms(self) -> dict[str, Any]:
        new = NewMeter(
            serial=self["serial"].data or "",
            digits=self["digits"].data,
            factor=self["factor"].data,
            seal_no=self["seal_no"].data or "",
            first_value=self["first_value"].data,
        )
        return {**super().terms(), "new": new}


def describe_replacing(record: MeterInstallation) -> Preview:
    """Say what both meters are to each other."""
    if record.replaces_id is None:
        raise AssertionError(f"The installation {record.id} replaced nothing.")
    old = found(MeterInstallation, record.replaces_id)
    final = final_reading(old.id)
    return Preview(
        sentences=[
            Message(
                "%(old)s makes room for %(new)s in %(place)s on %(day)s.",
                old=old.meter.serial,
                new=record.meter.serial,
                place=record.place,
                day=record.installed_on,
            ),
            Message(
                "The old meter counted %(quantity)s %(measure)s since %(day)s. "
                "What the new one counts in the same period is added before prices are applied.",
                quantity=final.consumption.normalize(),
                measure=record.meter.service.measure,
                day=final.previous_on,
            ),
        ],
        facts=[PreviewFact(N_("Meter"), old.meter.serial, record.meter.serial)],
        deed=N_("Replace"),
    )


class ReplaceMeterView(PlacingView):
    """Replacing a meter in one step."""

    add_title, deed, deed_icon = N_("Replace a meter"), N_("Replace"), "replace"
    done_message = N_("The meter is replaced.")
    form, operation, describe = ReplaceMeterForm, staticmethod(replace_meter), staticmethod(describe_replacing)

    def prepare_form(self, form: Any, record: Any) -> None:
        super().prepare_form(form, record)
        old = db.session.get(Meter, form["meter"].data) if form["meter"].data else None
        if old is not None and form["digits"].raw_data is None:
            form["digits"].data, form["factor"].data = old.digits, old.factor
