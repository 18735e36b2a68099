"""How else a word of the catalogue may be spelled: plurals, articles, zeros, by ear."""

from collections.abc import Iterable
from itertools import groupby

_HEARD = (
    ("ph", "f"), ("qu", "k"), ("gue", "ge"), ("gui", "gi"), ("ch", "x"), ("sh", "x"), ("ll", "y"), ("h", ""),
    ("ce", "se"), ("ci", "si"), ("c", "k"), ("z", "s"), ("v", "b"), ("w", "u"), ("i", "y"),
)  # fmt: skip
_ARABIC_ARTICLES = ("ال", "وال", "بال", "و")


def singulars(word: str) -> Iterable[str]:
    yield word
    if word.startswith(_ARABIC_ARTICLES):
        yield from (word[len(article) :] for article in _ARABIC_ARTICLES if word.startswith(article))
    if word.endswith("s"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
    else:
        yield word + "s"
        yield word + "es"
    if word.endswith(("o", "a")):
        yield word[:-1] + ("a" if word.endswith("o") else "o")


def unpadded(piece: str) -> str:
    """A piece of a code: "012" and "12" are one."""
    return piece.lstrip("0") or "0" if piece.isdecimal() else piece


def sound(word: str) -> str:
    """How Spanish and Portuguese speakers hear a word whose spelling they never learnt: "elecho", "zuculenta"."""
    for letters, heard in _HEARD:
        word = word.replace(letters, heard)
    return "".join(letter for letter, _ in groupby(word))
