"""Who may import whom: the contracts of pyproject.toml hold, and the worker stays without Reflex."""

import subprocess
import sys

import pytest

from tests.architecture.source import PROJECT


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
