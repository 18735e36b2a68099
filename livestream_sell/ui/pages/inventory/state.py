"""The products of a store, one page at a time, and the one that is being written."""

from typing import Any, TypedDict

import reflex as rx

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Permission
from livestream_sell.core.db import transaction
from livestream_sell.inventory import service as inventory
from livestream_sell.inventory.schemas import ProductView
from livestream_sell.inventory.search import ProductFilter
from livestream_sell.ui.changes import put
from livestream_sell.ui.feedback import shows_refusals, tell
from livestream_sell.ui.ids import as_id
from livestream_sell.ui.live_updates import watch_store
from livestream_sell.ui.pages.inventory.product_form import (
    MOST_VARIANTS,
    NO_FORM,
    NO_VARIANT,
    FormView,
    VariantRow,
    form_of,
    save_form,
    variants_of,
)
from livestream_sell.ui.session import SessionState, require_actor

PAGE_SIZE = 50


class ProductRow(TypedDict):
    """One product of the list; `level` is ok, low or out."""

    id: str
    code: str
    name: str
    variant: str
    category: str
    image: str
    price: str
    available: int
    reserved: int
    level: str
    is_active: bool


class InventoryState(rx.State):
    """What the list shows, how it is narrowed, and the product in the drawer."""

    loading: bool = True
    rows: list[ProductRow] = []
    total: int = 0
    offset: int = 0
    query: str = ""
    category: str = ""
    categories: list[str] = []
    only_low: bool = False
    with_inactive: bool = False
    is_open: bool = False
    is_importing: bool = False
    form: FormView = NO_FORM
    variants: list[VariantRow] = []

    @rx.var
    def shown_to(self) -> int:
        """The number of the last row that is shown."""
        return self.offset + len(self.rows)

    @rx.event
    async def load(self) -> None:
        """Read the first page of products."""
        actor = await require_actor(self)
        await (await self.get_state(SessionState)).adopt(actor)
        await watch_store(self, actor.store_id)
        self.is_open = self.is_importing = False
        await self._read(actor)
        self.loading = False

    @rx.event
    async def refresh(self) -> None:
        """Read the shown page again."""
        await self._read(await require_actor(self))

    @rx.event
    async def search(self, query: str) -> None:
        """Narrow the list to what matches."""
        self.query, self.offset = query[:100], 0
        await self._read(await require_actor(self))

    @rx.event
    async def choose_category(self, category: str) -> None:
        """Show one category; an empty text shows all."""
        self.category, self.offset = category[:100], 0
        await self._read(await require_actor(self))

    @rx.event
    async def toggle_low(self) -> None:
        """Show only what is running out, or everything."""
        self.only_low, self.offset = not self.only_low, 0
        await self._read(await require_actor(self))

    @rx.event
    async def toggle_inactive(self) -> None:
        """Show what was taken out of the catalogue too, or not."""
        self.with_inactive, self.offset = not self.with_inactive, 0
        await self._read(await require_actor(self))

    @rx.event
    async def turn(self, pages: int) -> None:
        """Turn pages."""
        self.offset = max(0, self.offset + (PAGE_SIZE if pages > 0 else -PAGE_SIZE))
        await self._read(await require_actor(self))

    @rx.event
    async def add(self) -> None:
        """Open an empty form."""
        await require_actor(self, Permission.manage_products)
        self.form, self.variants = NO_FORM | {"key": f"{self.form['key']}+"}, [NO_VARIANT]
        self.is_open = True

    @rx.event
    @shows_refusals
    async def edit(self, product_id: str) -> None:
        """Open a product with its variants: what has the same name."""
        actor = await require_actor(self, Permission.manage_products)
        async with transaction() as session:
            product = await inventory.get_product(session, actor.store_id, as_id(product_id))
            alike = ProductFilter(search=product.name, include_inactive=True)
            page = await inventory.list_products(session, actor.store_id, alike, limit=MOST_VARIANTS)
        self.form = form_of(product) | {"key": f"{self.form['key']}+"}
        self.variants = variants_of(product, page.rows)
        self.is_open = True

    @rx.event
    async def add_variant(self) -> None:
        """One more row in the form."""
        await require_actor(self, Permission.manage_products)
        if len(self.variants) < MOST_VARIANTS:
            self.variants = [*self.variants, NO_VARIANT]

    @rx.event
    @shows_refusals
    async def save(self, form: dict[str, Any]) -> None:
        """Write the product and its variants: all of it, or nothing."""
        actor = await require_actor(self, Permission.manage_products)
        async with transaction() as session:
            await save_form(session, actor.store_id, form, [row["id"] for row in self.variants])
        self.is_open = False
        await self._read(actor)
        await tell(self, "common.saved")

    @rx.event
    @shows_refusals
    async def deactivate(self, product_id: str) -> None:
        """Take a product out of the catalogue; refused while buyers hold pieces of it."""
        actor = await require_actor(self, Permission.manage_products)
        async with transaction() as session:
            is_gone = await inventory.delete_product(session, actor.store_id, as_id(product_id))
        self.is_open = False
        await self._read(actor)
        await tell(self, "inventory.deleted" if is_gone else "inventory.deactivated")

    @rx.event
    async def show_import(self, shown: bool) -> None:
        """Open or close the import."""
        await require_actor(self, Permission.manage_products)
        self.is_importing = shown

    @rx.event
    async def close(self) -> None:
        """Close the form."""
        await require_actor(self)
        self.is_open = False

    async def _read(self, actor: SignedIn) -> None:
        """Fill `rows`."""
        narrowed = ProductFilter(
            search=self.query, category=self.category, only_low=self.only_low, include_inactive=self.with_inactive
        )
        async with transaction() as session:
            page = await inventory.list_products(session, actor.store_id, narrowed, limit=PAGE_SIZE, offset=self.offset)
            categories = await inventory.categories(session, actor.store_id)
        put(self, rows=[_row(product) for product in page.rows], total=page.total, categories=categories)


def _row(product: ProductView) -> ProductRow:
    return {
        "id": str(product.id),
        "code": product.sku,
        "name": product.name,
        "variant": " · ".join(str(value) for value in product.variant.values()),
        "category": product.category,
        "image": product.image_url,
        "price": product.price_text,
        "available": product.available,
        "reserved": product.reserved,
        "level": "out" if product.available <= 0 else "low" if product.is_low else "ok",
        "is_active": product.is_active,
    }
