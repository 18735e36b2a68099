"""Every SQL statement about what buyers send us."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver

if TYPE_CHECKING:
    from livestream_sell.messaging.inbound import Inbound

STORES = "SELECT fb_page_id, id, locale FROM stores WHERE fb_page_id = ANY ($1::text[])"

INSERT = """
INSERT INTO inbound_messages (store_id, customer_fb_id, fb_message_id, text, payload, sent_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
ON CONFLICT (store_id, fb_message_id) DO NOTHING
RETURNING store_id, fb_message_id
"""

# Sorted, so that two batches with the same people wait for each other instead of deadlocking.
OPEN = """
INSERT INTO conversations (store_id, customer_fb_id, customer_name, last_inbound_at)
SELECT store_id, psid, '', max(at) FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS spoke (store_id, psid, at)
GROUP BY store_id, psid ORDER BY store_id, psid
ON CONFLICT (store_id, customer_fb_id) DO UPDATE
SET last_inbound_at = greatest(conversations.last_inbound_at, EXCLUDED.last_inbound_at)
"""

OPT_OUT = """
INSERT INTO conversations (store_id, customer_fb_id, customer_name, opted_out_at)
VALUES ($1, $2, '', CASE WHEN $3 THEN now() END)
ON CONFLICT (store_id, customer_fb_id) DO UPDATE
SET opted_out_at = CASE WHEN $3 THEN coalesce(conversations.opted_out_at, now()) END
"""

CHOOSE = """
INSERT INTO conversations (store_id, customer_fb_id, customer_name, language)
SELECT DISTINCT ON (store_id, psid) store_id, psid, '', language
FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS chose (store_id, psid, language, place)
ORDER BY store_id, psid, place DESC
ON CONFLICT (store_id, customer_fb_id) DO UPDATE SET language = EXCLUDED.language
"""

# The echo carries the id of the message: a call whose answer was lost did arrive.
CONFIRM = """
UPDATE messages m SET status = 'sent', sent_at = now(), error = '', fb_message_id = e.mid
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS e (store_id, message_id, mid)
WHERE m.store_id = e.store_id AND m.id::text = e.message_id AND m.status IN ('unknown', 'sending')
  AND m.id = ANY ($4::uuid[])
"""

# Only the buyer's own order answers the buyer's tap.
TAPPED = """
SELECT o.id, o.live_id, o.language, o.customer_name
FROM orders o JOIN unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (store_id, order_id, psid)
  ON o.id = t.order_id AND o.store_id = t.store_id AND o.customer_fb_id = t.psid
"""


async def stores_of_pages(session: AsyncSession, page_ids: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """Return the store of each linked Page and its locale."""
    rows = await (await driver(session)).fetch(STORES, list(page_ids))
    return {row["fb_page_id"]: (row["id"], row["locale"]) for row in rows}


async def insert_new(session: AsyncSession, spoken: Mapping[tuple[UUID, str], "Inbound"]) -> list[tuple[UUID, str]]:
    """Keep what was never seen before and return its (store, message id)."""
    if not spoken:
        return []
    items = sorted(spoken.items())
    rows = await (await driver(session)).fetch(
        INSERT,
        [store_id for (store_id, _), _ in items],
        [each.psid[:64] for _, each in items],
        [mid[:200] for (_, mid), _ in items],
        [each.text for _, each in items],
        [each.payload[:1000] for _, each in items],
        [each.sent_at for _, each in items],
    )
    return [(row["store_id"], row["fb_message_id"]) for row in rows]


async def open_windows(session: AsyncSession, spoke: Sequence[tuple[UUID, str, datetime]]) -> None:
    if spoke:
        columns = [list(column) for column in zip(*spoke, strict=True)]
        await (await driver(session)).execute(OPEN, *columns)


async def choose_languages(session: AsyncSession, chosen: Sequence[tuple[UUID, str, str]]) -> None:
    """Keep (store, buyer, language); of several for one buyer the last one counts."""
    if chosen:
        columns = [list(column) for column in zip(*chosen, strict=True)]
        await (await driver(session)).execute(CHOOSE, *columns)


async def set_opted_out(session: AsyncSession, store_id: UUID, customer_fb_id: str, *, opted_out: bool) -> None:
    await (await driver(session)).execute(OPT_OUT, store_id, customer_fb_id, opted_out)


async def confirm_sent(session: AsyncSession, echoes: Sequence[tuple[UUID, str, str]]) -> None:
    """Mark messages as sent whose echo came although their call's answer was lost."""
    ids = []
    for _, message_id, _ in echoes:
        try:
            ids.append(UUID(message_id))
        except ValueError:
            continue
    if ids:
        columns = [list(column) for column in zip(*echoes, strict=True)]
        await (await driver(session)).execute(CONFIRM, *columns, ids)


async def orders_of_taps(session: AsyncSession, taps: Sequence[tuple[UUID, UUID, str]]) -> list[Any]:
    columns = [list(column) for column in zip(*taps, strict=True)]
    rows: list[Any] = await (await driver(session)).fetch(TAPPED, *columns)
    return rows
