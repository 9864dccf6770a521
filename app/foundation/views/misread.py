"""A list whose address holds a filter that cannot be read: its fields again, a sentence beside the wrong one, and no rows."""

from __future__ import annotations

import builtins
from typing import Any

from flask import request
from flask_appbuilder import expose
from werkzeug.datastructures import MultiDict

from app.foundation.guards import wants_json
from app.foundation.views.access import needs
from app.foundation.views.acting import ActingView
from app.foundation.views.addresses import TEXT
from app.foundation.views.filters import LONGEST_TEXT, Arguments
from app.foundation.views.listing import ListSpec
from app.foundation.views.office import currency_of
from app.foundation.views.texts import clean_text
from app.values.characters import NUL
from app.values.errors import N_, Malformed, Message

BAD_REQUEST = 400


class MisreadView(ActingView):
    """The list of an entity, whatever stands in its address. Files and lists for programs are refused as a whole."""

    @expose("/list/")
    @needs("list")
    def list(self, **_: Any) -> Any:
        """Show one page of the list that the address asks for, or what of it cannot be read."""
        wrong = misread(self.spec, request.args)
        if not wrong:
            return super().list()
        if wants_json():
            raise Malformed(next(iter(wrong.values())), code="bad_filter", fields=wrong)
        page = self.list_page(MultiDict((name, text) for name, text in request.args.items(multi=True) if name not in wrong))
        # Rows of the other filters alone would look like the answer to what was asked.
        page.rows, page.count = [], 0
        page.wanted.text = request.args.get(TEXT, "").replace(NUL, "")
        context = {"view": self, "page": page, "title": self.list_title, "currency": currency_of(), **self.list_extras(page)}
        return self.render_template(self.list_template, **context, misread=wrong, misread_fields=self._blamed(wrong)), BAD_REQUEST

    def _blamed(self, wrong: dict[str, Message]) -> builtins.list[Message]:
        labels = {TEXT: N_("Search")} | {name: flt.label for flt in self.spec.filters for name in flt.arguments}
        return [Message("%(field)s: %(problem)s", field=Message(labels[name]), problem=problem) for name, problem in wrong.items()]

    def filter_texts(self, flt: Any) -> builtins.list[str]:
        """Return what stands in the inputs of a filter: the arguments as they were typed, as far as a page can show them."""
        return [text.replace(NUL, "") for text in super().filter_texts(flt)]


def misread(spec: ListSpec, arguments: Arguments) -> dict[str, Message]:
    """Return the arguments of search and filters that cannot be read, each with the reason."""
    found: dict[str, Message] = {}
    try:
        clean_text(arguments.get(TEXT), LONGEST_TEXT)
    except Malformed as error:
        found[TEXT] = error.message
    for flt in spec.filters:
        for name in flt.arguments:
            try:
                # One argument at a time, so that of a range only the wrong end is blamed.
                flt.read(MultiDict((name, text) for text in arguments.getlist(name)))
            except Malformed as error:
                found[name] = error.message
    return found
