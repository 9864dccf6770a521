"""The steps of an import: 1 the file, 2 its columns, 3 the check. Ordinary forms, that work without a script."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy.exc import DBAPIError

from app.foundation import clock
from app.foundation.exports import XLSX, file_name
from app.foundation.i18n import current_locale, say
from app.foundation.imports.checking import DEFAULT, checked, table_of
from app.foundation.imports.choices import OPEN
from app.foundation.imports.declared import Decision, RowState, import_kinds, kind_named
from app.foundation.imports.models import ImportBatch
from app.foundation.imports.operations import AT_ONCE, begin, decide, import_rows, read_again, reserve, set_columns, start
from app.foundation.imports.reading import CHARSETS, MOST_COLUMNS, read_table, taken_in
from app.foundation.imports.recognising import LINES_SEARCHED
from app.foundation.imports.views.shown import check_page, file_columns, steps
from app.foundation.imports.workbooks import corrected_workbook, note_of, template_workbook
from app.foundation.log import LogKind, note
from app.foundation.transactions import run
from app.foundation.uploads import SPREADSHEETS
from app.foundation.uploads.serving import disposition
from app.foundation.views.access import needs
from app.foundation.views.integrity import explained_violation
from app.foundation.views.office import chosen_office
from app.values.errors import Conflict, Malformed, Message, NotAllowed, NotFound, OperationRefused

UNPROCESSABLE = 422


class ImportSteps:
    """What an import asks for, one page after another; mixed into the view of batches."""

    # 1 The file -----------------------------------------------------------------------------------------------------------------

    @expose("/new", methods=["GET", "POST"])
    @needs("add")
    def new(self) -> Any:
        """Ask what is to be imported, and take the file."""
        if request.method == "GET":
            return self._file_page()
        try:
            uploaded = request.files.get("file")
            if uploaded is None or not uploaded.filename:
                raise OperationRefused(Message("Choose a file."), code="no_file", field="file")
            kind_named(request.form.get("kind", ""))
            file = taken_in(uploaded.filename, uploaded.read(SPREADSHEETS.most_bytes + 1))
            batch = run(
                begin,
                office=chosen_office(),
                kind=request.form["kind"],
                file=file,
                table=read_table(file),
                locale=current_locale(),
            ).record
        except (NotFound, NotAllowed, Malformed):
            raise
        except OperationRefused as refusal:
            return self._file_page(refusal), UNPROCESSABLE
        return redirect(url_for("ImportView.columns", pk=batch.id))

    def _file_page(self, refusal: OperationRefused | None = None) -> Any:
        kinds = import_kinds()
        asked = request.values.get("kind", "")
        return self.render_template(  # type: ignore[attr-defined]
            "imports/file.html",
            title=Message("Import"),
            kinds=kinds.values(),
            chosen=asked if asked in kinds else next(iter(kinds), ""),
            steps=steps(1),
            refusal=refusal,
            note_of=note_of,
            accepted=",".join(f".{kind.value}" for kind in SPREADSHEETS.kinds),
        )

    @expose("/template/<string:name>")
    @needs("add")
    def template(self, name: str) -> Response:
        """Give an empty workbook with the headings of an import."""
        kind = import_kinds().get(name)
        if kind is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        return _workbook(template_workbook(kind), say(kind.title))

    # 2 Columns ------------------------------------------------------------------------------------------------------------------

    @expose("/columns/<pk>", methods=["GET", "POST"])
    @needs("add")
    def columns(self, pk: str) -> Any:
        """Show which column was recognised as which, and let it be changed."""
        batch = self._open(pk)
        if batch is None:
            return self._closed(pk)
        if request.method == "GET":
            return self._columns_page(batch)
        deed = request.form.get("deed", "go_on")
        try:
            if deed == "read":
                run(read_again, batch=batch.id, **_reading())
                return redirect(url_for("ImportView.columns", pk=batch.id))
            run(set_columns, batch=batch.id, columns=_chosen_columns())
        except (NotFound, NotAllowed, Malformed, Conflict):
            raise
        except OperationRefused as refusal:
            return self._columns_page(self._batch(pk), refusal), UNPROCESSABLE
        return redirect(url_for("ImportView.check", pk=batch.id))

    def _columns_page(self, batch: ImportBatch, refusal: OperationRefused | None = None) -> Any:
        table, kind = table_of(batch), kind_named(batch.kind)
        columns = file_columns(batch, table, kind)
        known = {column.meaning for column in columns}
        return self.render_template(  # type: ignore[attr-defined]
            "imports/columns.html",
            title=batch.title,
            batch=batch,
            kind=kind,
            columns=columns,
            missing=[column for column in kind.columns if column.required and column.name not in known],
            asked=request.form if request.method == "POST" else {},
            sheets=table.sheets,
            charsets=CHARSETS if table.charset else (),
            lines=range(min(LINES_SEARCHED, len(table.rows))),
            steps=steps(2, [url_for("ImportView.new", kind=batch.kind)]),
            refusal=refusal,
        )

    # 3 The check ----------------------------------------------------------------------------------------------------------------

    @expose("/check/<pk>", methods=["GET", "POST"])
    @needs("add")
    def check(self, pk: str) -> Any:
        """Show what would become of every row; import them."""
        batch = self._open(pk)
        if batch is None:
            return self._closed(pk)
        if request.method == "GET":
            return self._check_page(batch)
        try:
            run(decide, batch=batch.id, decisions=_decisions())
            if request.form.get("deed") != "import":
                return redirect(url_for("ImportView.check", pk=batch.id, only=_only() or None, page=_page()))
            return self._imported(batch)
        except (NotFound, NotAllowed, Malformed, Conflict):
            raise
        except OperationRefused as refusal:
            return self._check_page(self._batch(pk), refusal), UNPROCESSABLE

    def _imported(self, batch: ImportBatch) -> Any:
        """Import the rows: a few while the person waits, many in the background."""
        if batch.row_count > AT_ONCE:
            run(start, batch=batch.id)
        else:
            run(reserve, batch=batch.id)
            try:
                run(import_rows, batch=batch.id)
            except DBAPIError as error:
                raise explained_violation(error) from error
            flash(say(Message("The rows are imported.")), "success")
        return redirect(url_for("ImportView.show", pk=batch.id))

    def _check_page(self, batch: ImportBatch, refusal: OperationRefused | None = None) -> Any:
        found = checked(batch)
        page = check_page(found, _only(), _page())
        return self.render_template(  # type: ignore[attr-defined]
            "imports/check.html",
            title=batch.title,
            batch=batch,
            page=page,
            states=RowState,
            decisions=batch.decisions,
            default=batch.decisions.get(DEFAULT, ""),
            is_long=batch.row_count > AT_ONCE,
            steps=steps(3, [url_for("ImportView.new", kind=batch.kind), url_for("ImportView.columns", pk=batch.id)]),
            refusal=refusal,
        )

    @expose("/corrected/<pk>")
    @needs("add")
    def corrected(self, pk: str) -> Response:
        """Give the rows as a workbook that says what is wrong with each; with full values, so it is logged."""
        batch = self._batch(pk)
        only_wrong = request.args.get("rows", "wrong") != "all"
        content = corrected_workbook(checked(batch), say(batch.title), only_wrong=only_wrong)
        run(note, kind=LogKind.EXPORTED, sentence=Message("Rows of an import with what is wrong"), record=batch)
        return _workbook(content, f"{batch.file_name.rpartition('.')[0]} {clock.now():%Y-%m-%d}")

    # Rows -----------------------------------------------------------------------------------------------------------------------

    def _batch(self, pk: str) -> ImportBatch:
        batch: ImportBatch = self.record_or_404(pk)  # type: ignore[attr-defined]
        return batch

    def _open(self, pk: str) -> ImportBatch | None:
        """Return the batch while its file may still be changed."""
        batch = self._batch(pk)
        return batch if batch.state in OPEN and batch.has_file else None

    def _closed(self, pk: str) -> Any:
        if request.method == "POST":
            raise Conflict(Message("This import is closed: it was imported or given up already."), code="import_closed")
        return redirect(url_for("ImportView.show", pk=pk))


def _workbook(content: bytes, title: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = disposition(file_name(title, "xlsx"), shown=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def _reading() -> dict[str, Any]:
    heading = request.form.get("heading", "")
    charset = request.form.get("charset", "")
    return {
        "sheet": request.form.get("sheet", "")[:200],
        "charset": charset if charset in CHARSETS else "",
        "heading": int(heading) if heading.isdecimal() and len(heading) < 4 else None,
    }


def _chosen_columns() -> dict[str, int]:
    """Return column name -> index as the form has them. Raises OperationRefused where two columns mean the same."""
    chosen: dict[str, int] = {}
    for at in range(MOST_COLUMNS):
        name = request.form.get(f"column-{at}", "")
        if name in chosen:
            raise OperationRefused(Message("Two columns mean the same. Choose each only once."), code="column_twice")
        if name:
            chosen[name] = at
    return chosen


def _decisions() -> dict[str, str]:
    """Return what the form says of duplicates; a row that is left at "as all" is not named."""
    found = {name.removeprefix("row-"): value for name, value in request.form.items() if name.startswith("row-") and value in set(Decision)}
    default = request.form.get("default", "")
    return found | ({DEFAULT: default} if default in set(Decision) else {})


def _only() -> str:
    only = request.values.get("only", "")
    return only if only in set(RowState) else ""


def _page() -> int:
    number = request.values.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < 6 else 1
