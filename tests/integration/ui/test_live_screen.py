"""The Live Control Center: what its panels show, and whom its handlers obey."""

from typing import Any

import pytest

from livestream_sell.core.access import Role
from livestream_sell.core.clock import utc_now
from livestream_sell.core.db import transaction
from livestream_sell.live import service as lives
from livestream_sell.live.models import Comment
from livestream_sell.orders.models import Claim
from livestream_sell.sales.claiming import allocate
from livestream_sell.stores.models import Store
from livestream_sell.ui.pages.live.comment_state import CommentState
from livestream_sell.ui.pages.live.lanes_state import LanesState
from livestream_sell.ui.pages.live.sales_state import SalesState
from livestream_sell.ui.pages.live.state import LiveControlState
from livestream_sell.ui.pages.live.stock_state import StockState
from tests.integration.ui.conftest import SignIn, notice, stock_of
from tests.support.factories import claim_request, create_live, create_product

pytestmark = pytest.mark.anyio


async def test_a_show_is_started_paused_resumed_and_finished(tab: Any, store: Store) -> None:
    control = await tab(LiveControlState)
    await LiveControlState.start.fn(control, {"title": "Noche", "fb_live_id": "1001_77", "featured_product_id": ""})
    assert (control.live_title, control.paused) == ("Noche", False)

    await LiveControlState.switch_store.fn(control, True)
    assert control.store_paused
    await LiveControlState.switch_store.fn(control, False)
    await LiveControlState.switch_live.fn(control, True)
    assert (control.store_paused, control.live_paused) == (False, True)

    await LiveControlState.finish.fn(control)
    assert control.live_id == ""


async def test_a_start_without_a_title_is_told(tab: Any) -> None:
    control = await tab(LiveControlState)
    await LiveControlState.start.fn(control, {"title": "  "})

    assert control.live_id == ""
    assert (await notice(tab))["kind"] == "error"


async def test_the_sales_panel_shows_carts_and_who_waits(tab: Any, store: Store) -> None:
    product = await create_product(store, stock=1)
    live = await create_live(store)
    requests = [claim_request(store, live, product, buyer=buyer, seconds=n) for n, buyer in enumerate(("ana", "bea"))]
    async with transaction() as session:
        await allocate(session, requests)

    sales = await tab(SalesState)
    await SalesState.refresh.fn(sales)

    assert [(row["buyer"], row["state"], row["until"] != "") for row in sales.sales] == [("ana", "pending", True)]
    assert [(row["place"], row["buyer"], row["pieces"]) for row in sales.waiting] == [(1, "bea", 1)]


async def test_stock_is_adjusted_set_and_featured(tab: Any, store: Store) -> None:
    product = await create_product(store, stock=5)
    live = await create_live(store)
    stock = await tab(StockState)

    await StockState.adjust.fn(stock, str(product.id), 2)
    assert stock.rows[0]["stock"] == 7
    await StockState.set_stock.fn(stock, str(product.id), 3.0)
    assert stock.rows[0]["stock"] == 3
    await StockState.feature.fn(stock, str(product.id))
    assert stock.featured["code"] == "A1"
    async with transaction() as session:
        assert (await lives.get_live(session, store.id, live.id)).featured_product_id == product.id


async def test_ids_of_another_store_change_nothing(tab: Any, store: Store, other_store: Store) -> None:
    theirs = await create_product(other_store, stock=5)
    await create_live(store)
    stock, comment, lanes = await tab(StockState), await tab(CommentState), await tab(LanesState)

    await StockState.adjust.fn(stock, str(theirs.id), -1)
    await StockState.set_stock.fn(stock, str(theirs.id), 0)
    await StockState.feature.fn(stock, str(theirs.id))
    await CommentState.open.fn(comment, str(theirs.id))
    await LanesState.confirm.fn(lanes, str(theirs.id), "")
    await LanesState.retry.fn(lanes, "no id at all")

    assert await stock_of(theirs) == (5, 0)
    assert stock.featured["id"] == ""
    assert not comment.is_open
    assert (await notice(tab))["kind"] == "error"


async def test_a_comment_opens_with_what_became_of_it(tab: Any, store: Store) -> None:
    live = await create_live(store)
    async with transaction() as session:
        comment = Comment(
            store_id=store.id, live_id=live.id, fb_comment_id="77_1", fb_post_id="1001_77", customer_fb_id="b1",
            customer_name="Ana", text="¿de qué tela es?", intent="question", outcome="question", confidence=0.9,
            language="es", commented_at=utc_now(), received_at=utc_now(),
        )  # fmt: skip
        session.add(comment)
    lanes, card = await tab(LanesState), await tab(CommentState)

    await LanesState.refresh.fn(lanes)
    assert [row["author"] for row in lanes.questions] == ["Ana"]
    await CommentState.open.fn(card, str(comment.id))
    assert (card.is_open, card.card["text"], card.card["can_reply"]) == (True, "¿de qué tela es?", True)

    await CommentState.reply.fn(card, {"text": "Es de lino."})
    await LanesState.refresh.fn(lanes)
    assert (card.is_open, lanes.questions) == (False, [])


async def test_a_live_of_another_store_is_not_shown(tab: Any, other_store: Store) -> None:
    await create_live(other_store)
    control = await tab(LiveControlState)
    await LiveControlState.refresh.fn(control)

    assert (control.live_id, control.comments) == ("", [])


async def test_staff_run_the_show_but_do_not_manage_the_store(tab: Any, store: Store, sign_in: SignIn) -> None:
    from livestream_sell.ui.pages.settings.state import SettingsState

    sign_in(store, Role.staff)
    control, settings = await tab(LiveControlState), await tab(SettingsState)
    await LiveControlState.start.fn(control, {"title": "Noche"})
    await SettingsState.save_store.fn(settings, {"name": "Mine now"})
    await SettingsState.refresh.fn(settings)

    assert control.live_title == "Noche"
    assert (settings.may_manage, settings.gateways, settings.store["name"]) == (False, [], "Moda Lucía")


async def test_a_claim_is_decided_by_hand(tab: Any, store: Store) -> None:
    product = await create_product(store, stock=5)
    live = await create_live(store)
    async with transaction() as session:
        session.add(Claim(store_id=store.id, live_id=live.id, customer_fb_id="ana", quantity=1, commented_at=utc_now()))
    lanes = await tab(LanesState)
    await LanesState.refresh.fn(lanes)

    wanted = {"claim": lanes.reviews[0]["id"], "product": str(product.id)}
    await LanesState.decide.fn(lanes, wanted | {"quantity": "100"})
    assert (await notice(tab))["text"] == "Revisa estos datos: Cantidad: entre 1 y 99"
    assert await stock_of(product) == (5, 0)
    await LanesState.decide.fn(lanes, wanted | {"quantity": "2"})
    assert (await stock_of(product), lanes.reviews) == ((5, 2), [])
