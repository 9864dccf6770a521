"""The house rules that a machine can hold: where things lie, which way they point, how long they get."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, UniqueConstraint

from app.foundation.database import OfficeRecord, db
from app.foundation.views import checks
from app.wiring import import_models

import_models()

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
LONGEST_FILE = 320
# The layers from the bottom; a table may point at its own layer and below. ``office_id`` is everybody's: the key of the office.
LAYERS = (
    "foundation",
    "offices",
    "places",
    "customers",
    "billing",
    "tariffs",
    "workorders",
    "broadband",
    "metering",
    "runs",
    "reminders",
    "debts",
    "notices",
)
KINDS_OF_CODE = {
    "__init__", "choices", "rules", "models", "queries", "documents", "operations", "invariants", "forms", "imports", "jobs", "views",
    # What a domain tells on the page of another's record.
    "panels",
    "api",
    "menu",
}  # fmt: skip
# Files of a domain beside the usual ones, each with its reason.
EXTRA_FILES = {
    "billing": {"journal", "captions", "papers", "printing", "statement"},
    # The papers of operations have words and pages of their own.
    "broadband": {"papers", "printing"},
    "offices": {"security", "sessions", "passwords", "lockout", "presence", "factors", "first_start", "endings"},
    # Fee formulas to begin with, and what computes one without an installation.
    "tariffs": {"command", "templates"},
    # The order sheet has words of its own.
    "workorders": {"papers", "printing"},
    # Its papers and letters have words of their own, and leave the house by post.
    "reminders": {"captions", "mailing", "papers", "printing"},
    "notices": {"captions", "mail_captions", "papers", "printing"},
}
BUSINESS_TABLES = sorted(
    (
        mapper.class_.__table__
        for mapper in OfficeRecord.registry.mappers
        if issubclass(mapper.class_, OfficeRecord) and mapper.class_.__module__.startswith("app.")
    ),
    # Every process of a parallel run must name the tests in one order.
    key=lambda table: str(table.name),
)


def _python_files() -> list[Path]:
    return [path for path in APP.rglob("*.py") if "static" not in path.parts]


def test_no_file_grows_past_the_limit() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in _python_files() if (lines := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert not long, f"Split these by subject; import paths stay when a file becomes a folder: {long}"


@pytest.mark.parametrize("domain", LAYERS[1:])
def test_a_domain_has_the_usual_files(domain: str) -> None:
    found = {path.stem for path in (APP / domain).iterdir() if not path.name.startswith("__pycache__") and path.name != "templates"}
    unusual = found - KINDS_OF_CODE - EXTRA_FILES.get(domain, set())
    assert not unusual, f"A file is a kind of code: choose one of {sorted(KINDS_OF_CODE)} or give the reason in EXTRA_FILES."


@pytest.mark.parametrize("domain", [*LAYERS, "values", "home", "counter", "reports"])
def test_a_domain_says_what_it_is(domain: str) -> None:
    assert ast.get_docstring(ast.parse((APP / domain / "__init__.py").read_text())), f"app/{domain}/__init__.py needs a docstring."


def test_every_decision_has_a_number_of_its_own() -> None:
    numbers = sorted(path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


# Keys by the name of their table alone, no code looks up: the plan that an order brings, the entry of an installer's money, and what a
# void is of that is of a domain above: a hand-over of money, an operation that left no paper, the charge of a service. What a letter of
# the one outbox is about is declared by the domain that writes it.
KNOWN_UPWARDS = {
    "approval.event_id -> subscription_event",
    "approval.handover_id -> handover",
    "approval.service_charge_id -> service_charge",
    "letter.notice_id -> notice",
    "journal_entry.handover_id -> handover",
    "reversal.event_id -> subscription_event",
    "reversal.handover_id -> handover",
    "reversal.service_charge_id -> service_charge",
    "work_order.new_plan_id -> plan",
}


def test_foreign_keys_point_down() -> None:
    domain_of = {mapper.class_.__tablename__: mapper.class_.__module__.split(".")[1] for mapper in OfficeRecord.registry.mappers
                 if mapper.class_.__module__.startswith("app.")}  # fmt: skip
    upwards = []
    for name, domain in domain_of.items():
        for key in db.metadata.tables[name].foreign_keys:
            target = domain_of.get(key.column.table.name)
            if key.parent.name == "office_id" or key.column.table.name.startswith("ab_") or target is None or domain not in LAYERS:
                continue
            if LAYERS.index(target) > LAYERS.index(domain):
                upwards.append(f"{name}.{key.parent.name} -> {key.column.table.name}")
    # Whose account something is belongs to everybody, like the office.
    upwards = [each for each in upwards if not each.endswith("-> ab_user")]
    assert sorted(set(upwards) - KNOWN_UPWARDS) == []


@pytest.mark.parametrize("table", BUSINESS_TABLES, ids=lambda table: table.name)
def test_every_business_table_belongs_to_an_office(table: Table) -> None:
    assert not table.c.office_id.nullable


@pytest.mark.parametrize("table", BUSINESS_TABLES, ids=lambda table: table.name)
def test_parents_are_held_to_the_same_office(table: Table) -> None:
    """A key to another business table goes with the office: single keys to them would let rows cross."""
    business = {each.name for each in BUSINESS_TABLES}
    loose = [
        constraint.name
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name in business and "office_id" not in constraint.column_keys
    ]
    assert loose == []


@pytest.mark.parametrize("table", BUSINESS_TABLES, ids=lambda table: table.name)
def test_a_table_others_point_at_can_be_named_with_its_office(table: Table) -> None:
    pointed_at = {constraint.referred_table.name for each in BUSINESS_TABLES for constraint in each.foreign_key_constraints}
    if table.name not in pointed_at:
        return
    uniques = [[column.name for column in each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)]
    assert ["office_id", "id"] in uniques


def test_no_column_lets_the_database_tell_the_time() -> None:
    timed = [
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if not table.name.startswith("ab_") and column.server_default is not None and "now" in str(column.server_default)
    ]
    assert timed == []


def test_rules_are_importable_without_flask_or_sqlalchemy() -> None:
    code = (
        "import sys, importlib, pkgutil\n"
        "for domain in ('broadband', 'metering', 'tariffs', 'billing', 'reminders', None):\n"
        "    name = f'app.{domain}.rules' if domain else 'app.values'\n"
        "    package = importlib.import_module(name)\n"
        "    for found in pkgutil.walk_packages(package.__path__, name + '.'):\n"
        "        importlib.import_module(found.name)\n"
        "heavy = {'flask', 'sqlalchemy', 'flask_appbuilder'} & set(sys.modules)\n"
        "sys.exit(f'rules import {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_rule_has_its_page() -> None:
    pages = " ".join(path.read_text() for path in (ROOT / "docs" / "rules").glob("*.md"))
    rules = [
        path
        for domain in ("broadband", "metering", "tariffs", "billing", "customers", "reminders")
        for path in (APP / domain / "rules").glob("*.py")
    ]
    missing = [str(path.relative_to(ROOT)) for path in rules if path.stem != "__init__" and path.stem not in pages]
    assert not missing, f"Explain these with worked numbers in docs/rules: {missing}"


def test_operations_never_commit() -> None:
    committing = []
    for path in _python_files():
        if "operations" not in str(path.relative_to(APP)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}:
                committing.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert committing == [], "foundation.transactions.run commits, once."


def test_only_pages_and_jobs_ask_for_today() -> None:
    asking = []
    for path in _python_files():
        if "rules" not in path.parts and "values" not in path.parts:
            continue
        text = path.read_text()
        asking += [str(path.relative_to(ROOT)) for word in (".today()", ".now(") if word in text]
    assert asking == []


def test_every_view_keeps_the_rules_of_the_views(app: Flask) -> None:
    """On our bases, everything declared and labelled, ordered by indexed columns, nothing of a request on a shared object."""
    assert list(checks.problems(app.appbuilder)) == []  # type: ignore[attr-defined]
