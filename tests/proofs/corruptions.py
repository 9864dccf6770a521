"""One corruption for every invariant: what a hand past all guards might write, and the row by which it is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Corruption:
    """Statements of the owner, and what the proof must say: the invariant, the table of the named row, and the query of its number.

    ``also`` are the invariants that the same rows break by nature: a receipt whose methods do not add up changes the day's takings too.
    """

    invariant: str
    statements: str
    kind: str
    number: str
    also: frozenset[str] = frozenset()


def _corruption(invariant: str, kind: str, number: str, statements: str, *also: str) -> Corruption:
    return Corruption(invariant, statements, kind, number, frozenset(also))


VERSION = (
    "office_id, tariff_id, number, valid_from, valid_to, recipe, examples, source, note, state, checked_at, approved_at, approved_by_id, "
    "created_by_id, second_person_off, reason, created_at, version"
)
ENTRY = "SELECT id FROM journal_entry WHERE charge_id = {first_charge}"
VOUCHER = "SELECT number FROM voucher WHERE id = {voucher}"
PAYMENT = "SELECT number FROM regular_payment WHERE id = {first}"
RECEIPT = "SELECT number FROM receipt WHERE id = {first_receipt}"
CUSTOMER = "SELECT customer_no FROM customer WHERE id = {customer}"
CREDITOR = "SELECT customer_no FROM customer WHERE id = (SELECT customer_id FROM receipt WHERE id = {credit})"
LINE = "SELECT broadband_account FROM subscription WHERE id = {line}"
MOVED = "SELECT broadband_account FROM subscription WHERE id = {moved}"
ORDER = "SELECT number FROM work_order WHERE id = {worked}"
REVERSAL = "SELECT number FROM reversal WHERE id = {reversal}"
HANOI = "(SELECT id FROM office WHERE code = 'HN')"
# Paid from credit: a receipt without cash, so that it lies in no shift.
WITHOUT_CASH = "SELECT max(receipt_id) FROM receipt_method WHERE method = 'credit'"

LATE = "SELECT charge_id FROM service_charge WHERE unit_id = {unit} ORDER BY id LIMIT 1"
UNIT = "SELECT code FROM unit WHERE id = {unit}"
STAY = "office_id, unit_id, customer_id, role, starts_on, ends_on, note, created_at, version"
METER = "SELECT serial FROM meter WHERE id = (SELECT meter_id FROM meter_installation WHERE unit_id = {unit})"
LAST_READING = (
    "id = (SELECT id FROM reading WHERE installation_id = (SELECT id FROM meter_installation WHERE unit_id = {unit}) "
    "ORDER BY read_on DESC LIMIT 1)"
)
CHARGED = (
    "office_id, charge_id, run_id, period_id, service_id, unit_id, part_start, part_end, quantity, facts, versions, readings, is_estimate, "
    "bill, total, created_at"
)
QUOTA = "office_id, unit_id, members, starts_on, ends_on, document, note, created_at, version"
FACT = "office_id, unit_id, name, value, starts_on, ends_on, document, note, created_at, version"
PERIOD = "office_id, subscription_id, kind, start, stop, months, price, of_days, anchor, anchor_months, created_at"

CORRUPTIONS = (
    _corruption(
        "entries_balance",
        "journal_entry",
        ENTRY,
        f"UPDATE posting SET amount = amount + 1 WHERE account = 'revenue' AND entry_id = ({ENTRY})",
    ),
    _corruption(
        "documents_have_one_entry",
        "voucher",
        VOUCHER,
        "DELETE FROM posting WHERE entry_id = (SELECT id FROM journal_entry WHERE voucher_id = {voucher});"
        "DELETE FROM journal_entry WHERE voucher_id = {voucher}",
    ),
    _corruption(
        "entries_say_what_documents_say",
        "voucher",
        VOUCHER,
        "UPDATE journal_entry SET booked_on = booked_on + 1 WHERE voucher_id = {voucher}",
    ),
    _corruption(
        "reversals_mirror",
        "reversal",
        REVERSAL,
        "UPDATE posting SET fee_kind = 'other' WHERE account = 'revenue' AND entry_id = "
        "(SELECT id FROM journal_entry WHERE reversal_id = {reversal})",
    ),
    _corruption(
        "receivables_are_owed",
        "customer",
        CUSTOMER,
        "UPDATE posting SET customer_id = (SELECT customer_id FROM receipt WHERE id = {credit}) "
        f"WHERE account = 'receivable' AND entry_id = ({ENTRY})",
    ),
    _corruption(
        "credit_is_held",
        "customer",
        CREDITOR,
        "UPDATE posting SET customer_id = {customer} WHERE account = 'credit' AND entry_id = "
        "(SELECT id FROM journal_entry WHERE receipt_id = {credit})",
    ),
    _corruption(
        "takings_agree",
        "day",
        "SELECT booked_on FROM receipt WHERE id = {first_receipt}",
        "INSERT INTO posting (office_id, entry_id, account, amount) SELECT office_id, id, 'cash', amount FROM journal_entry, "
        "(VALUES (5), (-5)) AS both_sides (amount) WHERE receipt_id = {first_receipt}",
        "entries_say_what_documents_say",
    ),
    _corruption(
        "receipts_add_up",
        "receipt",
        RECEIPT,
        "UPDATE receipt_method SET amount = amount - 1 WHERE receipt_id = {first_receipt}",
        "takings_agree",
    ),
    _corruption("vouchers_add_up", "voucher", VOUCHER, "UPDATE voucher_line SET amount = amount + 1 WHERE voucher_id = {voucher}"),
    _corruption(
        "charges_add_up",
        "charge",
        "SELECT {first_charge}",
        "UPDATE charge_line SET quantity = quantity + 1 WHERE charge_id = {first_charge} AND code = 'plan'",
    ),
    _corruption(
        "paid_is_within_the_charge",
        "charge",
        "SELECT {first_charge}",
        "ALTER TABLE charge DROP CONSTRAINT ck_charge_paid_within_total; UPDATE charge SET paid = total + 1 WHERE id = {first_charge}",
        "paid_is_what_was_allocated",
        "receivables_are_owed",
    ),
    _corruption(
        "paid_is_what_was_allocated",
        "charge",
        "SELECT {first_charge}",
        "UPDATE charge SET paid = paid - 1 WHERE id = {first_charge}",
        "receivables_are_owed",
    ),
    _corruption(
        "reversals_are_allowed",
        "reversal",
        REVERSAL,
        "UPDATE reversal SET needs_approval = false, approved_by_id = NULL WHERE id = {reversal}",
    ),
    _corruption(
        "approvals_have_their_reversal",
        "approval",
        "SELECT id FROM approval WHERE charge_id IS NULL",
        "UPDATE approval SET reversal_id = (SELECT min(id) FROM reversal WHERE id <> {reversal}) WHERE charge_id IS NULL",
    ),
    _corruption(
        "documents_lie_in_their_shift",
        "receipt",
        RECEIPT,
        "UPDATE receipt SET shift_id = (SELECT shift_id FROM receipt WHERE id = {voided_receipt}) WHERE id = {first_receipt}",
    ),
    _corruption(
        "documents_are_of_their_day",
        "receipt",
        f"SELECT number FROM receipt WHERE id = ({WITHOUT_CASH})",
        f"UPDATE receipt SET created_at = created_at - interval '1 day' WHERE id = ({WITHOUT_CASH})",
    ),
    _corruption(
        "numbers_have_no_gap",
        "voucher",
        "SELECT 'FK-2026-000009'",
        "UPDATE voucher SET sequence = 9, number = 'FK-2026-000009', content = jsonb_set(content, '{{number}}', '\"FK-2026-000009\"') "
        "WHERE id = {voucher};"
        "UPDATE number_counter SET last = 9 WHERE series = 'voucher'",
    ),
    _corruption(
        "counters_stand_at_the_last_number",
        "number_counter",
        "SELECT 'voucher 2026'",
        "UPDATE number_counter SET last = last + 1 WHERE series = 'voucher'",
    ),
    _corruption(
        "other_numbers_are_unique",
        "customer",
        CREDITOR,
        "UPDATE number_counter SET last = 1 WHERE series = 'customer' AND office_id = {office}",
    ),
    _corruption(
        "papers_say_what_was_stored",
        "receipt",
        RECEIPT,
        "UPDATE receipt SET content = jsonb_set(content, '{{total}}', '\"1.00\"') WHERE id = {first_receipt}",
    ),
    _corruption(
        "words_equal_amounts",
        "voucher",
        VOUCHER,
        "UPDATE voucher SET total_in_words = '人民币壹元整', content = jsonb_set(content, '{{total_in_words}}', '\"人民币壹元整\"')",
    ),
    _corruption("printings_are_counted", "receipt", RECEIPT, "DELETE FROM printing WHERE printing = 1 AND receipt_id = {first_receipt}"),
    _corruption("payments_recompute", "regular_payment", PAYMENT, "UPDATE regular_payment SET plan_fee = plan_fee * 2 WHERE id = {first}"),
    _corruption(
        "payments_agree_with_receipts", "regular_payment", PAYMENT, "UPDATE regular_payment SET paid_on = paid_on - 1 WHERE id = {first}"
    ),
    _corruption(
        "months_are_sold_once",
        "charge",
        "SELECT {later_charge}",
        "UPDATE regular_payment SET charge_id = {later_charge} WHERE subscription_id = {line} AND paid_on = '2026-03-08'",
    ),
    _corruption(
        "periods_do_not_overlap",
        "subscription",
        LINE,
        "ALTER TABLE service_period DROP CONSTRAINT ex_service_period_in_force;"
        f"INSERT INTO service_period ({PERIOD}) SELECT {PERIOD} "
        "FROM service_period WHERE regular_payment_id = {first} AND kind = 'paid'",
    ),
    _corruption(
        "periods_follow_their_run",
        "subscription",
        LINE,
        "UPDATE service_period SET anchor = anchor + 1 WHERE regular_payment_id = {first} AND kind = 'paid'",
    ),
    _corruption(
        "periods_are_those_paid_for",
        "regular_payment",
        PAYMENT,
        "UPDATE service_period SET regular_payment_id = NULL WHERE regular_payment_id = {first}",
    ),
    _corruption("stop_dates_follow", "subscription", LINE, "UPDATE subscription SET stops_on = stops_on + 1 WHERE id = {line}"),
    _corruption(
        "states_follow",
        "subscription",
        LINE,
        "UPDATE work_order SET billing_from = billing_from + 1 WHERE id = "
        "(SELECT work_order_id FROM subscription_work_order WHERE subscription_id = {line})",
    ),
    _corruption(
        "states_are_the_last",
        "subscription",
        MOVED,
        "UPDATE subscription SET state = 'suspended', halted_on = '2026-05-08' WHERE id = {moved}",
    ),
    _corruption(
        "steps_are_allowed",
        "subscription",
        MOVED,
        "UPDATE subscription_event SET state_before = 'forced' WHERE operation = 'relocate' AND subscription_id = {moved}",
    ),
    _corruption(
        "nothing_after_closure",
        "subscription",
        "SELECT broadband_account FROM subscription WHERE id = {closed}",
        "UPDATE subscription_event SET after_payment_id = NULL WHERE operation = 'close' AND subscription_id = {closed}",
    ),
    _corruption(
        "operations_have_their_record",
        "relocation",
        "SELECT id FROM relocation WHERE subscription_id = {moved}",
        "UPDATE relocation SET address = '9-9-999' WHERE subscription_id = {moved}",
    ),
    _corruption(
        "fees_are_charged",
        "suspension",
        "SELECT id FROM suspension WHERE subscription_id = {moved}",
        "UPDATE suspension SET fee = fee + 1 WHERE subscription_id = {moved}",
    ),
    _corruption(
        "plan_changes_recompute",
        "plan_change",
        "SELECT max(id) FROM plan_change WHERE change_status = 'applied' AND subscription_id = {moved}",
        "UPDATE plan_change SET credit = credit + 1, charge = charge + 1 WHERE change_status = 'applied' AND subscription_id = {moved}",
    ),
    _corruption(
        "cut_rows_conserve",
        "subscription",
        MOVED,
        "UPDATE service_period SET price = price + 1 WHERE kind = 'paid' AND cut_from_days IS NOT NULL AND ended_by_reversal_id IS NULL "
        "AND subscription_id = {moved}",
    ),
    _corruption(
        "closures_recompute",
        "closure",
        "SELECT id FROM closure WHERE subscription_id = {closed}",
        "UPDATE closure SET settlement = jsonb_set(settlement, '{{plan,0,days}}', '1') WHERE subscription_id = {closed}",
    ),
    _corruption(
        "deposits_are_held",
        "customer",
        "SELECT customer_no FROM customer JOIN subscription ON customer.id = customer_id WHERE subscription.id = {cut}",
        "UPDATE equipment SET deposit = deposit + 1 WHERE subscription_id = {cut}",
    ),
    _corruption(
        "accounts_are_used_once",
        "subscription",
        LINE,
        "DROP INDEX uq_subscription_broadband_account;"
        "UPDATE subscription SET broadband_account = 'sh0001' WHERE broadband_account = 'sh0002'",
        "lines_can_be_found",
    ),
    _corruption("lines_can_be_found", "subscription", LINE, "UPDATE subscription SET search_terms = '{{}}' WHERE id = {line}"),
    _corruption("customers_can_be_found", "customer", CREDITOR, "UPDATE customer SET id_number_trace = NULL"),
    _corruption(
        "amounts_fit_the_currency",
        "plan",
        f"SELECT name FROM plan WHERE office_id = {HANOI}",
        f"UPDATE plan SET fee = fee + 0.5 WHERE office_id = {HANOI}",
    ),
    _corruption(
        "nothing_crosses_offices",
        "receipt_method",
        "SELECT id FROM receipt_method WHERE receipt_id = {first_receipt}",
        f"UPDATE receipt_method SET office_id = {HANOI} WHERE receipt_id = {{first_receipt}}",
    ),
    _corruption(
        "references_lead_somewhere",
        "charge",
        "SELECT {first_charge}",
        "UPDATE charge SET created_by_id = 999999 WHERE id = {first_charge}",
    ),
    _corruption("keys_are_unique", "idempotency_key", "SELECT 'one-payment'", "UPDATE idempotency_key SET record_id = NULL"),
    _corruption("books_cannot_be_rewritten", "table", "SELECT 'posting'", "GRANT DELETE ON posting TO feehouse_app"),
    _corruption(
        "secrets_can_be_read",
        "subscription",
        LINE,
        "UPDATE subscription SET password = 'lost:Z0FBQUFB' WHERE id = {line}",
    ),
    _corruption(
        "orders_add_up",
        "work_order",
        ORDER,
        "UPDATE work_order_material SET quantity = quantity * 2, amount = amount * 2 WHERE work_order_id = {worked}",
    ),
    _corruption(
        "orders_are_charged_once",
        "work_order",
        ORDER,
        "UPDATE charge_line SET code = 'handling' WHERE code = 'installation' AND charge_id = "
        "(SELECT charge_id FROM work_order WHERE id = {worked})",
    ),
    _corruption(
        "orders_follow_their_steps",
        "work_order",
        ORDER,
        "UPDATE work_order SET checked_by_id = (SELECT user_id FROM installer WHERE installer.id = installer_id) WHERE id = {worked}",
    ),
    _corruption(
        "door_money_is_held",
        "installer",
        "SELECT code FROM installer WHERE id = (SELECT installer_id FROM handover WHERE id = {handover})",
        "UPDATE handover SET amount = amount + 1000 WHERE id = {handover}",
        "entries_say_what_documents_say",
    ),
    _corruption(
        "order_sheets_are_counted",
        "work_order",
        ORDER,
        "UPDATE work_order_printing SET printing = 7 WHERE is_final AND work_order_id = {worked}",
    ),
    _corruption(
        "occupancies_do_not_overlap",
        "unit",
        UNIT,
        "ALTER TABLE occupancy DROP CONSTRAINT ex_occupancy_in_force;"
        f"INSERT INTO occupancy ({STAY}) SELECT {STAY} FROM occupancy WHERE unit_id = {{unit}}",
    ),
    _corruption(
        "versions_share_no_day",
        "tariff_version",
        "SELECT tariff.name || ' ' || (version.number + 100) FROM tariff_version AS version JOIN tariff ON tariff.id = version.tariff_id "
        "WHERE version.state = 'approved' ORDER BY version.id LIMIT 1",
        "ALTER TABLE tariff_version DROP CONSTRAINT ex_tariff_version_in_force;"
        f"INSERT INTO tariff_version ({VERSION}) SELECT {VERSION.replace('number', 'number + 100')} FROM tariff_version "
        "WHERE state = 'approved' ORDER BY id LIMIT 1",
    ),
    _corruption(
        "facts_do_not_overlap",
        "unit",
        UNIT,
        "ALTER TABLE unit_fact DROP CONSTRAINT ex_unit_fact_in_force;"
        f"INSERT INTO unit_fact ({FACT}) SELECT {FACT} FROM unit_fact WHERE unit_id = {{unit}}",
    ),
    _corruption(
        "services_are_charged_once",
        "unit",
        UNIT,
        "DROP INDEX uq_service_charge_live; ALTER TABLE service_charge DROP CONSTRAINT ex_service_charge_days;"
        "ALTER TABLE service_charge DROP CONSTRAINT uq_service_charge_charge_id;"
        f"INSERT INTO service_charge ({CHARGED}) SELECT {CHARGED} FROM service_charge WHERE unit_id = {{unit}} AND share IS NULL",
        "runs_add_up",
    ),
    _corruption(
        "runs_add_up",
        "billing_run",
        "SELECT to_char(month, 'YYYY-MM') FROM billing_run WHERE posted > 0",
        "UPDATE billing_run SET posted_total = posted_total + 1 WHERE posted > 0",
    ),
    _corruption(
        "service_charges_are_owed",
        "charge",
        UNIT,
        "UPDATE service_charge SET bill = jsonb_set(bill, '{{total}}', '\"7\"') WHERE unit_id = {unit} AND share IS NULL",
        "service_charges_recompute",
    ),
    _corruption(
        "service_charges_recompute",
        "charge",
        UNIT,
        "UPDATE service_charge SET facts = jsonb_set(facts, '{{kwh}}', '\"7\"') WHERE unit_id = {unit} AND share IS NULL",
    ),
    _corruption(
        "shares_add_up",
        "billing_period",
        "SELECT to_char(month, 'YYYY-MM') FROM billing_period",
        "UPDATE service_charge SET share = jsonb_set(share, '{{whole}}', '\"1\"') WHERE unit_id = {unit} AND share IS NOT NULL",
        "service_charges_recompute",
    ),
    _corruption(
        "quantities_were_read",
        "charge",
        UNIT,
        "UPDATE service_charge SET quantity = quantity + 1 WHERE unit_id = {unit}",
    ),
    _corruption(
        "charges_are_adjusted_by_documents",
        "charge",
        LATE,
        f"UPDATE charge SET adjusted = adjusted - 1, total = total + 1 WHERE id = ({LATE})",
        *("charges_add_up", "service_charges_are_owed", "entries_say_what_documents_say"),
    ),
    _corruption(
        "adjustments_are_of_who_owes",
        "charge",
        LATE,
        "UPDATE adjustment SET customer_id = "
        "(SELECT max(id) FROM customer WHERE office_id = adjustment.office_id AND id <> adjustment.customer_id) "
        f"WHERE id = (SELECT max(id) FROM adjustment WHERE charge_id = ({LATE}))",
        # The key that holds it to who owes its charge leads nowhere.
        "nothing_crosses_offices",
    ),
    _corruption(
        "interest_goes_with_its_charge",
        "adjustment",
        "SELECT number FROM adjustment WHERE taken_with_id IS NOT NULL ORDER BY id LIMIT 1",
        f"UPDATE adjustment SET taken_with_id = (SELECT id FROM adjustment WHERE kind = 'write_off' AND charge_id = ({LATE})) "
        "WHERE id = (SELECT min(id) FROM adjustment WHERE taken_with_id IS NOT NULL)",
    ),
    _corruption(
        "interest_counts_no_day_twice",
        "charge",
        LATE,
        "ALTER TABLE late_interest DROP CONSTRAINT ex_late_interest_days;"
        "INSERT INTO late_interest (office_id, source_charge_id, starts_on, ends_on, exact, amount, created_at) "
        "SELECT office_id, source_charge_id, starts_on, ends_on, exact, 0, created_at FROM late_interest WHERE charge_id IS NOT NULL",
    ),
    _corruption(
        "interest_is_what_was_counted",
        "charge",
        LATE,
        f"UPDATE late_interest SET exact = 0.001 WHERE source_charge_id = ({LATE})",
    ),
    _corruption(
        "interest_is_borne_by_services",
        "charge",
        "SELECT min(source_charge_id) FROM late_interest",
        f"DELETE FROM service_charge WHERE charge_id = ({LATE})",
        "runs_add_up",
    ),
    _corruption("units_are_named_by_their_building", "unit", UNIT, "UPDATE unit SET number = number || 'x' WHERE id = {unit}"),
    _corruption(
        "readings_follow_each_other",
        "meter",
        METER,
        f"UPDATE reading SET previous_on = previous_on - 1, days = days + 1 WHERE {LAST_READING}",
    ),
    _corruption(
        "consumption_follows_from_readings",
        "meter",
        METER,
        "ALTER TABLE reading DROP CONSTRAINT ck_reading_consumption_follows_from_the_dial;"
        f"UPDATE reading SET consumption = consumption + 1 WHERE {LAST_READING}",
        "quantities_were_read",
    ),
    _corruption(
        "meters_hang_at_one_place",
        "meter",
        METER,
        "UPDATE meter_installation SET installed_on = installed_on - 1 WHERE unit_id = {unit}",
    ),
    _corruption(
        "quotas_do_not_overlap",
        "unit",
        UNIT,
        "ALTER TABLE water_quota DROP CONSTRAINT ex_water_quota_in_force;"
        f"INSERT INTO water_quota ({QUOTA}) SELECT {QUOTA} FROM water_quota WHERE unit_id = {{unit}}",
    ),
)
