"""Signature vectors of meta.md 1.2 and 3.3, two of them from somebody else's code."""

import pytest

from livestream_sell.facebook.signature import appsecret_proof, is_signed, sign_body

ESCAPED = (
    rb'{"object":"page","entry":[{"id":"1001","time":1700000000,"changes":[{"field":"feed","value":'
    rb'{"item":"comment","verb":"add","message":"\u00e4\u00f6\u00e5"}}]}]}'
)
RAW = ESCAPED.replace(rb"\u00e4\u00f6\u00e5", "äöå".encode())


@pytest.mark.parametrize(
    ("secret", "body", "digest"),
    [
        ("sesame", b"hello world", "f39034b29165ec6a5104d9aef27266484ab26c8caa7bca8bcb2dd02e8be61b17"),
        ("sesame", b"hello world2", "60905fdf409d0b4f721e99f6f25b31567a68a6b45e933d814e17a246be4c5a53"),
        ("test_app_secret", ESCAPED, "8392395b2c2d4af5399434a1df1c65174f1868e63dfe69abf277682de06e4960"),
        ("test_app_secret", RAW, "64e7cfe027c5970719062971a9943d37f7dbc537f055deb82f8d7271b1237fc6"),
    ],
)
def test_vectors(secret: str, body: bytes, digest: str) -> None:
    assert sign_body(body, secret) == f"sha256={digest}"
    assert is_signed(body, f"sha256={digest}", [secret])
    assert is_signed(body, f"sha256={digest.upper()}".replace("SHA", "sha"), [secret])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "f39034b29165ec6a5104d9aef27266484ab26c8caa7bca8bcb2dd02e8be61b17",
        "sha1=f39034b29165ec6a5104d9aef27266484ab26c8caa7bca8bcb2dd02e8be61b17",
        "sha256=f39034b29165ec6a5104d9aef27266484ab26c8caa7bca8bcb2dd02e8be61b1",
        "sha256=ñandú",
    ],
)
def test_anything_else_is_refused(header: str) -> None:
    assert not is_signed(b"hello world", header, ["sesame"])


def test_the_previous_secret_is_accepted_beside_the_current_one() -> None:
    signed_before = sign_body(b"body", "previous")

    assert is_signed(b"body", signed_before, ["current", "previous"])
    assert not is_signed(b"body", signed_before, ["current"])


def test_the_proof_of_a_token() -> None:
    proof = appsecret_proof("test_app_secret", "PAGE_TOKEN_TEST")

    assert proof == "f5a5d89723b20ac87f2ccb354a70d2607a126b111c0f5ae8d0fb3eb27d15757a"
