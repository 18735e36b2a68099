"""The catalogue of a live as an index: codes, words, colours and sizes to rows."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Protocol

from rapidfuzz import fuzz, process

from livestream_sell.intent.lexicon import load
from livestream_sell.intent.measures import names_a_measure, sizes_of
from livestream_sell.intent.normalise import DENSE, fold, normalise, tokenise
from livestream_sell.intent.phrases import is_inside
from livestream_sell.intent.spelling import singulars, sound, unpadded

_SEPARATORS = frozenset("-_./ #")
_FUZZY_CUTOFF = 79
_FUZZY_MIN_LETTERS = 4
_SOUND_MIN_LETTERS = 5
_CLIPPED_MIN_LETTERS = 5
SHORTEST_WORD = 2  # letters; a name no longer than this needs another word of the name beside it
_MOST_KNOWN = 20_000
# Goods that also are colours, where that is how the variants of a shop differ.
ALSO_COLOURS = {"noun.cream": "cream", "noun.coffee": "brown", "noun.chocolate": "brown", "noun.rose": "pink"}
_LONGEST_UNIT = 4  # letters of "mah"
_SHORT_CODE = re.compile(r"[a-z]{1,3}[-_ ]?\d{1,4}")
_PLAIN_SIZES = frozenset(("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "2xl", "3xl", "4xl", "5xl", "6xl"))
ONE_CHARACTER_SIZES = {"大": "l", "中": "m", "小": "s", "대": "l", "중": "m", "소": "s"}


class Product(Protocol):
    """What the index needs of a product."""

    @property
    def sku(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def price(self) -> Decimal | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def variant(self) -> object: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...
    @property
    def group(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    sku: str
    group: int
    price: Decimal | None
    colours: frozenset[str]
    sizes: frozenset[str]
    words: frozenset[str]
    of_category: frozenset[str]  # words that only its category has


@dataclass(slots=True)
class CatalogueIndex:
    rows: list[Row] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    by_name: dict[str, list[int]] = field(default_factory=dict)  # SKU or group, as given
    codes: dict[tuple[str, ...], frozenset[int]] = field(default_factory=dict)
    code_starts: set[str] = field(default_factory=set)
    numbers: dict[str, frozenset[int]] = field(default_factory=dict)  # "A-012" answers to 12
    postings: dict[str, list[int]] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    fuzzy: dict[str, list[str]] = field(default_factory=dict)  # first letter -> long words
    coloured: dict[str, list[int]] = field(default_factory=dict)
    sounds: dict[str, str] = field(default_factory=dict)  # how a long word sounds -> its spelling
    sized: dict[str, list[int]] = field(default_factory=dict)
    has_dense: bool = False
    whole: set[str] = field(default_factory=set)  # words without spaces that a name or keyword consists of
    known: dict[str, str | None] = field(default_factory=dict)  # what words of comments turned out to be

    def rows_of(self, name: str | None) -> list[int]:
        return self.by_name.get(name, []) if name else []

    def design_of(self, name: str | None) -> list[int]:
        """All variants of the design that a SKU or a group names."""
        rows = self.rows_of(name)
        return self.groups[self.rows[rows[0]].group] if rows else []

    def word(self, spelled: str) -> str | None:
        """The catalogue's own spelling of a word, forgiving plural and typing errors."""
        if spelled not in self.known:
            if len(self.known) >= _MOST_KNOWN:
                self.known.clear()
            self.known[spelled] = self._look_up(spelled)
        return self.known[spelled]

    def _look_up(self, spelled: str) -> str | None:
        for form in singulars(spelled):
            if form in self.postings and (len(form) > SHORTEST_WORD or form == spelled):
                return form
        if len(spelled) < _FUZZY_MIN_LETTERS or not spelled.isalpha():
            return None
        near = self.fuzzy.get(spelled[:1], ())
        found = process.extractOne(spelled, near, scorer=fuzz.ratio, score_cutoff=_FUZZY_CUTOFF)
        if found:
            return found[0]
        heard = (self.sounds.get(sound(form)) for form in singulars(spelled))
        return next(filter(None, heard), None) or self._clipped(spelled, near)

    def _clipped(self, spelled: str, near: Iterable[str]) -> str | None:
        """ "Matri" for the only word that begins so."""
        if len(spelled) < _CLIPPED_MIN_LETTERS:
            return None
        longer = [word for word in near if word.startswith(spelled)]
        return longer[0] if len(longer) == 1 else None


def build_index(products: Sequence[Product]) -> CatalogueIndex:
    index = CatalogueIndex()
    groups: dict[str, int] = {}
    for number, product in enumerate(products):
        key = f"g:{product.group}" if product.group else f"n:{fold(product.name)}"
        group = groups.setdefault(key, len(groups))
        if group == len(index.groups):
            index.groups.append([])
        index.groups[group].append(number)
        index.rows.append(_row(number, group, product))
        index.by_name.setdefault(product.sku, []).append(number)
    for number, product in enumerate(products):
        if product.group and product.group not in index.by_name:
            index.by_name[product.group] = index.groups[index.rows[number].group]
    _add_codes(index, products)
    _add_words(index)
    if index.has_dense:
        index.whole = {t.text for p in products for text in (p.name, *p.keywords) for t in tokenise(fold(text))}
    return index


