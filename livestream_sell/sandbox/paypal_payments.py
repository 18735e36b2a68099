"""What happens to a PayPal order: the buyer decides, the shop captures, money goes back."""

from decimal import Decimal
from typing import Any

from livestream_sell.sandbox.pay_page import CannotPay, WayBack
from livestream_sell.sandbox.paypal_errors import PayPalError
from livestream_sell.sandbox.paypal_events import PayPalEvents
from livestream_sell.sandbox.paypal_orders import (
    PAYER_ID,
    PayPalOrder,
    PayPalStore,
    check_money,
    new_id,
    timestamp,
)

FEE_RATE = Decimal("0.054")


def decide(store: PayPalStore, events: PayPalEvents, order_id: str, outcome: str, url: str) -> WayBack:
    """The buyer's choice on the pay page; a failing card shows only when the shop captures."""
    order = store.orders.get(order_id)
    if order is None or order.is_expired:
        raise CannotPay(f"no payable PayPal order {order_id}")
    if order.capture is not None and order.capture["status"] == "PENDING":
        return _settle_pending(order, events, outcome, url)
    if order.status == "COMPLETED":
        raise CannotPay(f"PayPal order {order_id} is paid already")
    if outcome == "cancelled":
        return WayBack("cancelled", _with(order.cancel_url, f"token={order.id}"))
    order.buyers_choice = outcome
    order.status = "APPROVED"
    events.publish("CHECKOUT.ORDER.APPROVED", "checkout-order", "An order has been approved by buyer", order.shown(url))
    return WayBack("approved", _with(order.return_url, f"token={order.id}&PayerID={PAYER_ID}"))


def capture(
    store: PayPalStore, events: PayPalEvents, order: PayPalOrder, request_id: str, url: str
) -> tuple[dict[str, Any], bool]:
    """The order with its capture, and whether this call made it."""
    if order.capture is not None:
        if request_id and request_id == order.captured_under:
            return order.shown(url), False
        raise PayPalError(422, "ORDER_ALREADY_CAPTURED")
    if order.status != "APPROVED":
        raise PayPalError(422, "ORDER_NOT_APPROVED")
    if store.is_invoice_paid(order.unit.get("invoice_id")):
        raise PayPalError(422, "DUPLICATE_INVOICE_ID")
    if order.buyers_choice == "failed":
        order.status = "PAYER_ACTION_REQUIRED"
        raise PayPalError(422, "INSTRUMENT_DECLINED")
    order.captured_under = request_id
    order.capture = _new_capture(order, url)
    order.status = "COMPLETED"
    _tell_capture(order, events, url)
    return order.shown(url), True


def refund(
    store: PayPalStore, events: PayPalEvents, capture_id: str, body: dict[str, Any], request_id: str, url: str
) -> tuple[dict[str, Any], bool]:
    """All that is left, or the given part of it."""
    if request_id in store.refunds_by_request_id:
        return store.refunds_by_request_id[request_id], False
    order = store.by_capture(capture_id)
    assert order.capture is not None
    if order.capture["status"] == "PENDING":
        raise PayPalError(422, "PENDING_CAPTURE")
    paid = order.capture["amount"]
    left = Decimal(paid["value"]) - order.refunded
    if left <= 0:
        raise PayPalError(422, "CAPTURE_FULLY_REFUNDED")
    amount = body.get("amount") or {**paid, "value": str(left)}
    value = check_money(amount, "/amount")
    if value > left or amount["currency_code"] != paid["currency_code"]:
        raise PayPalError(422, "REFUND_AMOUNT_EXCEEDED")
    made = _new_refund(order, amount, body, url)
    order.refunds.append(made)
    order.capture["status"] = "REFUNDED" if value == left else "PARTIALLY_REFUNDED"
    if request_id:
        store.refunds_by_request_id[request_id] = made
    events.publish("PAYMENT.CAPTURE.REFUNDED", "refund", f"A {amount['value']} refund was made", made)
    return made, True


def _settle_pending(order: PayPalOrder, events: PayPalEvents, outcome: str, url: str) -> WayBack:
    assert order.capture is not None
    order.capture.pop("status_details", None)
    order.capture["status"] = "COMPLETED" if outcome == "paid" else "DECLINED"
    order.capture["update_time"] = timestamp()
    _tell_capture(order, events, url)
    return WayBack(order.capture["status"].lower(), "")


def _new_capture(order: PayPalOrder, url: str) -> dict[str, Any]:
    money = {name: order.unit["amount"][name] for name in ("currency_code", "value")}
    capture_id, is_pending = new_id(), order.buyers_choice == "pending"
    own = f"{url}/v2/payments/captures/{capture_id}"
    made: dict[str, Any] = {
        "id": capture_id,
        "status": "PENDING" if is_pending else "COMPLETED",
        "amount": money,
        "final_capture": True,
        "seller_protection": {"status": "NOT_ELIGIBLE"},
        "create_time": timestamp(),
        "update_time": timestamp(),
        "links": [
            {"href": own, "rel": "self", "method": "GET"},
            {"href": f"{own}/refund", "rel": "refund", "method": "POST"},
            {"href": f"{url}/v2/checkout/orders/{order.id}", "rel": "up", "method": "GET"},
        ],
    }
    made |= {name: order.unit[name] for name in ("custom_id", "invoice_id") if name in order.unit}
    if is_pending:
        made["status_details"] = {"reason": "PENDING_REVIEW"}
    else:
        made["seller_receivable_breakdown"] = _breakdown(money)
    return made


def _breakdown(money: dict[str, str]) -> dict[str, Any]:
    digits = Decimal("0.01") if "." in money["value"] else Decimal(1)
    gross = Decimal(money["value"])
    fee = (gross * FEE_RATE).quantize(digits)
    return {
        "gross_amount": money,
        "paypal_fee": {**money, "value": str(fee)},
        "net_amount": {**money, "value": str(gross - fee)},
    }


def _new_refund(order: PayPalOrder, amount: dict[str, str], body: dict[str, Any], url: str) -> dict[str, Any]:
    assert order.capture is not None
    refund_id = new_id()
    made = {
        "id": refund_id,
        "status": "COMPLETED",
        "amount": amount,
        "seller_payable_breakdown": {"gross_amount": amount, "total_refunded_amount": amount},
        "create_time": timestamp(),
        "update_time": timestamp(),
        "links": [
            {"href": f"{url}/v2/payments/refunds/{refund_id}", "rel": "self", "method": "GET"},
            {"href": f"{url}/v2/payments/captures/{order.capture['id']}", "rel": "up", "method": "GET"},
        ],
    }
    named = {**order.unit, **body}
    return made | {name: named[name] for name in ("custom_id", "invoice_id") if name in named}


def _tell_capture(order: PayPalOrder, events: PayPalEvents, url: str) -> None:
    assert order.capture is not None
    status = order.capture["status"]
    resource = {**order.capture, "supplementary_data": {"related_ids": {"order_id": order.id}}}
    summary = f"Payment {status.lower()} for {' '.join(order.capture['amount'].values())}"
    events.publish(f"PAYMENT.CAPTURE.{status}", "capture", summary, resource)
    if status == "COMPLETED":
        events.publish("CHECKOUT.ORDER.COMPLETED", "checkout-order", "Checkout Order Completed", order.shown(url))


def _with(url: str, query: str) -> str:
    if not url:
        return ""
    return f"{url}{'&' if '?' in url else '?'}{query}"
