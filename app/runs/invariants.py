"""What must always be true of the charges of services, and of the runs that made them."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

CHARGED_TWICE = """
SELECT part.office_id, 'unit', unit.id, unit.code, part.latest::text, concat_ws(' ', service.name, part.part_start)
FROM (
    SELECT office_id, unit_id, service_id, part_start, max(part_end) OVER (
        PARTITION BY unit_id, service_id ORDER BY part_start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM service_charge WHERE reversal_id IS NULL AND cardinality(ARRAY(SELECT jsonb_array_elements(readings))) > 0
) AS part JOIN unit ON unit.id = part.unit_id JOIN service ON service.id = part.service_id
WHERE part.part_start <= part.latest
"""

RUNS_DO_NOT_ADD_UP = """
SELECT run.office_id, 'billing_run', run.id, to_char(run.month, 'YYYY-MM'), concat_ws(' ', made.count, made.total),
    concat_ws(' ', run.posted, run.posted_total)
FROM billing_run AS run
LEFT JOIN LATERAL (
    SELECT count(*) AS count, coalesce(sum(total), 0) AS total FROM service_charge WHERE service_charge.run_id = run.id
) AS made ON true
WHERE made.count <> run.posted OR made.total <> run.posted_total
"""

NOT_WHAT_IS_OWED = """
SELECT made.office_id, 'charge', charge.id, unit.code, charge.total::text, concat_ws(' ', made.total, made.bill ->> 'total')
FROM service_charge AS made JOIN charge ON charge.id = made.charge_id JOIN unit ON unit.id = made.unit_id
WHERE charge.total <> made.total OR (made.bill ->> 'total')::numeric <> made.total OR charge.reversal_id IS DISTINCT FROM made.reversal_id
"""

NOT_WHAT_WAS_READ = """
SELECT made.office_id, 'charge', made.charge_id, unit.code, read.quantity::text, made.quantity::text
FROM service_charge AS made JOIN unit ON unit.id = made.unit_id
LEFT JOIN LATERAL (
    SELECT coalesce(sum(reading.consumption), 0) AS quantity FROM jsonb_array_elements_text(made.readings) AS listed (one)
    JOIN reading ON reading.id = listed.one::integer
) AS read ON true
WHERE made.quantity IS NOT NULL AND read.quantity <> made.quantity
"""


INVARIANTS = (
    Invariant(
        "services_are_charged_once",
        N_("No day of a metered service is charged to a unit twice."),
        numbers=(7,),
        counted="SELECT count(*) FROM service_charge WHERE reversal_id IS NULL",
        statement=CHARGED_TWICE,
    ),
    Invariant(
        "runs_add_up",
        N_("The total of every billing run is that of its charges."),
        numbers=(8,),
        counted="SELECT count(*) FROM billing_run",
        statement=RUNS_DO_NOT_ADD_UP,
    ),
    Invariant(
        "service_charges_are_owed",
        N_("What a service charge was worked out to is what is owed for it."),
        counted="SELECT count(*) FROM service_charge",
        statement=NOT_WHAT_IS_OWED,
    ),
    Invariant(
        "quantities_were_read",
        N_("The quantity of every service charge is that of its readings."),
        numbers=(16,),
        counted="SELECT count(*) FROM service_charge WHERE quantity IS NOT NULL",
        statement=NOT_WHAT_WAS_READ,
    ),
)
