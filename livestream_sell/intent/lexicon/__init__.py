"""The grammar as data: one TOML file per language, read once.

A file has sections of concepts, a concept has phrases. In a phrase `lo|la quiero` stands for two, `ya?` may be left
out, `_` joins the words of one choice, `cancel*` is any word that begins so, `..` is a gap of a few words.
"""

import hashlib
import marshal
import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import chain, product
from pathlib import Path

from livestream_sell.intent import normalise, phrases
from livestream_sell.intent.normalise import BARE, DENSE, accent_key, fold, tokenise
from livestream_sell.intent.phrases import GAP, Phrase, PhraseIndex, Tables, compile_phrases

UNIVERSAL = "*"
_HERE = Path(__file__).parent
_TONAL = "vi"  # accents make other words of it; elsewhere they are left out without harm
Pieces = tuple[str, ...]


@cache
def load() -> PhraseIndex:
    """Compile the files, or take what was compiled before, as Python does with its own modules: a tenth of a second
    instead of one. Where the folder cannot be written it is compiled at every start."""
    sources = sorted(_HERE.glob("*.toml"))
    compiled = _HERE / "__pycache__" / f"phrases-{_state(sources)}.bin"
    try:
        return PhraseIndex(Tables(*marshal.loads(compiled.read_bytes())))  # noqa: S302 our own file, trusted as a .pyc is
    except (OSError, ValueError, EOFError, TypeError):
        tables = compile_phrases(chain.from_iterable(map(_read, sources)))
    with suppress(OSError):
        _keep(compiled, marshal.dumps(tuple(tables)))
    return PhraseIndex(tables)


def _keep(compiled: Path, content: bytes) -> None:
    compiled.parent.mkdir(exist_ok=True)
    for outdated in compiled.parent.glob("phrases-*"):
        outdated.unlink(missing_ok=True)
    written = compiled.with_suffix(f".{os.getpid()}")
    written.write_bytes(content)
    written.replace(compiled)  # whole or not at all: another process may read it now


def _state(sources: list[Path]) -> str:
    """Changes with the files, with how they are read, and with Python."""
    read = [*sources, *(Path(module.__file__ or "") for module in (normalise, phrases)), Path(__file__)]
    seen = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in read]
    return hashlib.blake2b(repr((sys.hexversion, seen)).encode(), digest_size=8).hexdigest()


def _read(source: Path) -> Iterator[Phrase]:
    language = UNIVERSAL if source.stem == "universal" else source.stem
    for section, concepts in tomllib.loads(source.read_text("utf-8")).items():
        for name, texts in concepts.items():
            concept = f"{section}.{name}"
            for text in texts:
                dense = bool(DENSE.search(text))
                for pieces in _accents(text) if language == _TONAL else _expand(text):
                    if dense and any(map(DENSE.search, pieces)):
                        # Scripts without spaces are matched by characters, and a gap divides.
                        yield Phrase(tuple("".join(pieces).split(GAP)), concept, language, True)
                    else:
                        yield Phrase(pieces, concept, language, False)


def _expand(text: str, *, spelled: bool = False) -> Iterator[Pieces]:
    for picked in product(*(_choices(word, spelled) for word in text.split())):
        pieces = tuple(chain.from_iterable(picked))
        if pieces:
            yield pieces


def _accents(text: str) -> Iterator[Pieces]:
    """Every phrase as it is spelled, and for the words of a comment that carry no accents without them."""
    for pieces in _expand(text, spelled=True):
        yield from product(*map(_keys, pieces))


def _keys(piece: str) -> Pieces:
    if piece == GAP or piece.endswith("*"):
        return (fold(piece),)
    return tuple(dict.fromkeys((accent_key(piece), BARE + fold(piece))))


@cache
def _choices(word: str, spelled: bool) -> tuple[Pieces, ...]:
    if word == GAP:
        return ((GAP,),)
    options = dict.fromkeys(
        spelling for option in word.removesuffix("?").split("|") for spelling in _spellings(option, spelled)
    )
    return (*options, ()) if word.endswith("?") else tuple(options)


def _spellings(option: str, spelled: bool) -> Iterator[Pieces]:
    """With its apostrophes and, as people type, without."""
    yield _words(option, spelled)
    if "'" in option:
        yield _words(option.replace("'", ""), spelled)


@cache
def _words(option: str, spelled: bool) -> Pieces:
    stem = option.removesuffix("*") if len(option) > 1 else option
    parts = (part.casefold() if spelled else fold(part) for part in stem.split("_"))
    words = [token.text for part in parts for token in tokenise(part)]
    return (*words[:-1], words[-1] + "*") if words and stem != option else tuple(words)
