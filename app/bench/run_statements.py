"""The SQL of the measured billing runs: their world, a month of readings, and the same rows once more by one statement."""

from __future__ import annotations

from typing import Any

_VAT = {"code": "vat", "kind": "percentage", "label": "增值税", "percent": "6", "tax": True}
PRICES: dict[str, dict[str, Any]] = {
    "electricity": {
        "rounding": "0.01",
        "lines": [
            {
                "code": "energy",
                "kind": "graduated",
                "label": "电费",
                "quantity": "kwh",
                "tiers": [{"up_to": "120", "price": "0.538"}, {"up_to": "240", "price": "0.588"}, {"up_to": None, "price": "0.838"}],
            },
            {**_VAT, "of": ["energy"]},
        ],
    },
    "water": {
        "rounding": "0.01",
        "lines": [
            {
                "code": "water",
                "kind": "graduated",
                "label": "水费",
                "quantity": "m3",
                "tiers": [{"up_to": "10", "price": "3.45"}, {"up_to": "20", "price": "4.83"}, {"up_to": None, "price": "5.83"}],
            },
            {**_VAT, "of": ["water"]},
        ],
    },
    "gas": {
        "rounding": "0.01",
        "lines": [
            {"code": "gas", "kind": "per_unit", "label": "燃气费", "quantity": "m3", "price": "3.00"},
            {**_VAT, "of": ["gas"]},
        ],
    },
    "management": {
        "rounding": "0.01",
        "lines": [
            {"code": "care", "kind": "per_unit", "label": "物业费", "quantity": "m2", "price": "2.80"},
            {**_VAT, "of": ["care"]},
        ],
    },
}

WORLD = (
    """
INSERT INTO building (office_id, code, name, address, note, created_at, version)
SELECT %(office)s, 'L' || number, '锦绣 ' || number || ' 座', '', '', now(), 1
FROM generate_series(1, (%(units)s + %(each)s - 1) / %(each)s) AS number
""",
    """
INSERT INTO customer (office_id, customer_no, name, kind, telephone, mobile, contact_phone, email, is_reminded, tax_number, invoice_address,
    note, search_terms, created_at, version)
SELECT %(office)s, 'R-' || number, '业主 ' || number, 'person', '', '', '', '', true, '', '', '', '{}', now(), 1
FROM generate_series(1, %(units)s) AS number
""",
    """
INSERT INTO unit (office_id, building_id, number, code, floor, position, area, kind, status, note, created_at, version)
SELECT %(office)s, building.id, door::text, building.code || '-' || door, ((door - 1) / 10 + 1)::text, door, 50 + door %% 90, 'apartment',
    'occupied', '', now(), 1
FROM generate_series(1, %(units)s) AS number
CROSS JOIN LATERAL (SELECT (number - 1) / %(each)s + 1 AS place, (number - 1) %% %(each)s + 1 AS door) AS counted
JOIN building ON building.office_id = %(office)s AND building.code = 'L' || place
ORDER BY building.id, counted.door
""",
    """
INSERT INTO occupancy (office_id, unit_id, customer_id, role, starts_on, note, created_at, version)
SELECT %(office)s, unit.id, person.id, 'owner', '2015-01-01', '', now(), 1
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM unit WHERE office_id = %(office)s) AS unit
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM customer WHERE office_id = %(office)s) AS person USING (place)
""",
    """
INSERT INTO meter (office_id, service_id, building_id, serial, digits, factor, is_shared, seal_no, note, created_at, version)
SELECT %(office)s, service.id, unit.building_id, service.code || '-' || unit.id, 8, 1, false, '', '', now(), 1
FROM unit JOIN service ON service.office_id = unit.office_id AND service.kind IN ('electricity', 'water', 'gas')
WHERE unit.office_id = %(office)s ORDER BY unit.id, service.id
""",
    """
INSERT INTO meter_installation (office_id, meter_id, unit_id, installed_on, created_at)
SELECT %(office)s, meter.id, unit.id, %(first)s, now()
FROM meter JOIN unit ON unit.id = substring(meter.serial FROM '[0-9]+$')::integer
WHERE meter.office_id = %(office)s AND unit.office_id = %(office)s ORDER BY meter.id
""",
    """
INSERT INTO reading (office_id, meter_id, installation_id, read_on, value, kind, source, state, digits, factor, rolled_over, consumption,
    days, estimated_periods, colour, anomaly, reason, settled_reason, uuid, created_at)
SELECT %(office)s, meter_id, id, installed_on, 1000, 'first', 'manual', 'accepted', 8, 1, false, 0, 0, 0, 'grey', 'unknown', '', '',
    gen_random_uuid(), now()
FROM meter_installation WHERE office_id = %(office)s ORDER BY meter_id
""",
)

