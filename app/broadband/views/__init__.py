"""Pages of broadband: plans and policy, subscriptions, opening an account, regular payments."""
