"""Signed webhooks over keep-alive sockets as fast as they are answered; a process of its own, nothing but sockets.

`python -m tests.load.load_generator PORT SECONDS CONNECTIONS COMMENTS_PER_POST` prints one line of JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from itertools import cycle

import uvloop

from tests.load.figures import percentile
from tests.support.whole import signed, webhook_body

# So many different bodies, made before the clock starts.
BODIES = 512
WORDS = ("quiero A1", "yo B7 x2", "¿cuánto cuesta?", "mine A12 M", "hola a todas 💕", "eu quero a C3")


def http_request(body: bytes, port: int) -> bytes:
    head = [
        "POST /api/v1/webhooks/facebook HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "User-Agent: facebookexternalua",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in signed(body).items()),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def requests(port: int, comments: int) -> list[bytes]:
    bodies = [
        webhook_body([(f"5550001_{n}{c}", f"77{n}{c}", WORDS[(n + c) % len(WORDS)]) for c in range(comments)])
        for n in range(BODIES if comments == 1 else 32)
    ]
    return [http_request(body, port) for body in bodies]


class Load:
    def __init__(self, prepared: list[bytes]) -> None:
        self.next_request = cycle(prepared).__next__
        self.answers: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.is_over = False


class Connection(asyncio.Protocol):
    """One request at a time: the next leaves when the answer is complete."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, mark, rest = self._received.partition(b"\r\n\r\n")
        if not mark or len(rest) < _content_length(head):
            return
        self._load.seconds.append(time.perf_counter() - self._sent_at)
        self._load.answers[int(head[9:12])] += 1
        self._received = b""
        if self._load.is_over:
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._load.next_request())  # type: ignore[attr-defined]


def _content_length(head: bytes) -> int:
    _, _, after = head.lower().partition(b"content-length:")
    return int(after.split(b"\r\n", 1)[0])


async def generate(port: int, seconds: float, connections: int, comments: int) -> dict[str, float]:
    load = Load(requests(port, comments))
    loop = asyncio.get_running_loop()
    started, cpu = time.perf_counter(), time.process_time()
    opened = [await loop.create_connection(lambda: Connection(load), "127.0.0.1", port) for _ in range(connections)]
    await asyncio.sleep(seconds)
    load.is_over = True
    await asyncio.wait_for(asyncio.gather(*(connection.ended for _, connection in opened)), 20)
    took = time.perf_counter() - started
    refused = sum(load.answers.values()) - load.answers[200]
    return {
        "requests": load.answers[200],
        "refused": refused,
        "per_second": load.answers[200] / took,
        "p99": percentile(load.seconds, 99),
        "generator_busy": (time.process_time() - cpu) / took,
    }


if __name__ == "__main__":
    port, seconds, connections, comments = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(generate(int(port), float(seconds), int(connections), int(comments)))))
