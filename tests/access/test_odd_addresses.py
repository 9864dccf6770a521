"""Whatever stands in the address of a list, a report, a lookup, a file or a list of the API: a page or a refusal, never an error."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation.api import endpoints_of
from tests.access.cells import Address, addresses
from tests.access.ground import Ground

# Bad values, already written as they stand in an address.
ODD = (
    *("", "+", "0", "-1", "1.5", "9" * 18, "9" * 400, "1e400", "NaN", "Infinity", "0x10", "%D9%A3", "1_000", "+1"),
    *("true", "null", "undefined", "[]", "{}", "[object+Object]", "a,b", "..%2F..%2Fetc%2Fpasswd", "http%3A%2F%2Fevil.example"),
    *("%00", "a%00b", "%ff", "%c0%80", "%ed%a0%80", "%u0000", "%", "%25", "_", "%5C", "*", "%F0%9F%92%A3", "%E2%80%AE", "%EF%BF%BF"),
    *("%27+OR+1%3D1--", "%22%3BDROP+TABLE+customer%3B--", "%28%28%28", "%5B%5B", "%7B%7B7*7%7D%7D", "__class__"),
    *("%3Cscript%3Ealert%281%29%3C%2Fscript%3E", "javascript%3Aalert%281%29"),
    *("2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-13-01", "20260514", "14.05.2026", "-0001-01-01"),
    *("x" * 300, "x" * 3_000, "%E7%8E%8B" * 500, "x" * 20_000, "%20" * 50),
)
PAGE_ARGUMENTS = ("q", "page", "size", "order", "tab", "status", "state", "office", "part", "sort", "next", "before", "no_such_argument")
REPORT_ARGUMENTS = ("from", "to", "period")
# A file is made by the same reading of the address as the list.
FILE_ARGUMENTS = ("q", "order", "tab", "office")
MOST_SECONDS = 3.0
GOOD = {200, 302, 400, 403, 404, 413, 414, 422}


@dataclass(frozen=True)
class Question:
    """An address that reads arguments, and their names."""

    address: Address
    arguments: tuple[str, ...]
    username: str
    is_paged: bool = False

    def ask(self, ground: Ground, query: str) -> str | None:
        """Ask with ``query``; return what is wrong with the answer, or nothing."""
        target = self.address.with_record(self.address.number_of(ground.records["SH"])) + "?" + query
        send = ground.call if self.address.is_api else ground.open
        begun = time.process_time()
        try:
            answer = send(self.username, "GET", target)
        except Exception as error:
            return f"{self.address.name}?{query[:200]}: {type(error).__name__}: {str(error)[:300]}"
        seconds = time.process_time() - begun
        if answer.status_code not in GOOD:
            return f"{self.address.name}?{query[:200]} gave {answer.status_code}"
        if seconds > MOST_SECONDS:
            return f"{self.address.name}?{query[:200]} took {seconds:.1f} s"
        if answer.status_code >= 400 and not answer.get_data():
            return f"{self.address.name}?{query[:200]} says nothing"
        return None


def questions(app: Flask) -> list[Question]:
    """Return every address that is asked by GET, with the arguments it knows and those that all know."""
    paged = {f"{view.endpoint}.list" for view in app.appbuilder.baseviews if hasattr(view, "spec")}  # type: ignore[attr-defined]
    return [
        Question(each, arguments, reader_of(each), each.name in paged or "page_size" in arguments)
        for each in addresses(app)
        for arguments in arguments_of(app, each)
    ]


def reader_of(address: Address) -> str:
    return "ada" if re.match(r"SystemUser|SignIn|Backup|Log|Proof|JobList|Installation", address.name) else "chen"


def arguments_of(app: Flask, address: Address) -> Iterator[tuple[str, ...]]:
    """Yield the names of the arguments of an address that has any worth trying."""
    if "GET" not in address.methods or address.name.startswith("health."):
        return
    if address.is_api:
        endpoint = next(each for each in endpoints_of(app) if f"{each.method} {re.sub('<[^>]+>', '{id}', each.rule)}" == address.name)
        if endpoint.query is not None:
            names = [field.data_key or name for name, field in endpoint.query().fields.items()]
            yield tuple(dict.fromkeys([*names, "no_such_argument"]))
        return
    endpoint_name, _, route = address.name.partition(".")
    view = next((each for each in app.appbuilder.baseviews if each.endpoint == endpoint_name), None)  # type: ignore[attr-defined]
    spec = getattr(view, "spec", None)
    own = [name for flt in getattr(spec, "filters", ()) for name in flt.arguments]
    own += [flt.name for flt in getattr(view, "filters", ()) if not isinstance(flt, str)] if spec is None else []
    if route == "export":
        yield tuple(dict.fromkeys([*FILE_ARGUMENTS, *(REPORT_ARGUMENTS if spec is None else ()), *own[:2]]))
    elif route == "list":
        yield tuple(dict.fromkeys([*PAGE_ARGUMENTS, *(REPORT_ARGUMENTS if spec is None else ()), *own]))
    elif route.startswith("find") or endpoint_name == "CounterView":
        yield ("q", "office", "customer", "line", "receipt", "again")
    elif route == "add":
        yield tuple(dict.fromkeys(["office", *(field.name for field in view.add_form())]))  # type: ignore[union-attr]
    else:
        yield ("office", "part")


@pytest.fixture(scope="module")
def asked(ground: Ground) -> list[Question]:
    ground.cookie("chen"), ground.cookie("ada"), ground.token("chen"), ground.token("ada")
    with ground.app.test_request_context():
        return questions(ground.app)


def test_no_argument_of_any_address_makes_an_error(ground: Ground, asked: list[Question]) -> None:
    """Each argument of each address meets one of the odd values in turn, so that every value is met many times."""
    values, wrong = itertools.cycle(ODD), []
    for question in asked:
        for name in question.arguments:
            problem = question.ask(ground, f"{name}={next(values)}")
            wrong += [problem] if problem else []
    assert not wrong, "\n".join(wrong)


ODD_QUERIES = ("%00=1", "%ff=1", "=&&&?", "[]=1", "page[]=1&page[0]=2", "page=1&page=2&size=1&size=2", "q=a;q=b", "%=%", "a" * 9_000)
# What the framework's own functions take: an argument of that name must not reach them.
ODD_NAMES = (
    "_scheme=javascript&_external=1",
    "_anchor=x&_method=POST",
    "endpoint=x&self=y&values=z&name=b&pk=1&record=2&sort=x",
)


@pytest.mark.parametrize("query", [*ODD_QUERIES, *ODD_NAMES], ids=lambda query: query[:40])
def test_no_odd_names_of_arguments_make_an_error(ground: Ground, asked: list[Question], query: str) -> None:
    lists = [question for question in asked if question.is_paged or len(question.arguments) > len(FILE_ARGUMENTS) + 4]
    wrong = [problem for question in lists if (problem := question.ask(ground, query))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("query", [b"q=\xff", b"\xe7\x8e=1", b"q=\xed\xa0\x80"])
def test_no_bytes_that_are_no_text_make_an_error(ground: Ground, query: bytes) -> None:
    """A browser writes them with percent signs; somebody who types by hand does not."""
    wrong = []
    for address in addresses(ground.app):
        if "GET" not in address.methods or address.name.startswith("health."):
            continue
        send = ground.call if address.is_api else ground.open
        sent = b"&".join([query, b"status=expired"]).decode("latin-1")
        target = address.with_record(address.number_of(ground.records["SH"]))
        try:
            status = send(reader_of(address), "GET", target, environ_overrides={"QUERY_STRING": sent}).status_code
        except Exception as error:
            wrong.append(f"{address.name}: {type(error).__name__}: {str(error)[:300]}")
            continue
        if status not in GOOD:
            wrong.append(f"{address.name} gave {status}")
    assert not wrong, "\n".join(wrong)


ANYTHING = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=40).map(lambda text: quote(text.encode("utf-8", "surrogatepass"))),
    st.binary(max_size=20).map(quote),
    st.integers(-(10**20), 10**20).map(str),
    st.dates().map(str),
)


@settings(max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_mixture_of_arguments_makes_an_error(ground: Ground, asked: list[Question], data: Any) -> None:
    question = data.draw(st.sampled_from(asked), label="address")
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(question.arguments), ANYTHING), min_size=1, max_size=5), label="arguments")
    assert question.ask(ground, "&".join(f"{name}={value}" for name, value in pairs)) is None


def test_what_cannot_be_read_is_refused_and_not_passed_over(ground: Ground, asked: list[Question]) -> None:
    """A wrong page, order or filter must not look like an answer to the question."""
    wrong = []
    for question in asked:
        if not ({"page_size", "size"} & set(question.arguments) and question.is_paged):
            continue
        queries = [f"{name}=no%20number" for name in ("page", "page_size", "office") if name in question.arguments]
        queries += ["order=password", "order=office_id%3B", "size=-1"] if "order" in question.arguments else []
        for query in queries:
            send = ground.call if question.address.is_api else ground.open
            status = send(question.username, "GET", question.address.with_record(1) + "?" + query).status_code
            if status not in {400, 404}:
                wrong.append(f"{question.address.name}?{query} gave {status}")
    assert not wrong, "\n".join(wrong)
