"""What the pages of a fee formula show: the formula as it is tried, its lines, and those of the version before."""

from __future__ import annotations

from typing import Any

from app.foundation.i18n import current_locale
from app.foundation.views import LookupField
from app.offices.menu import today_here
from app.tariffs.choices import Comparison, LineKind
from app.tariffs.forms.numbers import written_number
from app.tariffs.forms.sheet import Sheet
from app.tariffs.models import TariffVersion
from app.tariffs.operations.drafting import formula_of_recipe
from app.tariffs.queries import version_before
from app.tariffs.rules.faults import RecipeRefused
from app.tariffs.rules.recipe import LABEL_LANGUAGES
from app.tariffs.views.trying import Trial, explained, line_label, names_of, try_formula, unit_of
from app.tariffs.views.versions.forms import SheetForm
from app.values.errors import N_
from app.values.formats import number as written

# By their own names, as everywhere.
LANGUAGES = tuple(zip(LABEL_LANGUAGES, ("English", "简体中文", "繁體中文", "Tiếng Việt"), strict=True))


def trial_of_sheet(record: TariffVersion, sheet: Sheet, typed: dict[str, str], unit: str) -> Trial:
    """Return the trial of a sheet as it stands, also of one that cannot be read."""
    recipe, unread = sheet.recipe()
    trial = trial_of(record, recipe, sheet.examples_as_json(), typed, unit)
    if unread:
        places = {(fault.line, fault.parameter) for fault in unread}
        trial.faults = [*unread, *(fault for fault in trial.faults if (fault.line, fault.parameter) not in places)]
        trial.bill = None
    if trial.faults:
        # A formula that is still being written can be tried as soon as its last fault is mended.
        trial.asked = list(dict.fromkeys([*sheet.facts(), *typed]))
    return trial


def trial_of(record: TariffVersion, recipe: Any, examples: Any, typed: dict[str, str], unit: str) -> Trial:
    """Return the trial of a formula with what was typed, or what is wrong with it."""
    service = record.tariff.service
    try:
        formula = formula_of_recipe(recipe, record.office, service)
    except RecipeRefused as refusal:
        return Trial(service, faults=refusal.faults, names=names_of(service), asked=list(typed))
    terms = {"typed": typed, "unit": unit_of(unit), "examples": examples, "before": version_before(record), "locale": current_locale()}
    return try_formula(formula, service, day=record.valid_from or today_here(), **terms)


def formula_context(record: TariffVersion, sheet: Sheet, trial: Trial, typed: dict[str, str], unit: str) -> dict[str, Any]:
    """Return what the pages of a formula show."""
    locale = current_locale()
    before = version_before(record)
    kinds = {line.text("code"): line.kind.value for line in sheet.lines}
    examples_facts = dict.fromkeys(name for example in sheet.examples for name in example.facts)
    chosen = LookupField(N_("Unit"), lookup="unit").bind(SheetForm(), "unit")  # type: ignore[attr-defined]
    chosen.process(None, unit_of(unit))
    return {
        "record": record,
        "sheet": sheet,
        "trial": trial,
        "typed": typed,
        "unit": chosen,
        "chosen_unit": unit_of(unit),
        "before": before,
        "before_lines": {line["code"]: line for line in (before.recipe["lines"] if before is not None else [])},
        "currency": record.office.currency.value,
        "locale": locale,
        "label_languages": LANGUAGES,
        "kinds": list(LineKind),
        "comparisons": list(Comparison),
        "fact_names": trial.names,
        "asked": trial.asked or list(typed),
        "example_facts": list(dict.fromkeys([*trial.asked, *examples_facts])),
        "explain": lambda line: explained(line, kinds, record.tariff.service.measure),
        "label_of": lambda label: line_label(label, locale),
        "shown_fact": lambda value: written_number(value, locale),
        "number_of": lambda value: written(value, locale),
    }


def first_example(sheet: Sheet) -> dict[str, str]:
    """Return the facts with which a formula is tried before anything is typed."""
    return dict(sheet.examples[-1].facts) if sheet.examples else {}
