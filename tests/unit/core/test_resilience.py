"""Outage or bug, and the circuit breaker."""

import asyncpg
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy.exc import DBAPIError

from livestream_sell.core.errors import QueueUnavailable, VendorUnavailable
from livestream_sell.core.resilience import CircuitBreaker, CircuitOpen, CircuitState, is_contention, is_outage


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        ConnectionResetError(),
        RedisConnectionError(),
        QueueUnavailable("away"),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.InterfaceError("connection is closed"),
        DBAPIError("x", {}, Exception(), connection_invalidated=True),
        caused(DBAPIError("x", {}, Exception()), asyncpg.AdminShutdownError("x")),
    ],
)
def test_our_servers_being_away_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        TimeoutError(),
        FileNotFoundError(),
        caused(VendorUnavailable("Meta"), ConnectionRefusedError()),
        asyncpg.UniqueViolationError("x"),
        DBAPIError("x", {}, Exception()),
        asyncpg.InterfaceError("another operation is in progress"),
    ],
)
def test_nothing_else_is(error: Exception) -> None:
    assert not is_outage(error)


def test_an_error_while_handling_an_outage_is_not_the_outage() -> None:
    error = ValueError("a bug in the fallback")
    error.__context__ = ConnectionRefusedError()

    assert not is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DeadlockDetectedError("x"),
        asyncpg.SerializationError("x"),
        asyncpg.LockNotAvailableError("x"),
        caused(DBAPIError("x", {}, Exception()), asyncpg.DeadlockDetectedError("x")),
        TimeoutError(),
    ],
)
def test_who_came_second_is_contention(error: Exception) -> None:
    assert is_contention(error)


def test_a_vendors_timeout_is_not_our_contention() -> None:
    assert not is_contention(caused(VendorUnavailable("Meta"), TimeoutError()))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_circuit_opens_after_failures_in_a_row_and_one_call_decides() -> None:
    clock = Clock()
    breaker = CircuitBreaker("model", failures=3, seconds=30, clock=clock)

    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.allow()
        breaker.failed()
    assert breaker.state is CircuitState.closed
    breaker.failed()

    assert breaker.state is CircuitState.open
    clock.now = 10
    with pytest.raises(CircuitOpen) as refused:
        breaker.allow()
    assert refused.value.retry_after == 20

    clock.now = 30
    assert breaker.state is CircuitState.half_open
    breaker.allow()
    with pytest.raises(CircuitOpen):  # one call at a time decides
        breaker.allow()
    breaker.failed()
    assert breaker.state is CircuitState.open

    clock.now = 60
    breaker.allow()
    breaker.succeeded()
    assert breaker.state is CircuitState.closed
    breaker.allow()
