"""What is done with money: charge, receive, pay out, reverse, print. Nothing here commits; ``foundation.transactions.run`` does."""
