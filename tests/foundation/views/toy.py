"""A small application over the bases of the views: streets, lines in them, and payments for lines; two offices.

Its tables have a metadata of their own, so that the product's migrations never see them.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.actions import action as bulk_action
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import UserMixin
from jinja2 import FileSystemLoader
from sqlalchemy import Index, MetaData, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import foundation
from app.foundation import scope
from app.foundation.database import Amount, Line, Model, OfficeRecord, Short, Versioned, choice_column, db, same_office
from app.foundation.guards import init_guards
from app.foundation.i18n import init_i18n
from app.foundation.shell import init_shell
from app.foundation.transactions import IdempotencyKey, found, locked
from app.foundation.views import (
    DayField,
    DayFilter,
    EntityForm,
    EntityView,
    GuardedInterface,
    Kind,
    LookupField,
    MoneyField,
    OperationView,
    Preview,
    PreviewFact,
    PreviewLine,
    ReportColumn,
    ReportFilter,
    ReportView,
    TextField,
    WholeNumberField,
    add_lookups,
    bulk_operation,
    register_lookup,
)
from app.foundation.views.checks import GuardedAppBuilder
from app.offices.models import Office
from app.values.choices import Choice
from app.values.errors import N_, Message, OperationRefused

HERE, THERE = 1, 2
FOUNDATION = Path(foundation.__file__).parent
TOY_METADATA = MetaData(naming_convention=Model.metadata.naming_convention)  # type: ignore[arg-type]
for shared in ("ab_user", "office", "upload", "log_entry"):
    Model.metadata.tables[shared].to_metadata(TOY_METADATA)


class ToyState(Choice):
    ACTIVE = "active", N_("Active"), "good", "circle-check"
    CLOSED = "closed", N_("Closed"), "neutral", "archive"


class ToyRecord(OfficeRecord):
    __abstract__ = True
    metadata = TOY_METADATA


class ToyStreet(Versioned, ToyRecord):
    __tablename__ = "toy_street"
    __table_args__ = (UniqueConstraint("office_id", "id"), UniqueConstraint("office_id", "code"))

    code: Mapped[Short]
    name: Mapped[Line] = mapped_column(default="")
    secret: Mapped[Short] = mapped_column(default="")

    def __str__(self) -> str:
        return self.name


class ToyLine(Versioned, ToyRecord):
    __tablename__ = "toy_line"
    __table_args__ = (
        UniqueConstraint("office_id", "id"),
        same_office("street_id", "toy_street"),
        Index("ix_toy_line_stops_on", "office_id", "stops_on"),
    )

    name: Mapped[Line]
    street_id: Mapped[int] = mapped_column(index=True)
    status: Mapped[ToyState] = choice_column(ToyState, default=ToyState.ACTIVE, index=True)
    stops_on: Mapped[datetime.date | None]
    fee: Mapped[Amount] = mapped_column(default=Decimal("0.00"))
    phone: Mapped[Short] = mapped_column(default="")
    street: Mapped[ToyStreet] = relationship(
        primaryjoin="ToyLine.street_id == ToyStreet.id", foreign_keys="ToyLine.street_id", lazy="select"
    )

    def __str__(self) -> str:
        return self.name

    @property
    def days_left(self) -> int | None:
        return None if self.stops_on is None else (self.stops_on - datetime.date(2026, 5, 14)).days


class ToyPayment(ToyRecord):
    __tablename__ = "toy_payment"
    __table_args__ = (UniqueConstraint("office_id", "id"), same_office("line_id", "toy_line"), Index("ix_toy_payment_line_id", "line_id"))

    line_id: Mapped[int]
    months: Mapped[int]
    amount: Mapped[Amount]
    paid_on: Mapped[datetime.date]
    note: Mapped[str] = mapped_column(String(20), default="")
    is_voided: Mapped[bool] = mapped_column(default=False)
    line: Mapped[ToyLine] = relationship(primaryjoin="ToyPayment.line_id == ToyLine.id", foreign_keys="ToyPayment.line_id")

    def __str__(self) -> str:
        return f"#{self.id}"


def pay(*, line: int, months: int, price: Decimal, paid_on: datetime.date, note: str = "") -> ToyPayment:
    row = locked(ToyLine, line)
    if row.status is ToyState.CLOSED:
        raise OperationRefused(Message("The line %(name)s is closed.", name=row.name), code="closed", field="line")
    if months > 12:
        raise OperationRefused(Message("At most twelve months at once."), code="too_long")
    payment = ToyPayment(office_id=row.office_id, line_id=row.id, months=months, amount=price * months, paid_on=paid_on, note=note)
    db.session.add(payment)
    return payment


def describe(payment: ToyPayment) -> Preview:
    return Preview(
        sentences=[Message("The customer pays %(amount)s.", amount=payment.amount, currency="CNY")],
        facts=[PreviewFact(N_("Status"), ToyState.ACTIVE, ToyState.CLOSED)],
        lines=[PreviewLine(N_("Months"), payment.amount)],
        total=payment.amount,
        currency="CNY",
        deed=Message("Take %(amount)s", amount=payment.amount, currency="CNY"),
    )


def close_line(*, line: int) -> ToyLine:
    row = found(ToyLine, line)
    if row.status is ToyState.CLOSED:
        raise OperationRefused(Message("The line %(name)s was closed before.", name=row.name), code="closed")
    row.status = ToyState.CLOSED
    return row


class ToyStreetView(EntityView):
    datamodel = GuardedInterface(ToyStreet)
    list_title, add_title, edit_title = N_("Communities"), N_("Add"), N_("Edit")
    label_columns = {"code": N_("Community code"), "name": N_("Community name")}
    list_columns = ["code", "name"]
    search_columns = ["code", "name"]
    order_columns = ["code"]
    base_order = ("code", "asc")
    add_columns = edit_columns = ["code", "name"]
    can_be_deleted = True


class ToyPaymentForm(EntityForm):
    line = LookupField(N_("Subscription"), lookup="toy_line", required=True)
    months = WholeNumberField(N_("Months of use"), required=True, least=1, default=1)
    price = MoneyField(N_("Unit price"), required=True, currency="CNY")
    paid_on = DayField(N_("Date"), required=True, default=datetime.date(2026, 5, 14))
    note = TextField(N_("Note"), longest=40)


class ToyPaymentView(OperationView):
    datamodel = GuardedInterface(ToyPayment)
    list_title, add_title = N_("Regular payment"), N_("Take payment")
    list_columns = ["id", "line", "months", "amount", "paid_on"]
    totals_columns = ["amount"]
    filters = ["paid_on", "amount"]
    form = ToyPaymentForm
    operation = staticmethod(pay)
    describe = staticmethod(describe)

    def totals_conditions(self) -> list[Any]:
        return [ToyPayment.is_voided.is_(False)]


class ToyLineView(EntityView):
    datamodel = GuardedInterface(ToyLine)
    list_title, add_title, edit_title = N_("Subscriptions"), N_("Open account"), N_("Edit")
    label_columns = {"name": N_("Customer name"), "street": N_("Community name"), "fee": N_("Fee"), "stops_on": N_("Stop date")}
    list_columns = ["name", "street", "street.code", "stops_on", "days_left", "status", "fee"]
    second_lines = {"name": "phone"}
    state_column = "status"
    search_columns = ["name", "street.name"]
    filters = ["street", DayFilter("stops_on"), "fee", "name", "status"]
    order_columns = ["name", "stops_on"]
    totals_columns = ["fee"]
    facts = ["stops_on", "fee"]
    show_fieldsets = [(N_("Details"), ["name", "street", "phone"])]
    add_columns = edit_columns = ["name", "street", "status", "stops_on", "fee", "phone"]
    related_views = [ToyPaymentView]

    def row_conditions(self) -> list[Any]:
        return [ToyLine.name != "hidden"]

    close_with_preview = bulk_operation(
        "close_with_preview",
        N_("Close account"),
        operation=close_line,
        terms=lambda line: {"line": line.id},
        describe=lambda line: Preview(sentences=[Message("The line %(name)s is closed.", name=line.name)]),
    )

    @bulk_action("close_lines", N_("Close account"), "", "archive")
    def close_lines(self, lines: list[ToyLine]) -> None:
        for line in lines:
            line.status = ToyState.CLOSED
        db.session.commit()


class ToyTakingsView(ReportView):
    """Takings by line."""

    title = N_("Takings")
    columns = [
        ReportColumn("name", N_("Customer name"), link=lambda row, terms: f"/toypaymentview/list/?line={row['id']}"),
        ReportColumn("count", N_("Quantity"), Kind.NUMBER),
        ReportColumn("amount", N_("Amount"), Kind.MONEY, is_summed=True),
    ]
    filters = [ReportFilter("line", N_("Subscription"), lookup="toy_line"), ReportFilter("status", N_("Status"), choices=ToyState)]

    @staticmethod
    def query(*, offices: tuple[int, ...], start: datetime.date, end: datetime.date, line: int | None, status: ToyState | None) -> Any:
        statement = (
            select(ToyLine.id, ToyLine.name, func.count().label("count"), func.sum(ToyPayment.amount).label("amount"))
            .join(ToyPayment, ToyPayment.line_id == ToyLine.id)
            .where(ToyPayment.office_id.in_(offices), ToyPayment.paid_on.between(start, end))
            .group_by(ToyLine.id, ToyLine.name)
            .order_by(ToyLine.name)
        )
        statement = statement.where(ToyLine.id == line) if line else statement
        statement = statement.where(ToyLine.status == status) if status else statement
        return [dict(row) for row in db.session.execute(statement).mappings()]


class ToyPerson(UserMixin):
    """Somebody of the tests; ``may`` decides his permissions."""

    def __init__(self, number: int, offices: set[int], may: set[str] | None = None) -> None:
        self.id, self.office_ids, self.may = number, offices, may
        self.theme, self.locale = None, "en"

    def get_full_name(self) -> str:
        return f"Person {self.id}"


PEOPLE = {
    "wang": ToyPerson(1, {HERE}),
    "lan": ToyPerson(2, {THERE}),
    "ada": ToyPerson(3, {HERE, THERE}),
    "shen": ToyPerson(4, {HERE}, {"can_list ToyLineView", "can_show ToyLineView"}),
}


class ToyLogin(BaseView):
    route_base = "/login"

    @expose("/")
    def login(self) -> str:
        return "login"

    @expose("/out")
    def logout(self) -> str:
        return "logout"


class ToySecurity(SecurityManager):
    """Takes the person from a header and the permissions from ``PEOPLE``; the product's own manager is tested elsewhere."""

    def create_db(self) -> None: ...

    def register_views(self) -> None:
        self.auth_view = self.appbuilder.add_view_no_menu(ToyLogin)

    def has_access(self, permission_name: str, view_name: str) -> bool:
        person = g.user
        if not person.is_authenticated:
            return False
        return person.may is None or f"{permission_name} {view_name}" in person.may

    def get_user_menu_access(self, menu_names: Any = None) -> set[str]:
        return set(menu_names or ())


