"""Plain functions that put rows into the database of a test; each returns what it made."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.core.ids import uuid7
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import LiveEvent
from livestream_sell.sales.claiming import ClaimRequest
from livestream_sell.stores.models import MemberRole, Seller, Store, StoreMember


async def create_store(*, page_id: str | None = "1001", currency: str = "CLP", locale: str = "es-CL") -> Store:
    """A store with its owner."""
    async with transaction() as session:
        seller = Seller(email=f"{uuid7()}@example.test", full_name="Lucía", password_hash="-")
        session.add(seller)
        await session.flush()
        store = Store(
            seller_id=seller.id, fb_page_id=page_id, name="Moda Lucía", country="CL", currency=currency, locale=locale
        )
        session.add(store)
        await session.flush()
        session.add(StoreMember(store_id=store.id, seller_id=seller.id, role=MemberRole.owner))
    return store


async def create_product(
    store: Store, sku: str = "A1", *, stock: int = 10, price: str = "12990", **fields: object
) -> Product:
    async with transaction() as session:
        product = Product(
            store_id=store.id,
            sku=sku,
            name=fields.pop("name", f"Vestido {sku}"),
            stock=stock,
            price=Decimal(price),
            **fields,
        )
        session.add(product)
    return product


async def create_live(
    store: Store, *, post_id: str | None = "1001_5550001", featured: Product | None = None
) -> LiveEvent:
    async with transaction() as session:
        live = LiveEvent(
            store_id=store.id,
            fb_live_id=post_id,
            title="Noche de vestidos",
            featured_product_id=featured and featured.id,
        )
        session.add(live)
    return live


def claim_request(
    store: Store, live: LiveEvent | None, product: Product, *, buyer: str = "b1", quantity: int = 1, seconds: int = 0,
    comment_id: UUID | None = None, minutes: int = 30,
) -> ClaimRequest:  # fmt: skip
    """A claim of `buyer`, written `seconds` after now."""
    return ClaimRequest(
        store_id=store.id, live_id=live.id if live else None, comment_id=comment_id, customer_fb_id=buyer,
        customer_name=buyer, product_id=product.id, quantity=quantity, confidence=0.9, language="es",
        commented_at=utc_now() + timedelta(seconds=seconds), currency=store.currency, minutes=minutes,
    )  # fmt: skip
