"""What comes in: once each, and never lost while Redis is away."""

import asyncio

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from livestream_sell.core import inbox, intake
from livestream_sell.core.cache import new_client
from livestream_sell.core.db import transaction
from livestream_sell.core.streams import GroupedAppender


async def waiting() -> list[bytes]:
    async with transaction() as session:
        return list((await session.execute(text("SELECT payload FROM webhook_intake ORDER BY id"))).scalars())


def nowhere() -> GroupedAppender:
    return GroupedAppender(new_client("redis://127.0.0.1:1"))


async def test_only_the_first_time_is_admitted(database: None) -> None:
    async with transaction() as session:
        assert await inbox.admit(session, "facebook_comment", ["a", "b", "a"]) == {"a", "b"}
        assert await inbox.once(session, "paypal", "a")
    async with transaction() as session:
        assert await inbox.admit(session, "facebook_comment", ["b", "c"]) == {"c"}
        assert not await inbox.once(session, "paypal", "a")
        assert await inbox.admit(session, "facebook_comment", []) == set()


async def test_what_rolled_back_was_not_admitted(database: None) -> None:
    async def fail() -> None:
        async with transaction() as session:
            await inbox.once(session, "s", "x")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()

    async with transaction() as session:
        assert await inbox.once(session, "s", "x")


async def test_of_many_at_once_each_id_is_admitted_by_one(database: None) -> None:
    ids = [f"c{n}" for n in range(50)]

    async def take(order: list[str]) -> set[str]:
        async with transaction() as session:
            return await inbox.admit(session, "s", order)

    taken = await asyncio.gather(*(take(ids if n % 2 else ids[::-1]) for n in range(12)))

    assert sum(len(admitted) for admitted in taken) == 50
    assert set().union(*taken) == set(ids)


async def test_an_append_goes_to_the_stream_when_redis_is_there(database: None, redis: Redis) -> None:
    await intake.durable_append(GroupedAppender(), "s", [b"1", b"2"])

    assert [fields[b"d"] for _, fields in await redis.xrange("s")] == [b"1", b"2"]
    assert await waiting() == []


async def test_an_append_waits_in_the_table_while_redis_is_away_and_moves_on_in_order(
    database: None, redis: Redis
) -> None:
    await intake.durable_append(nowhere(), "s", [b"1", b"\x00\xff"])
    await intake.durable_append(nowhere(), "t", [b"3"])
    assert await waiting() == [b"1", b"\x00\xff", b"3"]

    assert await intake.sweep(nowhere()) == 0
    assert await waiting() == [b"1", b"\x00\xff", b"3"]
    moved = await asyncio.gather(*(intake.sweep(GroupedAppender()) for _ in range(4)))

    assert sum(moved) == 3
    assert [fields[b"d"] for _, fields in await redis.xrange("s")] == [b"1", b"\x00\xff"]
    assert [fields[b"d"] for _, fields in await redis.xrange("t")] == [b"3"]
    assert await waiting() == []


async def test_nothing_is_accepted_when_both_are_away(
    database: None, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "transaction", lambda: _Refusing())

    with pytest.raises(ConnectionRefusedError):
        await intake.durable_append(nowhere(), "s", [b"1"])


class _Refusing:
    async def __aenter__(self) -> None:
        raise ConnectionRefusedError

    async def __aexit__(self, *_: object) -> None: ...
