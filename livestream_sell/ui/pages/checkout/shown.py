"""From the order's view to what the buyer's page shows. No Reflex here."""

from typing import TypedDict

from livestream_sell.orders.schemas import CheckoutLine, CheckoutView, Stage

BANK_TRANSFER = "bank_transfer"
STATUSES = ("open", "transfer", "processing", "reported", "paid", "expired", "cancelled")
# Seconds after which the page looks again by itself; what is not here is final.
ASK_EVERY = {"open": 10, "transfer": 10, "processing": 2, "reported": 5, "expired": 30}
SOON = 2
# Codes of refusals that have words of their own; currencies and methods read the same to a buyer.
PROBLEMS = (
    "email_needed", "gateway_rejected", "gateway_unavailable", "method_not_offered", "newer_cart", "nothing_left",
    "payment_failed",
)  # fmt: skip
SAME_WORDS = {"currency_not_taken": "method_not_offered"}
OVER = frozenset({"nothing_to_pay", "payment_not_open"})  # the page itself shows what became of it
BANK_FIELDS = (
    "amount", "reference", "holder", "tax_id", "bank", "account_type", "account_number", "email",
)  # fmt: skip


class CheckoutItem(TypedDict):
    """One line of the cart, texts ready to show."""

    name: str
    variant: str
    quantity: int
    price: str
    total: str
    image: str
    held: bool


class BankLine(TypedDict):
    """One datum to copy for a transfer; `key` names its text in the catalogue."""

    key: str
    value: str
    copied: str


class Shown(TypedDict):
    """The vars of the page's state, by name."""

    status: str
    number: str
    store: str
    items: list[CheckoutItem]
    total: str
    expires_at: str
    server_now: str
    methods: list[str]
    bank: list[BankLine]
    bank_note: str
    problem: str
    problem_method: str
    ask_every: int


def shown(view: CheckoutView, *, problem: str, by: str) -> Shown:
    """Return the page of `view`; `problem` and `by` come from the address: a code, and the gateway it is about."""
    status = _status(view)
    if not problem and status == "open" and view.payment is not None and view.payment.status == "failed":
        problem, by = "payment_failed", view.payment.gateway
    transfer = (view.payment.transfer_data or {}) if view.payment is not None else {}
    return Shown(
        status=status,
        number=view.code,
        store=view.store_name,
        items=[_item(line, is_open=view.stage is Stage.open) for line in view.lines],
        total=view.total_text,
        expires_at=view.expires_at.isoformat() if view.expires_at else "",
        server_now=view.server_now.isoformat(timespec="seconds"),
        methods=[method.gateway for method in view.methods],
        bank=_bank(transfer) if status == "transfer" else [],
        bank_note=str(transfer.get("instructions", "")) if status == "transfer" else "",
        problem=_problem(problem, status),
        problem_method=by,
        ask_every=SOON if _is_between(view) else ASK_EVERY.get(status, 0),
    )


def _is_between(view: CheckoutView) -> bool:
    """Whether the pieces are let go and the order has not followed yet: in a moment it will be another page."""
    return view.stage is Stage.expired and view.status == "pending"


def _status(view: CheckoutView) -> str:
    by_transfer = view.payment is not None and view.payment.gateway == BANK_TRANSFER
    if by_transfer and view.stage is Stage.open and view.payment is not None and view.payment.status == "pending":
        return "transfer"
    if by_transfer and view.stage is Stage.processing:
        return "reported"
    return view.stage.value


def _problem(code: str, status: str) -> str:
    if not code or code in OVER or status not in {"open", "transfer", "expired"}:
        return ""
    code = SAME_WORDS.get(code, code)
    return code if code in PROBLEMS else "other"


def _item(line: CheckoutLine, *, is_open: bool) -> CheckoutItem:
    return CheckoutItem(
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        price=line.unit_price_text,
        total=line.line_total_text,
        image=line.image_url,
        held=line.seconds_left > 0 or not is_open,
    )


def _bank(transfer: dict[str, object]) -> list[BankLine]:
    lines = []
    for key in BANK_FIELDS:
        copied = str(transfer.get(key) or "")
        if copied:
            value = str(transfer.get("amount_text") or copied) if key == "amount" else copied
            lines.append(BankLine(key=key, value=value, copied=copied))
    return lines
