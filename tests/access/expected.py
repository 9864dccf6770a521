"""Who may open what, written by hand: the second opinion about ``app/roles.py``, which alone cannot turn a test green.

A line names addresses and the people who may: A administrator, C chief, M manager, K cashier, R receptionist, T meter reader,
I installer, U auditor; a point is nobody. Everybody else is told 403. A new address needs a line here: ask whether the product
gives that person this right (interfaces, "Who may"), not what ``app/roles.py`` says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LETTERS = "ACMKRTIU"
EVERYBODY = "ACMKRTIU"

PAGES = """
HomeView.index                                               ACMKRTIU
MyAccountView.show MyAccountView.password                    ACMKRTIU
MyAccountView.second_factor MyAccountView.begin_factor       ACMKRTIU
MyAccountView.recovery_codes MyAccountView.switch_off        ACMKRTIU
LoginView.logout                                             ACMKRTIU
JobView.show UploadView.show                                 ACMKRTIU
preferences.language preferences.theme                       ACMKRTIU
ClockView.show ClockView.move                                A.M.....

CounterView.list CounterView.show CounterView.find           ..MK....
CounterView.preview CounterView.take                         ..MK....
CounterView.preview_debts CounterView.take_debts             ..MK....

DebtsView.list CollectionStatusView.list StatementView.list  ACMKR..U
DebtsView.export CollectionStatusView.export                 ACM....U
StatementView.export                                         ACM....U
CollectionStepView.list CollectionStepView.show              ACMKR..U
PaymentPromiseView.list PaymentPromiseView.show              ACMKR..U
CollectionStepView.export PaymentPromiseView.export          ACM....U
CollectionStepView.add PaymentPromiseView.add                ..MKR...
PaymentPromiseView.preview                                   ..MKR...
LateInterestView.list LateInterestView.show                  ACMK...U
AdjustmentView.list AdjustmentView.show                      ACMK...U
LateInterestView.export AdjustmentView.export                ACM....U
LateInterestView.add LateInterestView.preview                ..MK....
LateInterestView.everybody                                   ..MK....
AdjustmentView.add AdjustmentView.preview                    ..MK....
WriteOffView.add WriteOffView.preview                        ..MK....
CreditPayoutView.add CreditPayoutView.preview                ..MK....
VoidAdjustmentView.add VoidAdjustmentView.preview            ..M.....
DebtDigestView.list DebtDigestView.show                      ACM....U
DebtDigestView.export                                        ACM....U
DebtPolicyView.list DebtPolicyView.show                      ACM....U
DebtPolicyView.export                                        ACM....U
DebtPolicyView.edit                                          ..M.....

CustomerView.list CustomerView.show                          ACMKR..U
CustomerView.find                                            ACMKR..U
CustomerView.reveal SubscriptionView.reveal                  .CM....U
EmployeeView.reveal                                          .CM....U
CustomerView.export                                          ACM....U
CustomerView.add CustomerView.edit                           ..M.R...
OpenAccountView.add OpenAccountView.preview                  ..M.R...
SubscriptionView.list SubscriptionView.show                  ACMKR..U
SubscriptionView.export                                      ACM....U
SubscriptionView.renew SubscriptionView.end_renewal          ..MK....

