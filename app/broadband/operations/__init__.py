"""The life of a subscription: open an account, take a payment, activate, put back what a void withdraws.

Nothing here commits; ``foundation.transactions.run`` does. Locks: the subscription first, then charges, the number last.
"""
