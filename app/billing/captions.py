"""The words printed on papers: one key, four languages. The only source of captions.

Papers do not use the catalogues of the screens: their wording is prescribed by law, form or office custom, it stays what it was when
a paper was issued, and a paper prints in the language of its snapshot, whoever is signed in. Source: the dictionary of the printed
forms; what is not there comes from the glossary.
"""

from __future__ import annotations

from typing import NamedTuple

LOCALES = ("en", "zh_Hans", "zh_Hant", "vi")


class Caption(NamedTuple):
    """One caption in every language; ``{names}`` are filled in by ``caption``."""

    en: str
    zh_Hans: str  # noqa: N815
    zh_Hant: str  # noqa: N815
    vi: str


def everywhere(text: str) -> Caption:
    """Return a caption that is the same in every language: the reference of an official form."""
    return Caption(text, text, text, text)


def caption(key: str, locale: str, **values: object) -> str:
    """Return caption ``key`` in ``locale`` with ``values`` in its places. Raises KeyError for a key or language that is not there."""
    if locale not in LOCALES:
        raise KeyError(locale)
    text: str = getattr(CAPTIONS[key], locale)
    return text.format(**values) if values else text


def line_text(code: str, locale: str, detail: str = "") -> str:
    """Return what a line of a paper says: the caption of its code, and ``detail`` after the language's colon."""
    head = caption(f"line_{code}", locale)
    if not detail:
        return head
    return f"{head}：{detail}" if locale.startswith("zh") else f"{head}: {detail}"


