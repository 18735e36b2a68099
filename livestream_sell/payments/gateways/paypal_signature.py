"""Is a webhook really PayPal's? Checked here with PayPal's certificate; nothing is posted back."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from livestream_sell.payments.errors import NotificationRefused

ALGORITHM = "SHA256withRSA"
CERTIFICATE_HOSTS = frozenset(
    {"api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com"}
)
CERTIFICATE_PATH = "/v1/notifications/certs/"
SIGNERS = frozenset({"messageverificationcerts.paypal.com", "messageverificationcerts.sandbox.paypal.com"})


def check_certificate_url(url: str, api_url: str) -> str:
    """Return `url` if PayPal (or the configured API's own host) serves it; anyone could sign with his own key else."""
    parts, own = urlsplit(url), urlsplit(api_url)
    is_paypal = parts.scheme == "https" and parts.netloc in CERTIFICATE_HOSTS
    is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    certificate_id = parts.path.removeprefix(CERTIFICATE_PATH)
    is_plain = certificate_id.replace("-", "").replace("_", "").isalnum() and not parts.query and not parts.fragment
    if not (is_paypal or is_own) or not parts.path.startswith(CERTIFICATE_PATH) or not is_plain:
        raise NotificationRefused("certificate address")
    return url


def signed_message(headers: Mapping[str, str], webhook_id: str, body: bytes) -> bytes:
    """Return what PayPal signs: the CRC is the decimal, unsigned one of the raw bytes."""
    transmission_id = headers.get("paypal-transmission-id", "")
    transmission_time = headers.get("paypal-transmission-time", "")
    if not transmission_id or not transmission_time:
        raise NotificationRefused("transmission headers")
    return f"{transmission_id}|{transmission_time}|{webhook_id}|{zlib.crc32(body)}".encode()


def verify(headers: Mapping[str, str], webhook_id: str, body: bytes, certificate_pem: bytes, now: datetime) -> None:
    """Return if the signature is good.

    Raises:
        NotificationRefused: another algorithm, a certificate that is not PayPal's or not of today, a wrong signature.
    """
    if headers.get("paypal-auth-algo") != ALGORITHM:
        raise NotificationRefused("algorithm")
    message = signed_message(headers, webhook_id, body)
    try:
        given = base64.b64decode(headers.get("paypal-transmission-sig", ""), validate=True)
        certificate = x509.load_pem_x509_certificate(certificate_pem)
    except (binascii.Error, ValueError) as error:
        raise NotificationRefused("unreadable signature or certificate") from error
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotificationRefused("certificate out of date")
    names = {str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}
    key = certificate.public_key()
    if not names & SIGNERS or not isinstance(key, rsa.RSAPublicKey):
        raise NotificationRefused("certificate of somebody else")
    try:
        key.verify(given, message, padding.PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise NotificationRefused("signature") from error
