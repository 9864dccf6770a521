"""The words of the applications of a line (C6) and of the notice of a forced stop, added to the dictionary of the papers."""

from __future__ import annotations

from app.billing.captions import CAPTIONS, Caption

APPLICATION_CAPTIONS: dict[str, Caption] = {
    "title_suspension": Caption("SUSPENSION REQUEST", "用户报停申请表", "用戶報停申請表", "GIẤY ĐỀ NGHỊ TẠM NGƯNG"),
    "title_resumption": Caption("RESUMPTION REQUEST", "用户复机申请表", "用戶復機申請表", "GIẤY ĐỀ NGHỊ KHÔI PHỤC"),
    "title_relocation": Caption("RELOCATION REQUEST", "用户迁移申请表", "用戶遷移申請表", "GIẤY ĐỀ NGHỊ CHUYỂN ĐỊA ĐIỂM"),
    "title_stop_notice": Caption("NOTICE OF DISCONNECTION", "停机通知", "停機通知", "THÔNG BÁO NGỪNG DỊCH VỤ"),
    "application_copy_1": Caption("Copy 1: Office", "第一联：存档", "第一聯：存檔", "Liên 1: Lưu"),
    "application_copy_2": Caption("Copy 2: Customer", "第二联：用户", "第二聯：用戶", "Liên 2: Khách hàng"),
    "community_name": Caption("Community", "小区名称", "小區名稱", "Khu dân cư"),
    "telephone_number": Caption("Telephone", "电话号码", "電話號碼", "Điện thoại"),
    "mobile_number": Caption("Mobile", "手机号码", "手機號碼", "Di động"),
    "current_stop_date": Caption("Current stop date", "当前停止日期", "當前停止日期", "Ngày hết hạn hiện tại"),
    "suspended_on": Caption("Suspended on", "报停日期", "報停日期", "Ngày tạm ngưng"),
    "planned_resume_on": Caption(
        "Planned resume date (at most {max} days)",
        "计划复机日期（最长 {max} 天）",
        "計劃復機日期（最長 {max} 天）",
        "Ngày dự kiến khôi phục (tối đa {max} ngày)",
    ),
    "suspension_fee": Caption("Suspension fee", "报停费", "報停費", "Phí tạm ngưng"),
    "receipt_no": Caption("Receipt no.", "收据号", "收據號", "Số phiếu thu"),
    "resumed_on": Caption("Resumed on", "复机日期", "復機日期", "Ngày khôi phục"),
    "off_since": Caption("Off since", "停用日期", "停用日期", "Ngừng từ ngày"),
    "days_off": Caption("Days off", "停用天数", "停用天數", "Số ngày ngừng"),
    "days_shifted": Caption("Days shifted", "顺延天数", "順延天數", "Số ngày cộng bù"),
    "old_stop_date": Caption("Old stop date", "原停止日期", "原停止日期", "Ngày hết hạn cũ"),
    "new_stop_date": Caption("New stop date", "新停止日期", "新停止日期", "Ngày hết hạn mới"),
    "resumption_fee": Caption("Resumption fee", "复机费", "復機費", "Phí khôi phục"),
    "stopped_on": Caption("Stopped on", "停机日期", "停機日期", "Ngày ngừng"),
    "stop_reason": Caption("Reason", "原因", "原因", "Lý do"),
    "stop_reason_arrears": Caption("Arrears", "欠费", "欠費", "Nợ cước"),
    "stop_reason_violation": Caption("Violation", "违规", "違規", "Vi phạm"),
    "stop_reason_operator": Caption("Fault of the network", "线路原因", "線路原因", "Sự cố đường truyền"),
    "way_back": Caption("How to get service back", "恢复办法", "恢復辦法", "Cách khôi phục"),
    "way_back_arrears": Caption(
        "Pay what is owed at the office; service comes back when the payment is received.",
        "请到营业厅缴清欠费，缴费后恢复服务。",
        "請到營業廳繳清欠費，繳費後恢復服務。",
        "Quý khách vui lòng nộp đủ cước còn nợ tại văn phòng; dịch vụ được khôi phục ngay sau khi nộp.",
    ),
    "way_back_violation": Caption(
        "Please come to the office; service comes back by a resumption after the violation has ended.",
        "请到营业厅说明情况，停止违规后办理复机。",
        "請到營業廳說明情況，停止違規後辦理復機。",
        "Quý khách vui lòng đến văn phòng; dịch vụ được khôi phục theo thủ tục sau khi chấm dứt vi phạm.",
    ),
    "way_back_operator": Caption(
        "Service comes back as soon as the network works again; the days without service are added to the stop date.",
        "线路修复后即恢复服务，停机天数顺延到停止日期之后。",
        "線路修復後即恢復服務，停機天數順延到停止日期之後。",
        "Dịch vụ được khôi phục ngay khi đường truyền hoạt động; số ngày ngừng được cộng vào ngày hết hạn.",
    ),
    "terms_of_suspension": Caption(
        "The day of the request is a used day; a suspension of fewer than {min} days does not move the stop date; without a resumption "
        "the line resumes by itself on the planned date.",
        "说明：报停当日计费；报停不足 {min} 天的不顺延；到期未办理复机的，系统于计划复机日期自动复机。",
        "說明：報停當日計費；報停不足 {min} 天的不順延；到期未辦理復機的，系統於計劃復機日期自動復機。",
        "Ghi chú: ngày đề nghị vẫn tính cước; tạm ngưng dưới {min} ngày thì ngày hết hạn không đổi; đến ngày dự kiến mà chưa làm thủ tục, "
        "hệ thống tự động khôi phục dịch vụ.",
    ),
    "old_place": Caption("Old community and address", "原小区／原地址", "原小區／原地址", "Khu dân cư, địa chỉ cũ"),
    "new_place": Caption("New community and address", "新小区／新地址", "新小區／新地址", "Khu dân cư, địa chỉ mới"),
    "relocated_on": Caption("Relocated on", "迁移日期", "遷移日期", "Ngày chuyển"),
    "relocation_fee": Caption("Relocation fee", "迁移费", "遷移費", "Phí chuyển địa điểm"),
    "compensation_days": Caption("Compensation days", "补偿天数", "補償天數", "Số ngày bù"),
    "order_number": Caption("Work order no.", "施工单号", "施工單號", "Số phiếu thi công"),
    "appointment_day": Caption("Appointment", "预约时间", "預約時間", "Ngày hẹn"),
    "applicant": Caption("Applicant (signature)", "申请人（签字）", "申請人（簽署）", "Người đề nghị (ký)"),
    "received_by_office": Caption("Received by", "受理人", "受理人", "Người tiếp nhận"),
    "application_approved_by": Caption("Approved by", "审批", "審批", "Người duyệt"),
}

