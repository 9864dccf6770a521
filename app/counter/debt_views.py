"""The counter's half for open charges: the piece of the page, its preview, and the taking of the payment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import expose

from app.billing.forms import offer_methods
from app.counter import desk
from app.counter.debt_desk import DebtPaymentForm, debt_card, debt_sale, require_something, ticked_in
from app.counter.reading import number_in
from app.debts.operations.paying import pay_debts
from app.foundation import transactions
from app.foundation.guards import status_of
from app.foundation.transactions import found
from app.foundation.views.access import needs
from app.foundation.views.office import use_office
from app.foundation.views.operation import BAD_REQUEST, UNPROTECTED
from app.values.errors import Malformed, Message, OperationRefused

REFUSED = 422
SAME_ENTRIES = "same"


class TakesDebts:
    """The routes of the counter that take payments for open charges."""

    _page: Any
    render_template: Any

    @expose("/preview_debts", methods=["POST"])
    @needs("take")
    def preview_debts(self) -> Any:
        """Give what the form would do as pieces of the page; nothing is written."""
        form, customer, ticked = self._sent_debts()
        form.validate()
        sale = debt_sale(form, customer, ticked)
        card = desk.card_of(customer, None)
        page = self.render_template("counter/preview.html", sale=sale, currency=card.office.currency.value, today=card.today)
        return page, REFUSED if sale.problems else 200

    @expose("/take_debts", methods=["POST"])
    @needs("take")
    def take_debts(self) -> Any:
        """Take the payment of open charges once, however often the form is sent, and show the receipt."""
        form, customer, ticked = self._sent_debts()
        if not form.validate():
            return self._page(customer, form=form), REFUSED
        if not form.key.was_opened:
            return self._page(customer, form=form, problems=[UNPROTECTED]), BAD_REQUEST
        try:
            require_something(form, ticked)
            outcome = transactions.run(pay_debts, key=form.key.data, customer=customer, payment=form.payment(ticked))
        except OperationRefused as refusal:
            if refusal.code == "key_reused":
                form.key.renew()
            return self._page(customer, form=form, problems=form.blame(refusal)), status_of(refusal)
        return redirect(url_for("CounterView.list", receipt=outcome.record.id, again=SAME_ENTRIES if outcome.replayed else None))

    @staticmethod
    def _sent_debts() -> tuple[DebtPaymentForm, int, list[int]]:
        customer = number_in("customer", request.form)
        if customer is None:
            raise Malformed(Message("The address cannot be read."), code="bad_customer")
        return DebtPaymentForm(request.form), customer, ticked_in(request.form)

    def _debt_work(self, customer: int, form: DebtPaymentForm | None, problems: Any) -> dict[str, Any]:
        """Return what the card and the payment column show for open charges. The preview runs first: it rolls back what was read."""
        ticked = None
        if form is None:
            form = DebtPaymentForm()
            sale = debt_sale(form, customer, [each.id for each in desk.card_of(customer, None).charges])
        else:
            ticked = ticked_in(request.form)
            sale = debt_sale(form, customer, ticked)
        if problems or form.errors:
            # Said already, above the form.
            sale = replace(sale, problems=())
        card = desk.card_of(customer, None)
        use_office(card.office.id)
        offer_methods(form, card.office.currency.value)
        return {
            "card": card,
            "debt_form": form,
            "debts": debt_card(found(type(card.customer), customer), card.office, ticked),
            "sale": sale,
        }
