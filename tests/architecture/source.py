"""The project's own files, as text and as syntax trees."""

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("livestream_sell", "backend_hooks")


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the product: no tests, no migrations."""
    return tuple(sorted(path for package in PACKAGES for path in (PROJECT / package).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@cache
def tracked_files() -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    paths = (PROJECT / entry for entry in listed.split("\0") if entry)
    return tuple(path for path in paths if path.is_file())
