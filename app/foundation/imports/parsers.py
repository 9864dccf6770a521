"""What a cell means: a text, a code, a telephone number, a day, an amount, one of a list. Each parser refuses in words, for its cell.

A parser takes a cell that is not empty and the ``Context``, and returns the value. Sentences never repeat what a private cell holds.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.foundation.i18n import LANGUAGES, say
from app.foundation.imports.cells import EXACT_BELOW, Cell, Context, text_of
from app.values.choices import Choice
from app.values.errors import N_, Malformed, Message, OperationRefused
from app.values.formats import parse_day, parse_decimal
from app.values.money import decimals, require_fee

Parser = Callable[[Cell, Context], Any]

LONGEST_PHONE = 64
SHORTEST_ID, LONGEST_ID = 6, 32
# Days since the spreadsheet's beginning: 1954 to 2119. Other numbers are no dates that people mean.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
SERIAL_ZERO = date(1899, 12, 30)
# A workbook writes the errors of its formulas as texts.
EXCEL_ERRORS = re.compile(r"#(N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|DIV/0!|SPILL!|CALC!|####.*)")
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SHORTENED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
PHONE = re.compile(r"[+(]?\d[\d\s()+\-./#*xX,;]*")
ID_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9()\-/.]*")
_TIME_BEHIND = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CHINESE_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_SPACES = re.compile(r"\s+")

TOO_LONG = N_("The text is longer than %(most)s characters.")
UNREADABLE_DAY = N_("“%(text)s” is not a date. Write it like %(example)s.")


def text(longest: int, *, lines: bool = False) -> Parser:
    """Return the parser of a text of at most ``longest`` characters; ``lines`` keeps its line breaks."""

    def parse(cell: Cell, context: Context) -> str:
        found = plain_text(cell)
        found = found if lines else _SPACES.sub(" ", found)
        if len(found) > longest:
            raise _wrong(Message(TOO_LONG, most=longest))
        return found

    return parse


def code(longest: int = 64) -> Parser:
    """Return the parser of a code or number as the office writes it: full-width digits become narrow, spaces go."""

    def parse(cell: Cell, context: Context) -> str:
        _require_exact(cell)
        found = _SPACES.sub(" ", unicodedata.normalize("NFKC", plain_text(cell))).strip()
        if len(found) > longest:
            raise _wrong(Message(TOO_LONG, most=longest))
        return found

    return parse


def secret(longest: int = 64) -> Parser:
    """Return the parser of a password: as it stands, only without spaces around it."""

    def parse(cell: Cell, context: Context) -> str:
        _require_exact(cell)
        found = plain_text(cell)
        if len(found) > longest:
            raise _wrong(Message(TOO_LONG, most=longest))
        return found

    return parse


def phone(cell: Cell, context: Context) -> str:
    """Return a telephone number as it is written, in narrow digits."""
    _require_exact(cell)
    found = _SPACES.sub(" ", unicodedata.normalize("NFKC", plain_text(cell))).strip()
    if len(found) > LONGEST_PHONE:
        raise _wrong(Message(TOO_LONG, most=LONGEST_PHONE))
    if not PHONE.fullmatch(found) or sum(letter.isdigit() for letter in found) < 5:
        raise _wrong(Message("This is not a telephone number."))
    return found


def id_number(cell: Cell, context: Context) -> str:
    """Return an identity number in capitals without spaces."""
    _require_exact(cell, id_lost=True)
    found = _SPACES.sub("", unicodedata.normalize("NFKC", plain_text(cell))).upper()
    if not ID_NUMBER.fullmatch(found) or not SHORTEST_ID <= len(found) <= LONGEST_ID:
        raise _wrong(Message("This is not an ID number: it has letters and digits, %(least)s to %(most)s of them.", least=6, most=32))
    return found


def day(cell: Cell, context: Context) -> date:
    """Return the day of a date cell, of a spreadsheet's number of a day, or of a text in the usual forms.

    05/06/2026 is read as people of the file's language write it, and refused where it could be two days.
    """
    if isinstance(cell, datetime.datetime):
        return _sensible(cell.date(), cell, context)
    if isinstance(cell, date):
        return _sensible(cell, cell, context)
    if isinstance(cell, bool):
        raise _no_day(cell, context)
    if isinstance(cell, int | float):
        return _of_number(cell, context)
    return _of_text(plain_text(cell), context)


def amount(cell: Cell, context: Context) -> Decimal:
    """Return an amount in the office's currency, with its decimals. Raises OperationRefused for less than nothing."""
    return require_fee(_number(cell, context, decimals(context.currency)), context.currency)


def one_of(choices: type[Choice], *aliases: tuple[str, Choice]) -> Parser:
    """Return the parser of a choice, named by its value, by its label in any language, or by one of ``aliases``."""
    known: dict[str, Choice] = {}

    def parse(cell: Cell, context: Context) -> Choice:
        if not known:
            known.update(_named(choices, aliases))
        found = known.get(folded(plain_text(cell)))
        if found is None:
            raise _wrong(Message("This value is not known. Possible are: %(values)s.", values=list(choices)))
        return found

    return parse


