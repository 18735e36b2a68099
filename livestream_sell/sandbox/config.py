"""Where the sandbox listens, whom it calls back, and the secrets it shares with the product."""

import os
from dataclasses import dataclass, field, fields, replace
from typing import Self

SERVICES = ("play", "graph", "paypal", "mercadopago", "flow", "model")

DEFAULT_PORTS = {
    "play": 9100,
    "graph": 9101,
    "paypal": 9102,
    "mercadopago": 9103,
    "flow": 9104,
    "model": 9105,
}

PAGE_TOKEN_PREFIX = "sandbox-page-token-"


def _default_ports() -> dict[str, int]:
    return dict(DEFAULT_PORTS)


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Everything has a development default; `from_env` reads the variables of the README."""

    host: str = "127.0.0.1"
    public_host: str = ""
    ports: dict[str, int] = field(default_factory=_default_ports)
    product_url: str = "http://localhost:8000"

    fb_app_id: str = "1517776481860111"
    fb_app_secret: str = "sandbox-app-secret"
    fb_verify_token: str = "sandbox-verify-token"
    fb_user_token: str = "sandbox-user-token"
    page_id: str = "1001"
    page_name: str = "Moda Lucía"
    post_id: str = "1001_5550001"
    product_codes: tuple[str, ...] = ("A1", "A2", "A3", "A12", "B1", "B2", "B7", "C3", "C4", "D5")
    private_replies_per_hour: int = 750
    webhook_batch_size: int = 50
    webhook_batch_wait_seconds: float = 0.02
    webhook_retry_seconds: tuple[float, ...] = (0.5, 1, 2, 5, 10, 30, 60)

    paypal_client_id: str = "sandbox-paypal-client"
    paypal_client_secret: str = "sandbox-paypal-secret"
    paypal_webhook_id: str = "SANDBOXWEBHOOK0001"
    paypal_webhook_url: str = ""
    mercadopago_access_token: str = "APP_USR-sandbox-mercadopago"
    mercadopago_webhook_secret: str = "sandbox-mercadopago-webhook-secret"
    flow_api_key: str = "SANDBOX-FLOW-API-KEY"
    flow_secret_key: str = "sandbox-flow-secret"

    @property
    def link_host(self) -> str:
        """The host name written into links that people and the product open."""
        if self.public_host:
            return self.public_host
        return "localhost" if self.host == "0.0.0.0" else self.host

    @property
    def facebook_webhook_url(self) -> str:
        return f"{self.product_url}/api/v1/webhooks/facebook"

    def on_free_ports(self) -> Self:
        return replace(self, ports=dict.fromkeys(SERVICES, 0))

    @classmethod
    def from_env(cls) -> Self:
        """Read `FB_*` as the product does, and `SANDBOX_<FIELD>` for the rest."""
        values: dict[str, object] = {}
        for item in fields(cls):
            if item.name == "ports":
                continue
            raw = os.environ.get(_variable(item.name))
            if raw:
                values[item.name] = _parse(item.name, raw)
        ports = {
            service: int(os.environ.get(f"SANDBOX_{service.upper()}_PORT", port))
            for service, port in DEFAULT_PORTS.items()
        }
        return cls(ports=ports, **values)  # type: ignore[arg-type]


def _variable(name: str) -> str:
    shared_with_product = {
        "product_url": "PUBLIC_URL",
        "fb_app_id": "FB_APP_ID",
        "fb_app_secret": "FB_APP_SECRET",
        "fb_verify_token": "FB_WEBHOOK_VERIFY_TOKEN",
    }
    return shared_with_product.get(name, f"SANDBOX_{name.upper()}")


def _parse(name: str, raw: str) -> object:
    if name in ("private_replies_per_hour", "webhook_batch_size"):
        return int(raw)
    if name == "webhook_batch_wait_seconds":
        return float(raw)
    if name == "webhook_retry_seconds":
        return tuple(float(part) for part in raw.split(","))
    if name == "product_codes":
        return tuple(code.strip() for code in raw.split(","))
    return raw.rstrip("/") if name == "product_url" else raw