TARIFF = """
WITH made AS (
    INSERT INTO tariff (office_id, service_id, name, note, created_at, version)
    SELECT %(office)s, id, name, '', now(), 1 FROM service WHERE office_id = %(office)s AND kind = %(kind)s RETURNING id
)
INSERT INTO tariff_version (office_id, tariff_id, number, valid_from, recipe, examples, source, note, state, checked_at, checked_by_id,
    approved_at, approved_by_id, second_person_off, reason, created_at, version)
SELECT %(office)s, made.id, 1, '2015-01-01', %(recipe)s, '[]', '', '', 'approved', now(), checker.id, now(), checker.id, true, '', now(), 1
FROM made CROSS JOIN (SELECT min(id) AS id FROM ab_user) AS checker
"""

# Everybody uses something else, and each as much every month.
MONTH = """
INSERT INTO reading (office_id, meter_id, installation_id, read_on, value, kind, source, state, previous_on, previous_value, digits, factor,
    rolled_over, consumption, days, estimated_periods, colour, anomaly, reason, settled_reason, uuid, created_at)
SELECT office_id, meter_id, installation_id, %(on)s, value + used, 'regular', 'phone', 'accepted', read_on, value, 8, 1, false, used,
    %(on)s - read_on, 0, 'green', 'normal', '', '', gen_random_uuid(), now()
FROM reading CROSS JOIN LATERAL (SELECT 5 + meter_id %% 300 AS used) AS month
WHERE office_id = %(office)s AND read_on = %(before)s ORDER BY meter_id
"""

# The rows of a run once more, by one statement: proposals, charges, lines, entries, postings and what each was worked out from.
SAME_ROWS = """
WITH charge_rows AS (
    INSERT INTO charge (id, office_id, customer_id, fee_kind, "on", due_on, total, paid, adjusted, written_off, created_at)
    SELECT charge.id + %(charge)s, charge.office_id, customer_id, fee_kind, "on", due_on, charge.total, 0, 0, 0, charge.created_at
    FROM charge JOIN service_charge ON service_charge.charge_id = charge.id WHERE run_id = %(run)s ORDER BY charge.id
), line_rows AS (
    INSERT INTO charge_line (id, office_id, charge_id, position, code, detail, quantity, unit_price, amount, period_start, period_end)
    SELECT line.id + %(charge_line)s, line.office_id, line.charge_id + %(charge)s, position, code, detail, line.quantity, unit_price,
        amount, period_start, period_end
    FROM charge_line AS line JOIN service_charge ON service_charge.charge_id = line.charge_id
    WHERE run_id = %(run)s ORDER BY line.id
), entry_rows AS (
    INSERT INTO journal_entry (id, office_id, booked_on, charge_id, created_at)
    SELECT entry.id + %(journal_entry)s, entry.office_id, booked_on, entry.charge_id + %(charge)s, entry.created_at
    FROM journal_entry AS entry JOIN service_charge ON service_charge.charge_id = entry.charge_id
    WHERE run_id = %(run)s ORDER BY entry.id
), posting_rows AS (
    INSERT INTO posting (id, office_id, entry_id, account, fee_kind, customer_id, amount)
    SELECT posting.id + %(posting)s, posting.office_id, posting.entry_id + %(journal_entry)s, account, posting.fee_kind,
        posting.customer_id, amount
    FROM posting JOIN journal_entry AS entry ON entry.id = posting.entry_id
    JOIN service_charge ON service_charge.charge_id = entry.charge_id
    WHERE run_id = %(run)s ORDER BY posting.id
), result_rows AS (
    INSERT INTO run_result (id, office_id, run_id, period_id, service_id, unit_id, customer_id, part_start, part_end, quantity, facts,
        versions, readings, is_estimate, bill, total, before, fault, fault_facts, code, charge_id)
    SELECT id + %(run_result)s, office_id, %(copy)s, period_id, service_id, unit_id, customer_id, part_start, part_end, quantity, facts,
        versions, readings, is_estimate, bill, total, before, fault, fault_facts, code, charge_id + %(charge)s
    FROM run_result WHERE run_id = %(run)s ORDER BY id
)
INSERT INTO service_charge (id, office_id, charge_id, run_id, period_id, service_id, unit_id, part_start, part_end, quantity, facts,
    versions, readings, is_estimate, bill, total, created_at)
SELECT id + %(service_charge)s, office_id, charge_id + %(charge)s, %(copy)s, period_id, service_id, unit_id, part_start + 36525,
    part_end + 36525, quantity, facts, versions, readings, is_estimate, bill, total, created_at
FROM service_charge WHERE run_id = %(run)s ORDER BY id
"""
COPIED = ("charge", "charge_line", "journal_entry", "posting", "run_result", "service_charge")
RUN = """
INSERT INTO billing_run (office_id, building_id, month, run_state, units, reached, shared_reached, billed, faulty, total, posted,
    posted_total, posted_at, booked_on, note, created_at)
SELECT office_id, building_id, month, run_state, units, reached, shared_reached, billed, faulty, total, posted, posted_total, posted_at,
    booked_on, note, created_at
FROM billing_run WHERE id = %(run)s RETURNING id
"""
