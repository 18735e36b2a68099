"""What a decision is made from: the text, its reading, the catalogue, and a few views of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from livestream_sell.intent.atoms import Atom, AtomKind, Scene
from livestream_sell.intent.catalogue_index import CatalogueIndex
from livestream_sell.intent.extraction import find_atoms
from livestream_sell.intent.grammar import Clause, Reading
from livestream_sell.intent.items import Resolution, resolve
from livestream_sell.intent.normalise import NormalisedText
from livestream_sell.intent.phrases import Hit

SMALL_TALK = ("social.filler", "social.greeting", "social.thanks")
_BESIDE_A_COUNT = (*SMALL_TALK, "word.unit", "word.may")


@dataclass(slots=True)
class Case:
    text: NormalisedText
    reading: Reading
    index: CatalogueIndex
    featured: str | None
    _atoms: list[Atom] | None = field(default=None, init=False)

    @property
    def atoms(self) -> list[Atom]:
        if self._atoms is None:
            reading = self.reading
            scene = Scene(self.text, reading.hits, self.index, self.featured, reading.language)
            self._atoms = find_atoms(scene)
        return self._atoms

    def resolve(self, clauses: Iterable[Clause], featured: str | None) -> Resolution:
        spans = [(clause.start, clause.end) for clause in clauses]
        chosen = [a for a in self.atoms if any(start <= a.start < end for start, end in spans)]
        return resolve(chosen, self.index, featured)

    def consists_of(self, *concepts: str) -> bool:
        """Do these concepts and politeness make up the whole comment?"""
        if not self.reading.has(*concepts):
            return False
        hits = [h for h in self.reading.hits if h.concept in concepts or h.concept in SMALL_TALK]
        return self._share([(hit.start, hit.end) for hit in hits]) == 1.0

    def said(self, *kinds: str, within: Sequence[Clause] | None = None) -> float:
        """Share of the letters (of these clauses) that items, small words and these kinds of phrases explain."""
        spans = [(a.start, a.end) for a in self.atoms if a.kind is not AtomKind.doubt]
        spans += [(h.start, h.end) for h in self.reading.hits if _explains(h, kinds)]
        return self._share(spans, within)

    def is_a_count(self) -> bool:
        """Is it a number, in figures or words, and nothing but politeness beside it?"""
        spans = [(atom.start, atom.end) for atom in self.atoms if atom.kind is AtomKind.quantity]
        spans += [(h.start, h.end) for h in self.reading.hits if h.concept in _BESIDE_A_COUNT or h.kind == "number"]
        return self._share(spans) == 1.0

    def _share(self, spans: Sequence[tuple[int, int]], within: Sequence[Clause] | None = None) -> float:
        letters = list(accumulate(map(str.isalnum, self.text.folded), initial=0))  # in front of each place
        last = len(letters) - 1
        heard = [(0, last)] if within is None else [(clause.start, min(clause.end, last)) for clause in within]
        total = sum(letters[end] - letters[start] for start, end in heard)
        explained = 0
        for begin, stop in heard:
            reached = begin
            for start, end in sorted(spans):
                if end > reached and start < stop:
                    explained += letters[min(end, stop)] - letters[max(start, reached)]
                    reached = min(end, stop)
        return explained / total if total else 0.0


def _explains(hit: Hit, kinds: Sequence[str]) -> bool:
    return hit.concept in SMALL_TALK or hit.kind in ("word", "number") or hit.kind in kinds
