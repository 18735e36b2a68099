"""Finds the phrases of the lexicon in a comment, in one pass over its words and characters."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from livestream_sell.intent.normalise import BARE, NormalisedText, Token
from livestream_sell.intent.phrase_automaton import PhraseAutomaton
from livestream_sell.intent.phrase_tables import SHORTEST_MISTYPED, Tables, shortened

_GAP_CHARACTERS = 12
_NONE: tuple[int, ...] = ()
_KEPT_INSIDE = frozenset(("number", "colour", "parcel"))  # "I'll take two" still says two
_KEPT_WORDS = frozenset(("word.unit", "word.also"))
_SILENCED = frozenset(("claim", "word", "social", "noun"))  # all that a void phrase may silence
_ARABIC_PREFIXES = ("وال", "بال", "فال", "لل", "ال", "و", "ب", "ل")


class Hit(NamedTuple):
    concept: str
    language: str
    start: int
    end: int
    gapped: bool
    kind: str
    name: str


class PhraseIndex:
    """All phrases of all languages, found in a comment in one pass."""

    def __init__(self, tables: Tables) -> None:
        self._dense = tables.dense
        self._vocabulary = tables.vocabulary
        self._mistyped = tables.mistyped
        self._spaced = PhraseAutomaton(tables)
        lengths: dict[str, set[int]] = {}
        for piece in tables.dense:
            lengths.setdefault(piece[:2], set()).add(len(piece))
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        # Of the pieces that begin with two characters, or are one.
        self._lengths = {start: shared.setdefault(one := tuple(sorted(found)), one) for start, found in lengths.items()}

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
            for last, (concept, language, gapped, kind, name) in self._spaced.walk(forms, position)
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
            return (word,) if self._spaced.begins_known(word) else ()
        forms = [word]
        if word[-1] == word[-2]:
            forms.append(word[:-1])
        if word.endswith("s"):
            forms += [word[:-1], word[:-2]] if word.endswith("es") else [word[:-1]]
        if "\u0600" <= word[0] <= "\u06ff":
            forms += [word[len(p) :] for p in _ARABIC_PREFIXES if word.startswith(p)]
        known = [form for form in forms if form in self._vocabulary or self._spaced.begins_known(form)]
        return (*known, *self._meant(word))

    def _meant(self, word: str) -> dict[str, None]:
        """Long words of opt-outs that differ from an unknown one by a letter too few, too many, another or swapped."""
        if len(word) + 1 < SHORTEST_MISTYPED or not word.isalpha():
            return {}
        shorts = (word, *shortened(word))
        return dict.fromkeys(meant for short in shorts for meant in self._mistyped.get(short, ()))

    def _find_dense(self, folded: str) -> Iterator[Hit]:
        squeezed = "".join(folded.split())
        offsets = [at for at, character in enumerate(folded) if not character.isspace()]
        padded = squeezed + " "
        for position, character in enumerate(squeezed):
            one = self._lengths.get(character, _NONE)
            for length in one + self._lengths.get(padded[position : position + 2], _NONE):
                first = squeezed[position : position + length]
                for rest, (concept, language, gapped, kind, name) in self._dense.get(first, ()):
                    end = _match_rest(rest, squeezed, position + length)
                    if end > 0 and not _cuts_number(squeezed, position, end):
                        stop = offsets[end - 1] + 1
                        yield Hit(concept, language, offsets[position], stop, gapped, kind, name)


def _begins_code(token: Token, following: Token) -> bool:
    """The "k" of "k16" is no Vietnamese "no"."""
    return following.glued and len(token.text) == 1 and following.text[0].isdecimal() and token.text.isalpha()


def _cuts_number(text: str, start: int, end: int) -> bool:
    """The "1คู่" of "41คู่" is no pair."""
    cut_before = start > 0 and text[start].isdecimal() and text[start - 1].isdecimal()
    return cut_before or (text[end - 1].isdecimal() and text[end : end + 1].isdecimal())


def _match_rest(pieces: Sequence[str], squeezed: str, end: int) -> int:
    for piece in pieces:
        at = squeezed.find(piece, end, end + _GAP_CHARACTERS + len(piece))
        if at < 0:
            return -1
        end = at + len(piece)
    return end if end <= len(squeezed) else -1


def is_inside(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    """Is it a part of one of these, and not the whole of it?"""
    return any(start <= hit.start and hit.end <= end and end - start > hit.end - hit.start for start, end in spans)


def without_contained(hits: list[Hit]) -> list[Hit]:
    """Longer phrases overrule what they contain: "sold out" is no "sold"."""
    inner = []
    reached = -1
    for start, back in sorted({(hit.start, -hit.end) for hit in hits}):
        if -back <= reached:
            inner.append((start, -back))
        else:
            reached = -back
    if not inner:
        return hits
    around = {
        (start, end): [h for h in hits if h.start <= start and end <= h.end and h.end - h.start > end - start]
        for start, end in inner
    }
    return [hit for hit in hits if not any(_overrules(o, hit) for o in around.get((hit.start, hit.end), ()))]


def _overrules(other: Hit, hit: Hit) -> bool:
    if (other.gapped and other.concept != "deny.void") or other.kind == "parcel":
        return False
    if other.concept == "word.uncounted":
        return hit.kind == "number"
    if other.kind == "noun" and (hit.kind in _KEPT_INSIDE or hit.concept in _KEPT_WORDS):
        return other.language == hit.language
    if hit.kind in _KEPT_INSIDE or hit.concept in _KEPT_WORDS:
        return other.kind == hit.kind
    if other.concept == "deny.void":
        return hit.kind in _SILENCED
    return True
