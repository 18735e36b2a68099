"""Which events may run without a session."""

import pytest

from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.orders.state import OrdersState
from livestream_sell.ui.session import is_public

ROOT = "reflex___state____state"


@pytest.mark.parametrize(
    "event",
    [
        f"{ROOT}.hydrate",
        f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal",
        f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",
        f"{CheckoutState.get_full_name()}.load",
    ],
)
def test_open(event: str) -> None:
    assert is_public(event)


@pytest.mark.parametrize(
    "event",
    [
        f"{OrdersState.get_full_name()}.load",
        f"{OrdersState.get_full_name()}.hydrate",
        f"{ROOT}.setvar",
        f"{CheckoutState.get_full_name()}.child.load",
        "hydrate",
        "",
    ],
)
def test_closed(event: str) -> None:
    assert not is_public(event)
