"""Pages of billing: receipts, vouchers, charges, reversals, approvals, shifts, the journal, the price list."""
