"""Signatures against published and recomputed vectors, and against the vendor's own validator."""

import pytest
from mercadopago.webhook import WebhookSignatureValidator

from livestream_sell.sandbox import signing

BODY = (
    b'{"object":"page","entry":[{"id":"1001","time":1700000000,"changes":[{"field":"feed","value":'
    b'{"item":"comment","verb":"add","message":"\\u00e4\\u00f6\\u00e5"}}]}]}'
)
REQUEST_ID = "2066ca19-c6f1-498a-be75-1923005edd06"
SECRET = "your_secret_key_here"


@pytest.mark.parametrize(
    ("secret", "body", "digest"),
    [
        ("sesame", b"hello world", "f39034b29165ec6a5104d9aef27266484ab26c8caa7bca8bcb2dd02e8be61b17"),
        ("sesame", b"hello world2", "60905fdf409d0b4f721e99f6f25b31567a68a6b45e933d814e17a246be4c5a53"),
        ("test_app_secret", BODY, "8392395b2c2d4af5399434a1df1c65174f1868e63dfe69abf277682de06e4960"),
    ],
)
def test_facebook_signs_raw_bytes(secret: str, body: bytes, digest: str) -> None:
    assert signing.facebook_signature(secret, body) == f"sha256={digest}"


def test_appsecret_proof() -> None:
    proof = signing.appsecret_proof("test_app_secret", "PAGE_TOKEN_TEST")

    assert proof == "f5a5d89723b20ac87f2ccb354a70d2607a126b111c0f5ae8d0fb3eb27d15757a"


@pytest.mark.parametrize(
    ("data_id", "request_id", "ts", "digest"),
    [
        (
            "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3",
            REQUEST_ID,
            "1742505638683",
            "fb15ae6472eb449173c556793205d77787d58f384d183bb5bc3b724c27bd103c",
        ),
        ("123456789", REQUEST_ID, "1704908010", "2950837c0ba1681e168f193fb68dad2d33a2372e6cf86379ca8eeaa965009294"),
        ("123456789", "", "1704908010", "8247582720bbf9eae8740afbba1bdc031ae342d7cbf56e13f98a7dfd7b16cf49"),
        ("", REQUEST_ID, "1704908010", "a2d8b9f2183063522f01ca8d71f1cf68f92eaeeeb2359d29caaf1a7b424f9ee6"),
    ],
)
def test_mercado_pago_leaves_absent_pairs_out(data_id: str, request_id: str, ts: str, digest: str) -> None:
    signature = signing.mercado_pago_signature(SECRET, data_id, request_id, ts)

    assert signature == f"ts={ts},v1={digest}"
    WebhookSignatureValidator.validate(signature, request_id, data_id, SECRET)


@pytest.mark.parametrize(
    ("parameters", "digest"),
    [
        (
            {"apiKey": "1F90971E-8276-4715-97FF-2BLG5030EE3B", "token": "AJ089FF5467367"},
            "191947b8253f1b615adeda260fab7d8c8cc0507b22e19d4742baa00b0e464d44",
        ),
        (
            {"currency": "CLP", "apiKey": "XXXX-XXXX-XXXX", "amount": "5000", "s": "ignored"},
            "dc3f67215dc89404aedc1deed0be7c2b49d810ca1a6e3feab3b799d77c4a9950",
        ),
        (
            {
                "urlReturn": "https://x.cl/r",
                "apiKey": "K",
                "commerceOrder": "O-1",
                "subject": "Polera ñandú",
                "currency": "CLP",
                "amount": "19990",
                "email": "a@b.cl",
                "paymentMethod": "9",
                "payment_currency": "CLP",
                "urlConfirmation": "https://x.cl/c",
                "timeout": "1800",
            },
            "5d4b468a73a7689b13006b88259e9584b96f7e1ce4d6afaaa0077813cbaa75ad",
        ),
    ],
)
def test_flow_signs_in_byte_order_of_the_names(parameters: dict[str, str], digest: str) -> None:
    assert signing.flow_signature("my secret", parameters) == digest
