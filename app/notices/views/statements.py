"""Statements 往来明细表 / sao kê công nợ: of a customer, or of what he owes for one unit, as paper."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView, expose

from app.customers.models import Customer
from app.foundation import clock
from app.foundation.guards import status_of
from app.foundation.transactions import found, run
from app.foundation.views import DayField, EntityForm, LookupField
from app.foundation.views.access import needs
from app.foundation.views.edited import UNPROCESSABLE
from app.foundation.views.office import chosen_office
from app.foundation.views.state import SharedObject
from app.notices.operations.issuing import note_statement
from app.notices.printing import file_answer, printed_statement
from app.offices.menu import today_here
from app.offices.models import Office
from app.places.models import Unit
from app.values.errors import N_, Message, OperationRefused
from app.values.months import month_start


class StatementForm(EntityForm):
    """Whose statement, and of which days."""

    customer = LookupField(N_("Customer"), lookup="customer", required=True, span=2)
    unit = LookupField(N_("Unit"), lookup="unit", help=N_("Left empty: everything the customer owes."))
    start = DayField(N_("From"), required=True)
    end = DayField(N_("To"), required=True)


class AccountStatementView(SharedObject, BaseView):
    """The page that asks for a statement, and its paper."""

    route_base = "/accountstatements"
    default_view = "list"
    icon = "report-money"

    @expose("/list/")
    @needs("list")
    def list(self) -> Any:
        """Show what a statement needs to know."""
        today = today_here()
        given = {"start": month_start(today).replace(month=1), "end": today, **{key: request.args.get(key) for key in ("customer", "unit")}}
        return self._page(StatementForm(data=given))

    @expose("/paper", methods=["POST"])
    @needs("list")
    def paper(self) -> Any:
        """Return the statement as paper; the printing is noted in the log."""
        form = StatementForm(request.form)
        if not form.validate():
            return self._page(form), UNPROCESSABLE
        try:
            unit = int(form.unit.data) if form.unit.data else None
            if form.end.data < form.start.data:
                raise OperationRefused(Message("The last day lies before the first."), code="days", field="end")
            person: Customer = run(note_statement, customer=int(form.customer.data), unit=unit).record
            place = found(Unit, unit, field="unit") if unit is not None else None
            today = clock.today(found(Office, person.office_id))
            content = printed_statement(person, place, start=form.start.data, end=form.end.data, today=today)
        except OperationRefused as error:
            return self._page(form, form.blame(error)), status_of(error)
        name = Message("%(kind)s %(number)s", kind=Message("Statement of account"), number=person.customer_no)
        return file_answer(content, name, plain=f"statement-{person.customer_no}", is_file=False)

    def _page(self, form: EntityForm, problems: Any = ()) -> Any:
        return self.render_template(
            "notices/statement.html",
            view=self,
            form=form,
            record=None,
            title=N_("Statement of account"),
            problems=problems,
            office_id=chosen_office(),
            address=url_for("AccountStatementView.paper"),
            was_sent=request.method == "POST",
        )
