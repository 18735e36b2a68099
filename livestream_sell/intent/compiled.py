"""Finds the engine's modules as machine code, if they were compiled from exactly these sources (ADR 0009)."""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Where the time goes. What is mostly patterns, word lists or figures gains nothing.
MODULES = (
    "arbitration", "atoms", "claims", "classifier", "decision", "drafts", "evidence", "extraction", "features",
    "grammar", "items", "language", "names", "numbers", "phrase_automaton", "phrases", "turns",
)  # fmt: skip
FINISHED = "finished"


def folder() -> Path:
    """Where the machine code of these very sources, for this very Python, is or would be."""
    state = hashlib.blake2b(f"{sys.version} {sys.platform}".encode(), digest_size=8)
    for source in sorted(HERE.glob("*.py")):  # all: what is compiled knows the types of what is not
        state.update(source.name.encode() + source.read_bytes())
    return HERE / "__pycache__" / f"engine-{state.hexdigest()}"


def prefer(search: list[str]) -> None:
    """Put the machine code, if there is some, before the sources on a package's search path."""
    built = folder()
    if (built / FINISHED).is_file():
        search.insert(0, str(built))
