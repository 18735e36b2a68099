"""Which words of a corrected comment may be a buyer's own name for a product."""

from collections.abc import Iterator

from livestream_sell.intent.grammar import spoken_hits
from livestream_sell.intent.language import detect, primary
from livestream_sell.intent.lexicon import load
from livestream_sell.intent.normalise import DENSE, normalise, tokenise
from livestream_sell.intent.schemas import Catalogue

# Shorter ones are articles and typing errors.
SHORTEST = 4
SHORTEST_DENSE = 2
# More than this many strange words, and nobody knows which of them is the name.
MOST_NEW_WORDS = 2


def words_of(text: str) -> frozenset[str]:
    """Return every word of a text, in the form in which synonyms are kept."""
    return frozenset(token.text for token in normalise(text).tokens)


def new_words(text: str, catalogue: Catalogue, locale: str = "") -> list[str]:
    """Return the words that neither the grammar nor the catalogue knows; empty if they are too many to tell."""
    normal = normalise(text)
    home = locale or catalogue.locale
    found = load().find(normal)
    hits = spoken_hits(found, detect(normal, found, home), primary(home))
    taken = bytearray(len(normal.folded))
    for hit in hits:
        # The lexicon's word for a thing says nothing if this shop has no such thing.
        if hit.kind != "noun" or hit.concept in catalogue.index.postings:
            taken[hit.start : hit.end] = b"\x01" * (hit.end - hit.start)
    words = dict.fromkeys(word for word in _left(normal.folded, taken) if catalogue.index.word(word) is None)
    return list(words) if len(words) <= MOST_NEW_WORDS else []


def _left(folded: str, taken: bytearray) -> Iterator[str]:
    for token in tokenise(folded):
        if not token.text.isalpha():
            continue
        if not DENSE.search(token.text):
            if len(token.text) >= SHORTEST and not any(taken[token.start : token.end]):
                yield token.text
            continue
        kept = "".join(
            " " if taken[place] else folded[place] for place in range(token.start, min(token.end, len(folded)))
        )
        yield from (piece for piece in kept.split() if len(piece) >= SHORTEST_DENSE)


def same_design(catalogue: Catalogue, sku: str, other: str | None) -> bool:
    """Return whether both are variants of one design."""
    rows = catalogue.index.rows_of(sku)
    return bool(rows) and rows[0] in catalogue.index.design_of(other)
