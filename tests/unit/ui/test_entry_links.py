"""Where page requests are sent before Reflex sees them."""

import pytest
from starlette.datastructures import Headers

from livestream_sell.ui.entry_links import checkout_link_target, redirect_for

SIGNED_IN = {"cookie": "ls_session=anything"}


@pytest.mark.parametrize(
    ("path", "query", "headers", "target"),
    [
        ("/", "", {}, "/auth"),
        ("/", "", SIGNED_IN, "/dashboard/live"),
        ("/dashboard", "", SIGNED_IN, None),
        ("/dashboard/orders", "", {}, "/auth?next=/dashboard/orders"),
        ("/dashboard/orders", "", SIGNED_IN, None),
        ("/dashboarding", "", {}, None),
        ("/checkout", "t=tok", {}, None),
        ("/es/checkout", "t=tok", {}, "/checkout?t=tok"),
        ("/api/v1/orders", "", {}, None),
    ],
)
def test_redirects(path: str, query: str, headers: dict[str, str], target: str | None) -> None:
    assert redirect_for(path, query, Headers(headers)) == target


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/checkout/tok", "lang=en", "/en/checkout?t=tok"),
        ("/checkout/tok-1_X/", "lang=es", "/checkout?t=tok-1_X"),
        ("/checkout", "t=tok", None),
        ("/checkout/to%20k", "", None),
    ],
)
async def test_the_link_of_an_order(path: str, query: str, target: str | None) -> None:
    assert await checkout_link_target(path, query, Headers({})) == target


def test_a_broken_cookie_is_no_session() -> None:
    assert redirect_for("/", "", Headers({"cookie": "\x00=;;;="})) == "/auth"
