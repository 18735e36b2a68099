"""PayPal's webhook events, signed with a certificate of the sandbox's own."""

import base64
import json
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from livestream_sell.sandbox.deliveries import Delivery
from livestream_sell.sandbox.paypal_orders import PayPalStore, timestamp
from livestream_sell.sandbox.state import SandboxState

SIGNER = "messageverificationcerts.sandbox.paypal.com"
CERTIFICATE_ID = f"CERT-{uuid4().hex[:8]}-sandbox"


@lru_cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class PayPalSigner:
    """An RSA key of this process and its self-signed certificate."""

    def __init__(self) -> None:
        self._key = _key()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(SIGNER)]), critical=False)
            .sign(self._key, SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def headers(self, body: bytes, webhook_id: str, paypal_url: str) -> dict[str, str]:
        transmission_id, at = str(uuid4()), timestamp()
        signature = self._key.sign(_message(transmission_id, at, webhook_id, body), padding.PKCS1v15(), SHA256())
        return {
            "content-type": "application/json",
            "user-agent": "PayPal/AUHD-214.0-58526105",
            "paypal-auth-algo": "SHA256withRSA",
            "paypal-cert-url": f"{paypal_url}/v1/notifications/certs/{CERTIFICATE_ID}",
            "paypal-transmission-id": transmission_id,
            "paypal-transmission-time": at,
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
        }

    def is_genuine(self, told: Mapping[str, str], body: bytes) -> bool:
        """Whether the parts of a verify-webhook-signature request belong together."""
        message = _message(
            told.get("transmission_id", ""),
            told.get("transmission_time", ""),
            told.get("webhook_id", ""),
            body,
        )
        try:
            signature = base64.b64decode(told.get("transmission_sig", ""))
            self._key.public_key().verify(signature, message, padding.PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True


def _message(transmission_id: str, at: str, webhook_id: str, body: bytes) -> bytes:
    return f"{transmission_id}|{at}|{webhook_id}|{zlib.crc32(body)}".encode()


class PayPalEvents:
    """Publishes an event to every webhook: the configured one, those made by API, those of the dashboard."""

    def __init__(self, state: SandboxState, store: PayPalStore) -> None:
        self._state = state
        self._store = store
        self.signer = PayPalSigner()

    def publish(self, event_type: str, resource_type: str, summary: str, resource: dict[str, Any]) -> None:
        event_id = f"WH-{uuid4().hex[:17].upper()}-{uuid4().hex[:17].upper()}"
        own = f"{self._state.urls['paypal']}/v1/notifications/webhooks-events/{event_id}"
        event = {
            "id": event_id,
            "event_version": "1.0",
            "create_time": timestamp(),
            "resource_type": resource_type,
            "resource_version": "2.0",
            "event_type": event_type,
            "summary": summary,
            "resource": resource,
            "links": [{"href": own, "rel": "self", "method": "GET"}],
        }
        body = json.dumps(event).encode()
        self._store.events[event_id] = body
        self.send(body, event_type)

    def send(self, body: bytes, event_type: str) -> None:
        for webhook_id, url in self._targets(event_type):
            told = webhook_id
            if self._state.switches.of("paypal").wrong_signature:
                told += "X"
            headers = self.signer.headers(body, told, self._state.urls["paypal"])
            self._state.deliveries.deliver_soon(Delivery("paypal", url, body, headers, event_type))

    def _targets(self, event_type: str) -> list[tuple[str, str]]:
        config = self._state.config
        targets = []
        if config.paypal_webhook_url:
            targets.append((config.paypal_webhook_id, config.paypal_webhook_url))
        for webhook_id, webhook in self._store.webhooks.items():
            names = {item["name"] for item in webhook["event_types"]}
            if names & {"*", event_type}:
                targets.append((webhook_id, webhook["url"]))
        return targets
