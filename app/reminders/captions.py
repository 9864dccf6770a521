"""The words of notices and letters: one key, four languages. What receipts say too stands in ``app.billing.captions``.

As there, the words do not come from the catalogues of the screens: a notice is in the customer's language, whoever is signed in.
"""

from __future__ import annotations

from app.billing.captions import CAPTIONS as ON_RECEIPTS
from app.billing.captions import Caption

CAPTIONS: dict[str, Caption] = {
    "title_renewal": Caption("RENEWAL NOTICE", "续费通知单", "續費通知單", "THÔNG BÁO GIA HẠN"),
    "dear": Caption("Dear {name},", "尊敬的{name}：", "尊敬的{name}：", "Kính gửi: {name}"),
    "will_stop": Caption(
        "Your broadband (login {account}) is paid until {stops_on}. Please renew in time so that it is not interrupted. "
        "If you have renewed in the meantime, please disregard this notice.",
        "您的宽带（账号 {account}）将于 {stops_on} 到期，请及时续费，以免影响使用。如已续费，请忽略本通知。",
        "您的寬帶（賬號 {account}）將於 {stops_on} 到期，請及時續費，以免影響使用。如已續費，請忽略本通知。",
        "Dịch vụ Internet của Quý khách (tài khoản {account}) sẽ hết hạn ngày {stops_on}. Kính mong Quý khách gia hạn kịp thời "
        "để không bị gián đoạn sử dụng. Nếu đã gia hạn, xin vui lòng bỏ qua thông báo này.",
    ),
    "has_stopped": Caption(
        "Your broadband (login {account}) was paid until {stops_on}. Please renew so that you can go on using it. "
        "If you have renewed in the meantime, please disregard this notice.",
        "您的宽带（账号 {account}）已于 {stops_on} 到期，请尽快续费，以便恢复使用。如已续费，请忽略本通知。",
        "您的寬帶（賬號 {account}）已於 {stops_on} 到期，請盡快續費，以便恢復使用。如已續費，請忽略本通知。",
        "Dịch vụ Internet của Quý khách (tài khoản {account}) đã hết hạn ngày {stops_on}. Kính mong Quý khách gia hạn "
        "để tiếp tục sử dụng. Nếu đã gia hạn, xin vui lòng bỏ qua thông báo này.",
    ),
    "days_left": Caption("Days left", "剩余天数", "剩餘天數", "Số ngày còn lại"),
    "renew_for": Caption("Renew for", "续费月数", "續費月數", "Gia hạn"),
    "months_1": Caption("1 month", "1个月", "1個月", "1 tháng"),
    "months_n": Caption("{n} months", "{n}个月", "{n}個月", "{n} tháng"),
    "an_offer": Caption("{months}: {amount}", "{months}：{amount}", "{months}：{amount}", "{months}: {amount}"),
    "ways_to_pay": Caption("How to pay", "缴费方式", "繳費方式", "Cách thanh toán"),
    "at_our_office": Caption(
        "At our office; please give your customer number {customer_no}.",
        "请到本营业厅缴费，并告知客户编号{customer_no}。",
        "請到本營業廳繳費，並告知客戶編號{customer_no}。",
        "Tại văn phòng của chúng tôi; vui lòng cho biết mã khách hàng {customer_no}.",
    ),
    "call_us": Caption(
        "Questions? Call us: {phone}.",
        "如有疑问，请与我们联系：{phone}。",
        "如有疑問，請與我們聯系：{phone}。",
        "Mọi thắc mắc xin liên hệ: {phone}.",
    ),
    "stamp_of_office": Caption("(Stamp)", "（单位盖章）", "（單位蓋章）", "(Đóng dấu)"),
    "prefix": Caption("N", "JF", "JF", "TB"),
    # Letters: the program's own words, for an office that has none of its own.
    "letter_subject": Caption(
        "Your broadband is paid until {stops_on}",
        "宽带到期提醒：{account}将于{stops_on}到期",
        "寬帶到期提醒：{account}將於{stops_on}到期",
        "Nhắc gia hạn: tài khoản {account} hết hạn ngày {stops_on}",
    ),
    "letter_body": Caption(
        "Dear {name},\n\nyour broadband (login {account}) is paid until {stops_on}. Please renew in time so that it is not "
        "interrupted.\n\nPlan: {plan}\nAddress: {address}\n{amounts}\n\nHow to pay:\n{ways_to_pay}\n\n"
        "If you have renewed in the meantime, please disregard this letter. If you do not want such letters, tell us: {phone}.\n\n{office}",
        "尊敬的{name}：\n\n您的宽带（账号{account}）将于{stops_on}到期，请及时续费，以免影响使用。\n\n套餐类型：{plan}\n"
        "地址：{address}\n"
        "{amounts}\n\n缴费方式：\n{ways_to_pay}\n\n如已续费，请忽略本邮件。如不希望再收到此类邮件，请告知我们：{phone}。\n\n{office}",
        "尊敬的{name}：\n\n您的寬帶（賬號{account}）將於{stops_on}到期，請及時續費，以免影響使用。\n\n套餐類型：{plan}\n"
        "地址：{address}\n"
        "{amounts}\n\n繳費方式：\n{ways_to_pay}\n\n如已續費，請忽略本郵件。如不希望再收到此類郵件，請告知我們：{phone}。\n\n{office}",
        "Kính gửi {name},\n\nDịch vụ Internet của Quý khách (tài khoản {account}) sẽ hết hạn ngày {stops_on}. Kính mong Quý khách "
        "gia hạn kịp thời để không bị gián đoạn sử dụng.\n\nGói cước: {plan}\nĐịa chỉ: {address}\n{amounts}\n\n"
        "Cách thanh toán:\n{ways_to_pay}\n\nNếu đã gia hạn, xin vui lòng bỏ qua thư này. Nếu không muốn nhận thư nhắc, "
        "vui lòng báo cho chúng tôi: {phone}.\n\n{office}",
    ),
}


def words(key: str, locale: str, **values: object) -> str:
    """Return caption ``key`` in ``locale`` with ``values`` in its places. Raises KeyError for a key that is not there."""
    text: str = getattr(CAPTIONS.get(key) or ON_RECEIPTS[key], locale)
    return text.format(**values) if values else text
