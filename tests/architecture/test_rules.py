"""Rules that a type checker and a linter do not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from livestream_sell import events
from tests.architecture.source import PROJECT, modules, name, tracked_files, tree

COMMITS_AND_MAY = {"livestream_sell/core/db.py"}
# Paths of somebody's machine, and hosts of package registries: neither belongs into a file that others build from.
PRIVATE = re.compile(
    rb"(?<![\w.])/(?:work|farm|home/\w+|root|Users/\w+)/\w"
    rb"|registry\.npm"
    rb"js|files\.python"
    rb"hosted|pypi\.o"
    rb"rg/simple|deb\.deb"
    rb"ian"
)


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node


def test_only_the_transaction_commits() -> None:
    commits = [
        f"{name(path)}:{call.lineno}"
        for path in modules()
        if name(path) not in COMMITS_AND_MAY
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]

    assert commits == []


def test_nothing_swallows_every_exception() -> None:
    swallowed = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node) and does_nothing(node.body)
    ]

    assert swallowed == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or (
        isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}
    )


def does_nothing(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(statement, ast.Pass | ast.Continue)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        for statement in body
    )


def test_every_event_has_a_listener() -> None:
    """An event nobody listens to is a sentence nobody wrote down in the table of subscriptions."""
    table = (PROJECT / "backend_hooks" / "subscriptions.py").read_text(encoding="utf-8")
    screens = "\n".join(
        path.read_text(encoding="utf-8") for path in modules() if name(path).startswith("livestream_sell/ui/")
    )
    heard = set(re.findall(r"\w+", table)) | set(re.findall(r"\w+", screens))
    declared = {
        kind.__name__
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.IntegrationEvent) and kind is not events.IntegrationEvent
    }

    assert sorted(declared - heard) == []


def test_no_private_place_is_named() -> None:
    found = [
        f"{name(path)}: {match.group().decode()}"
        for path in tracked_files()
        if (match := PRIVATE.search(path.read_bytes()))
    ]

    assert found == []
