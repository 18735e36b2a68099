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
_WITHIN = -2  # amid the words of a choice


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

    __slots__ = ("ends", "gap", "moves", "waiting")

    def __init__(self, waiting: dict[int, list[Place]], ends: tuple[End, ...], gap: "_State | None") -> None:
        self.waiting = waiting  # by the choice that comes next: a word opens few of them, most words none
        self.ends = ends
        self.gap = gap
        self.moves: dict[str, _State | None] = {}


class PhraseIndex:
    """Matches all phrases at once. States are made when a comment first needs them, and kept: crowds say the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._vocabulary = tables.vocabulary
        self._lengths: dict[str, set[int]] = {}  # of the pieces that begin with a character
        for piece in tables.dense:
            self._lengths.setdefault(piece[0], set()).add(len(piece))
        self._opened: dict[str, list[int]] = {}  # choices that a word opens
        self._stems: dict[str, dict[str, list[int]]] = {}  # and a stem, by its first letters
        for spelling in filter(_is_stem, tables.vocabulary):
            self._stems.setdefault(spelling[:_SHORTEST_STEM], {})[spelling[:-1]] = []
        for choice, (words, stems, _) in enumerate(tables.openings):
            for word in words:
                self._opened.setdefault(word, []).append(choice)
            for stem, _ in stems:
                self._stems[stem[:_SHORTEST_STEM]][stem].append(choice)
        self._beginnings = self._waiting(
            place
            for number, choices in enumerate(tables.phrases)
            for place in self._open(number, 0)
            if place[1] < len(choices)
        )
        self._forget()

    def _forget(self) -> None:
        self._states: dict[frozenset[Place], _State] = {}
        self._met: dict[str, frozenset[int]] = {}  # what words that were said open
        self._start = _State(self._beginnings, (), None)

    def find(self, text: NormalisedText) -> list[Hit]:
        hits = self._find_words(text)
        if text.dense:
            hits += self._find_dense(text.folded)
        return hits

    def _find_words(self, text: NormalisedText) -> list[Hit]:
        tokens = text.tokens
        forms = self._forms_of(text)
        before_digits = {at for at, token in enumerate(tokens[1:]) if _begins_code(tokens[at], token)}
        return [
            Hit(concept, language, tokens[position].start, tokens[last].end, gapped, kind, name)
            for position, known in enumerate(forms)
            if known
            for last, (concept, language, gapped, kind, name) in self._walk(forms, position)
            if last not in before_digits or kind == "size"
        ]

    def _forms_of(self, text: NormalisedText) -> list[tuple[str, ...]]:
        keys = text.accented or [BARE + token.text for token in text.tokens]
        return [
            (*self._forms(token.text), key) if key in self._vocabulary else self._forms(token.text)
            for token, key in zip(text.tokens, keys, strict=True)
        ]

    def _forms(self, word: str) -> tuple[str, ...]:
        """The word, or if unknown what it may be under a plural, a stretch or an article; only what phrases use."""
        if word in self._vocabulary:
            return (word,)
        if len(word) < 3:
            return (word,) if self._begins_known(word) else ()
        forms = [word]
        if word[-1] == word[-2]:
            forms.append(word[:-1])
        if word.endswith("s"):
            forms += [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
        if "\u0600" <= word[0] <= "\u06ff":
            forms += [word[len(p) :] for p in _ARABIC_PREFIXES if word.startswith(p)]
        return tuple(form for form in forms if form in self._vocabulary or self._begins_known(form))

    def _begins_known(self, word: str) -> bool:
        return any(word.startswith(stem) for stem in self._stems.get(word[:_SHORTEST_STEM], ()))

    def _walk(self, forms: list[tuple[str, ...]], position: int) -> list[tuple[int, End]]:
        """Every phrase that starts at this word, with the index of its last word."""
        found: list[tuple[int, End]] = []
        pending = [(self._start, position, 0)]
        while pending:
            state, at, slack = pending.pop()
            if at >= len(forms):
                continue
            for form in forms[at]:
                following = state.moves[form] if form in state.moves else self._move(state, form)
                if following is None:
                    continue
                found += [(at, end) for end in following.ends]
                if following.waiting:
                    pending.append((following, at + 1, 0))
                if following.gap is not None:
                    pending.append((following.gap, at + 1, _GAP_WORDS))
            if slack:
                pending.append((state, at + 1, slack - 1))
        return found

    def _move(self, state: _State, form: str) -> _State | None:
        following = frozenset(
            place
            for choice in state.waiting.keys() & self._opens(form)
            for waiting in state.waiting[choice]
            for place in self._advance(waiting, form)
        )
        state.moves[form] = reached = self._state(following) if following else None
        return reached

    def _opens(self, form: str) -> frozenset[int]:
        known = self._met.get(form)
        if known is None:
            stems = self._stems.get(form[:_SHORTEST_STEM], {}).items()
            by_stem = chain.from_iterable(choices for stem, choices in stems if form.startswith(stem))
            known = self._met[form] = frozenset((*self._opened.get(form, ()), *by_stem, _WITHIN))
        return known

    def _waiting(self, places: Iterable[Place]) -> dict[int, list[Place]]:
        waiting: dict[int, list[Place]] = {}
        for place in places:
            number, at, awaited = place
            choice = _WITHIN if awaited else self._tables.phrases[number][at]
            waiting.setdefault(choice, []).append(place)
        return waiting

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
        gap = _State(self._waiting(gaps), (), None) if gaps else None
        return _State(self._waiting(places), tuple(sorted(ends)), gap)

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
    return following.glued and len(token.text) == 1 and following.text[0].isdigit() and token.text.isalpha()


def _match_rest(pieces: Sequence[str], squeezed: str, end: int) -> int:
    for piece in pieces:
        at = squeezed.find(piece, end, end + _GAP_CHARACTERS + len(piece))
        if at < 0:
            return -1
        end = at + len(piece)
    return end if end <= len(squeezed) else -1


def without_contained(hits: list[Hit]) -> list[Hit]:
    """Longer phrases overrule what they contain: "sold out" is no "sold"."""
    spans = {(hit.start, hit.end) for hit in hits}
    inner = [one for one in spans for other in spans if other[0] <= one[0] and one[1] <= other[1] and one != other]
    if not inner:
        return hits
    around = {
        (start, end): [h for h in hits if h.start <= start and end <= h.end and h.end - h.start > end - start]
        for start, end in inner
    }
    return [hit for hit in hits if not any(_overrules(o, hit) for o in around.get((hit.start, hit.end), ()))]


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
