"""What is done with an import: begun, given its columns, decided, imported in one transaction, undone, given up."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.foundation import clock
from app.foundation.database import db
from app.foundation.imports.cells import Table, packed
from app.foundation.imports.checking import DEFAULT, CheckedBatch, checked, count_rows, table_of
from app.foundation.imports.choices import OPEN, STANDING, ImportState
from app.foundation.imports.declared import CHUNK, Decision, Made, kind_named
from app.foundation.imports.models import ImportBatch, ImportFile, ImportHeading, ImportRow, file_of
from app.foundation.imports.reading import MOST_ROWS, read_table
from app.foundation.imports.recognising import heading_line, learnt, recognised
from app.foundation.imports.undoing import Blocked, blocked_rows
from app.foundation.jobs import BackgroundJob, start_job
from app.foundation.log import LogKind, note
from app.foundation.numbering import take_numbers
from app.foundation.scope import current_scope, require_right
from app.foundation.transactions import found, locked
from app.foundation.uploads import CheckedFile, FileType
from app.values.errors import Conflict, Message, OperationRefused

RIGHT = "import"
IMPORT_JOB, UNDO_JOB = "import", "undo_import"
# A file that is not imported stays a week; one that is, for as long as its batch is likely to be undone and mended.
DAYS_UNUSED = datetime.timedelta(days=7)
DAYS_AFTER = datetime.timedelta(days=30)
# Rows that are imported while the person waits; more of them are work for the background.
AT_ONCE = 300

Progress = Callable[[int, int], None]


# --- the file ---------------------------------------------------------------------------------------------------------------------


def begin(*, office: int, kind: str, file: CheckedFile, table: Table, locale: str) -> ImportBatch:
    """Keep an uploaded file as a new batch of the office, its columns recognised as far as they can be."""
    require_right(RIGHT)
    kind_named(kind)
    scope = current_scope()
    if office not in scope.office_ids and not scope.unlimited:
        raise OperationRefused(Message("Choose an office first."), code="no_office")
    batch = ImportBatch(
        office_id=office,
        kind=kind,
        file_name=file.name,
        file_type=file.kind.value,
        file_size=len(file.content),
        locale=locale,
        created_by_id=scope.user_id,
        file_until=clock.now().date() + DAYS_UNUSED,
    )
    _recognise(batch, table)
    db.session.add(batch)
    db.session.flush()
    content = base64.b64encode(file.content).decode()
    db.session.add(ImportFile(office_id=office, batch_id=batch.id, content=content, cells=packed(table)))
    db.session.flush()
    return batch


def read_again(*, batch: int, sheet: str = "", charset: str = "", heading: int | None = None) -> ImportBatch:
    """Read the file anew: another sheet, another character set, or another line as the headings."""
    one = _open_batch(batch)
    file = file_of(one)
    table = table_of(one)
    if file is not None and (sheet, charset) != (one.sheet, one.charset):
        kept = CheckedFile(one.file_name, FileType(one.file_type), base64.b64decode(file.content))
        table = read_table(kept, sheet=sheet, charset=charset)
        file.cells = packed(table)
    _recognise(one, table, heading)
    one.state = ImportState.READ
    return one


def _recognise(batch: ImportBatch, table: Table, heading: int | None = None) -> None:
    kind, remembered = kind_named(batch.kind), remembered_headings(batch.office_id, batch.kind)
    is_there = heading is not None and 0 <= heading < len(table.rows)
    batch.heading = heading if heading is not None and is_there else heading_line(kind, table.rows, remembered)
    batch.columns = recognised(kind, table.rows[batch.heading], remembered)
    batch.sheet, batch.charset = table.sheet, table.charset
    batch.row_count = count_rows(table, batch.heading)
    batch.decisions = {}
    if batch.row_count > MOST_ROWS:
        raise OperationRefused(
            Message("The file has more than %(most)s rows. Divide it into several files.", most=MOST_ROWS),
            code="too_many_rows",
            field="file",
        )


def remembered_headings(office: int, kind: str) -> Mapping[str, str]:
    """Return what the headings of the office's earlier files of this kind were chosen to mean."""
    statement = select(ImportHeading.meanings).where(ImportHeading.office_id == office, ImportHeading.kind == kind)
    return db.session.scalars(statement).one_or_none() or {}


# --- columns and duplicates --------------------------------------------------------------------------------------------------------


