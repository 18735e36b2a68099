"""HTTP to vendors: one way to make a client, and three answers to what went wrong."""

from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from livestream_sell.core.clock import utc_now
from livestream_sell.core.errors import OutcomeUnknown, VendorRejected, VendorUnavailable
from livestream_sell.core.log import trace_id

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
MAX_RESPONSE_BYTES = 4 * 1024 * 1024
LONGEST_RETRY_AFTER = 3600.0
# Nothing of the request can have been executed.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class UnavailableAnswer(VendorUnavailable):
    """The vendor answered that it cannot now (5xx) or asks to wait (429); `body` is what it said."""

    vendor_status = 0
    body = b""


def vendor_client(
    name: str,
    base_url: str,
    *,
    timeout: float = READ_SECONDS,
    headers: dict[str, str] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Return a client whose failures are ours. It never follows redirects nor reads a proxy from the environment.

    Raises (from every request):
        OutcomeUnknown: it was sent and no whole answer came; what must not happen twice is not sent again.
        UnavailableAnswer: 429 or 5xx, with `vendor_status`, `body` and, if told, `retry_after`.
        VendorUnavailable: no connection, so surely not executed.
        VendorRejected: an answer that is too large. Other answers are returned; 4xx is the caller's to understand.
    """
    # Many servers close an idle connection after 5 s: a request that meets the closing door has an unknown outcome.
    limits = httpx.Limits(max_connections=100, keepalive_expiry=3)
    inner = transport or httpx.AsyncHTTPTransport(limits=limits, retries=0)
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
        headers={"User-Agent": "LiveStreamSell", **(headers or {})},
        transport=_VendorTransport(name, inner),
        follow_redirects=False,
        trust_env=False,
    )


class _VendorTransport(httpx.AsyncBaseTransport):
    def __init__(self, name: str, inner: httpx.AsyncBaseTransport) -> None:
        self._name = name
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if trace := trace_id():
            request.headers["X-Trace-Id"] = trace
        try:
            response = await self._inner.handle_async_request(request)
        except NOT_SENT as error:
            raise VendorUnavailable(f"{self._name} cannot be reached.", vendor=self._name) from error
        except httpx.TransportError as error:
            raise self._unknown() from error
        body = await self._read(response)
        self._refuse(response, body)
        # The body is as the wire had it: httpx undoes its content encoding.
        return httpx.Response(response.status_code, headers=response.headers, content=None, stream=_Bytes(body))

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _read(self, response: httpx.Response) -> bytes:
        chunks, size = [], 0
        try:
            async for chunk in _stream(response):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_RESPONSE_BYTES:
                    raise VendorRejected(f"{self._name} answered with more than we read.", vendor=self._name)
        except httpx.TransportError as error:
            raise self._unknown() from error
        finally:
            await response.aclose()
        return b"".join(chunks)

    def _refuse(self, response: httpx.Response, body: bytes) -> None:
        status = response.status_code
        if status == 429 or status >= 500:
            error = UnavailableAnswer(
                f"{self._name} answered {status}.",
                retry_after=retry_after(response.headers.get("Retry-After")),
                vendor=self._name,
                status=status,
            )
            error.vendor_status, error.body = status, body
            raise error

    def _unknown(self) -> OutcomeUnknown:
        return OutcomeUnknown(f"{self._name} did not answer: the request may have been executed.", vendor=self._name)


class _Bytes(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


def _stream(response: httpx.Response) -> Any:
    return response.stream


def retry_after(header: str | None) -> float | None:
    """Return the seconds a Retry-After header asks for, at most an hour; None when there is none to understand."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - utc_now()).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if seconds == seconds else None
