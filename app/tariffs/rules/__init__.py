"""The arithmetic of fees, one file per kind of line: values in, values out; no session, no Flask, no clock.

``recipe.read_recipe`` turns JSON into a ``Recipe`` or refuses it; ``evaluate.compiled`` turns a ``Recipe`` into a ``Formula``, which takes
the facts of a unit and gives its ``Bill``. ``price_change`` and ``re_rating`` bill what one recipe and one period cannot.
docs/rules/fee_formula.md explains all of it with worked numbers.
"""
