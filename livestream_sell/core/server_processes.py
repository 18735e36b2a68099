"""A server as a process: how it is started, found again after a crash, judged alive and stopped."""

import os
import pwd
import random
import secrets
import signal
import socket
import stat
import subprocess
import time
from abc import abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from livestream_sell.core.settings import SettingsError

START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_LIMIT_BYTES = 16 * 1024 * 1024
# Below the range from which the kernel takes ports of outgoing connections, so that a server
# that died finds its port still free.
PORTS = range(20_000, 32_000)


class ServerStartError(SettingsError):
    """An embedded server did not start; the message ends with the last lines of its log."""


class ServerProcess:
    """One server of one data directory. Its files live in `home`, which is also its working directory:
    that is how it is found again after the program that started it was killed."""

    name: str
    executable: Path
    stop_signal = signal.SIGTERM

    def __init__(self, data_dir: Path) -> None:
        self.home = data_dir / self.name
        self.log = data_dir / f"{self.name}.log"
        self._password_file = data_dir / f"{self.name}.password"
        self._port_file = data_dir / f"{self.name}.port"
        self._process: psutil.Process | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def port(self) -> int:
        return int(self._port_file.read_text())

    @property
    def password(self) -> str:
        """Return the password of this data directory, made on first use."""
        if not self._password_file.exists():
            write_private(self._password_file, secrets.token_urlsafe(24))
        return self._password_file.read_text()

    @abstractmethod
    def url(self) -> str: ...

    @abstractmethod
    def is_ready(self) -> bool: ...

    @abstractmethod
    def initialise(self) -> None: ...

    @abstractmethod
    def command(self) -> list[str]: ...

    def configuration(self) -> bytes:
        """Return what the server reads from its standard input."""
        return b""

    def main_process(self, candidates: list[psutil.Process]) -> psutil.Process | None:
        """Return the server itself out of every process that works in `home`."""
        pids = {process.pid for process in candidates}
        return next((process for process in candidates if process.ppid() not in pids), None)

    def is_alive(self) -> bool:
        if self._child is not None and self._child.poll() is not None:
            return False
        try:
            return self._process is not None and self._process.status() not in {
                psutil.STATUS_ZOMBIE,
                psutil.STATUS_DEAD,
            }
        except psutil.NoSuchProcess:
            return False

    def start(self, *, keep_port: bool = False) -> None:
        """Start the server, or take over the one that is running on this directory.

        With `keep_port` (a restart under the program) the address must stay the same.
        """
        self.initialise()
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._adopt()
            if self._process is None:
                self._end_leftovers()
                self._choose_port(keep=keep_port)
                self._spawn()
            if self._wait_until_ready(deadline):
                return
            if time.monotonic() > deadline:
                self.stop()
                raise ServerStartError(f"The embedded {self.name} did not start. {self._last_words()}")

    def stop(self) -> None:
        """Stop the server in order, and by force if it does not."""
        if self._process is None:
            self._adopt()
        if self._process is not None:
            _end(self._process, self.stop_signal)
        if self._child is not None:
            self._child.wait()
        self._process = self._child = None
        self._end_leftovers()

    def _adopt(self) -> None:
        found = self.main_process([process for process in _working_in(self.home) if _is_on(process, self.home)])
        if found is None or self._process is None or found.pid != self._process.pid:
            self._process = found
            self._child = None

    def _end_leftovers(self) -> None:
        # A killed postmaster leaves backends for a moment; two generations on the same files would ruin them.
        psutil.wait_procs(_working_in(self.home), timeout=5)
        end_all_in(self.home)

    def _choose_port(self, *, keep: bool) -> None:
        if self._port_file.exists() and (keep or _is_free(self.port)):
            return
        for port in random.sample(PORTS, 200):
            if _is_free(port):
                write_private(self._port_file, str(port))
                return
        raise ServerStartError(f"No free port on 127.0.0.1 for the embedded {self.name}.")

    def _spawn(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command(),
                cwd=self.home,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for the program, which stops the servers last.
                start_new_session=True,
                **drop_privileges(self.home),
            )
        assert self._child.stdin is not None
        self._child.stdin.write(self.configuration())
        self._child.stdin.close()
        self._process = psutil.Process(self._child.pid)

    def _wait_until_ready(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            if not self.is_alive():
                time.sleep(0.2)
                return False
            if self.is_ready():
                return True
            time.sleep(0.02)
        return False

    def _last_words(self) -> str:
        if not self.log.exists():
            return "It wrote no log."
        return "Its log ends with:\n" + "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def write_private(path: Path, content: str) -> None:
    """Replace `path` whole, readable by its owner alone."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def make_private_folder(path: Path) -> None:
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        account = pwd.getpwnam("nobody")
        os.chown(path, account.pw_uid, account.pw_gid)


def end_all_in(folder: Path) -> None:
    """Kill every process that works in `folder`, and those they started meanwhile.

    Raises ServerStartError when one outlives it: its files are not ours to touch then.
    """
    for _ in range(10):
        working = _working_in(folder)
        if not working:
            return
        for process in working:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(working, timeout=1)
    raise ServerStartError(f"Processes of an earlier start do not end: they work in {folder}.")


def drop_privileges(home: Path) -> dict[str, Any]:
    """Return the account to run as: PostgreSQL refuses root, so root hands over to the owner of the files."""
    if os.geteuid() != 0:
        return {}
    owner = home.stat()
    return {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}


def make_reachable(*paths: Path) -> None:
    """Let the account of `drop_privileges` pass through the folders above (pass, not list) when we are root."""
    if os.geteuid() != 0:
        return
    for folder in {parent for path in paths for parent in path.resolve().parents}:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _working_in(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _is_on(process: psutil.Process, home: Path) -> bool:
    """Tell a server of these files from one whose folder of the same name was deleted under it."""
    working_directory = Path(f"/proc/{process.pid}/cwd")
    return not working_directory.exists() or working_directory.samefile(home)


def _end(process: psutil.Process, how: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        try:
            process.send_signal(how)
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
