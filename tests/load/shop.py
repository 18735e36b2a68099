"""A shop of 500 SKUs on air, with the audience of `audience.py` in front of it."""

from decimal import Decimal

from livestream_sell.core.db import transaction
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import LiveEvent
from livestream_sell.sandbox.show_script import SIZES
from livestream_sell.stores.models import Store
from tests.load.audience import plain_codes, sized_codes
from tests.support.factories import create_live, create_store

STOCK = 60
GARMENTS = ["Vestido", "Polera", "Blusa", "Falda", "Chaqueta", "Cartera", "Collar", "Pañuelo", "Cinturón", "Jeans"]
KINDS = ["rojo", "negro", "floreado", "satinado", "largo", "corto", "de lino", "de cuero", "bordado", "azul"]


async def open_shop(stock: int = STOCK) -> tuple[Store, LiveEvent]:
    store = await create_store()
    names = [f"{garment} {kind}" for garment in GARMENTS for kind in KINDS]
    pieces = [(code, {}, names[number % len(names)]) for number, code in enumerate(plain_codes())]
    pieces += [
        (f"{code}-{size}", {"size": size}, f"{names[-number - 1]} {code}")
        for number, code in enumerate(sized_codes())
        for size in SIZES
    ]
    products = [
        Product(store_id=store.id, sku=sku, name=name, variant=variant, stock=stock, price=Decimal(9990))
        for sku, variant, name in pieces
    ]
    async with transaction() as session:
        session.add_all(products)
    return store, await create_live(store, featured=products[0])
