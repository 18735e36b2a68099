"""Who may import whom: the contracts of pyproject.toml hold, and the worker stays without Reflex."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, PROJECT, modules, name, tree

# An extra; and what only the training of the classifier needs, on a developer's machine.
OPTIONAL = {"litellm", "numpy", "sklearn"}
# Part of the exact Reflex version; its own pins decide which.
OF_REFLEX = re.compile(r"reflex(_base|_components_\w+)?$")


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-logo",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("livestream_sell.cli", ("reflex", "fastapi", "sqlalchemy", "uvicorn", "numpy")),
        ("livestream_sell.commands.work", ("reflex", "fastapi", "uvicorn")),
        ("backend_hooks.worker", ("reflex", "uvicorn")),
    ],
)
def test_a_process_imports_only_what_it_needs(module: str, unwanted: tuple[str, ...]) -> None:
    program = f"import {module}, sys; print(*(name for name in {unwanted!r} if name in sys.modules))"

    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_every_imported_package_is_declared() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {normalised(re.split(r"[\[<>=~!; ]", entry)[0]) for entry in project["dependencies"]}
    distributions = packages_distributions()
    known = set(sys.stdlib_module_names) | set(PACKAGES) | OPTIONAL

    undeclared = {
        f"{name(path)}: {package}"
        for path in modules()
        for package in top_level_imports(path)
        if package not in known
        and not OF_REFLEX.match(package)
        and not {normalised(entry) for entry in distributions.get(package, [])} & declared
    }

    assert undeclared == set()


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def top_level_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]
