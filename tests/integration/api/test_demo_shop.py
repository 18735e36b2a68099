"""The demo shop: there after the first start, the same after the second, and usable by REST."""

from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from livestream_sell.commands.seed import seed_demo_shop
from livestream_sell.core.db import transaction
from livestream_sell.inventory.models import Product
from livestream_sell.payments import configs
from livestream_sell.stores.models import Store
from tests.support.http_client import api_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database", "redis")]
ASSETS = Path(__file__).parents[3] / "assets"


async def test_seeding_twice_is_seeding_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAYPAL_WEBHOOK_URL", "")

    first, second = await seed_demo_shop(), await seed_demo_shop()

    assert first is not None
    assert first == second
    async with transaction() as session:
        names = (await session.execute(select(Store.name).order_by(Store.created_at))).scalars().all()
        pieces = (await session.execute(select(func.count()).select_from(Product))).scalar_one()
        pictures = set((await session.execute(select(Product.image_url))).scalars())
        offered = {
            currency: [each.gateway for each in await configs.offered(session, store_id, currency)]
            for store_id, currency in ((first.store_id, "CLP"), (first.boutique_id, "USD"))
        }
    assert names == ["Moda Lucía", "Lucy Boutique"]
    assert pieces > 25
    assert {path for path in pictures if not (ASSETS / path.lstrip("/")).is_file()} == set()
    assert offered == {"CLP": ["mercado_pago", "flow", "bank_transfer"], "USD": ["paypal", "bank_transfer"]}


async def test_its_owner_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_PAYPAL_WEBHOOK_URL", "")
    shop = await seed_demo_shop()
    assert shop is not None

    async with api_client() as anybody:
        answer = await anybody.post("/api/v1/auth/token", json={"email": shop.email, "password": shop.password})

    assert answer.status_code == 200
