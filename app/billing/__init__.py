"""Billing: what customers owe (charges), what they pay (receipts) and get back (vouchers), and the journal under it all.

Every document posts one balanced entry; nothing is deleted; a reversal 沖正 is the only way to undo.
"""
