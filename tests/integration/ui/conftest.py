"""Somebody at the screens: a person signed in, and the states of one browser tab."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Actor, Role
from livestream_sell.core.db import transaction
from livestream_sell.inventory.models import Product
from livestream_sell.inventory.service import get_product
from livestream_sell.stores.models import Store
from livestream_sell.ui import session
from livestream_sell.ui.feedback import FeedbackState
from tests.support.factories import create_store

SignIn = Callable[..., None]


@pytest.fixture
async def store(database: None, redis: object) -> Store:
    return await create_store()


@pytest.fixture
async def other_store(store: Store) -> Store:
    """Somebody else's."""
    return await create_store(page_id="2002")


@pytest.fixture
def sign_in(monkeypatch: pytest.MonkeyPatch) -> SignIn:
    def as_member(store: Store, role: Role = Role.owner) -> None:
        actor = Actor(seller_id=store.seller_id, roles={store.id: role})
        person = SignedIn(actor, store.seller_id, store.id, "Lucía", role.value, "es")

        async def actor_from_cookie(_: str) -> SignedIn:
            return person

        monkeypatch.setattr(session, "actor_from_cookie", actor_from_cookie)

    return as_member


@pytest.fixture
def tab(sign_in: SignIn, store: Store) -> Callable[[type[rx.State]], Awaitable[Any]]:
    """States of one tab, the owner of `store` at it."""
    sign_in(store)
    root = rx.State(_reflex_internal_init=True)
    return root.get_state


async def notice(tab: Any) -> dict[str, str]:
    """Return what the tab was told last."""
    return dict((await tab(FeedbackState)).notice)


async def stock_of(product: Product) -> tuple[int, int]:
    """Return stock and reserved pieces as they stand."""
    async with transaction() as session:
        found = await get_product(session, product.store_id, product.id)
    return found.stock, found.reserved
