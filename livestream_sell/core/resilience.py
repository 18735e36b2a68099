"""Telling an outage from a bug, and a circuit breaker for what is often down."""

import time
from collections.abc import Callable, Iterator
from enum import StrEnum

import asyncpg
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from livestream_sell.core.errors import AppError, QueueUnavailable, VendorUnavailable
from livestream_sell.core.metrics import CIRCUIT_OPEN

OUTAGES = (
    QueueUnavailable,
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    PoolTimeoutError,
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
# Nobody's fault, gone at the next try: somebody else was faster.
CONTENTION_STATES = {"40001", "40P01", "55P03"}


def is_outage(error: BaseException) -> bool:
    """Return whether `error` says that our own PostgreSQL or Redis is away, whatever the work was."""
    return any(
        isinstance(cause, OUTAGES)
        or (isinstance(cause, DBAPIError) and cause.connection_invalidated)
        or (isinstance(cause, asyncpg.InterfaceError) and "closed" in str(cause))
        # What asyncpg 0.32 says on a connection that was cut in the middle of a statement.
        or (isinstance(cause, asyncpg.InternalClientError) and "cannot switch to state" in str(cause))
        for cause in _causes(error)
    )


def is_contention(error: BaseException) -> bool:
    """Return whether `error` is a deadlock, a serialisation failure, a lock not had in time, or a timeout."""
    return any(
        getattr(cause, "sqlstate", None) in CONTENTION_STATES or isinstance(cause, TimeoutError)
        for cause in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what it was raised from, down to an AppError.

    A vendor that is away is not our outage, although a ConnectionError is behind it.
    """
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = None if isinstance(cause, AppError) else cause.__cause__


class CircuitState(StrEnum):
    closed = "closed"
    open = "open"
    half_open = "half_open"


class CircuitOpen(VendorUnavailable):
    """Not even tried: the last calls failed."""

    code = "circuit_open"


class CircuitBreaker:
    """After `failures` in a row nothing is tried for `seconds`; then one call decides.

        breaker.allow()        # raises CircuitOpen
        try: ... breaker.succeeded()
        except VendorUnavailable: breaker.failed(); raise

    Per process on purpose: each finds out within a few calls, and none can lock out the others.
    """

    def __init__(
        self, name: str, *, failures: int = 5, seconds: float = 30, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._limit = failures
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def state(self) -> CircuitState:
        if self._open_until is None:
            return CircuitState.closed
        return CircuitState.open if self._clock() < self._open_until else CircuitState.half_open

    def allow(self) -> None:
        """Let a call pass, or raise CircuitOpen with the seconds to wait."""
        if self._open_until is None:
            return
        wait = self._open_until - self._clock()
        if wait > 0 or self._probing:
            raise CircuitOpen(f"{self._name} failed several times and is left alone.", retry_after=max(wait, 1.0))
        self._probing = True

    def succeeded(self) -> None:
        self._failed = 0
        self._probing = False
        self._open_until = None
        CIRCUIT_OPEN.labels(self._name).set(0)

    def failed(self) -> None:
        self._failed += 1
        if self._probing or self._failed >= self._limit:
            self._open_until = self._clock() + self._seconds
            CIRCUIT_OPEN.labels(self._name).set(1)
        self._probing = False
