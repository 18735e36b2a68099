"""The words buyers get, made from real carts at the moment of sending."""

import re
from typing import Any
from uuid import UUID

import pytest

from livestream_sell.core.db import transaction
from livestream_sell.core.localisation import BUYER_LANGUAGES
from livestream_sell.live.models import LiveEvent
from livestream_sell.messaging.delivery import prepare
from livestream_sell.messaging.schemas import MessageDraft
from livestream_sell.messaging.sending import Parcel
from livestream_sell.messaging.service import choose_languages, queue_messages
from livestream_sell.sales.buyer_languages import choose_at_checkout
from livestream_sell.sales.claiming import allocate
from livestream_sell.sales.replies import render
from livestream_sell.stores.models import Store
from tests.support.factories import claim_request, create_live, create_product, create_store
from tests.support.meta import change, link_page, rows, status_of

pytestmark = pytest.mark.anyio


@pytest.fixture
async def store(database: None, redis: Any) -> Store:
    created = await create_store()
    await link_page(created)
    return created


@pytest.fixture
async def live(store: Store) -> LiveEvent:
    return await create_live(store)


async def claim(store: Store, live: LiveEvent, *wanted: tuple[Any, int]) -> UUID:
    async with transaction() as session:
        requests = [claim_request(store, live, product, quantity=quantity) for product, quantity in wanted]
        outcomes = await allocate(session, requests)
    [order_id] = {outcome.order_id for outcome in outcomes if outcome.order_id}
    return order_id


async def prepared(store: Store, order_id: UUID | None = None, **fields: Any) -> tuple[UUID, list[Parcel]]:
    whole = {
        "kind": "private_reply",
        "purpose": "claim",
        "fb_comment_id": "555_1",
        "language": "es",
        "data": {"name": "Ana Lim"},
        **fields,
    }
    draft = MessageDraft(
        store_id=store.id, live_id=None, dedupe_key="k", customer_fb_id="b1", order_id=order_id, **whole
    )
    async with transaction() as session:
        [message_id] = await queue_messages(session, [draft])
    return message_id, await prepare(render, [message_id])


def template(parcels: list[Parcel]) -> dict[str, Any]:
    [parcel] = parcels
    assert parcel.words.body is not None
    payload: dict[str, Any] = parcel.words.body["attachment"]["payload"]
    return payload


async def test_the_cart_with_its_link_and_the_buttons_that_open_the_window(store: Store, live: LiveEvent) -> None:
    dress = await create_product(store, "A1", price="12990", name="Vestido lino")
    shoes = await create_product(store, "B2", price="5500", name="Sandalias", stock=1)
    order_id = await claim(store, live, (dress, 2), (shoes, 3))
    [order] = await rows("SELECT token FROM orders")

    _, parcels = await prepared(store, order_id)

    payload = template(parcels)
    assert payload["text"] == (
        "Hola, Ana.\n"
        "Esto tienes apartado en Moda Lucía:\n"
        "2 × Vestido lino: $25.980\n"
        "1 × Sandalias: $5.500\n"
        "Total: $31.480\n"
        "Te lo guardamos 30 minutos.\n"
        "En lista de espera: 2 × Sandalias. Te avisamos si se libera."
    )
    assert payload["buttons"] == [
        {"type": "web_url", "url": f"http://localhost:8000/checkout/{order.token}", "title": "Pagar ahora"},
        {"type": "postback", "payload": f"cart:{order_id}", "title": "Ver mi pedido"},
        {"type": "postback", "payload": f"ask:{order_id}", "title": "Tengo una duda"},
    ]


@pytest.mark.parametrize(
    ("language", "greeting", "total", "title"),
    [
        ("en", "Hi Ana.", "Total: CLP12,990", "Pay now"),
        ("pt-BR", "Oi, Ana.", "Total: CLP\xa012.990", "Pagar agora"),
        ("fil", "Hi po, Ana.", "Total: CLP12,990", "Magbayad na"),
        ("ru", "Hola, Ana.", "Total: $12.990", "Pagar ahora"),
    ],
)
async def test_the_language_is_the_buyers_or_else_the_shops(
    store: Store, live: LiveEvent, language: str, greeting: str, total: str, title: str
) -> None:
    order_id = await claim(store, live, (await create_product(store), 1))

    _, parcels = await prepared(store, order_id, language=language)

    payload = template(parcels)
    lines = payload["text"].splitlines()
    assert (lines[0], lines[3], payload["buttons"][0]["title"]) == (greeting, total, title)


