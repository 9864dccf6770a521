"""Reading a fee formula 计费公式 from JSON: ``{"rounding": step, "lines": [...]}``, numbers written as texts.

The reading is the schema: what is missing, unknown or of the wrong type is a fault with a sentence that names line and parameter, and a
recipe with a fault is refused as a whole.

Source: fee rules §1; docs/rules/fee_formula.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.tariffs.choices import Comparison, LineKind
from app.tariffs.rules.bill import Label
from app.tariffs.rules.conditions import Condition
from app.tariffs.rules.decimals import ONE, ROUNDING, read_decimal
from app.tariffs.rules.facts import LONGEST_VALUE, can_be_a_value, shown
from app.tariffs.rules.faults import Fault, RecipeRefused
from app.tariffs.rules.flat import Flat
from app.tariffs.rules.graduated import Graduated
from app.tariffs.rules.included_tax import IncludedTax
from app.tariffs.rules.lines import FollowingKind, Line, QuantityKind, Recipe
from app.tariffs.rules.maximum import Maximum
from app.tariffs.rules.minimum import Minimum
from app.tariffs.rules.package import Package
from app.tariffs.rules.parameters import Parameters
from app.tariffs.rules.per_unit import PerUnit
from app.tariffs.rules.percentage import Percentage
from app.tariffs.rules.prorate import Prorate
from app.tariffs.rules.ranked import Ranked
from app.tariffs.rules.volume import Volume
from app.values.errors import Message

KINDS: dict[LineKind, type[QuantityKind] | type[FollowingKind]] = {
    LineKind.FLAT: Flat,
    LineKind.PER_UNIT: PerUnit,
    LineKind.GRADUATED: Graduated,
    LineKind.VOLUME: Volume,
    LineKind.RANKED: Ranked,
    LineKind.PACKAGE: Package,
    LineKind.PERCENTAGE: Percentage,
    LineKind.PRORATE: Prorate,
    LineKind.MINIMUM: Minimum,
    LineKind.MAXIMUM: Maximum,
    LineKind.INCLUDED_TAX: IncludedTax,
}
LABEL_LANGUAGES = ("en", "zh_Hans", "zh_Hant", "vi")
LONGEST_LABEL = 200
MOST_LINES = 100
# Whoever mends a formula reads no more of them, and an answer stays short.
MOST_FAULTS = 100


def read_recipe(given: object, *, money_step: Decimal | None = None) -> Recipe:
    """Return the recipe that the JSON value ``given`` is. Raises RecipeRefused with every fault found.

    ``money_step`` is the smallest amount of the office's currency: steps of the recipe must then be multiples of it.
    """
    faults: list[Fault] = []
    recipe = _read(given, faults)
    if recipe is not None and money_step is not None:
        faults += _finer_steps(recipe, money_step)
    if faults or recipe is None:
        raise RecipeRefused(faults[:MOST_FAULTS])
    return recipe


def _read(given: object, faults: list[Fault]) -> Recipe | None:
    if not isinstance(given, Mapping):
        faults.append(Fault(Message("A fee formula is an object with rounding and lines.")))
        return None
    faults += [
        Fault(Message("The fee formula has an unknown part %(name)s.", name=shown(str(name))), parameter=str(name))
        for name in given
        if name not in ("rounding", "lines")
    ]
    return Recipe(_rounding(given.get("rounding"), faults), _lines(given.get("lines"), faults))


def _rounding(given: object, faults: list[Fault]) -> Decimal:
    step = read_decimal(given) if isinstance(given, str) else None
    if step is not None and step > 0:
        return step
    sentence = Message("The rounding of the fee formula must be a number above 0, written as a text, such as “1” or “0.01”.")
    faults.append(Fault(sentence, parameter="rounding"))
    return ONE


def _lines(given: object, faults: list[Fault]) -> tuple[Line, ...]:
    if not isinstance(given, list | tuple) or not given:
        faults.append(Fault(Message("The fee formula needs a list of lines, at least one."), parameter="lines"))
        return ()
    if len(given) > MOST_LINES:
        faults.append(Fault(Message("The fee formula has more than %(number)s lines.", number=MOST_LINES), parameter="lines"))
        return ()
    found: list[Line] = []
    codes: list[str] = []
    for place, item in enumerate(given):
        line = _line(item, place, codes, faults)
        if line is not None:
            found.append(line)
            codes.append(line.code)
    return tuple(found)


def _line(given: object, place: int, earlier: list[str], faults: list[Fault]) -> Line | None:
    if not isinstance(given, Mapping):
        faults.append(Fault(Message("Line %(line)s must be an object.", line=str(place + 1)), place))
        return None
    parameters = Parameters(given, faults, line=_known_as(given, place), place=place, earlier=earlier)
    code = parameters.text("code")
    if code in earlier and parameters.has("code"):
        parameters.fault("code", Message("Line %(line)s: an earlier line has the same code.", line=parameters.line))
    label = _label(parameters)
    when = _when(parameters)
    step = parameters.step("step")
    keep_zero = parameters.yes_or_no("keep_zero")
    kind = _kind(parameters)
    if kind is None:
        return None
    line = Line(code, label, kind, KINDS[kind].read(parameters), when, step, keep_zero)
    parameters.refuse_unknown(kind.value)
    return line


def _known_as(given: Mapping[str, object], place: int) -> str:
    """Return how sentences call a line: its place as people count, and its code."""
    code = given.get("code")
    return f"{place + 1} ({shown(code)})" if isinstance(code, str) and code.strip() else str(place + 1)


def _kind(parameters: Parameters) -> LineKind | None:
    given = parameters.raw("kind")
    if isinstance(given, str) and given in list(LineKind):
        return LineKind(given)
    if parameters.has("kind"):
        kinds = ", ".join(kind.value for kind in LineKind)
        parameters.fault("kind", Message("Line %(line)s: kind must be one of %(kinds)s.", line=parameters.line, kinds=kinds))
    return None


def _label(parameters: Parameters) -> Label:
    given = parameters.raw("label")
    if isinstance(given, str) and _is_label(given):
        return given
    if isinstance(given, Mapping) and given and all(name in LABEL_LANGUAGES and _is_label(text) for name, text in given.items()):
        return dict(given)
    if parameters.has("label"):
        sentence = Message(
            "Line %(line)s: label must be a text, or a text for each language among %(languages)s.",
            line=parameters.line,
            languages=", ".join(LABEL_LANGUAGES),
        )
        parameters.fault("label", sentence)
    return "x"


def _is_label(text: object) -> bool:
    return isinstance(text, str) and bool(text.strip()) and len(text) <= LONGEST_LABEL and text.isprintable()


def _when(parameters: Parameters) -> Condition | None:
    if not parameters.has("when"):
        return None
    given = parameters.inside(parameters.raw("when"), "when")
    fact, comparison = given.fact("fact"), _comparison(given)
    text = given.raw("value")
    number = read_decimal(text) if isinstance(text, str) else None
    if isinstance(text, str) and not can_be_a_value(text):
        sentence = Message("Line %(line)s: when.value must be a text of at most %(most)s characters.", line=given.line, most=LONGEST_VALUE)
        given.fault("value", sentence)
    elif not isinstance(text, str) and given.has("value"):
        given.fault("value", Message("Line %(line)s: when.value must be a text; numbers are written as texts too.", line=given.line))
    elif isinstance(text, str) and number is None and comparison.orders:
        sentence = Message("Line %(line)s: when.value must be a number, because only numbers are more or less.", line=given.line)
        given.fault("value", sentence)
    given.refuse_unknown()
    return Condition(fact, comparison, str(text) if number is None else number)


def _comparison(given: Parameters) -> Comparison:
    op = given.raw("op")
    if isinstance(op, str) and op in list(Comparison):
        return Comparison(op)
    if given.has("op"):
        operators = " ".join(each.value for each in Comparison)
        given.fault("op", Message("Line %(line)s: when.op must be one of %(operators)s.", line=given.line, operators=operators))
    return Comparison.EQUAL


def _finer_steps(recipe: Recipe, money_step: Decimal) -> list[Fault]:
    """Return a fault for every rounding step that leaves amounts the currency cannot have."""

    def is_finer(step: Decimal) -> bool:
        return bool(ROUNDING.remainder(step, money_step))

    faults = []
    if is_finer(recipe.rounding):
        sentence = Message("The rounding of the fee formula must be a multiple of %(step)s, the smallest amount.", step=money_step)
        faults.append(Fault(sentence, parameter="rounding"))
    for place, line in enumerate(recipe.lines):
        if line.step is not None and is_finer(line.step):
            sentence = Message(
                "Line %(line)s: step must be a multiple of %(step)s, the smallest amount.",
                line=f"{place + 1} ({line.code})",
                step=money_step,
            )
            faults.append(Fault(sentence, place, "step"))
    return faults
