"""What must always be true of units and their facts."""

from __future__ import annotations

from app.foundation.proofs import Invariant
from app.values.errors import N_

NAMED_WRONGLY = """
SELECT unit.office_id, 'unit', unit.id, unit.code, building.code || '-' || unit.number, unit.code
FROM unit JOIN building ON building.id = unit.building_id
WHERE unit.code <> building.code || '-' || unit.number OR unit.office_id <> building.office_id
"""

FACTS_OVERLAP = """
SELECT fact.office_id, 'unit', unit.id, unit.code, latest::text, concat_ws(' ', fact.name, starts_on)
FROM (
    SELECT office_id, unit_id, name, starts_on, max(coalesce(ends_on, 'infinity')) OVER (
        PARTITION BY unit_id, name ORDER BY starts_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest
    FROM unit_fact
) AS fact JOIN unit ON unit.id = fact.unit_id WHERE starts_on <= latest
"""

INVARIANTS = (
    Invariant(
        "units_are_named_by_their_building",
        N_("The code of every unit is the code of its building and its number."),
        counted="SELECT count(*) FROM unit",
        statement=NAMED_WRONGLY,
    ),
    Invariant(
        "facts_do_not_overlap",
        N_("A fact of a unit has one value on a day."),
        counted="SELECT count(*) FROM unit_fact",
        statement=FACTS_OVERLAP,
    ),
)
