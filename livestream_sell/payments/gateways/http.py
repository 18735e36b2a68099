"""One request to a gateway, with its failures told as GatewayUnavailable or GatewayRejected."""

from collections.abc import Callable
from typing import Any

import httpx

from livestream_sell.core.errors import VendorRejected, VendorUnavailable
from livestream_sell.core.http_client import vendor_client
from livestream_sell.payments.errors import GatewayRejected, GatewayUnavailable

# Busy, locked by an earlier call with the same key, waiting for a dependency: all of them pass (as 429 and 5xx do).
PASSING = frozenset({408, 409, 423, 424, 425})


async def ask(
    gateway: str,
    base_url: str,
    method: str,
    path: str,
    *,
    issue_of: Callable[[Any], str],
    **request: Any,
) -> Any:
    """Return the parsed JSON of a 2xx answer (None for an empty one).

    Raises:
        GatewayUnavailable: no answer, or one that says "later".
        GatewayRejected: a final no; `issue_of` reads the gateway's word for it out of the body.
    """
    response = await send(gateway, base_url, method, path, **request)
    if response.is_success:
        return _json(gateway, response) if response.content else None
    if response.status_code in PASSING:
        raise GatewayUnavailable(gateway, reason=f"HTTP {response.status_code}")
    try:
        issue = issue_of(response.json())
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        issue = f"HTTP {response.status_code}"
    raise GatewayRejected(gateway, issue, http_status=response.status_code)


async def send(gateway: str, base_url: str, method: str, path: str, **request: Any) -> httpx.Response:
    """Return an answer below 500; the lack of one is an error."""
    try:
        async with vendor_client(gateway, base_url) as client:
            return await client.request(method, path, **request)
    except VendorUnavailable as error:
        raise GatewayUnavailable(gateway, retry_after=error.retry_after, reason=error.message) from error
    except VendorRejected as error:
        raise GatewayRejected(gateway, error.message) from error


def _json(gateway: str, response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise GatewayUnavailable(gateway, reason="an answer that is not JSON") from error
