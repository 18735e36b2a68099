"""An order as the drawer shows it: rows made of the service's views."""

from typing import Any, TypedDict

from livestream_sell.core.money import display
from livestream_sell.orders.lifecycle import can_become
from livestream_sell.orders.models import OrderStatus
from livestream_sell.payments.models import GatewayName
from livestream_sell.payments.schemas import PaymentView
from livestream_sell.sales.order_timeline import OrderDetail, TimelineLine
from livestream_sell.ui.refusals import failure_number, message_failure, payment_failure

# Who moves orders, as their events name them.
ACTORS = frozenset({"api", "bot", "buyer", "seller"})
GATEWAYS = frozenset(GatewayName)
# Where a transfer still waits for the seller's word.
UNDECIDED = frozenset({"reported", "pending", "expired"})


class DetailView(TypedDict):
    """The order's own facts and what may be done with it now."""

    id: str
    number: str
    buyer: str
    buyer_id: str
    state: str
    total: str
    attention: str
    created: str
    until: str
    link: str
    can_cancel: bool
    can_prepare: bool
    can_ship: bool
    can_deliver: bool


class ItemView(TypedDict):
    """Pieces of one product."""

    id: str
    code: str
    name: str
    variant: str
    image: str
    quantity: int
    total: str


class PaymentLine(TypedDict):
    """An attempt to pay; `can_decide` for a transfer that waits for the seller."""

    id: str
    gateway: str
    reference: str
    status: str
    amount: str
    # A code of `orders.failure`, and what its text names.
    failure: str
    asked: str
    got: str
    can_decide: bool


class LineView(TypedDict):
    """One thing that happened."""

    id: str
    at: str
    source: str
    kind: str
    text: str
    note: str
    # How a message went: publicly, privately.
    way: str
    # Whole keys: who did it, or why a message did not go; `number` belongs to the latter.
    who: str
    why: str
    number: str


NO_DETAIL: DetailView = {
    "id": "", "number": "", "buyer": "", "buyer_id": "", "state": "", "total": "", "attention": "", "created": "",
    "until": "", "link": "", "can_cancel": False, "can_prepare": False, "can_ship": False, "can_deliver": False,
}  # fmt: skip


def detail_view(found: OrderDetail) -> DetailView:
    """Return the heading of the drawer."""
    order = found.order
    return {
        "id": str(order.id),
        "number": order.code,
        "buyer": order.customer_name or order.customer_fb_id,
        "buyer_id": order.customer_fb_id,
        "state": order.status,
        "total": order.total_text,
        "attention": order.attention,
        "created": order.created_at.isoformat(),
        "until": order.held_until.isoformat() if order.held_until and order.status == "pending" else "",
        "link": order.checkout_url,
        "can_cancel": can_become(order.status, OrderStatus.cancelled),
        "can_prepare": can_become(order.status, OrderStatus.to_ship),
        "can_ship": can_become(order.status, OrderStatus.shipped),
        "can_deliver": can_become(order.status, OrderStatus.delivered),
    }


def item_views(found: OrderDetail) -> list[ItemView]:
    """Return what is in the order."""
    return [
        {
            "id": str(line.item_id),
            "code": line.sku,
            "name": line.name,
            "variant": " · ".join(str(value) for value in line.variant.values()),
            "image": line.image_url,
            "quantity": line.quantity,
            "total": line.line_total_text,
        }
        for line in found.items
    ]


def payment_lines(found: OrderDetail) -> list[PaymentLine]:
    """Return the attempts to pay, the newest first."""
    return [_payment(found, payment) for payment in found.payments]


def _payment(found: OrderDetail, payment: PaymentView) -> PaymentLine:
    failure, asked, got = payment_failure(payment.failure)
    return {
        "id": str(payment.payment_id),
        "gateway": payment.gateway,
        "reference": payment.reference,
        "status": payment.status,
        "amount": _amount(found, payment),
        "failure": failure,
        "asked": asked,
        "got": got,
        "can_decide": payment.gateway == "bank_transfer" and payment.status in UNDECIDED,
    }


def _amount(found: OrderDetail, payment: PaymentView) -> str:
    if payment.amount == found.order.total and payment.currency == found.order.currency:
        return found.order.total_text
    return display(payment.amount, payment.currency, "es")


def line_views(found: OrderDetail) -> list[LineView]:
    """Return the timeline, the newest first."""
    return [_line(line, number) for number, line in reversed(list(enumerate(found.timeline)))]


def _line(line: TimelineLine, number: int) -> LineView:
    error = str(line.data.get("error") or "") if line.source == "message" else ""
    return {
        "id": f"{number}",
        "at": line.at.isoformat(),
        "source": line.source,
        "kind": line.kind,
        # Why a payment failed stands with the payment.
        "text": line.text[:400] if line.source != "payment" else "",
        "note": _note(line.source, line.data),
        "way": line.actor if line.source == "message" else "",
        "who": _who(line.source, line.actor),
        "why": message_failure(error),
        "number": failure_number(error),
    }


def _who(source: str, actor: str) -> str:
    """Return the key of the text that names who did it ("": it is said elsewhere)."""
    who = actor.split(":")[0]
    if source not in ("order", "payment"):
        return ""
    if who in GATEWAYS:
        return f"gateway.{who}"
    return f"timeline.actor.{who}" if who in ACTORS else ""


def _note(source: str, data: dict[str, Any]) -> str:
    if source == "claim":
        sure = data.get("confidence")
        number = f"#{data['decision_seq']}" if data.get("decision_seq") else ""
        shown = [f"{data.get('quantity', '')} × {data.get('sku') or '?'}", number]
        return " · ".join(part for part in [*shown, f"{sure * 100:.0f} %" if sure is not None else ""] if part)
    return str(data.get("reference") or "") if source == "payment" else ""
