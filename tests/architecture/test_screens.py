"""Any socket can call any event handler: each one authorises, or belongs to a state that says it is public."""

import ast
from collections.abc import Iterator

from tests.architecture.source import modules, name, tree

MAX_STATEMENTS = 10
AUTHORISES = {"require_actor", "self.actor"}
# States that anybody may call, each for a reason; a new name here is a decision, not a formality.
PUBLIC_STATES = {
    "AuthState",  # the form of somebody who is not signed in yet
    "LocaleState",  # which language the seller reads: a cookie of the caller
    "CheckoutState",  # the buyer's cart, found by its unguessable token and nothing else
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def states() -> Iterator[tuple[str, ast.ClassDef]]:
    for path in modules():
        if not name(path).startswith("livestream_sell/ui/"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and any(handlers(node)):
                yield name(path), node


def handlers(state: ast.ClassDef) -> Iterator[Function]:
    for node in state.body:
        if isinstance(node, Function) and any(
            ast.unparse(decorator).split("(")[0] in {"rx.event", "event"} for decorator in node.decorator_list
        ):
            yield node


def is_marked_public(state: ast.ClassDef) -> bool:
    return any(ast.unparse(decorator) == "public_state" for decorator in state.decorator_list)


def authorises(handler: Function) -> bool:
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) in AUTHORISES for node in ast.walk(handler))


def test_there_are_handlers_to_check() -> None:
    assert sum(1 for _, state in states() for _ in handlers(state)) > 5


def test_every_handler_authorises() -> None:
    open_to_all = [
        f"{path}:{handler.lineno} {state.name}.{handler.name}"
        for path, state in states()
        if not is_marked_public(state)
        for handler in handlers(state)
        if not authorises(handler)
    ]

    assert open_to_all == []


def test_public_states_are_the_listed_ones() -> None:
    assert {state.name for _, state in states() if is_marked_public(state)} <= PUBLIC_STATES


def test_handlers_stay_thin() -> None:
    thick = [
        f"{path}:{handler.lineno} {state.name}.{handler.name}"
        for path, state in states()
        for handler in handlers(state)
        if len(handler.body) > MAX_STATEMENTS
    ]

    assert thick == []


def test_forms_submit_without_arguments() -> None:
    """Reflex moves `on_submit` out of `rx.foreach`, where the row is unknown; the row is a hidden field instead."""
    bound = [
        f"{name(path)}:{node.value.lineno} {ast.unparse(node.value)}"
        for path in modules()
        if name(path).startswith("livestream_sell/ui/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg == "on_submit" and isinstance(node.value, ast.Call)
    ]

    assert bound == []
