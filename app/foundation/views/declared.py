"""What a view declares, and how the declarations become checked specifications when the view is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_appbuilder import ModelView
from sqlalchemy import ColumnElement
from sqlalchemy.orm import ColumnProperty

from app.foundation.views import fitting
from app.foundation.views.access import allowed
from app.foundation.views.addresses import RESERVED
from app.foundation.views.columns import Column, Kind, kind_of, leaf_of, pretty
from app.foundation.views.filters import ListFilter, LookupFilter, filter_for
from app.foundation.views.forms import EntityForm, form_for
from app.foundation.views.interface import PAGE_SIZE, GuardedInterface
from app.foundation.views.listing import ListSpec, Order, Tab
from app.foundation.views.lookups import use_lookup
from app.foundation.views.office import belongs_to_office, chosen_office
from app.foundation.views.state import PerRequest, SharedObject
from app.values.errors import N_

Names = Sequence[str]
Fieldsets = Sequence[tuple[str | None, Sequence[str]]]


class DeclaredView(SharedObject, ModelView):
    """The declarations of an ``EntityView``; see the package's docstring for an example."""

    datamodel: GuardedInterface
    icon = "list-details"
    list_title: Any = ""
    show_title: Any = ""
    add_title: Any = ""
    edit_title: Any = ""
    list_context = ""
    empty_title: Any = ""
    empty_text: Any = ""

    # The list
    list_columns: Names = ()
    second_lines: Mapping[str, str] = {}
    column_kinds: Mapping[str, Kind | str] = {}
    label_columns: Mapping[str, Any] = {}
    search_columns: Names = ()
    search_hint: Any = ""
    filters: Sequence[str | ListFilter] = ()
    state_column = ""
    tabs: Sequence[Tab] = ()
    tabs_argument = ""
    first_tab = ""  # the tab on which the list opens; all rows where none is named
    order_columns: Names = ()
    base_order: Any = ("id", "desc")
    nulls_first: Names = ()
    totals_columns: Names = ()
    page_size = PAGE_SIZE
    export_columns: Names = ()  # a file may carry more than a page: every field, where the list shows some
    loads: Names = ()  # relations that computed columns read
    is_by_office = True  # one office at a time, so that amounts have one currency

    # The record
    show_columns: Names = ()
    show_fieldsets: Any = ()
    facts: Names = ()
    related_views: Any = ()
    related_through: Mapping[str, str] = {}
    related_title: Any = ""  # over this view's rows on the page of another record, where the list's own title says too much
    show_loads: Names = ()
    revealable: Mapping[str, str] = {}  # a column that is shown masked -> the field whose plain value may be revealed for a reason
    history_below = False  # the change history as a card at the foot, where the page has no tabs

    # The forms
    add_columns: Names = ()
    edit_columns: Names = ()
    add_fieldsets: Any = ()
    edit_fieldsets: Any = ()
    description_columns: Mapping[str, Any] = {}
    form_fields: Mapping[str, Any] = {}
    add_form: type[EntityForm] | None = None
    edit_form: type[EntityForm] | None = None
    save_operation: Callable[..., Any] | None = None
    can_be_deleted = False
    delete_operation: Callable[..., Any] | None = None

    # What an office may change of it (``fitting``)
    hideable: Names = ()  # optional fields without rules, by their names in the table
    fields_title: Any = ""  # what the settings page calls it, where the list's title is not enough
    own_title: Any = N_("Further details")  # over the fields that the office named itself
    own_texts_of: Any = None  # the table whose own fields the forms carry; by default the view's own
    own_after: str = ""  # the field of the form behind which they stand
    form_owners: Mapping[str, str] = {}  # fields of the form that belong to another table

    list_template = "feehouse/list.html"
    show_template = "feehouse/record.html"
    add_template = "feehouse/form.html"
    edit_template = "feehouse/form.html"

    exclude_route_methods: Any = frozenset()
    base_filters: Any = None

    # The framework keeps the running request's filters on the shared view; here they live in the request (hole H1).
    _filters = PerRequest(lambda view: view.datamodel.get_filters(view.search_columns))

    declared_spec: ListSpec
    declared_labels: dict[str, Any]
    is_only_a_page = False

    def __init__(self, **kwargs: Any) -> None:
        self.exclude_route_methods = set(self.exclude_route_methods) | self.closed_routes()
        super().__init__(**kwargs)

    def closed_routes(self) -> set[str]:
        """Return the routes this view does not have: what was not declared does not exist (H17: never ``download``)."""
        closed = {"download"}
        if not (self.add_columns or self.add_fieldsets or self.add_form):
            closed.add("add")
        if not (self.edit_columns or self.edit_fieldsets or self.edit_form):
            closed.add("edit")
        if not self.can_be_deleted:
            closed.add("delete")
        if not any(hasattr(getattr(type(self), name, None), "_action") for name in dir(type(self))):
            closed |= {"action", "action_post"}
        return closed

    # Made once, when the view is made -----------------------------------------------------------------------------------

    def _init_properties(self) -> None:
        model = self.datamodel.obj
        self.declared_labels = {**getattr(model, "__labels__", {}), **self.label_columns}
        self.own_texts_of = self.own_texts_of or (model if fitting.has_own_texts(model) else None)
        self.base_filters = self.base_filters or []
        self._base_filters = self.datamodel.get_filters().add_filter_list(self.base_filters)
        self._related_views: Any = []
        self.related_views = list(self.related_views or ())
        self.add_fieldsets, self.edit_fieldsets = fieldsets_of(self.add_fieldsets), fieldsets_of(self.edit_fieldsets)
        self.show_fieldsets = fieldsets_of(self.show_fieldsets) or [(None, list(self.show_columns or self.list_columns))]
        self.add_columns = list(self.add_columns) or names_of(self.add_fieldsets)
        self.edit_columns = list(self.edit_columns) or names_of(self.edit_fieldsets)
        self.show_columns = names_of(self.show_fieldsets)
        self.declared_spec = self._list_spec()
        self.entities = fitting.entities_of(self, [*self.list_columns, *self.export_columns, *self.show_columns, *self.facts])

    def _init_titles(self) -> None:
        name = pretty(self.datamodel.obj.__name__)
        for attribute in ("list_title", "show_title", "add_title", "edit_title"):
            setattr(self, attribute, getattr(self, attribute) or self.list_title or name)
        self.title = self.list_title

    def _init_forms(self) -> None:
        self.search_form = None
        if "add" not in self.exclude_route_methods and self.add_form is None:
            self.add_form = self._form(self.add_columns, self.add_fieldsets)
        if "edit" not in self.exclude_route_methods and self.edit_form is None:
            self.edit_form = self._form(self.edit_columns, self.edit_fieldsets)
        self._note_lookups()

    def _form(self, names: Names, fieldsets: Fieldsets) -> type[EntityForm]:
        extra = {name: field for name, field in self.form_fields.items() if name in names}
        return form_for(self.datamodel.obj, names, labels=self.labels, helps=self.description_columns, extra=extra, fieldsets=fieldsets)

    def _note_lookups(self) -> None:
        """Let whoever may open a page of this view search the lookups of that page."""
        view = self.class_permission_name or type(self).__name__
        for flt in self.spec.filters:
            # A hidden filter is for links from the page of a record, which are right already: nobody searches there.
            if isinstance(flt, LookupFilter) and flt.is_shown:
                use_lookup(flt.lookup, self.permission_of("list"), view)
        for form, route in ((self.add_form, "add"), (self.edit_form, "edit")):
            for lookup in lookups_of(form):
                use_lookup(lookup, self.permission_of(route), view)

    def permission_of(self, route: str) -> str:
        """Return the permission of ``route``; a view may name it otherwise (``method_permission_name``)."""
        return "can_" + str((self.method_permission_name or {}).get(route, route))

    def _list_spec(self) -> ListSpec:
        model = self.datamodel.obj
        filters = [flt if isinstance(flt, ListFilter) else filter_for(model, flt) for flt in self.filters]
        taken = {flt.name for flt in filters}
        filters += [LookupFilter(name, is_shown=False) for name in parents_of(model) if name not in taken]
        column, direction = self.base_order
        tabs = list(self.tabs) or state_tabs(model, self.state_column)
        return ListSpec(
            datamodel=self.datamodel,
            columns=[self.column(name) for name in self.list_columns],
            filters=[flt.attach(model, self.labels) for flt in filters],
            tabs=tabs,
            tabs_argument=self.tabs_argument or (self.state_column if self.state_column and not self.tabs else "tab"),
            first_tab=self.first_tab,
            order_columns=tuple(self.order_columns),
            base_order=Order(column, direction == "desc"),
            totals_columns=tuple(self.totals_columns),
            nulls_first=frozenset(self.nulls_first),
            page_size=self.page_size,
            loads=tuple(self.loads),
        )

    def column(self, name: str) -> Column:
        """Return the description of the column ``name``."""
        kind = Kind(self.column_kinds[name]) if name in self.column_kinds else kind_of(self.datamodel.obj, name)
        label = self.labels.get(name) or pretty(name)
        return Column(name, label, kind, self.second_lines.get(name), name if name in self.order_columns else None)

    # Made once per request: what the office of the page hides is left out, what it named itself is there -----------------

    @property
    def spec(self) -> ListSpec:
        """What the list is made of."""
        return fitting.spec_of(self)

    @property
    def labels(self) -> dict[str, Any]:
        """Name of a field -> its label."""
        return fitting.labels_of(self)

    @property
    def entity(self) -> str:
        """The table of this view."""
        return str(self.datamodel.obj.__tablename__)

    # Asked by every request ---------------------------------------------------------------------------------------------

    def allowed(self, permission: str) -> bool:
        """Tell whether the person has ``permission`` (``can_add``, an action's name) here and the view offers it."""
        name = self.permission_of(permission.removeprefix("can_")) if permission.startswith("can_") else permission
        return name in self.base_permissions and allowed(name, self.class_permission_name)

    def row_conditions(self) -> list[ColumnElement[bool]]:
        """Return which rows this view shows at all, besides the person's offices; used by list, record, forms, actions and export."""
        return []

    def office_conditions(self) -> list[ColumnElement[bool]]:
        """Return the office of the page as a condition of lists."""
        model = self.datamodel.obj
        return [model.office_id == chosen_office()] if self.is_by_office and belongs_to_office(model) else []

    def search(self, text: str) -> ColumnElement[bool]:
        """Return the condition of the search box; a table with a search column overrides it."""
        from app.foundation.views.listing import prefix_condition

        return prefix_condition(self.datamodel.obj, self.search_columns, text)

    @property
    def can_search(self) -> bool:
        return bool(self.search_columns) or type(self).search is not DeclaredView.search


