"""Every way to pay, by name: a new gateway is a file beside this one and a line here."""

from livestream_sell.payments.errors import MethodNotOffered
from livestream_sell.payments.gateways.bank_transfer import BankTransfer
from livestream_sell.payments.gateways.base import PaymentGateway
from livestream_sell.payments.gateways.flow import Flow
from livestream_sell.payments.gateways.mercado_pago import MercadoPago
from livestream_sell.payments.gateways.paypal import PayPal

# In the order in which buyers see them.
GATEWAYS: dict[str, PaymentGateway] = {
    gateway.name: gateway for gateway in (MercadoPago(), Flow(), PayPal(), BankTransfer())
}


def gateway_named(name: str) -> PaymentGateway:
    """Return the gateway, or raise MethodNotOffered for a name that is none."""
    gateway = GATEWAYS.get(name)
    if gateway is None:
        raise MethodNotOffered(name)
    return gateway
