"""The catalogue over HTTP, held to the contract."""

import httpx
import pytest
from sqlmodel import select

from livestream_sell.core.db import transaction
from livestream_sell.inventory.models import Product
from livestream_sell.orders.models import Claim, Order
from livestream_sell.sales.claiming import allocate
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product, create_store

pytestmark = pytest.mark.anyio
PRODUCTS = "/api/v1/inventory/products"


async def stored(product_id: object) -> Product | None:
    async with transaction() as session:
        return await session.get(Product, product_id)


async def version(store: Store) -> int:
    async with transaction() as session:
        return (await session.get_one(Store, store.id)).catalogue_version


async def test_the_list_has_the_agreed_fields_and_pages(client: httpx.AsyncClient, store: Store) -> None:
    for sku in ("A12", "A2", "B1"):
        await create_product(store, sku)

    answer = await client.get(PRODUCTS, params={"tienda_id": str(store.id), "limit": 2, "offset": 0})
    rest = await client.get(PRODUCTS, params={"tienda_id": str(store.id), "limit": 2, "offset": 2})

    assert answer.status_code == 200
    assert answer.headers["X-Total-Count"] == "3"
    assert [row["sku"] for row in answer.json() + rest.json()] == ["A2", "A12", "B1"]
    first = answer.json()[0]
    assert {name: first[name] for name in ("sku", "name", "stock", "price")} == {
        "sku": "A2", "name": "Vestido A2", "stock": 10, "price": "12990.00",
    }  # fmt: skip


@pytest.mark.parametrize("tienda_id", ["00000000-0000-7000-8000-000000000000", "999", "x' OR 1=1"])
async def test_an_unknown_store_is_404(client: httpx.AsyncClient, tienda_id: str) -> None:
    answer = await client.get(PRODUCTS, params={"tienda_id": tienda_id})

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize("paging", [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"offset": -1}])
async def test_paging_has_bounds(client: httpx.AsyncClient, paging: dict[str, object]) -> None:
    assert (await client.get(PRODUCTS, params=paging)).status_code == 422


async def test_search_as_you_type_forgets_accents_and_capitals(client: httpx.AsyncClient, store: Store) -> None:
    await create_product(store, "A1", name="Pañuelo azúl", keywords=["seda"])
    await create_product(store, "A2", name="Vestido", variant={"size": "M"}, category="Fiesta")
    await create_product(store, "A3", name="100% lino", stock=1)

    async def found(**params: object) -> list[str]:
        return [row["sku"] for row in (await client.get(PRODUCTS, params=params)).json()]

    assert await found(search="panue AZU") == ["A1"]
    assert await found(search="sed") == ["A1"]
    assert await found(search="fiesta m") == ["A2"]
    assert await found(search="100%") == ["A3"]
    assert await found(search="%") == ["A3"]
    assert await found(search="nada") == []
    assert await found(category="Fiesta") == ["A2"]
    assert await found(low_stock=True) == ["A3"]


