"""Give work orders every field, their materials, fees and steps, and take in the money that installers hand over.

Revision: 0012, after 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

STATES = ("new", "booked", "on_site", "done", "failed", "checked")
EARLIER_STATES = ("new", "done", "failed")
TEXTS = {
    "customer_request": 2000,
    "failure_reason": 2000,
    "new_name": 200,
    "new_address": 200,
    "new_phone": 64,
    "fault_symptom": 2000,
    "fault_cause": 2000,
    "fault_remedy": 2000,
    "device_serial": 64,
    "splitter_port": 64,
    "total_in_words": 2000,
}
FEES = ("installation_fee", "handling_fee", "labour_material_fee", "other_fee", "material_works_fee", "total")
MOMENTS = ("started_at", "finished_at", "checked_at")
PEOPLE = ("booked_by_id", "started_by_id", "checked_by_id")
KEYS = {
    "new_plan_id": "plan",
    "new_community_id": "community",
    "charge_id": "charge",
    "receipt_id": "receipt",
    "collected_by_id": "installer",
}
CHECKS = {
    "done_was_worked_on": "(status IN ('done', 'checked')) = (worked_on IS NOT NULL)",
    "done_has_a_billing_day": "(status IN ('done', 'checked')) = (billing_from IS NOT NULL)",
    "finished_at_some_time": "(status IN ('done', 'checked', 'failed')) = (finished_at IS NOT NULL)",
    "checked_at_some_time": "(status = 'checked') = (checked_at IS NOT NULL)",
    "checked_by_somebody": "(status = 'checked') = (checked_by_id IS NOT NULL)",
    "failed_for_a_reason": "(status = 'failed') = (failure_reason <> '')",
    "booked_with_somebody": "status <> 'booked' OR (appointment_at IS NOT NULL AND installer_id IS NOT NULL)",
    "started_by_somebody": "status <> 'on_site' OR (started_at IS NOT NULL AND installer_id IS NOT NULL)",
    "fees_not_negative": "least(installation_fee, handling_fee, labour_material_fee, other_fee, material_works_fee) >= 0",
    "total_adds_up": "total = installation_fee + handling_fee + labour_material_fee + other_fee + material_works_fee",
    "charged_when_done": "charge_id IS NULL OR status IN ('done', 'checked')",
    "paid_when_charged": "receipt_id IS NULL OR charge_id IS NOT NULL",
    "collected_with_a_receipt": "collected_by_id IS NULL OR receipt_id IS NOT NULL",
}
# What may still change once the work is done: who looked at it, remarks, and the key under which a secret is stored.
AFTER_THE_WORK = (
    *("status", "checked_at", "checked_by_id", "phone", "note", "own_1", "own_2", "own_3", "own_4", "own_5"),
    *("version", "new_id_number", "sheet"),
)
DOCUMENTS = "charge_id, receipt_id, voucher_id, reversal_id"

ORDER_IS_SETTLED = f"""
CREATE FUNCTION order_is_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('done', 'checked') AND (
        NEW.status NOT IN ('done', 'checked')
        OR (OLD.sheet IS NOT NULL AND NEW.sheet IS DISTINCT FROM OLD.sheet)
        OR (to_jsonb(NEW) - ARRAY{list(AFTER_THE_WORK)!r}::text[]) <> (to_jsonb(OLD) - ARRAY{list(AFTER_THE_WORK)!r}::text[])
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
            MESSAGE = 'The work order ' || OLD.number || ' is done; what was done and what it cost are never changed.';
    END IF;
    RETURN NEW;
END $$
"""

MATERIALS_ARE_SETTLED = """
CREATE FUNCTION materials_are_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM work_order WHERE status IN ('done', 'checked')
        AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.work_order_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.work_order_id END)
    ) THEN
        RAISE EXCEPTION 'The materials of a work order that is done are never changed.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