RegularPaymentView.list RegularPaymentView.show              ACMK...U
RegularPaymentView.export                                    ACMK...U
RegularPaymentView.add RegularPaymentView.preview            ..MK....
BulkRunView.list BulkRunView.show BulkRunView.export         ACM....U
BulkRunView.progress BulkRowView.list BulkRowView.export     ACM....U
BulkRowView.show                                             ACM....U
BulkRunView.add BulkRunView.preview                          ..M.....
SubscriptionView.action_post:force_stop                      ..M.....
SubscriptionView.action_post:resume                          ..M.....
SubscriptionView.action:force_stop SubscriptionView.action:resume ..M.....
SuspensionView.list SuspensionView.show SuspensionView.export ACMK...U
SuspensionView.add SuspensionView.preview                    ..MK....
MovePlannedResumptionView.add MovePlannedResumptionView.preview ..MK....
SuspensionView.paper ResumptionView.paper ForcedStopView.paper ..MK....
ResumptionView.list ResumptionView.show ResumptionView.export ACMK...U
ResumptionView.add ResumptionView.preview                    ..MK....
ForcedStopView.list ForcedStopView.show                      ACMK...U
ForcedStopView.export                                        ACM....U
ForcedStopView.add ForcedStopView.preview                    ..M.....
RelocationView.list RelocationView.show RelocationView.export ACMK...U
RelocationView.add RelocationView.preview                    ..MK....
TransferView.list TransferView.show TransferView.export      ACMK...U
TransferView.add TransferView.preview                        ..MK....
TransferView.paper RelocationView.paper                      ..MK....
PlanChangeView.list PlanChangeView.show                      ACMK...U
PlanChangeView.export                                        ACM....U
PlanChangeView.add PlanChangeView.preview                    ..M.....
PlanChangeView.withdraw                                      ..M.....
ClosureView.list ClosureView.show ClosureView.export         ACMK...U
ClosureView.add ClosureView.preview ClosureView.paper        ..MK....
GiftView.list GiftView.show                                  ACMK...U
CompensationView.list CompensationView.show                  ACMK...U
GiftView.export CompensationView.export                      ACM....U
GiftView.add GiftView.preview                                ..M.....
CompensationView.add CompensationView.preview                ..M.....
EquipmentView.list EquipmentView.show EquipmentView.export   ACMK...U
EquipmentView.add EquipmentView.preview EquipmentView.edit   ..MK....
ChargeView.list ChargeView.show                              ACMKR..U
ChargeView.export                                            ACM....U
ReceiptView.list ReceiptView.show                            ACMKR..U
ReceiptView.export                                           ACM....U
ReceiptView.paper                                            .CMKR...
VoidReceiptView.add VoidReceiptView.preview                  ..MK....
VoidVoucherView.add VoidVoucherView.preview                  ..MK....
VoidOperationView.add VoidOperationView.preview              ..MK....
VoidHandoverView.add VoidHandoverView.preview                ..MK....
LineProposalView.list LineProposalView.show LineProposalView.export ACM....U
LineProposalView.confirm LineProposalView.dismiss            ..M.....
ApprovalView.list ApprovalView.show                          ACMK...U
ApprovalView.export                                          ACM....U
ApprovalView.approve ApprovalView.refuse                     .CM.....
ReversalView.list ReversalView.show                          ACMK...U
ReversalView.export                                          ACM....U
VoucherView.list VoucherView.show                            ACMK...U
VoucherView.export                                           ACM....U
VoucherView.paper                                            .CMK....
ShiftView.list ShiftView.show                                ACMK...U
ShiftView.export                                             ACM....U
JournalView.list JournalView.show JournalView.export         ACM....U
PaymentsReportView.list PaymentsReportView.export            ACMK...U
SuspensionsReportView.list SuspensionsReportView.export      ACMK...U
ClosuresReportView.list ClosuresReportView.export            ACMK...U
CommunityReportView.list CommunityReportView.export          ACM....U
OpeningsReportView.list OpeningsReportView.export            ACM....U
TakingsReportView.list TakingsReportView.export              ACM....U
ConsumptionReportView.list ConsumptionReportView.export      ACM....U
RevenueReportView.list RevenueReportView.export              ACM....U
CollectionReportView.list CollectionReportView.export        ACM....U
UnreadReportView.list UnreadReportView.export                ACM....U
AgeingReportView.list AgeingReportView.export                ACM....U
UnusualReportView.list UnusualReportView.export              ACM....U

ExpiringView.list                                            ACMKR..U
ExpiringView.export                                          ACM....U
ExpiringView.action_post:print_notices                       ..MKR...
ReminderCallView.list ReminderCallView.show                  ACMKR..U
ReminderCallView.export                                      ACM....U
ReminderCallView.add                                         ..MKR...
RenewalNoticeView.list RenewalNoticeView.show                ACMKR..U
RenewalNoticeView.export                                     ACM....U
RenewalNoticeView.paper RenewalNoticeView.issue              ..MKR...
LetterView.list LetterView.show LetterView.export            ACM....U
LetterView.action_post:send_again LetterView.again           ..M.....
ReminderSettingsView.list                                    ACM....U
ReminderSettingsView.days ReminderSettingsView.words         ..M.....

WorkOrderView.list WorkOrderView.show                        ACMKR.IU
WorkOrderView.export                                         ACM....U
WorkOrderView.edit                                           ..MKR...
WorkOrderView.start                                          ..M...I.
WorkOrderView.paper                                          ..MKR.I.
OrderWorksView.add OrderWorksView.preview                    ..MKR...
BookOrderView.add BookOrderView.preview                      ..MKR...
FailOrderView.add FailOrderView.preview                      ..M...I.
CheckOrderView.add CheckOrderView.preview                    ..M.....
MyOrdersView.list                                            ......I.
OrderCalendarView.list                                       ACMKR..U
HandoverView.list HandoverView.show                          ACMK...U
HandoverView.export                                          ACM....U
HandoverView.add HandoverView.preview                        ..MK....
CompleteOrderView.add CompleteOrderView.preview              ..M...I.
MaterialView.list MaterialView.show                          ACM...IU
MaterialView.export                                          ACM....U
MaterialView.add MaterialView.edit MaterialView.delete       ..M.....
InstallerView.list InstallerView.show                        ACM.R..U
InstallerView.export                                         ACM....U
InstallerView.add InstallerView.edit InstallerView.delete    ..M.....
BusinessTypeView.list BusinessTypeView.show                  ACM.R..U
BusinessTypeView.export                                      ACM....U
BusinessTypeView.add BusinessTypeView.edit                   ..M.....
BusinessTypeView.delete                                      ..M.....