async def test_a_product_from_its_making_to_its_end(client: httpx.AsyncClient, store: Store) -> None:
    before = await version(store)
    made = await client.post(
        PRODUCTS,
        json={"sku": " a1 ", "name": "<b>Vestido</b>", "price": 12990, "stock": 3, "keywords": ["lino", "lino"]},
    )
    assert made.status_code == 201, made.text
    product = made.json()
    assert (product["sku"], product["name"], product["keywords"]) == ("A1", "Vestido", ["lino"])
    assert (product["price_text"], product["available"]) == ("$12.990", 3)
    assert await version(store) == before + 1

    changed = await client.patch(f"{PRODUCTS}/{product['id']}", json={"price": "9990"})
    assert (changed.status_code, changed.json()["price"]) == (200, "9990.00")
    assert await version(store) == before + 2

    restocked = await client.post(f"{PRODUCTS}/{product['id']}/stock", json={"delta": 4})
    assert (restocked.status_code, restocked.json()["stock"]) == (200, 7)
    assert await version(store) == before + 2

    gone = await client.delete(f"{PRODUCTS}/{product['id']}")
    assert (gone.status_code, gone.json()) == (200, {"is_gone": True})
    assert await stored(product["id"]) is None
    assert (await client.get(f"{PRODUCTS}/{product['id']}")).json()["error"] == "unknown_product"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"price": -1}, "price"), ({"stock": -1}, "stock"), ({"price": "abc"}, "price"), ({"sku": ";"}, "sku"),
     ({"name": " "}, "name"), ({"name": "x" * 201}, "name"), ({"image_url": "javascript:x"}, "image_url"),
     ({"stock": 10_000_000}, "stock"), ({"color": "rojo"}, "color"), ({"price": "NaN"}, "price")],
)  # fmt: skip
async def test_what_no_product_may_be(
    client: httpx.AsyncClient, store: Store, change: dict[str, object], field: str
) -> None:
    product = await create_product(store)
    good = {"sku": "B1", "name": "Falda", "price": 9990}

    made = await client.post(PRODUCTS, json=good | change)
    changed = await client.patch(f"{PRODUCTS}/{product.id}", json=change)

    for answer in (made, changed):
        assert answer.status_code == 422
        assert [wrong["field"] for wrong in answer.json()["details"]["fields"]] == [field]
    async with transaction() as session:
        [row] = (await session.execute(select(Product))).scalars()
    assert (row.sku, row.price, row.stock) == ("A1", product.price, 10)


async def test_decimals_that_the_currency_has_not_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(PRODUCTS, json={"sku": "B1", "name": "Falda", "price": "99.90"})

    assert (answer.status_code, answer.json()["message"]) == (422, "A price in CLP has at most 0 decimals.")


async def test_a_code_is_taken_once(client: httpx.AsyncClient, store: Store) -> None:
    await create_product(store, "A1")
    other = await create_product(store, "A2")

    made = await client.post(PRODUCTS, json={"sku": "a1", "name": "Falda", "price": 1})
    renamed = await client.patch(f"{PRODUCTS}/{other.id}", json={"sku": "A1"})

    assert [(each.status_code, each.json()["error"]) for each in (made, renamed)] == [(409, "sku_taken")] * 2


async def test_stock_never_goes_below_what_is_reserved(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store, stock=5), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product, quantity=3)])

    attempts = [
        await client.post(f"{PRODUCTS}/{product.id}/stock", json={"to": 2}),
        await client.post(f"{PRODUCTS}/{product.id}/stock", json={"delta": -3}),
        await client.patch(f"{PRODUCTS}/{product.id}", json={"stock": 0}),
        await client.delete(f"{PRODUCTS}/{product.id}"),
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in attempts] == [(409, "stock_promised")] * 4
    assert all(answer.json()["details"]["reserved"] == 3 for answer in attempts)
    row = await stored(product.id)
    assert row is not None
    assert (row.stock, row.reserved, row.is_active) == (5, 3, True)


@pytest.mark.parametrize("body", [{}, {"delta": 1, "to": 1}, {"delta": "x"}, {"to": -1}, {"delta": 2_000_000}])
async def test_a_stock_change_says_one_thing(client: httpx.AsyncClient, store: Store, body: dict[str, object]) -> None:
    product = await create_product(store)

    answer = await client.post(f"{PRODUCTS}/{product.id}/stock", json=body)

    assert answer.status_code == 422
    row = await stored(product.id)
    assert row is not None
    assert row.stock == 10


@pytest.mark.parametrize("way", ["stock", "patch", "import"])
async def test_more_stock_serves_the_waiting_list_in_order(client: httpx.AsyncClient, store: Store, way: str) -> None:
    product, live = await create_product(store, stock=0), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product, buyer=f"b{n}") for n in range(3)])

    if way == "stock":
        answer = await client.post(f"{PRODUCTS}/{product.id}/stock", json={"delta": 2})
        assert (answer.json()["stock"], answer.json()["reserved"], answer.json()["available"]) == (2, 2, 0)
    elif way == "patch":
        answer = await client.patch(f"{PRODUCTS}/{product.id}", json={"stock": 2})
        assert (answer.json()["stock"], answer.json()["reserved"]) == (2, 2)
    else:
        answer = await client.post("/api/v1/inventory/import", content=b"sku,name,price,stock\nA1,Vestido,12990,2\n")
        assert answer.json() == {"created": 0, "changed": 1, "errors": []}

    async with transaction() as session:
        claims = (await session.execute(select(Claim.customer_fb_id, Claim.status).order_by(Claim.decision_seq))).all()
        buyers = (await session.execute(select(Order.customer_fb_id).order_by(Order.customer_fb_id))).scalars().all()
    assert [tuple(row) for row in claims] == [("b0", "reserved"), ("b1", "reserved"), ("b2", "waitlisted")]
    assert buyers == ["b0", "b1"]