def _row(number: int, group: int, product: Product) -> Row:
    variants = [str(value) for value in dict(product.variant).values()]  # type: ignore[call-overload]
    colours: set[str] = set()
    sizes: set[str] = set()
    words: set[str] = set()
    for value in variants:
        value_words, value_colours, value_sizes = _features(value)
        folded = fold(value).strip()
        measured = set() if folded in _PLAIN_SIZES else sizes_of(folded)
        if measured or value_sizes or folded in _PLAIN_SIZES:
            sizes |= measured | value_sizes | {"".join(folded.split())}
        elif folded in ONE_CHARACTER_SIZES:
            sizes.add(ONE_CHARACTER_SIZES[folded])
        colours |= value_colours or {ALSO_COLOURS[word] for word in value_words if word in ALSO_COLOURS}
        words |= {w for w in value_words if w not in _PLAIN_SIZES and not (measured and names_a_measure(w))}
    name_words, name_colours, name_sizes = _features(product.name)
    own = name_words.copy()
    words |= name_words
    for text in product.keywords:
        called, _, called_sizes = _features(text)
        words |= called
        if not _SHORT_CODE.fullmatch(fold(text)):  # the "S" of "S4" is none
            sizes |= called_sizes
    of_category = _features(product.category or "")[0] - words
    if not colours:
        colours = name_colours
    if not variants:
        sizes |= name_sizes | {word for word in own if word in _PLAIN_SIZES}
    words |= of_category
    return Row(
        number, product.sku, group, product.price, frozenset(colours), frozenset(sizes), frozenset(words),
        frozenset(of_category),
    )  # fmt: skip


@cache
def _features(text: str) -> tuple[set[str], set[str], set[str]]:
    """Words (with their meaning in every language), colours and sizes of a catalogue text."""
    normal = normalise(text)
    words = set(terms(normal.folded))
    colours: set[str] = set()
    sizes: set[str] = set()
    found = load().find(normal)
    measures = [(hit.start, hit.end) for hit in found if hit.kind == "size"]
    nouns = [(hit.start, hit.end) for hit in found if hit.kind == "noun"]
    for hit in found:
        if hit.kind == "colour" and is_inside(hit, nouns):
            continue
        if hit.kind == "colour":
            colours.add(hit.name)
        elif hit.kind == "size" and not is_inside(hit, measures):
            sizes.add(hit.name)
        elif hit.kind == "noun":
            words.add(hit.concept)
    return words, colours, sizes


def terms(folded: str) -> list[str]:
    """Words of spaced scripts, pairs of characters of the others."""
    found: list[str] = []
    before = ""
    for token in tokenise(folded):
        if DENSE.search(token.text):
            found += [token.text[at : at + 2] for at in range(max(1, len(token.text) - 1))]
        elif token.text[0].isalnum() and (len(token.text) > 1 or token.text.isdecimal()):
            found.append(token.text)
        if token.glued and before.isdecimal() and token.text.isalpha() and len(token.text) <= _LONGEST_UNIT:
            found.append(before + token.text)  # "65w"
        before = token.text
    return found


def code_key(text: str) -> tuple[str, ...]:
    return tuple(unpadded(token.text) for token in tokenise(fold(text)) if token.text not in _SEPARATORS)


def _add_codes(index: CatalogueIndex, products: Sequence[Product]) -> None:
    codes: dict[tuple[str, ...], set[int]] = {}
    for row, product in zip(index.rows, products, strict=True):
        codes.setdefault(code_key(product.sku), set()).add(row.number)
        if product.group:
            codes.setdefault(code_key(product.group), set()).add(row.number)
    for key, found in _group_codes(index, products):
        codes.setdefault(key, found)
    numbers: dict[str, set[int]] = {}
    for key, found in codes.items():
        if not key or (len(key) == 1 and not any(map(str.isdecimal, key[0])) and len(key[0]) < 3):
            continue
        index.codes[key] = frozenset(found)
        index.code_starts.add(key[0])
        digits = [piece for piece in key if piece.isdecimal()]
        sized = len(key) > 1 and any(digits[-1:] == [size] for number in found for size in index.rows[number].sizes)
        if len(digits) == 1 and key[-1] == digits[0] and not sized:
            numbers.setdefault(digits[0], set()).update(found)
    for digits_of, found in numbers.items():
        if len({index.rows[number].group for number in found}) == 1:
            index.numbers[digits_of] = frozenset(found)


def _group_codes(index: CatalogueIndex, products: Sequence[Product]) -> Iterator[tuple[tuple[str, ...], set[int]]]:
    """What the variants of a design have in common and no other design has: "V1" of V1-RED-S and V1-BLUE-M."""
    owners: dict[tuple[str, ...], set[int]] = {}
    bearers: dict[tuple[str, ...], set[int]] = {}
    for row, product in zip(index.rows, products, strict=True):
        key = code_key(row.sku)
        named = [code_key(word) for word in product.keywords if _SHORT_CODE.fullmatch(fold(word))]
        for start in (*(key[:length] for length in range(1, len(key))), *named):
            if any(map(str.isdecimal, start)):
                owners.setdefault(start, set()).add(row.group)
                bearers.setdefault(start, set()).add(row.number)
    for start, groups in owners.items():
        if len(groups) == 1 and len(index.groups[min(groups)]) > 1:
            yield start, bearers[start]


def _add_words(index: CatalogueIndex) -> None:
    for row in index.rows:
        for colour in row.colours:
            index.coloured.setdefault(colour, []).append(row.number)
        for size in row.sizes:
            index.sized.setdefault(size, []).append(row.number)
        for word in row.words:
            index.postings.setdefault(word, []).append(row.number)
    groups = max(1, len(index.groups))
    for word, numbers in index.postings.items():
        spread = len({index.rows[number].group for number in numbers})
        index.weights[word] = math.log(1 + groups / spread)
        if DENSE.search(word):
            index.has_dense = True
        elif len(word) >= _FUZZY_MIN_LETTERS and "." not in word:
            index.fuzzy.setdefault(word[0], []).append(word)
            if len(word) >= _SOUND_MIN_LETTERS:
                index.sounds.setdefault(sound(word), word)
