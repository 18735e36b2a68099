"""Finds the phrases of the lexicon in a comment, in one pass over its words and characters."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from livestream_sell.intent.normalise import BARE, NormalisedText, Token

GAP = ".."
_START = 0
_GAP_WORDS = 3
_GAP_CHARACTERS = 12
_FILED = 2  # letters by which the stems of `word*` are filed
_KEPT_INSIDE = frozenset(("number", "colour"))  # "I'll take two" still says two
_SILENCED = frozenset(("claim", "word", "social", "noun"))  # all that a void phrase may silence
_ARABIC_PREFIXES = ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل")


class Phrase(NamedTuple):
    pieces: tuple[str, ...]
    concept: str
    language: str
    dense: bool


End = tuple[str, str, bool, str, str]  # concept, language, gapped, kind, name


class Hit(NamedTuple):
    concept: str
    language: str
    start: int
    end: int
    gapped: bool
    kind: str
    name: str


class Tables(NamedTuple):
    """Every phrase, cut into steps from node to node; plain values, so that they can be kept compiled on disk."""

    steps: dict[tuple[int, str], int]
    stems: dict[tuple[int, str], dict[str, int]]  # `word*` by its first letters
    gaps: dict[int, int]
    ends: dict[int, list[End]]
    dense: dict[str, list[tuple[tuple[str, ...], End]]]
    vocabulary: set[str]


def compile_phrases(phrases: Iterable[Phrase]) -> Tables:
    tables = Tables({}, {}, {}, {}, {}, set())
    nodes = count(1)
    for phrase in phrases:
        kind, _, name = phrase.concept.partition(".")
        gapped = GAP in phrase.pieces or (phrase.dense and len(phrase.pieces) > 1)
        end = (phrase.concept, phrase.language, gapped, kind, name)
        if phrase.dense:
            tables.dense.setdefault(phrase.pieces[0][:2], []).append((phrase.pieces, end))
            continue
        node = _START
        for piece in phrase.pieces:
            node = _step(tables, node, piece, nodes)
        tables.vocabulary.update(phrase.pieces)
        ends = tables.ends.setdefault(node, [])
        if end not in ends:
            ends.append(end)
    return tables


def _step(tables: Tables, node: int, piece: str, nodes: Iterator[int]) -> int:
    if piece == GAP:
        return tables.gaps.setdefault(node, next(nodes))
    if len(piece) > _FILED and piece.endswith("*"):
        stem = piece[:-1]
        return tables.stems.setdefault((node, stem[:_FILED]), {}).setdefault(stem, next(nodes))
    return tables.steps.setdefault((node, piece), next(nodes))


class PhraseIndex:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._dense = tables.dense
        self._vocabulary = tables.vocabulary
        self._leading = {node for node, _ in tables.steps} | {node for node, _ in tables.stems}
        self._stemmed = {node for node, _ in tables.stems}

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
        ends, gaps = self._tables.ends, self._tables.gaps
        pending = [(_START, position, 0)]
        while pending:
            node, at, slack = pending.pop()
            if at >= len(forms):
                continue
            for form in forms[at]:
                for child in self._children(node, form):
                    for end in ends.get(child, ()):
                        yield at, end
                    if child in self._leading:
                        pending.append((child, at + 1, 0))
                    if child in gaps:
                        pending.append((gaps[child], at + 1, _GAP_WORDS))
            if slack:
                pending.append((node, at + 1, slack - 1))

    def _children(self, node: int, form: str) -> Sequence[int]:
        child = self._tables.steps.get((node, form))
        found = () if child is None else (child,)
        if node not in self._stemmed:
            return found
        stems = self._tables.stems.get((node, form[:_FILED]), {})
        return [*found, *(child for stem, child in stems.items() if form.startswith(stem))]

    def _find_dense(self, folded: str) -> Iterator[Hit]:
        squeezed = "".join(folded.split())
        offsets = [at for at, character in enumerate(folded) if not character.isspace()]
        for position, character in enumerate(squeezed):
            for key in (squeezed[position : position + 2], character):
                for pieces, (concept, language, gapped, kind, name) in self._dense.get(key, ()):
                    end = _match_dense(pieces, squeezed, position)
                    if end > 0:
                        stop = offsets[end - 1] + 1
                        yield Hit(concept, language, offsets[position], stop, gapped, kind, name)
                if position == len(squeezed) - 1:
                    break  # the last pair is the last character


def _begins_code(token: Token, following: Token) -> bool:
    """The "k" of "k16" is no Vietnamese "no"."""
    return following.glued and following.text[0].isdigit() and len(token.text) == 1 and token.text.isalpha()


def _match_dense(pieces: tuple[str, ...], squeezed: str, position: int) -> int:
    if not squeezed.startswith(pieces[0], position):
        return -1
    end = position + len(pieces[0])
    for piece in pieces[1:]:
        at = squeezed.find(piece, end, end + _GAP_CHARACTERS + len(piece))
        if at < 0:
            return -1
        end = at + len(piece)
    return end


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
    if hit.kind in _KEPT_INSIDE or hit.concept == "word.unit":
        return other.kind == hit.kind
    if other.concept == "deny.void":
        return hit.kind in _SILENCED
    return True
