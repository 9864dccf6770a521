"""Views: the bases under every page that lists, shows, changes or does something. Written once, guarded once.

A table of master data and an operation, as a developer writes them::

    register_lookup("community", Community, columns=["code", "name"], text=str)

    class CommunityView(EntityView):
        datamodel = GuardedInterface(Community)
        icon = "building-community"
        list_title, add_title, edit_title = N_("Communities"), N_("Add community"), N_("Edit community")
        label_columns = {"code": N_("Community code"), "name": N_("Community name")}
        list_columns = ["code", "name", "person_in_charge"]
        search_columns = ["code", "name"]
        order_columns = ["code", "name"]
        base_order = ("code", "asc")
        add_columns = edit_columns = ["code", "name", "person_in_charge", "note"]

    class SuspensionForm(EntityForm):
        subscription = LookupField(N_("Subscription"), lookup="subscription", required=True)
        planned_resume_on = DayField(N_("Planned resume date"))
        fee = MoneyField(N_("Suspension fee"), required=True)

    class SuspensionView(OperationView):
        datamodel = GuardedInterface(Suspension)
        list_title, add_title, deed = N_("Suspensions"), N_("Suspension on request"), N_("Suspend")
        list_columns = ["subscription", "suspended_on", "status", "fee"]
        state_column, filters, totals_columns = "status", ["subscription", "suspended_on"], ["fee"]
        form, operation, describe = SuspensionForm, staticmethod(suspend), staticmethod(describe_suspension)

``describe(record)`` returns a ``Preview`` of the record that the operation made, before it is rolled back. Addresses are simple:
``/communityview/list/?q=lake&order=-name&page=2``, ``/suspensionview/add?subscription=7``. Permissions are ``can_list``, ``can_show``,
``can_add``, ``can_edit``, ``can_delete``, ``can_export`` and the names of actions; ``app.roles`` gives them. Hooks to override are listed
under "Hooks of a view" in ``listed``, ``recorded`` and ``edited``.
"""

from app.foundation.views.acting import bulk_operation
from app.foundation.views.columns import Kind
from app.foundation.views.entity import EntityView
from app.foundation.views.fields import (
    ChoiceField,
    DayField,
    FlagField,
    LinesField,
    LongTextField,
    LookupField,
    MoneyField,
    MonthField,
    NumberField,
    PercentField,
    RadioField,
    SecretField,
    TextField,
    UploadField,
    WholeNumberField,
)
from app.foundation.views.filters import ChoiceFilter, DayFilter, FlagFilter, ListFilter, LookupFilter, NumberFilter, TextFilter
from app.foundation.views.forms import EntityForm
from app.foundation.views.history import Change, set_history
from app.foundation.views.interface import GuardedInterface
from app.foundation.views.links import action, action_to, present, record_address
from app.foundation.views.listing import Tab
from app.foundation.views.lookups import add_lookups, register_lookup
from app.foundation.views.office import chosen_office, currency_of
from app.foundation.views.operation import OperationView, Preview, PreviewFact, PreviewLine
from app.foundation.views.report import ReportColumn, ReportFilter, ReportView, Span
from app.foundation.views.report_reading import Terms

__all__ = [
    "Change",
    "ChoiceField",
    "ChoiceFilter",
    "DayField",
    "DayFilter",
    "EntityForm",
    "EntityView",
    "FlagField",
    "FlagFilter",
    "GuardedInterface",
    "Kind",
    "LinesField",
    "ListFilter",
    "LongTextField",
    "LookupField",
    "LookupFilter",
    "MoneyField",
    "MonthField",
    "NumberField",
    "NumberFilter",
    "OperationView",
    "PercentField",
    "Preview",
    "PreviewFact",
    "PreviewLine",
    "RadioField",
    "ReportColumn",
    "ReportFilter",
    "ReportView",
    "SecretField",
    "Span",
    "Tab",
    "Terms",
    "TextField",
    "TextFilter",
    "UploadField",
    "WholeNumberField",
    "action",
    "action_to",
    "add_lookups",
    "bulk_operation",
    "chosen_office",
    "currency_of",
    "present",
    "record_address",
    "register_lookup",
    "set_history",
]
