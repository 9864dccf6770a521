"""``OperationView``: the records of an operation, and the page that runs it once."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import expose
from sqlalchemy.exc import DBAPIError

from app.foundation import transactions
from app.foundation.guards import status_of
from app.foundation.i18n import say
from app.foundation.kept_forms import kept_form
from app.foundation.views.access import needs
from app.foundation.views.edited import DONE_BEFORE, UNPROCESSABLE
from app.foundation.views.entity import EntityView
from app.foundation.views.fields import LinesField, LookupField
from app.foundation.views.forms import EntityForm
from app.foundation.views.integrity import explained_violation
from app.foundation.views.links import record_address
from app.foundation.views.lookups import lookup_record
from app.foundation.views.office import currency_of
from app.values.errors import N_, Message, OperationRefused

BAD_REQUEST = 400
UNPROTECTED = Message(
    "Nothing was saved: this form came without its mark against being sent twice. "
    "It has a new one now; check your entries and send it again."
)


@dataclass(frozen=True)
class PreviewLine:
    """An amount of a preview: what for, how it comes about, how much."""

    text: Any
    amount: Decimal
    note: Any = ""


@dataclass(frozen=True)
class PreviewFact:
    """A value before and after; both as they are (dates, choices, amounts) and written by the template."""

    label: Any
    before: Any = None
    after: Any = None
    note: Any = ""


@dataclass(frozen=True)
class Preview:
    """What an operation will do, made from its own record after running it: sentences, facts, amounts, papers.

    ``lines`` and ``total`` are amounts in ``currency``; ``documents`` are (icon, sentence); ``deed`` names the button ("Suspend and take
    ¥20.00"). A domain may put its own drawing into ``picture``, the name of a template that reads ``preview.extra``.
    """

    title: Any = ""
    sentences: Sequence[Any] = ()
    facts: Sequence[PreviewFact] = ()
    lines: Sequence[PreviewLine] = ()
    total: Decimal | None = None
    total_in_words: Any = ""
    documents: Sequence[tuple[str, Any]] = ()
    warnings: Sequence[Any] = ()
    currency: str = ""
    deed: Any = ""
    picture: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


class OperationView(EntityView):
    """The base of every view of an operation's records: they are added by running ``operation``, never edited, never deleted.

    ``operation`` and ``describe`` are functions; wrap them in ``staticmethod`` in the class body. ``form`` gives the terms.
    """

    operation: Callable[..., Any]
    describe: Callable[[Any], Preview] | None = None
    form: type[EntityForm]
    deed: Any = N_("Save")
    deed_icon = "check"
    done_message: Any = N_("Saved")
    icon = "receipt"
    can_be_deleted = False
    # True for a second operation over records that have their own view: there is the page that runs it, and nothing else.
    is_only_a_page = False
    # The page of the operation asks for its preview while people type; False where the operation is too heavy for that.
    has_preview = True
    # The form is one column and the preview takes the rest of the page: for previews with pictures.
    has_wide_preview = False

    add_template = "feehouse/operation.html"

    def __init__(self, **kwargs: Any) -> None:
        if self.is_only_a_page:
            self.default_view = "add"
        super().__init__(**kwargs)

    def closed_routes(self) -> set[str]:
        closed = (super().closed_routes() - {"add"}) | {"edit", "delete"}
        if self.is_only_a_page:
            closed |= {"list", "show", "export"}
        return closed if self.describe is not None and self.has_preview else closed | {"preview"}

    def _init_forms(self) -> None:
        self.add_form = self.form
        self.edit_form = None
        super()._init_forms()

    # Hooks of a view ------------------------------------------------------------------------------------------------------

    def terms(self, form: EntityForm, record: Any | None = None) -> dict[str, Any]:
        """Return the terms of the operation as plain values."""
        return form.terms()

    def done(self, record: Any) -> Any:
        """Return what is said after the operation."""
        return self.done_message

    def after_saving(self, record: Any) -> str:
        """Return where to go after the operation: its record, else the list."""
        return record_address(record) or self.list_address() or "/"

    def subject(self, form: EntityForm) -> Any:
        """Return whom or what the page is about: the row that the first lookup has chosen."""
        field = first_lookup(form)
        return field.chosen if field is not None else ""

    def way_back(self, record: Any | None) -> str:
        """Return where "Cancel" leads: to the record from which the page was opened, else to the list."""
        for name in lookup_fields(self.form):
            address = record_address(lookup_record(self._lookup_of(name), request.values.get(name)))
            if address:
                return address
        return super().way_back(record)

    def _lookup_of(self, name: str) -> str:
        return str(getattr(self.form, name).kwargs["lookup"])

    # Running --------------------------------------------------------------------------------------------------------------

    def _save(self, form: EntityForm, record: Any | None) -> Any:
        if not form.validate():
            return self.form_page(form, None, status=UNPROCESSABLE)
        if not form.key.was_opened:
            return self.form_page(form, None, [UNPROTECTED], status=BAD_REQUEST)
        try:
            outcome = self._run(self.operation, key=form.key.data, **self.terms(form))
        except OperationRefused as error:
            return self.refused_page(form, None, error)
        if outcome.replayed:
            flash(say(DONE_BEFORE), "info")
        else:
            flash(say(self.done(outcome.record)), "success")
        return redirect(self.after_saving(outcome.record))

    @expose("/preview", methods=["POST"])
    @needs("add")
    def preview(self) -> Any:
        """Return, as a piece of the page, what the typed terms would do; nothing is written."""
        form = self.sent_form(self.add_form)
        if not form.validate():
            wrong = typed_wrong(form)
            return self._preview_page(None, wrong), UNPROCESSABLE if wrong else 200
        try:
            return self._preview_page(self._previewed(form), [])
        except OperationRefused as error:
            return self._preview_page(None, [error.message], wanted=error.field), max(UNPROCESSABLE, status_of(error))

    def _previewed(self, form: EntityForm) -> Preview:
        describe = self.describe
        if describe is None:
            raise LookupError(f"{type(self).__name__} has no description to preview.")
        try:
            preview: Preview = transactions.preview(self.operation, describe, **self.terms(form))
        except DBAPIError as error:
            self.datamodel.session.rollback()
            raise explained_violation(error, self.datamodel.obj) from error
        return preview

    def _preview_page(self, preview: Preview | None, problems: Sequence[Message], *, wanted: str | None = None) -> str:
        """Return the piece; ``wanted`` is the field that the problem is about: its section opens where it is folded."""
        page: str = self.render_template(
            "feehouse/partials/preview.html",
            preview=preview,
            problems=problems,
            wanted=wanted,
            currency=(preview.currency if preview else "") or currency_of(),
        )
        return page

    def form_extras(self, form: EntityForm, record: Any | None) -> dict[str, Any]:
        """Return what the operation's page shows beside the form: the preview of the terms it opened with."""
        has_preview = "preview" not in self.exclude_route_methods
        return {
            "subject": self.subject(form),
            "preview_url": url_for(f"{self.endpoint}.preview") if has_preview else None,
            "first_preview": self._first_preview(form) if has_preview else None,
            "deed": self.deed,
            "deed_icon": self.deed_icon,
            "currency": currency_of(),
        }

    def _first_preview(self, form: EntityForm) -> Preview | None:
        """Return the preview of a form that is complete as it opens; nothing where something must be typed first or it is refused."""
        if request.method == "POST" or not is_complete(form) or (kept_form() is not None and not form.validate()):
            return None
        try:
            return self._previewed(form)
        except OperationRefused:
            return None


def lookup_fields(form: type[EntityForm]) -> builtins.list[str]:
    """Return the names of the lookups of ``form``, in the order of the form."""
    found = [(getattr(form, name).creation_counter, name) for name in dir(form) if is_lookup(getattr(form, name, None))]
    return [name for _, name in sorted(found)]


def is_lookup(unbound: Any) -> bool:
    """Tell whether a class attribute of a form is a lookup not yet bound to a form."""
    kind = getattr(unbound, "field_class", None)
    return isinstance(kind, type) and issubclass(kind, LookupField)


def first_lookup(form: EntityForm) -> LookupField | None:
    """Return the first lookup of a form."""
    return next((field for field in form if isinstance(field, LookupField)), None)


def typed_wrong(form: EntityForm) -> builtins.list[Message]:
    """Return what is wrong with the values typed so far; a field still empty is no mistake while people type."""
    typed = [each for each in _leaves(form) if any(isinstance(text, str) and text.strip() for text in each.raw_data or ())]
    return [
        Message("%(field)s: %(problem)s", field=Message(each.label.text), problem=error)
        for each in typed
        for error in each.errors
        if isinstance(error, str | Message)
    ]


def _leaves(form: Any) -> Iterator[Any]:
    """Yield the fields of a form, of its lines too."""
    for each in form:
        if isinstance(each, LinesField):
            for entry in each.entries:
                yield from _leaves(entry.form)
        else:
            yield each


def is_complete(form: EntityForm) -> bool:
    """Tell whether every needed field of a form just opened has a value."""
    return all(field.data not in (None, "") for field in form if field.flags.required)
