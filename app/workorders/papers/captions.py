"""The words of the order sheet 施工單 (C4), added to the dictionary of the papers."""

from __future__ import annotations

from app.billing.captions import CAPTIONS, Caption

# Room for the hand: common blanks fall together on paper.
WIDE = "\u00a0" * 6

ORDER_CAPTIONS: dict[str, Caption] = {
    "title_work_order": Caption("WORK ORDER", "宽带施工单", "寬帶施工單", "PHIẾU THI CÔNG"),
    "work_order_copy_1": Caption("Copy 1: Office", "第一联：存档", "第一聯：存檔", "Liên 1: Lưu"),
    "work_order_copy_2": Caption("Copy 2: Customer", "第二联：用户", "第二聯：用戶", "Liên 2: Khách hàng"),
    "work_order_copy_3": Caption("Copy 3: Installer (store)", "第三联：施工（仓库）", "第三聯：施工（倉庫）", "Liên 3: Thi công (kho)"),
    "final_version": Caption("As completed", "完工版", "完工版", "Bản hoàn công"),
    "business_type": Caption("Business type", "业务类型", "業務類型", "Loại nghiệp vụ"),
    "order_status": Caption("Order status", "单据状态", "單據狀態", "Trạng thái phiếu"),
    "order_installer": Caption("Installer", "施工人员", "施工人員", "Nhân viên thi công"),
    "accepted_at": Caption("Accepted at", "受理时间", "受理時間", "Tiếp nhận lúc"),
    "appointment_at": Caption("Appointment", "预约时间", "預約時間", "Hẹn lúc"),
    "accepted_by": Caption("Accepted by", "受理人", "受理人", "Người tiếp nhận"),
    "part_customer": Caption("1. Customer", "一、用户信息", "一、用戶資料", "1. Khách hàng"),
    "part_changes": Caption("2. What changes", "二、变更内容", "二、變更內容", "2. Nội dung thay đổi"),
    "part_fault": Caption("2. Fault", "二、故障", "二、故障", "2. Sự cố"),
    "part_materials": Caption("3. Materials", "三、工程用料", "三、工程用料", "3. Vật tư thi công"),
    "part_returned": Caption("3. Equipment returned", "三、收回设备", "三、收回設備", "3. Thiết bị thu hồi"),
    "part_fees": Caption("4. Fees", "四、费用", "四、費用", "4. Các khoản phí"),
    "part_work": Caption("5. Work", "五、施工记录", "五、施工記錄", "5. Ghi nhận thi công"),
    "part_customer_confirms": Caption("6. Customer's confirmation", "六、用户确认", "六、用戶確認", "6. Khách hàng xác nhận"),
    "changes_hint": Caption(
        "(for relocation, transfer or change of plan)",
        "（迁移、过户、变更套餐时填写）",
        "（遷移、過戶、變更套餐時填寫）",
        "(khi chuyển địa điểm, chuyển chủ, đổi gói cước)",
    ),
    "work_hint": Caption("(filled in on site)", "（施工人员现场填写）", "（施工人員現場填寫）", "(ghi tại hiện trường)"),
    "installation_address": Caption("Address of the line", "装机地址", "裝機地址", "Địa chỉ lắp đặt"),
    "customer_request": Caption("Customer request", "用户要求", "用戶要求", "Yêu cầu của khách hàng"),
    "new_name": Caption("New customer name", "新用户名", "新用戶名", "Tên khách hàng mới"),
    "new_plan": Caption("New plan", "新套餐类型", "新套餐類型", "Gói cước mới"),
    "new_community": Caption("New community", "新小区名称", "新小區名稱", "Khu dân cư mới"),
    "new_address": Caption("New address", "新地址", "新地址", "Địa chỉ mới"),
    "new_phone": Caption("New phone", "新电话", "新電話", "Điện thoại mới"),
    "new_id_number": Caption("New ID number", "新身份证号", "新身份證號", "Số CCCD mới"),
    "fault_symptom": Caption("Symptom", "故障现象", "故障現象", "Hiện tượng"),
    "fault_cause": Caption("Cause", "故障原因", "故障原因", "Nguyên nhân"),
    "fault_remedy": Caption("Remedy", "处理结果", "處理結果", "Cách xử lý"),
    "material_code": Caption("Code", "料号", "料號", "Mã"),
    "material_name": Caption("Material", "用料名称", "用料名稱", "Tên vật tư"),
    "specification": Caption("Specification", "规格", "規格", "Quy cách"),
    "materials_total": Caption("Material works fee", "材料施工费小计", "材料施工費小計", "Cộng phí vật tư"),
    "installation_fee": Caption("Installation fee", "初装费", "初裝費", "Phí lắp đặt"),
    "handling_fee": Caption("Handling fee", "手续费", "手續費", "Phí thủ tục"),
    "labour_material_fee": Caption("Labour and materials", "工料费", "工料費", "Nhân công, vật tư"),
    "material_works_fee": Caption("Material works fee", "材料施工费", "材料施工費", "Phí vật tư"),
    "other_order_fee": Caption("Other", "其他", "其他", "Khác"),
    "collected_by": Caption("Collected by", "收款人", "收款人", "Người thu tiền"),
    "method_and_receipt": Caption("Paid by, receipt no.", "收款方式／收据号", "收款方式／收據號", "Hình thức, số phiếu thu"),
    "collected_at_door": Caption(
        "{name} (collected at the door, to be handed in the same day)",
        "{name}（安装员代收，须当日交回前台）",
        "{name}（安裝員代收，須當日交回前台）",
        "{name} (thu hộ tại nhà, nộp về quầy trong ngày)",
    ),
    "methods_open": Caption(
        "□ Cash  □ QR code  □ Paid at the desk",
        "□ 现金  □ 扫码  □ 前台已收",
        "□ 現金  □ 掃碼  □ 前台已收",
        "□ Tiền mặt  □ Quét mã  □ Đã thu tại quầy",
    ),
    "worked_on": Caption("Worked on", "施工日期", "施工日期", "Ngày thi công"),
    "started_finished": Caption("Begun / finished", "开始／完工", "開始／完工", "Bắt đầu / kết thúc"),
    "billing_from": Caption("Billing from", "计费时间", "計費時間", "Tính cước từ"),
    "device_serial": Caption("Device serial no.", "光猫序列号", "光貓序列號", "Số sê-ri thiết bị"),
    "splitter_port": Caption("Splitter / port", "分光器／端口", "分光器／端口", "Bộ chia / cổng"),
    "optical_power": Caption("Optical power dBm", "光功率 dBm", "光功率 dBm", "Công suất quang dBm"),
    "speed_mbps": Caption("Speed Mbps", "测速 Mbps", "測速 Mbps", "Tốc độ Mbps"),
    "work_result": Caption("Result of the work", "施工结果", "施工結果", "Kết quả thi công"),
    "result_open": Caption(
        "□ Done  □ Not done, because:", "□ 完工  □ 未完工，原因：", "□ 完工  □ 未完工，原因：", "□ Hoàn thành  □ Chưa hoàn thành, lý do:"
    ),
    "result_done": Caption("■ Done", "■ 完工", "■ 完工", "■ Hoàn thành"),
    "result_failed": Caption("■ Not done: {reason}", "■ 未完工，原因：{reason}", "■ 未完工，原因：{reason}", "■ Chưa hoàn thành: {reason}"),
    "blank_day": Caption(
        "____ / ____ / ______", f"{WIDE}{WIDE}年{WIDE}月{WIDE}日", f"{WIDE}{WIDE}年{WIDE}月{WIDE}日", "____ / ____ / ______"
    ),
    "blank_times": Caption("___:___ / ___:___", f"{WIDE}:{WIDE}／{WIDE}:{WIDE}", f"{WIDE}:{WIDE}／{WIDE}:{WIDE}", "___:___ / ___:___"),
    "customer_confirms": Caption(
        "I confirm: 1. the work is done as above and the service works; 2. materials and fees are true; "
        "3. I have set the broadband password myself and keep it safe.",
        "本人确认：1. 施工已按上述内容完成，网络测试可正常使用；2. 所用材料及费用属实；3. 已自行设置并保管好宽带密码。",
        "本人確認：1. 施工已按上述內容完成，網絡測試可正常使用；2. 所用材料及費用屬實；3. 已自行設置並保管好寬帶密碼。",
        "Tôi xác nhận: 1. đã thi công xong như trên và dịch vụ hoạt động bình thường; 2. vật tư và các khoản phí ghi trên là đúng; "
        "3. tôi đã tự đặt và sẽ giữ kín mật khẩu Internet.",
    ),
    "satisfaction": Caption(
        "Service: □ satisfied  □ fair  □ not satisfied, because:",
        "服务评价：□ 满意  □ 一般  □ 不满意，意见：",
        "服務評價：□ 滿意  □ 一般  □ 不滿意，意見：",
        "Đánh giá: □ hài lòng  □ bình thường  □ không hài lòng, ý kiến:",
    ),
    "customer_signature": Caption("Customer's signature", "用户签字", "用戶簽署", "Chữ ký khách hàng"),
    "installer_signature": Caption("Installer's signature", "施工人员签字", "施工人員簽署", "Chữ ký nhân viên thi công"),
    "work_checked_by": Caption("Checked by", "回单审核", "回單審核", "Người nghiệm thu"),
}
CAPTIONS.update(ORDER_CAPTIONS)
