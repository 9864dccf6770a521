"""Making a tariff, writing the drafts of its versions, and checking them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.foundation import clock
from app.foundation.database import db
from app.foundation.scope import current_scope
from app.foundation.transactions import explain_constraint, found, locked
from app.foundation.views.saving import Values, require_version, saving
from app.offices.models import Office
from app.places.choices import UnitKind
from app.places.models import Building
from app.tariffs.choices import VersionState
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.rules.evaluate import Formula, compiled
from app.tariffs.rules.examples import Example, read_examples, require_passing
from app.tariffs.rules.faults import RecipeRefused
from app.tariffs.rules.known_facts import known_facts, unknown_facts
from app.tariffs.rules.recipe import read_recipe
from app.tariffs.templates import Template, templates_for
from app.values.errors import Conflict, Message, OperationRefused
from app.values.money import step

TAKEN = Message("This service has a tariff for just these units already. Make a new version of that one.")
explain_constraint("uq_tariff_service_id_building_id_unit_kind", TAKEN, "service")
explain_constraint("uq_tariff_office_id_name", Message("Another tariff has this name."), "name")


def make_tariff(
    *, office: int, service: int, building: int | None = None, unit_kind: UnitKind | None = None, name: str, note: str = ""
) -> Tariff:
    """Make a tariff without a version. Raises OperationRefused where the same units have one for this service."""
    parent = _of_office(found(Service, service, "service"), office, "service")
    place = _of_office(found(Building, building, "building"), office, "building") if building is not None else None
    same = select(Tariff).where(
        Tariff.service_id == parent.id,
        Tariff.building_id.is_not_distinct_from(building),
        Tariff.unit_kind.is_not_distinct_from(unit_kind),
    )
    if db.session.scalars(same).first() is not None:
        raise OperationRefused(TAKEN, code="tariff_taken", field="service")
    tariff = Tariff(
        office_id=office,
        service_id=parent.id,
        building_id=place.id if place is not None else None,
        unit_kind=unit_kind,
        name=name,
        note=note,
        created_by_id=current_scope().user_id,
    )
    db.session.add(tariff)
    db.session.flush()
    return tariff


def save_tariff(*, record: int | None, office: int | None, version: str | None, values: Values) -> Tariff:
    """Make a tariff, or change the name and note of one: what it is for never changes. Raises OperationRefused."""
    given = dict(values)
    if record is None:
        if office is None:
            raise OperationRefused(Message("Choose an office first."), code="no_office")
        return make_tariff(office=office, **given)
    if set(given) - {"name", "note"}:
        raise OperationRefused(Message("What a tariff is for does not change. Make another one."), code="tariff_stays", field="service")
    saved: Tariff = saving(Tariff)(record=record, office=office, version=version, values=values)
    return saved


def draft_version(
    *, tariff: int, template: str | None = None, copied: int | None = None, valid_from: datetime.date | None = None
) -> TariffVersion:
    """Begin a version: from a template, as a copy of a version of the same office, or blank. Raises OperationRefused."""
    parent = locked(Tariff, tariff)
    office = found(Office, parent.office_id)
    written = _copied(copied, parent) if copied is not None else _from_template(template or "blank", office)
    last = db.session.scalar(select(func.max(TariffVersion.number)).where(TariffVersion.tariff_id == parent.id)) or 0
    me = current_scope().user_id
    version = TariffVersion(
        office_id=parent.office_id,
        tariff_id=parent.id,
        number=last + 1,
        valid_from=valid_from,
        written_by_id=me,
        created_by_id=me,
        **written,
    )
    db.session.add(version)
    db.session.flush()
    return version


def save_version(
    *,
    version: int,
    stamp: str | None,
    recipe: Mapping[str, Any],
    examples: Sequence[Mapping[str, Any]] = (),
    valid_from: datetime.date | None = None,
    source: str = "",
    note: str = "",
) -> TariffVersion:
    """Write a draft. ``stamp`` is the version counter of the row that the person saw.

    Raises RecipeRefused with every fault of the formula, OperationRefused for examples that cannot be read or a version that is no draft.
    """
    row = locked(TariffVersion, version)
    _require_state(row, VersionState.DRAFT, Message("Only a draft can be edited. Copy this version into a new draft."))
    if require_version(stamp) != str(row.version):
        raise Conflict(Message("Another person changed this record. Your entries are kept: check them and save again."), code="stale")
    formula_of_recipe(recipe, found(Office, row.office_id), row.tariff.service)
    kept = read_examples(list(examples))
    row.recipe, row.valid_from, row.source, row.note = dict(recipe), valid_from, source, note
    row.examples = [{"facts": dict(example.facts), "total": f"{example.total:f}"} for example in kept]
    row.written_by_id = current_scope().user_id
    db.session.flush()
    return row


def check_version(*, version: int) -> TariffVersion:
    """Let a draft be approved: its formula is read and its examples give what they must. Raises OperationRefused with what fails."""
    row = locked(TariffVersion, version)
    _require_state(row, VersionState.DRAFT, Message("Only a draft is checked."))
    prove(row)
    row.state, row.checked_at, row.checked_by_id = VersionState.CHECKED, clock.now(), current_scope().user_id
    db.session.flush()
    return row


def reopen_version(*, version: int) -> TariffVersion:
    """Make a checked version a draft again, so that it can be edited. Raises OperationRefused."""
    row = locked(TariffVersion, version)
    _require_state(row, VersionState.CHECKED, Message("Only a checked version that is not approved yet becomes a draft again."))
    row.state, row.checked_at, row.checked_by_id = VersionState.DRAFT, None, None
    db.session.flush()
    return row


def prove(row: TariffVersion) -> tuple[Example, ...]:
    """Raise OperationRefused unless the formula of a version can be read and its examples pass; return them."""
    formula = formula_of_recipe(row.recipe, found(Office, row.office_id), row.tariff.service)
    examples = read_examples(row.examples)
    require_passing(formula, examples)
    return examples


def formula_of_recipe(recipe: object, office: Office, service: Service) -> Formula:
    """Return the formula of ``service`` in ``office``. Raises RecipeRefused, also for a fact that no unit has."""
    read = read_recipe(recipe, money_step=step(office.currency.value))
    faults = unknown_facts(read, known_facts(service.fact, service.measure))
    if faults:
        raise RecipeRefused(faults)
    return compiled(read)


def _copied(version: int, tariff: Tariff) -> dict[str, Any]:
    origin = _of_office(found(TariffVersion, version, "copied"), tariff.office_id, "copied")
    return {"recipe": origin.recipe, "examples": origin.examples, "source": origin.source}


def _from_template(code: str, office: Office) -> dict[str, Any]:
    from app.foundation.i18n import say

    template = next((each for each in templates_for(office.currency.value) if each.code == code), None)
    if template is None:
        raise OperationRefused(Message("There is no such template for this currency."), code="no_template", field="template")
    examples = [{"facts": dict(example.facts), "total": example.total} for example in template.examples]
    return {"recipe": template.recipe, "examples": examples, "source": say(_source(template), office.language.value)}


def _source(template: Template) -> Message | str:
    """Return where the prices of a template come from, with their day where it is known."""
    if template.prices_of is None:
        return template.source
    return Message("%(source)s Prices of %(day)s.", source=Message(template.source), day=template.prices_of)


def _require_state(row: TariffVersion, state: VersionState, message: Message) -> None:
    if row.state is not state:
        raise OperationRefused(message, code="wrong_state", field="state")


def _of_office(record: Any, office: int, field: str) -> Any:
    if record.office_id != office:
        raise OperationRefused(Message("This record does not exist."), code="other_office", field=field)
    return record
