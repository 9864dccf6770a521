"""Whatever is sent with a form, or stands where an address has the number of a record: a page or a refusal, never an error."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from wtforms import Field, FieldList, FormField

from app.foundation.views import LookupField
from app.foundation.views.lookups import _lookups
from tests.access.cells import Address, addresses
from tests.access.ground import Ground
from tests.access.objects import DAY, Ids
from tests.pages.test_every_page import leaks_in

KEY = "a" * 32
ODD = (
    *("", "   ", "\0", "a\0b", "0", "-1", "1.5", "1e400", "NaN", "-Infinity", "9" * 9, "9" * 15, "9" * 400, "٣", "1_000", "+1", "0x10"),
    *("true", "null", "[]", "{}", "1,2", "1," * 6_000, "x" * 10_000, "王" * 10_000, "a\nb\r\nc", "\u202e\uffff\U0001f4a3"),
    "%(x)d %s {0} {x}",
    *("2026-02-30", "0001-01-01", "9999-12-31", "10000-01-01", "2026-13", "1900-01", "2026-05-14T25:00", "9999-12-31T23:59", "25:61"),
    *("<script>alert(1)</script>", "javascript:alert(1)", "'; DROP TABLE customer; --", "{{ 7*7 }}", "../../etc/passwd", "__class__"),
    *("page=x", "status=%00", "order=password&page=-1", "=&&&?", "office=999999999", "q=%ff"),
)
NUMBERS = ("0", "-1", "x", "1.5", "9" * 10, "9" * 30, "%D9%A3", "%00", "1%00", "%ff", "%20", "1%20", "null")
GOOD = {200, 302, 303, 400, 403, 404, 409, 413, 422}
# A form of one of these is the same for whoever it is about; the administrator keeps them.
OF_THE_ADMINISTRATOR = re.compile(r"SystemUser|SignIn|Backup|Log|Proof|JobList|Installation|OfficeView")


@dataclass(frozen=True)
class Sent:
    """A form that could be sent, and who sends it."""

    target: str
    username: str
    fields: dict[str, str]

    def problem(self, ground: Ground, changed: dict[str, str]) -> str | None:
        """Send the form with some fields ``changed``; return what is wrong with the answer, or nothing."""
        told = f"{self.target} with { ({name: text[:40] for name, text in changed.items()}) }"
        try:
            answer = ground.open(self.username, "POST", self.target, data=self.fields | changed)
        except Exception as error:
            return f"{told}: {type(error).__name__}: {str(error)[:300]}"
        if answer.status_code not in GOOD:
            return f"{told} gave {answer.status_code}"
        leaks = leaks_in(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else []
        return f"{told} shows {leaks[0]!r}" if leaks else None


def filled(form: Any, ids: Ids) -> dict[str, str]:
    """Return a value for each field of a form: the office's own records, a day, a number, a word."""
    return dict(pair for field in form for pair in _of_field(field, ids))


def _of_field(field: Field, ids: Ids) -> Iterator[tuple[str, str]]:
    if isinstance(field, FieldList):
        row = field.entries[0] if field.entries else field.append_entry()
        yield from _of_field(row, ids)
    elif isinstance(field, FormField):
        yield from filled(field.form, ids).items()
    elif isinstance(field, LookupField):
        yield field.name, str(ids.get(_lookups[field.lookup].model.__name__, 1))
    elif field.name == "key":
        yield field.name, KEY
    elif getattr(field, "choices", None):
        values = [str(getattr(value, "value", value)) for value, *_ in field.choices]
        yield field.name, next((value for value in values if value), "")
    elif field.type not in {"UploadField", "FlagField"}:
        yield field.name, {"DayField": DAY, "MonthField": "2026-05", "MomentField": f"{DAY}T10:00"}.get(field.type, _short(field))


def _short(field: Field) -> str:
    return "1" if field.type in {"MoneyField", "NumberField", "PercentField", "WholeNumberField"} else "x"


@pytest.fixture(scope="module")
def forms(ground: Ground) -> list[Sent]:
    """Every form of a page that adds, changes, previews or does something."""
    ids = ground.records["SH"]
    found = []
    for address in addresses(ground.app):
        if address.is_api or "POST" not in address.methods:
            continue
        username = "ada" if OF_THE_ADMINISTRATOR.match(address.name) else "chen"
        ground.cookie(username)
        target = address.with_record(address.number_of(ids))
        with ground.app.test_request_context():
            found.append(Sent(target, username, _fields_of(ground, address, ids) | address.sent(address.number_of(ids))))
    return found


def _fields_of(ground: Ground, address: Address, ids: Ids) -> dict[str, str]:
    endpoint, _, route = address.name.partition(".")
    view = next((each for each in ground.app.appbuilder.baseviews if each.endpoint == endpoint), None)  # type: ignore[attr-defined]
    form = getattr(view, {"edit": "edit_form", "add": "add_form", "preview": "add_form"}.get(route, ""), None)
    if form is not None:
        return filled(form(), ids) | {"version": "1"}
    # Pages that read their form by hand: what any of them reads.
    chosen = {"subscription": str(ids["Subscription"]), "customer": str(ids["Customer"]), "months": "1", "method": "cash"}
    words = dict.fromkeys(("note", "reason", "back", "next", "subject", "body", "ways_to_pay"), "x")
    return {"key": KEY, "version": "1", "reminder_days": "15, 7"} | chosen | words


def test_no_value_of_any_field_makes_an_error(ground: Ground, forms: list[Sent]) -> None:
    """Each field of each form meets one of the odd values in turn, so that every value is met many times."""
    values, wrong = itertools.cycle(ODD), []
    for form in forms:
        for name in form.fields:
            problem = form.problem(ground, {name: next(values)})
            wrong += [problem] if problem else []
    assert not wrong, "\n".join(wrong)


def test_a_form_as_it_should_be_makes_no_error(ground: Ground, forms: list[Sent]) -> None:
    wrong = [problem for form in forms if (problem := form.problem(ground, {}))]
    assert not wrong, "\n".join(wrong)
    assert len(forms) > 100


def test_an_empty_form_makes_no_error(ground: Ground, forms: list[Sent]) -> None:
    wrong = [problem for form in forms if (problem := Sent(form.target, form.username, {}).problem(ground, {}))]
    assert not wrong, "\n".join(wrong)


def test_no_odd_number_of_a_record_makes_an_error(ground: Ground) -> None:
    values, wrong = itertools.cycle(NUMBERS), []
    for address in addresses(ground.app):
        if address.record is None:
            continue
        for method in sorted(address.methods & {"GET", "POST", "PATCH", "PUT"}):
            for odd in itertools.islice(values, 2):
                target = address.with_record(0).replace("/0", f"/{odd}")
                send, body = (ground.call, {"json": {}}) if address.is_api else (ground.open, {"data": {}})
                try:
                    status = send("chen", method, target, **({} if method == "GET" else body)).status_code
                except Exception as error:
                    wrong.append(f"{method} {target}: {type(error).__name__}: {str(error)[:300]}")
                    continue
                if status not in GOOD | {405}:
                    wrong.append(f"{method} {target} gave {status}")
    assert not wrong, "\n".join(wrong)