# The dictionary
CAPTIONS: dict[str, Caption] = {
    "number": Caption("No.", "编号", "編號", "Số"),
    "date": Caption("Date", "日期", "日期", "Ngày"),
    "customer": Caption("Customer", "客户", "客戶", "Khách hàng"),
    "customer_no": Caption("Customer no.", "客户编号", "客戶編號", "Mã khách hàng"),
    "customer_name": Caption("Customer name", "客户姓名", "客戶姓名", "Tên khách hàng"),
    "address": Caption("Address", "地址", "地址", "Địa chỉ"),
    "phone": Caption("Telephone", "电话", "電話", "Điện thoại"),
    "id_number": Caption("ID number", "身份证号", "身份證號", "Số CCCD"),
    "tax_code": Caption("Tax code", "税号", "稅號", "MST"),
    "unit": Caption("Unit", "房号", "單位", "Căn hộ"),
    "login": Caption("Login", "宽带账号", "寬帶賬號", "Tài khoản Internet"),
    "plan": Caption("Plan", "套餐类型", "套餐類型", "Gói cước"),
    "row": Caption("No.", "序号", "序號", "STT"),
    "item": Caption("Item", "收费项目", "收費項目", "Khoản thu"),
    "period": Caption("Period", "计费期间", "計費期間", "Kỳ"),
    "quantity": Caption("Quantity", "数量", "數量", "Số lượng"),
    "unit_of_measure": Caption("Unit", "单位", "單位", "ĐVT"),
    "unit_price": Caption("Price", "单价", "單價", "Đơn giá"),
    "amount": Caption("Amount", "金额", "金額", "Số tiền"),
    "amount_in": Caption("Amount ({unit})", "金额（{unit}）", "金額（{unit}）", "Số tiền ({unit})"),
    "unit_CNY": Caption("CNY", "元", "人民幣元", "Nhân dân tệ"),
    "unit_HKD": Caption("HKD", "港元", "港元", "đô la Hồng Kông"),
    "unit_USD": Caption("USD", "美元", "美元", "đô la Mỹ"),
    "unit_VND": Caption("VND", "越南盾", "越南盾", "đồng"),
    "subtotal": Caption("Subtotal", "小计", "小計", "Cộng"),
    "total": Caption("Total", "合计", "合計", "Tổng cộng"),
    "total_words": Caption("Total in words", "合计（大写）", "合計（大寫）", "Tổng cộng (bằng chữ)"),
    "in_words": Caption("In words", "大写", "大寫", "Bằng chữ"),
    "previous_debt": Caption("Previous balance", "上期欠费", "上期欠費", "Nợ kỳ trước"),
    "credit": Caption("Credit", "预存余额", "預存餘額", "Số dư trả trước"),
    "method": Caption("Paid by", "收款方式", "收款方式", "Hình thức thanh toán"),
    "tendered": Caption("Tendered", "实收现金", "實收現金", "Khách đưa"),
    "change": Caption("Change", "找零", "找續", "Trả lại"),
    "reference": Caption("Reference", "交易号", "參考編號", "Mã giao dịch"),
    "credit_after": Caption("Credit after this payment", "本次交易后预存余额", "本次交易後預存餘額", "Số dư trả trước sau giao dịch"),
    "reason": Caption("Reason", "原因", "原因", "Lý do"),
    "note": Caption("Note", "备注", "備註", "Ghi chú"),
    "stops_on": Caption("Service until", "停止日期", "停止日期", "Ngày hết hạn"),
    "shift": Caption("Shift", "班次", "班次", "Ca"),
    "attachments": Caption("Attachments", "附单据", "附單據", "Kèm theo"),
    # Who signs
    "payer": Caption("Paid by (signature)", "交款人", "付款人", "Người nộp tiền"),
    "payee": Caption("Received by (signature)", "领款人", "領款人", "Người nhận tiền"),
    "cashier": Caption("Cashier", "收款人", "收款人", "Thu ngân"),
    "treasurer": Caption("Treasurer", "出纳", "出納", "Thủ quỹ"),
    "accountant": Caption("Accountant", "会计", "會計", "Kế toán"),
    "chief_accountant": Caption("Chief accountant", "会计主管", "會計主管", "Kế toán trưởng"),
    "director": Caption("Director", "负责人", "負責人", "Giám đốc"),
    "prepared_by": Caption("Prepared by", "制单", "製單", "Người lập phiếu"),
    "checked_by": Caption("Checked by", "复核", "覆核", "Người kiểm tra"),
    "approved_by": Caption("Approved by", "批准", "批准", "Người duyệt"),
    "handled_by": Caption("Handled by", "经办", "經辦", "Người thực hiện"),
    "receiving_office": Caption("Received for the office (stamp)", "收款单位（盖章）", "收款單位（蓋章）", "Đơn vị thu tiền (đóng dấu)"),
    "sign_hint": Caption("(Signature, full name)", "（签字）", "（簽署）", "(Ký, họ tên)"),
    "stamp_hint": Caption("(Signature, name, stamp)", "（盖章）", "（蓋章）", "(Ký, họ tên, đóng dấu)"),
    # Titles
    "title_cash_receipt": Caption("CASH RECEIPT", "收款收据", "收款收據", "PHIẾU THU"),
    "title_payment_receipt": Caption("PAYMENT RECEIPT", "收款收据", "收款收據", "BIÊN NHẬN THANH TOÁN"),
    "title_receipt": Caption("RECEIPT", "收款收据", "收據", "PHIẾU THU"),
    "title_slip": Caption("RECEIPT", "收款小票", "收款小票", "BIÊN NHẬN THANH TOÁN"),
    "title_cash_slip": Caption("RECEIPT", "收款小票", "收款小票", "PHIẾU THU"),
    "title_voucher": Caption("PAYMENT VOUCHER", "付款凭证", "付款憑證", "PHIẾU CHI"),
    "title_refund": Caption("REFUND VOUCHER", "退费单", "退費單", "PHIẾU HOÀN TIỀN"),
    "title_reversal": Caption("REVERSAL", "冲正单", "沖正單", "PHIẾU ĐIỀU CHỈNH (BÚT TOÁN ĐẢO)"),
    "title_list": Caption("STATEMENT", "明细表", "明細表", "BẢNG KÊ"),
    "list_of": Caption(
        "Attached to {title} {number} of {date}",
        "附于{date}{title} {number}",
        "附於{date}{title} {number}",
        "Kèm theo {title} số {number}, {date}",
    ),
    "as_listed": Caption("as listed on the attached statement", "详见所附明细表", "詳見所附明細表", "theo bảng kê kèm theo"),
    "continued": Caption("continued", "续页", "續頁", "tiếp theo"),
    "more_follows": Caption("continued on the next page", "转下页", "轉下頁", "xem tiếp trang sau"),
    "end_of_lines": Caption("— end —", "—— 以下空白 ——", "—— 以下空白 ——", "— Hết —"),
    # The official Vietnamese forms; their reference is not translated
    "form_01": everywhere("Mẫu số 01 - TT"),
    "form_02": everywhere("Mẫu số 02 - TT"),
    "form_tt99": everywhere("(Kèm theo Thông tư số 99/2025/TT-BTC ngày 27 tháng 10 năm 2025 của Bộ trưởng Bộ Tài chính)"),
    "form_tt133": everywhere("(Ban hành theo Thông tư số 133/2016/TT-BTC ngày 26/8/2016 của Bộ Tài chính)"),
    "form_tt200": everywhere("(Ban hành theo Thông tư số 200/2014/TT-BTC ngày 22/12/2014 của Bộ Tài chính)"),
    "issuer": Caption("Issuer", "单位", "單位", "Đơn vị"),
    "phone_short": Caption("Tel.", "电话", "電話", "ĐT"),
    "book": Caption("Book no.", "册号", "冊號", "Quyển số"),
    "debit": Caption("Debit", "借方", "借方", "Nợ"),
    "credited_account": Caption("Credit", "贷方", "貸方", "Có"),
    "payer_name": Caption("Name of the payer", "交款人姓名", "付款人姓名", "Họ và tên người nộp tiền"),
    "payee_name": Caption("Name of the payee", "领款人姓名", "領款人姓名", "Họ và tên người nhận tiền"),
    "code_of": Caption("{name} ({code})", "{name}（{code}）", "{name}（{code}）", "{name} (mã {code})"),
    "reason_of_payment": Caption("For", "交款事由", "付款事由", "Lý do nộp"),
    "reason_of_payout": Caption("For", "款项用途", "款項用途", "Lý do chi"),
    "sum": Caption("Amount", "金额", "金額", "Số tiền"),
    "sum_in_words": Caption("(In words)", "（大写）", "（大寫）", "(Viết bằng chữ)"),
    "originals": Caption("{count} supporting documents", "{count} 份原始凭证", "{count} 份原始憑證", "{count} Chứng từ gốc."),
    "received_in_full": Caption(
        "Received in full (in words)", "已收到全部款项（大写）", "已收到全部款項（大寫）", "Đã nhận đủ số tiền (viết bằng chữ)"
    ),
    "exchange_rate": Caption(
        "+ Exchange rate (gold, silver, gems)", "+ 外币汇率（金银宝石）", "+ 外幣匯率（金銀寶石）", "+ Tỷ giá ngoại tệ (vàng bạc, đá quý)"
    ),
    "converted": Caption("+ Converted amount", "+ 折合金额", "+ 折合金額", "+ Số tiền quy đổi"),
    "stamp_outside": Caption(
        "(Copies given out must be stamped)", "（交外联须盖章）", "（交外聯須蓋章）", "(Liên gửi ra ngoài phải đóng dấu)"
    ),
    "cash_details": Caption("cash", "现金", "現金", "tiền mặt"),
    # Copies
    "receipt_copy_1": Caption("Copy 1: Office", "第一联：存根联", "第一聯：存根聯", "Liên 1: Lưu nơi lập phiếu"),
    "receipt_copy_2": Caption("Copy 2: Customer", "第二联：客户联", "第二聯：客戶聯", "Liên 2: Giao người nộp tiền"),
    "receipt_copy_3": Caption("Copy 3: Accounts", "第三联：记账联", "第三聯：記賬聯", "Liên 3: Thủ quỹ ghi sổ quỹ"),
    "voucher_copy_1": Caption("Copy 1: Office", "第一联：存根联", "第一聯：存根聯", "Liên 1: Lưu nơi lập phiếu"),
    "voucher_copy_2": Caption("Copy 2: Customer", "第二联：客户联", "第二聯：客戶聯", "Liên 2: Thủ quỹ ghi sổ quỹ, chuyển kế toán"),
    "voucher_copy_3": Caption("Copy 3: Accounts", "第三联：记账联", "第三聯：記賬聯", "Liên 3: Giao người nhận tiền"),
    # Marks
    "void_mark": Caption("VOID", "作废", "作廢", "ĐÃ HỦY"),
    "void_line": Caption(
        "Voided on {date} by {number}: {reason}",
        "于{date}由冲正单{number}作废，原因：{reason}",
        "於{date}由沖正單{number}作廢，原因：{reason}",
        "ĐÃ HỦY ngày {date} bởi {number}, lý do: {reason}",
    ),
    "void_approved": Caption("; approved by {name}", "；批准人：{name}", "；批准人：{name}", "; người duyệt: {name}"),
    "training_mark": Caption("TRAINING – NOT VALID", "培训样张", "培訓樣張", "MẪU TẬP HUẤN"),
    "draft_mark": Caption("DRAFT", "草稿", "草稿", "BẢN NHÁP"),
    "reprint": Caption("COPY {n}", "【补打 第{n}次】", "【補印 第{n}次】", "IN LẠI (lần {n})"),
    "backdated": Caption(
        "Business date {on}, entered {created}",
        "业务日期 {on}，补录于 {created}",
        "業務日期 {on}，補錄於 {created}",
        "Ngày hạch toán {on}, lập ngày {created}",
    ),
    # Footer
    "printed": Caption("Printed {at} ({n})", "打印 {at}（第 {n} 次）", "列印 {at}（第 {n} 次）", "In lúc {at} (lần {n})"),
    "page": Caption("Page {x}/{y}", "第 {x} 页 / 共 {y} 页", "第 {x} 頁 / 共 {y} 頁", "Trang {x}/{y}"),
    "printing_n": Caption("Printing {n}", "第 {n} 次打印", "第 {n} 次列印", "In lần {n}"),
    # Sentences at the foot of a paper
    "not_an_invoice": Caption(
        "This receipt is not a tax invoice.",
        "本收据仅证明收到款项，不能代替发票；需要发票的，请凭本收据向本单位索取。",
        "",
        "Biên nhận này không thay thế hóa đơn giá trị gia tăng.",
    ),
    "slip_not_an_invoice": Caption("This is not a tax invoice.", "本小票不能代替发票", "", "Biên nhận không thay thế hóa đơn GTGT."),
    "thanks": Caption("Thank you", "谢谢惠顾", "多謝惠顧", "Cảm ơn Quý khách!"),
    "note_stops_on": Caption(
        "After this payment the service runs until {date}.",
        "本次缴费后，宽带停止日期为 {date}。",
        "本次繳費後，寬帶停止日期為 {date}。",
        "Sau lần nộp này, dịch vụ Internet sử dụng đến ngày {date}.",
    ),
    "note_pending": Caption(
        "Awaiting installation; billing starts on the day the work is finished.",
        "待装机，自施工完成之日起计费。",
        "待裝機，自施工完成之日起計費。",
        "Chờ lắp đặt, tính cước từ ngày thi công xong.",
    ),
    "used_until": Caption("Service until", "宽带停止日期", "寬帶停止日期", "Sử dụng đến ngày"),
    # Slips
    "slip_number": Caption("Number", "单号", "單號", "Số"),
    "slip_time": Caption("Date", "日期", "日期", "Ngày giờ"),
    "slip_login": Caption("Login", "账号", "賬號", "Tài khoản"),
    # Methods
    "method_cash": Caption("Cash", "现金", "現金", "Tiền mặt"),
    "method_bank_transfer": Caption("Bank transfer", "银行转账", "銀行轉賬", "Chuyển khoản"),
    "method_qr_transfer": Caption("QR transfer", "扫码转账", "掃碼轉賬", "Chuyển khoản QR"),
    "method_card": Caption("Card", "银行卡", "銀行卡", "Thẻ"),
    "method_wechat_pay": Caption("WeChat Pay", "微信支付", "微信支付", "WeChat Pay"),
    "method_alipay": Caption("Alipay", "支付宝", "支付寶", "Alipay"),
    "method_fps": Caption("FPS transfer", "转数快", "轉數快（FPS）", "Chuyển khoản FPS"),
    "method_cheque": Caption("Cheque", "支票", "支票", "Séc"),
    "method_door": Caption("Collected by installer", "安装员代收", "安裝員代收", "Nhân viên lắp đặt thu hộ"),
    "method_credit": Caption("From credit", "预存抵扣", "預存抵扣", "Trừ vào số dư trả trước"),
    # Lines
    "line_plan": Caption("Plan fee", "套餐费", "套餐費", "Cước gói"),
    "line_maintenance": Caption("Maintenance fee", "维护费", "維護費", "Phí duy trì"),
    "line_other": Caption("Other", "其它收费", "其它收費", "Thu khác"),
    "line_discount": Caption("Discount", "优惠金", "優惠金", "Giảm giá"),
    "line_arrears": Caption("Arrears", "欠费", "欠費", "Cước còn nợ"),
    "line_late_fee": Caption("Late fee", "滞纳金", "滯納金", "Phí chậm nộp"),
    "line_gift": Caption("Gift months", "赠送月数", "贈送月數", "Số tháng tặng thêm"),
    "line_installation": Caption("Installation fee", "初装费", "初裝費", "Phí lắp đặt"),
    "line_handling": Caption("Handling fee", "手续费", "手續費", "Phí thủ tục"),
    "line_labour_material": Caption("Labour and materials fee", "工料费", "工料費", "Phí nhân công"),
    "line_material_works": Caption("Material works fee", "材料施工费", "材料施工費", "Phí vật tư"),
    "line_suspension": Caption("Suspension fee", "报停费", "報停費", "Phí tạm ngưng"),
    "line_resumption": Caption("Resumption fee", "复机费", "復機費", "Phí khôi phục"),
    "line_relocation": Caption("Relocation fee", "迁移费", "遷移費", "Phí chuyển địa điểm"),
    "line_transfer": Caption("Transfer fee", "过户费", "過戶費", "Phí chuyển chủ"),
    "line_plan_change": Caption("Plan change fee", "套餐变更费", "套餐變更費", "Phí chuyển đổi gói cước"),
    "line_plan_credit": Caption("Credit of the old plan", "原套餐抵扣", "原套餐抵扣", "Khấu trừ gói cước cũ"),
    "line_deposit": Caption("Deposit", "押金", "押金", "Tiền đặt cọc"),
    "line_damage": Caption("Equipment compensation", "设备赔偿", "設備賠償", "Bồi thường thiết bị"),
    "line_service": Caption("Service fee", "服务费", "服務費", "Phí dịch vụ"),
    "line_late_interest": Caption("Late interest", "逾期利息", "逾期利息", "Lãi chậm trả"),
    "line_advance": Caption("Paid in advance, kept as credit", "预存，抵下期费用", "預存，抵下期費用", "Nộp trước, trừ vào kỳ sau"),
    "line_still_owed": Caption("Not paid yet, still owed", "本次未付，尚欠", "本次未付，尚欠", "Chưa nộp, còn nợ"),
    "late_fee_of": Caption(
        "{base} × {rate} × {days} days", "{base} 元 × {rate} × {days} 天", "{base} 元 × {rate} × {days} 天", "{base} × {rate} × {days} ngày"
    ),
    "gift_of": Caption("{n} gift months", "赠送 {n} 个月", "贈送 {n} 個月", "Tặng thêm {n} tháng"),
    # Units of a line's quantity
    "quantity_months": Caption("{n} mo.", "{n} 月", "{n} 月", "{n} tháng"),
    "quantity_years": Caption("{n} yr.", "{n} 年", "{n} 年", "{n} năm"),
    "quantity_days": Caption("{n} days", "{n} 天", "{n} 天", "{n} ngày"),
    # Vouchers and reversals
    "payout_method": Caption("Paid out by", "付款方式", "付款方式", "Hình thức"),
    "kind_refund": Caption("Refund", "退费", "退費", "Hoàn tiền"),
    "kind_deposit": Caption("Deposit returned", "退押金", "退押金", "Hoàn tiền đặt cọc"),
    "kind_credit": Caption("Credit paid out", "退还预存余额", "退還預存餘額", "Trả lại số dư có"),
    "kind_expense": Caption("Expense", "费用", "費用", "Chi phí"),
    "original_receipt": Caption("Original receipt", "原收据号", "原收據號", "Biên nhận gốc"),
    "refund_item": Caption("Item", "退款项目", "退款項目", "Khoản chi"),
    "paid_amount": Caption("Paid", "原收金额", "原收金額", "Đã thu"),
    "used": Caption("Used (period, days)", "已使用（期间、天数）", "已使用（期間、天數）", "Đã sử dụng (kỳ, số ngày)"),
    "refund_amount": Caption("Amount ({unit})", "退款金额（{unit}）", "退款金額（{unit}）", "Số tiền ({unit})"),
    "calculation": Caption("Calculation", "计算说明", "計算說明", "Cách tính"),
    "settled": Caption("I have received the amount above.", "今收到上述款项。", "今收到上述款項。", "Tôi đã nhận đủ số tiền trên."),
    "received_on": Caption("Received on", "领款日期", "領款日期", "Ngày nhận"),
    "taken_back": Caption(
        "□ original receipt taken back   □ lost, recorded",
        "□ 原收据已收回   □ 遗失，已登记",
        "□ 原收據已收回   □ 遺失，已登記",
        "□ đã thu lại biên nhận gốc   □ thất lạc, đã ghi nhận",
    ),
    "original_number": Caption("Original no.", "原单据号", "原單據號", "Số chứng từ gốc"),
    "original_date": Caption("Original date", "原日期", "原日期", "Ngày chứng từ gốc"),
    "original_amount": Caption("Original amount", "原金额", "原金額", "Số tiền gốc"),
    "reversal_reason": Caption("Reason for the reversal", "冲正原因", "沖正原因", "Lý do điều chỉnh"),
    "reversal_date": Caption("Reversed on", "冲正日期", "沖正日期", "Ngày điều chỉnh"),
    "effect": Caption("Effect", "影响", "影響", "Kết quả"),
    "reversal_copies": Caption(
        "Copy 1: with the original's stub; copy 2: accounts",
        "第一联：附原存根；第二联：记账联",
        "第一聯：附原存根；第二聯：記賬聯",
        "Liên 1: kèm chứng từ gốc; Liên 2: kế toán",
    ),
}
