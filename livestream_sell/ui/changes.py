"""Assigning only what differs: a var that is assigned travels to the browser, whether it changed or not."""

from typing import Any

import reflex as rx


def put(state: rx.State, **values: Any) -> None:
    """Assign the vars whose value is another one now."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)
