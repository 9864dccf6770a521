"""The SQL that fills the tables of the measurements, one statement each, from the temporary table ``sold``: one row per payment.

Payment ``n`` has charge ``n``, receipt ``n``, entries ``2n − 1`` and ``2n``, postings ``4n − 3`` … ``4n``, period ``n``.
"""

from __future__ import annotations

PLANS = """
CREATE TEMPORARY TABLE bench_plan ON COMMIT DROP AS
SELECT id, name, fee, ''::text AS words, (row_number() OVER (ORDER BY id) - 1)::integer AS place FROM plan
"""

# The first payment is made on the day the service begins, the others on the last day paid for.
SOLD = """
CREATE TEMPORARY TABLE sold ON COMMIT DROP AS
SELECT row_number() OVER (PARTITION BY extract(year FROM paid_on) ORDER BY n)::integer AS sequence,
       extract(year FROM paid_on)::integer AS year,
       (paid_on - %(first)s::date) * %(cashiers)s + cashier + 1 AS shift_id, *
FROM (
    SELECT (month * %(customers)s + line)::integer AS n, line, month,
           anchor, (anchor + make_interval(months => month))::date AS starts,
           (anchor + make_interval(months => month + 1))::date - 1 AS stops,
           CASE month WHEN 0 THEN anchor ELSE (anchor + make_interval(months => month))::date - 1 END AS paid_on,
           (line * 7 + month) %% %(cashiers)s AS cashier, users.id AS cashier_id, users.name AS cashier_name, plan.*
    FROM generate_series(0, %(each)s - 1) AS month
    CROSS JOIN LATERAL (
        SELECT line, %(first)s::date + (line - 1) * %(days)s / %(customers)s AS anchor FROM generate_series(1, %(customers)s) AS line
    ) AS lines
    JOIN LATERAL (SELECT id AS plan_id, name AS plan_name, fee AS price, words FROM bench_plan WHERE place = line %% 4) AS plan ON true
    JOIN (
        SELECT id, first_name || ' ' || last_name AS name, row_number() OVER (ORDER BY id) - 1 AS place
        FROM ab_user WHERE username LIKE 'cashier%%'
    ) AS users ON users.place = (line * 7 + month) %% %(cashiers)s
) AS payments
CROSS JOIN LATERAL (
    SELECT (ARRAY['cash','cash','cash','cash','cash','wechat_pay','wechat_pay','wechat_pay','alipay','alipay'])[n %% 10 + 1] AS method,
           'SK-' || extract(year FROM paid_on)::text || '-' AS prefix,
           (paid_on + time '09:00' + make_interval(secs => n %% 28800)) AT TIME ZONE 'Asia/Shanghai' AS made_at
) AS derived
ORDER BY n
"""

NUMBER = "prefix || lpad(sequence::text, greatest(6, length(sequence::text)), '0')"

_CONTENT = f"""
jsonb_build_object(
    'version', 1, 'template', 'receipt', 'locale', 'zh_Hans', 'second_locale', NULL, 'currency', 'CNY', 'office', office.facts,
    'number', {NUMBER}, 'on', paid_on, 'booked_on', paid_on,
    'created_at', to_char(made_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD"T"HH24:MI:SS') || '+08:00',
    'total', price::text, 'total_in_words', words, 'cashier', cashier_name,
    'shift', CASE method WHEN 'cash' THEN 'B-' || to_char(paid_on, 'YYYYMMDD') || '-' || (cashier + 1) ELSE '' END,
    'form', 'tt99', 'copies', 'single', 'backdated', false,
    'customer', jsonb_build_object('customer_no', customer.customer_no, 'name', customer.name,
                                   'address', community.name || ' ' || subscription.address,
                                   'broadband_account', subscription.broadband_account, 'plan', plan_name),
    'lines', jsonb_build_array(jsonb_build_object('code', 'plan', 'text', '套餐费', 'detail', '',
                                                  'period_start', starts, 'period_end', stops,
                                                  'quantity', '1', 'unit_price', price::text, 'amount', price::text)),
    'methods', jsonb_build_array(jsonb_build_object('method', method, 'amount', price::text, 'tendered', NULL, 'change', NULL,
                                                    'reference', '')),
    'credit_after', '0.00', 'note', '缴费后宽带停机日期为 ' || stops || '。', 'payer_name', customer.name, 'reason', '套餐费',
    'debit', CASE method WHEN 'cash' THEN '111' ELSE '112' END, 'credit', '131')
"""

