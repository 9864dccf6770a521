"""Feehouse: one house for every fee a community pays."""