CommunityView.list CommunityView.show                        ACMKR..U
CommunityView.export                                         ACM....U
CommunityView.add CommunityView.edit CommunityView.delete    ..M.....
BuildingView.list BuildingView.show                          ACMKRT.U
UnitView.list UnitView.show                                  ACMKRT.U
UnitFactView.list UnitFactView.show                          ACMKR..U
OccupancyView.list OccupancyView.show                        ACMKR..U
BuildingView.export UnitView.export UnitFactView.export      ACM....U
OccupancyView.export                                         ACM....U
BuildingView.add BuildingView.edit                           ..M.R...
UnitView.add UnitView.edit                                   ..M.R...
UnitFactView.add UnitFactView.edit                           ..M.R...
OccupancyView.add OccupancyView.edit                         ..M.R...
EndOccupancyView.add EndOccupancyView.preview                ..M.R...
BuildingView.delete UnitView.delete UnitFactView.delete      ..M.....
OccupancyView.delete                                         ..M.....
BillCorrectionView.list BillCorrectionView.show              ACM....U
BillCorrectionView.export                                    ACM....U
BillCorrectionView.put_right BillCorrectionView.settle       ..M.....
MeterReportView.list MeterReportView.show                    ACM....U
MeterReportView.export                                       ACM....U
MeterReportView.settle                                       ..M.....
BillingPeriodView.list BillingPeriodView.show                ACM....U
BillingPeriodView.export                                     ACM....U
BillingPeriodView.close                                      ..M.....
PeriodDaysView.add PeriodReopeningView.add                   ..M.....
BillingRunView.list BillingRunView.show BillingRunView.export ACM....U
BillingRunView.progress                                      ACM....U
BillingRunView.add BillingRunView.post BillingRunView.cancel ..M.....
NoticeView.list NoticeView.show NoticeBatchView.list         ACMKR..U
NoticeBatchView.show NoticeBatchView.progress                ACMKR..U
NoticeView.export NoticeBatchView.export                     ACM....U
NoticeView.add NoticeView.preview NoticeView.correct         ..MK....
NoticeBatchView.add ReminderView.add ReminderView.preview    ..MK....
NoticeView.paper NoticeBatchView.file                        ..MKR...
NoticeDeliveryView.add BatchDeliveryView.add                 ..MKR...
NoticeView.mail NoticeView.mail_again NoticeBatchView.mail   ..MKR...
NoticeBatchView.sent NoticeLetterView.list                   ACMKR..U
NoticeLetterView.show                                        ACMKR..U
NoticeLetterView.export                                      ACM....U
DueRemindersView.list AccountStatementView.list              ACMKR..U
AccountStatementView.paper                                   ACMKR..U
NoticeSettingView.list NoticeSettingView.show                ACM....U
NoticeSettingView.export                                     ACM....U
NoticeSettingView.edit                                       ..M.....
RunResultView.list RunResultView.show RunResultView.export   ACM....U
ServiceChargeView.list ServiceChargeView.show                ACMKR..U
ServiceChargeView.export                                     ACM....U
VoidServiceChargeView.add VoidServiceChargeView.preview      ..M.....
MeterView.list MeterView.show                                ACMKR..U
MeterView.export                                             ACM....U
MeterView.add MeterView.edit                                 ..M.....
InstallMeterView.add InstallMeterView.preview                ..M.....
RemoveMeterView.add RemoveMeterView.preview                  ..M.....
ReplaceMeterView.add ReplaceMeterView.preview                ..M.....
ServiceView.list ServiceView.show                            ACMKR..U
ServiceView.export ServiceSettingView.export                 ACM....U
ServiceView.add ServiceView.edit ServiceView.delete          ..M.....
ServiceSettingView.list ServiceSettingView.show              ACM....U
ServiceSettingView.add ServiceSettingView.edit               ..M.....
ServiceSettingView.delete                                    ..M.....
TariffView.list TariffView.show                              ACMKR..U
TariffView.export TariffVersionView.export                   ACM....U
TariffView.add TariffView.edit                               ..M.....
TariffVersionView.list TariffVersionView.show                ACMKR..U
TariffVersionView.add TariffVersionView.edit                 ..M.....
TariffVersionView.tried TariffVersionView.check              ..M.....
TariffVersionView.reopen                                     ..M.....
TariffVersionView.approve TariffVersionView.end              .C......
TariffVersionView.withdraw                                   .CM.....
TariffPreviewView.show                                       ACM....U
ReadingView.list ReadingView.show                            ACMKR..U
ReadingView.export                                           ACM....U
ReadingView.add ReadingView.preview                          ..M..T..
AcceptReadingView.add AcceptReadingView.preview              ..M.....
AcceptReadingsView.add ReadingView.action_post:settle ReadingView.action:settle ..M.....
CorrectReadingView.add CorrectReadingView.preview            ..M.....
WithdrawReadingView.add WithdrawReadingView.preview          ..M.....
ReadingGridView.list ReadingGridView.sheet                   ACM..T.U
ReadingGridView.save ReadingGridView.row                     ..M..T..
ReaderWalkView.list ReaderWalkView.walk                      ..M..T..
ReaderWalkView.enrol                                         ..M..T..
ReaderDeviceView.list ReaderDeviceView.show                  ACM....U
ReaderDeviceView.export                                      ACM....U
ReaderDeviceView.end                                         ..M.....
WaterQuotaView.list WaterQuotaView.show                      ACMKR..U
WaterQuotaView.export                                        ACM....U
WaterQuotaView.add WaterQuotaView.edit                       ..M.R...
WaterQuotaView.delete                                        ..M.....
PlanView.list PlanView.show                                  ACMKR..U
PlanView.export                                              ACM....U
PlanView.add PlanView.edit PlanView.delete                   ..M.....
PriceListView.list PriceListView.show                        ACMKR..U
PriceListView.export                                         ACM....U
PriceListView.add PriceListView.edit PriceListView.delete    ..M.....
BroadbandPolicyView.list BroadbandPolicyView.show            ACM....U
BroadbandPolicyView.export                                   ACM....U
BroadbandPolicyView.edit                                     ..M.....
ImportView.list ImportView.show ImportView.progress          ACM....U
ImportView.export                                            ACM....U
ImportView.new ImportView.columns ImportView.check           .CM.....
ImportView.corrected ImportView.end ImportView.take_back     .CM.....
ImportView.template:communities                              .CM.....
ImportView.template:units ImportView.template:occupancies    .CM.....
ImportView.template:employees ImportView.template:materials  .CM.....
ImportView.template:subscriptions ImportView.template:readings .CM.....