async def test_a_product_that_was_claimed_is_kept_inactive(client: httpx.AsyncClient, store: Store) -> None:
    product, live = await create_product(store, stock=0), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, product)])

    answer = await client.delete(f"{PRODUCTS}/{product.id}")

    assert answer.json() == {"is_gone": False}
    row = await stored(product.id)
    assert row is not None
    assert row.is_active is False
    assert (await client.get(PRODUCTS)).json() == []


async def test_an_import_changes_what_the_file_says_and_reports_the_rest(
    client: httpx.AsyncClient, store: Store
) -> None:
    held, live = await create_product(store, "A1", stock=5, category="Vestidos"), await create_live(store)
    async with transaction() as session:
        await allocate(session, [claim_request(store, live, held, quantity=2)])
    lines = "código;nombre;precio;stock\nA1;Vestido nuevo;9.990;1\nA2;Falda;$7.990;4\nA3;Blusa;-5;1\nA4;Polera;1000;\n"

    answer = await client.post("/api/v1/inventory/import", files={"file": ("p.csv", lines.encode("latin-1"))})

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["created"], body["changed"]) == (2, 0)
    assert [(error["line"], error["sku"]) for error in body["errors"]] == [(2, "A1"), (4, "A3")]
    assert body["errors"][0]["reason"] == "2 pieces are reserved for buyers: the stock cannot be 1."
    values = {"reserved": "2", "asked": "1"}
    assert body["errors"][0]["problems"] == [{"field": "stock", "reason": "stock_promised", "values": values}]
    async with transaction() as session:
        rows = (await session.execute(select(Product.sku, Product.name, Product.stock).order_by(Product.sku))).all()
    assert [tuple(row) for row in rows] == [("A1", "Vestido A1", 5), ("A2", "Falda", 4), ("A4", "Polera", 0)]

    again = await client.post("/api/v1/inventory/import", content=b"sku,name,price\nA1,Vestido,8000\n")
    assert again.json() == {"created": 0, "changed": 1, "errors": []}
    row = await stored(held.id)
    assert row is not None
    assert (row.name, int(row.price), row.stock, row.reserved, row.category) == ("Vestido", 8000, 5, 2, "Vestidos")


async def test_wrong_columns_are_named_and_nothing_is_imported(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/inventory/import", content=b"title,cost\nx,1\n")

    assert (answer.status_code, answer.json()["error"]) == (422, "unusable_file")
    assert answer.json()["details"] == {
        "reason": "missing_columns", "missing": ["sku", "price"], "found": ["title", "cost"],
    }  # fmt: skip
    assert (await client.get(PRODUCTS)).json() == []


async def test_what_is_exported_can_be_imported(client: httpx.AsyncClient, store: Store) -> None:
    await create_product(store, "A1", name="=1+1", variant={"size": "M"}, keywords=["uno", "dos"])
    other = await create_store(page_id="2002")
    await create_product(other, "Z9")

    exported = await client.get("/api/v1/inventory/export")
    imported = await client.post("/api/v1/inventory/import", content=exported.content)

    assert exported.headers["content-disposition"] == 'attachment; filename="products.csv"'
    assert "'=1+1" in exported.text
    assert "Z9" not in exported.text
    assert imported.json() == {"created": 0, "changed": 1, "errors": []}
    [row] = (await client.get(PRODUCTS)).json()
    assert (row["name"], row["variant"], row["keywords"]) == ("=1+1", {"size": "M"}, ["uno", "dos"])
