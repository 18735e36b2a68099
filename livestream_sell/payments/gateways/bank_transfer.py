"""Bank transfer: data to copy and a short reference; a person confirms, so there is nobody to ask."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from livestream_sell.core.money import display, quantise
from livestream_sell.payments.errors import NotificationRefused
from livestream_sell.payments.gateways.base import (
    Created,
    GatewayFact,
    GatewaySettings,
    Lookup,
    Notice,
    PaymentIntent,
)


class BankTransferSettings(GatewaySettings):
    """What a buyer needs to send money; shown to buyers as it stands."""

    holder: str = Field(title="Account holder", min_length=2, max_length=120)
    tax_id: str = Field(default="", title="Tax id (RUT, RUC, RFC, CPF)", max_length=40)
    bank: str = Field(title="Bank", min_length=2, max_length=120)
    account_type: str = Field(default="", title="Account type", max_length=60)
    account_number: str = Field(title="Account number (or CLABE, CBU, Pix key, IBAN)", min_length=3, max_length=80)
    email: str = Field(default="", title="E-mail for the receipt", max_length=254)
    instructions: str = Field(default="", title="A note for the buyer", max_length=500)


class BankTransfer:
    """The buyer says "sent", the seller looks at the account and confirms or rejects."""

    name: ClassVar[str] = "bank_transfer"
    label: ClassVar[str] = "Bank transfer"
    settings_model: ClassVar[type[GatewaySettings]] = BankTransferSettings
    currencies: ClassVar[frozenset[str] | None] = None
    needs_email: ClassVar[bool] = False
    signs_notices: ClassVar[bool] = False
    is_manual: ClassVar[bool] = True

    async def create(self, intent: PaymentIntent, settings: BankTransferSettings) -> Created:
        """Return the account data with the exact amount and the reference to write on the transfer."""
        transfer = {
            **settings.model_dump(),
            "amount": str(quantise(intent.amount, intent.currency)),
            "amount_text": display(intent.amount, intent.currency, intent.store_locale),
            "currency": intent.currency,
            "reference": intent.reference,
        }
        return Created(intent.reference, None, intent.expires_at, {"transfer": transfer})

    async def parse_notification(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, settings: Any
    ) -> list[Notice]:
        """Refuse: no bank calls us."""
        del headers, query, body, settings
        raise NotificationRefused("a bank transfer has no notifications")

    async def fetch(self, lookup: Lookup, settings: Any) -> GatewayFact | None:
        """Return None: only the seller knows."""
        del lookup, settings
        return None

    async def capture(self, lookup: Lookup, settings: Any) -> GatewayFact | None:
        """Return None: the money is already where it goes."""
        del lookup, settings
        return None

    async def close(self, lookup: Lookup, settings: Any) -> None:
        """Nothing to close."""
        del lookup, settings
