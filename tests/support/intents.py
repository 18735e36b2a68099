"""An attempt to pay as gateways are given it."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from livestream_sell.payments.gateways.base import PaymentIntent


def intent(
    *,
    currency: str = "USD",
    amount: str = "21.42",
    email: str | None = "ana@example.com",
    title: str = "Vestido",
    language: str = "es",
    expires_at: datetime = datetime(2026, 11, 22, 13, tzinfo=UTC),
) -> PaymentIntent:
    return PaymentIntent(
        payment_id=UUID("0193a000-0000-7000-8000-000000000001"),
        reference="ABC2345-1",
        amount=Decimal(amount),
        currency=currency,
        title=title,
        store_name="Moda Lucía",
        store_locale="es-CL",
        language=language,
        email=email,
        return_url="https://shop.example/api/v1/payments/return/x?t=token&p=payment",
        notify_url="https://shop.example/api/v1/webhooks/payments/x/key",
        expires_at=expires_at,
    )
