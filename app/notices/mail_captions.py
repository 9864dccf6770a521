"""The words of the letters that notices go out with by e-mail, and of collection codes: one key, four languages."""

from __future__ import annotations

from app.billing.captions import Caption

CAPTIONS: dict[str, Caption] = {
    "mail_subject_due": Caption(
        "Notice of charges {month}, unit {unit} ({number})",
        "{unit} {month}缴费通知单（{number}）",
        "{unit} {month}繳費通知單（{number}）",
        "Thông báo phí dịch vụ tháng {month}, căn hộ {unit} ({number})",
    ),
    "mail_subject_first": Caption(
        "Payment reminder, unit {unit} ({number})", "{unit}催缴通知书（{number}）", "{unit}催繳通知書（{number}）",
        "Thông báo nhắc nợ lần 1, căn hộ {unit} ({number})",
    ),
    "mail_subject_second": Caption(
        "Second payment reminder, unit {unit} ({number})", "{unit}第二次催缴通知书（{number}）", "{unit}第二次催繳通知書（{number}）",
        "Thông báo nhắc nợ lần 2, căn hộ {unit} ({number})",
    ),
    "mail_subject_third": Caption(
        "Final payment reminder, unit {unit} ({number})", "{unit}第三次催缴通知书（{number}）", "{unit}第三次催繳通知書（{number}）",
        "Thông báo công nợ quá hạn lần 3, căn hộ {unit} ({number})",
    ),
    "mail_dear": Caption("Dear {name},", "尊敬的{name}：", "尊敬的{name}：", "Kính gửi {name},"),
    "mail_text_due": Caption(
        "Attached is the notice of charges {number} for unit {unit}, {month}.",
        "随信附上{unit} {month}的缴费通知单（编号{number}）。",
        "隨信附上{unit} {month}的繳費通知單（編號{number}）。",
        "Ban quản lý gửi kèm thư này thông báo phí dịch vụ số {number} của căn hộ {unit}, tháng {month}.",
    ),
    "mail_text_reminder": Caption(
        "Attached is our reminder {number} about the unpaid charges of unit {unit}.",
        "随信附上{unit}的催缴通知书（编号{number}），请查阅欠费明细。",
        "隨信附上{unit}的催繳通知書（編號{number}），請查閱欠費明細。",
        "Ban quản lý gửi kèm thư này thông báo nhắc nợ số {number} về các khoản phí chưa thanh toán của căn hộ {unit}.",
    ),
    "mail_total": Caption("Total to pay: {amount}", "应缴合计：{amount}", "應繳合計：{amount}", "Tổng số tiền phải thanh toán: {amount}"),
    "mail_due": Caption("Please pay by: {day}", "缴费期限：{day}", "繳費期限：{day}", "Hạn thanh toán: {day}"),
    "mail_reference": Caption(
        "Transfer reference: {reference}", "转账附言：{reference}", "轉賬附言：{reference}", "Nội dung chuyển khoản: {reference}"
    ),
    "mail_nothing": Caption(
        "Nothing is to be paid; this notice is for your information.",
        "本期无须缴费，本通知单仅供您核对。",
        "本期無須繳費，本通知單僅供您核對。",
        "Kỳ này Quý khách không phải thanh toán; thông báo này để Quý khách đối chiếu.",
    ),
    "mail_paid_meanwhile": Caption(
        "If you have paid in the meantime, please disregard this letter.",
        "如已缴费，请忽略本邮件。",
        "如已繳費，請忽略本郵件。",
        "Nếu Quý khách đã thanh toán, vui lòng bỏ qua thư này.",
    ),
    "mail_questions": Caption(
        "Questions about fees: {phone}", "收费咨询：{phone}", "收費查詢：{phone}", "Thắc mắc về phí, vui lòng liên hệ: {phone}"
    ),
    # The picture of a collection code
    "collect_hint": Caption(
        "Scan to pay {amount}. Write {reference} in the note.",
        "扫码付款{amount}，付款时请备注{reference}。",
        "掃碼付款{amount}，付款時請備註{reference}。",
        "Quét mã để trả {amount}, ghi nội dung {reference}.",
    ),
    "way_collect": Caption(
        "Scan the collection code, enter the amount {amount}, and write {reference} in the note.",
        "扫描收款码，输入金额{amount}，备注{reference}。",
        "掃描收款碼，輸入金額{amount}，備註{reference}。",
        "Quét mã thu tiền, nhập số tiền {amount}, ghi nội dung {reference}.",
    ),
}  # fmt: skip
