"""What comments meant, kept as examples; and a store's own words, learned of them until a later one says otherwise."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import driver
from livestream_sell.intent import synonyms
from livestream_sell.intent.schemas import Intent, ItemClaim
from livestream_sell.sales.shops import catalogue_of
from livestream_sell.stores.repository import bump_catalogue

# A word that this many other comments of the show use for something else is not a name.
COMMON_FROM = 3
COMMENTS_COMPARED = 500

KEEP = """
UPDATE ai_logs SET correction = $3::jsonb || jsonb_build_object('was', jsonb_build_object(
    'intent', detected_intent, 'items', items))
WHERE id = (SELECT id FROM ai_logs WHERE store_id = $1 AND comment_id = $2 ORDER BY id DESC LIMIT 1)
"""

FORGET = """
DELETE FROM store_synonyms WHERE store_id = $1 AND words = ANY($2::text[]) AND NOT sku = ANY($3::text[]) RETURNING words
"""

OTHERS = """
SELECT c.text FROM comments c WHERE c.store_id = $1 AND c.live_id = $2 AND c.id <> $3 AND NOT EXISTS (
    SELECT 1 FROM claims k JOIN products p ON p.id = k.product_id WHERE k.comment_id = c.id AND p.sku = $4)
ORDER BY c.id DESC LIMIT $5
"""

LEARN = """
INSERT INTO store_synonyms AS y (store_id, words, sku) SELECT $1, words, $3 FROM unnest($2::text[]) AS w(words)
ON CONFLICT (store_id, words, sku) DO UPDATE SET uses = y.uses + 1
"""


async def remember(
    session: AsyncSession, store_id: UUID, comment: Any, intent: Intent, items: Sequence[ItemClaim], actor: str
) -> list[str]:
    """Keep what a comment meant beside what was understood, and return the words that were learned of it.

    `comment` has its `id`, `text`, `live_id`, the store's `locale` and the `featured_product_id` of its live.
    """
    meant = {
        "intent": intent.value,
        "items": [{"sku": item.sku, "qty": item.quantity} for item in items],
        "actor": actor,
        "at": utc_now().isoformat(),
    }
    await (await driver(session)).execute(KEEP, store_id, comment["id"], orjson.dumps(meant).decode())
    return await _learn(session, store_id, comment, [item.sku for item in items])


async def _learn(session: AsyncSession, store_id: UUID, row: Any, skus: Sequence[str]) -> list[str]:
    """Learn the strange words of a comment that means one product.

    Of what is on air nothing is learned: whoever says "that one" points, and does not name.
    """
    connection = await driver(session)
    stocked = await catalogue_of(session, store_id)
    spoken = sorted(word[:100] for word in synonyms.words_of(row["text"]))
    forgotten = [gone["words"] for gone in await connection.fetch(FORGET, store_id, spoken, list(skus))]
    words: list[str] = []
    featured = stocked.skus.get(row["featured_product_id"])
    if len(skus) == 1 and not synonyms.same_design(stocked.catalogue, skus[0], featured):
        new = dict.fromkeys(forgotten + synonyms.new_words(row["text"], stocked.catalogue, row["locale"]))
        words = [word[:100] for word in await _uncommon(session, store_id, row, skus[0], list(new))]
        await connection.execute(LEARN, store_id, words, skus[0])
    if words or forgotten:
        await bump_catalogue(session, store_id)
    return words


async def _uncommon(session: AsyncSession, store_id: UUID, row: Any, sku: str, words: list[str]) -> list[str]:
    if not words:
        return []
    others = await (await driver(session)).fetch(OTHERS, store_id, row["live_id"], row["id"], sku, COMMENTS_COMPARED)
    used = Counter(word for other in others for word in synonyms.words_of(other["text"]) if word in words)
    return [word for word in words if used[word] < COMMON_FROM]