TRANSFER_CAPTIONS: dict[str, Caption] = {
    "title_transfer": Caption("TRANSFER OF OWNERSHIP", "用户过户申请表", "用戶過戶申請表", "ĐƠN XIN CHUYỂN CHỦ THUÊ BAO"),
    "old_customer": Caption("Old customer", "原用户", "原用戶", "Chủ thuê bao cũ"),
    "new_customer": Caption("New customer", "新用户", "新用戶", "Chủ thuê bao mới"),
    "contact_phone_number": Caption("Contact phone", "联系电话", "聯系電話", "Số điện thoại liên hệ"),
    "part_transfer": Caption("Transfer", "过户业务", "過戶業務", "Nội dung chuyển chủ"),
    "days_left": Caption("Days left", "剩余天数", "剩餘天數", "Số ngày còn lại"),
    "arrears": Caption("Arrears", "欠费", "欠費", "Nợ cước"),
    "no_arrears": Caption("none", "无", "無", "không"),
    "transfer_fee": Caption("Transfer fee", "过户费", "過戶費", "Phí chuyển chủ"),
    "transferred_on": Caption("Transferred on", "过户日期", "過戶日期", "Ngày chuyển chủ"),
    "transfer_terms": Caption("Agreed", "约定", "約定", "Thỏa thuận"),
    "transfer_term_1": Caption(
        "1. From the day of the transfer, the rights and duties of this line are the new customer's.",
        "1. 自过户日期起，本线路的权利义务由新用户承担；",
        "1. 自過戶日期起，本線路的權利義務由新用戶承擔；",
        "1. Kể từ ngày chuyển chủ, quyền và nghĩa vụ đối với thuê bao này thuộc về chủ thuê bao mới;",
    ),
    "transfer_term_2": Caption(
        "2. The days of service that are left pass over with the line.",
        "2. 剩余服务期随线路转移；",
        "2. 剩餘服務期隨線路轉移；",
        "2. Thời gian sử dụng còn lại được chuyển theo thuê bao;",
    ),
    "transfer_term_3": Caption(
        "3. The old customer's credit of {credit}   □ is paid back   □ stays in his account.",
        "3. 原用户的预存余额 {credit}   □ 退还   □ 留存；",
        "3. 原用戶的預存餘額 {credit}   □ 退還   □ 留存；",
        "3. Số dư trả trước {credit} của chủ thuê bao cũ   □ hoàn trả   □ để lại;",
    ),
    "transfer_term_4": Caption(
        "4. The new customer sets a new password.",
        "4. 密码由新用户重新设置。",
        "4. 密碼由新用戶重新設置。",
        "4. Mật khẩu do chủ thuê bao mới đặt lại.",
    ),
    "identities_seen": Caption(
        "□ The identity cards of both were seen",
        "□ 已核对双方身份证原件",
        "□ 已核對雙方身份證原件",
        "□ Đã đối chiếu bản gốc CCCD của hai bên",
    ),
    "by_agent": Caption(
        "□ By an agent: name ____________   relation ____________   □ authorisation",
        "□ 代办：代办人姓名 ____________   与本人关系 ____________   □ 授权书",
        "□ 代辦：代辦人姓名 ____________   與本人關係 ____________   □ 授權書",
        "□ Người làm thay: họ tên ____________   quan hệ ____________   □ giấy ủy quyền",
    ),
    "old_customer_signs": Caption("Old customer (signature)", "原用户（签字）", "原用戶（簽署）", "Chủ thuê bao cũ (ký)"),
    "new_customer_signs": Caption("New customer (signature)", "新用户（签字）", "新用戶（簽署）", "Chủ thuê bao mới (ký)"),
    "date_of_signing": Caption("Date", "日期", "日期", "Ngày"),
}

CAPTIONS.update(APPLICATION_CAPTIONS)
CAPTIONS.update(TRANSFER_CAPTIONS)
