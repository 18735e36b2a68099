"""What must always hold of stock, checked against the rows; a difference is a bug and is shouted about."""

import structlog
from sqlalchemy import text

from livestream_sell.core.db import transaction
from livestream_sell.core.metrics import INVARIANTS_BROKEN, RESERVATIONS

COUNTER_DIFFERS = text("""
    SELECT p.id, p.store_id, p.reserved, coalesce(sum(r.quantity), 0)::int AS held
    FROM products p LEFT JOIN reservations r ON r.product_id = p.id AND r.status = 'active'
    GROUP BY p.id HAVING p.reserved <> coalesce(sum(r.quantity), 0)
""")
BY_STATE = text("SELECT status, count(*) AS n FROM reservations GROUP BY status")

log = structlog.get_logger(__name__)


async def check_stock() -> int:
    """Compare `products.reserved` with the active reservations; return how many products differ."""
    async with transaction() as session:
        broken = (await session.execute(COUNTER_DIFFERS)).all()
        states = (await session.execute(BY_STATE)).all()
    for row in broken:
        log.error(
            "stock_counter_differs", product=str(row.id), store=str(row.store_id), counter=row.reserved, rows=row.held
        )
    for row in states:
        RESERVATIONS.labels(row.status).set(row.n)
    INVARIANTS_BROKEN.set(len(broken))
    return len(broken)