def toy_app(url: str, **config: Any) -> Flask:
    """Return the toy application over the database ``url``."""
    app = Flask("toy", static_folder=str(FOUNDATION / "static"), template_folder=None)
    app.jinja_loader = FileSystemLoader(FOUNDATION / "templates")
    app.config.update(
        SECRET_KEY="toy",
        SQLALCHEMY_DATABASE_URI=url,
        FAB_UPDATE_PERMS=False,
        FAB_ADD_OPENAPI_VIEWS=False,
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 8},
    )
    app.config.update(config)
    db.init_app(app)
    init_guards(app)
    with app.app_context():
        builder = GuardedAppBuilder(app, db.session, security_manager_class=ToySecurity, update_perms=False)
        init_i18n(app)
        init_shell(app)
        app.login_manager.request_loader(lambda asked: PEOPLE.get(asked.headers.get("X-Person", "")))  # type: ignore[attr-defined]
        app.before_request(_set_scope)
        app.teardown_request(lambda error: scope.set_scope(None))
        register_lookup("toy_street", ToyStreet, columns=["code", "name"])
        register_lookup("toy_line", ToyLine, columns=["name"])
        for view in (ToyStreetView, ToyPaymentView, ToyLineView, ToyTakingsView):
            builder.add_view(view, view.__name__)
        add_lookups()
    return app


def _set_scope() -> None:
    person = PEOPLE.get(request.headers.get("X-Person", ""))
    scope.set_scope(scope.Scope(person.id, frozenset(person.office_ids)) if person else None)


def make_tables(app: Flask) -> None:
    """Create the tables and the two offices."""
    with app.app_context(), scope.everything("test data"):
        TOY_METADATA.create_all(db.engine)
        IdempotencyKey.__table__.create(db.engine)  # type: ignore[attr-defined]
        users = Model.metadata.tables["ab_user"]
        for name, person in PEOPLE.items():
            db.session.execute(
                users.insert().values(id=person.id, username=name, first_name=name, last_name="", email=f"{name}@x", active=True)
            )
        db.session.add_all([_office(HERE, "CNY", "zh_Hans"), _office(THERE, "VND", "vi")])
        db.session.commit()


def _office(number: int, currency: str, language: str) -> Office:
    return Office(
        id=number,
        code=str(number),
        name=f"Office {number}",
        language=language,
        currency=currency,
        time_zone="Asia/Shanghai",
        legal_name="Legal",
        short_name="Short",
        cash_step=Decimal(1),
    )
