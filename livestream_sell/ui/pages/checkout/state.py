"""What the buyer's page knows of one order, found by the token in its address."""

from typing import TypedDict

import reflex as rx

from livestream_sell.ui.session import public_state


class CheckoutItem(TypedDict):
    """One line of the cart, texts ready to show."""

    name: str
    variant: str
    quantity: str
    price: str
    image: str


class BankLine(TypedDict):
    """One datum to copy for a transfer; `key` names its text in the catalogue."""

    key: str
    value: str


@public_state
class CheckoutState(rx.State):
    """The order as the buyer may see it. `status`: loading, open, processing, paid, expired or unknown."""

    status: str = "loading"
    token: str = ""
    number: str = ""
    store: str = ""
    items: list[CheckoutItem] = []
    total: str = ""
    expires_at: str = ""
    server_now: str = ""
    methods: list[str] = []
    bank: list[BankLine] = []

    @rx.event
    async def load(self) -> None:
        """Find the order of the token."""
        self.token = self.router.url.query_parameters.get("t", "")
        await self._read()

    @rx.event
    async def time_over(self) -> None:
        """Look again when the countdown ends: the reservation may have been prolonged or paid."""
        await self._read()

    async def _read(self) -> None:
        self.status = "unknown"
