"""Size, names and prose of the modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import modules, name, tree

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return its length from `def` to its end, without the docstring."""
    length = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        length -= (docstring.end_lineno or 0) - docstring.lineno + 1
    return length


def test_there_is_something_to_check() -> None:
    assert len(modules()) > 50


def test_files_stay_short() -> None:
    long = {
        name(path): count
        for path in modules()
        if (count := path.read_text(encoding="utf-8").count("\n")) > MAX_FILE_LINES
    }

    assert long == {}


def test_functions_stay_short() -> None:
    long = {
        f"{name(path)}:{function.lineno} {function.name}": lines(function)
        for path in modules()
        for function in functions(path)
        if lines(function) > MAX_FUNCTION_LINES
    }

    assert long == {}


def test_no_file_is_named_after_nothing() -> None:
    assert [name(path) for path in modules() if path.stem in BANNED or path.parent.name in BANNED] == []


def test_every_module_says_what_it_owns() -> None:
    assert [name(path) for path in modules() if tree(path).body and not ast.get_docstring(tree(path))] == []


def test_every_slice_has_its_readme() -> None:
    slices = {path.parent for path in modules() if path.stem == "models" and path.parent.name != "livestream_sell"}

    assert sorted(name(folder) for folder in slices if not (folder / "README.md").exists()) == []
