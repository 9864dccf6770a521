"""Tariffs 收费标准 / biểu phí: what a metered or fixed service of a building costs, as data that people edit in a table.

A tariff has versions; a version has a fee formula 计费公式 / công thức tính phí, in code a *recipe*: a list of formula lines, each of one
kind. ``rules`` reads a recipe, says every fault in a sentence, compiles it once, and computes bills that explain themselves line by line.
``templates`` holds recipes to begin with; ``command`` is ``python3 run.py quote``.
"""
