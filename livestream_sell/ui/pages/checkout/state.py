"""What the buyer's page knows of one order, found by the token in its address."""

import reflex as rx

from livestream_sell.core.db import transaction
from livestream_sell.orders import checkout
from livestream_sell.orders.errors import UnknownLink
from livestream_sell.ui.pages.checkout.shown import BankLine, CheckoutItem, Shown, shown
from livestream_sell.ui.session import public_state


@public_state
class CheckoutState(rx.State):
    """The order as the buyer may see it. `status` is loading, unknown, or one of `shown.STATUSES`."""

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
    bank_note: str = ""
    problem: str = ""
    problem_method: str = ""
    ask_every: int = 0

    @rx.event
    async def load(self) -> None:
        """Find the order of the token."""
        self.token = self.router.url.query_parameters.get("t", "")
        await self._read()

    @rx.event
    async def look_again(self) -> None:
        """The countdown has ended, or some seconds went by: it may have been paid or prolonged meanwhile."""
        await self._read()

    async def _read(self) -> None:
        query = self.router.url.query_parameters
        try:
            async with transaction() as session:
                found = await checkout.view(session, self.token)
        except UnknownLink:
            self.reset()  # type: ignore[no-untyped-call]
            self.status = "unknown"
            return
        self._show(shown(found, problem=query.get("problem", ""), by=query.get("by", "")))

    def _show(self, page: Shown) -> None:
        """Take over what differs; the rest does not travel again."""
        for name, value in page.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
