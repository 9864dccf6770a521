"""What the counter adds to the menu."""

from __future__ import annotations

from flask_appbuilder import AppBuilder

from app.counter.views import CounterView
from app.values.errors import N_


def register(appbuilder: AppBuilder) -> None:
    appbuilder.add_view(CounterView, N_("Counter"), icon="cash-register")
