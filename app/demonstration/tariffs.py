"""What the services of the demonstration's buildings cost: written and checked by the manager, approved by the chief."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.demonstration.meters import logins
from app.demonstration.places import OFFICES
from app.demonstration.profiles import OfficeProfile, ProposedPrice, TariffProfile
from app.demonstration.usage import month_ends
from app.foundation import clock
from app.foundation.database import db
from app.foundation.jobs import BackgroundJob
from app.foundation.scope import everything, scoped
from app.offices.models import Office
from app.roles import Role, rights_of
from app.tariffs.choices import ServiceKind
from app.tariffs.models import Service, Tariff, TariffVersion
from app.tariffs.operations import approve_version, check_version, draft_version, make_tariff, save_version
from app.values.dates import ONE_DAY

PROPOSED_BEFORE = datetime.timedelta(days=3)


def set_tariffs(*, job: int) -> BackgroundJob:
    """Give every office with buildings its tariffs, unless it has some."""
    with everything("the demonstration plays in every office"):
        offices = {office.code: office.id for office in db.session.scalars(select(Office))}
        priced = set(db.session.scalars(select(Tariff.office_id)))
        people = logins()
    for profile in OFFICES:
        office = offices.get(profile.code)
        if office is not None and office not in priced and profile.tariffs:
            manager, chief = people[profile.manager], people[profile.login_of(Role.CHIEF)]
            _Pricing(profile, office, manager, chief).set()
    done: BackgroundJob = db.session.get_one(BackgroundJob, job)
    return done


@dataclass(frozen=True)
class _Pricing:
    """The manager and the chief of an office, over its prices."""

    profile: OfficeProfile
    office: int
    manager: int
    chief: int

    def set(self) -> None:
        """Write, check and approve all tariffs on the eve of the first day, and propose what is to change next."""
        today = clock.today(self.profile)
        # The month in which the meters were hung is the first that can be billed.
        first_day = next(month_ends(today)).replace(day=1)
        with clock.at(self._noon(first_day - ONE_DAY)):
            with scoped(self.manager, [self.office], rights_of([Role.MANAGER])):
                checked = [self._checked(planned, first_day) for planned in self.profile.tariffs]
            with scoped(self.chief, [self.office], rights_of([Role.CHIEF])):
                for version in checked:
                    approve_version(version=version)
        if self.profile.proposed is not None:
            with clock.at(self._noon(today - PROPOSED_BEFORE)), scoped(self.manager, [self.office], rights_of([Role.MANAGER])):
                self._propose(self.profile.proposed, _month_after_next(today))

    def _noon(self, day: datetime.date) -> datetime.datetime:
        return datetime.datetime.combine(day, datetime.time(12), ZoneInfo(self.profile.time_zone))

    def _checked(self, planned: TariffProfile, first_day: datetime.date) -> int:
        tariff = make_tariff(office=self.office, service=self._service(planned.service), unit_kind=planned.unit_kind, name=planned.name)
        draft = draft_version(tariff=tariff.id, template=planned.template, valid_from=first_day)
        recipe = {**draft.recipe, "lines": [dict(line) for line in planned.lines]} if planned.lines else draft.recipe
        return _written(draft, recipe, planned.proof, first_day, source=planned.source or draft.source)

    def _service(self, kind: ServiceKind) -> int:
        return int(db.session.scalars(select(Service.id).where(Service.office_id == self.office, Service.kind == kind)).one())

    def _propose(self, proposed: ProposedPrice, first_day: datetime.date) -> None:
        """Let a price change wait for the chief."""
        before = db.session.scalars(select(TariffVersion).join(TariffVersion.tariff).where(Tariff.name == proposed.name)).one()
        draft = draft_version(tariff=before.tariff_id, copied=before.id, valid_from=first_day)
        recipe = deepcopy(draft.recipe)
        recipe["lines"][0]["price"] = proposed.price
        _written(draft, recipe, proposed.proof, first_day, source=proposed.source, note=proposed.note)


def _written(
    draft: TariffVersion,
    recipe: Mapping[str, Any],
    proof: tuple[Mapping[str, str], str] | None,
    first_day: datetime.date,
    *,
    source: str,
    note: str = "",
) -> int:
    """Write a draft and have it checked; without a ``proof`` of its own it keeps the examples that it began with."""
    examples = draft.examples if proof is None else [{"facts": dict(proof[0]), "total": proof[1]}]
    stamp = str(draft.version)
    save_version(version=draft.id, stamp=stamp, recipe=recipe, examples=examples, valid_from=first_day, source=source, note=note)
    return check_version(version=draft.id).id


def _month_after_next(today: datetime.date) -> datetime.date:
    """Return the first day of the month after the next one: people hear of a new price a month before."""
    month = today.year * 12 + today.month - 1 + 2
    return datetime.date(month // 12, month % 12 + 1, 1)
