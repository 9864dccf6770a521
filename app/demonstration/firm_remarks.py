"""What is noted about firms: they have offices, shifts and budgets where people have families and pets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.demonstration.remarks import REMARKS, Remarks
from app.offices.choices import Language

OF_FIRMS: dict[Language, dict[str, Any]] = {
    Language.SIMPLIFIED_CHINESE: {
        "suspended": ("仓库淡季停用", "办公室装修，暂停上网", "门店盘点停业两个月"),
        "back_early": ("装修提前完工，复机开业", "淡季订单不断，提前复机"),
        "violation": ("一条线供整层办公室转租",),
        "arrears": ("财务说月底付款，月底已过", "发票抬头改了三次，款还未到"),
        "patience": ("付款流程已到总经理", "老客户，对公转账在途"),
        "closed": ("公司迁往东莞", "园区统一换专线", "门店结业"),
        "moved": ("搬到大一号的写字楼", "部门从三楼调到十二楼"),
        "transferred": ("公司更名，线路随公章走", "门店转让，宽带一并移交"),
        "upgraded": ("视频会议常卡，加带宽", "新开网店，上传变多"),
        "downgraded": ("部分同事居家办公，用不了那么快", "压缩开支"),
        "prepaid": ("按预算一次付清半年",),
        "faults": (
            ("收银机连不上网", "交换机被拖把碰松", "重新插接，线缆上墙"),
            ("会议室断网", "地插进水", "更换地插，测速达标"),
            ("网速慢", "接头进水", "重做冷接子，测速达标"),
        ),
        "failed": ("门店未营业，无人开门", "写字楼货梯检修，改约"),
        "requests": ("请到前台登记", "午休十二点到两点，请避开", "请带施工证"),
    },
    Language.TRADITIONAL_CHINESE: {
        "suspended": ("寫字樓裝修，暫停上網", "舖頭淡季休息兩個月"),
        "back_early": ("裝修提早完工，復機開業",),
        "violation": ("一條線供成層寫字樓分租",),
        "arrears": ("會計話支票已寄出", "話等老細簽名"),
        "patience": ("支票過數中，舊客戶",),
        "closed": ("公司搬去觀塘", "舖頭約滿結業"),
        "moved": ("搬去大啲嘅寫字樓", "由五樓搬落地舖"),
        "transferred": ("公司改名，線路照用", "生意頂讓，寬頻一併交收"),
        "upgraded": ("視像會議成日停格", "開網店，上載多咗"),
        "downgraded": ("同事在家工作，唔使咁快",),
        "prepaid": ("按預算一次過繳半年",),
        "faults": (
            ("收銀機上唔到網", "交換機插頭鬆脫", "重新接駁，線路固定"),
            ("網速慢", "接頭鬆脫", "重新接駁，測速正常"),
        ),
        "failed": ("舖頭未開門", "管理處未批准入場"),
        "requests": ("請先到接待處登記", "午飯一點至兩點請避開"),
    },
    Language.VIETNAMESE: {
        "suspended": ("Sửa văn phòng, tạm ngừng hai tháng", "Cửa hàng nghỉ mùa thấp điểm"),
        "back_early": ("Sửa xong sớm, mở lại để kịp khai trương",),
        "violation": ("Một đường dây chia cho cả tầng thuê lại",),
        "arrears": ("Kế toán hẹn cuối tháng, cuối tháng đã qua", "Chờ giám đốc ký"),
        "patience": ("Đã có ủy nhiệm chi, khách lâu năm",),
        "closed": ("Công ty chuyển sang Bắc Ninh", "Cửa hàng đóng cửa"),
        "moved": ("Chuyển sang văn phòng rộng hơn", "Phòng kế toán chuyển lên tầng mười hai"),
        "transferred": ("Công ty đổi tên, đường dây giữ nguyên", "Sang nhượng cửa hàng, bàn giao cả mạng"),
        "upgraded": ("Họp trực tuyến hay bị đứng hình", "Mở bán hàng trực tuyến"),
        "downgraded": ("Nhân viên làm việc ở nhà, không cần nhanh nữa",),
        "prepaid": ("Theo dự toán, đóng trước nửa năm",),
        "faults": (
            ("Máy tính tiền không vào được mạng", "Đầu cắm bị lỏng", "Cắm lại, cố định dây"),
            ("Mạng chậm", "Mối nối bị ẩm", "Làm lại mối nối, tốc độ đạt"),
        ),
        "failed": ("Cửa hàng chưa mở cửa", "Ban quản lý chưa cho vào"),
        "requests": ("Xin đăng ký ở lễ tân", "Tránh giờ nghỉ trưa từ 12 giờ đến 13 giờ 30"),
    },
}


def firm_remarks(language: Language) -> Remarks:
    """Return what is noted about a firm, in the language of its office."""
    return replace(REMARKS[language], **OF_FIRMS.get(language, {}))
