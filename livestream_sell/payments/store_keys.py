"""The part of a webhook address that names a store: nobody can guess it, and it needs no table."""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from livestream_sell.core.settings import get_settings

TAG_BYTES = 16


def store_key(store_id: UUID) -> str:
    """Return 43 URL-safe characters: the store's id and a proof that we wrote it."""
    return base64.urlsafe_b64encode(store_id.bytes + _tag(store_id)).decode().rstrip("=")


def store_of(key: str) -> UUID | None:
    """Return the store of a key of ours, or None."""
    try:
        raw = base64.urlsafe_b64decode(key.encode("ascii") + b"=")
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None
    if len(raw) != 16 + TAG_BYTES:
        return None
    store_id = UUID(bytes=raw[:16])
    return store_id if hmac.compare_digest(store_key(store_id), key) else None


def notify_url(gateway: str, store_id: UUID) -> str:
    """Return where a gateway tells us about payments of a store."""
    return f"{get_settings().public_url.rstrip('/')}/api/v1/webhooks/payments/{gateway}/{store_key(store_id)}"


def _tag(store_id: UUID) -> bytes:
    secret = get_settings().secret_key.get_secret_value().encode()
    return hmac.new(secret, b"payment webhook|" + store_id.bytes, hashlib.sha256).digest()[:TAG_BYTES]
