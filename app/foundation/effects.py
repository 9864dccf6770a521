"""Effects that run upstairs: a paid or voided receipt changes a subscription, a new office gets its policy.

Imports point down, so the lower domain calls an effect by name and ``app.upstairs.effects_table``, the one table, says who answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Effect = Callable[..., Any]
_effects: dict[str, tuple[Effect, ...]] = {}


def register(effects: Mapping[str, tuple[Effect, ...]]) -> None:
    """Take over the table of effects; called once by the wiring."""
    _effects.clear()
    _effects.update(effects)


def call(name: str, *facts: Any) -> list[Any]:
    """Call every effect of ``name`` in the order of the table, inside the caller's transaction, and return what they gave."""
    return [effect(*facts) for effect in _effects.get(name, ())]
