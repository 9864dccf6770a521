"""What must be true of every table alike, of the keys of requests, and of the rights in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, Connection, ForeignKeyConstraint, Numeric, Table, text

from app.foundation.database import OfficeItself, OfficeRecord, Record
from app.foundation.database_role import APPLICATION_ROLE, FROZEN, KEPT
from app.foundation.proofs.declared import Findings, Invariant, Violation
from app.foundation.secrets import Secret
from app.values.errors import N_
from app.values.money import CURRENCIES

AMOUNT_DECIMALS = 2
# The first of these columns that a table has is the number under which people find its rows.
NAMING = ("number", "customer_no", "broadband_account", "code", "name", "username")
# Refused by the triggers of the migrations, one for rows and one for the whole table.
GUARDS = ("is_frozen", "is_kept")
# The package of the program: whoever embeds it may map tables of his own.
PROGRAM = __name__.partition(".")[0]


def number_of(table: Table, alias: str) -> str:
    """Return the SQL of what people call a row of ``table``: its number, else its id."""
    column = next((name for name in NAMING if name in table.c), "id")
    return f'{alias}."{column}"::text'


def _tables() -> Iterator[Table]:
    """Yield the program's own tables; those of the framework keep themselves."""
    for mapper in sorted(Record.registry.mappers, key=lambda mapper: str(mapper.local_table)):
        is_ours = issubclass(mapper.class_, Record) and mapper.class_.__module__.startswith(f"{PROGRAM}.")
        if is_ours and isinstance(mapper.local_table, Table):
            yield mapper.local_table


def _office_of(table: Table, alias: str) -> str:
    if "office_id" in table.c:
        return f"{alias}.office_id"
    return f"{alias}.id" if table.name == "office" else "NULL::integer"


# Keys of other rows -------------------------------------------------------------------------------------------------------------


def _references(of_office: bool) -> Callable[[Connection, Findings], None]:
    """Return the check of all foreign keys that go with the office, or of all others."""

    def check(connection: Connection, findings: Findings) -> None:
        for table in _tables():
            for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
                if (len(key.column_keys) > 1) is of_office:
                    _follow(connection, findings, table, key)

    return check


def _follow(connection: Connection, findings: Findings, table: Table, key: ForeignKeyConstraint) -> None:
    # Beside the office, or beside the own key of an office, stands the column that chooses.
    column = next(name for name in key.column_keys if len(key.column_keys) == 1 or name not in ("office_id", "id"))
    target = key.referred_table.name
    joined = " AND ".join(f'parent."{element.column.name}" = child."{element.parent.name}"' for element in key.elements)
    children = f'FROM "{table.name}" AS child LEFT JOIN "{target}" AS parent ON {joined} WHERE child."{column}" IS NOT NULL'
    rows, lost = connection.execute(text(f"SELECT count(*), count(*) FILTER (WHERE parent.id IS NULL) {children}")).one()
    findings.examined += rows
    if lost:
        values = f'{_office_of(table, "child")}, child.id, {number_of(table, "child")}, child."{column}"::text'
        for office, row, number, value in _first(connection, f"SELECT {values} {children} AND parent.id IS NULL"):
            findings.add(Violation(office, table.name, row, number, target, f"{column} {value}"))


def _first(connection: Connection, statement: str, at_once: int = 1000) -> Iterator[tuple[int | None, int, str, str]]:
    """Yield the rows of ``statement`` through a cursor of the server, since there may be millions."""
    for row in connection.execute(text(statement), execution_options={"yield_per": at_once}):
        yield row[0], row[1], row[2], row[3]


# Amounts ------------------------------------------------------------------------------------------------------------------------


def _amounts(connection: Connection, findings: Findings) -> None:
    """Ask every column of amounts of every office's table whether it keeps to the decimals of the office's currency."""
    places = " ".join(f"WHEN '{code}' THEN {currency.decimals}" for code, currency in CURRENCIES.items())
    for table in _tables():
        columns = [f'row."{column.name}"' for column in table.columns if _is_amount(column)]
        if not columns or not ("office_id" in table.c or table.name == "office"):
            continue
        broken = " OR ".join(f"{column} <> round({column}, office.places)" for column in columns)
        source = (
            f'FROM "{table.name}" AS row JOIN (SELECT id, CASE currency {places} END AS places FROM office) AS office '  # noqa: S608
            f"ON office.id = {_office_of(table, 'row')}"
        )
        rows, wrong = connection.execute(text(f"SELECT count(*), count(*) FILTER (WHERE {broken}) {source}")).one()
        findings.examined += rows
        if wrong:
            found = f"concat_ws(' ', {', '.join(columns)})"
            values = f"{_office_of(table, 'row')}, row.id, {number_of(table, 'row')}, {found}"
            for office, record, number, value in _first(connection, f"SELECT {values} {source} WHERE {broken}"):
                findings.add(Violation(office, table.name, record, number, None, value))


def _is_amount(column: Column[object]) -> bool:
    return isinstance(column.type, Numeric) and column.type.scale == AMOUNT_DECIMALS


# Secrets ------------------------------------------------------------------------------------------------------------------------


def _secrets(connection: Connection, findings: Findings) -> None:
    """Decrypt every encrypted value of every table."""
    for table in _tables():
        for column in table.columns:
            if isinstance(column.type, Secret):
                _decrypt(connection, findings, table, column)


