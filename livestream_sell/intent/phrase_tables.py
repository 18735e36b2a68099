"""The phrases of the word lists in plain values, as they are kept compiled."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

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


Opening = tuple[dict[str, tuple[Words, ...]], tuple[tuple[str, Words], ...], bool]  # words, stems, may be left out


class Tables(NamedTuple):
    """The phrases in plain values, so that they can be kept compiled on disk. A choice is stored once, whatever the
    number of phrases with it, and never multiplied out: a line of a word list may stand for ten thousand phrases."""

    openings: list[Opening]  # of each choice
    phrases: list[tuple[int, ...]]  # choices by number, ANY for a gap
    ends: list[End]  # of each phrase
    dense: dict[str, tuple[tuple[tuple[str, ...], End], ...]]  # by the first piece
    vocabulary: set[str]


ANY = -1


def compile_phrases(phrases: Iterable[Phrase | DensePhrase]) -> Tables:
    tables = Tables([], [], [], {}, set())
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
                numbers[choice] = len(tables.openings)
                tables.openings.append(_opening(choice, shared))
                tables.vocabulary.update(spelling for words in choice for slot in words for spelling in slot)
        tables.phrases.append(tuple(numbers[choice] for choice in phrase.choices))
        tables.ends.append(_end(phrase.concept, phrase.language, _GAP in phrase.choices))
    return tables


def _once(value: Any, shared: dict[Any, Any]) -> Any:
    return shared.setdefault(value, value)


@cache
def _end(concept: str, language: str, gapped: bool) -> End:
    kind, _, name = concept.partition(".")
    return concept, language, gapped, kind, name


def _opening(choice: Choice, shared: dict[Any, Any]) -> Opening:
    words: dict[str, tuple[Words, ...]] = {}
    stems: list[tuple[str, Words]] = []
    for first, *rest in filter(None, choice):
        for spelling in first:
            if is_stem(spelling):
                stems.append((spelling[:-1], tuple(rest)))
            else:
                words[spelling] = _once((*words.get(spelling, ()), tuple(rest)), shared)
    return words, tuple(stems), () in choice


def is_stem(spelling: str) -> bool:
    return len(spelling) > SHORTEST_STEM and spelling.endswith("*")
