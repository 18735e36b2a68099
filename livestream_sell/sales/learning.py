"""A store's own words for its products: learned from corrections, forgotten when a later one says otherwise."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.intent import synonyms
from livestream_sell.sales.shops import catalogue_of
from livestream_sell.stores.repository import bump_catalogue

# A word that this many other comments of the show use for something else is not a name.
COMMON_FROM = 3
COMMENTS_COMPARED = 500

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


async def learn(session: AsyncSession, store_id: UUID, row: Any, skus: Sequence[str]) -> list[str]:
    """Return what is learned of a corrected comment: strange words of a comment that means one product.

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
