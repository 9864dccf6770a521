"""The page of one record: facts, details, related lists the person may see, actions."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_appbuilder import expose
from sqlalchemy import Select

from app.foundation.views import fitting, listing
from app.foundation.views.access import needs
from app.foundation.views.addresses import counted_words
from app.foundation.views.changes import history_of
from app.foundation.views.columns import Cell, Column, value_at
from app.foundation.views.links import Action, action, action_to, present
from app.foundation.views.listed import RELATED_ROWS, ListedView
from app.foundation.views.listing import Row
from app.foundation.views.office import currency_of, use_office
from app.values.errors import N_, Malformed, Message, NotFound

PART = "part"
# The tab with the change history, after those of the related lists.
HISTORY = "history"


@dataclass(frozen=True)
class RelatedPart:
    """A related list on the page of a record: its first rows, how many there are, and where all of them are."""

    name: str
    view: Any
    title: Any
    count: int
    columns: Sequence[Column]
    rows: Sequence[Row]
    href: str
    add: Action | None


class RecordedView(ListedView):
    """The record page of an entity."""

    @expose("/show/<pk>")
    @needs("show")
    def show(self, pk: str) -> Any:
        """Show one record."""
        record = self.record_or_404(pk, shown=(*self.show_columns, *self.facts, *self.show_loads))
        parts = self.related_parts(record)
        # Where there are no other tabs, the history stands at the foot of the page.
        shows_history = self.tells_history() and (not parts or self.history_below or self._chosen_part(parts) == HISTORY)
        return self.render_template(
            self.show_template,
            view=self,
            record=record,
            title=self.record_title(record),
            context=self.record_context(record),
            badge=self.record_badge(record),
            facts=self._details(record, self.facts),
            sections=[(title, self._details(record, names)) for title, names in fitting.shown_fieldsets(self)],
            currency=currency_of(record),
            actions=builtins.list(self.record_actions(record)),
            parts=parts,
            history=history_of(record, self.labels) if shows_history else [],
            in_log=self._in_log(record) if shows_history else None,
            part=next((part for part in parts if part.name == self._chosen_part(parts)), None),
            **self.record_extras(record),
        )

    def _in_log(self, record: Any) -> Action | None:
        """Return the way to everything that the log has of ``record``, for those who may read it."""
        return action_to("LogView", N_("Log"), route="list", icon="history", table=record.__tablename__, row=record.id)

    def _details(self, record: Any, names: Sequence[str]) -> builtins.list[Cell]:
        """Return the cells of ``names`` without the second lines that they have in the list."""
        return [self.cell(record, replace(self.column(name), second_line=None)) for name in names]

    def record_or_404(self, pk: object, shown: Sequence[str] = ()) -> Any:
        """Return the record, through the same row rule as the list; its office becomes the office of the page. Raises NotFound."""
        record = self.datamodel.session.execute(self._rows_of([pk], shown)).scalar_one_or_none()
        if record is None:
            raise NotFound(Message("This record does not exist."), code="not_found")
        use_office(getattr(record, "office_id", None))
        return record

    def _rows_of(self, keys: Sequence[object], shown: Sequence[str] = ()) -> Select[Any]:
        from app.foundation.views.columns import joining_of
        from app.foundation.views.interface import record_id

        numbers = [number for number in map(record_id, keys) if number is not None]
        statement = self.datamodel.rows(self.datamodel.key.in_(numbers), *self.row_conditions())
        return self.based(statement).options(*joining_of(self.datamodel.obj, tuple(shown)))

    # Hooks of a view ------------------------------------------------------------------------------------------------------

    def record_title(self, record: Any) -> Any:
        """Return what the page is called."""
        return str(record)

    def record_context(self, record: Any) -> Any:
        """Return the one line under the title."""
        return ""

    def record_badge(self, record: Any) -> Any:
        """Return the state shown beside the title."""
        return value_at(record, self.state_column) if self.state_column else None

    def tells_history(self) -> bool:
        """Tell whether the person may read who changed the record, where the page shows that."""
        return True

    def record_extras(self, record: Any) -> dict[str, Any]:
        """Return further variables of the page's template."""
        return {}

    def record_actions(self, record: Any) -> Sequence[Action]:
        """Return the buttons of the page; only what is allowed now."""
        return [*present(self._edit_action(record)), *self.single_actions(record)]

    def single_actions(self, record: Any) -> Sequence[Action]:
        """Return the actions that make sense for one record."""
        return []

    def delete_dialog(self, record: Any) -> Action | None:
        """Return the deed of the confirmation, if the person may delete."""
        if not self.allowed("can_delete"):
            return None
        return action(N_("Delete"), url_for(f"{self.endpoint}.delete", pk=record.id), icon="trash", method="post", tone="bad")

    # Related lists --------------------------------------------------------------------------------------------------------

    def related_parts(self, record: Any) -> builtins.list[RelatedPart]:
        """Return the related lists whose view the person may list (hole H4); only the chosen one with its rows."""
        views = [view for view in self._related_views if view.allowed("can_list")]
        chosen = self._chosen_part(views)
        return [self._related_part(record, view, with_rows=view.endpoint == chosen) for view in views]

    def _chosen_part(self, parts: Sequence[Any]) -> str:
        names = [getattr(part, "endpoint", None) or part.name for part in parts]
        asked = request.args.get(PART)
        if asked and asked not in (*names, HISTORY):
            raise Malformed(Message("The address cannot be read."), code="bad_part")
        return asked or (names[0] if names else "")

    def _related_part(self, record: Any, view: Any, *, with_rows: bool) -> RelatedPart:
        through = self.related_through.get(type(view).__name__) or view.datamodel.get_related_fk(self.datamodel.obj)
        argument = next(flt.argument for flt in view.spec.filters if flt.name == through)
        wanted = listing.Wanted("", "", {argument: record.id}, view.spec.base_order, 1, RELATED_ROWS)
        statement = view.filtered(wanted)
        count = view.datamodel.counted(statement)
        records = listing.page_rows(view.spec, statement, wanted, count) if with_rows and count else []
        # Each of these rows has the same parent: the record of this page.
        columns = [column for column in view.spec.columns if column.name.split(".")[0] != through]
        rows = [view.row(row, columns) for row in records]
        href = url_for(f"{view.endpoint}.list", **{argument: record.id, "office": getattr(record, "office_id", None)})
        add = view.related_add(record, argument)
        return RelatedPart(view.endpoint, view, view.related_title or view.list_title, count, columns, rows, href, add)

    def related_add(self, parent: Any, argument: str) -> Action | None:
        """Return the button that adds a row of this view to ``parent``."""
        if not self.allowed("can_add"):
            return None
        given = {argument: parent.id, "office": getattr(parent, "office_id", None)}
        return action(self.add_title, url_for(f"{self.endpoint}.add", **given), icon="plus")

    def part_links(self, record: Any, parts: Sequence[RelatedPart], chosen: RelatedPart | None) -> builtins.list[Action]:
        """Return the tabs over the related lists and the change history."""
        tabs: builtins.list[Action] = [
            {
                "label": part.title,
                "href": url_for(f"{self.endpoint}.show", pk=record.id, part=part.name),
                "count": counted_words(part.count),
                "active": chosen is not None and part.name == chosen.name,
            }
            for part in parts
        ]
        href = url_for(f"{self.endpoint}.show", pk=record.id, part=HISTORY)
        return [*tabs, {"label": N_("Change history"), "href": href, "count": None, "active": chosen is None}]
