"""Reading the parameters of one line strictly: every fault is noted as a sentence, and reading goes on to find the next.

What cannot be read is replaced by something harmless, because a recipe with faults is never used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from app.tariffs.rules.decimals import ONE, ZERO, read_decimal
from app.tariffs.rules.facts import shown
from app.tariffs.rules.faults import Fault
from app.values.errors import Message

MOST_ENTRIES = 100

# A name of a fact begins with a letter, so that it is never taken for a number.
_fact_name = re.compile(r"[^\W\d][\w.-]{0,59}").fullmatch


class Parameters:
    """The parameters of the line at ``place`` (from 0), known to people as ``line``; ``prefix`` is where in the line they are.

    ``earlier`` are the codes of the lines before it.
    """

    def __init__(
        self,
        given: Mapping[str, object],
        faults: list[Fault],
        *,
        line: str,
        place: int | None,
        prefix: str = "",
        earlier: Collection[str] = (),
    ) -> None:
        self.line = line
        self._earlier = earlier
        self._given = given
        self._faults = faults
        self._place = place
        self._prefix = prefix
        self._asked: set[str] = set()

    # --- what is there ---

    def has(self, name: str) -> bool:
        """Whether ``name`` is given."""
        return name in self._given

    def names(self) -> list[str]:
        """Return all names that are given, as asked for."""
        self._asked.update(self._given)
        return list(self._given)

    def raw(self, name: str) -> object:
        """Return the parameter ``name`` as it is; None, and a fault, where it is missing."""
        self._asked.add(name)
        if name not in self._given:
            self.fault(name, Message("Line %(line)s: %(parameter)s is missing.", line=self.line, parameter=self.path(name)))
        return self._given.get(name)

    def path(self, name: str) -> str:
        """Return the name of a parameter as sentences write it: tiers[1].price."""
        return self._prefix + name

    def fault(self, name: str, message: Message) -> None:
        """Note a fault of the parameter ``name``."""
        self._faults.append(Fault(message, self._place, self.path(name)))

    def inside(self, given: object, prefix: str) -> Parameters:
        """Return the parameters of an object inside this line; anything but an object is a fault."""
        path = self.path(prefix)
        if not isinstance(given, Mapping):
            self.fault(prefix, Message("Line %(line)s: %(parameter)s must be an object.", line=self.line, parameter=path))
            given = {}
            # One sentence says it; the parameters missing in it would be more of the same.
            return Parameters(given, [], line=self.line, place=self._place, prefix=f"{path}.")
        return Parameters(given, self._faults, line=self.line, place=self._place, prefix=f"{path}.")

    def refuse_unknown(self, kind: str | None = None) -> None:
        """Note every parameter that nobody asked for."""
        for name in self._given:
            if name not in self._asked:
                parameter = self.path(shown(str(name)))
                if kind is None:
                    message = Message("Line %(line)s: there is no parameter %(parameter)s.", line=self.line, parameter=parameter)
                else:
                    message = Message(
                        "Line %(line)s: the kind %(kind)s has no parameter %(parameter)s.", line=self.line, kind=kind, parameter=parameter
                    )
                self.fault(str(name), message)

    def either(self, first: str, second: str) -> str:
        """Return which of two parameters is given; a fault where it is both or neither."""
        self._asked |= {first, second}
        if self.has(first) == self.has(second):
            self.fault(
                first,
                Message(
                    "Line %(line)s: either %(first)s or %(second)s is needed, and not both.", line=self.line, first=first, second=second
                ),
            )
        return first if self.has(first) else second

    # --- numbers ---

    def is_number(self, name: str) -> bool:
        """Whether the parameter ``name`` is a number."""
        return self._number_in(self._given.get(name)) is not None

    def number(self, name: str) -> Decimal:
        """Return a number, which is written as text: "12.5"."""
        value = self._number_in(self.raw(name))
        return self._unreadable(name) if value is None else value

    def positive(self, name: str) -> Decimal:
        """Return a number above zero."""
        value = self.number(name)
        if not value > 0:
            self.fault(name, Message("Line %(line)s: %(parameter)s must be above 0.", line=self.line, parameter=self.path(name)))
            return ONE
        return value

    def not_negative(self, name: str) -> Decimal:
        """Return a number that is zero or above."""
        value = self.number(name)
        if value < 0:
            self.fault(name, Message("Line %(line)s: %(parameter)s must not be negative.", line=self.line, parameter=self.path(name)))
            return ZERO
        return value

    def step(self, name: str) -> Decimal | None:
        """Return a step above zero, None where it is not given."""
        return self.positive(name) if self.has(name) else None

    def numbers(self, name: str) -> tuple[Decimal, ...]:
        """Return a list of numbers, at least one."""
        items = self._each(name)
        return tuple(items.number(place) for place in items._given)

    # --- facts ---

    def fact(self, name: str) -> str:
        """Return the name of a fact."""
        value = self.raw(name)
        if isinstance(value, str) and _fact_name(value):
            return value
        if self.has(name):
            self.fault(name, Message("Line %(line)s: %(parameter)s must be the name of a fact.", line=self.line, parameter=self.path(name)))
        return "x"

    def fact_if_given(self, name: str) -> str | None:
        """Return the name of a fact, None where it is not given."""
        return self.fact(name) if self.has(name) else None

    def number_or_fact(self, name: str) -> Decimal | str:
        """Return a number, or the name of a fact."""
        value = self.raw(name)
        number = self._number_in(value)
        if number is not None:
            return number
        if isinstance(value, str) and _fact_name(value):
            return value
        if self.has(name):
            self.fault(
                name,
                Message("Line %(line)s: %(parameter)s must be a number or the name of a fact.", line=self.line, parameter=self.path(name)),
            )
        return ONE

    def factors(self, name: str) -> tuple[Decimal | str, ...]:
        """Return a list of numbers above zero and names of facts, at least one; nothing where it is not given."""
        if not self.has(name):
            return ()
        items = self._each(name)
        return tuple(items.positive(place) if items.is_number(place) else items.number_or_fact(place) for place in items._given)

    # --- the rest ---

    def text(self, name: str) -> str:
        """Return a text of 1 to 60 characters."""
        value = self.raw(name)
        if isinstance(value, str) and value == value.strip() and 0 < len(value) <= 60 and value.isprintable():
            return value
        if self.has(name):
            message = Message(
                "Line %(line)s: %(parameter)s must be a text of 1 to 60 characters.", line=self.line, parameter=self.path(name)
            )
            self.fault(name, message)
        return "x"

    def yes_or_no(self, name: str) -> bool:
        """Return whether ``name`` is true; it is not where it is not given."""
        if not self.has(name):
            return False
        value = self.raw(name)
        if not isinstance(value, bool):
            self.fault(name, Message("Line %(line)s: %(parameter)s must be true or false.", line=self.line, parameter=self.path(name)))
        return value is True

    def objects(self, name: str) -> Sequence[Parameters]:
        """Return the objects of a list, at least one."""
        return [self.inside(item, f"{name}[{place}]") for place, item in enumerate(self._list(name))]

    def of(self) -> tuple[str, ...]:
        """Return ``of``: codes of lines before this one, at least one, each once."""
        found: list[str] = []
        for item in self._list("of"):
            fault = self._fault_of_code(item, found)
            if fault is None:
                found.append(str(item))
            else:
                self.fault("of", fault)
        return tuple(found)

    def _fault_of_code(self, item: object, found: Collection[str]) -> Message | None:
        if not isinstance(item, str):
            return Message("Line %(line)s: of must be a list of codes of earlier lines.", line=self.line)
        if item in found:
            return Message("Line %(line)s: of names %(code)s twice.", line=self.line, code=shown(item))
        if item == self._given.get("code"):
            return Message("Line %(line)s: of names the line itself.", line=self.line)
        if item not in self._earlier:
            return Message("Line %(line)s: of names %(code)s, which is no earlier line.", line=self.line, code=shown(item))
        return None

    def _list(self, name: str) -> Sequence[object]:
        value = self.raw(name)
        if isinstance(value, list | tuple) and 0 < len(value) <= MOST_ENTRIES:
            return value
        if self.has(name):
            message = Message(
                "Line %(line)s: %(parameter)s must be a list of 1 to %(most)s entries.",
                line=self.line,
                parameter=self.path(name),
                most=MOST_ENTRIES,
            )
            self.fault(name, message)
        return ()

    def _each(self, name: str) -> Parameters:
        """Return the entries of a list as parameters: prices[0], prices[1] …"""
        entries = {f"{name}[{place}]": item for place, item in enumerate(self._list(name))}
        return Parameters(entries, self._faults, line=self.line, place=self._place, prefix=self._prefix)

    def _number_in(self, value: object) -> Decimal | None:
        return read_decimal(value) if isinstance(value, str) else None

    def _unreadable(self, name: str) -> Decimal:
        if self.has(name):
            message = Message(
                "Line %(line)s: %(parameter)s must be a number written as a text, such as “12.5”.",
                line=self.line,
                parameter=self.path(name),
            )
            self.fault(name, message)
        return ONE