BackupView.list BackupView.show BackupView.export            A......U
BackupView.make                                              A.......
InstallationView.list                                        A......U
JobListView.list JobListView.show JobListView.export         A......U
JobListView.repeat JobListView.cancel                        A.......
LogView.list LogView.export                                  AC.....U
ProofView.list ProofView.show ProofView.export               ACM....U
ProofView.make                                               A......U
OwnFieldView.list                                            ACM....U
OwnFieldView.edit                                            .CM.....

EmployeeView.list EmployeeView.show EmployeeView.export      ACM....U
EmployeeView.add EmployeeView.edit EmployeeView.delete       A.M.....
OfficeView.list OfficeView.show OfficeView.export            ACM....U
OfficeView.add OfficeView.edit                               A.......
SystemUserView.list SystemUserView.show                      A......U
SystemUserView.export                                        A......U
SystemUserView.add SystemUserView.edit                       A.......
SystemUserView.reset_password                                A.......
SystemUserView.action:end_sessions                           A.......
SignInView.list                                              ACMKRTIU
SignInView.show SignInView.export                            A......U
SignInView.action_post:end SignInView.action:end              ACMKRTIU
SignInView.end_others                                        ACMKRTIU
SecondFactorView.list                                        ACM....U
SecondFactorView.reset SecondFactorView.ask                  ACM.....
OfficeView.ask_for_factors                                   AC......

LookupView.find:community                                    ACMKRTIU
LookupView.find:building                                     ACMKRT.U
LookupView.find:unit                                         ACMKR..U
LookupView.find:service                                      ACMKR..U
LookupView.find:tariff                                       ACMKR..U
LookupView.find:occupancy                                    ..M.R...
LookupView.find:plan                                         ACMKR.IU
LookupView.find:employee LookupView.find:customer            ACMKR..U
LookupView.find:business_type LookupView.find:installer      ACMKR.IU
LookupView.find:receipt LookupView.find:voucher              ..MK....
LookupView.find:handover LookupView.find:line_operation      ..MK....
LookupView.find:money_holder                                 ..MK....
LookupView.find:other_plan                                   ..M.....
LookupView.find:subscription                                 ACMKR..U
LookupView.find:work_order                                   ..MKR.I.
LookupView.find:finished_work_order                          ..M.....
LookupView.find:material                                     ..MKR.I.
LookupView.find:system_user                                  AC.....U
LookupView.find:billing_period                               ACMKR..U
LookupView.find:notice LookupView.find:notice_batch          ..MKR...
LookupView.find:service_charge                               ..M.....
LookupView.find:charge                                       ..MK....
LookupView.find:adjustment                                   ..M.....
LookupView.find:meter                                        ACMKRT.U
LookupView.find:metered_service                              ACMKR..U
LookupView.find:reading                                      ..M.....
LookupView.find:ab_user                                      ..M.....
"""

API = """
POST /logout | GET /jobs/{id}                                ACMKRTIU
GET /clock | PUT /clock                                      A.M.....

GET /customers | GET /customers/{id}                         ACMKR..U
GET /customers/{id}/statement | POST /customers/find         ACMKR..U
GET /customers/{id}/credit                                   ACMKR..U
POST /customers/{id}/reveal | POST /subscriptions/{id}/reveal .CM....U
POST /customers | PATCH /customers/{id}                      ..M.R...
GET /subscriptions | GET /subscriptions/{id}                 ACMKR..U
POST /subscriptions                                          ..M.R...
POST /subscriptions/{id}/renewal                             ..MK....