def fieldsets_of(declared: Any) -> list[tuple[str | None, list[str]]]:
    """Return fieldsets as (title, names); the framework's ``{"fields": [...]}`` is understood too."""
    return [(title, list(names["fields"] if isinstance(names, Mapping) else names)) for title, names in declared or ()]


def names_of(fieldsets: Fieldsets) -> list[str]:
    return [name for _, names in fieldsets for name in names]


def parents_of(model: type[Any]) -> list[str]:
    """Return the relations by which a row of ``model`` belongs to another: a related list is filtered by them."""
    return [
        relation.key
        for relation in model.__mapper__.relationships
        if relation.direction.name == "MANYTOONE" and len(relation.local_columns) == 1 and relation.key not in RESERVED
    ]


def state_tabs(model: type[Any], name: str) -> list[Tab]:
    """Return a tab for every value of the stored state ``name``."""
    if not name:
        return []
    found = leaf_of(model, name)
    if not isinstance(found.mapped, ColumnProperty):
        return []
    column = found.attribute

    def tab(choice: Any) -> Tab:
        return Tab(choice.value, choice.label, lambda: column == choice)

    return [tab(choice) for choice in column.type.enum_class]


def lookups_of(form: type[EntityForm] | None) -> list[str]:
    """Return the names of the lookups in the fields of ``form`` and of its lines."""
    from app.foundation.views.fields import LinesField, LookupField

    if form is None:
        return []
    found: list[str] = []
    for name in dir(form):
        unbound: Any = getattr(form, name, None)
        kind = getattr(unbound, "field_class", None)
        if kind is None or not isinstance(kind, type):
            continue
        if issubclass(kind, LookupField):
            found.append(unbound.kwargs["lookup"])
        elif issubclass(kind, LinesField):
            found += lookups_of(unbound.args[0] if unbound.args else unbound.kwargs["inner"])
    return found
