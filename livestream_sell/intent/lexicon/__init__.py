"""The grammar as data: one TOML file per language, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from itertools import product

from livestream_sell.intent.normalise import DENSE, fold, tokenise
from livestream_sell.intent.phrases import Phrase, PhraseIndex

UNIVERSAL = "*"


@cache
def load() -> PhraseIndex:
    phrases: list[Phrase] = []
    for path in sorted(files(__name__).iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            phrases += _read(path.name.removesuffix(".toml"), path.read_text("utf-8"))
    return PhraseIndex(phrases)


def _read(stem: str, source: str) -> list[Phrase]:
    language = UNIVERSAL if stem == "universal" else stem
    phrases = []
    for section, concepts in tomllib.loads(source).items():
        for name, entries in concepts.items():
            for entry in dict.fromkeys(form for text in entries for form in _expand(text) if form):
                phrases += _compile(entry, f"{section}.{name}", language)
    return phrases


@cache
def _words(word: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenise(fold(word)))


def _expand(text: str) -> list[str]:
    """`lo|la quiero ya_mismo?` stands for four phrases; `_` joins the words of one choice."""
    choices = []
    for word in text.split():
        options = word.removesuffix("?").split("|")
        choices.append([*options, ""] if word.endswith("?") else options)
    return [" ".join(filter(None, picked)).replace("_", " ") for picked in product(*choices)]


def _compile(entry: str, concept: str, language: str) -> list[Phrase]:
    pieces: list[str] = []
    for word in entry.split():
        if word == "..":
            pieces.append(word)
        else:
            star = "*" if word.endswith("*") and len(word) > 1 else ""
            words = _words(word.removesuffix("*") if star else word)
            pieces += [*words[:-1], words[-1] + star]
    dense = bool(DENSE.search(entry))
    if dense:
        return [Phrase(tuple("".join(pieces).split("..")), concept, language, dense)]
    spoken = Phrase(tuple(pieces), concept, language, dense)
    if "'" not in entry:
        return [spoken]
    plain = tuple(piece.replace("'", "") for piece in pieces)
    return [spoken, Phrase(plain, concept, language, dense)]
