"""A decision corrected from the feed."""

from typing import Any

import pytest

from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.live.models import Comment
from livestream_sell.stores.models import Store
from livestream_sell.ui.pages.live.comment_state import CommentState
from tests.integration.ui.conftest import notice
from tests.support.factories import create_live, create_product

pytestmark = pytest.mark.anyio


async def test_a_greeting_becomes_a_purchase(tab: Any, store: Store) -> None:
    product, live = await create_product(store), await create_live(store)
    async with transaction() as session:
        comment = Comment(
            store_id=store.id, live_id=live.id, fb_comment_id="77_1", fb_post_id="1001_77", customer_fb_id="b1",
            customer_name="Ana", text="ese rojito pues", intent="other", outcome="other", confidence=0.4,
            language="es", commented_at=utc_now(), received_at=utc_now(),
        )  # fmt: skip
        session.add(comment)
    card = await tab(CommentState)
    await CommentState.open.fn(card, str(comment.id))

    await CommentState.correct.fn(card, {"intent": "nonsense"})
    assert (await notice(tab))["kind"] == "error"
    await CommentState.correct.fn(card, {"intent": "purchase", "product": str(product.id), "quantity": "2"})

    assert (card.card["intent"], card.card["outcome"], card.card["engine"]) == ("purchase", "reserved", "seller")
    assert [(claim["sku"], claim["reserved"]) for claim in card.claims] == [("A1", 2)]
