"""The customer's agreement to renewals from his credit 預存續費: shown on the page of his line, noted and taken back there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask_appbuilder import expose

from app.broadband.choices import SubscriptionState
from app.broadband.models import Subscription
from app.broadband.operations.renewing import agree_to_renewal
from app.foundation.i18n import say
from app.foundation.transactions import run
from app.foundation.views import action
from app.foundation.views.access import needs
from app.foundation.views.links import Action
from app.values.errors import N_, Malformed, NotAllowed, NotFound, OperationRefused

if TYPE_CHECKING:
    from app.foundation.views import EntityView as Page
else:
    Page = object


class RenewingView(Page):
    """The two buttons of the agreement, for the page of a line."""

    def renewal_action(self, record: Subscription) -> Action | None:
        """Return the button that notes the agreement, or the one that takes it back; none where the line is closed."""
        if record.state is SubscriptionState.CLOSED or not self.allowed("can_agree"):
            return None
        name, label = ("end_renewal", N_("Stop renewing from credit")) if record.renews_from_credit else ("renew", N_("Renew from credit"))
        return action(label, url_for(f"{self.endpoint}.{name}", pk=record.id), icon="refresh", method="post")

    @expose("/renew/<pk>", methods=["POST"])
    @needs("agree")
    def renew(self, pk: str) -> Any:
        """Note that the customer agrees."""
        return self._agreed(pk, N_("The line is renewed from the customer's credit balance from now on."), renews=True)

    @expose("/end_renewal/<pk>", methods=["POST"])
    @needs("agree")
    def end_renewal(self, pk: str) -> Any:
        """Note that the customer no longer agrees."""
        return self._agreed(pk, N_("The line is no longer renewed from the customer's credit balance."), renews=False)

    def _agreed(self, pk: str, said: str, *, renews: bool) -> Any:
        record = self.record_or_404(pk)
        try:
            run(agree_to_renewal, subscription=record.id, renews=renews)
        except (Malformed, NotFound, NotAllowed):
            raise
        except OperationRefused as error:
            flash(say(error.message), "danger")
        else:
            flash(say(said), "success")
        return redirect(url_for(f"{self.endpoint}.show", pk=record.id))
