"""Questions answered in public from the catalogue and the store's own texts; the rest stays with the seller."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from livestream_sell.core.db import driver
from livestream_sell.intent.schemas import Intent
from livestream_sell.messaging.models import MessageKind, MessagePurpose
from livestream_sell.messaging.schemas import MessageDraft, OutgoingMessage, Rendered
from livestream_sell.sales.private_words import Told
from livestream_sell.sales.recording import Recorded

ABOUT_PRODUCTS = frozenset({"price", "stock", "sizes"})
ABOUT_THE_STORE = frozenset({"shipping", "payment"})
# A question that may mean more designs than this is the seller's.
MAX_DESIGNS = 3
TEXT_LIMIT = 400

PRODUCTS = """
SELECT p.id, p.name, p.price, greatest(p.stock - p.reserved, 0) AS available, p.variant, s.currency
FROM products p JOIN stores s ON s.id = p.store_id WHERE p.id = ANY ($1::uuid[]) ORDER BY p.name, p.sku
"""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """A sellable piece as it stands when it is spoken of."""

    id: UUID
    name: str
    price: Decimal
    available: int
    variant: dict[str, str]
    currency: str

    @property
    def option(self) -> str:
        return " ".join(str(value) for value in self.variant.values() if value)


def answer_drafts(recorded: Sequence[Recorded]) -> list[MessageDraft]:
    """Return one public answer for each question that the catalogue or the store's texts can answer."""
    return [draft for record in recorded if (draft := _draft(record))]


def _draft(record: Recorded) -> MessageDraft | None:
    reading = record.reading
    understood, live, shop, arrival = reading.understood, reading.live, reading.shop, reading.arrival
    if (
        not record.is_new
        or understood is None
        or understood.intent is not Intent.question
        or not live
        or not live.on_air
    ):
        return None
    known = shop.stocked.product_ids
    products = [str(known[sku]) for sku in understood.candidates if sku in known]
    if not products and live.featured_product_id:
        products = [str(live.featured_product_id)]
    text = str(shop.answers.get(understood.topic or "", ""))
    if not (text if understood.topic in ABOUT_THE_STORE else products and understood.topic in ABOUT_PRODUCTS):
        return None
    return MessageDraft(
        store_id=shop.store_id, live_id=live.id, kind=MessageKind.public_reply, purpose=MessagePurpose.answer,
        dedupe_key=f"{arrival.comment_id}:public", fb_comment_id=arrival.comment_id,
        customer_fb_id=arrival.customer_id, language=understood.language, received_at=arrival.received_at,
        data={"topic": understood.topic, "products": products, "text": text, "name": arrival.customer_name},
    )  # fmt: skip


async def product_facts(session: AsyncSession, messages: Sequence[OutgoingMessage]) -> dict[str, ProductFacts]:
    """Return the products that these answers speak of, by id as text."""
    ids = [UUID(each) for message in messages for each in message.data.get("products", [])
           if message.purpose == MessagePurpose.answer]  # fmt: skip
    if not ids:
        return {}
    rows = await (await driver(session)).fetch(PRODUCTS, ids)
    return {str(row["id"]): ProductFacts(**row) for row in rows}


def write(message: OutgoingMessage, told: Told, facts: dict[str, ProductFacts]) -> Rendered:
    """Return the answer in the buyer's language; dropped where the facts are gone."""
    topic, name = str(message.data.get("topic")), told.name or told.say("name.nobody")
    if topic in ABOUT_THE_STORE:
        return _finished(f"{name}, {message.data.get('text', '')}")
    products = [facts[each] for each in message.data.get("products", []) if each in facts]
    designs = {product.name for product in products}
    if not products or len(designs) > MAX_DESIGNS:
        return Rendered(dropped="nothing_to_say")
    sentences = [_about(topic, told, [p for p in products if p.name == design]) for design in sorted(designs)]
    return _finished(told.say("answer.frame", name=name, answer=" · ".join(sentences)))


def _about(topic: str, told: Told, pieces: Sequence[ProductFacts]) -> str:
    design = pieces[0].name
    there = [piece for piece in pieces if piece.available]
    if topic == "price":
        prices = sorted({piece.price for piece in pieces})
        shown = " – ".join(dict.fromkeys(told.price(price, pieces[0].currency) for price in (prices[0], prices[-1])))
        return told.say("answer.price", product=design, price=shown)
    if not there:
        return told.say("answer.sold_out", product=design)
    options = told.listed(dict.fromkeys(piece.option for piece in there if piece.option))
    return (
        told.say("answer.options", product=design, options=options)
        if options
        else told.say("answer.there", product=design)
    )


def _finished(text: str) -> Rendered:
    return Rendered(text=(text[:1].upper() + text[1:])[:TEXT_LIMIT])
