"""The phrases of the word lists in plain values, as they are kept compiled."""

from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

SHORTEST_MISTYPED = 6  # letters; of shorter words too many are alike
SHORTEST_STEM = 2  # letters, of `word*`; stems are filed by so many
End = tuple[str, str, bool, str, str]  # concept, language, gapped, kind, name
Slot = tuple[str, ...]  # spellings of one word
Words = tuple[Slot, ...]
Choice = tuple[Words, ...]  # what may stand in one place; () among them: it may be left out; a gap is no choice at all
_GAP: Choice = ()


class Phrase(NamedTuple):
    """One entry of a word list, as it is written there: a choice of words in each place."""

    choices: tuple[Choice, ...]
    concept: str
    language: str


class DensePhrase(NamedTuple):
    """One phrase of a script without spaces, in pieces with gaps between."""

    pieces: tuple[str, ...]
    concept: str
    language: str


class Tables(NamedTuple):
    """The phrases in plain values, so that they can be kept compiled on disk. A choice is stored once, whatever the
    number of phrases with it, and never multiplied out: a line of a word list may stand for ten thousand phrases.
    Lists of numbers are `packed`: there are two hundred thousand, of which a show needs few."""

    opened: dict[str, bytes]  # choices that begin with a word
    rests: dict[str, dict[int, tuple[Words, ...]]]  # what else of the choice must follow that word, if anything
    stems: list[tuple[str, int, Words]]  # beginning of a word, choice, what else must follow
    optional: set[int]  # choices that may be left out
    beginnings: dict[int, bytes]  # choice -> phrase, place, phrase, place .. that it may begin
    phrases: list[tuple[int, ...]]  # choices by number, ANY for a gap
    ends: list[End]  # of each phrase
    dense: dict[str, tuple[tuple[tuple[str, ...], End], ...]]  # by the first piece
    vocabulary: set[str]
    mistyped: dict[str, tuple[str, ...]]  # a long word of an opt-out without one letter, and whole -> the word


ANY = -1


def compile_phrases(phrases: Iterable[Phrase | DensePhrase]) -> Tables:
    tables = Tables({}, {}, [], set(), {}, [], [], {}, set(), {})
    fragile: set[str] = set()  # who wants out and mistypes it shall be heard all the same
    opened: dict[str, dict[int, None]] = {}
    numbers: dict[Choice, int] = {_GAP: ANY}
    shared: dict[Any, Any] = {}  # equal values become one: there are a hundred thousand phrases and few kinds of them
    for phrase in dict.fromkeys(phrases):
        if isinstance(phrase, DensePhrase):
            one = (phrase.pieces[1:], _end(phrase.concept, phrase.language, len(phrase.pieces) > 1))
            known = tables.dense.get(phrase.pieces[0], ())
            tables.dense[phrase.pieces[0]] = _once((*known, _once(one, shared)), shared)
            continue
        for choice in phrase.choices:
            if choice not in numbers:
                numbers[choice] = len(numbers) - 1
                _open(choice, numbers[choice], tables, opened)
                tables.vocabulary.update(spelling for words in choice for slot in words for spelling in slot)
        if phrase.concept.startswith("opt_out."):
            fragile.update(w for choice in phrase.choices for words in choice for slot in words for w in slot)
        tables.phrases.append(tuple(numbers[choice] for choice in phrase.choices))
        tables.ends.append(_end(phrase.concept, phrase.language, _GAP in phrase.choices))
    tables.opened.update((word, packed(choices)) for word, choices in opened.items())
    tables.beginnings.update(_beginnings(tables))
    for word in filter(_is_long, fragile):
        for short in (word, *shortened(word)):
            tables.mistyped[short] = (*tables.mistyped.get(short, ()), word)
    return tables


def shortened(word: str) -> list[str]:
    """The word without one of its letters; people seldom mistype the first."""
    return [word[:at] + word[at + 1 :] for at in range(1, len(word))]


def _is_long(word: str) -> bool:
    return len(word) >= SHORTEST_MISTYPED and word.isalpha()


def packed(numbers: Iterable[int]) -> bytes:
    return array("i", numbers).tobytes()


def unpacked(numbers: bytes) -> list[int]:
    found = array("i")
    found.frombytes(numbers)
    return found.tolist()


def _once(value: Any, shared: dict[Any, Any]) -> Any:
    return shared.setdefault(value, value)


@cache
def _end(concept: str, language: str, gapped: bool) -> End:
    kind, _, name = concept.partition(".")
    return concept, language, gapped, kind, name


def _open(choice: Choice, number: int, tables: Tables, opened: dict[str, dict[int, None]]) -> None:
    rests: dict[str, tuple[Words, ...]] = {}
    for first, *rest in filter(None, choice):
        for spelling in first:
            if is_stem(spelling):
                tables.stems.append((spelling[:-1], number, tuple(rest)))
            else:
                rests[spelling] = (*rests.get(spelling, ()), tuple(rest))
    for spelling, following in rests.items():
        opened.setdefault(spelling, {})[number] = None
        if following != ((),):
            tables.rests.setdefault(spelling, {})[number] = following
    if () in choice:
        tables.optional.add(number)


def _beginnings(tables: Tables) -> Iterator[tuple[int, bytes]]:
    begun: dict[int, list[int]] = {}
    for number, choices in enumerate(tables.phrases):
        for at, choice in enumerate(choices):
            if choice == ANY:
                break
            begun.setdefault(choice, []).extend((number, at))
            if choice not in tables.optional:
                break
    return ((choice, packed(places)) for choice, places in begun.items())


def is_stem(spelling: str) -> bool:
    return len(spelling) > SHORTEST_STEM and spelling.endswith("*")
