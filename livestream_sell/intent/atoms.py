"""The words of a claim that name, vary or count products, in the order they were written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from livestream_sell.intent.catalogue_index import CatalogueIndex
from livestream_sell.intent.normalise import NormalisedText
from livestream_sell.intent.phrases import Hit

_POINTING_AFTER = re.compile(r"\s?(?:번|番|号|เบอร์)")


class AtomKind(StrEnum):
    product = "product"
    colour = "colour"
    size = "size"
    quantity = "quantity"
    every = "every"  # both, all of them
    each = "each"  # one of each
    separator = "separator"
    correction = "correction"  # "no wait": what follows replaces what it resembles
    addition = "addition"  # "D6 as well": what was said before is not about it
    exception = "exception"  # "all except"
    doubt = "doubt"
    unknown = "unknown"  # what a number counts, if nothing of the catalogue


class Atom(NamedTuple):
    kind: AtomKind
    start: int
    end: int
    text: str = ""
    value: int = 0
    rows: frozenset[int] = frozenset()
    exact: bool = False


@dataclass(slots=True)
class Scene:
    """All that the reading of one number or word may depend on."""

    text: NormalisedText
    hits: Sequence[Hit]
    index: CatalogueIndex
    featured: str | None
    language: str

    def hit_before(self, at: int, *concepts: str) -> bool:
        folded = self.text.folded
        return any(
            hit.concept in concepts and hit.end <= at and not folded[hit.end : at].strip(" :#-.=º°")
            for hit in self.hits
        )

    def number_before(self, at: int) -> bool:
        """Does a number, in figures or words, stand right in front?"""
        if self.text.folded[:at].rstrip()[-1:].isdecimal():
            return True
        return self.hit_before(at, *{hit.concept for hit in self.hits if hit.kind == "number"})

    def claim_before(self, at: int) -> bool:
        """One of the world's claim words right in front: "CF 12", "sold 12"."""
        folded = self.text.folded
        return any(
            hit.kind == "claim" and hit.end <= at and not folded[hit.end : at].strip(" :#-.=")
            for hit in self.hits
            if hit.language == "*"
        )

    def pointed(self, start: int, end: int) -> bool:
        """Is the number written as a name: "la 12", "#12", "12番"?"""
        return (
            self.hit_before(start, "word.article", "word.code")
            or self.text.folded[:start].rstrip().endswith("#")
            or bool(_POINTING_AFTER.match(self.text.folded, end))
        )

    def near_rows(self, atoms: Iterable[Atom]) -> list[int]:
        """The rows a size may belong to: what was named, else what is on air, else all."""
        named = {number for atom in atoms for number in atom.rows}
        if named:
            designs = {self.index.rows[number].group for number in named}
            return [number for design in designs for number in self.index.groups[design]]
        return self.index.design_of(self.featured) or list(range(len(self.index.rows)))

    def has_size(self, atoms: Iterable[Atom], size: str) -> bool:
        return size in self.index.sized and any(size in self.index.rows[n].sizes for n in self.near_rows(atoms))


def overlaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in taken)
