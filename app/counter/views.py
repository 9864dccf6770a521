"""The page of the counter."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import BaseView, expose

from app.billing.forms import offer_methods
from app.billing.queries import open_charges
from app.broadband.forms import RegularPaymentForm
from app.broadband.operations.payments import pay
from app.counter import desk
from app.counter.debt_desk import DebtPaymentForm
from app.counter.debt_views import TakesDebts
from app.counter.queries import receipt_taken_with, receipts_taken
from app.counter.reading import number_in as _number
from app.foundation import clock, transactions
from app.foundation.database import db
from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.kept_forms import kept_form
from app.foundation.scope import current_scope
from app.foundation.transactions import found
from app.foundation.views import action_to, chosen_office
from app.foundation.views.access import needs
from app.foundation.views.interface import record_id
from app.foundation.views.links import may_open, view_named
from app.foundation.views.office import use_office
from app.foundation.views.operation import BAD_REQUEST, UNPROTECTED
from app.foundation.views.state import SharedObject
from app.offices.models import Office
from app.values.errors import N_, Malformed, Message, OperationRefused
from app.values.id_numbers import looks_like_id_number

LONGEST_SEARCH = 100
REFUSED = 422
# How a form that was sent again differs from the one that was taken.
SAME_ENTRIES, OTHER_ENTRIES = "same", "other"
# The script writes the change as the server writes this amount.
SHAPE = Decimal("1234567.89")
# Wrong entries here leave the amount due as it is.
NOT_FOR_THE_AMOUNT = frozenset({"tendered", "reference"})


class CounterView(TakesDebts, SharedObject, BaseView):
    """Find a customer, see everything, take the payment, print, next."""

    route_base = "/counter"
    default_view = "list"
    explains_odd_text = frozenset({"take", "preview", "take_debts", "preview_debts"})

    # Pages -----------------------------------------------------------------------------------------------------------------

    @expose("/")
    @needs("list")
    def list(self) -> Any:
        """Show the counter: empty, with a customer, or with the payment just taken."""
        receipt = _number("receipt")
        made = desk.made_sale(receipt) if receipt is not None else None
        if made is not None:
            use_office(made.receipt.office_id)
        kept = kept_form()
        if kept is not None:
            form = DebtPaymentForm(kept) if kept.get("debts") else RegularPaymentForm(kept)
            form.validate()
            return self._page(_number("customer", kept), form=form)
        customer = made.receipt.customer_id if made is not None else _number("customer")
        if customer is None and request.args.get("q"):
            search = self._search()
            if len(search["results"]) == 1:
                # Searched for from another page, and there is only one whom it can be.
                return redirect(url_for("CounterView.list", q=search["kept"] or None, customer=search["results"][0].customer.id))
        return self._page(customer, made=made)

    @expose("/customer/<pk>")
    @needs("show")
    def show(self, pk: str) -> Any:
        """Give the customer's card and the payment form as a piece of the page; the whole page to a browser without scripts."""
        number = record_id(pk)
        if request.headers.get("X-Requested-With") is None:
            return redirect(url_for("CounterView.list", customer=number, line=request.args.get("line")))
        return self.render_template("counter/work.html", **self._work(number or 0))

    @expose("/find", methods=["GET", "POST"])
    @needs("find")
    def find(self) -> Any:
        """Give the list of customers that were searched for as a piece of the page; an identity number comes by POST."""
        return self.render_template("counter/results.html", **self._search())

    @expose("/preview", methods=["POST"])
    @needs("take")
    def preview(self) -> Any:
        """Give what the form would do as pieces of the page; nothing is written."""
        form = self._sent()
        form.validate()
        sale = _sale(form)
        currency = sale.preview.currency if sale.preview else self._currency()
        page = self.render_template("counter/preview.html", sale=sale, currency=currency, today=self._today())
        return page, REFUSED if sale.problems else 200

    @expose("/take", methods=["POST"])
    @needs("take")
    def take(self) -> Any:
        """Take the payment once, however often the form is sent, and show the receipt."""
        form = self._sent()
        if not form.validate():
            return self._refused(form, (), REFUSED)
        if not form.key.was_opened:
            return self._refused(form, [UNPROTECTED], BAD_REQUEST)
        try:
            outcome = transactions.run(pay, key=form.key.data, **form.terms())
        except OperationRefused as refusal:
            taken = receipt_taken_with(form.key.data) if refusal.code == "key_reused" else None
            if taken is not None:
                # Back after a payment, and other entries sent: what was taken is shown, and nothing is taken silently.
                return redirect(url_for("CounterView.list", receipt=taken, again=OTHER_ENTRIES))
            if refusal.code == "key_reused":
                form.key.renew()
            return self._refused(form, form.blame(refusal), status_of(refusal))
        return redirect(url_for("CounterView.list", receipt=outcome.record.receipt_id, again=SAME_ENTRIES if outcome.replayed else None))

    def _refused(self, form: RegularPaymentForm, problems: Any, status: int) -> Any:
        return self._page(_number("customer", request.form), form=form, problems=problems), status

    # Pieces ----------------------------------------------------------------------------------------------------------------

    def _page(self, customer: int | None, *, made: Any = None, form: Any = None, problems: Any = ()) -> Any:
        work = self._work(customer, form, made, problems) if customer is not None else {"card": None, "made": made}
        scope = current_scope()
        return self.render_template(
            "counter/till.html",
            taken=db.session.scalars(receipts_taken(scope.user_id, self._today())).unique().all(),
            **(self._search() | work),
        )

    def _search(self) -> dict[str, Any]:
        typed = (request.form if request.method == "POST" else request.args).get("q", "")[:LONGEST_SEARCH]
        if "\x00" in typed:
            raise Malformed(Message("The address cannot be read."), code="bad_search")
        found = desk.results(typed)
        # An identity number finds, but goes into no link.
        shown = say(N_("ID number")) if looks_like_id_number(typed) else typed
        return {
            "typed": shown,
            "kept": "" if shown != typed else typed,
            "results": found,
            "customer_id": _number("customer"),
        }

    def _work(self, customer: int, form: Any = None, made: Any = None, problems: Any = ()) -> dict[str, Any]:
        """Return what the card and the payment column show. The preview runs first: it rolls back what was read before it."""
        if made is None and self._is_for_debts(customer, form):
            work = self._debt_work(customer, form, problems)
            return self._shared(made, problems) | work | self._of_office(work["card"])
        asked = form.subscription.data if form is not None else _number("line")
        line = desk.line_to_pay(customer, asked) if made is None else getattr(made.payment, "subscription_id", None)
        may_take = made is None and line is not None and may_open(self, "take")
        if may_take and form is None:
            form = self._opened(line)
        sale = _sale(form) if may_take else desk.Sale()
        if problems or (form is not None and form.errors):
            # Said already, above the form.
            sale = replace(sale, problems=())
        card = desk.card_of(customer, line)
        use_office(card.office.id)
        if form is not None:
            offer_methods(form, card.office.currency.value)
        if made is not None:
            made = desk.made_sale(made.receipt.id)
        return self._shared(made, problems) | {"card": card, "form": form if may_take else None, "sale": sale, **self._of_office(card)}

    def _is_for_debts(self, customer: int, form: Any) -> bool:
        """Tell whether open charges are paid: where it was asked for, or where there is no line that could be."""
        if isinstance(form, DebtPaymentForm):
            return True
        if form is not None or not may_open(self, "take") or request.args.get("line"):
            return False
        has_charges = db.session.scalars(open_charges(customer).limit(1)).first() is not None
        return has_charges and (request.args.get("debts") == "1" or desk.line_to_pay(customer, None) is None)

    @staticmethod
    def _of_office(card: Any) -> dict[str, Any]:
        return {"currency": card.office.currency.value, "today": card.today}

    def _shared(self, made: Any, problems: Any) -> dict[str, Any]:
        """Return what both kinds of payment show."""
        return {
            "made": made,
            "again": request.args.get("again"),
            "problems": problems,
            "shape": SHAPE,
            "paper": self._paper(made),
            "voiding": self._voiding(made),
            "may_take": may_open(self, "take"),
        }

    @staticmethod
    def _opened(line: int | None) -> RegularPaymentForm:
        form = RegularPaymentForm()
        form.subscription.data = line
        form.months.data = desk.usual_months(line)
        return form

    @staticmethod
    def _sent() -> RegularPaymentForm:
        return RegularPaymentForm(request.form)

    @staticmethod
    def _paper(made: Any) -> str | None:
        receipts = view_named("ReceiptView")
        if made is None or receipts is None or not may_open(receipts, "paper"):
            return None
        return url_for("ReceiptView.paper", pk=made.receipt.id)

    @staticmethod
    def _voiding(made: Any) -> Any:
        if made is None or made.receipt.is_voided:
            return None
        return action_to("VoidReceiptView", N_("Void"), icon="arrow-back-up", receipt=made.receipt.id, office=made.receipt.office_id)

    @staticmethod
    def _today() -> Any:
        return clock.today(found(Office, chosen_office()))

    @staticmethod
    def _currency() -> str:
        return found(Office, chosen_office()).currency.value


def _sale(form: RegularPaymentForm) -> desk.Sale:
    """Return what the form would do; only its wrong entries where the amounts hang on one of them."""
    return desk.sale_of(form) if set(form.errors) <= NOT_FOR_THE_AMOUNT else desk.Sale(problems=_errors(form))


def _errors(form: RegularPaymentForm) -> list[Message]:
    """Return the errors of the form as sentences with their field's name."""
    return [
        Message("%(field)s: %(problem)s", field=Message(str(field.label.text)), problem=error)
        for field in form
        for error in field.errors
        if not isinstance(error, dict)
    ]
