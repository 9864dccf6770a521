"""Who answers when something happens below: the one table of effects. Lower domains call an effect by name and know nobody above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.foundation import effects


def effects_table() -> Mapping[str, tuple[effects.Effect, ...]]:
    """Return who answers when something happens below: effect -> functions in their order."""
    from app.broadband.operations import bringing, sold_days, voiding
    from app.broadband.operations import effects as broadband
    from app.broadband.operations.standing import make_policy
    from app.broadband.operations.telling import lines_of_charges
    from app.broadband.views.completing import said_of_completion
    from app.customers.panels import people_panel
    from app.debts import panels as debt_panels
    from app.debts.operations import adjusting, interest
    from app.debts.operations.policies import make_debt_policy
    from app.debts.operations.putting_right import adjust_by
    from app.debts.operations.telling import units_of_charges
    from app.metering.panels import building_readings_panel, meters_panel, quotas_panel
    from app.notices import panels as notice_panels
    from app.notices.operations import make_settings
    from app.places.panels import building_units_panel, facts_panel
    from app.reminders.views.story import reminders_of
    from app.runs.operations import correcting
    from app.runs.operations import voiding as charge_voiding
    from app.runs.panels import building_periods_panel
    from app.runs.queries.correcting import charges_of_readings
    from app.tariffs.operations import make_services
    from app.tariffs.panels import building_tariffs_panel
    from app.workorders.operations import handovers, make_business_types

    return {
        "office_made": (make_business_types, make_policy, make_services, make_debt_policy, make_settings),
        "before_payment": (interest.before_all,),
        "told_of_charges": (units_of_charges, lines_of_charges),
        "adjustment_approved": (adjusting.adjustment_approved,),
        "readings_replaced": (correcting.readings_replaced,),
        "charges_of_readings": (charges_of_readings,),
        "said_of_correction": (correcting.said_of_correction,),
        "adjust_by": (adjust_by,),
        "may_adjust_sold_days": (sold_days.may_adjust,),
        "line_story": (reminders_of,),
        "unit_panels": (
            *(people_panel, meters_panel, facts_panel, quotas_panel),
            *(debt_panels.unit_debts_panel, notice_panels.notices_panel, debt_panels.unit_collection_panel),
        ),
        "building_panels": (
            *(building_readings_panel, building_periods_panel, notice_panels.building_notices_panel),
            *(building_units_panel, building_tariffs_panel),
        ),
        "period_panels": (notice_panels.period_panel,),
        "notices_of_period": (notice_panels.notices_of_period,),
        "customer_panels": (debt_panels.customer_debts_panel, debt_panels.customer_collection_panel),
        "lock_for_completion": (broadband.lock_for_completion,),
        "work_order_completed": (broadband.order_completed,),
        "equipment_of_order": (bringing.equipment_of_order,),
        "equipment_named": (bringing.equipment_named,),
        "equipment_brought": (bringing.equipment_brought,),
        "said_of_completion": (said_of_completion,),
        "lock_for_void": (voiding.lock_for_void, handovers.lock_holder, charge_voiding.lock_charge),
        "is_final": (voiding.is_final,),
        "may_void": (voiding.may_void, handovers.may_void_at_door, charge_voiding.may_void),
        "voided_first": (voiding.voided_first, adjusting.voided_first),
        "charges_withdrawn_by_void": (voiding.charges_withdrawn, charge_voiding.charges_withdrawn, interest.charges_withdrawn),
        "document_voided": (voiding.document_voided, charge_voiding.charge_voided, interest.charge_voided),
        "line_after_void": (voiding.line_after_void,),
        "line_after_completion": (broadband.line_after_completion,),
        "line_of_order": (broadband.line_of_order,),
        "plan_of_order": (broadband.plan_of_order,),
    }
