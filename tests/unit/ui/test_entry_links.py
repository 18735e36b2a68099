"""Where page requests are sent before Reflex sees them."""

import pytest
from starlette.datastructures import Headers

from livestream_sell.ui.entry_links import redirect_for

SIGNED_IN = {"cookie": "ls_session=anything"}


@pytest.mark.parametrize(
    ("path", "query", "headers", "target"),
    [
        ("/", "", {}, "/auth"),
        ("/", "", SIGNED_IN, "/dashboard/live"),
        ("/dashboard", "", SIGNED_IN, "/dashboard/live"),
        ("/dashboard/orders", "", {}, "/auth?next=/dashboard/orders"),
        ("/dashboard/orders", "", SIGNED_IN, None),
        ("/dashboarding", "", {}, None),
        ("/checkout/tok-1_X", "", {}, "/checkout?t=tok-1_X"),
        ("/checkout/tok/", "", {"accept-language": "pt-BR,pt;q=0.9"}, "/pt/checkout?t=tok"),
        ("/checkout/tok", "lang=en", {"accept-language": "pt"}, "/en/checkout?t=tok"),
        ("/checkout/tok", "lang=xx", {"accept-language": "ja,de"}, "/checkout?t=tok"),
        ("/checkout", "t=tok", {}, None),
        ("/es/checkout", "t=tok", {}, "/checkout?t=tok"),
        ("/checkout/to%20k", "", {}, None),
        ("/api/v1/orders", "", {}, None),
    ],
)
def test_redirects(path: str, query: str, headers: dict[str, str], target: str | None) -> None:
    assert redirect_for(path, query, Headers(headers)) == target


def test_a_broken_cookie_is_no_session() -> None:
    assert redirect_for("/", "", Headers({"cookie": "\x00=;;;="})) == "/auth"
