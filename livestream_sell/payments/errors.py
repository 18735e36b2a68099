"""What payments refuse, and how a gateway fails: `GatewayUnavailable` may be tried again, `GatewayRejected` not."""

from livestream_sell.core.errors import Conflict, InvalidInput, NotFound, Unauthenticated, VendorRejected
from livestream_sell.core.errors import VendorUnavailable as _VendorUnavailable


class GatewayUnavailable(_VendorUnavailable):
    """The gateway is down, slow or asks to wait; whether it did what we asked may be unknown."""

    code = "gateway_unavailable"

    def __init__(self, gateway: str, *, retry_after: float | None = None, reason: str = "") -> None:
        super().__init__(
            f"{gateway} does not answer at the moment: try again or choose another way to pay.",
            retry_after=retry_after,
            gateway=gateway,
        )
        self.gateway = gateway
        self.reason = reason


class GatewayRejected(VendorRejected):
    """The gateway understood and said no; `issue` is its own word for why, for the log and the seller."""

    code = "gateway_rejected"

    def __init__(self, gateway: str, issue: str, *, http_status: int = 0) -> None:
        super().__init__(f"{gateway} refused this payment: choose another way to pay.", gateway=gateway)
        self.gateway = gateway
        self.issue = issue
        self.http_status = http_status


class CurrencyNotTaken(InvalidInput):
    """The gateway does not settle in the store's currency (converting is a decision of the seller)."""

    code = "currency_not_taken"

    def __init__(self, gateway: str, currency: str) -> None:
        super().__init__(
            f"{gateway} does not take {currency}: choose another way to pay.", gateway=gateway, currency=currency
        )


class EmailNeeded(InvalidInput):
    """The gateway refuses an order without the buyer's address."""

    code = "email_needed"

    def __init__(self, gateway: str) -> None:
        super().__init__(f"{gateway} needs a valid e-mail address.", gateway=gateway, field="email")


class MethodNotOffered(NotFound):
    """The store does not take money by this gateway."""

    code = "method_not_offered"

    def __init__(self, gateway: str) -> None:
        super().__init__("This store does not offer that way to pay.", gateway=gateway)


class InvalidGatewaySettings(InvalidInput):
    """Settings of a gateway that cannot be right; `details` names each field."""

    code = "invalid_gateway_settings"


class NotificationRefused(Unauthenticated):
    """A notification that is not provably from the gateway; the answer says nothing about why."""

    code = "notification_refused"

    def __init__(self, reason: str) -> None:
        super().__init__("Refused.")
        self.reason = reason


class PaymentNotOpen(Conflict):
    """The attempt has already ended one way or the other."""

    code = "payment_not_open"

    def __init__(self, status: str) -> None:
        super().__init__(f"This payment is {status}: there is nothing left to decide.", status=status)
