"""Finds the phrases of the lexicon in a comment, in one pass over its words and characters."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from livestream_sell.intent.normalise import BARE, NormalisedText, Token

_GAP_WORDS = 3
_GAP_CHARACTERS = 12
_SHORTEST_STEM = 2  # letters, of `word*`; stems are filed by so many
_MOST_STATES = 60_000
_KEPT_INSIDE = frozenset(("number", "colour"))  # "I'll take two" still says two
_SILENCED = frozenset(("claim", "word", "social", "noun"))  # all that a void phrase may silence
_ARABIC_PREFIXES = ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل")


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


class Hit(NamedTuple):
    concept: str
    language: str
    start: int
    end: int
    gapped: bool
    kind: str
    name: str


class Tables(NamedTuple):
    """The phrases in plain values, so that they can be kept compiled on disk. A choice is stored once, whatever the
    number of phrases with it, and never multiplied out: a line of a word list may stand for ten thousand phrases."""

    openings: list[
        tuple[dict[str, list[Words]], list[tuple[str, Words]], bool]
    ]  # of each choice: words, stems, optional
    phrases: list[tuple[int, ...]]  # choices by number, _ANY for a gap
    ends: list[End]  # of each phrase
    dense: dict[str, list[tuple[tuple[str, ...], End]]]  # by the first piece
    vocabulary: set[str]


_ANY = -1


def compile_phrases(phrases: Iterable[Phrase | DensePhrase]) -> Tables:
    tables = Tables([], [], [], {}, set())
    numbers: dict[Choice, int] = {_GAP: _ANY}
    for phrase in dict.fromkeys(phrases):
        kind, _, name = phrase.concept.partition(".")
        if isinstance(phrase, DensePhrase):
            end = (phrase.concept, phrase.language, len(phrase.pieces) > 1, kind, name)
            tables.dense.setdefault(phrase.pieces[0], []).append((phrase.pieces[1:], end))
            continue
        for choice in phrase.choices:
            if choice not in numbers:
                numbers[choice] = len(tables.openings)
                tables.openings.append(_opening(choice))
                tables.vocabulary.update(spelling for words in choice for slot in words for spelling in slot)
        tables.phrases.append(tuple(numbers[choice] for choice in phrase.choices))
        tables.ends.append((phrase.concept, phrase.language, _GAP in phrase.choices, kind, name))
    return tables


def _opening(choice: Choice) -> tuple[dict[str, list[Words]], list[tuple[str, Words]], bool]:
    words: dict[str, list[Words]] = {}
    stems: list[tuple[str, Words]] = []
    for first, *rest in filter(None, choice):
        for spelling in first:
            if _is_stem(spelling):
                stems.append((spelling[:-1], tuple(rest)))
            else:
                words.setdefault(spelling, []).append(tuple(rest))
    return words, stems, () in choice


def _is_stem(spelling: str) -> bool:
    return len(spelling) > _SHORTEST_STEM and spelling.endswith("*")


Place = tuple[int, int, Words]  # phrase, how many of its choices are behind, words of the choice at hand still to come


class _State:
    """Where all phrases that fit so far stand; one word leads to the next state."""

    __slots__ = ("alive", "ends", "gap", "moves", "places")

    def __init__(self, places: frozenset[Place], ends: tuple[End, ...], gap: "_State | None") -> None:
        self.places = places
        self.ends = ends
        self.gap = gap
        self.moves: dict[str, _State | None] = {}
        self.alive = bool(places)


class PhraseIndex:
    """Matches all phrases at once. States are made when a comment first needs them, and kept: crowds say the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._vocabulary = tables.vocabulary
        self._lengths: dict[str, set[int]] = {}  # of the pieces that begin with a character
        for piece in tables.dense:
            self._lengths.setdefault(piece[0], set()).add(len(piece))
        self._first: dict[str, list[Place]] = {}
        self._first_stems: dict[str, list[tuple[str, Place]]] = {}
        for number, choices in enumerate(tables.phrases):
            for place in self._open(number, 0):
                if place[1] < len(choices):
                    self._file(place)
        self._forget()

    def _file(self, place: Place) -> None:
        number, at, _ = place
        words, stems, _ = self._tables.openings[self._tables.phrases[number][at]]
        for word in words:
            self._first.setdefault(word, []).append(place)
        for stem, _ in stems:
            self._first_stems.setdefault(stem[:_SHORTEST_STEM], []).append((stem, place))

    def _forget(self) -> None:
        self._states: dict[frozenset[Place], _State] = {}
        self._start = _State(frozenset(), (), None)

    def find(self, text: NormalisedText) -> list[Hit]:
        hits = list(self._find_words(text))
        if text.dense:
            hits += self._find_dense(text.folded)
        return hits

    def _find_words(self, text: NormalisedText) -> Iterator[Hit]:
        tokens = text.tokens
        accented = text.accented or [BARE + token.text for token in tokens]
        forms = [
            (*self._forms(token.text), key) if key in self._vocabulary else self._forms(token.text)
            for token, key in zip(tokens, accented, strict=True)
        ]
        for position in range(len(tokens)):
            start = tokens[position].start
            for last, (concept, language, gapped, kind, name) in self._walk(forms, position):
                if last + 1 < len(tokens) and _begins_code(tokens[last], tokens[last + 1]) and kind != "size":
                    continue
                yield Hit(concept, language, start, tokens[last].end, gapped, kind, name)

    def _forms(self, word: str) -> tuple[str, ...]:
        """The word, or if unknown what it may be under a plural, a stretch or an article."""
        if word in self._vocabulary or len(word) < 3:
            return (word,)
        forms = [word]
        if word[-1] == word[-2]:
            forms.append(word[:-1])
        if word.endswith("s"):
            forms += [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
        if "\u0600" <= word[0] <= "\u06ff":
            forms += [word[len(p) :] for p in _ARABIC_PREFIXES if word.startswith(p)]
        return tuple(form for form in forms if form)

    def _walk(self, forms: list[tuple[str, ...]], position: int) -> Iterator[tuple[int, End]]:
        """Every phrase that starts at this word, with the index of its last word."""
        pending = [(self._start, position, 0)]
        while pending:
            state, at, slack = pending.pop()
            if at >= len(forms):
                continue
            for form in forms[at]:
                following = state.moves[form] if form in state.moves else self._move(state, form)
                if following is None:
                    continue
                for end in following.ends:
                    yield at, end
                if following.alive:
                    pending.append((following, at + 1, 0))
                if following.gap is not None:
                    pending.append((following.gap, at + 1, _GAP_WORDS))
            if slack:
                pending.append((state, at + 1, slack - 1))

    def _move(self, state: _State, form: str) -> _State | None:
        places: Iterable[Place] = state.places if state is not self._start else self._beginnings(form)
        following = frozenset(chain.from_iterable(self._advance(place, form) for place in places))
        state.moves[form] = reached = self._state(following) if following else None
        return reached

    def _beginnings(self, form: str) -> list[Place]:
        stems = self._first_stems.get(form[:_SHORTEST_STEM], ())
        return [*self._first.get(form, ()), *(place for stem, place in stems if form.startswith(stem))]

    def _advance(self, place: Place, form: str) -> Iterator[Place]:
        number, at, awaited = place
        if awaited:
            if any(form == each or (_is_stem(each) and form.startswith(each[:-1])) for each in awaited[0]):
                yield from self._after(number, at, awaited[1:])
            return
        words, stems, _ = self._tables.openings[self._tables.phrases[number][at]]
        for rest in words.get(form, ()):
            yield from self._after(number, at, rest)
        for stem, rest in stems:
            if form.startswith(stem):
                yield from self._after(number, at, rest)

    def _after(self, number: int, at: int, rest: Words) -> Iterator[Place]:
        if rest:
            yield number, at, rest
        else:
            yield from self._open(number, at + 1)

    def _open(self, number: int, at: int) -> Iterator[Place]:
        """The places that can be next, past what may be left out; one at the end of the phrase means that it fits."""
        choices = self._tables.phrases[number]
        yield number, at, ()
        while at < len(choices) and choices[at] != _ANY and self._tables.openings[choices[at]][2]:
            at += 1
            yield number, at, ()

    def _state(self, reached: frozenset[Place]) -> _State:
        known = self._states.get(reached)
        if known is None:
            if len(self._states) >= _MOST_STATES:
                self._forget()
            known = self._states[reached] = self._made(reached)
        return known

    def _made(self, reached: frozenset[Place]) -> _State:
        ends: dict[End, None] = {}
        places: set[Place] = set()
        gaps: set[Place] = set()
        for place in reached:
            number, at, awaited = place
            choices = self._tables.phrases[number]
            if at == len(choices):
                ends[self._tables.ends[number]] = None
            elif not awaited and choices[at] == _ANY:
                gaps.update(behind for behind in self._open(number, at + 1) if behind[1] < len(choices))
            else:
                places.add(place)
        gap = _State(frozenset(gaps), (), None) if gaps else None
        return _State(frozenset(places), tuple(sorted(ends)), gap)

    def _find_dense(self, folded: str) -> Iterator[Hit]:
        squeezed = "".join(folded.split())
        offsets = [at for at, character in enumerate(folded) if not character.isspace()]
        for position, character in enumerate(squeezed):
            for length in self._lengths.get(character, ()):
                first = squeezed[position : position + length]
                for rest, (concept, language, gapped, kind, name) in self._tables.dense.get(first, ()):
                    end = _match_rest(rest, squeezed, position + length)
                    if end > 0:
                        stop = offsets[end - 1] + 1
                        yield Hit(concept, language, offsets[position], stop, gapped, kind, name)


def _begins_code(token: Token, following: Token) -> bool:
    """The "k" of "k16" is no Vietnamese "no"."""
    return following.glued and following.text[0].isdigit() and len(token.text) == 1 and token.text.isalpha()


def _match_rest(pieces: Sequence[str], squeezed: str, end: int) -> int:
    for piece in pieces:
        at = squeezed.find(piece, end, end + _GAP_CHARACTERS + len(piece))
        if at < 0:
            return -1
        end = at + len(piece)
    return end if end <= len(squeezed) else -1


def without_contained(hits: list[Hit]) -> list[Hit]:
    """Longer phrases overrule what they contain: "sold out" is no "sold"."""
    around: dict[tuple[int, int], list[Hit]] = {}
    for start, end in {(hit.start, hit.end) for hit in hits}:
        around[start, end] = [
            other
            for other in hits
            if other.start <= start and end <= other.end and other.end - other.start > end - start
        ]
    return [hit for hit in hits if not any(_overrules(other, hit) for other in around[hit.start, hit.end])]


def _overrules(other: Hit, hit: Hit) -> bool:
    if other.gapped and other.concept != "deny.void":
        return False
    if other.concept == "word.uncounted" and hit.kind == "number":
        return True
    if other.kind == "noun" and (hit.kind in _KEPT_INSIDE or hit.concept == "word.unit"):
        return other.language == hit.language
    if hit.kind in _KEPT_INSIDE or hit.concept == "word.unit":
        return other.kind == hit.kind
    if other.concept == "deny.void":
        return hit.kind in _SILENCED
    return True
