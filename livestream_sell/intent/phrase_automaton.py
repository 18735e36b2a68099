"""Matches every phrase of the word lists at once, word by word."""

from collections.abc import Iterable, Iterator
from itertools import chain

from livestream_sell.intent.phrase_tables import ANY, SHORTEST_STEM, End, Tables, Words, is_stem

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


_UNKNOWN = _State({}, (), None)  # where a word leads has not been asked yet


class PhraseAutomaton:
    """States are made when a comment first needs them, and kept: crowds say the same."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._opened: dict[str, list[int]] = {}  # choices that a word opens
        self._stems: dict[str, dict[str, list[int]]] = {}  # and a stem, by its first letters
        for spelling in filter(is_stem, tables.vocabulary):
            self._stems.setdefault(spelling[:SHORTEST_STEM], {})[spelling[:-1]] = []
        for choice, (words, stems, _) in enumerate(tables.openings):
            for word in words:
                self._opened.setdefault(word, []).append(choice)
            for stem, _ in stems:
                self._stems[stem[:SHORTEST_STEM]][stem].append(choice)
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
            stems = self._stems.get(form[:SHORTEST_STEM], {}).items()
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
            if any(form == each or (is_stem(each) and form.startswith(each[:-1])) for each in awaited[0]):
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
        while at < len(choices) and choices[at] != ANY and self._tables.openings[choices[at]][2]:
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
