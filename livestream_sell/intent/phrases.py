"""Finds the phrases of the lexicon in a comment, in one pass over its words and characters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from livestream_sell.intent.normalise import BARE, NormalisedText, Token

GAP = ".."
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


class Hit(NamedTuple):
    concept: str
    language: str
    start: int
    end: int
    gapped: bool
    kind: str
    name: str


@dataclass(slots=True)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    stems: dict[str, dict[str, "_Node"]] = field(default_factory=dict)  # `word*` by first letters
    gap: "_Node | None" = None
    ends: list[tuple[str, str, bool, str, str]] = field(default_factory=list)

    def child(self, piece: str) -> "_Node":
        if piece == GAP:
            self.gap = self.gap or _Node()
            return self.gap
        if len(piece) > _FILED and piece.endswith("*"):
            stem = piece[:-1]
            return self.stems.setdefault(stem[:_FILED], {}).setdefault(stem, _Node())
        return self.words.setdefault(piece, _Node())

    def children(self, form: str) -> list["_Node"]:
        found = [self.words[form]] if form in self.words else []
        if self.stems:
            stems = self.stems.get(form[:_FILED], {})
            found += [node for stem, node in stems.items() if form.startswith(stem)]
        return found


class PhraseIndex:
    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._spaced = _Node()
        self._dense: dict[str, list[tuple[tuple[str, ...], tuple[str, str, bool, str, str]]]] = {}
        self._vocabulary: set[str] = set()
        for phrase in phrases:
            kind, _, name = phrase.concept.partition(".")
            gapped = GAP in phrase.pieces or (phrase.dense and len(phrase.pieces) > 1)
            end = (phrase.concept, phrase.language, gapped, kind, name)
            if phrase.dense:
                self._dense.setdefault(phrase.pieces[0][:2], []).append((phrase.pieces, end))
                continue
            node = self._spaced
            for piece in phrase.pieces:
                node = node.child(piece)
                self._vocabulary.add(piece)
            if end not in node.ends:
                node.ends.append(end)

    def find(self, text: NormalisedText) -> list[Hit]:
        hits = list(self._find_words(text))
        if text.dense:
            hits += self._find_dense(text.folded)
        return hits

    def knows(self, word: str) -> bool:
        return word in self._vocabulary

    def _find_words(self, text: NormalisedText) -> Iterator[Hit]:
        tokens = text.tokens
        accented = text.accented or [BARE + token.text for token in tokens]
        forms = [
            (*self._forms(token.text), key) if key in self._vocabulary else self._forms(token.text)
            for token, key in zip(tokens, accented, strict=True)
        ]
        for position in range(len(tokens)):
            start = tokens[position].start
            for last, (concept, language, gapped, kind, name) in _walk(self._spaced, forms, position):
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


def _walk(
    root: _Node, forms: list[tuple[str, ...]], position: int
) -> Iterator[tuple[int, tuple[str, str, bool, str, str]]]:
    """Every phrase that starts at this word, with the index of its last word."""
    pending = [(root, position, 0)]
    while pending:
        node, at, slack = pending.pop()
        if at >= len(forms):
            continue
        for form in forms[at]:
            for child in node.children(form):
                for end in child.ends:
                    yield at, end
                if child.words or child.stems:
                    pending.append((child, at + 1, 0))
                if child.gap is not None:
                    pending.append((child.gap, at + 1, _GAP_WORDS))
        if slack:
            pending.append((node, at + 1, slack - 1))


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
