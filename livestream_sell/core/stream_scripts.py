"""Entries of streams: their form, what moves them in one step, and the dead letters."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

# One field with the payload; `n` counts the retries that went through the delayed set.
DATA = b"d"
RETRIES = b"n"

# One command and one answer for any number of entries: half the client's time of a pipeline of XADDs.
# KEYS: streams. ARGV, for each run of like entries: number of the stream, length to cap it at or '', strings of an
# entry, entries; then their strings.
APPEND = """
local at = 1
while at <= #ARGV do
  local stream, cap = KEYS[tonumber(ARGV[at])], ARGV[at + 1]
  local width, many = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  at = at + 4
  for _ = 1, many do
    if cap == '' then
      redis.call('XADD', stream, '*', unpack(ARGV, at, at + width - 1))
    else
      redis.call('XADD', stream, 'MAXLEN', '~', cap, '*', unpack(ARGV, at, at + width - 1))
    end
    at = at + width
  end
end
"""
# Each of the following leaves an entry in exactly one place, whatever dies in the middle.
# KEYS: stream, delayed set. ARGV: group, id, due, retries, data
DELAY = """
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2] .. '|' .. ARGV[4] .. '|' .. ARGV[5])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
"""
# KEYS: stream, delayed set. ARGV: how many at most. The server's clock decides what is due.
MOVE_DUE = """
local now = redis.call('TIME')[1]
local due = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, member in ipairs(due) do
  local first = string.find(member, '|', 1, true)
  local second = string.find(member, '|', first + 1, true)
  redis.call('XADD', KEYS[1], '*', 'd', string.sub(member, second + 1), 'n', string.sub(member, first + 1, second - 1))
  redis.call('ZREM', KEYS[2], member)
end
return #due
"""
# KEYS: stream, dead letters. ARGV: group, id, data, cause, tries
BURY = """
redis.call('XADD', KEYS[2], '*', 'd', ARGV[3], 'cause', ARGV[4], 'tries', ARGV[5])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
"""
# KEYS: stream, dead letters. ARGV: id of the dead letter
REPLAY = """
local found = redis.call('XRANGE', KEYS[2], ARGV[1], ARGV[1])
if #found == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'd', found[1][2][2])
redis.call('XDEL', KEYS[2], ARGV[1])
return 1
"""
# KEYS: stream. ARGV: group, consumer. Deleting a consumer drops its pending entries, so only one without any goes.
FORGET_CONSUMER = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
end
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as a handler gets it; `deliveries` is 1 the first time."""

    id: str
    data: bytes
    deliveries: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An entry nobody tries any more, with the reason; kept until it is replayed or discarded."""

    id: str
    data: bytes
    cause: str
    tries: int
    buried_at: datetime


def delayed_set(stream: str) -> str:
    return f"{stream}:delayed"


def dead_letters(stream: str) -> str:
    return f"{stream}:dead"


def parse_entry(raw: tuple[bytes, dict[bytes, bytes] | None], pending_deliveries: int = 1) -> Entry | None:
    """Return the entry, or None for one that was deleted under us."""
    entry_id, fields = raw
    if not fields:
        return None
    return Entry(entry_id.decode(), fields.get(DATA, b""), pending_deliveries + int(fields.get(RETRIES, 0)))


async def run_script(redis: Redis, script: str, keys: list[str], arguments: list[Any]) -> Any:
    """Run one of the scripts above (EVAL: the server caches it by its hash)."""
    return await redis.eval(script, len(keys), *keys, *arguments)  # type: ignore[misc]


async def list_dead(redis: Redis, stream: str, *, limit: int = 100) -> list[DeadLetter]:
    """Return the dead letters of `stream`, newest first."""
    letters = []
    for entry_id, fields in await redis.xrevrange(dead_letters(stream), count=limit):
        letters.append(
            DeadLetter(
                id=entry_id.decode(),
                data=fields[DATA],
                cause=fields[b"cause"].decode(errors="replace"),
                tries=int(fields[b"tries"]),
                buried_at=datetime.fromtimestamp(int(entry_id.split(b"-")[0]) / 1000, UTC),
            )
        )
    return letters


async def replay(redis: Redis, stream: str, dead_id: str) -> bool:
    """Put a dead letter back into its stream as if it were new; False when it is not there."""
    return bool(await run_script(redis, REPLAY, [stream, dead_letters(stream)], [dead_id]))


async def discard(redis: Redis, stream: str, dead_id: str) -> bool:
    """Drop a dead letter for good; False when it is not there."""
    return bool(await redis.xdel(dead_letters(stream), dead_id))


async def queue_depths(redis: Redis, streams: list[str]) -> dict[str, int]:
    """Return how many entries wait: per stream, per `<stream>:delayed` and per `<stream>:dead`."""
    pipeline = redis.pipeline(transaction=False)
    names = []
    for stream in streams:
        pipeline.xlen(stream)
        pipeline.zcard(delayed_set(stream))
        pipeline.xlen(dead_letters(stream))
        names += [stream, delayed_set(stream), dead_letters(stream)]
    return dict(zip(names, await pipeline.execute(), strict=True))