async def test_what_the_buyer_chose_goes_before_the_comments_language(store: Store, live: LiveEvent) -> None:
    order_id = await claim(store, live, (await create_product(store), 1))
    [order] = await rows("SELECT token FROM orders")
    async with transaction() as session:
        await choose_languages(session, [(store.id, "b1", "en")])
    async with transaction() as session:
        await choose_at_checkout(session, order.token, "pt")

    _, parcels = await prepared(store, order_id, language="es")

    assert template(parcels)["text"].startswith("Oi, Ana.")
    assert await rows("SELECT language FROM orders") == [("pt",)]
    assert await rows("SELECT customer_fb_id, language FROM conversations ORDER BY 1") == [("b1", "pt")]


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
async def test_a_cart_has_the_same_parts_in_every_language(store: Store, live: LiveEvent, language: str) -> None:
    dress = await create_product(store, "A1", price="12990", name="Vestido lino")
    shoes = await create_product(store, "B2", price="5500", name="Sandalias", stock=1)
    order_id = await claim(store, live, (dress, 2), (shoes, 3))

    _, parcels = await prepared(store, order_id, language=language)

    payload = template(parcels)
    lines = payload["text"].splitlines()
    asked = ["Ana", "Moda Lucía", "Vestido lino", "Sandalias", "", "30", "Sandalias"]
    assert [part in line for part, line in zip(asked, lines, strict=True)] == [True] * 7
    sums = [re.sub(r"[^0-9]", "", line.split("lino")[-1].split("Sandalias")[-1]) for line in lines[2:5]]
    assert sums == ["25980", "5500", "31480"]
    assert len(payload["text"]) <= 640
    assert payload["text"].count("\u2068") == payload["text"].count("\u2069") == (8 if language == "ar" else 0)
    assert [button["type"] for button in payload["buttons"]] == ["web_url", "postback", "postback"]
    assert all(0 < len(button["title"]) <= 20 for button in payload["buttons"])


async def test_a_cart_of_fifty_products_fits_in_arabic_too(store: Store, live: LiveEvent) -> None:
    products = [await create_product(store, f"A{n}", name=f"Vestido muy largo número {n} " * 4) for n in range(50)]
    order_id = await claim(store, live, *((product, 1) for product in products))

    _, parcels = await prepared(store, order_id, language="ar")

    text = template(parcels)["text"]
    assert 500 < len(text) <= 640
    assert text.count("\u2068") == text.count("\u2069")


async def test_what_was_claimed_after_the_message_was_queued_is_in_it(store: Store, live: LiveEvent) -> None:
    first, second = await create_product(store, "A1"), await create_product(store, "A2")
    order_id = await claim(store, live, (first, 1))
    draft = MessageDraft(store.id, None, "private_reply", "claim", "k", "555_1", "b1", order_id)
    async with transaction() as session:
        [message_id] = await queue_messages(session, [draft])
    await claim(store, live, (second, 1))

    payload = template(await prepare(render, [message_id]))

    assert "1 × Vestido A1: $12.990\n1 × Vestido A2: $12.990\nTotal: $25.980" in payload["text"]


async def test_a_cart_of_fifty_products_fits_into_metas_limit(store: Store, live: LiveEvent) -> None:
    products = [await create_product(store, f"A{n}", name=f"Vestido muy largo número {n} " * 4) for n in range(50)]
    order_id = await claim(store, live, *((product, 1) for product in products))

    _, parcels = await prepared(store, order_id)

    text = template(parcels)["text"]
    assert 500 < len(text) <= 640
    lines = text.splitlines()
    shown = [line for line in lines if line.startswith("1 × ")]
    assert f"y {50 - len(shown)} productos más" in lines
    assert lines[-2:] == ["Total: $649.500", "Te lo guardamos 30 minutos."]