GET /regular_payments | GET /regular_payments/{id}           ACMK...U
POST /regular_payments | POST /regular_payments/preview      ..MK....
GET /bulk_runs | GET /bulk_runs/{id}                         ACM....U
GET /bulk_rows | GET /bulk_rows/{id}                         ACM....U
POST /bulk_runs                                              ..M.....
GET /suspensions | GET /suspensions/{id}                     ACMK...U
POST /suspensions | POST /suspensions/preview                ..MK....
PATCH /suspensions/{id}                                      ..MK....
GET /relocations | GET /relocations/{id}                     ACMK...U
POST /relocations | POST /relocations/preview                ..MK....
GET /transfers | GET /transfers/{id}                         ACMK...U
POST /transfers | POST /transfers/preview                    ..MK....
GET /plan_changes | GET /plan_changes/{id}                   ACMK...U
POST /plan_changes | POST /plan_changes/preview              ..M.....
POST /plan_changes/{id}/withdraw                             ..M.....
GET /closures | GET /closures/{id}                           ACMK...U
POST /closures | POST /closures/preview                      ..MK....
GET /gifts | GET /gifts/{id}                                 ACMK...U
POST /gifts | POST /gifts/preview                            ..M.....
GET /compensations | GET /compensations/{id}                 ACMK...U
POST /compensations | POST /compensations/preview            ..M.....
GET /equipment | GET /equipment/{id}                         ACMK...U
POST /equipment                                              ..MK....
PATCH /equipment/{id}                                        ..MK....
GET /resumptions | GET /resumptions/{id}                     ACMK...U
POST /resumptions | POST /resumptions/preview                ..MK....
GET /forced_stops | GET /forced_stops/{id}                   ACMK...U
POST /forced_stops | POST /forced_stops/preview              ..M.....
POST /payments                                               ..MK....
GET /debts | GET /collection_status                          ACMKR..U
GET /units/{id}/statement                                    ACMKR..U
GET /debt_policies | GET /debt_policies/{id}                 ACM....U
PATCH /debt_policies/{id}                                    ..M.....
GET /late_interest | GET /late_interest/{id}                 ACMK...U
GET /customers/{id}/late_interest                            ACMK...U
POST /late_interest                                          ..MK....
GET /adjustments | GET /adjustments/{id}                     ACMK...U
GET /write_offs | GET /write_offs/{id}                       ACMK...U
POST /adjustments | POST /adjustments/preview                ..MK....
POST /write_offs | POST /write_offs/preview                  ..MK....
POST /credit_payouts | POST /credit_payouts/preview          ..MK....
POST /adjustments/{id}/void                                  ..M.....
GET /promises | GET /promises/{id}                           ACMKR..U
POST /promises | POST /promises/preview                      ..MKR...
GET /collection_steps | GET /collection_steps/{id}           ACMKR..U
POST /collection_steps                                       ..MKR...
GET /debt_digests | GET /debt_digests/{id}                   ACM....U
GET /charges | GET /charges/{id}                             ACMKR..U
GET /receipts | GET /receipts/{id}                           ACMKR..U
GET /receipts/{id}.pdf                                       .CMKR...
POST /receipts/{id}/void                                     ..MK....
POST /vouchers/{id}/void | POST /handovers/{id}/void         ..MK....
POST /suspensions/{id}/void | POST /resumptions/{id}/void    ..MK....
POST /forced_stops/{id}/void | POST /relocations/{id}/void   ..MK....
POST /transfers/{id}/void | POST /plan_changes/{id}/void     ..MK....
POST /gifts/{id}/void | POST /compensations/{id}/void        ..MK....
POST /closures/{id}/void                                     ..MK....
GET /line_proposals | GET /line_proposals/{id}                ACM....U
POST /line_proposals/{id}/confirm | POST /line_proposals/{id}/dismiss ..M.....
GET /approvals | GET /approvals/{id}                         ACMK...U
POST /approvals/{id}/approve | POST /approvals/{id}/refuse   .CM.....
GET /vouchers | GET /vouchers/{id}                           ACMK...U
GET /shifts | GET /shifts/{id}                               ACMK...U
GET /reports/payments                                        ACMK...U
GET /reports/suspensions | GET /reports/closures             ACMK...U
GET /reports/subscribers_by_community                        ACM....U
GET /reports/openings | GET /reports/daily_takings           ACM....U
GET /reports/consumption | GET /reports/service_revenue      ACM....U
GET /reports/collection_rate | GET /reports/unread_meters    ACM....U
GET /reports/unusual_consumption | GET /reports/debts_by_age  ACM....U

GET /reports/expiring                                        ACMKR..U
GET /reminder_calls | GET /reminder_calls/{id}               ACMKR..U
POST /reminder_calls                                         ..MKR...
GET /renewal_notices | GET /renewal_notices/{id}             ACMKR..U
POST /renewal_notices | GET /renewal_notices/{id}.pdf        ..MKR...
GET /letters | GET /letters/{id}                             ACM....U
POST /letters/{id}/send_again                                ..M.....
GET /reminder_days/{id}                                      ACM....U
PUT /reminder_days/{id}                                      ..M.....

GET /work_orders | GET /work_orders/{id}                     ACMKR.IU
POST /work_orders                                            ..MKR...
POST /work_orders/{id}/book                                  ..MKR...
POST /work_orders/{id}/complete                              ..M...I.
POST /work_orders/{id}/complete/preview                      ..M...I.
POST /work_orders/{id}/start | POST /work_orders/{id}/fail   ..M...I.
POST /work_orders/{id}/check                                 ..M.....
PATCH /work_orders/{id}                                      ..MKR...
GET /handovers | GET /handovers/{id}                         ACMK...U
POST /handovers                                              ..MK....
GET /materials | GET /materials/{id}                         ACM...IU
POST /materials | PATCH /materials/{id}                      ..M.....
GET /installers | GET /installers/{id}                       ACM.R..U
POST /installers | PATCH /installers/{id}                    ..M.....
GET /business_types | GET /business_types/{id}               ACM.R..U
POST /business_types | PATCH /business_types/{id}            ..M.....

