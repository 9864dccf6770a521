"""``run.py words``: an amount in words, as papers print it."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation

from app.foundation.commands import UsageError
from app.values.amount_in_words import in_words
from app.values.errors import OperationRefused


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(f"{message[:1].upper()}{message[1:]}. Example: python3 run.py words 10300.05 --currency CNY --locale zh_Hans")


def words(arguments: list[str]) -> int:
    """Print the amount in words."""
    parser = _Parser(prog="run.py words", allow_abbrev=False)
    parser.add_argument("amount")
    parser.add_argument("--currency", required=True)
    parser.add_argument("--locale", required=True)
    given = parser.parse_args(arguments)
    try:
        amount = Decimal(given.amount)
        if not amount.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise UsageError(f"{given.amount!r} is no amount. Write it with a point, such as 10300.05") from None
    try:
        print(in_words(amount, given.currency, given.locale))
    except (OperationRefused, ValueError) as error:
        raise UsageError(str(error)) from None
    return 0