@pytest.mark.parametrize(
    ("statement", "purpose", "reason"),
    [
        ("UPDATE orders SET status = 'paid'", "claim", "order_paid"),
        ("UPDATE orders SET status = 'cancelled'", "freed", "order_cancelled"),
        ("UPDATE reservations SET expires_at = now()", "claim", "nothing_held"),
        ("UPDATE orders SET status = 'pending'", "expired", "order_pending"),
        ("UPDATE orders SET status = 'expired'", "paid", "order_expired"),
    ],
)
async def test_what_is_not_true_any_more_is_not_said(
    store: Store, live: LiveEvent, statement: str, purpose: str, reason: str
) -> None:
    order_id = await claim(store, live, (await create_product(store), 1))
    await change(statement)

    message_id, parcels = await prepared(store, order_id, purpose=purpose)

    assert parcels == []
    assert await status_of(message_id) == ("dropped", reason)


@pytest.mark.parametrize(
    ("purpose", "state", "text"),
    [
        ("paid", "paid", "Hola, Ana. ¡Pago recibido! Tu pedido {code} de $12.990 está confirmado."),
        ("payment_problem", "pending", "Hola, Ana. El pago de tu pedido {code} no se completó."),
        ("expired", "expired", "Hola, Ana. Tu reserva en Moda Lucía venció"),
    ],
)
async def test_news_of_an_order(store: Store, live: LiveEvent, purpose: str, state: str, text: str) -> None:
    order_id = await claim(store, live, (await create_product(store), 1))
    await change("UPDATE orders SET status = :state", state=state)
    [order] = await rows("SELECT code FROM orders")

    _, parcels = await prepared(store, order_id, purpose=purpose)

    payload = template(parcels)
    assert payload["text"].startswith(text.format(code=order.code))
    assert [button["type"] for button in payload["buttons"]] == ["web_url", "postback"]


async def test_who_only_waits_gets_no_link(store: Store) -> None:
    data = {"name": "Ana Lim", "waiting": [{"name": "Vestido", "sku": "A1", "quantity": 2}]}

    _, [parcel] = await prepared(store, purpose="waitlist", data=data)

    assert parcel.words.body is None
    assert parcel.words.text == (
        "Hola, Ana. 2 × Vestido se agotó por ahora. Ya estás en la lista de espera: te escribimos si se libera."
    )


async def public_texts(store: Store, language: str, count: int = 40, **data: Any) -> list[str]:
    drafts = [
        MessageDraft(
            store.id, None, "public_reply", "claim", f"{n}", f"555_{n}", "b1", language=language,
            data={"outcome": "reserved", "name": "Ana Lim", "products": ["Vestido"], **data},
        )
        for n in range(count)
    ]  # fmt: skip
    async with transaction() as session:
        ids = await queue_messages(session, drafts)
    return [parcel.words.text for parcel in await prepare(render, ids)]


@pytest.mark.parametrize("language", BUYER_LANGUAGES)
@pytest.mark.parametrize("outcome", ["reserved", "partly_reserved", "waitlisted", "review"])
async def test_public_replies_vary_and_hold_neither_price_nor_link(store: Store, language: str, outcome: str) -> None:
    texts = await public_texts(store, language, outcome=outcome)

    assert len(texts) == 40
    assert len(set(texts)) >= 3
    assert all(len(text) <= 150 for text in texts)
    assert all("Ana" in text and "Lim" not in text for text in texts)
    assert not any(sign in text for text in texts for sign in ("http", "$", "CLP", "12", "{"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "hola"), ("{0.__class__}", "{0.__class__}"), ("Ana\n\u202eLim", "Ana"), ("A" * 99, "A" * 40)],
)
async def test_a_name_is_only_ever_a_name(store: Store, name: str, shown: str) -> None:
    [text] = await public_texts(store, "es", 1, name=name)

    assert shown.lower() in text.lower()
    assert "\n" not in text
    assert "\u202e" not in text
    assert len(text) < 150