def _decrypt(connection: Connection, findings: Findings, table: Table, column: Column[object]) -> None:
    values = f'{_office_of(table, "row")}, row.id, {number_of(table, "row")}, row."{column.name}"'
    statement = f'SELECT {values} FROM "{table.name}" AS row WHERE row."{column.name}" IS NOT NULL'  # noqa: S608
    # A value without a limit may be a whole file.
    at_once = 1000 if getattr(column.type, "length", None) else 5
    for office, record, number, stored in _first(connection, statement, at_once):
        findings.examined += 1
        if readable(stored) is None:
            findings.add(Violation(office, table.name, record, number, None, column.name))


def readable(stored: str | None) -> str | None:
    """Return what an encrypted value says; None where there is none, or no key of this installation opens it."""
    try:
        return Secret().process_result_value(stored, None)
    except (InvalidToken, LookupError, ValueError):
        return None


# Rights -------------------------------------------------------------------------------------------------------------------------


def _rights(connection: Connection, findings: Findings) -> None:
    """Ask the database what the application's role may do to the books, and whether the triggers that refuse it are on."""
    if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APPLICATION_ROLE}).scalar():
        findings.add(Violation(None, "role", None, APPLICATION_ROLE, "1", "0"))
        return
    for table, columns in FROZEN.items():
        findings.examined += 1
        for found in (*_privileges(connection, table, ("DELETE", "TRUNCATE")), *_updates(connection, table, columns)):
            findings.add(Violation(None, "table", None, table, None, found))
        for trigger in (f"{table}_{guard}" for guard in GUARDS):
            if not _is_on(connection, table, trigger):
                findings.add(Violation(None, "table", None, table, trigger, None))
    for table in KEPT:
        findings.examined += 1
        for found in _privileges(connection, table, ("DELETE",)):
            findings.add(Violation(None, "table", None, table, None, found))


def _privileges(connection: Connection, table: str, asked: tuple[str, ...]) -> Iterator[str]:
    for privilege in asked:
        terms = {"role": APPLICATION_ROLE, "table": table, "privilege": privilege}
        if connection.execute(text("SELECT has_table_privilege(:role, :table, :privilege)"), terms).scalar():
            yield privilege


def _updates(connection: Connection, table: str, allowed: tuple[str, ...]) -> Iterator[str]:
    statement = text(
        "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped "
        "AND NOT attname = ANY(:allowed) AND has_column_privilege(:role, attrelid, attnum, 'UPDATE') ORDER BY attnum"
    )
    names = connection.execute(statement, {"role": APPLICATION_ROLE, "table": table, "allowed": list(allowed)}).scalars()
    yield from (f"UPDATE ({name})" for name in names)


def _is_on(connection: Connection, table: str, trigger: str) -> bool:
    statement = text(
        "SELECT tgenabled IN ('O', 'A') FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgname = :trigger AND NOT tgisinternal"
    )
    return bool(connection.execute(statement, {"table": table, "trigger": trigger}).scalar())


# Keys of requests ---------------------------------------------------------------------------------------------------------------


def _kept_results() -> str:
    """Return the SQL of the keys whose result is a row that is never deleted, each with whether the row is there."""
    kept = {**dict.fromkeys(FROZEN), **dict.fromkeys(KEPT)}
    selects = [
        f"SELECT record_type, record_id FROM idempotency_key WHERE record_type = '{mapper.class_.__name__}' "  # noqa: S608
        f'AND NOT EXISTS (SELECT FROM "{mapper.local_table.name}" AS result WHERE result.id = record_id)'
        for mapper in Record.registry.mappers
        if isinstance(mapper.local_table, Table)
        and mapper.local_table.name in kept
        and issubclass(mapper.class_, OfficeRecord | OfficeItself)
    ]
    return " UNION ALL ".join(selects)


def _keys(connection: Connection, findings: Findings) -> None:
    """Ask the keys: each once per person, each with the result it stands for."""
    findings.examined = int(connection.execute(text("SELECT count(*) FROM idempotency_key")).scalar_one())
    twice = "SELECT min(id), key, count(*) FROM idempotency_key GROUP BY user_id, key HAVING count(*) > 1 ORDER BY 1"
    for record, key, count in connection.execute(text(twice)):
        findings.add(Violation(None, "idempotency_key", record, key, "1", str(count)))
    unfinished = "SELECT id, key FROM idempotency_key WHERE record_type IS NULL OR record_id IS NULL ORDER BY id"
    for record, key in connection.execute(text(unfinished)):
        findings.add(Violation(None, "idempotency_key", record, key, "1", "0"))
    for record_type, record_id in connection.execute(text(_kept_results())):
        findings.add(Violation(None, "idempotency_key", record_id, f"{record_type} {record_id}", "1", "0"))


INVARIANTS = (
    Invariant(
        "amounts_fit_the_currency",
        N_("Every amount has no more decimals than the currency of its office."),
        numbers=(18,),
        check=_amounts,
        is_general=True,
    ),
    Invariant(
        "nothing_crosses_offices",
        N_("Everything that belongs together belongs to the same office."),
        numbers=(19,),
        check=_references(of_office=True),
        is_general=True,
    ),
    Invariant(
        "references_lead_somewhere", N_("Every reference leads to a row that exists."), check=_references(of_office=False), is_general=True
    ),
    Invariant(
        "keys_are_unique",
        N_("Every key of a request is used once and has its result."),
        numbers=(21,),
        check=_keys,
        tables=("idempotency_key",),
    ),
    Invariant(
        "books_cannot_be_rewritten",
        N_("The program's role in the database cannot change or delete rows of the books."),
        numbers=(27,),
        check=_rights,
        is_general=True,
    ),
    Invariant(
        "secrets_can_be_read",
        N_("Every encrypted value can be read with a key of this installation."),
        check=_secrets,
        is_general=True,
    ),
)
