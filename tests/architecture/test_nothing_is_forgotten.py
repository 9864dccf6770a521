"""What belongs to a new part and is easily forgotten: its page, its face in the API, its trace, its line in the wiring, its language.

CONTRIBUTING.md names these tests beside the step that each of them watches. What is left out on purpose stands here with its reason.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import re
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Integer, text

import config
from app import wiring
from app.billing import captions
from app.foundation import catalogues, i18n
from app.foundation.api import endpoints_of
from app.foundation.database import OfficeRecord, Record, db
from app.foundation.database_role import FROZEN, KEPT
from app.foundation.imports import ImportKind
from app.foundation.own_fields.models import OwnField
from app.foundation.proofs import Invariant
from app.foundation.views import ReportView
from app.offices.choices import Language
from app.offices.views.signing_in import ROLE_ICONS
from app.roles import RANK, ROLES, Role
from app.values import formats
from app.values.amount_in_words import in_words
from tests.access.expected import LETTERS
from tests.cast import PEOPLE

wiring.import_models()

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"

# Tables without a page of their own -> where people meet their rows.
WITHOUT_PAGE = {
    "allocation": "on the receipt",
    "charge_line": "on the charge",
    "hidden_field": "the page of the office's own fields",
    "import_file": "the page of the import",
    "import_heading": "proposed when a file is opened",
    "import_row": "the page of the import",
    "kept_form": "given back after signing in",
    "line_printing": "on the operation",
    "letter_template": "the page of reminder settings",
    "number_counter": "counts",
    "own_field": "the page of the office's own fields",
    "posting": "on the entry",
    "printing": "on the receipt",
    "receipt_method": "on the receipt",
    "run_service": "on the billing run",
    "service_period": "on the line",
    "work_order_material": "on the order",
    "work_order_printing": "on the order",
    "subscription_event": "on the line, and on the page of its operation",
    "subscription_work_order": "on the line and the order",
    "upload": "where a file is shown",
    "voucher_line": "on the voucher",
    "voucher_method": "on the voucher",
}
# Tables whose rows change without a trace of the change: what makes them change says who, or nobody does.
WITHOUT_TRACE = {
    "approval": "says itself who decided and when",
    "background_job": "says itself how far it is",
    "bulk_row": "says itself what became of it",
    "billing_run": "says itself how far it is and who posted it",
    "bulk_run": "says itself how far it is",
    "notice_batch": "says itself how far it is",
    "nightly_run": "a day that has passed",
    "user_office": "told by the log of users",
    "backup": "says itself what became of it",
    "charge": "paid by a receipt, which says who",
    "import_batch": "says itself who imported and undid",
    "import_file": "deleted by a job on its day",
    "import_heading": "a proposal for the next file",
    "import_row": "says itself when it was undone",
    "letter": "says itself what became of it",
    "number_counter": "counts",
    "run_result": "a proposal, replaced by the next run; what it became is frozen",
    "run_service": "chosen with its run, never changed",
    "regular_payment": "moved by a void, which says who",
    "service_period": "ended by a void, which says who",
    "shift": "says itself who opened it",
    "subscription_work_order": "made with the order",
}
# Tables from which pages and jobs may delete rows, each with its reason; all others are kept or frozen (``database_role``).
DELETABLE = {
    "background_job": "work that is over is forgotten after a while",
    "building": "master data, while nothing uses it",
    "business_type": "master data, while nothing uses it",
    "community": "master data, while nothing uses it",
    "employee": "master data, while nothing uses it",
    "hidden_field": "shown again",
    "import_file": "until its day of deletion",
    "import_heading": "a proposal for the next file",
    "installer": "master data, while nothing uses it",
    "kept_form": "given back once",
    "material": "master data, while nothing uses it",
    "nightly_run": "a mark, no fact of the business",
    "occupancy": "entered by mistake; what was billed names the customer itself, and the trace keeps it",
    "plan": "master data, while nothing uses it",
    "run_result": "a proposal, replaced by the next run of its month",
    "run_service": "goes nowhere without its run",
    "service": "master data, while nothing uses it",
    "service_setting": "then the service's own limits hold again",
    "price_list_item": "master data; papers keep the price they were made with",
    "recovery_code": "used up, or replaced",
    "second_factor": "switched off",
    "sign_in": "a way to sign in; the log tells of it",
    "sign_in_failure": "what the lock-out counts",
    "training_clock": "a practice installation only",
    "unit": "master data, while nothing uses it",
    "unit_fact": "entered by mistake; what was billed keeps the facts it used, and the trace keeps it",
    "water_quota": "entered by mistake; what was billed keeps the members it counted, and the trace keeps it",
    "work_order_material": "planned anew while the order is open; settled with it",
}
# Numbers of rows of any table, or of rows that may be gone.
LOOSE_KEYS = {
    *("idempotency_key.record_id", "import_row.record_id", "log_entry.row_id", "log_entry.user_id", "trace.row_id", "trace.user_id"),
}
# Forms without a door for programs.
WITHOUT_API = {"SystemUserView": "users are made by people, with a password that they hand over"}


def _views(app: Flask) -> list[Any]:
    return [view for view in app.appbuilder.baseviews if type(view).__module__.startswith("app.")]  # type: ignore[attr-defined]


def _doors(app: Flask) -> set[tuple[str, str]]:
    return {end.may for end in endpoints_of(app) if isinstance(end.may, tuple)}


# An entity -----------------------------------------------------------------------------------------------------------------------


def test_every_table_of_an_office_has_a_page(app: Flask) -> None:
    """A view that nobody registered in its menu.py is no page."""
    shown = {view.datamodel.obj.__tablename__ for view in _views(app) if getattr(view, "datamodel", None) is not None}
    tables = {mapper.class_.__tablename__ for mapper in OfficeRecord.registry.mappers if issubclass(mapper.class_, OfficeRecord)}
    tables = {name for name in tables if name in db.metadata.tables}
    assert sorted(tables - shown - set(WITHOUT_PAGE)) == []
    assert sorted(set(WITHOUT_PAGE) & shown) == [], "These have a page by now."


def test_every_change_of_an_offices_table_leaves_a_trace(app: Flask) -> None:
    statement = text("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
    guards: dict[str, set[str]] = {}
    for table, name in db.session.connection().execute(statement):
        guards.setdefault(table, set()).add(name.rpartition("_is_")[2])
    tables = {each.name for each in db.metadata.tables.values() if "office_id" in each.c and not each.name.startswith("ab_")}
    silent = {name for name in tables if not guards.get(name, set()) & {"traced", "frozen"}} - set(WITHOUT_TRACE)
    assert sorted(silent) == []


def test_every_key_of_another_row_is_held_by_the_database() -> None:
    loose = [
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_id") and not table.name.startswith("ab_") and isinstance(column.type, Integer) and not column.foreign_keys
    ]
    assert sorted(set(loose) - LOOSE_KEYS) == []


def test_a_table_is_frozen_kept_or_deletable_on_purpose() -> None:
    tables = {mapper.class_.__tablename__ for mapper in Record.registry.mappers if issubclass(mapper.class_, Record)}
    tables = {name for name in tables if name in db.metadata.tables}
    assert sorted(tables - set(FROZEN) - set(KEPT) - set(DELETABLE)) == []
    assert sorted(set(DELETABLE) & {*FROZEN, *KEPT}) == []


def test_what_a_form_adds_a_program_can_add(app: Flask) -> None:
    forms = [view for view in _views(app) if hasattr(view, "declared_spec") and "add" not in view.exclude_route_methods]
    wanted = {(view.class_permission_name, view.permission_of("add")): type(view).__name__ for view in forms}
    missing = {name for door, name in wanted.items() if door not in _doors(app)}
    assert sorted(missing - set(WITHOUT_API)) == []


# A report ------------------------------------------------------------------------------------------------------------------------


def test_every_report_that_is_written_is_registered_and_given_to_programs(app: Flask) -> None:
    written = {each.__name__ for each in _reports_from(ReportView) if each.__module__.startswith("app.")}
    registered = {type(view).__name__ for view in _views(app) if isinstance(view, ReportView)}
    assert sorted(written - registered) == []
    missing = {name for name in written if (name, "can_list") not in _doors(app)}
    assert sorted(missing) == []


def _reports_from(base: type[ReportView]) -> set[type[ReportView]]:
    """Return the reports that no other is made from: what others are made from shows nothing itself."""
    made = base.__subclasses__()
    return set().union(*map(_reports_from, made)) if made else {base}


def test_every_view_that_is_written_is_registered(app: Flask) -> None:
    """Also views whose module nobody imports: the sources are read, not the memory."""
    registered = {cls.__name__ for view in _views(app) for cls in type(view).__mro__} | {"LoginView"}
    written = {
        node.name: str(path.relative_to(ROOT))
        for path in APP.rglob("*.py")
        if "view" in path.name or "views" in path.parts
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("View")
    }
    bases = {"EntityView", "OperationView", "ReportView", "DeclaredView", "ListedView", "RecordedView", "EditedView", "ActingView"}
    assert {name: path for name, path in written.items() if name not in registered | bases} == {}


# A paper -------------------------------------------------------------------------------------------------------------------------


def test_every_template_of_a_paper_is_drawn_by_somebody() -> None:
    templates = {path.name: path for path in APP.glob("*/templates/papers/*.html")}
    sources = "\n".join(path.read_text(encoding="utf-8") for path in [*APP.rglob("*.py"), *APP.glob("*/templates/papers/*.html")])
    unused = [name for name in templates if not re.search(rf"[\"'/]{re.escape(name.removesuffix('.html'))}(\.html)?[\"']", sources)]
    assert [name for name in unused if name not in {"receipt_sheet.html", "receipt_slip.html", "voucher_sheet.html"}] == []


def test_every_caption_of_a_paper_is_in_every_language() -> None:
    assert set(captions.LOCALES) == set(config.LANGUAGES)
    # Hong Kong knows no such tax invoice.
    nothing_to_say = {("not_an_invoice", "zh_Hant"), ("slip_not_an_invoice", "zh_Hant")}
    empty = [(key, locale) for key, each in captions.CAPTIONS.items() for locale in captions.LOCALES if not getattr(each, locale)]
    assert set(empty) == nothing_to_say


# An import, an invariant, a nightly job: one line in the wiring -----------------------------------------------------------------


def _declared(file_name: str, kind: type) -> dict[str, Any]:
    """Return the objects of ``kind`` that stand in the modules of that name, by module and name."""
    found = {}
    for path in sorted([*APP.glob(f"*/{file_name}.py"), *APP.glob(f"*/{file_name}/__init__.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        members = vars(import_module(name))
        found.update({f"{name}.{key}": value for key, value in members.items() if isinstance(value, kind) and key.isupper()})
    return found


def test_every_import_that_is_declared_can_be_chosen_and_is_explained() -> None:
    offered = list(wiring.imports_table().values())
    declared = _declared("imports", ImportKind)
    assert [name for name, kind in declared.items() if kind not in offered] == []
    page = (ROOT / "docs" / "rules" / "imports.md").read_text(encoding="utf-8")
    assert [kind.name for kind in offered if kind.name not in page] == []


def test_every_invariant_that_is_declared_is_proved() -> None:
    proved = wiring.invariants_table()
    declared = [each for group in _declared("invariants", tuple).values() for each in group if isinstance(each, Invariant)]
    assert [each.name for each in declared if each not in proved] == []


def test_every_job_of_the_night_is_in_the_table() -> None:
    """A function of ``jobs.py`` that takes an office and a day is called by nobody but the night."""
    nightly = []
    for path in [*APP.glob("*/jobs.py"), *APP.glob("foundation/*/jobs.py")]:
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, member in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_"):
                continue
            takes = list(inspect.signature(member).parameters)[:2]
            if member.__module__ == module.__name__ and takes in (["office_id", "day"], ["office", "day"]):
                nightly.append((name, member))
    assert [name for name, member in nightly if member not in wiring.nights_table()] == []


def test_every_job_that_is_asked_for_is_known_to_the_queue() -> None:
    kinds = wiring.job_kinds()
    assert kinds
    for kind in kinds.values():
        module, _, function = kind.target.partition(":")
        assert callable(getattr(import_module(module), function)), kind


# A role --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_a_role_has_its_rows_its_icon_its_person_and_its_letter(role: Role) -> None:
    assert role in ROLES
    assert role in RANK
    assert role.value in ROLE_ICONS
    assert any(person.role is role for person in PEOPLE)
    assert len(LETTERS) == len(Role)


# A language ----------------------------------------------------------------------------------------------------------------------


def test_a_language_is_spoken_everywhere() -> None:
    languages = set(config.LANGUAGES)
    assert set(i18n.LANGUAGES) == languages
    assert {each.value for each in Language} == languages
    assert {"en", *catalogues.LOCALES} == languages
    assert set(captions.LOCALES) == languages
    names = {column.name.removeprefix("name_") for column in OwnField.__table__.columns if column.name.startswith("name_")}
    assert names == {language.lower() for language in languages}


@pytest.mark.parametrize("language", sorted(config.LANGUAGES))
def test_a_language_has_its_formats_and_its_words(language: str) -> None:
    assert formats.day(datetime.date(2026, 5, 14), language)
    assert formats.money(Decimal("1234.50"), "CNY", language)
    assert in_words(Decimal("1234.50"), "CNY", language)
    if language != "en":
        assert (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").is_file()
