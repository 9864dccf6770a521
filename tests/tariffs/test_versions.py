"""The life of a version: drafted, checked by its examples, approved by a second person, followed by the next; and what is refused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.foundation.database import db
from app.foundation.scope import everything
from app.foundation.transactions import run
from app.offices.models import Office
from app.places.choices import UnitKind
from app.tariffs.choices import ServiceKind, VersionStanding, VersionState
from app.tariffs.models import Tariff, TariffVersion
from app.tariffs.operations import (
    approve_version,
    check_version,
    draft_version,
    end_version,
    make_tariff,
    reopen_version,
    save_tariff,
    save_version,
    withdraw_version,
)
from app.tariffs.queries import entered_facts, formula_of, version_before, version_of_unit
from app.tariffs.templates import EVN_HOUSEHOLD
from app.values.errors import Conflict, NotAllowed, NotFound, OperationRefused
from tests.factories import a_building, a_unit, acting, office, on_day, reloaded
from tests.tariffs.making import EXAMPLES, RECIPE, a_checked, a_draft, a_tariff, an_approved, recipe, service

pytestmark = pytest.mark.usefixtures("app")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def count(model: Any) -> int:
    with everything("counting"):
        return int(db.session.execute(select(func.count(model.id))).scalar_one())


def assert_refused(code: str, operation: Any, who: str = "chen", **terms: Any) -> OperationRefused:
    with acting(who), pytest.raises(OperationRefused) as refusal:
        run(operation, **terms)
    assert refusal.value.code == code
    return refusal.value


# Tariffs ------------------------------------------------------------------------------------------------------------------------


def test_one_tariff_for_the_same_units_of_a_service() -> None:
    a_tariff()
    terms = {"office": office().id, "service": service().id, "name": "另一个"}
    refusal = assert_refused("tariff_taken", make_tariff, **terms)
    assert refusal.field == "service"
    assert count(Tariff) == 1


def test_a_tariff_for_a_building_and_one_for_shops_stand_beside_that_of_the_office() -> None:
    a_tariff()
    building = a_building()
    a_tariff(name="A座", building=building.id)
    a_tariff(name="商铺", unit_kind=UnitKind.SHOP)
    a_tariff(name="A座商铺", building=building.id, unit_kind=UnitKind.SHOP)
    assert count(Tariff) == 4


def test_a_building_of_another_office_is_not_found() -> None:
    terms = {"office": office().id, "service": service().id, "name": "别处", "building": a_building("HN").id}
    with acting("chen"), pytest.raises(NotFound):
        run(make_tariff, **terms)
    assert count(Tariff) == 0


def test_what_a_tariff_is_for_never_changes() -> None:
    tariff = a_tariff()
    terms = {"record": tariff.id, "office": office().id, "version": str(tariff.version)}
    assert_refused("tariff_stays", save_tariff, **terms, values=(("unit_kind", UnitKind.SHOP),))
    with acting("chen"):
        run(save_tariff, **terms, values=(("name", "居民用电 2026"),))
    assert (reloaded(tariff).name, reloaded(tariff).unit_kind) == ("居民用电 2026", None)


# Drafts -------------------------------------------------------------------------------------------------------------------------


def test_a_draft_begins_blank_from_a_template_or_as_a_copy() -> None:
    tariff = a_tariff()
    with acting("chen"):
        blank = run(draft_version, tariff=tariff.id).record
        ladder = run(draft_version, tariff=tariff.id, template="zhejiang_electricity").record
        copied = run(draft_version, tariff=tariff.id, copied=ladder.id).record
    assert [version.number for version in (blank, ladder, copied)] == [1, 2, 3]
    assert blank.recipe["lines"][0]["kind"] == "flat"
    assert copied.recipe == ladder.recipe
    assert copied.examples == ladder.examples
    assert copied.state is VersionState.DRAFT


def test_a_template_of_another_currency_is_refused() -> None:
    refusal = assert_refused("no_template", draft_version, tariff=a_tariff().id, template=EVN_HOUSEHOLD.code)
    assert refusal.field == "template"
    assert count(TariffVersion) == 0


def test_a_draft_is_saved_with_its_examples() -> None:
    draft = a_draft()
    assert (draft.recipe, draft.examples, draft.valid_from) == (RECIPE, EXAMPLES, day("2026-01-01"))


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (recipe(tiers=[{"up_to": "200", "price": "1"}, {"up_to": "100", "price": "2"}, {"up_to": None, "price": "3"}]), "lines[0].tiers"),
        (recipe(quantity="horses"), "lines[0].fact"),
        (recipe(kind="guess"), "lines[0].kind"),
        ({**RECIPE, "lines": [RECIPE["lines"][0], {**RECIPE["lines"][1], "of": ["tax"]}]}, "lines[1].of"),
        ({**RECIPE, "lines": [RECIPE["lines"][0], {**RECIPE["lines"][1], "of": ["water"]}]}, "lines[1].of"),
        ({**RECIPE, "rounding": "0.001"}, "rounding"),
    ],
    ids=["a tier that falls", "an unknown fact", "an unknown kind", "VAT on itself", "an unknown code", "finer than money"],
)
def test_a_formula_with_a_fault_is_refused_at_its_line_and_nothing_written(wrong: dict[str, Any], path: str) -> None:
    draft = a_draft()
    refusal = assert_refused("recipe_refused", save_version, version=draft.id, stamp=str(draft.version), recipe=wrong)
    assert path in refusal.fields
    assert reloaded(draft).recipe == RECIPE


def test_an_example_without_a_total_is_refused() -> None:
    draft = a_draft()
    terms = {"version": draft.id, "stamp": str(draft.version), "recipe": RECIPE, "examples": [{"facts": {"kwh": "1"}, "total": "viel"}]}
    refusal = assert_refused("bad_example", save_version, **terms)
    assert refusal.field == "examples"
    assert reloaded(draft).examples == EXAMPLES


def test_what_another_person_saved_meanwhile_is_not_overwritten() -> None:
    draft = a_draft()
    with acting("chen"), pytest.raises(Conflict):
        run(save_version, version=draft.id, stamp="1", recipe=recipe(label="别的"))
    assert reloaded(draft).recipe == RECIPE


# Checking -----------------------------------------------------------------------------------------------------------------------


def test_a_version_is_checked_when_its_examples_pass() -> None:
    checked = a_checked()
    assert checked.state is VersionState.CHECKED
    assert checked.checked_by_id is not None


def test_a_version_without_an_example_is_not_checked() -> None:
    draft = a_draft(examples=[])
    assert_refused("no_example", check_version, version=draft.id)
    assert reloaded(draft).state is VersionState.DRAFT


def test_an_example_that_fails_is_named_with_both_totals() -> None:
    draft = a_draft(examples=[*EXAMPLES, {"facts": {"kwh": "100"}, "total": "54"}])
    refusal = assert_refused("example_fails", check_version, version=draft.id)
    assert str(refusal) == "Example 2 gives 55.00 and not the expected 54."
    assert reloaded(draft).state is VersionState.DRAFT


def test_an_example_without_a_fact_says_which() -> None:
    draft = a_draft(examples=[{"facts": {}, "total": "0"}])
    refusal = assert_refused("example_fails", check_version, version=draft.id)
    assert "the fact kwh is missing" in str(refusal)


def test_a_checked_version_is_edited_as_a_draft_again() -> None:
    checked = a_checked()
    terms = {"version": checked.id, "stamp": str(checked.version), "recipe": RECIPE}
    assert_refused("wrong_state", save_version, **terms)
    with acting("chen"):
        reopened = run(reopen_version, version=checked.id).record
    assert (reopened.state, reopened.checked_at) == (VersionState.DRAFT, None)


# Approving ----------------------------------------------------------------------------------------------------------------------


def test_a_second_person_approves() -> None:
    approved = an_approved()
    assert approved.state is VersionState.APPROVED
    assert approved.is_valid_on(day("2026-01-01"))
    assert not approved.is_valid_on(day("2025-12-31"))


def test_a_manager_approves_no_tariff() -> None:
    checked = a_checked()
    with acting("chen"), pytest.raises(NotAllowed):
        run(approve_version, version=checked.id)
    assert reloaded(checked).state is VersionState.CHECKED


def test_nobody_approves_what_he_wrote() -> None:
    checked = a_checked()
    with acting("chen", "approve_tariff"), pytest.raises(OperationRefused) as refusal:
        run(approve_version, version=checked.id)
    assert refusal.value.code == "self_approval"
    assert reloaded(checked).state is VersionState.CHECKED


def test_who_changed_a_draft_last_does_not_approve_it_either() -> None:
    draft = a_draft()
    with acting("zhou"):
        run(save_version, version=draft.id, stamp=str(draft.version), recipe=recipe(label="电"), examples=EXAMPLES)
        run(check_version, version=draft.id)
    assert_refused("self_approval", approve_version, "zhou", version=draft.id, valid_from=day("2026-01-01"))


def test_an_office_without_a_second_person_lets_one_do_it() -> None:
    with everything("changing the cast"):
        db.session.execute(update(Office).where(Office.code == "SH").values(second_person=False))
        db.session.commit()
    checked = a_checked()
    with acting("chen", "approve_tariff"):
        approved = run(approve_version, version=checked.id).record
    assert approved.second_person_off


def test_a_draft_is_not_approved() -> None:
    assert_refused("wrong_state", approve_version, "zhou", version=a_draft().id)


def test_a_version_needs_a_day() -> None:
    checked = a_checked(valid_from=None)
    assert assert_refused("no_day", approve_version, "zhou", version=checked.id).field == "valid_from"
    with acting("zhou"):
        assert run(approve_version, version=checked.id, valid_from=day("2026-06-01")).record.valid_from == day("2026-06-01")


# The chain of days --------------------------------------------------------------------------------------------------------------


def test_the_next_version_ends_the_one_before_on_the_day_before() -> None:
    tariff = a_tariff()
    first, second = an_approved(tariff), an_approved(tariff, valid_from="2026-06-01")
    assert (reloaded(first).valid_to, second.valid_to) == (day("2026-05-31"), None)
    assert version_before_of(second) == first.id


def test_a_version_between_two_ends_before_the_later_one() -> None:
    tariff = a_tariff()
    first, last = an_approved(tariff), an_approved(tariff, valid_from="2026-06-01")
    between = an_approved(tariff, valid_from="2026-03-01")
    assert [reloaded(each).valid_to for each in (first, between, last)] == [day("2026-02-28"), day("2026-05-31"), None]


def test_two_versions_from_one_day_are_refused() -> None:
    tariff = a_tariff()
    an_approved(tariff)
    checked = a_checked(tariff)
    refusal = assert_refused("day_taken", approve_version, "zhou", version=checked.id)
    assert refusal.field == "valid_from"
    assert reloaded(checked).state is VersionState.CHECKED


def test_a_scheduled_version_is_withdrawn_and_the_one_before_goes_on() -> None:
    tariff = a_tariff()
    with on_day("2026-05-14"):
        first, second = an_approved(tariff), an_approved(tariff, valid_from="2026-06-01")
        with acting("zhou"):
            run(withdraw_version, version=second.id, reason="决定撤回")
    assert (reloaded(first).valid_to, reloaded(second).state) == (None, VersionState.WITHDRAWN)


def test_a_version_in_force_is_not_withdrawn() -> None:
    with on_day("2026-05-14"):
        approved = an_approved()
        assert_refused("in_force", withdraw_version, "zhou", version=approved.id, reason="不对")
    assert reloaded(approved).state is VersionState.APPROVED


def test_a_manager_withdraws_a_draft_but_no_approved_version() -> None:
    draft = a_draft()
    with acting("chen"):
        assert run(withdraw_version, version=draft.id, reason="不用了").record.reason == "不用了"
    scheduled = an_approved(a_tariff(kind=ServiceKind.WATER, name="水", note=""), valid_from="2099-01-01", **_of_water())
    with acting("chen"), pytest.raises(NotAllowed):
        run(withdraw_version, version=scheduled.id, reason="不用了")


def test_a_version_is_withdrawn_for_a_reason_only() -> None:
    draft = a_draft()
    assert assert_refused("no_reason", withdraw_version, version=draft.id, reason=" ").field == "reason"
    assert reloaded(draft).state is VersionState.DRAFT


def test_a_version_ends_on_a_day_that_is_not_over() -> None:
    with on_day("2026-05-14"):
        approved = an_approved()
        assert_refused("past", end_version, "zhou", version=approved.id, ends_on=day("2026-05-13"))
        with acting("zhou"):
            run(end_version, version=approved.id, ends_on=day("2026-05-31"))
    assert reloaded(approved).valid_to == day("2026-05-31")


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        ("2025-12-31", VersionStanding.SCHEDULED),
        ("2026-01-01", VersionStanding.IN_FORCE),
        ("2026-05-31", VersionStanding.IN_FORCE),
        ("2026-06-01", VersionStanding.SUPERSEDED),
    ],
)
def test_scheduled_in_force_and_superseded_follow_from_the_day(on: str, standing: VersionStanding) -> None:
    tariff = a_tariff()
    first = an_approved(tariff)
    an_approved(tariff, valid_from="2026-06-01")
    assert reloaded(first).standing(day(on)) is standing


# Which one a unit has -----------------------------------------------------------------------------------------------------------


def test_the_narrower_tariff_bills_a_unit_and_the_wider_one_when_it_ends() -> None:
    building = a_building()
    flat, shop = a_unit("101", building=building), a_unit("1", building=building, kind=UnitKind.SHOP)
    elsewhere = a_unit("1", kind=UnitKind.SHOP)
    wide = an_approved(a_tariff())
    with on_day("2026-02-01"):
        narrow = an_approved(a_tariff(name="A座", building=building.id))
        shops = an_approved(a_tariff(name="商铺", unit_kind=UnitKind.SHOP))
        with acting("zhou"):
            run(end_version, version=narrow.id, ends_on=day("2026-02-28"))
    with acting("chen"):
        on = day("2026-02-10")
        assert [version_of_unit(unit, service(), on).id for unit in (flat, shop, elsewhere)] == [narrow.id, shops.id, shops.id]  # type: ignore[union-attr]
        assert version_of_unit(flat, service(), day("2026-03-01")).id == wide.id  # type: ignore[union-attr]
        assert version_of_unit(flat, service(ServiceKind.WATER), on) is None


def test_a_unit_is_billed_by_what_is_entered_of_it() -> None:
    unit = a_unit("101", area="68.53")
    with acting("chen"):
        assert entered_facts(unit, day("2026-05-14")) == {"kind": "apartment", "vacant": "n", "m2": "68.53"}
        assert str(formula_of(an_approved())({"kwh": "250"}).total) == "143.00"


def version_before_of(version: TariffVersion) -> int | None:
    with acting("chen"):
        before = version_before(version)
    return before.id if before is not None else None


def _of_water() -> dict[str, Any]:
    lines = [{"code": "water", "kind": "per_unit", "label": "水费", "quantity": "m3", "price": "3"}]
    return {"recipe": {"rounding": "0.01", "lines": lines}, "examples": [{"facts": {"m3": "10"}, "total": "30"}]}
