"""The order of the whole menu, the first page in it, and what stands at the foot of a phone."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.foundation.shell import Shell
from app.foundation.views import chosen_office
from app.home.queries import open_order_count, waiting_proposals
from app.home.views import may_use
from app.values.errors import N_

# The headings in their order; every domain puts its pages under them.
HEADINGS = (N_("Operations"), N_("Queries"), N_("Billing"), N_("Master data"), N_("Administration"))
TODAY, MINE, ORDERS, PROPOSALS = N_("Today"), N_("My orders"), N_("Work orders"), N_("Proposals")
PHONE_TABS = (
    *(TODAY, N_("Counter"), N_("Customers"), MINE, ORDERS, N_("Receipts"), N_("Subscriber query")),
    *(N_("Read on the phone"), N_("Read a building"), N_("Readings")),
)


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_link(TODAY, href="/", icon="layout-dashboard", cond=has_page_of_today)
    for heading in HEADINGS:
        appbuilder.menu.add_category(heading, label=heading)


def has_page_of_today() -> bool:
    """Tell whether the first page is a page of its own: whoever only takes payments begins at the counter."""
    return may_use("JournalView") or not may_use("CounterView")


def fill_shell(shell: Shell) -> None:
    """Say which links stand at the foot of a phone, and how much waits behind a link."""
    shell.phone_tabs = PHONE_TABS
    shell.counts[ORDERS] = waiting_orders
    shell.counts[PROPOSALS] = proposals_to_decide


def waiting_orders() -> int:
    """Return how many orders of the page's office are still to be done; not counted for an installer, who sees his own."""
    office_id = chosen_office()
    if office_id is None or not may_use("CustomerView"):
        return 0
    return open_order_count(office_id)


def proposals_to_decide() -> int:
    """Return how many proposals of the night wait in the page's office, for whoever decides them."""
    office_id = chosen_office()
    if office_id is None or not may_use("LineProposalView", "confirm"):
        return 0
    return waiting_proposals(office_id)
