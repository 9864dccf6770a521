"""Whole numbers and amounts read out, one file per language; ``values.amount_in_words`` chooses between them."""
