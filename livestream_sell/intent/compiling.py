"""Compiles the engine's modules with mypyc where there is a C compiler; elsewhere they run as they are.

Run as `python -m livestream_sell.intent.compiling`; needs the packages of development.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

from livestream_sell.intent.compiled import FINISHED, HERE, MODULES, folder

PACKAGE = "livestream_sell/intent"
# Run in a copy of the sources: neither this project's settings of mypy nor its other packages have a part in it.
SETUP = """
from mypyc.build import mypycify
from setuptools import setup
modules = mypycify(
    ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent", *{sources!r}], separate=True
)
setup(name="engine", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace", "--parallel=2"])
"""


def build() -> Path | None:
    """Return the folder with the machine code of the present sources; None if it cannot be had here."""
    target = folder()
    if (target / FINISHED).is_file():
        return target
    if not _has_compiler():
        return None
    with TemporaryDirectory() as work:
        package = Path(work, PACKAGE)
        shutil.copytree(HERE, package, ignore=lambda _, names: [n for n in names if not n.endswith(".py")])
        Path(work, "livestream_sell", "__init__.py").touch()
        script = SETUP.format(sources=[f"{PACKAGE}/{name}.py" for name in MODULES])
        done = subprocess.run([sys.executable, "-c", script], cwd=work, capture_output=True, text=True, check=False)
        made = list(package.glob("*.so"))
        if done.returncode or len(made) < len(MODULES):
            sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
            return None
        _keep(made, target)
    return target


def _has_compiler() -> bool:
    compiler = (sysconfig.get_config_var("CC") or "").split()[:1]
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return bool(compiler) and shutil.which(compiler[0]) is not None and headers.is_file()


def _keep(made: list[Path], target: Path) -> None:
    for outdated in target.parent.glob("engine-*"):
        shutil.rmtree(outdated, ignore_errors=True)
    target.mkdir(parents=True)
    for library in made:
        shutil.copy2(library, target)
    (target / FINISHED).touch()  # last: who looks before it finds nothing


def main() -> int:
    if build() is None:
        sys.stdout.write("The engine runs as plain Python, at two thirds of its speed: nothing here can compile it.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
