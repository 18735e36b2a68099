"""The grammar as data: one TOML file per language, read once.

A file has sections of concepts, a concept has phrases. In a phrase `lo|la quiero` stands for two, `ya?` may be left
out, `_` joins the words of one choice, `cancel*` is any word that begins so, `..` is a gap of a few words.
"""

import gc
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

from livestream_sell.intent import normalise, phrase_tables
from livestream_sell.intent.normalise import BARE, DENSE, accent_key, fold, tokenise
from livestream_sell.intent.phrase_tables import Choice, DensePhrase, Phrase, Tables, Words, compile_phrases
from livestream_sell.intent.phrases import PhraseIndex

UNIVERSAL = "*"
_HERE = Path(__file__).parent
_TONAL = "vi"  # accents make other words of it; elsewhere they are left out without harm
GAP = ".."
_DIVIDES: Words = ((GAP,),)


@cache
def load() -> PhraseIndex:
    """Compile the files, or take what was compiled before, as Python does with its own modules: a tenth of a second
    instead of one. Where the folder cannot be written it is compiled at every start."""
    sources = sorted(_HERE.glob("*.toml"))
    compiled = _HERE / "__pycache__" / f"phrases-{_state(sources)}.bin"
    collecting = gc.isenabled()
    gc.disable()  # it would look for rings among a million new values, and there are none
    try:
        return PhraseIndex(Tables(*marshal.loads(compiled.read_bytes())))  # noqa: S302 our own file, trusted as a .pyc is
    except (OSError, ValueError, EOFError, TypeError):
        tables = compile_phrases(chain.from_iterable(map(_read, sources)))
    finally:
        if collecting:
            gc.enable()
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
    read = [*sources, *(Path(module.__file__ or "") for module in (normalise, phrase_tables)), Path(__file__)]
    seen = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in read]
    return hashlib.blake2b(repr((sys.hexversion, seen)).encode(), digest_size=8).hexdigest()


def _read(source: Path) -> Iterator[Phrase | DensePhrase]:
    language = UNIVERSAL if source.stem == "universal" else source.stem
    for section, concepts in tomllib.loads(source.read_text("utf-8")).items():
        for name, texts in concepts.items():
            for text in texts:
                choices = tuple(_choice(word, language == _TONAL) for word in text.split())
                if DENSE.search(text):
                    yield from _without_spaces(choices, f"{section}.{name}", language)
                elif any(choices):
                    yield Phrase(choices, f"{section}.{name}", language)


def _without_spaces(choices: tuple[Choice, ...], concept: str, language: str) -> Iterator[Phrase | DensePhrase]:
    """Scripts without spaces are matched by characters, and a gap divides."""
    for picked in product(*(choice or (_DIVIDES,) for choice in choices)):
        slots = tuple(chain.from_iterable(picked))
        text = "".join(slot[0] for slot in slots)
        if DENSE.search(text):
            yield DensePhrase(tuple(filter(None, text.split(GAP))), concept, language)
        elif slots:
            yield Phrase(tuple(((slot,),) if (slot,) != _DIVIDES else () for slot in slots), concept, language)


@cache
def _choice(word: str, tonal: bool) -> Choice:
    if word == GAP:
        return ()
    options = dict.fromkeys(
        spelling for option in word.removesuffix("?").split("|") for spelling in _spellings(option, tonal)
    )
    return (*filter(None, options), ()) if word.endswith("?") else tuple(filter(None, options))


def _spellings(option: str, tonal: bool) -> Iterator[Words]:
    """With its apostrophes and, as people type, without."""
    yield _words(option, tonal)
    if "'" in option:
        yield _words(option.replace("'", ""), tonal)


@cache
def _words(option: str, tonal: bool) -> Words:
    stem = option.removesuffix("*") if len(option) > 1 else option
    parts = (part.casefold() if tonal else fold(part) for part in stem.split("_"))
    words = [token.text for part in parts for token in tokenise(part)]
    if words and stem != option:
        return (*((word,) for word in words[:-1]), (fold(words[-1]) + "*",))
    return tuple(_slot(word) if tonal else (word,) for word in words)


def _slot(word: str) -> tuple[str, ...]:
    """As it is spelled, and for comments without accents."""
    return tuple(dict.fromkeys((accent_key(word), BARE + fold(word))))
