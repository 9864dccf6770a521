"""The pieces below the views, each alone."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from app.foundation import scope
from app.foundation.database import db
from app.foundation.transactions import run
from app.foundation.views import (
    ChoiceField,
    DayField,
    EntityForm,
    GuardedInterface,
    LinesField,
    LookupField,
    MoneyField,
    NumberField,
    TextField,
    WholeNumberField,
)
from app.foundation.views.columns import Kind, kind_of
from app.foundation.views.field_values import ReadField
from app.foundation.views.filters import RangeFilter
from app.foundation.views.interface import page_number, record_id
from app.foundation.views.saving import saving, version_of
from app.foundation.views.texts import clean_text
from app.values.errors import Malformed, NotFound, OperationRefused
from tests.foundation.views.toy import HERE, THERE, ToyLine, ToyState, ToyStreet


class LineForm(EntityForm):
    street = LookupField("Street", lookup="toy_street", required=True)
    quantity = NumberField("Quantity", required=True, least=0)


class PieceForm(EntityForm):
    name = TextField("Name", required=True, longest=5)
    fee = MoneyField("Fee", currency="CNY")
    change = MoneyField("Change", currency="VND", is_signed=True)
    months = WholeNumberField("Months", least=1, most=12)
    rate = NumberField("Rate", places=2)
    day = DayField("Day", least=datetime.date(2026, 1, 1))
    state = ChoiceField("State", options=ToyState, default=ToyState.ACTIVE)
    lines = LinesField(LineForm, "Lines")


def form(**typed):
    sent = PieceForm(MultiDict({"name": "x", **typed}))
    sent.validate()
    return sent


@pytest.fixture
def request_of_wang(toys):
    with toys.test_request_context("/", headers={"X-Person": "wang"}):
        toys.preprocess_request()
        yield
    scope.set_scope(None)


@pytest.mark.usefixtures("request_of_wang")
class TestFields:
    @pytest.mark.parametrize(
        ("name", "typed", "value"),
        [
            ("fee", "1,234.5", Decimal("1234.50")),
            ("fee", "１２３", Decimal("123.00")),
            ("fee", " 12 ", Decimal("12.00")),
            ("fee", "", None),
            ("change", "-5,000", Decimal("-5000")),
            ("months", "12", 12),
            ("rate", "0.25", Decimal("0.25")),
            ("day", "2026-05-14", datetime.date(2026, 5, 14)),
            ("state", "closed", ToyState.CLOSED),
            ("state", "", None),
        ],
    )
    def test_values_are_read(self, name, typed, value):
        sent = form(**{name: typed})
        assert sent[name].errors in ([], ())
        assert sent[name].data == value

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("fee", "1.005"),
            ("fee", "-1"),
            ("fee", "NaN"),
            ("fee", "1e5"),
            ("fee", "0x10"),
            ("change", "0.5"),
            ("months", "0"),
            ("months", "13"),
            ("months", "1.5"),
            ("months", "99999999999"),
            ("rate", "0.255"),
            ("rate", "10000000000000"),
            ("day", "2025-12-31"),
            ("day", "14.5."),
            ("state", "x"),
            ("name", "toolong"),
            ("name", "   "),
        ],
    )
    def test_what_cannot_be_read_stays_in_the_field(self, name, typed):
        sent = form(**{name: typed})
        assert sent[name].errors
        if name != "state":
            assert sent[name]._value() == typed

    def test_a_value_is_written_as_it_is_typed(self):
        shown = PieceForm(data={"fee": Decimal("1234.5"), "change": Decimal(5000), "day": datetime.date(2026, 5, 14), "months": 3})
        assert [shown[name]._value() for name in ("fee", "change", "day", "months")] == ["1,234.50", "5,000", "2026-05-14", "3"]
        assert (shown.fee.prefix, shown.change.suffix) == ("¥", "đ")

    def test_lines_are_read_with_their_errors(self, store):
        (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
        sent = form(**{"lines-0-street": str(street), "lines-0-quantity": "2", "lines-3-street": "999", "lines-3-quantity": "x"})
        first, second = sent.lines.entries
        assert (first.form.street.data, first.form.quantity.data, first.errors) == (street, Decimal(2), {})
        assert set(second.errors) == {"street", "quantity"}
        assert not sent.validate()
        assert sent.lines.blank.form.street.name == "lines-__line__-street"

    def test_a_choice_writes_its_words(self):
        html = str(form(state="closed").state())
        assert '<option selected value="closed">Closed</option>' in html


def test_a_value_is_refused_for_its_length_and_nul():
    assert clean_text("  e\u0302  ") == "ê"
    with pytest.raises(Malformed):
        clean_text("a\x00")
    with pytest.raises(Malformed):
        clean_text("abc", 2)


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("0", None), ("-7", None), ("7.0", None), ("٧", None), ("", None), (None, None), ("2147483648", None)]
)
def test_only_a_key_is_a_key(text, number):
    assert record_id(text) == number


def test_a_page_is_a_number():
    assert (page_number(None), page_number("0"), page_number("7")) == (1, 1, 7)
    with pytest.raises(Malformed):
        page_number("seven")


def test_kinds_come_from_columns_and_annotations():
    names = ("name", "status", "stops_on", "fee", "days_left", "street", "street.code")
    assert [kind_of(ToyLine, name) for name in names] == [
        Kind.TEXT,
        Kind.CHOICE,
        Kind.DAY,
        Kind.MONEY,
        Kind.NUMBER,
        Kind.RELATION,
        Kind.TEXT,
    ]


@pytest.fixture
def as_ada(toys):
    with toys.app_context(), scope.scoped(3, [HERE, THERE]):
        yield
        db.session.rollback()
        db.session.remove()


def test_the_count_asks_for_no_more_than_it_shows(store, as_ada):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    store(*[ToyLine(office_id=HERE, name="Li", street_id=street) for _ in range(9)])
    data = GuardedInterface(ToyLine)
    assert data.counted(data.rows(), limit=5) == 6
    assert "LIMIT" in str(data.counting(data.rows()))


def test_an_interface_never_writes(as_ada):
    data = GuardedInterface(ToyLine)
    for deed in (data.add, data.edit, data.delete, data.delete_all):
        with pytest.raises(RuntimeError):
            deed(ToyLine())


def test_the_frameworks_own_query_is_bounded(store, as_ada):
    (street,) = store(ToyStreet(office_id=HERE, code="A", name="Lake Road"))
    store(*[ToyLine(office_id=HERE, name="Li", street_id=street) for _ in range(3)])
    data = GuardedInterface(ToyLine)
    assert len(data.query(page=0, page_size=10**9)[1]) == 3
    assert data.query(page=10**9, page_size=10)[1] == []
    with pytest.raises(Malformed):
        data.query(order_column="street.secret", order_direction="asc")
    with pytest.raises(Malformed):
        data.query(order_column="phone", order_direction="asc")


def test_a_row_is_not_torn_between_two_offices(store, as_ada):
    here, there = store(ToyStreet(office_id=HERE, code="A", name="x"), ToyStreet(office_id=THERE, code="B", name="y"))
    values = (("name", "Li"), ("street", there))
    with pytest.raises(OperationRefused) as refused:
        run(saving(ToyLine), record=None, office=HERE, version=None, values=values)
    assert (refused.value.code, refused.value.field) == ("other_office", "street")
    (line,) = store(ToyLine(office_id=HERE, name="Li", street_id=here))
    with pytest.raises(OperationRefused):
        run(saving(ToyLine), record=line, office=HERE, version="1", values=values)


def test_a_parent_outside_the_scope_is_not_found(toys, store):
    (there,) = store(ToyStreet(office_id=THERE, code="B", name="y"))
    with toys.app_context(), scope.scoped(1, [HERE]):
        with pytest.raises(NotFound):
            run(saving(ToyLine), record=None, office=HERE, version=None, values=(("name", "Li"), ("street", there)))
        with pytest.raises(OperationRefused, match="office"):
            run(saving(ToyLine), record=None, office=THERE, version=None, values=(("name", "Li"),))
        db.session.remove()


def test_a_row_without_a_counter_is_versioned_by_its_values(store, as_ada):
    from tests.foundation.views.toy import ToyPayment

    one, other = ToyPayment(id=1, months=1), ToyPayment(id=1, months=2)
    assert version_of(one) == version_of(ToyPayment(id=1, months=1))
    assert version_of(one) != version_of(other)


@pytest.mark.parametrize("kind", [ReadField, RangeFilter])
def test_what_reads_nothing_cannot_be_made(kind):
    """A field or filter that forgets to say how it reads what was typed is no field, from the start and not at the first request."""
    forgetful = type("Forgetful", (kind,), {})
    with pytest.raises(TypeError, match="abstract"):
        forgetful("stops_on") if kind is RangeFilter else forgetful(name="stops_on", _form=None, _meta=EntityForm.Meta())
