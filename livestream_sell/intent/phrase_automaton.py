"""Matches every phrase of the word lists at once, word by word."""

from collections.abc import Iterable, Iterator
from itertools import chain

from livestream_sell.intent.phrase_tables import ANY, SHORTEST_STEM, End, Tables, Words, is_stem, unpacked

_GAP_WORDS = 3
_MOST_STATES = 15_000  # about 20 MB; who writes ever new words makes them be made again, not memory grow
_WITHIN = -2  # amid the words of a choice
Place = tuple[int, int, Words]  # phrase, how many of its choices are behind, words of the choice at hand still to come


class _State:
    """Where all phrases that fit so far stand; one word leads to the next state."""

    __slots__ = ("ends", "gap", "moves", "waiting")

    def __init__(self, waiting: dict[int, list[Place]], ends: tuple[End, ...], gap: "_State | None") -> None:
        self.waiting = waiting  # by the choice that comes next: a word opens few of them, most words none
        self.ends = ends
        self.gap = gap
        self.moves: dict[str, _State | None] = {}


_NOTHING: tuple[Words, ...] = ((),)
_NO_RESTS: dict[int, tuple[Words, ...]] = {}
_UNKNOWN = _State({}, (), None)  # where a word leads has not been asked yet


class PhraseAutomaton:
    """States are made when a comment first needs them, and kept: crowds say the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._stems: dict[str, dict[str, list[int]]] = {}  # choices that a stem opens, by its first letters
        self._stems_of: dict[int, list[tuple[str, Words]]] = {}  # the same by choice
        for spelling in filter(is_stem, tables.vocabulary):
            self._stems.setdefault(spelling[:SHORTEST_STEM], {})[spelling[:-1]] = []
        for stem, choice, rest in tables.stems:
            self._stems[stem[:SHORTEST_STEM]][stem].append(choice)
            self._stems_of.setdefault(choice, []).append((stem, rest))
        self._forget()

    def _forget(self) -> None:
        self._states: dict[frozenset[Place], _State] = {}
        self._met: dict[str, frozenset[int]] = {}  # what words that were said open
        self._start = _State({}, (), None)  # where all phrases wait: those are asked for, not listed

    def begins_known(self, word: str) -> bool:
        return any(word.startswith(stem) for stem in self._stems.get(word[:SHORTEST_STEM], ()))

    def walk(self, forms: list[tuple[str, ...]], position: int) -> list[tuple[int, End]]:
        """Every phrase that starts at this word, with the index of its last word."""
        found: list[tuple[int, End]] = []
        last = len(forms) - 1
        pending = [(self._start, position, 0)]
        while pending:
            state, at, slack = pending.pop()
            moves = state.moves
            for form in forms[at]:
                following = moves.get(form, _UNKNOWN)
                if following is _UNKNOWN:
                    following = self._move(state, form)
                if following is None:
                    continue
                if following.ends:
                    found += [(at, end) for end in following.ends]
                if at == last:
                    continue
                if following.waiting:
                    pending.append((following, at + 1, 0))
                if following.gap is not None:
                    pending.append((following.gap, at + 1, _GAP_WORDS))
            if slack and at < last:
                pending.append((state, at + 1, slack - 1))
        return found

    def _move(self, state: _State, form: str) -> _State | None:
        if state is self._start:
            begun = self._tables.beginnings.keys() & self._opens(form)
            waiting = chain.from_iterable(map(self._begun, begun))
        else:
            awaited = state.waiting.keys() & self._opens(form)
            waiting = chain.from_iterable(state.waiting[choice] for choice in awaited)
        following = frozenset(place for each in waiting for place in self._advance(each, form))
        state.moves[form] = reached = self._state(following) if following else None
        return reached

    def _opens(self, form: str) -> frozenset[int]:
        known = self._met.get(form)
        if known is None:
            stems = self._stems.get(form[:SHORTEST_STEM], {}).items()
            by_stem = chain.from_iterable(choices for stem, choices in stems if form.startswith(stem))
            known = self._met[form] = frozenset((*self._spelled(form), *by_stem, _WITHIN))
        return known

    def _spelled(self, form: str) -> list[int]:
        return unpacked(self._tables.opened.get(form, b""))

    def _begun(self, choice: int) -> list[Place]:
        places = unpacked(self._tables.beginnings[choice])
        return [(number, at, ()) for number, at in zip(places[::2], places[1::2], strict=True)]

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
            if any(form == each or (is_stem(each) and form.startswith(each[:-1])) for each in awaited[0]):
                yield from self._after(number, at, awaited[1:])
            return
        choice = self._tables.phrases[number][at]
        stems = self._stems_of.get(choice, ())
        if not stems or choice in self._spelled(form):
            for rest in self._tables.rests.get(form, _NO_RESTS).get(choice, _NOTHING):
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
        while at < len(choices) and choices[at] in self._tables.optional:
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
            elif not awaited and choices[at] == ANY:
                gaps.update(behind for behind in self._open(number, at + 1) if behind[1] < len(choices))
            else:
                places.add(place)
        gap = _State(self._waiting(gaps), (), None) if gaps else None
        return _State(self._waiting(places), tuple(sorted(ends)), gap)