MATERIALS_ADD_UP = """
CREATE FUNCTION materials_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted integer;
BEGIN
    FOREACH wanted IN ARRAY CASE
        WHEN TG_TABLE_NAME = 'work_order' THEN ARRAY[(to_jsonb(NEW)->>'id')::integer]
        WHEN TG_OP = 'DELETE' THEN ARRAY[(to_jsonb(OLD)->>'work_order_id')::integer]
        ELSE ARRAY[(to_jsonb(NEW)->>'work_order_id')::integer]
    END LOOP
        IF EXISTS (
            SELECT FROM work_order WHERE id = wanted
            AND material_works_fee <> (SELECT coalesce(sum(amount), 0) FROM work_order_material WHERE work_order_id = wanted)
        ) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
                MESSAGE = 'The materials of the work order ' || wanted || ' do not add up to its fee for them.';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    _widen_orders()
    _take_over_earlier_orders()
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_work_order_{name}"), "work_order", condition)
    _make_materials()
    _make_printings()
    _make_handovers()
    _guard()


def _widen_orders() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.drop_constraint(op.f("ck_work_order_done_was_worked_on"), "work_order", type_="check")
    _states(STATES)
    for name, length in TEXTS.items():
        op.add_column("work_order", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        op.alter_column("work_order", name, server_default=None)
    for name in FEES:
        op.add_column("work_order", sa.Column(name, sa.Numeric(18, 2), nullable=False, server_default="0"))
        op.alter_column("work_order", name, server_default=None)
    for name in MOMENTS:
        op.add_column("work_order", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in (*KEYS, *PEOPLE):
        op.add_column("work_order", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("work_order", sa.Column("new_id_number", sa.String(length=500), nullable=True))
    op.add_column("work_order", sa.Column("optical_power", sa.Numeric(6, 1), nullable=True))
    op.add_column("work_order", sa.Column("speed_mbps", sa.Numeric(9, 1), nullable=True))
    op.add_column("work_order", sa.Column("sheet", document, nullable=True))
    for name, target in KEYS.items():
        op.create_foreign_key(
            op.f(f"fk_work_order_office_id_{name}"), "work_order", target, ["office_id", name], ["office_id", "id"], ondelete="RESTRICT"
        )
    for name in PEOPLE:
        op.create_foreign_key(op.f(f"fk_work_order_{name}"), "work_order", "ab_user", [name], ["id"], ondelete="RESTRICT")
    for name in ("charge_id", "receipt_id"):
        op.create_unique_constraint(op.f(f"uq_work_order_{name}"), "work_order", [name])
    op.create_index("ix_work_order_appointment", "work_order", ["office_id", "appointment_at"])
    op.create_index("ix_work_order_installer_id", "work_order", ["installer_id"])
    op.create_index(
        "ix_work_order_collected_by_id", "work_order", ["collected_by_id"], postgresql_where=sa.text("collected_by_id IS NOT NULL")
    )


def _take_over_earlier_orders() -> None:
    """Bring orders of before to the new states: one with installer and appointment is booked, one that is done was finished that day."""
    op.execute("ALTER TABLE work_order DISABLE TRIGGER work_order_is_traced")
    op.execute("UPDATE work_order SET status = 'booked' WHERE status = 'new' AND installer_id IS NOT NULL AND appointment_at IS NOT NULL")
    op.execute(
        "UPDATE work_order SET billing_from = coalesce(billing_from, worked_on), "
        "finished_at = (worked_on + time '12:00') AT TIME ZONE office.time_zone "
        "FROM office WHERE office.id = work_order.office_id AND status = 'done'"
    )
    op.execute("UPDATE work_order SET finished_at = created_at, failure_reason = '-' WHERE status = 'failed'")
    op.execute("ALTER TABLE work_order ENABLE TRIGGER work_order_is_traced")


def _make_materials() -> None:
    op.create_table(
        "work_order_material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("material_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(18, 4), nullable=False),
        sa.Column("unit_price", sa.Numeric(18, 2), nullable=False),
        sa.Column("amount", sa.Numeric(18, 2), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_work_order_material_quantity_positive")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_work_order_material_price_not_negative")),
        sa.CheckConstraint(
            "amount IN (round(quantity * unit_price, 2), round(quantity * unit_price, 0))",
            name=op.f("ck_work_order_material_amount_is_rounded_once"),
        ),
        *_keys("work_order_material", {"work_order_id": "work_order", "material_id": "material"}),
        sa.UniqueConstraint("work_order_id", "position", name=op.f("uq_work_order_material_work_order_id_position")),
    )
    op.create_index(op.f("ix_work_order_material_office_id"), "work_order_material", ["office_id"])
    op.create_index("ix_work_order_material_material_id", "work_order_material", ["material_id"])


def _make_printings() -> None:
    document = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.create_table(
        "work_order_printing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("work_order_id", sa.Integer(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("printing", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("content", document, nullable=False),
        *_made("work_order_printing"),
        sa.CheckConstraint("printing >= 1", name=op.f("ck_work_order_printing_counts_from_one")),
        *_keys("work_order_printing", {"work_order_id": "work_order"}),
        sa.UniqueConstraint(
            "work_order_id", "is_final", "printing", name=op.f("uq_work_order_printing_work_order_id_is_final_printing")
        ),
    )
    op.create_index(op.f("ix_work_order_printing_office_id"), "work_order_printing", ["office_id"])


def _make_handovers() -> None:
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("installer_id", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(18, 2), nullable=False),
        sa.Column("cashier_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *_made("handover"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_handover_amount_positive")),
        sa.ForeignKeyConstraint(["cashier_id"], ["ab_user.id"], name=op.f("fk_handover_cashier_id"), ondelete="RESTRICT"),
        *_keys("handover", {"installer_id": "installer", "shift_id": "shift"}),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_handover_office_id_number")),
        sa.UniqueConstraint("office_id", "year", "sequence", name=op.f("uq_handover_office_id_year_sequence")),
    )
    op.create_index(op.f("ix_handover_office_id"), "handover", ["office_id"])
    op.create_index(op.f("ix_handover_installer_id"), "handover", ["installer_id"])
    op.create_index("ix_handover_office_id_booked_on", "handover", ["office_id", "booked_on"])
    op.add_column("journal_entry", sa.Column("handover_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_journal_entry_office_id_handover_id"),
        "journal_entry",
        "handover",
        ["office_id", "handover_id"],
        ["office_id", "id"],
        ondelete="RESTRICT",
    )
    op.create_unique_constraint(op.f("uq_journal_entry_handover_id"), "journal_entry", ["handover_id"])
    _one_document(f"{DOCUMENTS}, handover_id")


def _guard() -> None:
    op.execute(ORDER_IS_SETTLED)
    op.execute(MATERIALS_ARE_SETTLED)
    op.execute(MATERIALS_ADD_UP)
    op.execute("CREATE TRIGGER work_order_is_settled BEFORE UPDATE ON work_order FOR EACH ROW EXECUTE FUNCTION order_is_settled()")
    op.execute(
        "CREATE TRIGGER work_order_material_is_settled BEFORE INSERT OR UPDATE OR DELETE ON work_order_material "
        "FOR EACH ROW EXECUTE FUNCTION materials_are_settled()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER work_order_adds_up AFTER INSERT OR UPDATE OF material_works_fee ON work_order "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION materials_add_up()"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER work_order_material_adds_up AFTER INSERT OR UPDATE OR DELETE ON work_order_material "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION materials_add_up()"
    )
    _trace_orders("'version', 'sheet', 'total_in_words', 'charge_id'")
    op.execute(
        "CREATE TRIGGER work_order_material_is_traced AFTER UPDATE OR DELETE ON work_order_material "
        "FOR EACH ROW EXECUTE FUNCTION write_trace()"
    )
    for table in ("handover", "work_order_printing"):
        op.execute(
            f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"CREATE TRIGGER {table}_is_kept BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    for trigger in ("work_order_is_settled", "work_order_adds_up"):
        op.execute(f"DROP TRIGGER {trigger} ON work_order")
    _trace_orders("'version'")
    _one_document(DOCUMENTS)
    op.drop_constraint(op.f("uq_journal_entry_handover_id"), "journal_entry", type_="unique")
    op.drop_constraint(op.f("fk_journal_entry_office_id_handover_id"), "journal_entry", type_="foreignkey")
    op.drop_column("journal_entry", "handover_id")
    for table in ("handover", "work_order_printing", "work_order_material"):
        op.drop_table(table)
    for function in ("order_is_settled", "materials_are_settled", "materials_add_up"):
        op.execute(f"DROP FUNCTION {function}()")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_work_order_{name}"), "work_order", type_="check")
    op.execute("UPDATE work_order SET status = 'done' WHERE status = 'checked'")
    op.execute("UPDATE work_order SET status = 'new' WHERE status IN ('booked', 'on_site')")
    _states(EARLIER_STATES)
    op.drop_index("ix_work_order_installer_id", "work_order")
    op.drop_index("ix_work_order_appointment", "work_order")
    for name in ("sheet", "speed_mbps", "optical_power", "new_id_number", *PEOPLE, *KEYS, *MOMENTS, *FEES, *TEXTS):
        op.drop_column("work_order", name)
    op.create_check_constraint(op.f("ck_work_order_done_was_worked_on"), "work_order", "(status = 'done') = (worked_on IS NOT NULL)")


def _trace_orders(unnoticed: str) -> None:
    """Trace changes of orders but those of columns that follow from others."""
    op.execute("DROP TRIGGER work_order_is_traced ON work_order")
    op.execute(
        "CREATE TRIGGER work_order_is_traced AFTER UPDATE OR DELETE ON work_order "
        f"FOR EACH ROW EXECUTE FUNCTION write_trace({unnoticed})"
    )


def _states(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_work_order_workorderstatus"), "work_order", type_="check")
    op.create_check_constraint(op.f("ck_work_order_workorderstatus"), "work_order", f"status IN ({listed})")


def _one_document(documents: str) -> None:
    op.drop_constraint(op.f("ck_journal_entry_one_document"), "journal_entry", type_="check")
    op.create_check_constraint(op.f("ck_journal_entry_one_document"), "journal_entry", f"num_nonnulls({documents}) = 1")


def _made(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_created_by_id"), ondelete="RESTRICT"),
    ]


def _keys(table: str, targets: dict[str, str]) -> list[sa.schema.SchemaItem]:
    """Return what every table of an office has, and the keys to ``targets`` in the same office."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("office_id", "id", name=op.f(f"uq_{table}_office_id_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id"), ondelete="RESTRICT"),
        *(
            sa.ForeignKeyConstraint(
                ["office_id", column],
                [f"{target}.office_id", f"{target}.id"],
                name=op.f(f"fk_{table}_office_id_{column}"),
                ondelete="RESTRICT",
            )
            for column, target in targets.items()
        ),
    ]
