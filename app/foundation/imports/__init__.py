"""Imports: tables that people bring along become customers, lines, communities, employees, materials.

A file goes through four steps: it is read (``reading``), its columns are recognised (``recognising``), every row is checked
(``checking``), and all good rows are made in one transaction (``operations``), which can be undone as a batch. What can be imported
stands in one table, ``app.wiring.imports_table``; a domain declares its import in ``imports.py``::

    COMMUNITIES = ImportKind(
        name="communities",
        title=N_("Communities"),
        icon="building-community",
        columns=(ImportColumn("code", N_("Community code"), text(64), required=True, example="XQ01", aliases=("code", "小区编号")), …),
        target=CommunityTarget,
    )

``docs/rules/imports.md`` has the columns and the limits.
"""

from app.foundation.imports.cells import Cell, Context
from app.foundation.imports.declared import (
    Decision,
    Duplicate,
    ImportColumn,
    ImportedRow,
    ImportKind,
    Made,
    RecordsTarget,
    Target,
    import_kinds,
    register,
)

__all__ = [
    "Cell",
    "Context",
    "Decision",
    "Duplicate",
    "ImportColumn",
    "ImportKind",
    "ImportedRow",
    "Made",
    "RecordsTarget",
    "Target",
    "import_kinds",
    "register",
]
