"""What clerks and installers of the demonstration note about people and their lines, in the language of the office."""

from __future__ import annotations

from dataclasses import dataclass

from app.offices.choices import Language

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Remarks:
    """Sentences to choose from, by what they are written about. A fault is symptom, cause and remedy."""

    suspended: Texts
    back_early: Texts
    violation: Texts
    operator: Texts
    mended: Texts
    arrears: Texts
    patience: Texts
    closed: Texts
    closed_in_debt: Texts
    moved: Texts
    moved_wrongly: str
    compensation: Texts
    transferred: Texts
    upgraded: Texts
    downgraded: Texts
    gift: Texts
    prepaid: Texts
    faults: tuple[tuple[str, str, str], ...]
    failed: Texts
    requests: Texts
    router: str


REMARKS = {
    Language.SIMPLIFIED_CHINESE: Remarks(
        suspended=(
            "回老家带孙子，过完年回来",
            "全家自驾环游新疆，归期看车",
            "孩子备战高考，家长要求断网",
            "出国探亲三个月，猫已托邻居照看",
        ),
        back_early=("孙子想看动画片，提前回来复机", "高考结束，孩子在家倒数等复机"),
        violation=("一条线接了整栋楼十二户", "在楼道开起了“共享网吧”"),
        operator=("施工队挖断光缆，挖完才看图纸", "光缆被松鼠咬断，松鼠已逃逸"),
        mended=("光缆已接好，松鼠仍在逃", "抢修完成，施工队请吃了宵夜"),
        arrears=("电话三次，每次都说明天来", "说忘了，再打就不接了", "缴费提醒被当成诈骗短信"),
        patience=("客户说十五号发工资，一定来", "老客户，正在医院陪床，先不停", "答应周末让儿子来缴"),
        closed=("搬去大理，说那边风就是网", "单位新房自带宽带", "两家并一家，新娘家的网更快", "退休回乡种荔枝，留了一箱试吃"),
        closed_in_debt=("要搬家，迁移费还没缴，退费里抵扣", "上次维修费没付，销户一起结清"),
        moved=("新家在顶楼，天气好能看到海", "从三楼搬到五楼，只为离岳母远两层", "换了学区房，网要先到人再到", "猫抓坏了旧墙面，干脆搬家"),
        moved_wrongly="门牌号听错了，四栋听成十栋",
        compensation=("台风停网，补偿天数", "机房空调罢工，向客户致歉", "迁移排期晚了，按天补偿"),
        transferred=("房子卖了，网线算嫁妆", "室友毕业，网留给下一届", "父亲把宽带传给儿子，密码没传"),
        upgraded=("孙子来过暑假，要打游戏", "全家开始在家办公，会议老卡", "老板直播卖荔枝，要更快"),
        downgraded=("孩子上大学去了，用不了那么快", "只剩老两口看戏曲，省点"),
        gift=("介绍三位邻居装机，赠送月数", "国庆活动赠送"),
        prepaid=("预存半年，到期自动续", "老人怕忘，一次存够"),
        faults=(
            ("晚上一到八点就掉线", "光猫放在微波炉旁边", "光猫挪位，微波炉留任"),
            ("整屋没网", "家中仓鼠咬断皮线", "更换皮线光缆，建议仓鼠搬家"),
            ("网速慢如蜗牛", "接头进水", "重做冷接子，测速达标"),
            ("路由器红灯闪烁", "被小朋友贴满奥特曼贴纸，散热不良", "揭下贴纸，留奥特曼一张"),
        ),
        failed=("家中无人，门口只有一只很凶的鹅", "客户临时改期，说今天不宜动土", "电梯检修，二十八楼爬到一半改约"),
        requests=("请到前半小时电话联系", "家里有猫，请随手关门", "午睡一点到三点，请勿敲门"),
        router="无线路由器 AX3000",
    ),
    Language.TRADITIONAL_CHINESE: Remarks(
        suspended=("移英探親三個月，貓託樓下照顧", "全家往日本長住，櫻花謝後回港", "兒子考 DSE，要求暫停上網"),
        back_early=("日本太貴，提早回港復機", "DSE 考完，兒子親自來辦復機"),
        violation=("一條線拉去隔籬三戶", "劏房六伙共用一線"),
        operator=("大廈維修剪斷光纖", "颱風吹走天台光纖箱"),
        mended=("光纖已駁回，工程主任請飲凍檸茶", "天台光纖箱在隔壁屋苑尋回"),
        arrears=("致電三次，每次都話聽日", "來電說在飲茶，然後沒有然後"),
        patience=("出糧後即繳，舊客戶", "阿婆話等女兒返港一齊繳"),
        closed=("移居大埔種菜，話唔使上網", "新屋苑包寬頻", "與男友同住，用他的網"),
        closed_in_debt=("遷移費未繳，於退款中扣除",),
        moved=("由 A 座搬去 B 座，為了近茶餐廳", "換樓成功，海景仍在供款", "搬近外母，面色凝重"),
        moved_wrongly="聽錯單位，G 室聽成 C 室",
        compensation=("黑色暴雨停網，補償天數", "大廈停電，補償天數"),
        transferred=("單位售出，連寬頻一併交收", "室友搬走，帳號留給貓主人"),
        upgraded=("在家工作，視像會議成日停格", "開始做網上補習"),
        downgraded=("子女外遊讀書，唔使咁快", "退休睇劇集，夠用就得"),
        gift=("介紹鄰居安裝，送月數", "週年優惠贈送"),
        prepaid=("預存半年，到期自動續", "婆婆怕唔記得，一次過存夠"),
        faults=(
            ("每晚八點斷線", "數據機放在神枱香爐旁", "移走數據機，先拜後修"),
            ("完全無網", "裝修師傅鑽穿光纖", "更換光纖線，師傅已道歉"),
            ("網速慢", "接頭鬆脫", "重新接駁，測速正常"),
        ),
        failed=("家中無人，只得鸚鵡應門", "管理處未批准入場"),
        requests=("上門前半小時請致電", "家有兩隻柴犬，請先按門鐘"),
        router="無線路由器 AX3000",
    ),
    Language.VIETNAMESE: Remarks(
        suspended=("Về quê ăn Tết, ăn xong mới lên", "Con thi đại học, mẹ xin cắt mạng", "Đi thăm con ở Đức, nhờ hàng xóm trông mèo"),
        back_early=("Con thi xong, đứng chờ ở quầy xin mở lại", "Quê nóng quá, lên sớm"),
        violation=("Kéo dây cho cả tầng dùng chung", "Bán lại mạng cho quán nét dưới nhà"),
        operator=("Xe cẩu móc đứt cáp đầu ngõ", "Chuột cắn cáp, chuột chưa bắt được"),
        mended=("Đã nối lại cáp, chuột vẫn tại ngoại",),
        arrears=("Gọi ba lần, lần nào cũng hẹn mai", "Bảo đang họp, họp từ tuần trước"),
        patience=("Khách hẹn mùng mười có lương", "Khách lâu năm, đang chăm mẹ ở viện"),
        closed=("Chuyển vào Sài Gòn bán phở Hà Nội", "Nhà mới có sẵn mạng", "Cưới rồi, dùng chung mạng nhà chồng"),
        closed_in_debt=("Phí chuyển địa điểm chưa đóng, trừ vào tiền hoàn",),
        moved=("Chuyển từ tòa A sang tòa B cho gần bà ngoại", "Đổi căn để đón nắng sáng"),
        moved_wrongly="Nghe nhầm số phòng, tầng 7 thành tầng 11",
        compensation=("Bão làm mất mạng, bù ngày", "Nâng cấp thiết bị, bù ngày"),
        transferred=("Bán nhà, bán luôn cả mạng", "Bố chuyển cho con, mật khẩu thì không"),
        upgraded=("Cả nhà làm việc online, họp hay bị đứng hình", "Con trai chơi game, bố đành chiều"),
        downgraded=("Con đi học xa, không cần nhanh nữa",),
        gift=("Giới thiệu hàng xóm lắp mạng, tặng tháng",),
        prepaid=("Đóng trước nửa năm, đến hạn tự gia hạn",),
        faults=(
            ("Buổi tối hay mất mạng", "Modem để cạnh lò vi sóng", "Dời modem, lò vi sóng ở lại"),
            ("Mất mạng hoàn toàn", "Chuột cắn dây quang", "Thay dây quang, khuyên nuôi mèo"),
        ),
        failed=("Không có ai ở nhà, chỉ có con chó", "Khách xem lịch, bảo hôm nay không hợp khoan tường"),
        requests=("Gọi trước nửa giờ", "Nhà có em bé ngủ trưa, xin đừng bấm chuông"),
        router="Bộ phát Wi-Fi AX1800",
    ),
}
