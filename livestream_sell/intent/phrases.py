"""Finds the phrases of the lexicon in a comment, in one pass over its words or characters."""

from collections.abc import Iterable
from dataclasses import dataclass

from livestream_sell.intent.normalise import NormalisedText

GAP = ".."
_GAP_WORDS = 3
_GAP_CHARACTERS = 12
_KEPT_INSIDE = frozenset(("number", "colour"))  # "I'll take two" still says two
_PREFIX = 3  # letters by which `word*` patterns are filed
_ARABIC_PREFIXES = ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل")


@dataclass(frozen=True, slots=True)
class Phrase:
    pieces: tuple[str, ...]
    concept: str
    language: str
    dense: bool


@dataclass(frozen=True, slots=True)
class Hit:
    concept: str
    language: str
    start: int
    end: int
    gapped: bool = False

    @property
    def kind(self) -> str:
        return self.concept.partition(".")[0]

    @property
    def name(self) -> str:
        return self.concept.partition(".")[2]


class PhraseIndex:
    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._words: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        self._dense: dict[str, list[Phrase]] = {}
        self._vocabulary: set[str] = set()
        for phrase in phrases:
            self._add(phrase)

    def _add(self, phrase: Phrase) -> None:
        first = phrase.pieces[0]
        if phrase.dense:
            self._dense.setdefault(first[0], []).append(phrase)
            return
        self._vocabulary.update(piece for piece in phrase.pieces if not piece.endswith("*"))
        if first.endswith("*"):
            self._stems.setdefault(first[:-1][:_PREFIX], []).append(phrase)
        else:
            self._words.setdefault(first, []).append(phrase)

    def find(self, text: NormalisedText) -> list[Hit]:
        hits = self._find_words(text)
        if text.dense:
            hits += self._find_dense(text.folded)
        return hits

    def knows(self, word: str) -> bool:
        return word in self._vocabulary

    def _find_words(self, text: NormalisedText) -> list[Hit]:
        tokens = text.tokens
        forms = [self._forms(token.text) for token in tokens]
        hits = []
        for position, spellings in enumerate(forms):
            for form in spellings:
                found = self._words.get(form, ())
                stems = self._stems.get(form[:_PREFIX], ())
                for phrase in (*found, *stems):
                    last = _match(phrase.pieces, forms, position)
                    if last >= 0:
                        start, end = tokens[position].start, tokens[last].end
                        gapped = GAP in phrase.pieces
                        hits.append(Hit(phrase.concept, phrase.language, start, end, gapped))
        return hits

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

    def _find_dense(self, folded: str) -> list[Hit]:
        squeezed = "".join(folded.split())
        offsets = [at for at, character in enumerate(folded) if not character.isspace()]
        hits = []
        for position, character in enumerate(squeezed):
            for phrase in self._dense.get(character, ()):
                end = _match_dense(phrase.pieces, squeezed, position)
                if end > 0:
                    start, stop = offsets[position], offsets[end - 1] + 1
                    gapped = len(phrase.pieces) > 1
                    hits.append(Hit(phrase.concept, phrase.language, start, stop, gapped))
        return hits


def _match(pieces: tuple[str, ...], forms: list[tuple[str, ...]], position: int) -> int:
    """Index of the last word of the phrase if it starts at `position`, else -1."""
    at = position
    slack = 0
    for piece in pieces:
        if piece == GAP:
            slack = _GAP_WORDS
            continue
        while at < len(forms) and not _same(piece, forms[at]):
            if not slack:
                return -1
            slack -= 1
            at += 1
        if at >= len(forms):
            return -1
        at += 1
        slack = 0
    return at - 1


def _same(piece: str, forms: tuple[str, ...]) -> bool:
    if piece.endswith("*") and len(piece) > 1:
        stem = piece[:-1]
        return any(form.startswith(stem) for form in forms)
    return piece in forms


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
    kept = []
    for hit in hits:
        size = hit.end - hit.start
        if hit.kind in _KEPT_INSIDE or not any(
            other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > size
            and not other.gapped
            for other in hits
        ):
            kept.append(hit)
    return kept