INSERTS = {
    "shift": """
INSERT INTO shift (id, office_id, number, cashier_id, "on", float_amount, opened_at, closed_at)
SELECT DISTINCT ON (shift_id) shift_id, 1, 'B-' || to_char(paid_on, 'YYYYMMDD') || '-' || (cashier + 1), cashier_id, paid_on, 0,
       (paid_on + time '08:30') AT TIME ZONE 'Asia/Shanghai', (paid_on + time '18:00') AT TIME ZONE 'Asia/Shanghai'
FROM sold ORDER BY shift_id
""",
    "charge": """
INSERT INTO charge (id, office_id, customer_id, fee_kind, "on", due_on, total, paid, adjusted, written_off, created_at, created_by_id)
SELECT n, 1, line, 'regular', paid_on, paid_on, price, price, 0, 0, made_at, cashier_id FROM sold
""",
    "charge_line": """
INSERT INTO charge_line (id, office_id, charge_id, position, code, detail, quantity, unit_price, amount, period_start, period_end)
SELECT n, 1, n, 1, 'plan', '', 1, price, price, starts, stops FROM sold
""",
    "receipt": f"""
INSERT INTO receipt (id, office_id, number, year, sequence, customer_id, "on", booked_on, total, credited, total_in_words, has_cash,
                     shift_id, cashier_id, payer_name, note, backdate_reason, content, created_at, created_by_id)
SELECT n, 1, {NUMBER}, year, sequence, line, paid_on, paid_on, price, 0, words, method = 'cash',
       CASE method WHEN 'cash' THEN shift_id END, cashier_id, customer.name, '', '', {_CONTENT}, made_at, sold.cashier_id
FROM sold
JOIN subscription ON subscription.id = line JOIN customer ON customer.id = line JOIN community ON community.id = subscription.community_id
CROSS JOIN (SELECT jsonb_build_object('legal_name', legal_name, 'short_name', short_name, 'address', address, 'tax_number', tax_number,
                                      'phone', telephone) AS facts FROM office) AS office
ORDER BY n
""",  # noqa: S608
    "receipt_method": """
INSERT INTO receipt_method (id, office_id, receipt_id, method, amount, reference) SELECT n, 1, n, method, price, '' FROM sold
""",
    "allocation": "INSERT INTO allocation (id, office_id, receipt_id, charge_id, amount) SELECT n, 1, n, n, price FROM sold",
    "journal_entry": """
INSERT INTO journal_entry (id, office_id, booked_on, charge_id, receipt_id, created_at, created_by_id)
SELECT 2 * n - 1 + side, 1, paid_on, CASE side WHEN 0 THEN n END, CASE side WHEN 1 THEN n END, made_at, cashier_id
FROM sold CROSS JOIN generate_series(0, 1) AS side
""",
    "posting": """
INSERT INTO posting (id, office_id, entry_id, account, fee_kind, customer_id, amount)
SELECT 4 * n - 3 + side, 1, 2 * n - 1 + side / 2, (ARRAY['receivable', 'revenue', method, 'receivable'])[side + 1],
       CASE side WHEN 2 THEN NULL ELSE 'regular' END, line, CASE side %% 2 WHEN 0 THEN price ELSE -price END
FROM sold CROSS JOIN generate_series(0, 3) AS side
""".replace("%%", "%"),
    "regular_payment": f"""
INSERT INTO regular_payment (id, office_id, number, customer_id, subscription_id, plan_id, plan_fee, plan_months, months, plan_total,
    maintenance_fee, maintenance_total, other_item, other_fee, discount, arrears, late_fee, late_fee_proposed, total, total_in_words,
    gift_months, cashier_id, note, reason, paid_on, booked_on, period_start, period_end, stops_on_before, state_before, charge_id,
    receipt_id, created_at, created_by_id)
SELECT n, 1, {NUMBER}, line, line, plan_id, price, 1, 1, price, 0, 0, '', 0, 0, 0, 0, 0, price, words, 0, cashier_id, '', '',
       paid_on, paid_on,
       starts, stops, starts - 1, 'active', n, n, made_at, cashier_id
FROM sold
""",  # noqa: S608
    "service_period": """
INSERT INTO service_period (id, office_id, subscription_id, kind, start, stop, months, price, of_days, anchor, anchor_months,
    regular_payment_id, created_at, created_by_id)
SELECT n, 1, line, 'paid', starts, stops, 1, price, stops - starts + 1, anchor, month + 1, n, made_at, cashier_id FROM sold
""",
    "number_counter": """
INSERT INTO number_counter (office_id, series, year, last)
SELECT 1, 'receipt', year, max(sequence) FROM sold GROUP BY year
UNION ALL SELECT 1, 'customer', 0, max(id) FROM customer
UNION ALL SELECT DISTINCT 1, 'shift-' || to_char(paid_on, 'YYYYMMDD'), 0, (SELECT max(cashier) + 1 FROM sold) FROM sold
""",
}

EXCLUSIONS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::text::regclass AND contype = 'x'
"""

PLAIN_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = %s::text::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""

# What triggers, foreign keys and the operations hold true for each row, asked of all rows at once: question -> rows against it.
PROOFS = {
    "entries that do not balance": """
SELECT count(*) FROM (SELECT entry_id FROM posting GROUP BY entry_id HAVING sum(amount) <> 0 OR count(*) < 2) AS wrong
""",
    "charges that are not paid": "SELECT count(*) FROM charge WHERE paid <> total",
    "payments without their rows": """
SELECT count(*) FROM regular_payment AS payment
LEFT JOIN charge ON charge.id = payment.charge_id AND charge.customer_id = payment.customer_id AND charge.total = payment.total
LEFT JOIN receipt ON receipt.id = payment.receipt_id AND receipt.number = payment.number AND receipt.total = payment.total
LEFT JOIN subscription ON subscription.id = payment.subscription_id AND subscription.customer_id = payment.customer_id
LEFT JOIN ab_user ON ab_user.id = payment.cashier_id LEFT JOIN plan ON plan.id = payment.plan_id
LEFT JOIN service_period AS period ON period.regular_payment_id = payment.id AND period.stop = payment.period_end
WHERE num_nulls(charge.id, receipt.id, subscription.id, ab_user.id, plan.id, period.id) > 0
""",
    "lines whose stop date is another than their periods'": """
SELECT count(*) FROM subscription
LEFT JOIN (SELECT subscription_id, max(stop) AS stop FROM service_period GROUP BY subscription_id) AS cover
ON cover.subscription_id = subscription.id WHERE cover.stop IS DISTINCT FROM subscription.stops_on
""",
    "cash without a shift": """
SELECT count(*) FROM receipt LEFT JOIN shift ON shift.id = receipt.shift_id AND shift.cashier_id = receipt.cashier_id
AND shift."on" = receipt.booked_on WHERE receipt.has_cash AND shift.id IS NULL
""",
}
