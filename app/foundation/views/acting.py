"""Actions on one or several rows: POST only, through the filtered query, at most 100 rows (holes H2 and H3)."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation import transactions
from app.foundation.i18n import say
from app.foundation.views.access import turned_away
from app.foundation.views.edited import EditedView
from app.foundation.views.links import Action
from app.values.errors import Malformed, Message, NotFound, OperationRefused

MOST_ROWS = 100
MOST_REFUSALS_SHOWN = 5


@dataclass(frozen=True)
class Consequence:
    """What an action will do to one row, or why it cannot."""

    record: Any
    sentences: Sequence[Any] = ()
    refusal: Any = None


@dataclass(frozen=True)
class Bulk:
    """An operation over several rows: its terms for one row, and what it says it will do."""

    operation: Callable[..., Any]
    terms: Callable[[Any], dict[str, Any]]
    describe: Callable[[Any], Any] | None = None


def bulk_operation(
    name: str,
    text: Any,
    *,
    operation: Callable[..., Any],
    terms: Callable[[Any], dict[str, Any]],
    describe: Callable[[Any], Any] | None = None,
    icon: str = "",
    confirmation: Any = "",
) -> Callable[..., Any]:
    """Return an action that runs ``operation`` once per ticked row, each in its own transaction.

    ``stop_lines = bulk_operation("force_stop", N_("Force stop"), operation=force_stop, terms=lambda line: {"subscription": line.id})``

    Before it runs, a page lists the rows with what happens to each (``describe`` gives a ``Preview``), or why it cannot.
    """
    bulk = Bulk(operation, terms, describe)

    def act(self: ActingView, records: Sequence[Any]) -> None:
        self.run_for_each(records, bulk)

    act._action = (name, text, confirmation or text, icon, True, False)  # type: ignore[attr-defined]
    act._bulk = bulk  # type: ignore[attr-defined]
    return act


class ActingView(EditedView):
    """The actions of an entity: ``bulk_operation``, or methods under the framework's ``@action(name, text, confirmation, icon)``.

    A method gets the list of records and returns nothing or a response; what it writes it writes by operations. With a confirmation the
    rows are shown once more before anything happens.
    """

    bulk_template = "feehouse/bulk.html"

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> Any:
        """Run the action on one record."""
        return self._act(name, [pk], multiple=False)

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> Any:
        """Run the action on the ticked rows of the list."""
        return self._act(request.form.get("action", ""), request.form.getlist("rowid"), multiple=True)

    def _act(self, name: str, keys: Sequence[str], *, multiple: bool) -> Any:
        item = self.actions.get(name)
        if item is None or not (item.multiple if multiple else item.single):
            abort(404)
        if not self.allowed(self.get_action_permission_name(name)):
            return turned_away()
        records = self.acted_on(keys)
        if item.confirmation and request.form.get("confirmed") != "yes":
            return self._confirmation(item, records, multiple)
        try:
            answer = item.func(records)
        except OperationRefused as error:
            if isinstance(error, Malformed | NotFound):
                raise
            flash(say(error.message), "danger")
            answer = None
        return answer if answer is not None else redirect(self.back_to_list())

    def acted_on(self, keys: Sequence[str]) -> builtins.list[Any]:
        """Return the rows of ``keys`` through the row rule of the list. Raises NotFound when one of them is not there."""
        wanted = builtins.list(dict.fromkeys(keys))
        if not wanted:
            raise Malformed(Message("Choose at least one row."), code="no_rows")
        if len(wanted) > MOST_ROWS:
            raise Malformed(Message("An action takes at most %(most)s rows.", most=MOST_ROWS), code="too_many_rows")
        statement = self._rows_of(wanted, self.spec.shown_paths)
        found = {str(row.id): row for row in self.datamodel.session.execute(statement).scalars()}
        if len(found) != len(wanted):
            raise NotFound(Message("This record does not exist."), code="not_found")
        return [found[key] for key in wanted if key in found]

    # Several rows, one operation each -----------------------------------------------------------------------------------

    def run_for_each(self, records: Sequence[Any], bulk: Bulk) -> None:
        """Run the operation once per record and say how many were done and why others were not."""
        done, refused = 0, []
        for key, terms in [(str(record), bulk.terms(record)) for record in records]:
            try:
                self._run(bulk.operation, key=None, **terms)
                done += 1
            except OperationRefused as error:
                refused.append(Message("%(name)s: %(reason)s", name=key, reason=error.message))
        if done:
            flash(say(Message("Done for %(count)s rows.", count=done)), "success")
        for message in refused[:MOST_REFUSALS_SHOWN]:
            flash(say(message), "warning")
        if len(refused) > MOST_REFUSALS_SHOWN:
            flash(say(Message("%(count)s more rows were refused.", count=len(refused) - MOST_REFUSALS_SHOWN)), "warning")

    def _confirmation(self, item: Any, records: Sequence[Any], multiple: bool) -> Any:
        bulk: Bulk | None = getattr(item.func, "_bulk", None)
        rows = [self.row(record) for record in records]
        consequences = [self._consequence(bulk, record) for record in records] if bulk and bulk.describe else []
        return self.render_template(
            self.bulk_template,
            view=self,
            item=item,
            title=item.text,
            rows=rows,
            columns=self.spec.columns,
            consequences=consequences,
            possible=[found for found in consequences if found.refusal is None] if consequences else rows,
            multiple=multiple,
            back_to=self.back_to_list(),
        )

    def _consequence(self, bulk: Bulk, record: Any) -> Consequence:
        name, terms = str(record), bulk.terms(record)
        try:
            preview = transactions.preview(bulk.operation, bulk.describe or str, **terms)
        except OperationRefused as error:
            return Consequence(name, refusal=error.message)
        return Consequence(name, sentences=getattr(preview, "sentences", ()))

    # For templates --------------------------------------------------------------------------------------------------------

    def bulk_actions(self) -> builtins.list[Action]:
        """Return the buttons of the bar under a list with ticked rows."""
        return [
            {"name": item.name, "label": item.text, "icon": item.icon or ""}
            for item in self.actions.values()
            if item.multiple and self.allowed(self.get_action_permission_name(item.name))
        ]

    def single_actions(self, record: Any) -> builtins.list[Action]:
        """Return the actions as buttons of the record's page."""
        return [
            {
                "label": item.text,
                "icon": item.icon or "",
                "method": "post",
                "href": url_for(f"{self.endpoint}.action", name=item.name, pk=record.id),
            }
            for item in self.actions.values()
            if item.single and self.allowed(self.get_action_permission_name(item.name))
        ]

    def back_to_list(self) -> str:
        """Return the list as it was: its address comes with the form and must lie in this application."""
        back = request.form.get("back", "")
        is_ours = back.startswith(url_for(f"{self.endpoint}.list")) and "\\" not in back
        return back if is_ours else url_for(f"{self.endpoint}.list")
