"""Bills whose readings were corrected after they were charged, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, case, func, literal, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.billing.choices import ApprovalStatus
from app.billing.models import Adjustment, Approval, Reversal
from app.foundation.database import Amount, Created, Moment, OfficeRecord, Quantity, Text, office_table, same_office
from app.metering.models import Reading
from app.offices.models import SystemUser
from app.runs.choices import CorrectionState
from app.runs.models.charges import ServiceCharge

# A settled one has all three: when, by whom, and why nothing more is to be done.
SETTLED = "(settled_at IS NULL) = (settled_reason = '')"


class BillCorrection(Created, OfficeRecord):
    """A charge of a service one of whose readings was corrected: ``total`` and ``quantity`` are those of the corrected readings, where
    they can be told at once, ``difference`` what is more, or less, than what the charge asked for until then.

    ``reading`` is the corrected reading, or the one that was withdrawn. ``adjustment`` brought the difference into the books, or
    ``approval`` is the request for that, or for the void of the charge. Where it stands follows from them (``state``).
    """

    __tablename__ = "bill_correction"
    __table_args__ = office_table(
        same_office("service_charge_id", "service_charge"),
        same_office("reading_id", "reading"),
        same_office("adjustment_id", "adjustment"),
        same_office("approval_id", "approval"),
        CheckConstraint("(total IS NULL) = (difference IS NULL)", name="difference_of_a_total"),
        CheckConstraint(SETTLED, name="settled_for_a_reason"),
        Index("ix_bill_correction_waiting", "office_id", "id", postgresql_where=text("settled_at IS NULL")),
    )

    service_charge_id: Mapped[int] = mapped_column(index=True)
    reading_id: Mapped[int] = mapped_column(index=True)
    quantity: Mapped[Quantity | None]
    total: Mapped[Amount | None]
    difference: Mapped[Amount | None]
    adjustment_id: Mapped[int | None] = mapped_column(index=True)
    approval_id: Mapped[int | None] = mapped_column(index=True)
    settled_at: Mapped[Moment | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("ab_user.id", ondelete="RESTRICT"))
    settled_reason: Mapped[Text] = mapped_column(default="")

    service_charge: Mapped[ServiceCharge] = relationship(
        primaryjoin="BillCorrection.service_charge_id == ServiceCharge.id", foreign_keys="BillCorrection.service_charge_id"
    )
    reading: Mapped[Reading] = relationship(primaryjoin="BillCorrection.reading_id == Reading.id", foreign_keys="BillCorrection.reading_id")
    adjustment: Mapped[Adjustment | None] = relationship(
        primaryjoin="BillCorrection.adjustment_id == Adjustment.id", foreign_keys="BillCorrection.adjustment_id"
    )
    approval: Mapped[Approval | None] = relationship(
        primaryjoin="BillCorrection.approval_id == Approval.id", foreign_keys="BillCorrection.approval_id"
    )
    settled_by: Mapped[SystemUser | None] = relationship(foreign_keys="BillCorrection.settled_by_id")
    created_by: Mapped[SystemUser | None] = relationship(foreign_keys="BillCorrection.created_by_id")
    if TYPE_CHECKING:
        # Declared below the class, since it is made of the class.
        standing: Mapped[str]

    def __str__(self) -> str:
        return str(self.service_charge)

    @property
    def state(self) -> CorrectionState:
        """What is still to be done."""
        return CorrectionState(self.standing)

    @property
    def difference_is_asked(self) -> bool:
        """Whether what was asked for is the adjustment of the charge; else it is its void."""
        return self.approval is not None and self.approval.charge_id is not None


def _standing() -> ColumnElement[str]:
    """Return where a correction stands, said by the database from what was done since: nobody has to remember to note it.

    A void or an adjustment that is itself voided opens it again.
    """
    # Of tables, not of classes: this module is read before all classes are there.
    own, approval, reversal = BillCorrection.__table__.c, Approval.__table__, Reversal.__table__
    charge, again, made = ServiceCharge.__table__.alias(), ServiceCharge.__table__.alias(), Adjustment.__table__.alias()
    mine = BillCorrection.__table__
    asked = select(approval.c.made_adjustment_id).where(approval.c.id == own.approval_id).correlate(mine).scalar_subquery()
    undone = select(reversal.c.id).where(reversal.c.adjustment_id == made.c.id).exists()
    is_adjusted = select(made.c.id).where(made.c.id.in_((own.adjustment_id, asked)), ~undone).correlate(mine).exists()
    of_charge = select(charge.c.id).where(charge.c.id == own.service_charge_id, charge.c.reversal_id.is_not(None))
    is_voided = of_charge.correlate(mine).exists()
    is_billed_again = (
        of_charge.join(
            again,
            (again.c.unit_id == charge.c.unit_id)
            & (again.c.service_id == charge.c.service_id)
            & again.c.apportion_by.is_not_distinct_from(charge.c.apportion_by)
            & again.c.reversal_id.is_(None)
            & (
                func.daterange(again.c.part_start, again.c.part_end, "[]").op("&&")(
                    func.daterange(charge.c.part_start, charge.c.part_end, "[]")
                )
            ),
        )
        .correlate(mine)
        .exists()
    )
    waits = select(approval.c.id).where(approval.c.id == own.approval_id, approval.c.status == ApprovalStatus.WAITING)
    return case(
        (own.settled_at.is_not(None) | is_adjusted | is_billed_again, literal(CorrectionState.DONE.value)),
        (is_voided, literal(CorrectionState.REBILL.value)),
        (waits.correlate(mine).exists(), literal(CorrectionState.APPROVAL.value)),
        else_=literal(CorrectionState.OPEN.value),
    )


BillCorrection.standing = column_property(_standing())  # type: ignore[assignment,arg-type]
