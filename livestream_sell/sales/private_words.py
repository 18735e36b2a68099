"""Private messages: the cart in Messenger's button template, the link to pay, and a button that makes buyers answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from livestream_sell.core import money
from livestream_sell.core.localisation import isolate, number_locale, say, say_many
from livestream_sell.messaging.inbound import TAP_ASK, TAP_CART
from livestream_sell.messaging.models import MessagePurpose
from livestream_sell.messaging.schemas import OutgoingMessage, Rendered
from livestream_sell.orders.public_link import checkout_link
from livestream_sell.sales.repository import Line, OrderFacts

# Meta's limits (meta.md 2.3).
TEMPLATE_LIMIT = 640
TITLE_LIMIT = 20
TEXT_LIMIT = 2000
# A product name longer than this is cut: the cart has to fit.
NAME_LIMIT = 60
LIST_LIMIT = 200
P = MessagePurpose


@dataclass(frozen=True, slots=True)
class Told:
    """Who is spoken to, in which language, by which store, and when."""

    language: str
    store_locale: str
    store_name: str
    name: str
    now: datetime

    def say(self, key: str, **values: Any) -> str:
        return say(self.language, key, **values)

    def many(self, key: str, count: int) -> str:
        return say_many(self.language, key, count)

    def price(self, amount: Any, currency: str) -> str:
        return money.display(amount, currency, number_locale(self.language, self.store_locale))

    def listed(self, names: Iterable[str]) -> str:
        return ", ".join(isolate(self.language, name) for name in names)

    @property
    def greeting(self) -> str:
        return self.say("private.greeting", name=self.name) if self.name else self.say("private.greeting.nobody")


def write(message: OutgoingMessage, told: Told, order: OrderFacts | None) -> Rendered:
    """Return a private message; the order's state has been checked."""
    if order is not None and message.purpose in (P.claim, P.freed):
        return _cart(message, told, order)
    if order is not None and message.purpose in (P.paid, P.payment_problem, P.expired):
        total = told.price(order.total, order.currency)
        text = told.say(f"private.{message.purpose}", code=order.code, total=total, store=told.store_name)
        title = {P.paid: "button.order", P.payment_problem: "button.retry", P.expired: "button.see"}[
            MessagePurpose(message.purpose)
        ]
        return _template(told, order, f"{told.greeting} {text}", title)
    text = _plain(message, told)[:TEXT_LIMIT]
    if message.purpose == P.choose_variant:
        return Rendered(text=text, body={"text": text, "quick_replies": _quick_replies(message)})
    return Rendered(text=text)


def _plain(message: OutgoingMessage, told: Told) -> str:
    if message.purpose == P.opted_out:
        return told.say("private.opted_out")
    if message.purpose == P.waitlist:
        waiting = [(str(item["name"]), int(item["quantity"])) for item in message.data.get("waiting", [])]
        return f"{told.greeting} {told.say('private.waitlist', products=_listed(told, waiting))}"
    if message.purpose == P.choose_variant:
        options = told.listed(str(option["label"]) for option in message.data.get("options", []))
        return f"{told.greeting} {told.say('private.choose_variant', options=options)}"
    return str(message.data.get("text") or f"{told.greeting} {told.say('private.ask')}")


def _cart(message: OutgoingMessage, told: Told, order: OrderFacts) -> Rendered:
    held = order.held
    head = [told.greeting]
    if message.purpose == P.freed:
        head.append(told.say("private.freed", product=_cut(str(message.data.get("product", "")))))
    head.append(told.say("private.cart", store=_cut(told.store_name)))
    total = sum(line.quantity * line.unit_price for line in held)
    until = min(line.held_until for line in held if line.held_until is not None)
    minutes = max(1, ceil((until - told.now).total_seconds() / 60))
    tail = [told.say("private.total", total=told.price(total, order.currency)), told.many("private.minutes", minutes)]
    if order.waiting:
        tail.append(told.say("private.waiting", products=_listed(told, order.waiting)))
    lines = _fitting(told, order, held, "\n".join(["", *head, *tail]))
    return _template(told, order, "\n".join([" ".join(head[:-1]), head[-1], *lines, *tail]), "button.pay")


def _fitting(told: Told, order: OrderFacts, held: list[Line], around: str) -> list[str]:
    """Return as many lines as Meta's limit leaves room for, and how many more there are."""
    texts = [
        told.say(
            "private.line",
            quantity=line.quantity,
            product=_cut(line.name),
            amount=told.price(line.quantity * line.unit_price, order.currency),
        )
        for line in held
    ]
    shown: list[str] = []
    for number, text in enumerate(texts):
        rest = len(texts) - number
        more = told.many("private.more", rest)
        room = TEMPLATE_LIMIT - len(around) - sum(len(each) + 1 for each in shown) - (len(more) + 1 if rest > 1 else 0)
        if len(text) + 1 > room:
            return [*shown, more]
        shown.append(text)
    return shown


def _template(told: Told, order: OrderFacts, text: str, title: str) -> Rendered:
    """The link and, since following a link opens no window, buttons whose tap does (meta.md 2.4)."""
    text = text[:TEMPLATE_LIMIT]
    buttons = [{"type": "web_url", "url": checkout_link(order.token), "title": _title(told, title)}]
    if title == "button.pay":
        buttons.append({"type": "postback", "payload": f"{TAP_CART}:{order.id}", "title": _title(told, "button.cart")})
    buttons.append({"type": "postback", "payload": f"{TAP_ASK}:{order.id}", "title": _title(told, "button.ask")})
    payload = {"template_type": "button", "text": text, "buttons": buttons}
    return Rendered(text=text, body={"attachment": {"type": "template", "payload": payload}})


def _quick_replies(message: OutgoingMessage) -> list[dict[str, str]]:
    return [
        {"content_type": "text", "title": str(option["label"])[:TITLE_LIMIT], "payload": str(option["payload"])}
        for option in message.data.get("options", [])
    ]


def _title(told: Told, key: str) -> str:
    return told.say(key)[:TITLE_LIMIT]


def _listed(told: Told, products: Iterable[tuple[str, int]]) -> str:
    """Return products in one line; a list that gets too long ends with what still fits."""
    shown = ""
    for name, quantity in products:
        more = f"{', ' if shown else ''}{quantity} × {isolate(told.language, _cut(name))}"
        if len(shown) + len(more) > LIST_LIMIT:
            return f"{shown}, …"
        shown += more
    return shown


def _cut(name: str) -> str:
    return name if len(name) <= NAME_LIMIT else f"{name[: NAME_LIMIT - 1]}…"
