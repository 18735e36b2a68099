"""The few products that a comment may mean, out of the index that the local engine has anyway."""

from collections import defaultdict
from collections.abc import Iterable

from livestream_sell.intent.catalogue_index import code_key, terms
from livestream_sell.intent.normalise import normalise
from livestream_sell.intent.schemas import Catalogue, CatalogueProduct, Comment, Understanding

OFFERED = 5
CODE_WEIGHT = 100.0
# In words, numbers and signs: "ab-12-xl" has three.
LONGEST_CODE = 5
MOST_PIECES = 100


def relevant(catalogue: Catalogue, comment: Comment, local: Understanding) -> list[CatalogueProduct]:
    """Return at most five products: what the local engine thought of, what is on air, then the most words in common."""
    index = catalogue.index
    first = [item.sku for item in local.items] + list(local.candidates)
    scores = _scores(catalogue, comment.text)
    by_score = sorted(scores, key=lambda number: (-scores[number], number))
    on_air = index.rows_of(comment.featured)
    ranked = [number for sku in first for number in index.rows_of(sku)][: OFFERED - len(on_air[:1])]
    ranked += [*on_air[:1], *by_score, *index.design_of(comment.featured)]
    return [catalogue.products[number] for number in _first(ranked)]


def _scores(catalogue: Catalogue, text: str) -> dict[int, float]:
    index, folded = catalogue.index, normalise(text).folded
    scores: dict[int, float] = defaultdict(float)
    for spelled in set(terms(folded)):
        word = index.word(spelled)
        for number in index.postings.get(word, ()) if word else ():
            scores[number] += index.weights[word] if word else 0.0
    pieces = code_key(folded)[:MOST_PIECES]
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + LONGEST_CODE, len(pieces)) + 1):
            for number in index.codes.get(pieces[start:end], ()):
                scores[number] += CODE_WEIGHT
    return scores


def _first(numbers: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(numbers))[:OFFERED]
