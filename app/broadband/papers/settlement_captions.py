"""The words of the closure settlement (C7), added to the dictionary of the papers."""

from __future__ import annotations

from app.billing.captions import CAPTIONS, Caption

SETTLEMENT_CAPTIONS: dict[str, Caption] = {
    "title_settlement": Caption("CLOSURE SETTLEMENT", "销户结算单", "銷戶結算單", "BẢNG QUYẾT TOÁN THANH LÝ"),
    "activated_on": Caption("Activated on", "开通日期", "開通日期", "Ngày kích hoạt"),
    "closed_on": Caption("Closed on", "销户日期", "銷戶日期", "Ngày thanh lý"),
    "part_due_back": Caption("1. To be given back", "一、应退", "一、應退", "1. Phải hoàn lại"),
    "part_deductions": Caption("2. To be deducted", "二、应扣", "二、應扣", "2. Phải khấu trừ"),
    "part_equipment": Caption("3. Equipment returned", "三、设备归还", "三、設備歸還", "3. Thiết bị hoàn trả"),
    "paid_once": Caption("Paid", "实收金额", "實收金額", "Số tiền đã thu"),
    "days_of_period": Caption("Days", "天数", "天數", "Số ngày"),
    "unused_days": Caption("Unused", "未使用", "未使用", "Chưa sử dụng"),
    "refund_of_row": Caption("Refund ({unit})", "退款金额（{unit}）", "退款金額（{unit}）", "Hoàn lại ({unit})"),
    "deducted_amount": Caption("Amount ({unit})", "金额（{unit}）", "金額（{unit}）", "Số tiền ({unit})"),
    "plan_fee_of": Caption("Plan fee", "套餐费", "套餐費", "Cước gói"),
    "gift_row": Caption("Gift", "赠送", "贈送", "Tặng thêm"),
    "taken_over_row": Caption("Earlier books", "旧账结转", "舊賬結轉", "Từ sổ cũ"),
    "unused_maintenance": Caption(
        "Maintenance fee, {months} unused months",
        "维护费，未使用 {months} 个月",
        "維護費，未使用 {months} 個月",
        "Phí duy trì, {months} tháng chưa sử dụng",
    ),
    "before_installation": Caption(
        "Everything paid before the installation", "装机前已缴费用", "裝機前已繳費用", "Toàn bộ số tiền đã nộp trước khi lắp đặt"
    ),
    "deposit_back": Caption("Deposit", "押金", "押金", "Tiền đặt cọc"),
    "nothing_due": Caption("Nothing", "无", "無", "Không có"),
    "since_day": Caption("Due on", "应缴日期", "應繳日期", "Ngày đến hạn"),
    "equipment_name": Caption("Name", "名称", "名稱", "Tên"),
    "equipment_serial": Caption("Serial number", "序列号", "序列號", "Số sê-ri"),
    "equipment_fate": Caption("Condition", "归还情况", "歸還情況", "Tình trạng"),
    "fate_good": Caption("Good", "完好", "完好", "Tốt"),
    "fate_damaged": Caption("Damaged", "损坏", "損壞", "Hư hỏng"),
    "fate_lost": Caption("Not returned", "未还", "未還", "Không trả"),
    "compensation_amount": Caption("Compensation ({unit})", "赔偿金额（{unit}）", "賠償金額（{unit}）", "Bồi thường ({unit})"),
    "total_due_back": Caption("Total to be given back", "应退合计", "應退合計", "Tổng hoàn lại"),
    "total_deductions": Caption("Total deducted", "应扣合计", "應扣合計", "Tổng khấu trừ"),
    "net_back": Caption("Given back", "实退金额", "實退金額", "Số tiền thực hoàn"),
    "net_owed": Caption("Still owed", "尚欠金额", "尚欠金額", "Số tiền còn nợ"),
    "net_words": Caption("In words", "大写", "大寫", "Bằng chữ"),
    "voucher_no": Caption("Payment voucher no.", "付款凭证号", "付款憑證號", "Số phiếu chi"),
    "set_off_receipt_no": Caption("Receipt no. of what was set off", "抵扣收据号", "抵扣收據號", "Số phiếu thu bù trừ"),
    "refund_policy_of": Caption("Refund policy", "退费办法", "退費辦法", "Cách hoàn tiền"),
    "refund_by_day": Caption("By day", "按日", "按日", "Theo ngày"),
    "refund_by_month": Caption("By whole month", "按整月", "按整月", "Theo tháng tròn"),
    "refund_none": Caption("No refund", "不退", "不退", "Không hoàn"),
    "settlement_done": Caption(
        "All charges between both sides are settled. Service on this line ends on the day of the closure; no further charges arise.",
        "双方费用已结清，本线路自销户日期起终止服务，不再产生费用。",
        "雙方費用已結清，本線路自銷戶日期起終止服務，不再產生費用。",
        "Hai bên đã thanh toán xong mọi khoản. Dịch vụ của thuê bao chấm dứt từ ngày thanh lý, không phát sinh thêm cước phí.",
    ),
    "settlement_with_debt": Caption(
        "Service on this line ends on the day of the closure; no further charges arise. The customer still owes {amount}.",
        "本线路自销户日期起终止服务，不再产生费用。用户尚欠{amount}，仍须缴清。",
        "本線路自銷戶日期起終止服務，不再產生費用。用戶尚欠{amount}，仍須繳清。",
        "Dịch vụ của thuê bao chấm dứt từ ngày thanh lý, không phát sinh thêm cước phí. Khách hàng còn nợ {amount} và phải nộp đủ.",
    ),
    "signed_by_customer": Caption("Customer (signature)", "用户（签字）", "用戶（簽署）", "Khách hàng (ký)"),
}

CAPTIONS.update(SETTLEMENT_CAPTIONS)
