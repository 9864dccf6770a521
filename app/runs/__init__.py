"""Billing runs 出账批次 / đợt tính phí: a building's services of a period, calculated, reviewed, posted as charges."""