def plain_text(cell: Cell) -> str:
    """Return the text of a cell without spaces around it. Raises OperationRefused for what no record can hold."""
    found = unicodedata.normalize("NFC", text_of(cell)).strip().strip("\ufeff\u200b")
    if UNSTORABLE.search(found):
        raise _wrong(Message("The cell holds characters that cannot be stored. Type it anew."))
    if EXCEL_ERRORS.fullmatch(found):
        raise _wrong(Message("The cell holds an error of a formula, %(error)s. Enter the value itself.", error=found[:10]))
    if found.startswith(("=", "＝")):
        raise _wrong(Message("The cell begins like a formula. Enter the value itself."))
    return found


def folded(name: str) -> str:
    """Return a name as it is compared: no capitals, spaces, punctuation or Vietnamese marks, full-width letters made narrow."""
    narrow = unicodedata.normalize("NFKC", name).casefold().replace("đ", "d")
    return "".join(letter for letter in unicodedata.normalize("NFD", narrow) if letter.isalnum())


def _named(choices: type[Choice], aliases: tuple[tuple[str, Choice], ...]) -> dict[str, Choice]:
    named = {folded(alias): choice for alias, choice in aliases}
    for choice in choices:
        named |= {folded(str(choice.value)): choice}
        named |= {folded(say(choice, locale)): choice for locale in LANGUAGES}
    return named


def _require_exact(cell: Cell, *, id_lost: bool = False) -> None:
    """Refuse a number that a spreadsheet has shortened: 110101199003078123 became 1.10101E+17, and the last digits are gone."""
    is_long = isinstance(cell, float) and abs(cell) >= EXACT_BELOW
    if not is_long and not (isinstance(cell, str) and SHORTENED.fullmatch(cell.strip())):
        return
    if id_lost:
        message = Message(
            "Excel has shortened this ID number, its last digits are lost. Format the column as text and enter the number again."
        )
    else:
        message = Message("Excel has shortened this number, its last digits are lost. Format the column as text and enter it again.")
    raise _wrong(message, code="shortened")


def _of_number(cell: float, context: Context) -> date:
    if FIRST_SERIAL <= cell <= LAST_SERIAL:
        return SERIAL_ZERO + timedelta(days=int(cell))
    return _of_text(text_of(cell), context)


def _of_text(written: str, context: Context) -> date:
    plain = _TIME_BEHIND.sub("", unicodedata.normalize("NFKC", written).strip()).strip()
    if plain.isdecimal() and FIRST_SERIAL <= int(plain) <= LAST_SERIAL and len(plain) == 5:
        return SERIAL_ZERO + timedelta(days=int(plain))
    for form in (_COMPACT_DAY, _CHINESE_DAY):
        if match := form.fullmatch(plain):
            return _made(match[1], match[2], match[3], written, context)
    if match := _DAY_FIRST.fullmatch(plain):
        return _day_first(match[1], match[3], match[4], written, context)
    try:
        return _sensible(parse_day(plain, context.locale), written, context)
    except Malformed:
        pass
    try:
        return _sensible(parse_day(plain, "en"), written, context)
    except Malformed:
        raise _no_day(written, context) from None


def _day_first(first: str, second: str, year: str, written: str, context: Context) -> date:
    """Return 14/05/2026, and 05/06/2026 in a Vietnamese file; elsewhere that could be a day of May or of June."""
    if int(first) <= 12 and int(second) <= 12 and first != second and context.locale != "vi":
        raise _wrong(
            Message("“%(text)s” could be two different days. Write it like %(example)s.", text=written[:20], example="2026-05-14"),
            code="ambiguous_day",
        )
    if int(second) > 12:
        return _made(year, first, second, written, context)
    return _made(year, second, first, written, context)


def _made(year: str, month: str, day_of_month: str, written: str, context: Context) -> date:
    try:
        return _sensible(date(int(year), int(month), int(day_of_month)), written, context)
    except ValueError:
        raise _no_day(written, context) from None


def _sensible(found: date, written: Cell, context: Context) -> date:
    if not 1900 <= found.year <= 2199:
        raise _no_day(written, context)
    return found


def _no_day(written: Cell, context: Context) -> OperationRefused:
    return _wrong(Message(UNREADABLE_DAY, text=text_of(written)[:20], example="2026-05-14"), code="date_unreadable")


def _number(cell: Cell, context: Context, places: int) -> Decimal:
    if isinstance(cell, bool | date):
        raise _wrong(Message("“%(text)s” cannot be read as a number.", text=text_of(cell)[:20]))
    if isinstance(cell, int | float):
        return Decimal(text_of(cell))
    plain = re.sub(r"[¥￥$₫]|HK\$|US\$|[đĐ]$|元$|VND|CNY|RMB", "", unicodedata.normalize("NFKC", plain_text(cell))).strip()
    return parse_decimal(plain, context.locale, decimals=places)


def _wrong(message: Message, code: str = "bad_cell") -> OperationRefused:
    return OperationRefused(message, code=code)
