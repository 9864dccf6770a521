"""The columns of an import of customers with their lines: the fields of 用戶開戶 (B2.1) and of the customer (B1.6)."""

from __future__ import annotations

import datetime

from app.broadband.choices import SubscriptionStatus
from app.customers.choices import CustomerKind
from app.foundation.imports import ImportColumn
from app.foundation.imports.parsers import code, day, id_number, one_of, phone, secret, text
from app.values.errors import N_

_Status, _Kind = SubscriptionStatus, CustomerKind
KINDS = (
    *((word, _Kind.PERSON) for word in ("个人", "個人", "cá nhân", "person")),
    *((word, _Kind.FIRM) for word in ("公司", "单位", "企业", "單位", "企業", "công ty", "doanh nghiệp", "firm")),
)
STATUSES = (
    *((word, _Status.ACTIVE) for word in ("正常", "在用", "开通", "使用中", "開通", "đang dùng", "hoạt động", "running", "ok")),
    *((word, _Status.EXPIRED) for word in ("到期", "欠费", "欠費", "hết hạn")),
    *((word, _Status.SUSPENDED) for word in ("报停", "停机", "暂停", "報停", "停機", "暫停", "tạm ngưng", "tạm dừng")),
    *((word, _Status.FORCED) for word in ("强停", "強停", "cắt")),
    *((word, _Status.CLOSED) for word in ("销户", "拆机", "銷戶", "拆機", "hủy", "đã hủy")),
    *((word, _Status.PENDING) for word in ("待装", "未装", "待裝", "未裝", "chờ lắp")),
)
AS_TEXT = N_("Format the column as text: Excel shortens long numbers.")

_CUSTOMER = (
    ImportColumn(
        "name",
        N_("Customer name"),
        text(200),
        required=True,
        example="王晓明",
        aliases=(
            "Name",
            "Customer",
            "姓名",
            "用户姓名",
            "用户名",
            "客户",
            "用户名称",
            "用戶姓名",
            "用戶名",
            "客戶",
            "用戶名稱",
            "Họ tên",
            "Họ và tên",
            "Khách hàng",
        ),
    ),
    ImportColumn(
        "kind",
        N_("Kind"),
        one_of(CustomerKind, *KINDS),
        note=N_("Individual or company. Left empty, an individual."),
        aliases=("客户类型", "客户类别", "客戶類型", "客戶類別", "Loại khách hàng", "Loại khách"),
    ),
    ImportColumn(
        "id_number",
        N_("ID number"),
        id_number,
        example="110101199003078123",
        private=True,
        note=AS_TEXT,
        aliases=(
            "ID card",
            "身份证",
            "身份证号",
            "身份证号码",
            "证件号码",
            "身份證",
            "身份證號",
            "身份證號碼",
            "證件號碼",
            "CCCD",
            "CMND",
            "Số CCCD",
            "Số CMND",
        ),
    ),
    ImportColumn(
        "mobile",
        N_("Mobile"),
        phone,
        example="13800002618",
        aliases=("Mobile phone", "手机", "手机号", "手机号码", "移动电话", "手機", "手機號碼", "流動電話", "Di động", "Số di động"),
    ),
    ImportColumn(
        "contact_phone",
        N_("Contact phone"),
        phone,
        aliases=("Phone", "联系电话", "联系方式", "聯系電話", "聯絡電話", "聯繫電話", "Số điện thoại", "SĐT", "Điện thoại liên hệ"),
    ),
    ImportColumn(
        "telephone",
        N_("Telephone"),
        phone,
        aliases=("电话", "电话号码", "固定电话", "電話", "電話號碼", "固網電話", "Điện thoại", "Điện thoại bàn"),
    ),
    ImportColumn(
        "customer_no",
        N_("Customer number"),
        code(),
        note=N_("The number of the earlier books, if the customers are to keep it. Left empty, the office gives one."),
        aliases=("Customer no", "客户编号", "用户编号", "客戶編號", "用戶編號", "Mã khách hàng", "Mã KH"),
    ),
    ImportColumn("tax_number", N_("Tax number"), code(), aliases=("税号", "纳税人识别号", "稅號", "納稅人識別號", "MST", "Mã số thuế")),
    ImportColumn("invoice_address", N_("Invoice address"), text(200), aliases=("开票地址", "開票地址", "發票地址", "Địa chỉ hóa đơn")),
)

