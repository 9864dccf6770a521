"""The rows of the measured buildings: what each table takes, as expressions over three temporary tables.

``bench_unit`` numbers the units, ``bench_month`` the months, ``bench_taken`` has a reading for each of both; month 0 is the first reading.
All ids follow from these numbers. OFFICE and BASE stand for the office and for the id below the first one.
"""

from __future__ import annotations

from collections.abc import Mapping

RECIPE = """{"rounding": "0.01", "lines": [
    {"code": "e", "kind": "graduated", "label": "电费", "quantity": "kwh",
     "tiers": [{"up_to": "150", "price": "0.50"}, {"up_to": "250", "price": "0.55"}, {"up_to": null, "price": "PRICE"}]},
    {"code": "t", "kind": "percentage", "label": "税", "of": ["e"], "percent": "10", "tax": true}]}"""

UNITS = """
CREATE TEMPORARY TABLE bench_unit AS
SELECT number, (number - 1) / %(units)s + 1 AS building, (number - 1) %% %(units)s + 1 AS place
FROM generate_series(1, %(buildings)s * %(units)s) AS number
"""
MONTHS = """
CREATE TEMPORARY TABLE bench_month AS
SELECT number, (%(first)s::date + make_interval(months => number))::date AS month,
    (%(first)s::date + make_interval(months => number + 1) - INTERVAL '1 day')::date AS last
FROM generate_series(0, %(months)s) AS number
"""
# unit × month with what was used: month 0 is the first reading.
TAKEN = """
CREATE TEMPORARY TABLE bench_taken AS
SELECT (unit.number - 1) * (%(months)s + 1) + month.number + 1 AS id, unit.number AS unit, unit.building, month.number AS at, month.month,
    month.last, lag(month.month) OVER readings AS before, 100 + (unit.number * 37 + month.number * 53) %% 200 AS used,
    sum(100 + (unit.number * 37 + month.number * 53) %% 200) OVER readings AS value,
    CASE WHEN (unit.number + month.number) %% 97 = 0 THEN 'red'
        WHEN (unit.number + month.number) %% 31 = 0 THEN 'amber' ELSE 'green' END AS colour
FROM bench_unit AS unit CROSS JOIN bench_month AS month
WINDOW readings AS (PARTITION BY unit.number ORDER BY month.number)
"""
Columns = Mapping[str, str]
TABLES: Mapping[str, tuple[Columns, str]] = {
    "building": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "code": "'H' || number",
            "name": "'锦绣大厦 ' || number || ' 座'",
            "created_at": "now()",
        },
        "generate_series(1, (SELECT max(building) FROM bench_unit)) AS number",
    ),
    "customer": (
        {
            "id": "BASE",
            "office_id": "OFFICE",
            "customer_no": "'H-1'",
            "name": "'业主'",
            "kind": "'person'",
            "search_terms": "'{}'",
            "created_at": "now()",
        },
        "generate_series(1, 1)",
    ),
    "unit": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "building_id": "BASE + building",
            "number": "place::text",
            "position": "place",
            "code": "'H' || building || '-' || place",
            "area": "60 + place % 80",
            "created_at": "now()",
        },
        "bench_unit",
    ),
    "occupancy": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "unit_id": "BASE + number",
            "customer_id": "BASE",
            "role": "'owner'",
            "starts_on": "'2020-01-01'",
            "created_at": "now()",
        },
        "bench_unit",
    ),
    "meter": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "building_id": "BASE + building",
            "serial": "'E' || number",
            "created_at": "now()",
            "service_id": "(SELECT min(id) FROM service WHERE office_id = OFFICE AND kind = 'electricity')",
        },
        "bench_unit",
    ),
    "meter_installation": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "meter_id": "BASE + number",
            "unit_id": "BASE + number",
            "created_at": "now()",
            "installed_on": "(SELECT min(month) FROM bench_month)",
        },
        "bench_unit",
    ),
    "reading": (
        {
            "id": "BASE + id",
            "office_id": "OFFICE",
            "meter_id": "BASE + unit",
            "installation_id": "BASE + unit",
            "read_on": "month",
            "value": "value",
            "kind": "CASE WHEN at = 0 THEN 'first' ELSE 'regular' END",
            "previous_on": "before",
            "digits": "6",
            "factor": "1",
            "previous_value": "CASE WHEN at > 0 THEN value - used END",
            "consumption": "CASE WHEN at > 0 THEN used ELSE 0 END",
            "days": "coalesce(month - before, 0)",
            "colour": "CASE WHEN at = 0 THEN 'grey' ELSE colour END",
            "mean": "200",
            "anomaly": "CASE colour WHEN 'red' THEN 'high' WHEN 'amber' THEN 'raised' ELSE 'normal' END",
            "ratio": "1.6",
            "settled_reason": "CASE WHEN colour = 'red' THEN '春节' ELSE '' END",
            "uuid": "gen_random_uuid()",
            "created_at": "now()",
        },
        "bench_taken",
    ),
    "billing_period": (
        {
            "id": "BASE + building * 100 + at",
            "office_id": "OFFICE",
            "building_id": "BASE + building",
            "month": "month",
            "starts_on": "month",
            "ends_on": "last",
            "period_state": "'closed'",
            "closed_at": "now()",
            "created_at": "now()",
        },
        "bench_taken WHERE at > 0 AND unit IN (SELECT min(number) FROM bench_unit GROUP BY building)",
    ),
    "billing_run": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "month": "month",
            "run_state": "'posted'",
            "posted_at": "now()",
            "booked_on": "last",
            "created_at": "now()",
        },
        "bench_month WHERE number > 0",
    ),
    "charge": (
        {
            "id": "BASE + id",
            "office_id": "OFFICE",
            "fee_kind": "'electricity'",
            '"on"': "last",
            "due_on": "last + 15",
            "customer_id": "BASE",
            "total": "round(used * 0.66, 2)",
            "created_at": "now()",
            "paid": "CASE WHEN (unit + at) % 5 = 0 THEN 0 ELSE round(used * 0.66, 2) END",
        },
        "bench_taken WHERE at > 0",
    ),
    "service_charge": (
        {
            "id": "BASE + id",
            "office_id": "OFFICE",
            "charge_id": "BASE + id",
            "run_id": "BASE + at",
            "period_id": "BASE + building * 100 + at",
            "service_id": "(SELECT min(id) FROM service WHERE office_id = OFFICE AND kind = 'electricity')",
            "unit_id": "BASE + unit",
            "part_start": "before",
            "part_end": "month - 1",
            "quantity": "used",
            "total": "round(used * 0.66, 2)",
            "facts": "jsonb_build_object('kwh', used::text)",
            "versions": "'[1]'",
            "readings": "jsonb_build_array(id)",
            "bill": (
                "jsonb_build_object('lines', '[]'::jsonb, 'total', round(used * 0.66, 2)::text, "
                "'taxes', jsonb_build_array(jsonb_build_object('amount', round(used * 0.06, 2)::text)))"
            ),
            "created_at": "now()",
        },
        "bench_taken WHERE at > 0",
    ),
    "tariff": (
        {
            "id": "BASE",
            "office_id": "OFFICE",
            "name": "'居民用电'",
            "created_at": "now()",
            "service_id": "(SELECT min(id) FROM service WHERE office_id = OFFICE AND kind = 'electricity')",
        },
        "generate_series(1, 1)",
    ),
    "tariff_version": (
        {
            "id": "BASE + number",
            "office_id": "OFFICE",
            "tariff_id": "BASE",
            "number": "number",
            "valid_from": "'2020-01-01'",
            "examples": "'[]'",
            "recipe": f"replace('{RECIPE}', 'PRICE', CASE number WHEN 1 THEN '0.60' ELSE '0.90' END)::jsonb",
            "state": "CASE number WHEN 1 THEN 'approved' ELSE 'draft' END",
            **{f"{step}_at": "CASE number WHEN 1 THEN now() END" for step in ("checked", "approved")},
            "approved_by_id": "CASE number WHEN 1 THEN coalesce((SELECT min(id) FROM ab_user), 1) END",
            "created_at": "now()",
        },
        "generate_series(1, 2) AS number",
    ),
}
