"""The signatures of the protocols spoken here, written from their specifications."""

import hashlib
import hmac
from collections.abc import Mapping


def facebook_signature(app_secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256`, over the raw bytes."""
    return "sha256=" + _hex(app_secret, body)


def appsecret_proof(app_secret: str, access_token: str) -> str:
    return _hex(app_secret, access_token.encode())


def mercado_pago_manifest(data_id: str, request_id: str, ts: str) -> str:
    """`id:..;request-id:..;ts:..;` without the pairs that have no value."""
    pairs = (("id", data_id), ("request-id", request_id), ("ts", ts))
    return "".join(f"{name}:{value};" for name, value in pairs if value)


def mercado_pago_signature(secret: str, data_id: str, request_id: str, ts: str) -> str:
    """The value of `x-signature`."""
    manifest = mercado_pago_manifest(data_id, request_id, ts)
    return f"ts={ts},v1={_hex(secret, manifest.encode())}"


def flow_signature(secret: str, parameters: Mapping[str, str]) -> str:
    """`s`: names and raw values in byte order of the names, without separators."""
    text = "".join(f"{name}{parameters[name]}" for name in sorted(parameters) if name != "s")
    return _hex(secret, text.encode())


def same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _hex(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
