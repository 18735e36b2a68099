"""Flow's orders and refunds: what a create call may say, and how they are shown."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from itertools import count
from typing import Any

REQUIRED = ("commerceOrder", "subject", "amount", "email", "urlConfirmation", "urlReturn")
MINIMUM_CLP = 350
CURRENCIES = frozenset({"CLP", "UF", "PEN", "MXN", "USD"})


class FlowStatus(IntEnum):
    PENDING = 1
    PAID = 2
    REJECTED = 3
    CANCELLED = 4


class FlowError(Exception):
    """`{code, message}` with HTTP 400 (API) or 401 (business)."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def new_token() -> str:
    return secrets.token_hex(20).upper()


def local_time() -> str:
    return datetime.now().strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ005


@dataclass(slots=True)
class FlowOrder:
    commerce_order: str
    subject: str
    currency: str
    amount: int | float
    email: str
    url_confirmation: str
    url_return: str
    optional: str | None
    timeout_seconds: int
    flow_order: int = 0
    token: str = field(default_factory=new_token)
    status: FlowStatus = FlowStatus.PENDING
    requested_at: str = field(default_factory=local_time)
    created_at: float = field(default_factory=time.time)
    paid_at: str = ""
    coupon_at: str = ""

    @property
    def is_expired(self) -> bool:
        return self.timeout_seconds > 0 and time.time() - self.created_at > self.timeout_seconds

    @property
    def is_payable(self) -> bool:
        """A rejected card may be followed by another one."""
        return self.status in (FlowStatus.PENDING, FlowStatus.REJECTED) and not self.is_expired

    def decide(self, status: FlowStatus) -> None:
        self.status = status
        if status is FlowStatus.PAID:
            self.paid_at = local_time()
        if status is FlowStatus.PENDING:
            self.coupon_at = local_time()

    def shown(self) -> dict[str, Any]:
        is_paid = self.status is FlowStatus.PAID
        fee = round(self.amount * 0.0344) if is_paid else None
        return {
            "flowOrder": self.flow_order,
            "commerceOrder": self.commerce_order,
            "requestDate": self.requested_at,
            "status": int(self.status),
            "subject": self.subject,
            "currency": self.currency,
            "amount": self.amount,
            "payer": self.email,
            "optional": self.optional,
            "pending_info": {
                "media": "Multicaja" if self.coupon_at else None,
                "date": self.coupon_at or None,
            },
            "paymentData": {
                "date": self.paid_at or None,
                "media": "Webpay" if is_paid else None,
                "conversionDate": None,
                "conversionRate": None,
                "amount": self.amount if is_paid else None,
                "currency": self.currency if is_paid else None,
                "fee": fee,
                "balance": self.amount - fee if fee is not None else None,
                "transferDate": self.paid_at[:10] or None,
            },
            "merchantId": None,
        }


@dataclass(slots=True)
class FlowRefund:
    """Created by the shop, accepted or rejected by the buyer."""

    token: str
    number: str
    amount: int | float
    url_callback: str
    status: str = "created"
    date: str = field(default_factory=local_time)

    def shown(self) -> dict[str, Any]:
        return {
            "token": self.token,
            "flowRefundOrder": self.number,
            "date": self.date,
            "status": self.status,
            "amount": self.amount,
            "fee": 240,
        }


@dataclass(slots=True)
class FlowStore:
    orders: dict[str, FlowOrder] = field(default_factory=dict)
    by_commerce_order: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, FlowRefund] = field(default_factory=dict)
    numbers: "count[int]" = field(default_factory=lambda: count(int(time.time())))

    def clear(self) -> None:
        self.orders.clear()
        self.by_commerce_order.clear()
        self.refunds.clear()

    def add(self, order: FlowOrder) -> None:
        order.flow_order = next(self.numbers)
        self.orders[order.token] = order
        self.by_commerce_order[order.commerce_order] = order.token

    def order(self, token: str) -> FlowOrder:
        if token not in self.orders:
            raise FlowError(105, "Token not found")
        return self.orders[token]

    def find_paid(self, commerce_order: str, flow_order: str) -> FlowOrder:
        for order in self.orders.values():
            named = order.commerce_order == commerce_order or str(order.flow_order) == flow_order
            if named and order.status is FlowStatus.PAID:
                return order
        raise FlowError(1701, "The transaction to refund does not exist or is not paid", 401)

    def refund(self, token: str) -> FlowRefund:
        if token not in self.refunds:
            raise FlowError(105, "Refund not found")
        return self.refunds[token]


def parse_order(form: dict[str, str]) -> FlowOrder:
    """The order of a create call, or Flow's refusal."""
    for name in REQUIRED:
        if not form.get(name):
            raise FlowError(1602, f"The {name} is required")
    currency = form.get("currency", "CLP")
    if currency not in CURRENCIES:
        raise FlowError(1606, f"The currency: {currency} is not valid")
    amount = parse_amount(form["amount"], currency)
    if currency == "CLP" and amount < MINIMUM_CLP:
        raise FlowError(1605, f"The minimum amount is {MINIMUM_CLP} CLP")
    email = form["email"]
    if "@" not in email or "." not in email.rpartition("@")[2]:
        raise FlowError(1620, f"The userEmail: {email} is not valid.")
    for name in ("urlConfirmation", "urlReturn"):
        if not form[name].startswith(("http://", "https://")):
            raise FlowError(1607, f"The {name} is not valid")
    return FlowOrder(
        commerce_order=form["commerceOrder"],
        subject=form["subject"],
        currency=currency,
        amount=amount,
        email=email,
        url_confirmation=form["urlConfirmation"],
        url_return=form["urlReturn"],
        optional=form.get("optional"),
        timeout_seconds=int(form.get("timeout", 0)),
    )


def parse_amount(text: str, currency: str) -> int | float:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise FlowError(1603, f"The amount: {text} is not valid") from error
    if currency == "CLP" and "." in text:
        raise FlowError(1603, "Amount can not contain decimals")
    if not amount.is_finite() or amount <= 0:
        raise FlowError(1603, f"The amount: {text} is not valid")
    return int(amount) if amount == amount.to_integral_value() else float(amount)
