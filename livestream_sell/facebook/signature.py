"""Meta's two HMACs: the signature of a webhook body and the proof that comes with a token."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "sha256="


def sign_body(body: bytes, app_secret: str) -> str:
    """Return the value of `X-Hub-Signature-256` for these raw bytes."""
    return PREFIX + hmac.new(app_secret.encode(), body, sha256).hexdigest()


def is_signed(body: bytes, header: str, app_secrets: Iterable[str]) -> bool:
    """Return whether `header` signs these raw bytes with one of the secrets (two while one is being rotated)."""
    given = header.strip().lower().encode("ascii", "replace")
    # Every secret is tried and each comparison takes its full time: the clock tells nothing.
    matches = [hmac.compare_digest(sign_body(body, secret).encode(), given) for secret in app_secrets]
    return any(matches)


def appsecret_proof(app_secret: str, access_token: str) -> str:
    """Return the parameter that shows Meta that the caller of a token also has the app's secret."""
    return hmac.new(app_secret.encode(), access_token.encode(), sha256).hexdigest()
