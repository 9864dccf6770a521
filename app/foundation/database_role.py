"""The database role under which pages and jobs work: it owns nothing and cannot rewrite the journal.

``DATABASE_URL`` is the owner's login. Migrations, proofs, backup and restore use it as it is; every other connection says
``SET ROLE feehouse_app`` when the pool opens it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event, text

APPLICATION_ROLE = "feehouse_app"

# What no role but the owner may change, and what triggers refuse even to the owner: table -> columns that may change.
FROZEN: dict[str, tuple[str, ...]] = {
    "journal_entry": (),
    "posting": (),
    "receipt": (),
    "receipt_method": (),
    "allocation": (),
    "voucher": (),
    "voucher_line": (),
    "voucher_method": (),
    "handover": (),
    "reversal": (),
    "printing": (),
    "work_order_printing": (),
    "line_printing": (),
    "charge_line": (),
    "charge": ("paid", "adjusted", "written_off", "reversal_id"),
    "adjustment": (),
    "late_interest": ("reversal_id",),
    "payment_promise": (),
    "collection_step": (),
    "service_period": ("ended_by_reversal_id", "ended_by_event_id"),
    "subscription_event": ("reversal_id",),
    "suspension": (),
    "forced_stop": (),
    "resumption": (),
    "relocation": (),
    "transfer": (),
    "line_grant": (),
    "closure": (),
    "regular_payment": ("reversal_id", "period_start", "period_end"),
    "trace": (),
    "import_row": ("removed_at",),
    "proof_run": (),
    "upload": (),
    "log_entry": (),
    "reminder_call": (),
    "renewal_notice": ("printings",),
    "notice": ("is_live", "printings", "delivered_by", "delivered_on", "delivery_note"),
    "tariff": ("name", "note", "version"),
    "meter_installation": ("removed_on",),
    "reader_device": ("seen_at", "ended_at", "ended_by_id"),
    "service_charge": ("reversal_id",),
    "reading": ("state", "settled_reason", "settled_at", "settled_by_id"),
}

# What changes but is never deleted by a page or a job: people with money, their lines, and what keeps the books in order.
KEPT = (
    "ab_user",
    "approval",
    "backup",
    "bill_correction",
    "billing_period",
    "billing_run",
    "broadband_policy",
    "bulk_row",
    "bulk_run",
    "customer",
    "debt_policy",
    "equipment",
    "idempotency_key",
    "import_batch",
    "line_proposal",
    "letter",
    "letter_template",
    "meter",
    "meter_report",
    "notice_batch",
    "notice_setting",
    "number_counter",
    "office",
    "own_field",
    "plan_change",
    "shift",
    "subscription",
    "subscription_work_order",
    "tariff_version",
    "work_order",
)


class RoleMissing(Exception):
    """The login may not make the application's role; the text holds the statements for the database's administrator."""


def become_application(engine: Engine) -> None:
    """Let every connection that ``engine`` opens from now on work as the application's role."""

    @event.listens_for(engine, "connect")
    def set_role(connection: Any, record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APPLICATION_ROLE}")
        connection.commit()


def make_role(connection: Connection) -> None:
    """Make the application's role and its rights; idempotent, run as the owner after every upgrade."""
    exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": APPLICATION_ROLE}).scalar()
    if not exists:
        may = connection.execute(text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")).scalar()
        if not may:
            raise RoleMissing(
                f"The database login may not make the role {APPLICATION_ROLE}. Ask the database's administrator to run: "
                f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN; GRANT {APPLICATION_ROLE} TO CURRENT_USER;"
            )
        connection.execute(text(f"CREATE ROLE {APPLICATION_ROLE} NOLOGIN"))
    connection.execute(text(f"GRANT {APPLICATION_ROLE} TO CURRENT_USER"))
    for statement in rights_of_role():
        connection.execute(text(statement))


def rights_of_role() -> list[str]:
    """Return the statements that give the application's role its rights, and take those that it must not have."""
    everything = [
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}",
        f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APPLICATION_ROLE}",
        f"REVOKE ALL ON alembic_version FROM {APPLICATION_ROLE}",
        # Read, never written: a process tells whether the database is of its own version.
        f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}",
    ]
    everything.append(f"REVOKE DELETE ON {', '.join(KEPT)} FROM {APPLICATION_ROLE}")
    for table, columns in FROZEN.items():
        everything.append(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APPLICATION_ROLE}")
        if columns:
            everything.append(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {APPLICATION_ROLE}")
    return everything