def set_columns(*, batch: int, columns: Mapping[str, int]) -> ImportBatch:
    """Fix which column of the file is which, and remember it for the office's next file."""
    one = _open_batch(batch)
    kind = kind_named(one.kind)
    table = table_of(one)
    width = len(table.rows[one.heading])
    chosen = {name: at for name, at in columns.items() if name in kind.by_name and 0 <= at < width}
    if len(set(chosen.values())) < len(chosen):
        raise OperationRefused(Message("Two columns mean the same. Choose each only once."), code="column_twice")
    missing = [Message(column.label) for column in kind.columns if column.required and column.name not in chosen]
    if missing:
        raise OperationRefused(Message("Choose the columns that are needed: %(names)s.", names=missing), code="columns_missing")
    one.columns, one.state = chosen, ImportState.CHECKED
    one.decisions = {}
    meanings = {**remembered_headings(one.office_id, one.kind), **learnt(table.rows[one.heading], chosen)}
    statement = upsert(ImportHeading).values(office_id=one.office_id, kind=one.kind, meanings=meanings)
    db.session.execute(statement.on_conflict_do_update(index_elements=["office_id", "kind"], set_={"meanings": meanings}))
    return one


def decide(*, batch: int, decisions: Mapping[str, str]) -> ImportBatch:
    """Note what becomes of duplicates: row number -> decision; ``default`` answers for those that are not named."""
    one = _open_batch(batch)
    known = {name: value for name, value in decisions.items() if value in set(Decision) and (name == DEFAULT or name.isdecimal())}
    kept = {} if DEFAULT in known and known[DEFAULT] != one.decisions.get(DEFAULT) else dict(one.decisions)
    one.decisions = {**kept, **known}
    return one


def give_up(*, batch: int) -> ImportBatch:
    """End an import that is not wanted; its file goes at once."""
    one = _open_batch(batch)
    one.state = ImportState.GIVEN_UP
    forget_file(one)
    return one


# --- the import --------------------------------------------------------------------------------------------------------------------


def start(*, batch: int, undo: bool = False, keep_blocked: bool = False) -> ImportBatch:
    """Let the import, or its undoing, be done in the background."""
    one = _batch_to_do(batch, undo=undo)
    if one.state is ImportState.RUNNING:
        raise Conflict(Message("This import is closed: it was imported or given up already."), code="import_closed")
    one.state = one.state if undo else ImportState.RUNNING
    job = start_job(UNDO_JOB if undo else IMPORT_JOB, office=one.office_id, batch=one.id, keep_blocked=keep_blocked)
    one.job_id = job.id
    return one


def reserve(*, batch: int) -> ImportBatch:
    """Take the numbers that the import will need, in a short transaction of its own: nobody waits for them while it runs."""
    one = _batch_to_do(batch)
    found = checked(one)
    count = len(found.wanted)
    if count == 0:
        raise OperationRefused(Message("There is no row to import: all are wrong or left out."), code="nothing_to_import")
    one.numbers = {}
    for series in found.target.series:
        last = take_numbers(one.office_id, series, count)
        one.numbers = {**one.numbers, series: [last - count + 1, last]}
    return one


def import_rows(*, batch: int, progress: Progress | None = None) -> ImportBatch:
    """Make the records of every good row, all of them or none. Raises OperationRefused."""
    one = _batch_to_do(batch)
    found = checked(one)
    wanted = found.wanted
    numbers = {series: _numbers(one, series) for series in found.target.series}
    for begun in range(0, len(wanted), CHUNK):
        made = found.target.make(wanted[begun : begun + CHUNK], numbers)
        _mark(one, made)
        if progress is not None:
            progress(min(begun + CHUNK, len(wanted)), len(wanted))
    _close(one, found)
    return one


def _close(batch: ImportBatch, found: CheckedBatch) -> None:
    wanted = len(found.wanted)
    batch.made = wanted
    batch.wrong = sum(1 for row in found.rows if row.problems)
    batch.left_out = len(found.rows) - wanted - batch.wrong
    batch.state, batch.imported_at = ImportState.DONE, clock.now()
    batch.file_until = clock.now().date() + DAYS_AFTER
    note(LogKind.IMPORTED, Message("Imported %(count)s rows: %(title)s", count=wanted, title=batch.title), record=batch)
    db.session.flush()


def _numbers(batch: ImportBatch, series: str) -> Iterator[int]:
    """Yield the reserved numbers, then, should the rows have become more since, the next ones."""
    first, last = batch.numbers.get(series, (1, 0))
    yield from range(first, last + 1)
    while True:
        yield take_numbers(batch.office_id, series, 1)


