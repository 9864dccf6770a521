"""Actions on one or several rows: POST only, through the filtered query, at most 100 rows (holes H2 and H3)."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_appbuilder import expose

from app.foundation.i18n import say
from app.foundation.views.access import turned_away
from app.foundation.views.edited import EditedView
from app.foundation.views.links import Action
from app.values.errors import Malformed, Message, NotFound, OperationRefused

MOST_ROWS = 100


class ActingView(EditedView):
    """The actions of an entity: methods under the framework's ``@action(name, text, confirmation, icon)``.

    The method gets the list of records and returns nothing or a response; it runs an operation per record and flashes nothing but what
    the operation says.
    """

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
        try:
            answer = item.func(self.acted_on(keys))
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
        found = {str(row.id): row for row in self.datamodel.session.execute(self._rows_of(wanted)).scalars()}
        if len(found) != len(wanted):
            raise NotFound(Message("This record does not exist."), code="not_found")
        return [found[key] for key in wanted if key in found]

    def bulk_actions(self) -> builtins.list[Action]:
        """Return the buttons of the bar under a list with ticked rows."""
        return [
            {"name": item.name, "label": item.text, "icon": item.icon or "", "confirmation": item.confirmation}
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
                "confirmation": item.confirmation,
            }
            for item in self.actions.values()
            if item.single and self.allowed(self.get_action_permission_name(item.name))
        ]

    def back_to_list(self) -> str:
        """Return the list as it was: its address comes with the form and must lie in this application."""
        back = request.form.get("back", "")
        is_ours = back.startswith(url_for(f"{self.endpoint}.list")) and "\\" not in back
        return back if is_ours else url_for(f"{self.endpoint}.list")
