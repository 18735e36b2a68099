"""Everything a service received (and every webhook it sent), so that a test can assert it exactly."""

import time
from collections import deque
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

KEPT_REQUESTS = 20_000
KEPT_WEBHOOKS = 2_000  # a body holds up to fifty comments


@dataclass(slots=True)
class LoggedRequest:
    """One request as it came in, and the status it was answered with (0: connection cut)."""

    seq: int
    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int = 0
    fault: str = ""


@dataclass(slots=True)
class RequestLog:
    """The requests of every service, in order of arrival."""

    _by_service: dict[str, deque[LoggedRequest]] = field(default_factory=dict)
    _seq: "count[int]" = field(default_factory=lambda: count(1))

    def add(
        self,
        service: str,
        method: str,
        path: str,
        query: dict[str, str],
        headers: dict[str, str],
        body: object,
    ) -> LoggedRequest:
        entry = LoggedRequest(next(self._seq), time.time(), method, path, query, headers, body)
        kept = KEPT_WEBHOOKS if service == "webhooks" else KEPT_REQUESTS
        self._by_service.setdefault(service, deque(maxlen=kept)).append(entry)
        return entry

    def entries(self, service: str, since: int = 0, path: str = "") -> list[dict[str, Any]]:
        logged = self._by_service.get(service, ())
        return [asdict(entry) for entry in logged if entry.seq > since and path in entry.path]

    def clear(self) -> None:
        self._by_service.clear()