def _mark(batch: ImportBatch, made: Sequence[Made]) -> None:
    rows = [
        {
            "office_id": batch.office_id,
            "batch_id": batch.id,
            "row_number": one.row,
            "of_table": one.table,
            "record_id": one.record,
            "label": one.label[:200],
        }
        for one in made
    ]
    if rows:
        db.session.execute(insert(ImportRow), rows)


# --- undoing -----------------------------------------------------------------------------------------------------------------------


def undo(*, batch: int, keep_blocked: bool = False) -> ImportBatch:
    """Remove exactly what the batch made. With ``keep_blocked`` the rows stay on which something was built since.

    Raises OperationRefused where there are such rows and they were not to be kept, or where nothing can be removed.
    """
    one = _batch_to_do(batch, undo=True)
    blocked = blocked_rows(one)
    if blocked and not keep_blocked:
        raise built_on(blocked)
    keeping = sorted({each.row for each in blocked})
    gone = update(ImportRow).where(ImportRow.batch_id == one.id, ImportRow.removed_at.is_(None), ImportRow.row_number.not_in(keeping))
    removed = db.session.execute(text("SELECT remove_imported(:batch, :keeping)"), {"batch": one.id, "keeping": keeping}).scalar_one()
    if not removed:
        raise OperationRefused(Message("Nothing can be removed: every row is in use."), code="nothing_to_undo")
    db.session.execute(gone.values(removed_at=clock.now()).execution_options(synchronize_session=False))
    one.state = ImportState.PARTLY_UNDONE if keeping else ImportState.UNDONE
    one.undone_at, one.undone_by_id = clock.now(), current_scope().user_id
    note(LogKind.IMPORTED, Message("Undid an import: %(title)s, %(count)s records removed", title=one.title, count=removed), record=one)
    return one


def built_on(blocked: Sequence[Blocked]) -> OperationRefused:
    """Return the refusal to undo while rows are in use."""
    return Conflict(
        Message("%(count)s rows are in use since the import and cannot be removed.", count=len({each.row for each in blocked})),
        code="built_on",
    )


# --- files that are no longer needed -----------------------------------------------------------------------------------------------


def forget_file(batch: ImportBatch) -> None:
    """Delete the file of a batch; what it made, and its counts, stay."""
    file = file_of(batch)
    if file is not None:
        db.session.delete(file)
    batch.file_until = None
    db.session.flush()


def forget_files(*, office: int, day: datetime.date) -> ImportBatch | None:
    """Delete the files of the office whose day has come; a batch that nobody imported is given up."""
    statement = select(ImportBatch).where(ImportBatch.office_id == office, ImportBatch.file_until <= day).with_for_update()
    batches = db.session.scalars(statement).all()
    for batch in batches:
        if batch.state in OPEN:
            batch.state = ImportState.GIVEN_UP
        forget_file(batch)
    return batches[-1] if batches else None


# --- guards ------------------------------------------------------------------------------------------------------------------------


def _open_batch(batch: int) -> ImportBatch:
    require_right(RIGHT)
    one = locked(ImportBatch, batch)
    if one.state not in OPEN:
        raise Conflict(Message("This import is closed: it was imported or given up already."), code="import_closed")
    return one


def _batch_to_do(batch: int, *, undo: bool = False) -> ImportBatch:
    require_right(RIGHT)
    one = locked(ImportBatch, batch)
    job = found(BackgroundJob, one.job_id) if one.job_id is not None else None
    if undo:
        if one.state not in STANDING:
            raise Conflict(Message("This import is not there to be undone."), code="not_imported")
    elif one.state is not ImportState.CHECKED and not (one.state is ImportState.RUNNING and job is not None):
        raise Conflict(Message("This import is closed: it was imported or given up already."), code="import_closed")
    return one


def reopened(batch: int) -> ImportBatch:
    """Return the batch to what it was before its work in the background failed."""
    one = locked(ImportBatch, batch)
    if one.state is ImportState.RUNNING:
        one.state = ImportState.CHECKED
    return one


def kept_file(batch: ImportBatch) -> CheckedFile:
    """Return the file as it was uploaded."""
    file = file_of(batch)
    if file is None:
        raise Conflict(Message("The file of this import has been deleted. Upload it again."), code="file_deleted")
    plain = CheckedFile(batch.file_name, FileType(batch.file_type), b"")
    return replace(plain, content=base64.b64decode(file.content))
