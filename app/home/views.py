"""The first page of every role."""

from __future__ import annotations

import datetime
from typing import Any

from flask import redirect, url_for
from flask_appbuilder import IndexView, expose
from flask_login import current_user

from app.broadband.models import BroadbandPolicy
from app.broadband.operations.standing import policy
from app.foundation import clock
from app.foundation.database import db
from app.foundation.proofs.state import proof_news
from app.foundation.safe_keeping.state import backup_news
from app.foundation.transactions import found
from app.foundation.views import action, action_to, chosen_office, present
from app.foundation.views.access import turned_away
from app.foundation.views.links import Action, may_open, view_named
from app.foundation.views.state import SharedObject
from app.home import charts, queries
from app.home.metered import metered_queues
from app.offices.models import Office
from app.values.errors import N_


class HomeView(SharedObject, IndexView):  # type: ignore[misc]
    """What a person sees after signing in."""

    route_base = ""
    default_view = "index"

    @expose("/")
    def index(self) -> Any:
        """Show the first page of the person's work, or the sign-in."""
        if not current_user.is_authenticated:
            return turned_away()
        office_id = chosen_office()
        if office_id is None:
            return self.render_template("home/nothing.html", first_office=_first_office())
        if may_use("CounterView") and not may_use("JournalView"):
            return redirect(url_for("CounterView.list"))
        if may_use("MyOrdersView") and not may_use("CustomerView"):
            return redirect(url_for("MyOrdersView.list"))
        if may_use("ReaderWalkView") and not may_use("CustomerView"):
            return redirect(url_for("ReaderWalkView.list"))
        office = found(Office, office_id)
        today = clock.today(office)
        return self._manager(office, today) if may_use("JournalView") else self._reception(office, today)

    def _manager(self, office: Office, today: datetime.date) -> Any:
        """Money today, what waits, what expires: for those who read the books."""
        days = queries.takings(office.id, today)
        rules = policy(office.id)
        expiry = queries.expiry(office.id, today, rules)
        return self.render_template(
            "home/manager.html",
            today=today,
            days=days,
            of_today=days.get(today, queries.DayTakings()),
            of_month=sum((one.total for day, one in days.items() if day >= today.replace(day=1)), start=queries.DayTakings().total),
            expiry=expiry,
            takings_chart=charts.takings_chart(days, today),
            expiry_chart=charts.expiry_chart(expiry.by_day, today, rules.warning_days),
            chart_height=charts.HEIGHT,
            highest=charts.highest_takings(days, today),
            orders=queries.open_order_count(office.id),
            proposals=queries.waiting_proposals(office.id) if may_use("LineProposalView") else 0,
            approvals=db.session.scalars(queries.waiting_approvals(office.id)).all(),
            queues=metered_queues(office.id),
            proof=proof_news() if may_use("ProofView") else None,
            backup=backup_news() if may_use("BackupView") else None,
            **self._common(office, today, rules),
        )

    def _reception(self, office: Office, today: datetime.date) -> Any:
        """Accounts to open and works under way; no money."""
        orders = db.session.scalars(queries.open_orders(office.id).limit(queries.MOST_ROWS)).all()
        rules = policy(office.id)
        expiry = queries.expiry(office.id, today, rules) if may_use("SubscriptionView") else None
        return self.render_template(
            "home/reception.html", today=today, expiry=expiry, open_orders=orders, orders=len(orders), **self._common(office, today, rules)
        )

    @staticmethod
    def _common(office: Office, today: datetime.date, rules: BroadbandPolicy) -> dict[str, Any]:
        steps = queries.first_steps(office.id)
        lines = db.session.scalars(queries.expiring_lines(office.id, today, rules.warning_days)).all() if steps["subscription"] else []
        return {
            "steps": [] if all(steps.values()) else first_steps(steps),
            "lines": lines,
            "links": quick_links(),
            "expiring_days": rules.warning_days,
            "period_end": today + datetime.timedelta(days=rules.warning_days),
        }


def _first_office() -> Action | None:
    """Return the button of the first office, for whoever may add one: the installation is new."""
    if not may_use("OfficeView", "add"):
        return None
    return action(N_("Add the first office"), url_for("OfficeView.add"), icon="plus", primary=True)


def may_use(view: str, route: str = "list") -> bool:
    """Tell whether the person may open ``route`` of ``view``."""
    there = view_named(view)
    return there is not None and may_open(there, route)


def quick_links() -> list[Action]:
    """Return the buttons of the page's head."""
    return present(
        action_to("OpenAccountView", N_("Open account"), icon="user-plus"),
        action_to("RegularPaymentView", N_("Regular payments"), route="list", icon="receipt"),
        action_to("CounterView", N_("Counter"), route="list", icon="cash-register", primary=True),
    )


def first_steps(there: dict[str, bool]) -> list[dict[str, Any]]:
    """Return what a new office does first, in order; ``done`` where it is done."""
    rows = (
        ("community", "CommunityView", "building-community", N_("Add community"), N_("The places where lines are opened.")),
        ("plan", "PlanView", "stack-2", N_("Add plan"), N_("What a line costs and for how many months.")),
        ("installer", "InstallerView", "tool", N_("Add installer"), N_("The people who do the works.")),
        ("subscription", "OpenAccountView", "user-plus", N_("Open account"), N_("The first customer with his line.")),
    )
    return [
        {**action(label, found_link["href"], icon=icon), "done": there[name], "text": text}
        for name, view, icon, label, text in rows
        if (found_link := action_to(view, label)) is not None
    ]
