"""The words of notices, reminders and statements: one key, four languages. What receipts say too stands in ``app.billing.captions``.

As there, the words do not come from the catalogues of the screens: a notice is in the resident's language, whoever is signed in.
"""

from __future__ import annotations

from app.billing.captions import CAPTIONS as ON_RECEIPTS
from app.billing.captions import Caption
from app.notices.mail_captions import CAPTIONS as OF_LETTERS

CAPTIONS: dict[str, Caption] = {
    "prefix_due": Caption("N", "JF", "JF", "TB"),
    "prefix_first": Caption("R1", "CJ1", "CJ1", "NN1"),
    "prefix_second": Caption("R2", "CJ2", "CJ2", "NN2"),
    "prefix_third": Caption("R3", "CJ3", "CJ3", "NN3"),
    # The payment-due notice
    "title_due": Caption(
        "NOTICE OF CHARGES, {month}", "缴费通知单（{month}）", "繳費通知單（{month}）", "THÔNG BÁO PHÍ DỊCH VỤ THÁNG {month}"
    ),
    "under_title": Caption(
        "(Payment-due notice; this is not a tax invoice)",
        "（缴费凭此单，本单不能代替发票）",
        "（繳費憑此單，本單不能代替發票）",
        "(Giấy báo đến kỳ thanh toán, không thay thế hóa đơn giá trị gia tăng)",
    ),
    "replaces": Caption(
        "Replaces notice {number}", "代替编号{number}的通知单", "代替編號{number}的通知單", "Thay thế thông báo số {number}"
    ),
    "issued": Caption("Issued on", "开单日期", "開單日期", "Ngày lập"),
    "hotline": Caption("Questions about fees", "收费咨询", "收費查詢", "Hotline phí"),
    "to": Caption("To", "致", "致", "Kính gửi"),
    "person": Caption("{name}", "{name}", "{name}", "Ông/Bà {name}"),
    "area_persons": Caption("Area; persons", "面积；人数", "面積；人數", "Diện tích; số người"),
    "persons": Caption("{n} persons", "{n}人", "{n}人", "{n} người"),
    "floor": Caption("Floor {floor}", "{floor}层", "{floor}樓", "Tầng {floor}"),
    "box_total": Caption("TOTAL TO PAY", "应缴合计", "應繳合計", "TỔNG SỐ TIỀN PHẢI THANH TOÁN"),
    "box_due": Caption("PAY BY", "缴费期限", "繳費期限", "HẠN THANH TOÁN"),
    "box_reference": Caption("TRANSFER REFERENCE", "转账附言", "轉賬附言", "NỘI DUNG CHUYỂN KHOẢN"),
    "nothing_to_pay": Caption("NOTHING TO PAY", "无须缴费", "無須繳費", "KHÔNG PHẢI THANH TOÁN"),
    "part_one": Caption("I. Charges of this period", "一、本期费用", "一、本期費用", "I. Phí phát sinh trong kỳ"),
    "part_two": Caption("II. Earlier debts and credit", "二、上期欠费与余额", "二、上期欠費與餘額", "II. Công nợ và số dư"),
    "line_amount": Caption("Amount", "金额", "金額", "Thành tiền"),
    "content": Caption("Item", "项目", "項目", "Nội dung"),
    "previous_reading": Caption("Previous reading", "上期读数", "上期讀數", "Chỉ số cũ"),
    "current_reading": Caption("Current reading", "本期读数", "本期讀數", "Chỉ số mới"),
    "consumption": Caption("Used", "用量", "用量", "Tiêu thụ / SL"),
    "sum_one": Caption("Charges of this period (I)", "本期费用小计（一）", "本期費用小計（一）", "Cộng phát sinh trong kỳ (I)"),
    "sum_two": Caption("Earlier debts and credit (II)", "欠费与余额小计（二）", "欠費與餘額小計（二）", "Cộng công nợ và số dư (II)"),
    "sum_all": Caption("TOTAL TO PAY (I + II)", "应缴合计（一＋二）", "應繳合計（一＋二）", "TỔNG SỐ TIỀN PHẢI THANH TOÁN (I + II)"),
    "in_words_of": Caption("In words", "大写", "大寫", "Bằng chữ"),
    "of_days": Caption("{name} ({days})", "{name}（{days}）", "{name}（{days}）", "{name} ({days})"),
    "of_month": Caption("{name}, {month}", "{name}（{month}）", "{name}（{month}）", "{name} tháng {month}"),
    "shared_name": Caption("{name}, shared meters", "{name}（公用表分摊）", "{name}（公用錶分攤）", "{name}, đồng hồ chung"),
    "shared_by_area": Caption(
        "By area: {weight} of {weights}; whole bill {whole}",
        "按面积分摊：{weight}／{weights}，总额{whole}",
        "按面積分攤：{weight}／{weights}，總額{whole}",
        "Chia theo diện tích: {weight}/{weights}, tổng {whole}",
    ),
    "shared_by_head": Caption(
        "By heads: {weight} of {weights}; whole bill {whole}",
        "按人数分摊：{weight}／{weights}，总额{whole}",
        "按人數分攤：{weight}／{weights}，總額{whole}",
        "Chia theo số người: {weight}/{weights}, tổng {whole}",
    ),
    "shared_by_consumption": Caption(
        "By own consumption: {weight} of {weights}; whole bill {whole}",
        "按自用量分摊：{weight}／{weights}，总额{whole}",
        "按自用量分攤：{weight}／{weights}，總額{whole}",
        "Chia theo tiêu thụ riêng: {weight}/{weights}, tổng {whole}",
    ),
    "estimate_mark": Caption("(estimate)", "（估抄）", "（估抄）", "(tạm tính)"),
    "old_meter": Caption("Old meter {serial}", "旧表{serial}", "舊錶{serial}", "Công tơ cũ {serial}"),
    "new_meter": Caption("New meter {serial}", "新表{serial}", "新錶{serial}", "Công tơ mới {serial}"),
    "old_clock": Caption("Old meter {serial}", "旧表{serial}", "舊錶{serial}", "Đồng hồ cũ {serial}"),
    "new_clock": Caption("New meter {serial}", "新表{serial}", "新錶{serial}", "Đồng hồ mới {serial}"),
    "a_meter": Caption("Meter {serial}", "表号{serial}", "錶號{serial}", "Công tơ {serial}"),
    "a_clock": Caption("Meter {serial}", "表号{serial}", "錶號{serial}", "Đồng hồ {serial}"),
    "multiplied": Caption("{text}, multiplier {factor}", "{text}，倍率{factor}", "{text}，倍率{factor}", "{text}, hệ số {factor}"),
    "rolled_over": Caption("{text}, passed zero", "{text}，回零", "{text}，回零", "{text}, qua vòng"),
    "tier": Caption("Tier {n}", "第{n}档", "第{n}檔", "Bậc {n}"),
    "tier_of_water": Caption("Tier {n}", "第{n}档", "第{n}檔", "Mức {n}"),
    "tier_range": Caption("{tier}: {range}", "{tier}：{range}", "{tier}：{range}", "{tier}: {range}"),
    "range_between": Caption("{low}–{high}", "{low}–{high}", "{low}–{high}", "{low}–{high}"),
    "range_first": Caption("the first {high} {measure}", "{high}{measure}以内", "{high}{measure}以內", "{high} {measure} đầu"),
    "range_above_to": Caption(
        "above {low} up to {high} {measure}", "{low}至{high}{measure}", "{low}至{high}{measure}", "trên {low} đến {high} {measure}"
    ),
    "range_above": Caption("above {low} {measure}", "超过{low}{measure}", "超過{low}{measure}", "trên {low} {measure}"),
    "range_over": Caption("above {low}", "{low}以上", "{low}以上", "trên {low}"),
    "price_part": Caption("{text}, prices from {day}", "{text}，{day}起价格", "{text}，{day}起價格", "{text}, giá từ {day}"),
    "line_with_label": Caption("{label}, {tier}", "{label}，{tier}", "{label}，{tier}", "{label}, {tier}"),
    "with_percent": Caption("{text} {percent}", "{text}{percent}", "{text}{percent}", "{text} {percent}"),
    "quota": Caption(
        "Quota: {persons} persons × {limit} {measure}",
        "定额：{persons}人 × {limit}{measure}",
        "定額：{persons}人 × {limit}{measure}",
        "Định mức: {persons} người × {limit} {measure}",
    ),
    "charged_before": Caption("Charged before as an estimate", "扣除已收估抄费用", "扣除已收估抄費用", "Trừ tiền đã tạm tính"),
    "due_or_late": Caption("Due", "期限／逾期", "期限／逾期", "Hạn / quá hạn"),
    "days_late": Caption("{due}, {n} days overdue", "{due}，逾期{n}天", "{due}，逾期{n}天", "{due}, quá {n} ngày"),
    "still_owed": Caption("{name}, still owed", "{name}欠费", "{name}欠費", "{name} còn nợ"),
    "interest_row": Caption(
        "Late interest {rate} a day ({days}, {n} days)",
        "违约金，每日{rate}（{days}，{n}天）",
        "違約金，每日{rate}（{days}，{n}天）",
        "Lãi chậm nộp {rate}/ngày ({days}, {n} ngày)",
    ),
    "interest_charged": Caption("Late interest", "违约金", "違約金", "Lãi chậm nộp"),
    "paid_already": Caption("Paid already", "本期已缴", "本期已繳", "Đã thanh toán trong kỳ"),
    "adjusted": Caption("Adjustment", "调整", "調整", "Điều chỉnh"),
    "credit_used": Caption("Credit balance", "减：预存余额", "減：預存餘額", "Trừ số dư trả trước của khách hàng"),
    "credit_left": Caption(
        "Credit left: {amount}.", "抵扣后预存余额：{amount}。", "抵扣後預存餘額：{amount}。", "Số dư trả trước còn lại: {amount}."
    ),
    "includes_vat": Caption("VAT included: {rates}.", "其中增值税：{rates}。", "其中增值稅：{rates}。", "Trong đó thuế GTGT: {rates}."),
    "vat_of": Caption("{percent}: {amount}", "{percent}：{amount}", "{percent}：{amount}", "{percent}: {amount}"),
    "meters_read": Caption(
        "{meters}; read on {day}.", "{meters}；抄表日期{day}。", "{meters}；抄錶日期{day}。", "{meters}; ghi chỉ số ngày {day}."
    ),
    "meter_of": Caption("{name} meter {serial}", "{name}表{serial}", "{name}錶{serial}", "{name}: đồng hồ {serial}"),
    "mean_of_three": Caption(
        "Mean of 3 months: {means}.", "前三期平均：{means}。", "前三期平均：{means}。", "Trung bình 3 tháng: {means}."
    ),
    "mean_of": Caption(
        "{name} {quantity} {measure}", "{name}{quantity} {measure}", "{name}{quantity} {measure}", "{name} {quantity} {measure}"
    ),
    "higher": Caption(
        "{name}: consumption {percent} above the mean of 3 months, please check your appliances.",
        "{name}用量比前三期平均高{percent}，请检查用量是否正常。",
        "{name}用量比前三期平均高{percent}，請檢查用量是否正常。",
        "{name}: tiêu thụ cao hơn {percent} so với trung bình 3 tháng, đề nghị kiểm tra thiết bị.",
    ),
    "lower": Caption(
        "{name}: consumption {percent} below the mean of 3 months, please check the meter.",
        "{name}用量比前三期平均低{percent}，请核对仪表。",
        "{name}用量比前三期平均低{percent}，請核對儀錶。",
        "{name}: tiêu thụ thấp hơn {percent} so với trung bình 3 tháng, đề nghị kiểm tra đồng hồ.",
    ),
    "ways_to_pay": Caption("How to pay", "缴费方式", "繳費方式", "Cách thanh toán"),
    "way_qr": Caption(
        "Scan the VietQR code; do not change the amount or the reference.",
        "扫描旁边的VietQR码，请勿修改金额和附言。",
        "掃描旁邊的VietQR碼，請勿修改金額和附言。",
        "Quét mã VietQR bên cạnh, không sửa số tiền và nội dung.",
    ),
    "way_transfer": Caption("Transfer:", "银行转账：", "銀行轉賬：", "Chuyển khoản:"),
    "way_holder": Caption("account holder {holder}", "户名{holder}", "戶名{holder}", "chủ tài khoản {holder}"),
    "way_reference": Caption("reference", "附言", "附言", "nội dung"),
    "way_counter": Caption("At the counter: {counter}", "到前台缴费：{counter}", "到前台繳費：{counter}", "Tại quầy: {counter}"),
    "way_office": Caption(
        "At our office; please give your customer number {customer_no}.",
        "到本单位缴费，并告知客户编号{customer_no}。",
        "到本單位繳費，並告知客戶編號{customer_no}。",
        "Tại văn phòng ban quản lý; vui lòng cho biết mã khách hàng {customer_no}.",
    ),
    "after_due": Caption(
        "After {due}, late interest of {rate} a day is charged{clause}.",
        "{due}之后按每日{rate}计收违约金{clause}。",
        "{due}之後按每日{rate}計收違約金{clause}。",
        "Sau hạn {due}, tiền lãi chậm nộp {rate}/ngày{clause}.",
    ),
    "by_clause": Caption(
        " under clause {clause} of the service agreement",
        "（服务协议第{clause}条）",
        "（服務協議第{clause}條）",
        " theo điều {clause} hợp đồng dịch vụ",
    ),
    "complaints": Caption(
        "Complaints about readings or amounts: within {n} days of receiving this notice.",
        "如对读数或金额有异议，请于收到本通知后{n}日内提出。",
        "如對讀數或金額有異議，請於收到本通知後{n}日內提出。",
        "Khiếu nại về chỉ số hoặc số tiền: trong {n} ngày kể từ ngày nhận thông báo.",
    ),
    "paid_meanwhile": Caption(
        "If you have paid in the meantime, please disregard this notice.",
        "如已缴费，请忽略本通知。",
        "如已繳費，請忽略本通知。",
        "Nếu Quý khách đã thanh toán, vui lòng bỏ qua thông báo này.",
    ),
    "scan": Caption("Scan VietQR", "扫码缴费（VietQR）", "掃碼繳費（VietQR）", "Quét VietQR"),
    "scan_hint": Caption(
        "(amount and reference are filled in)", "（已含金额和附言）", "（已含金額和附言）", "(đã có sẵn số tiền và nội dung)"
    ),
    "head_of_board": Caption("BUILDING MANAGER", "物业服务中心", "物業服務中心", "TRƯỞNG BAN QUẢN LÝ"),
    "stamp_hint": Caption("(Signature, name, stamp)", "（单位盖章）", "（單位蓋章）", "(Ký, họ tên, đóng dấu)"),
    "at_city": Caption("{city}, {day}", "{city}，{day}", "{city}，{day}", "{city}, {day}"),
    # Reminders
    "title_first": Caption("PAYMENT REMINDER (1ST)", "催 缴 通 知 书（第一次）", "催 繳 通 知 書（第一次）", "THÔNG BÁO NHẮC NỢ (LẦN 1)"),
    "title_second": Caption("PAYMENT REMINDER (2ND)", "催 缴 通 知 书（第二次）", "催 繳 通 知 書（第二次）", "THÔNG BÁO NHẮC NỢ (LẦN 2)"),
    "title_third": Caption(
        "PAYMENT REMINDER (FINAL)", "催 缴 通 知 书（第三次）", "催 繳 通 知 書（第三次）", "THÔNG BÁO CÔNG NỢ QUÁ HẠN (LẦN 3)"
    ),
    "dear": Caption("Dear {name},", "尊敬的{name}", "尊敬的{name}", "Kính gửi: {name}"),
    "dear_unit": Caption(
        " (customer no. {customer_no}, unit {unit}, {place})",
        "（客户编号 {customer_no}，房号 {unit}，{place}）：",
        "（客戶編號 {customer_no}，單位 {unit}，{place}）：",
        ", căn hộ {unit}, {place} (mã khách hàng {customer_no}).",
    ),
    "body_first": Caption(
        "Our records show that the charges below were unpaid on {as_of}. If you have paid in the meantime, please disregard this letter. "
        "Otherwise please pay by {deadline}.",
        "截至{as_of}，您尚有下列费用未缴，可能是您一时疏忽。请于{deadline}前缴清；如已缴费，请忽略本通知。",
        "截至{as_of}，閣下尚有下列費用未繳，可能是一時疏忽。請於{deadline}前繳清；如已繳費，請忽略本通知。",
        "Theo sổ theo dõi công nợ, đến ngày {as_of}, căn hộ còn các khoản phí sau chưa thanh toán. Có thể Quý khách chưa nhận được "
        "thông báo hoặc đã thanh toán trong những ngày gần đây; nếu vậy, xin vui lòng bỏ qua thư này. "
        "Kính đề nghị Quý khách thanh toán trước ngày "
        "{deadline}.",
    ),
    "body_second": Caption(
        "We wrote to you on {first_date} (notice {first_number}) and have not received payment by {as_of}. "
        "Please pay the amounts below by {deadline}, or call us on {phone} to agree on a date.",
        "我单位已于{first_date}向您发出缴费通知（编号{first_number}），截至{as_of}仍未收到款项。请于{deadline}前缴清下列费用；"
        "如有困难或疑问，请与我们联系：{phone}。",
        "我司已於{first_date}向閣下發出繳費通知（編號{first_number}），截至{as_of}仍未收到款項。請於{deadline}前繳清下列費用；"
        "如有困難或疑問，請與我們聯系：{phone}。",
        "Ban quản lý đã gửi thông báo số {first_number} ngày {first_date} nhưng đến ngày {as_of} chưa nhận được thanh toán. "
        "Đề nghị Quý khách thanh toán toàn bộ số tiền dưới đây trước 17 giờ ngày {deadline}. Nếu gặp khó khăn, Quý khách vui lòng liên hệ "
        "Ban quản lý ({phone}) để thỏa thuận lịch thanh toán.",
    ),
    "body_third": Caption(
        "Despite {count} notices (listed below) the charges below remain unpaid. This is the final notice.",
        "我单位已先后{count}次发出通知（见下列），您至今未缴。本通知为最后一次通知。",
        "我司已先後發出{count}次通知（見下列），閣下至今仍未繳款。本通知為最後一次通知。",
        "Ban quản lý đã gửi {count} thông báo (danh sách dưới đây) nhưng Quý khách chưa thanh toán. Đây là thông báo cuối cùng. "
        "Đến ngày {as_of}, căn hộ còn nợ các khoản sau:",
    ),
    "after_third": Caption(
        "Please pay by {deadline}. After that date we will act{clause}: {measures}.",
        "请于{deadline}前缴清。逾期仍未缴纳的，我单位将依据服务协议{clause}{measures}，并依法追缴欠费及违约金。",
        "請於{deadline}前繳清；逾期未繳，我司將依服務協議{clause}{measures}，並依法追收欠款。",
        "Đề nghị Quý khách thanh toán trước 17 giờ ngày {deadline}. Sau thời hạn này, Ban quản lý sẽ áp dụng các biện pháp"
        "{clause}: {measures}.",
    ),
    "measures_by_clause": Caption(
        " under clause {clause} of the agreement", "第{clause}条", "第{clause}條", " theo điều {clause} của hợp đồng/nội quy"
    ),
    "measures": Caption(
        "locking of car park, gym and pool cards; late interest; legal action as the law provides",
        "暂停车位卡、健身卡、泳池卡的使用；继续计收违约金",
        "暫停車位卡、健身卡、泳池卡的使用；繼續計收違約金",
        "tạm khóa thẻ xe, thẻ phòng tập, thẻ bể bơi; tính lãi chậm nộp; khởi kiện theo quy định của pháp luật",
    ),
    "sent_before": Caption(
        "Notices sent before: {list}.", "已发出的通知：{list}。", "已發出的通知：{list}。", "Các thông báo đã gửi: {list}."
    ),
    "sent_one": Caption("{number} of {day} ({how})", "{number}（{day}，{how}）", "{number}（{day}，{how}）", "{number} ngày {day} ({how})"),
    "how_handed_over": Caption("handed over", "当面送达", "當面送達", "giao tận tay"),
    "how_letter_box": Caption("letter box", "投入信箱", "投入信箱", "hòm thư căn hộ"),
    "how_posted_by_mail": Caption("by post", "邮局投递", "郵局投遞", "gửi bưu điện"),
    "how_email": Caption("by e-mail", "电子邮件", "電郵", "gửi thư điện tử"),
    "how_unknown": Caption("sent", "已发出", "已發出", "đã gửi"),
    "fee": Caption("Charge", "收费项目", "收費項目", "Khoản phí"),
    "period_of": Caption("Period", "所属期间", "所屬期間", "Kỳ"),
    "due_of": Caption("Due on", "应缴日期", "應繳日期", "Hạn thanh toán"),
    "days_of": Caption("Days overdue", "逾期天数", "逾期天數", "Số ngày quá hạn"),
    "owed_of": Caption("Still owed", "欠费金额", "欠費金額", "Số tiền còn nợ"),
    "interest_of": Caption("Late interest", "违约金", "違約金", "Lãi chậm nộp"),
    "sum_reminder": Caption(
        "Total to pay: {total} ({words})", "合计 {total}  {words}", "合計 {total}  {words}", "Tổng cộng phải thanh toán: {total} ({words})"
    ),
    "interest_note": Caption(
        "Late interest of {rate} a day, counted to {as_of}; what is due on the day of payment holds.",
        "违约金按欠费金额每日{rate}计算，计算至{as_of}；实际金额以缴费当日为准。",
        "違約金按欠費金額每日{rate}計算，計算至{as_of}；實際金額以繳費當日為準。",
        "Lãi chậm nộp {rate}/ngày tính đến ngày {as_of}; số tiền thực tế tính đến ngày thanh toán.",
    ),
    "call_us": Caption(
        "If you have difficulties, please call us on {phone} to agree on a date.",
        "如有困难或疑问，请与我们联系：{phone}。",
        "如有困難或疑問，請與我們聯系：{phone}。",
        "Nếu gặp khó khăn, Quý khách vui lòng liên hệ Ban quản lý ({phone}) để thỏa thuận lịch thanh toán.",
    ),
    "slip_title": Caption("ACKNOWLEDGEMENT OF RECEIPT", "签收回执", "簽收回執", "PHẦN KÝ NHẬN"),
    "slip_text": Caption(
        "I have received notice {number}. Date: ………………………",
        "本人已收到编号{number}的催缴通知书。日期：            年        月        日",
        "本人已收到編號{number}的催繳通知書。日期：            年        月        日",
        "Tôi đã nhận thông báo số {number} ngày ........ tháng ........ năm ............ .",
    ),
    "slip_receiver": Caption("Received by (signature, name):", "签收人：", "簽收人：", "Người nhận (Ký, họ tên):"),
    "slip_relation": Caption("Relation to the resident:", "与户主关系：", "與戶主關係：", "Quan hệ với chủ hộ:"),
    "slip_giver": Caption("Delivered by:", "送达人：", "送達人：", "Người giao:"),
    # The statement
    "title_statement": Caption("STATEMENT OF ACCOUNT", "对 账 单", "對 賬 單", "SAO KÊ CÔNG NỢ"),
    "title_statement_of_unit": Caption("STATEMENT OF ACCOUNT", "对 账 单", "對 賬 單", "SAO KÊ CÔNG NỢ CĂN HỘ"),
    "measured_in": Caption("Amounts in {unit}", "单位：{unit}", "單位：{unit}", "Đơn vị tính: {unit}"),
    "from_to": Caption("From {start} to {end}", "{start}至{end}", "{start}至{end}", "Từ ngày {start} đến ngày {end}"),
    "document": Caption("Document", "单据号", "單據號", "Số chứng từ"),
    "explained": Caption("Description", "摘要", "摘要", "Diễn giải"),
    "charged": Caption("Charged", "应收", "應收", "Phải thu"),
    "collected": Caption("Collected", "已收", "已收", "Đã thu"),
    "balance": Caption("Balance", "余额", "餘額", "Còn nợ"),
    "opening": Caption("Opening balance", "期初余额", "期初餘額", "Số dư đầu kỳ"),
    "closing": Caption("Closing balance", "期末余额", "期末餘額", "Số dư cuối kỳ"),
    "in_period": Caption("In the period", "本期合计", "本期合計", "Phát sinh trong kỳ"),
    "ageing": Caption("Overdue by age: {list}.", "账龄：{list}。", "賬齡：{list}。", "Tuổi nợ: {list}."),
    "ageing_d0_30": Caption("0–30 days {amount}", "0–30天 {amount}", "0–30天 {amount}", "0–30 ngày {amount}"),
    "ageing_d31_60": Caption("31–60 days {amount}", "31–60天 {amount}", "31–60天 {amount}", "31–60 ngày {amount}"),
    "ageing_d61_90": Caption("61–90 days {amount}", "61–90天 {amount}", "61–90天 {amount}", "61–90 ngày {amount}"),
    "ageing_over_90": Caption("over 90 days {amount}", "90天以上 {amount}", "90天以上 {amount}", "trên 90 ngày {amount}"),
    "credit_held": Caption(
        "Credit held for the customer: {amount}.", "预存余额：{amount}。", "預存餘額：{amount}。", "Số dư trả trước: {amount}."
    ),
    "kind_charge": Caption("Charge", "应收", "應收", "Phải thu"),
    "kind_receipt": Caption("Payment", "收款", "收款", "Thu tiền"),
    "kind_voucher": Caption("Payment out", "付款", "付款", "Chi tiền"),
    "kind_reversal": Caption("Reversal", "冲正", "沖正", "Đảo bút toán"),
    "kind_adjustment": Caption("Adjustment", "调整", "調整", "Điều chỉnh"),
    "made_by": Caption("Prepared by", "制单", "製單", "Người lập"),
} | OF_LETTERS


def words(key: str, locale: str, **values: object) -> str:
    """Return caption ``key`` in ``locale`` with ``values`` in its places. Raises KeyError for a key that is not there."""
    text: str = getattr(CAPTIONS.get(key) or ON_RECEIPTS[key], locale)
    return text.format(**values) if values else text
