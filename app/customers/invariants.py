"""What must always be true of customers: they are found by what stands in their row, and none is in a unit in another's place."""

from __future__ import annotations

from sqlalchemy import Connection

from app.customers.models import Customer, search_terms_of
from app.foundation.invariants import readable
from app.foundation.proofs import Findings, Invariant, Violation
from app.foundation.proofs.sampling import rows_of
from app.foundation.secrets import trace_of, traces_of
from app.values.errors import N_


def _found_by(connection: Connection, findings: Findings) -> None:
    """Derive again what the search reads: the terms, and the trace of the ID number."""
    for customer in rows_of(connection, Customer):
        findings.examined += 1
        terms = search_terms_of(customer)
        id_number = readable(customer.id_number)
        # While the data key is changed, a trace may still be the earlier key's.
        traces = {trace_of(id_number), *traces_of(id_number or "")}
        # An ID number that cannot be read is told by its own invariant.
        is_traced = (id_number is None and customer.id_number is not None) or customer.id_number_trace in traces
        if list(customer.search_terms) != terms or not is_traced:
            missing = sorted(set(terms) ^ set(customer.search_terms))[:5]
            findings.add(Violation(customer.office_id, "customer", customer.id, customer.customer_no, None, " ".join(missing)))


OCCUPANCIES_OVERLAP = """
SELECT stay.office_id, 'unit', unit.id, unit.code, latest::text, concat_ws(' ', stay.role, starts_on)
FROM (
    SELECT office_id, unit_id, role, starts_on, max(coalesce(ends_on, 'infinity')) OVER (
        PARTITION BY unit_id, role ORDER BY starts_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM occupancy
) AS stay JOIN unit ON unit.id = stay.unit_id WHERE starts_on <= latest
"""

INVARIANTS = (
    Invariant(
        "customers_can_be_found",
        N_("Every customer is found by his name, numbers and telephones as they are now."),
        check=_found_by,
        tables=("customer",),
    ),
    Invariant(
        "occupancies_do_not_overlap",
        N_("A unit has at most one owner, one tenant and one payer on a day."),
        numbers=(29,),
        counted="SELECT count(*) FROM occupancy",
        statement=OCCUPANCIES_OVERLAP,
    ),
)
