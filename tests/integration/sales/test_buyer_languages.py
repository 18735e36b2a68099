"""The language of an order's page, and what a buyer's choice of one changes."""

from typing import Any

import pytest
from starlette.datastructures import Headers

from livestream_sell.core.db import transaction
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import UnknownLink
from livestream_sell.sales.buyer_languages import choose_at_checkout
from livestream_sell.sales.claiming import allocate
from livestream_sell.ui.entry_links import checkout_link_target, remember_language
from tests.support.factories import claim_request, create_live, create_product, create_store
from tests.support.meta import change, rows

pytestmark = pytest.mark.anyio


@pytest.fixture
async def token(database: None, redis: Any) -> str:
    store = await create_store()
    live, product = await create_live(store), await create_product(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product)])
    [order] = await rows("SELECT token FROM orders")
    return str(order.token)


@pytest.mark.parametrize(
    ("language", "spoken", "page"),
    [("es", "es", "/checkout"), ("pt", "pt", "/pt/checkout"), ("th", "th", "/en/checkout"), ("ru", "es", "/checkout")],
)
async def test_the_page_is_in_the_language_of_the_order(token: str, language: str, spoken: str, page: str) -> None:
    await change("UPDATE orders SET language = :language", language=language)

    async with transaction() as session:
        assert await checkout.language_of(session, token) == spoken
        assert (await checkout.view(session, token)).language == spoken
    assert await checkout_link_target(f"/checkout/{token}", "", Headers({})) == f"{page}?t={token}"


async def test_a_picked_language_stays(token: str) -> None:
    await remember_language(f"/checkout/{token}", "lang=en")

    assert await rows("SELECT language FROM orders") == [("en",)]
    assert await rows("SELECT language FROM conversations") == [("en",)]


@pytest.mark.parametrize("query", ["", "lang=xx", "language=en"])
async def test_what_is_no_choice_changes_nothing(token: str, query: str) -> None:
    await remember_language(f"/checkout/{token}", query)

    assert await rows("SELECT 1 FROM conversations") == []


async def test_nobodys_link_is_nobodys_choice(token: str) -> None:
    await remember_language("/checkout/nobody", "lang=en")

    assert await rows("SELECT 1 FROM conversations") == []
    with pytest.raises(UnknownLink):
        async with transaction() as session:
            await choose_at_checkout(session, "nobody", "en")
