"""AES-256-GCM: vectors of NIST, tampering, rotation."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from livestream_sell.core import encryption
from livestream_sell.core.encryption import Undecryptable, decrypt, encrypt
from livestream_sell.core.settings import SettingsError, get_settings

OLD = base64.b64encode(b"o" * 32).decode()
NEW = base64.b64encode(b"n" * 32).decode()
AAD = "gateway_accounts|store-1|paypal"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch):
    def use(setting: str) -> None:
        monkeypatch.setenv("ENCRYPTION_KEY_AES256", setting)
        get_settings.cache_clear()

    use(f"new:{NEW},old:{OLD}")
    yield use
    monkeypatch.undo()
    get_settings.cache_clear()


def test_the_cipher_is_the_one_of_nist() -> None:
    """GCM specification (McGrew and Viega), test case 16: AES-256 with additional data."""
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    nonce = bytes.fromhex("cafebabefacedbaddecaf888")
    plaintext = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    ciphertext = bytes.fromhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )

    assert AESGCM(key).encrypt(nonce, plaintext, aad) == ciphertext
    assert encryption._open(key, nonce + ciphertext, aad) == plaintext


@given(plaintext=st.binary(max_size=200), aad=st.text(max_size=40))
def test_what_goes_in_comes_out_and_never_looks_the_same(plaintext: bytes, aad: str) -> None:
    first, second = encrypt(plaintext, aad), encrypt(plaintext, aad)

    assert decrypt(first, aad) == decrypt(second, aad) == plaintext
    assert first != second


def test_any_changed_byte_is_noticed(keys) -> None:
    sealed = encrypt(b"EAA-page-token", AAD)

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Undecryptable):
            decrypt(bytes(changed), AAD)
    for length in range(len(sealed)):
        with pytest.raises(Undecryptable):
            decrypt(sealed[:length], AAD)


def test_a_value_copied_to_another_row_is_refused(keys) -> None:
    with pytest.raises(Undecryptable):
        decrypt(encrypt(b"x", AAD), "gateway_accounts|store-2|paypal")


def test_rotation_wraps_with_the_current_key_and_leaves_the_value(keys) -> None:
    keys(f"old:{OLD}")
    sealed = encrypt(b"x", AAD)

    keys(f"new:{NEW},old:{OLD}")
    assert decrypt(sealed, AAD) == b"x"
    assert encryption.needs_rotation(sealed)
    rotated = encryption.rotate(sealed, AAD)
    assert not encryption.needs_rotation(rotated)
    assert rotated[-17:] == sealed[-17:]
    with pytest.raises(Undecryptable):
        encryption.rotate(sealed, "elsewhere")

    keys(f"new:{NEW}")
    assert decrypt(rotated, AAD) == b"x"
    with pytest.raises(Undecryptable, match="not in ENCRYPTION_KEY_AES256"):
        decrypt(sealed, AAD)


def test_json(keys) -> None:
    value = {"client_id": "ñ", "numbers": [1, 2.5, None]}

    assert encryption.decrypt_json(encryption.encrypt_json(value, AAD), AAD) == value


@pytest.mark.parametrize(
    "setting",
    ["", "not base64!", base64.b64encode(b"short").decode(), f"a:{OLD},a:{NEW}", f"{OLD},{NEW}", f"ñ:{OLD}"],
)
def test_bad_keys_are_one_clear_sentence(setting: str) -> None:
    with pytest.raises(SettingsError, match="ENCRYPTION_KEY_AES256"):
        encryption.parse_keys(setting)
