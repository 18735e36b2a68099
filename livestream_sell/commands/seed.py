"""The demo shop: somebody who signs in, a shelf, ways to pay, and a Page that the sandbox plays."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import livestream_sell.models  # noqa: F401  (every table, so that foreign keys resolve)
from livestream_sell.auth.passwords import hash_password
from livestream_sell.commands.demo_products import BOUTIQUE_DESIGNS, FEATURED_SKU, demo_products
from livestream_sell.commands.infrastructure import set_environment, with_infrastructure
from livestream_sell.commands.migrations import migrate
from livestream_sell.commands.terminal import say
from livestream_sell.core.db import transaction
from livestream_sell.facebook import page_sessions
from livestream_sell.facebook.errors import PageNotLinked
from livestream_sell.facebook.graph_client import GraphClient
from livestream_sell.live.models import LiveEvent
from livestream_sell.payments import configs
from livestream_sell.payments.store_keys import notify_url
from livestream_sell.sandbox.config import PAGE_TOKEN_PREFIX, SandboxConfig
from livestream_sell.stores import repository as stores_repository
from livestream_sell.stores import service as stores
from livestream_sell.stores.models import Store
from livestream_sell.stores.schemas import StoreSettings

EMAIL = "lucia@example.com"
PASSWORD = "demo-moda-lucia"
SETTINGS = StoreSettings(
    name="Moda Lucía",
    country="CL",
    currency="CLP",
    locale="es-CL",
    answers={
        "shipping": "Enviamos a todo Chile en 2 a 4 días hábiles.",
        "payment": "Puedes pagar con tarjeta, Mercado Pago o transferencia.",
    },
)
BOUTIQUE_PAGE = "2002"
BOUTIQUE = StoreSettings(name="Lucy Boutique", country="US", currency="USD", locale="en-US")


@dataclass(frozen=True)
class DemoShop:
    """How to sign in to the demo shop; the same person has a second one, in dollars."""

    store_id: UUID
    boutique_id: UUID
    email: str = EMAIL
    password: str = PASSWORD


async def seed_demo_shop() -> DemoShop | None:
    """Fill an empty database; return the demo shop, new or of an earlier start, or None where others live.

    Needs no vendor: the Page is linked by `connect_demo_shop` once the sandbox answers.
    """
    async with transaction() as session:
        seller = await stores_repository.seller_by_email(session, EMAIL)
        if seller is not None:
            found = {each.name: each for each, _ in await stores_repository.stores_of(session, seller.id)}
            store = next(iter(found.values()))
            boutique = found.get(BOUTIQUE.name) or await _open_boutique(session, seller.id)
        elif await stores_repository.count_sellers(session) == 0:
            store = await _open_shop(session)
            boutique = await _open_boutique(session, store.seller_id)
        else:
            return None
        shop = DemoShop(store.id, boutique.id)
    # PayPal's webhooks go to an address of the store (the one in dollars), which the sandbox cannot know by itself.
    set_environment(SANDBOX_PAYPAL_WEBHOOK_URL=notify_url("paypal", shop.boutique_id))
    return shop


async def connect_demo_shop(shop: DemoShop) -> None:
    """Link the sandbox's Pages, unless they are linked already."""
    pages = {shop.store_id: SandboxConfig.from_env().page_id, shop.boutique_id: BOUTIQUE_PAGE}
    graph = GraphClient()
    try:
        for store_id, page_id in pages.items():
            await _link(store_id, page_id, graph)
    finally:
        await graph.close()


async def _link(store_id: UUID, page_id: str, graph: GraphClient) -> None:
    async with transaction() as session:
        try:
            await page_sessions.linked_page(session, store_id)
        except PageNotLinked:
            await page_sessions.link_page(session, store_id, page_id, f"{PAGE_TOKEN_PREFIX}{page_id}", graph)


async def seed_and_tell() -> None:
    """`livestream-sell seed`."""
    await with_infrastructure(_seed_and_tell)


async def _seed_and_tell() -> None:
    await migrate()
    shop = await seed_demo_shop()
    if shop is None:
        say("The database has sellers already; nothing was changed.")
    else:
        say(f"The demo shop is there: sign in as {shop.email} with the password {shop.password}")


async def _open_shop(session: AsyncSession) -> Store:
    seller = await stores.register_seller(
        session, email=EMAIL, full_name="Lucía Fuentes", password_hash=hash_password(PASSWORD)
    )
    store = await stores.open_store(session, seller.id, SETTINGS)
    products = demo_products(store.id)
    session.add_all(products)
    await session.flush()
    featured = next(product.id for product in products if product.sku == FEATURED_SKU)
    post_id = SandboxConfig.from_env().post_id
    session.add(
        LiveEvent(store_id=store.id, title="Noche de vestidos", fb_live_id=post_id, featured_product_id=featured)
    )
    for gateway, values in _gateway_settings().items():
        await configs.save(session, store.id, gateway, values)
    return store


async def _open_boutique(session: AsyncSession, seller_id: UUID) -> Store:
    store = await stores.open_store(session, seller_id, BOUTIQUE)
    session.add_all(demo_products(store.id, BOUTIQUE_DESIGNS))
    for gateway in ("paypal", "bank_transfer"):
        await configs.save(session, store.id, gateway, _gateway_settings()[gateway])
    return store


def _gateway_settings() -> dict[str, dict[str, str]]:
    config = SandboxConfig.from_env()
    return {
        "flow": {"api_key": config.flow_api_key, "secret_key": config.flow_secret_key},
        "mercado_pago": {
            "access_token": config.mercadopago_access_token,
            "webhook_secret": config.mercadopago_webhook_secret,
        },
        "paypal": {
            "client_id": config.paypal_client_id,
            "client_secret": config.paypal_client_secret,
            "webhook_id": config.paypal_webhook_id,
        },
        "bank_transfer": {
            "holder": "Lucía Fuentes",
            "tax_id": "12.345.678-5",
            "bank": "Banco de la Plaza",
            "account_type": "Cuenta corriente",
            "account_number": "000123456789",
            "email": EMAIL,
        },
    }
