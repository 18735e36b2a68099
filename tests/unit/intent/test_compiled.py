"""The engine as machine code: the same decisions, never older than its sources, and not needed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from livestream_sell.intent import compiled, compiling

# Decides the project's own comments, with the sources alone or as the program does it.
DECIDE = """
import json, sys
import livestream_sell.intent as package
if sys.argv[1] == "sources":
    package.__path__[:] = [path for path in package.__path__ if "__pycache__" not in path]
from livestream_sell.intent import evaluation, grammar
from livestream_sell.intent.engine import understand
from livestream_sell.intent.files import load_catalogue
from livestream_sell.intent.schemas import Comment
from pathlib import Path
folder = Path(sys.argv[2])
shops = {path.stem: load_catalogue(path) for path in (folder / "catalogues").glob("*.json")}
decided = []
for line in (folder / "dev.jsonl").read_text("utf-8").splitlines():
    row = json.loads(line)
    decided += understand([Comment(row["id"], row["text"], row["featured"], row["locale"])], shops[row["catalogue"]])
print(json.dumps([grammar.__file__, [repr(each) for each in decided]]))
"""
LABELLED = compiled.HERE / "labelled" / "blind"


def decided_by(what: str) -> tuple[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", DECIDE, what, str(LABELLED)], capture_output=True, text=True, check=True
    )
    module, decisions = json.loads(done.stdout)
    return module, decisions


def test_machine_code_decides_what_the_sources_decide() -> None:
    if not (compiled.folder() / compiled.FINISHED).is_file():
        pytest.skip("these sources are not compiled here: make engine, where there is a C compiler")

    (code, by_code), (source, by_source) = decided_by("code"), decided_by("sources")

    assert (Path(code).suffix, Path(source).suffix) == (".so", ".py")
    assert len(by_code) > 2000
    assert [pair for pair in zip(by_code, by_source, strict=True) if pair[0] != pair[1]] == []


def test_changed_sources_have_no_machine_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "intent"
    shutil.copytree(compiled.HERE, package, ignore=shutil.ignore_patterns("__pycache__", "l*", "m*", "training*"))
    monkeypatch.setattr(compiled, "HERE", package)
    built = compiled.folder()
    built.mkdir(parents=True)
    search = ["sources"]

    compiled.prefer(search)
    assert search == ["sources"]  # half built counts as not built

    (built / compiled.FINISHED).touch()
    compiled.prefer(search)
    assert search == [str(built), "sources"]

    (package / "grammar.py").write_text("# changed\n")
    compiled.prefer(changed := ["sources"])
    assert changed == ["sources"]


def test_without_a_compiler_the_sources_run_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compiled, "HERE", tmp_path)
    monkeypatch.setattr(compiling.shutil, "which", lambda _: None)

    assert compiling.main() == 0

    assert "plain Python" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_every_compiled_module_is_there() -> None:
    assert [name for name in compiled.MODULES if not (compiled.HERE / f"{name}.py").is_file()] == []
