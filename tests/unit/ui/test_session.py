"""Which events may run without a session."""

import pytest
import reflex as rx
from reflex.event import Event

from livestream_sell.core.ids import uuid7
from livestream_sell.ui import session
from livestream_sell.ui.pages.checkout.state import CheckoutState
from livestream_sell.ui.pages.orders.state import OrdersState
from livestream_sell.ui.session import SessionGuard, is_public

ROOT = "reflex___state____state"
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "event",
    [
        f"{ROOT}.hydrate",
        f"{ROOT}.hydrate_and_load",
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


SHOP = uuid7()


class Person:
    def __init__(self, seller_id: str) -> None:
        self.seller_id, self.store_id = seller_id, SHOP


async def test_a_tab_forgets_what_the_person_before_saw(monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in: list[Person | None] = [Person("ana")]

    async def actor_from_cookie(_: str) -> Person | None:
        return signed_in[0]

    monkeypatch.setattr(session, "actor_from_cookie", actor_from_cookie)
    root = rx.State(_reflex_internal_init=True)
    guard, connect = SessionGuard(), Event(name=f"{ROOT}.hydrate_and_load")
    orders, checkout = await root.get_state(OrdersState), await root.get_state(CheckoutState)

    assert await guard.preprocess(None, root, connect) is None
    orders.query, checkout.token = "Ana's customer", "token"
    assert await guard.preprocess(None, root, connect) is None
    assert orders.query == "Ana's customer"

    signed_in[0] = None
    assert await guard.preprocess(None, root, connect) is None
    assert orders.query == ""
    assert checkout.token == "token"


async def test_without_a_session_the_browser_is_sent_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(_: str) -> None:
        return None

    monkeypatch.setattr(session, "actor_from_cookie", nobody)
    root = rx.State(_reflex_internal_init=True)
    refused = await SessionGuard().preprocess(None, root, Event(name=f"{OrdersState.get_full_name()}.load"))

    assert refused is not None
    assert [event.name for event in refused.events] == ["_redirect"]
    assert refused.events[0].payload["path"].startswith("/auth?reason=expired")
