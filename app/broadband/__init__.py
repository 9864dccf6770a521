"""Broadband: lines of customers, sold by the month, from opening to closure.

Entities: ``Plan`` 套餐 (what a package costs and how many months it lasts), ``BroadbandPolicy`` 宽带业务规则 (the settings of an office),
``Subscription`` 宽带用户 (one line of one customer), ``ServicePeriod`` 服务期 (days sold, paid or given), ``RegularPayment`` 正常缴费,
``SubscriptionWorkOrder`` 施工单 of a line.

Words: 套餐 plan · 停止日期 stop date · 报停 suspension · 强停 forced stop · 复机 resumption · 迁移 relocation · 过户 transfer ·
销户 closure · 滞纳金 late fee · 优惠金 discount · 欠费 arrears.

The rules lie in ``rules/``, one file each, and are explained with numbers in docs/rules/. Which operation is allowed in which state
is data: ``choices.MOVES``.
"""