GET /communities | GET /communities/{id}                     ACMKR..U
POST /communities | PATCH /communities/{id}                  ..M.....
GET /buildings | GET /buildings/{id}                         ACMKRT.U
GET /units | GET /units/{id}                                 ACMKRT.U
POST /buildings | PATCH /buildings/{id}                      ..M.R...
POST /units | PATCH /units/{id}                              ..M.R...
GET /services | GET /services/{id}                           ACMKR..U
POST /services | PATCH /services/{id}                        ..M.....
GET /service_settings | GET /service_settings/{id}           ACM....U
POST /service_settings | PATCH /service_settings/{id}        ..M.....
GET /tariffs | GET /tariffs/{id}                             ACMKR..U
POST /tariffs | PATCH /tariffs/{id}                          ..M.....
GET /tariff_versions | GET /tariff_versions/{id}             ACMKR..U
POST /tariff_versions | PATCH /tariff_versions/{id}          ..M.....
POST /tariff_versions/{id}/check                             ..M.....
POST /tariff_versions/{id}/reopen                            ..M.....
POST /tariff_versions/{id}/approve                           .C......
POST /tariff_versions/{id}/end                               .C......
POST /tariff_versions/{id}/withdraw                          .CM.....
POST /tariff_versions/{id}/quote                             ACMKR..U
POST /tariff_versions/{id}/preview                           ACM....U
GET /unit_facts | GET /unit_facts/{id}                       ACMKR..U
POST /unit_facts | PATCH /unit_facts/{id}                    ..M.R...
GET /bill_corrections | GET /bill_corrections/{id}           ACM....U
POST /bill_corrections/{id}/put_right                        ..M.....
POST /bill_corrections/{id}/settle                           ..M.....
GET /meter_reports | GET /meter_reports/{id}                 ACM....U
POST /meter_reports/{id}/settle                              ..M.....
GET /billing_periods | GET /billing_periods/{id}             ACM....U
PATCH /billing_periods/{id}                                  ..M.....
POST /billing_periods/{id}/close                             ..M.....
POST /billing_periods/{id}/reopen                            ..M.....
GET /billing_runs | GET /billing_runs/{id}                   ACM....U
POST /billing_runs | POST /billing_runs/{id}/post            ..M.....
POST /billing_runs/{id}/cancel                               ..M.....
GET /notices | GET /notices/{id} | GET /reminders_due        ACMKR..U
POST /notices | POST /notices/{id}/replace                   ..MK....
POST /reminders | POST /notice_batches                       ..MK....
POST /notices/{id}/deliver                                   ..MKR...
GET /notice_letters | GET /notice_letters/{id}               ACMKR..U
POST /notices/{id}/mail | POST /notice_batches/{id}/mail     ..MKR...
GET /notice_settings | GET /notice_settings/{id}             ACM....U
PATCH /notice_settings/{id}                                  ..M.....
POST /notice_settings/{id}/collection_code                   ..M.....
POST /notice_settings/{id}/collection_code/remove            ..M.....
GET /notices/{id}.pdf | GET /notice_batches/{id}.pdf         ..MKR...
GET /notice_batches | GET /notice_batches/{id}               ACMKR..U
POST /notice_batches/{id}/deliver                            ..MKR...
GET /billing_results | GET /billing_results/{id}             ACM....U
GET /service_charges | GET /service_charges/{id}             ACMKR..U
POST /service_charges/{id}/void                              ..M.....
GET /meters | GET /meters/{id}                               ACMKR..U
POST /meters | PATCH /meters/{id}                            ..M.....
POST /meters/{id}/install | POST /meters/{id}/remove         ..M.....
POST /meters/{id}/replace                                    ..M.....
GET /readings | GET /readings/{id}                           ACMKR..U
POST /readings                                               ..M..T..
POST /readings/{id}/accept | POST /readings/{id}/correct     ..M.....
POST /readings/{id}/withdraw | POST /readings/accept         ..M.....
POST /reading_imports | GET /reading_imports/{id}            .CM.....
POST /reading_imports/{id}/commit                            .CM.....
GET /reader_device                                           ..M..T..
POST /reader_device/readings | POST /reader_device/end       ..M..T..
GET /reader_devices | GET /reader_devices/{id}               ACM....U
POST /reader_devices/{id}/end                                ..M.....
GET /water_quotas | GET /water_quotas/{id}                   ACMKR..U
POST /water_quotas | PATCH /water_quotas/{id}                ..M.R...
GET /occupancies | GET /occupancies/{id}                     ACMKR..U
POST /occupancies | PATCH /occupancies/{id}                  ..M.R...
POST /occupancies/{id}/end                                   ..M.R...
GET /plans | GET /plans/{id}                                 ACMKR..U
POST /plans | PATCH /plans/{id}                              ..M.....
GET /price_list | GET /price_list/{id}                       ACMKR..U
POST /price_list | PATCH /price_list/{id}                    ..M.....
GET /broadband_policies | GET /broadband_policies/{id}       ACM....U
PATCH /broadband_policies/{id}                               ..M.....

