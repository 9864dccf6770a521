"""New rows of the books, stored together: one statement for what an operation made, instead of one for every table.

A payment makes a dozen rows in nine tables. Written table by table they are most of its time, and the receipt's number stays locked
meanwhile (docs/performance.md). A table whose rows are only ever added says ``WrittenTogether``; operations make its records by ``new``,
``enter`` them, and the flush begins with this (``flushing``). The same statement gives the documents their numbers, so that only the
commit is left while the counter is locked. Who does one operation many times opens a sheet for all of them (``sheet``).
"""

from app.foundation.writing.flushing import give_keys, write_new_records
from app.foundation.writing.shapes import WrittenTogether
from app.foundation.writing.sheet import Sheet, enter, new, one_sheet
from app.foundation.writing.statement import as_json

__all__ = ["Sheet", "WrittenTogether", "as_json", "enter", "give_keys", "new", "one_sheet", "write_new_records"]