_LINE = (
    ImportColumn(
        "community",
        N_("Community name"),
        text(200),
        required=True,
        example="翠湖花园",
        note=N_("As in the list of communities, by name or code."),
        aliases=("Community", "小区", "小区名", "楼盘", "小區", "小區名", "樓盤", "屋苑", "Khu", "Tên khu", "Khu dân cư", "Tiểu khu"),
    ),
    ImportColumn(
        "address",
        N_("Address"),
        text(200),
        required=True,
        example="3-2-501",
        aliases=("地址", "住址", "装机地址", "用户地址", "門牌", "裝機地址", "用戶地址", "Địa chỉ", "Địa chỉ lắp đặt"),
    ),
    ImportColumn(
        "plan",
        N_("Plan type"),
        text(200),
        required=True,
        example="200M",
        note=N_("As in the list of plans."),
        aliases=("Plan", "Package", "套餐", "套餐名称", "资费", "套餐名稱", "資費", "計劃", "Gói", "Gói cước", "Tên gói"),
    ),
    ImportColumn(
        "business_type",
        N_("Business type"),
        text(200),
        note=N_("As in the list of business types. Left empty, a new installation."),
        aliases=("业务类型", "業務類型", "Loại nghiệp vụ", "Nghiệp vụ"),
    ),
    ImportColumn(
        "broadband_account",
        N_("Broadband account"),
        code(),
        required=True,
        example="wang501",
        aliases=(
            "Account",
            "Login",
            "宽带账号",
            "宽带帐号",
            "账号",
            "帐号",
            "寬帶賬號",
            "寬頻帳號",
            "賬號",
            "帳號",
            "Tài khoản",
            "Tài khoản mạng",
            "Account internet",
        ),
    ),
    ImportColumn("password", N_("Password"), secret(), private=True, aliases=("密码", "宽带密码", "密碼", "寬帶密碼", "Mật khẩu")),
    ImportColumn("access_order_no", N_("Access order number"), code(), aliases=("接入单号", "接入單號", "Số phiếu đấu nối", "Mã đấu nối")),
    ImportColumn(
        "bound_number",
        N_("Bound number"),
        code(),
        aliases=("MAC", "MAC address", "绑定号码", "绑定", "綁定號碼", "綁定", "Số ràng buộc", "Địa chỉ MAC"),
    ),
    ImportColumn(
        "salesperson",
        N_("Salesperson"),
        text(200),
        note=N_("An employee of the office, by name or code."),
        aliases=("业务员", "销售", "業務員", "銷售", "Nhân viên kinh doanh", "NVKD"),
    ),
)

_DATES = (
    ImportColumn(
        "applied_on",
        N_("Applied on"),
        day,
        example=datetime.date(2024, 3, 5),
        note=N_("Left empty, the day of the activation."),
        aliases=("报装日期", "报装时间", "登记日期", "報裝日期", "登記日期", "申請日期", "Ngày đăng ký"),
    ),
    ImportColumn(
        "activated_on",
        N_("Activated on"),
        day,
        example=datetime.date(2024, 3, 8),
        note=N_("The first day with service. Left empty, the day of the application."),
        aliases=(
            "Start",
            "Start date",
            "开通日期",
            "开通时间",
            "开户日期",
            "起始日期",
            "開通日期",
            "開戶日期",
            "Ngày kích hoạt",
            "Ngày bắt đầu",
            "Ngày mở",
        ),
    ),
    ImportColumn(
        "stops_on",
        N_("Stop date"),
        day,
        required=True,
        example=datetime.date(2027, 3, 7),
        note=N_("The last day that is paid for in the earlier books."),
        aliases=(
            "Paid until",
            "End date",
            "停止日期",
            "到期日期",
            "到期时间",
            "截止日期",
            "到期",
            "到期日",
            "Ngày hết hạn",
            "Ngày dừng",
            "Hết hạn",
        ),
    ),
    ImportColumn(
        "status",
        N_("Subscription status"),
        one_of(SubscriptionStatus, *STATUSES),
        note=N_("Only lines that run are taken over. Left empty, the line runs."),
        aliases=("Status", "状态", "用户状态", "狀態", "用戶狀態", "Trạng thái", "Tình trạng"),
    ),
    ImportColumn(
        "note", N_("Note"), text(2000, lines=True), aliases=("Notes", "Remark", "备注", "说明", "備註", "備注", "說明", "Ghi chú")
    ),
)

COLUMNS = (*_CUSTOMER, *_LINE, *_DATES)