GET /employees | GET /employees/{id}                         ACM....U
POST /employees | PATCH /employees/{id}                      A.M.....
GET /offices | GET /offices/{id}                             ACM....U
POST /offices | PATCH /offices/{id}                          A.......
"""

# What a stranger is answered where he is not sent to the sign-in page (401 by the API).
STRANGERS: Mapping[str, int] = {
    "LoginView.login GET": 200,
    "LoginView.login POST": 422,  # an empty form
    "LoginView.logout POST": 302,
    "LoginView.code GET": 302,  # nobody's password was right just now
    "LoginView.code POST": 302,
    "preferences.language POST": 400,  # an empty form
    "preferences.theme POST": 400,
    "POST /login POST": 400,  # an empty body
    "health.live GET": 200,
    "health.ready GET": 503,  # no worker runs beside the tests
    "GET /docs GET": 200,
    "GET /openapi.json GET": 200,
}

# What is answered to people who may, by the last word of the page's name and the method; what stands below is more exact.
ANSWERS: Mapping[str, int] = {
    "GET": 200,
    "add POST": 422,  # an empty form
    "edit POST": 422,
    "delete POST": 302,  # deleted, or told why not
    "preview POST": 200,
    "password POST": 422,
    "reset_password POST": 422,
    "action POST": 302,
    "action_post POST": 302,
}
EXACT_ANSWERS: Mapping[str, int] = {
    "HomeView.index GET K": 302,  # a cashier's first page is the counter
    "HomeView.index GET T": 302,  # a meter reader's first page is the grid of readings
    "HomeView.index GET I": 302,  # an installer's first page is his orders
    "LoginView.login GET": 302,  # who is signed in goes on
    "LoginView.login POST": 422,
    "LoginView.logout POST": 302,
    "LoginView.code GET": 302,
    "LoginView.code POST": 302,
    "MyAccountView.second_factor POST": 422,  # neither a code nor a password
    "MyAccountView.begin_factor POST": 302,
    "MyAccountView.recovery_codes POST": 422,
    "MyAccountView.switch_off POST": 422,
    "SignInView.end_others POST": 302,
    "SecondFactorView.reset POST": 422,  # no reason
    "SecondFactorView.ask POST": 302,
    "OfficeView.ask_for_factors POST": 302,
    "preferences.language POST": 400,
    "preferences.theme POST": 400,
    "ClockView.show GET": 404,  # the clock of a practice installation only
    "ClockView.move POST": 404,
    "CounterView.preview POST": 422,  # an empty form
    "CounterView.take POST": 422,
    "CounterView.preview_debts POST": 400,  # nobody is named
    "CounterView.take_debts POST": 400,
    "LateInterestView.everybody POST": 302,
    "ReceiptView.paper POST": 200,
    "RenewalNoticeView.paper POST": 200,
    "RenewalNoticeView.issue POST": 200,
    "ExpiringView.action_post:print_notices POST": 200,
    "LetterView.again POST": 302,
    "ReminderSettingsView.days POST": 422,
    "ReminderSettingsView.words POST": 400,  # without the version that was seen
    "SuspensionView.paper POST": 200,
    "ResumptionView.paper POST": 200,
    "ForcedStopView.paper POST": 200,
    "TransferView.paper POST": 200,
    "RelocationView.paper POST": 200,
    "PlanChangeView.withdraw POST": 302,
    "BulkRunView.add GET": 302,  # without a line selected, back to the lines
    "SubscriptionView.renew POST": 302,
    "SubscriptionView.end_renewal POST": 302,
    "ClosureView.paper POST": 200,
    "VoucherView.paper POST": 200,
    "WorkOrderView.start POST": 302,
    "WorkOrderView.paper POST": 200,
    "WorkOrderView.edit POST": 400,  # without the version that was seen
    "OwnFieldView.edit POST": 400,
    "health.ready GET": 503,
    "CustomerView.find POST": 422,  # an empty form
    "CustomerView.reveal POST": 400,
    "EmployeeView.reveal POST": 400,
    "SubscriptionView.reveal POST": 400,
    "ImportView.new POST": 422,
    "ImportView.columns POST": 422,
    "CounterView.find POST": 200,
    "ImportView.check POST": 302,
    "ImportView.end POST": 302,
    "ImportView.take_back GET": 302,  # it is not imported yet
    "ImportView.take_back POST": 422,
    "BackupView.make POST": 302,
    "JobListView.repeat POST": 302,
    "JobListView.cancel POST": 302,
    "ProofView.make POST": 302,
    "ApprovalView.approve POST": 302,
    "ApprovalView.refuse POST": 302,
    "LineProposalView.confirm POST": 302,
    "LineProposalView.dismiss POST": 302,
    "ReadingGridView.save POST": 200,
    "ReadingGridView.row POST": 404,  # no meter is named
    "ReaderWalkView.enrol POST": 400,  # no phone is named
    "ReaderDeviceView.end POST": 302,
    "TariffVersionView.approve POST": 302,
    "TariffVersionView.check POST": 302,
    "TariffVersionView.end POST": 302,
    "TariffVersionView.reopen POST": 302,
    "TariffVersionView.tried POST": 200,
    "TariffVersionView.withdraw POST": 302,
    "BillCorrectionView.put_right POST": 302,
    "AcceptReadingsView.add GET": 302,  # none is named
    "BillCorrectionView.settle POST": 302,
    "MeterReportView.settle POST": 302,
    "BillingPeriodView.close POST": 302,
    "BillingRunView.post POST": 302,
    "NoticeView.paper POST": 200,
    "NoticeView.correct POST": 302,
    "NoticeView.mail POST": 302,
    "NoticeView.mail_again POST": 302,
    "NoticeBatchView.mail POST": 302,
    "NoticeBatchView.file GET": 302,  # it is not made yet
    "AccountStatementView.paper POST": 422,  # nobody is named
    "BillingRunView.cancel POST": 302,
}
# The same for the API, by the method; a request without content is not readable where something is needed.
API_ANSWERS: Mapping[str, int] = {"GET": 200, "POST": 400, "PATCH": 200}
EXACT_API_ANSWERS: Mapping[str, int] = {
    "POST /logout": 204,
    "POST /login": 400,
    "GET /clock": 404,  # the clock of a practice installation only
    "PUT /clock": 400,
    "POST /receipts/{id}/void": 422,  # no reason
    "POST /vouchers/{id}/void": 422,
    "POST /handovers/{id}/void": 422,
    "POST /service_charges/{id}/void": 422,
    "POST /adjustments/{id}/void": 422,
    "POST /suspensions/{id}/void": 422,
    "POST /resumptions/{id}/void": 422,
    "POST /forced_stops/{id}/void": 422,
    "POST /relocations/{id}/void": 422,
    "POST /transfers/{id}/void": 422,
    "POST /plan_changes/{id}/void": 422,
    "POST /gifts/{id}/void": 422,
    "POST /compensations/{id}/void": 422,
    "POST /closures/{id}/void": 422,
    "PATCH /suspensions/{id}": 400,  # no day
    "POST /approvals/{id}/approve": 200,
    "POST /approvals/{id}/refuse": 200,
    "POST /line_proposals/{id}/confirm": 200,
    "POST /line_proposals/{id}/dismiss": 200,
    "POST /plan_changes/{id}/withdraw": 200,
    "POST /work_orders/{id}/complete": 200,
    "POST /work_orders/{id}/complete/preview": 200,
    "POST /work_orders/{id}/start": 200,
    "POST /work_orders/{id}/check": 422,  # the work is not done
    "GET /reader_device": 404,  # a program is no phone of a meter reader
    "POST /reader_device/end": 404,
    "POST /reader_devices/{id}/end": 200,
    "GET /reading_imports/{id}": 404,  # the batch of the tests is one of communities
    "POST /reading_imports/{id}/commit": 404,
    "POST /letters/{id}/send_again": 201,
    "PUT /reminder_days/{id}": 400,
    "POST /tariff_versions/{id}/check": 201,
    "POST /tariff_versions/{id}/reopen": 422,  # it is a draft
    "POST /tariff_versions/{id}/approve": 422,
    "POST /billing_periods/{id}/close": 200,
    "POST /billing_runs/{id}/post": 422,  # nothing to post
    "POST /notices/{id}/replace": 201,
    "POST /notices/{id}/mail": 201,
    "POST /notice_batches/{id}/mail": 422,  # its papers are not made yet
    "POST /notice_settings/{id}/collection_code/remove": 200,
    "GET /notice_batches/{id}.pdf": 422,  # it is not made yet
    "GET /reminders_due": 400,  # no building is named
    "POST /bill_corrections/{id}/put_right": 200,
    "POST /bill_corrections/{id}/settle": 400,  # no reason
    "POST /meter_reports/{id}/settle": 200,
    "POST /billing_runs/{id}/cancel": 200,
    "PATCH /billing_periods/{id}": 400,  # no days
}

# Addresses that exist for nobody: an action of many rows asked for one, and the other way round.
NOWHERE = frozenset(
    {
        "SystemUserView.action_post:end_sessions",
        "SubscriptionView.action:force_stop",
        "SubscriptionView.action:resume",
        "ReadingView.action:settle",
        "ExpiringView.action:print_notices",
        "LetterView.action:send_again",
    }
)
# Records that know no office: another office's is there for whoever may see them.
OFFICELESS = frozenset({"Backup", "ProofRun"})


def people_of(names: str) -> str:
    """Return the letters of a line."""
    return names.replace(".", "")


def _read(table: str, separator: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        if not line.strip():
            continue
        names, letters = re.fullmatch(rf"(.+?)\s+([{LETTERS}.]{{8}})\s*", line).groups()  # type: ignore[union-attr]
        for name in re.split(separator, names):
            if name in found:
                raise ValueError(f"{name} stands twice in the table.")
            found[name] = people_of(letters)
    return found


MAY: Mapping[str, str] = {
    **_read(PAGES, r"\s+"),
    **_read(API, r"\s*\|\s*"),
    "LoginView.login": EVERYBODY,
    "health.live": EVERYBODY,
    "health.ready": EVERYBODY,
    "LoginView.code": EVERYBODY,
    "POST /login": EVERYBODY,
    "GET /docs": EVERYBODY,
    "GET /openapi.json": EVERYBODY,
}


def answer_for(name: str, method: str, letter: str, *, is_api: bool) -> int:
    """Return what the person of that letter, who may, is answered with a record of his own office."""
    method = "GET" if method == "HEAD" else method
    if is_api:
        return EXACT_API_ANSWERS.get(name, API_ANSWERS.get(method, 0))
    exact = EXACT_ANSWERS.get(f"{name} {method} {letter}", EXACT_ANSWERS.get(f"{name} {method}"))
    if exact is not None:
        return exact
    route = name.rpartition(".")[2].partition(":")[0]
    return ANSWERS.get(f"{route} {method}", ANSWERS.get(method, 0))
