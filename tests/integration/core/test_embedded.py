"""The embedded servers through every kind of end: in order, killed, deleted, shared."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis import Redis as SyncRedis
from redis.exceptions import RedisError

from livestream_sell.core.embedded import EmbeddedServers, embedded_servers, read_running, start_servers
from tests.support.waiting import until

# A program of its own on DATA_DIR: says when it is up, stops in order when its input ends.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from livestream_sell.core.embedded import embedded_servers

async def main():
    async with embedded_servers(Path(sys.argv[1]), database=True, redis=True) as servers:
        print(servers.database_url, servers.redis_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    kill_all(working_in(tmp_path / "data"))


def working_in(data_dir: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(data_dir)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def program(data_dir: Path, code: str = PROGRAM) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def addresses(running: subprocess.Popen[str]) -> EmbeddedServers:
    assert running.stdout is not None
    database_url, redis_url = running.stdout.readline().split()
    return EmbeddedServers(database_url, redis_url)


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        # Those of a killed program end on their own meanwhile, and PostgreSQL's follow their postmaster.
        with suppress(psutil.NoSuchProcess):
            process.kill()


def end(running: subprocess.Popen[str]) -> int:
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.close()
    code = running.wait(40)
    running.stdout.close()
    return code


def kill(running: subprocess.Popen[str]) -> None:
    running.kill()
    running.wait()
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.close()
    running.stdout.close()


def pid_of(data_dir: Path, name: str) -> int:
    return int(json.loads((data_dir / "servers.json").read_text())[name]["pid"])


async def remember(servers: EmbeddedServers, value: str) -> None:
    connection = await asyncpg.connect(servers.database_url)
    await connection.execute("CREATE TABLE IF NOT EXISTS memory (value text)")
    await connection.execute("INSERT INTO memory VALUES ($1)", value)
    await connection.close()
    with SyncRedis.from_url(servers.redis_url) as redis:
        redis.rpush("memory", value)


async def remembered(servers: EmbeddedServers) -> tuple[list[str], list[str]]:
    connection = await asyncpg.connect(servers.database_url)
    rows = [row["value"] for row in await connection.fetch("SELECT value FROM memory")]
    await connection.close()
    with SyncRedis.from_url(servers.redis_url) as redis:
        return rows, [value.decode() for value in redis.lrange("memory", 0, -1)]


async def test_data_and_addresses_survive_a_restart_and_nothing_is_left_running(data_dir: Path) -> None:
    async with embedded_servers(data_dir, database=True, redis=True) as first:
        await remember(first, "kept")
        assert read_running(data_dir) == first
    assert working_in(data_dir) == []
    assert read_running(data_dir) is None

    async with embedded_servers(data_dir, database=True, redis=True) as second:
        assert second == first
        assert await remembered(second) == (["kept"], ["kept"])


async def test_settings_of_durability_and_secrecy(data_dir: Path) -> None:
    async with embedded_servers(data_dir, database=True, redis=True) as servers:
        connection = await asyncpg.connect(servers.database_url)
        shown = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in ("fsync", "synchronous_commit", "shared_buffers", "max_connections", "server_encoding")
        }
        locale = await connection.fetchrow(
            "SELECT datlocprovider, datlocale, lower('ÑANDÚ') FROM pg_database WHERE datname = current_database()"
        )
        await connection.close()
        with SyncRedis.from_url(servers.redis_url) as redis:
            config = redis.config_get("append*") | redis.config_get("maxmemory-policy")

        assert shown == {
            "fsync": "on",
            "synchronous_commit": "on",
            "shared_buffers": "256MB",
            "max_connections": "200",
            "server_encoding": "UTF8",
        }
        assert tuple(locale) == (b"b", "C.UTF-8", "ñandú")
        assert (config["appendonly"], config["appendfsync"]) == ("yes", "always")
        assert config["maxmemory-policy"] == "noeviction"
        for name in ("servers.json", "postgres.password", "valkey.password"):
            assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600
        told = command_lines(data_dir)
        assert len(told) > 5
        assert not told & set(secrets(data_dir))
        for url in (servers.database_url, servers.redis_url):
            await refuses_without_password(str(url))


def command_lines(data_dir: Path) -> set[str]:
    """Every word of the command lines of what runs there; PostgreSQL starts and ends helpers meanwhile."""
    words: set[str] = set()
    for process in working_in(data_dir):
        with suppress(psutil.NoSuchProcess):
            words.update(process.cmdline())
    return words


def is_gone(folder: Path) -> bool:
    """Whether it could be deleted; servers that still run write to it meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def secrets(data_dir: Path) -> list[str]:
    return [path.read_text() for path in data_dir.glob("*.password")]


async def refuses_without_password(url: str) -> None:
    scheme, _, rest = url.partition("://")
    address = rest.partition("@")[2]
    if scheme == "redis":
        with SyncRedis.from_url(f"redis://{address}") as redis, pytest.raises(RedisError, match="Authentication"):
            redis.ping()
    else:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://livestream_sell:wrong@{address}")


async def test_a_server_killed_under_the_program_comes_back_on_its_address(data_dir: Path) -> None:
    async with embedded_servers(data_dir, database=True, redis=True) as servers:
        for name in ("valkey", "postgres"):
            await remember(servers, name)
            killed = pid_of(data_dir, name)
            os.kill(killed, signal.SIGKILL)

            await until(lambda killed=killed, name=name: pid_of(data_dir, name) != killed)
        assert await remembered(servers) == (["valkey", "postgres"], ["valkey", "postgres"])


