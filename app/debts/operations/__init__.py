"""What is done about debts: interest is posted, charges are adjusted, promises are noted, steps of collection written down."""
