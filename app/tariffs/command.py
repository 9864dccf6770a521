"""``run.py quote``: what a fee formula gives for some facts, without an installation; acceptance tests and tariff makers use it.

The file holds one ``{"recipe", "facts"}`` object or a list of them; the answer is JSON on the standard output, an object or a list alike:
``{"lines": [{"code", "label", "quantity", "unit_price", "amount"}], "total"}``, or ``{"error"}`` with a sentence for each fault.
Other parts of a case, such as a title, are passed over.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from app.foundation.commands import UsageError
from app.tariffs.rules.bill import Bill
from app.tariffs.rules.decimals import plain, read_decimal
from app.tariffs.rules.evaluate import compiled
from app.tariffs.rules.recipe import read_recipe
from app.values.errors import OperationRefused


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message[:1].upper()}{message[1:]}. Example: python3 run.py quote cases.json, or - for the standard input")


def quote(arguments: list[str]) -> int:
    """Print the bills of the cases in a file."""
    parser = _Parser(prog="run.py quote", allow_abbrev=False)
    parser.add_argument("file", metavar="FILE")
    given = parser.parse_args(arguments)
    cases = _parsed(_read(given.file), given.file)
    answer = [_answer(case) for case in cases] if isinstance(cases, list) else _answer(cases)
    # A lone half of a character, which JSON can write and UTF-8 cannot, stays the escape that it was.
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None


def _parsed(content: bytes, file: str) -> object:
    name = "The standard input" if file == "-" else file
    try:
        cases: object = json.loads(
            content.decode("utf-8-sig"), parse_float=_number, parse_int=_number, parse_constant=Decimal, object_pairs_hook=_object
        )
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not JSON: it is not written in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise UsageError(f"{name} is not usable: it is nested too deeply.") from None
    except _Twice as error:
        raise UsageError(f"{name} is not usable: {error}") from None
    if not isinstance(cases, dict | list):
        raise UsageError(f'{name} must hold an object with "recipe" and "facts", or a list of them.')
    return cases


class _Twice(ValueError):
    """An object names a part twice: one of the values would silently be lost."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Twice(f"the name {twice!r} stands twice in one object.")
    return found


def _number(text: str) -> Decimal:
    """Return a JSON number with all its digits; one with an exponent or without end is no number that a recipe knows."""
    number = read_decimal(text)
    return Decimal("NaN") if number is None else number


def _answer(case: object) -> dict[str, object]:
    if not isinstance(case, Mapping) or "recipe" not in case or "facts" not in case:
        return {"error": 'A case is an object with "recipe" and "facts".'}
    facts = case["facts"]
    if not isinstance(facts, Mapping):
        return {"error": "The facts must be an object of names and values."}
    try:
        return _written(compiled(read_recipe(case["recipe"]))(facts))
    except OperationRefused as error:
        return {"error": str(error)}


def _written(bill: Bill) -> dict[str, object]:
    lines = [
        {
            "code": line.code,
            "label": line.label,
            "quantity": plain(line.quantity),
            "unit_price": plain(line.unit_price),
            "amount": plain(line.amount),
        }
        for line in bill.lines
    ]
    return {"lines": lines, "total": plain(bill.total)}
