"""Stock at hand during the show: find as you type, one more, one less, "on air now" with one tap."""

from typing import TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.core.errors import InvalidInput
from livestream_sell.inventory import service as inventory
from livestream_sell.inventory.schemas import ProductView
from livestream_sell.live import service as lives
from livestream_sell.sales import restocking
from livestream_sell.ui.changes import put
from livestream_sell.ui.feedback import shows_refusals
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.session import require_actor

ROWS_SHOWN = 30


class StockRow(TypedDict):
    """One variant in the quick adjust."""

    id: str
    code: str
    name: str
    variant: str
    price: str
    image: str
    stock: int
    reserved: int
    available: int
    low: bool


NOTHING: StockRow = {
    "id": "", "code": "", "name": "", "variant": "", "price": "", "image": "", "stock": 0, "reserved": 0,
    "available": 0, "low": False,
}  # fmt: skip


class StockState(rx.State):
    """The stock panel of the live page, and what is on air."""

    rows: list[StockRow] = []
    query: str = ""
    typed: int = 0
    featured: StockRow = NOTHING

    @rx.event
    async def refresh(self) -> None:
        """Read the shown rows again."""
        await self._read(await require_actor(self))

    @rx.event
    async def search(self, query: str) -> None:
        """Narrow the rows to what matches."""
        self.query = query[:100]
        await self._read(await require_actor(self))

    @rx.event
    @shows_refusals
    async def adjust(self, product_id: str, delta: int) -> None:
        """Add pieces to the shelf or take some away; whoever waits is served."""
        actor = await require_actor(self, Permission.manage_products)
        async with transaction() as session:
            await restocking.adjust_stock(session, actor.store_id, as_id(product_id), delta=delta)
        await self._read(actor)

    @rx.event
    @shows_refusals
    async def set_stock(self, product_id: str, typed: float) -> None:
        """Say how many pieces there are."""
        actor = await require_actor(self, Permission.manage_products)
        # The field begins anew, also when what was typed is refused.
        self.typed += 1
        pieces = _whole(typed)
        async with transaction() as session:
            await restocking.adjust_stock(session, actor.store_id, as_id(product_id), to=pieces)
        await self._read(actor)

    @rx.event
    @shows_refusals
    async def feature(self, product_id: str) -> None:
        """Put a product on air in the running live; an empty id takes it off."""
        actor = await require_actor(self, Permission.run_live)
        chosen = as_id(product_id) if product_id else None
        async with transaction() as session:
            live = await lives.current_live(session, actor.store_id)
            if live is not None:
                await lives.feature_product(session, actor.store_id, live.id, chosen)
        await self._read(actor)

    async def _read(self, actor: SignedIn) -> None:
        async with transaction() as session:
            found = await inventory.search_products(session, actor.store_id, self.query, limit=ROWS_SHOWN)
            live = await lives.current_live(session, actor.store_id)
            on_air = live.featured_product_id if live else None
            featured = await inventory.get_product(session, actor.store_id, on_air) if on_air else None
        put(self, rows=[stock_row(each) for each in found], featured=stock_row(featured) if featured else NOTHING)


def _whole(typed: object) -> int:
    text = str(typed).removesuffix(".0")
    if not text.isdecimal():
        raise InvalidInput(text[:20], field="stock", reason="no_whole_number")
    return int(text[:9])


def stock_row(product: ProductView) -> StockRow:
    return {
        "id": str(product.id),
        "code": product.sku,
        "name": product.name,
        "variant": " · ".join(str(value) for value in product.variant.values()),
        "price": product.price_text,
        "image": product.image_url,
        "stock": product.stock,
        "reserved": product.reserved,
        "available": product.available,
        "low": product.is_low,
    }
