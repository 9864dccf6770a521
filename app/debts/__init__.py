"""Debts 欠费 / công nợ: who owes what since when, late interest, adjustments and write-offs, and how the collection goes.

Entities: ``DebtPolicy`` 欠费规则 (an office's rate, grace and limits), ``LateInterest`` 逾期利息 (the days that were counted),
``PaymentPromise`` 承诺缴费, ``CollectionStep`` 催缴记录 (what was done to collect),
``DebtDigest`` 欠费汇总 (the letter to the managing staff).
"""
