"""AES-256-GCM for what is stored and must not be read: a key of its own for each value, wrapped by ours."""

import base64
import binascii
import os
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from livestream_sell.core.errors import AppError
from livestream_sell.core.settings import SettingsError, get_settings

# version | length of the key id | key id | nonce, wrapped key + tag | nonce, ciphertext + tag
VERSION = 1
NONCE = 12
KEY = 32
TAG = 16
DEFAULT_KEY_ID = "1"


class Undecryptable(AppError):
    """The value was changed, belongs elsewhere, or its key is no longer configured."""

    code = "undecryptable"


def encrypt(plaintext: bytes, aad: str) -> bytes:
    """Encrypt under the current key; `aad` says where the value belongs ("gateway_accounts|<store>|paypal").

    The same `aad` is needed to decrypt: a value copied into another row is refused.
    """
    key_id, key = _current_key()
    value_key = os.urandom(KEY)
    header = _header(key_id)
    wrapped = _seal(key, value_key, header + aad.encode())
    return header + wrapped + _seal(value_key, plaintext, aad.encode())


def decrypt(ciphertext: bytes, aad: str) -> bytes:
    """Return what `encrypt` was given.

    Raises:
        Undecryptable: a bit changed, another `aad`, an unknown key id, or not ours at all.
    """
    value_key, body = _unwrap(ciphertext, aad)
    try:
        return _open(value_key, body, aad.encode())
    except InvalidTag as error:
        raise Undecryptable("This value was changed.") from error


def encrypt_json(value: Any, aad: str) -> bytes:
    return encrypt(orjson.dumps(value), aad)


def decrypt_json(ciphertext: bytes, aad: str) -> Any:
    return orjson.loads(decrypt(ciphertext, aad))


def needs_rotation(ciphertext: bytes) -> bool:
    """Return whether another key than the current one wraps this value."""
    header, _, _ = _split(ciphertext)
    return header[2:].decode("ascii", "replace") != _current_key()[0]


def rotate(ciphertext: bytes, aad: str) -> bytes:
    """Wrap the value's key with the current key; the value itself stays as it is."""
    value_key, body = _unwrap(ciphertext, aad)
    key_id, key = _current_key()
    header = _header(key_id)
    return header + _seal(key, value_key, header + aad.encode()) + body


def parse_keys(setting: str) -> dict[str, bytes]:
    """Return the keys by id, the current one first: `base64` alone, or `kid:base64,kid:base64`.

    Raises:
        SettingsError: a key is not 32 bytes of base64, or an id is there twice.
    """
    keys: dict[str, bytes] = {}
    for part in setting.split(","):
        key_id, _, encoded = part.strip().rpartition(":")
        key_id = key_id or DEFAULT_KEY_ID
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise SettingsError("ENCRYPTION_KEY_AES256 is not base64.") from error
        if len(key) != KEY or key_id in keys or not (key_id.isascii() and len(key_id) < 64):
            raise SettingsError("ENCRYPTION_KEY_AES256 needs keys of 32 bytes (`openssl rand -base64 32`), one per id.")
        keys[key_id] = key
    return keys


def _keys() -> dict[str, bytes]:
    return parse_keys(get_settings().encryption_key_aes256.get_secret_value())


def _current_key() -> tuple[str, bytes]:
    return next(iter(_keys().items()))


def _header(key_id: str) -> bytes:
    return bytes([VERSION, len(key_id)]) + key_id.encode()


def _unwrap(ciphertext: bytes, aad: str) -> tuple[bytes, bytes]:
    header, wrapped, body = _split(ciphertext)
    key = _keys().get(header[2:].decode("ascii", "replace"))
    if key is None:
        raise Undecryptable("The key of this value is not in ENCRYPTION_KEY_AES256.")
    try:
        return _open(key, wrapped, header + aad.encode()), body
    except InvalidTag as error:
        raise Undecryptable("This value was changed or belongs elsewhere.") from error


def _split(ciphertext: bytes) -> tuple[bytes, bytes, bytes]:
    if len(ciphertext) < 2 or ciphertext[0] != VERSION:
        raise Undecryptable("This is not a value of ours.")
    header_end = 2 + ciphertext[1]
    wrapped_end = header_end + NONCE + KEY + TAG
    if len(ciphertext) < wrapped_end + NONCE + TAG:
        raise Undecryptable("This value was cut.")
    return ciphertext[:header_end], ciphertext[header_end:wrapped_end], ciphertext[wrapped_end:]


def _seal(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _open(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)
