"""HTTP to vendors against a local socket: what surely did not happen, and what may have."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from livestream_sell.core import http_client, log
from livestream_sell.core.errors import OutcomeUnknown, VendorRejected, VendorUnavailable
from livestream_sell.core.http_client import UnavailableAnswer, retry_after, vendor_client

Talk = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def vendor(talk: Talk) -> AsyncIterator[str]:
    """A server that reads the head of a request and then does what `talk` does."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await talk(head, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def answer(raw: bytes) -> Talk:
    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return talk


def response(status: str, body: bytes = b"", *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 " + status.encode(), b"Content-Length: %d" % len(body), b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def test_an_answer_is_returned_whole_and_4xx_is_the_callers() -> None:
    async with (
        vendor(answer(response("400 Bad", b'{"error":{"code":190}}'))) as url,
        vendor_client("Meta", url) as client,
    ):
        reply = await client.post("/x", json={})

    assert (reply.status_code, reply.json()) == (400, {"error": {"code": 190}})


async def test_the_trace_goes_along() -> None:
    heads = []

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        heads.append(head)
        writer.write(response("200 OK", b"{}"))

    with log.bound(trace_id="t-77"):
        async with vendor(talk) as url, vendor_client("Meta", url) as client:
            await client.get("/")

    assert b"x-trace-id: t-77" in heads[0].lower()


async def test_no_connection_was_surely_not_executed() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with vendor_client("Meta", f"http://127.0.0.1:{unused.getsockname()[1]}") as client:
            with pytest.raises(VendorUnavailable) as refused:
                await client.post("/comments")

    assert not isinstance(refused.value, OutcomeUnknown)
    assert refused.value.details == {"vendor": "Meta"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it",
        b"not http at all\r\n\r\n",
    ],
    ids=["cut before", "cut in the head", "cut in the body", "nonsense"],
)
async def test_a_cut_connection_leaves_the_outcome_unknown(raw: bytes) -> None:
    async with vendor(answer(raw)) as url, vendor_client("Meta", url) as client:
        with pytest.raises(OutcomeUnknown):
            await client.post("/comments")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"])
async def test_silence_after_the_request_leaves_the_outcome_unknown(start: bytes) -> None:
    enough = asyncio.Event()

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await writer.drain()
        await enough.wait()

    async with vendor(talk) as url, vendor_client("Meta", url, timeout=0.2) as client:
        with pytest.raises(OutcomeUnknown):
            await client.post("/comments")
        enough.set()


@pytest.mark.parametrize("status", ["429 Slow", "500 Oops", "503 Away"])
async def test_an_answer_that_asks_to_wait_keeps_its_body_and_its_time(status: str) -> None:
    raw = response(status, b'{"error":{"code":4}}', b"Retry-After: 17")
    async with vendor(answer(raw)) as url, vendor_client("Meta", url) as client:
        with pytest.raises(UnavailableAnswer) as refused:
            await client.get("/")

    error = refused.value
    assert (error.vendor_status, error.body, error.retry_after) == (int(status[:3]), b'{"error":{"code":4}}', 17)
    assert not isinstance(error, OutcomeUnknown)
    assert error.status == 503


async def test_redirects_are_not_followed() -> None:
    raw = response("302 There", b"", b"Location: http://127.0.0.1:1/")
    async with vendor(answer(raw)) as url, vendor_client("Meta", url) as client:
        assert (await client.get("/")).status_code == 302


async def test_more_than_we_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_client, "MAX_RESPONSE_BYTES", 1000)
    async with vendor(answer(response("200 OK", b"x" * 1001))) as url, vendor_client("Meta", url) as client:
        with pytest.raises(VendorRejected):
            await client.get("/")


async def test_compressed_answers_are_read() -> None:
    raw = response("200 OK", gzip.compress(b'{"a":1}'), b"Content-Encoding: gzip")
    async with vendor(answer(raw)) as url, vendor_client("Meta", url) as client:
        assert (await client.get("/")).json() == {"a": 1}


async def test_a_given_transport_is_used() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"path": request.url.path}))
    async with vendor_client("Meta", "http://meta", transport=transport) as client:
        assert (await client.get("/me")).json() == {"path": "/me"}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("5", 5.0), ("-1", 0.0), ("99999", 3600.0), ("soon", None), ("nan", None),
     ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("Fri, 01 Jan 2100 00:00:00 GMT", 3600.0)],
)  # fmt: skip
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds
