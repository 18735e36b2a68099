"""Rules that a type checker and a linter do not know."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from backend_hooks.subscriptions import CONSUMERS, EVENT_HANDLERS
from livestream_sell import events
from tests.architecture.source import modules, name, tracked_files, tree

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


def event_types() -> list[type[events.IntegrationEvent]]:
    return [
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.IntegrationEvent) and kind is not events.IntegrationEvent
    ]


def test_every_stream_of_an_event_has_a_consumer() -> None:
    # The web processes read `ui_updates` themselves and pass it on to the browsers.
    consumed = set(CONSUMERS) | {events.UI_UPDATES}

    assert len(event_types()) > 5
    assert {kind.__name__: kind.streams for kind in event_types() if not set(kind.streams) <= consumed} == {}


def test_every_domain_event_has_a_handler() -> None:
    domain = {kind.__name__ for kind in event_types() if events.DOMAIN_EVENTS in kind.streams}

    assert sorted(domain - {kind.__name__ for kind in EVENT_HANDLERS}) == []


def test_every_event_is_published_somewhere() -> None:
    made = {
        ast.unparse(call.func).split(".")[-1]
        for path in modules()
        if name(path) != "livestream_sell/events.py"
        for call in calls(path)
    }

    assert sorted({kind.__name__ for kind in event_types()} - made) == []


def test_no_private_place_is_named() -> None:
    found = [
        f"{name(path)}: {match.group().decode()}"
        for path in tracked_files()
        if (match := PRIVATE.search(path.read_bytes()))
    ]

    assert found == []
