"""What the database itself keeps true of tariffs, whoever writes: days, second persons, frozen formulas."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.foundation.database import db
from app.foundation.scope import everything
from app.tariffs.models import TariffVersion
from tests.factories import user
from tests.tariffs.making import a_checked, a_draft, a_tariff, an_approved

pytestmark = pytest.mark.usefixtures("app")

APPROVE = """
UPDATE tariff_version SET state = 'approved', approved_at = now(), approved_by_id = :person, valid_from = :day WHERE id = :version
"""


def write(statement: str, **terms: Any) -> None:
    """Write past every rule of the program, as the program's own role."""
    with everything("a test writes by SQL"):
        try:
            db.session.execute(text(statement), terms)
            db.session.commit()
        finally:
            db.session.rollback()


def assert_refused(words: str, statement: str, **terms: Any) -> None:
    with pytest.raises(DBAPIError) as refusal:
        write(statement, **terms)
    assert words in str(refusal.value.orig)


def row_of(version: TariffVersion) -> dict[str, Any]:
    with everything("reading a test's own record"):
        found = db.session.execute(text("SELECT to_jsonb(tariff_version) FROM tariff_version WHERE id = :id"), {"id": version.id})
        return dict(found.scalar_one())


def test_two_approved_versions_share_no_day() -> None:
    tariff = a_tariff()
    an_approved(tariff, valid_from="2026-01-01")
    second = a_checked(tariff, valid_from="2026-06-01")
    before = row_of(second)
    assert_refused("ex_tariff_version_in_force", APPROVE, version=second.id, person=user("zhou").id, day="2026-06-01")
    assert row_of(second) == before


def test_versions_of_other_tariffs_share_days() -> None:
    an_approved(a_tariff(), valid_from="2026-01-01")
    other = a_checked(a_tariff(unit_kind="shop", name="商铺用电"), valid_from="2026-01-01")
    write(APPROVE, version=other.id, person=user("zhou").id, day="2026-01-01")
    assert row_of(other)["state"] == "approved"


def test_who_made_a_version_does_not_approve_it_by_sql_either() -> None:
    version = a_checked()
    assert_refused("ck_tariff_version_maker_is_not_checker", APPROVE, version=version.id, person=user("chen").id, day="2026-01-01")
    assert row_of(version)["state"] == "checked"


def test_who_wrote_it_last_does_not_either() -> None:
    draft = a_draft()
    write("UPDATE tariff_version SET written_by_id = :zhou WHERE id = :id", zhou=user("zhou").id, id=draft.id)
    write("UPDATE tariff_version SET state = 'checked', checked_at = now() WHERE id = :id", id=draft.id)
    assert_refused("ck_tariff_version_maker_is_not_checker", APPROVE, version=draft.id, person=user("zhou").id, day="2026-01-01")


@pytest.mark.parametrize(
    "change",
    [
        "recipe = '{}'",
        "recipe = jsonb_set(recipe, '{lines,0,tiers,0,price}', '\"0.01\"')",
        "examples = '[]'",
        "valid_from = '2026-01-02'",
        "source = 'x'",
        "note = 'x'",
        "tariff_id = tariff_id + 1",
        "number = 9",
        "created_by_id = NULL",
        "approved_by_id = NULL",
        "approved_at = now()",
        "state = 'draft'",
        "state = 'checked'",
    ],
)
def test_an_approved_version_is_frozen(change: str) -> None:
    version = an_approved()
    before = row_of(version)
    with pytest.raises(DBAPIError):
        write(f"UPDATE tariff_version SET {change} WHERE id = :id", id=version.id)
    assert row_of(version) == before


@pytest.mark.parametrize("change", ["recipe = '{}'", "examples = '[]'", "source = 'x'", "note = 'x'", "written_by_id = NULL"])
def test_a_checked_version_is_not_edited(change: str) -> None:
    version = a_checked()
    before = row_of(version)
    assert_refused("is not changed; make a new draft", f"UPDATE tariff_version SET {change} WHERE id = :id", id=version.id)
    assert row_of(version) == before


def test_a_draft_does_not_become_approved_at_once() -> None:
    draft = a_draft()
    assert_refused("does not become approved", APPROVE, version=draft.id, person=user("zhou").id, day="2026-01-01")


@pytest.mark.parametrize("made", [a_draft, a_checked, an_approved])
def test_no_version_is_deleted(made: Any) -> None:
    version = made()
    with pytest.raises(DBAPIError):
        write("DELETE FROM tariff_version WHERE id = :id", id=version.id)
    assert row_of(version)["id"] == version.id


def test_what_a_tariff_is_for_never_changes() -> None:
    tariff = a_tariff()
    with pytest.raises(DBAPIError):
        write("UPDATE tariff SET unit_kind = 'shop' WHERE id = :id", id=tariff.id)


def test_a_version_begins_as_a_draft() -> None:
    tariff = a_tariff()
    assert_refused(
        "begins as a draft",
        "INSERT INTO tariff_version (office_id, tariff_id, number, recipe, examples, source, note, state, checked_at, second_person_off,"
        " reason, version, created_at) VALUES (:office, :tariff, 1, '{}', '[]', '', '', 'checked', now(), false, '', 1, now())",
        office=tariff.office_id,
        tariff=tariff.id,
    )