async def test_both_servers_killed_at_once_come_back(data_dir: Path) -> None:
    async with embedded_servers(data_dir, database=True, redis=True) as servers:
        await remember(servers, "x")
        killed = working_in(data_dir)
        assert len(killed) > 5
        kill_all(killed)

        before = {process.pid for process in killed}
        await until(lambda: not before & {pid_of(data_dir, "postgres"), pid_of(data_dir, "valkey")})
        assert await remembered(servers) == (["x"], ["x"])


async def test_a_killed_program_leaves_servers_that_the_next_start_takes_over_and_stops(data_dir: Path) -> None:
    first = program(data_dir)
    servers = addresses(first)
    await remember(servers, "x")
    kill(first)
    assert working_in(data_dir) != []

    async with embedded_servers(data_dir, database=True, redis=True) as again:
        assert again == servers
        assert await remembered(again) == (["x"], ["x"])
    assert working_in(data_dir) == []


async def test_program_and_servers_killed_with_stale_files_heal(data_dir: Path) -> None:
    first = program(data_dir)
    servers = addresses(first)
    await remember(servers, "x")
    kill(first)
    kill_all(working_in(data_dir))
    await until(lambda: working_in(data_dir) == [])
    # Its process id belongs to somebody else today: to us.
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    async with embedded_servers(data_dir, database=True, redis=True) as again:
        assert await remembered(again) == (["x"], ["x"])


@pytest.mark.parametrize("how", ["the program", "everything"])
async def test_a_kill_in_the_first_set_up_heals(how: str, data_dir: Path) -> None:
    first = program(data_dir)
    await until(lambda: (data_dir / "postgres.new" / "PG_VERSION").exists())
    kill(first)
    if how == "everything":
        kill_all(working_in(data_dir))

    async with embedded_servers(data_dir, database=True, redis=True) as servers:
        await remember(servers, "x")
        assert await remembered(servers) == (["x"], ["x"])


async def test_two_programs_share_the_servers_of_one_folder_and_the_last_stops_them(data_dir: Path) -> None:
    programs = [program(data_dir) for _ in range(3)]  # all at once: one starts, the others join
    shared = {addresses(each) for each in programs}
    assert len(shared) == 1
    (servers,) = shared

    assert end(programs[0]) == 0
    kill(programs[1])
    await remember(servers, "still there")
    # The program that is left also brings back what another one had started.
    killed = pid_of(data_dir, "valkey")
    os.kill(killed, signal.SIGKILL)
    await until(lambda: pid_of(data_dir, "valkey") != killed)

    assert end(programs[2]) == 0
    assert working_in(data_dir) == []


async def test_two_folders_do_not_meet(tmp_path: Path) -> None:
    async with (
        embedded_servers(tmp_path / "a", database=True, redis=True) as a,
        embedded_servers(tmp_path / "b", database=True, redis=True) as b,
    ):
        assert not {a.database_url, a.redis_url} & {b.database_url, b.redis_url}
        await remember(a, "a")
        await remember(b, "b")
        assert await remembered(b) == (["b"], ["b"])


async def test_a_port_taken_meanwhile_is_replaced(data_dir: Path) -> None:
    async with embedded_servers(data_dir, database=False, redis=True) as first:
        assert first.database_url is None
    port = int((data_dir / "valkey.port").read_text())
    with socket.create_server(("127.0.0.1", port)):
        async with embedded_servers(data_dir, database=False, redis=True) as second:
            assert second.redis_url != first.redis_url
            with SyncRedis.from_url(second.redis_url) as redis:
                assert redis.ping()


async def test_a_folder_deleted_under_its_servers_starts_anew(data_dir: Path) -> None:
    first = program(data_dir)
    servers = addresses(first)
    await remember(servers, "x")
    kill(first)
    orphans = working_in(data_dir)
    await until(lambda: is_gone(data_dir))

    async with embedded_servers(data_dir, database=True, redis=True) as again:
        with SyncRedis.from_url(again.redis_url) as redis:
            assert redis.exists("memory") == 0
        assert not any(orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE for orphan in orphans)


def test_start_and_stop_without_a_loop(data_dir: Path) -> None:
    began = time.monotonic()
    running = start_servers(data_dir, database=True, redis=True)
    assert read_running(data_dir) == running.servers
    running.stop()
    running.stop()

    assert working_in(data_dir) == []
    assert time.monotonic() - began < 60


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become a normal user")
async def test_a_normal_user_may_start_them_too(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for folder in home.parents:
        folder.chmod(folder.stat().st_mode | 0o011)
    code = PROGRAM.replace(
        "import asyncio, sys", "import asyncio, os, sys; os.setgroups([]); os.setgid(1000); os.setuid(1000)"
    )
    os.chown(home, 1000, 1000)
    running = program(home / "data", code)
    servers = addresses(running)
    await remember(servers, "x")

    accounts = set()
    for process in working_in(home / "data"):
        with suppress(psutil.NoSuchProcess):
            accounts.add(process.uids().real)
    assert accounts == {1000}
    assert end(running) == 0
