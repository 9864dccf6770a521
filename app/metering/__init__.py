"""Metering: what meters of units show, from the reading on the dial to the quantity that is billed.

Entities: a meter 仪表 / đồng hồ with its digits 表盘位数 and multiplier 倍率 / hệ số nhân, its installations 装表 and replacements 换表,
the readings 抄表读数 (old reading 上期读数 / chỉ số cũ, new reading 本期读数 / chỉ số mới), shared meters 公用表, the water quota
用水定额 / định mức nước of a unit.

Words: 用量 consumption / mức tiêu thụ · 表码回零 rollover / qua vòng · 估抄 estimate / tạm tính · 公摊 apportionment / phân bổ ·
用量异常 unusual consumption / tiêu thụ bất thường.

The rules lie in ``rules/``, one file each, and are explained with numbers in docs/rules/. What a quantity costs is the affair of tariffs.
"""
