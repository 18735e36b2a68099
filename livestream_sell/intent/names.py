"""Products by the words of their names, forgiving plurals, typing errors and other languages."""

import re
from collections.abc import Sequence

from livestream_sell.intent.atoms import Atom, AtomKind, Scene, overlaps
from livestream_sell.intent.catalogue_index import SHORTEST_WORD, CatalogueIndex, terms
from livestream_sell.intent.measures import WEIGHTS
from livestream_sell.intent.normalise import DENSE, Token
from livestream_sell.intent.phrases import Hit

_GRAMMAR = frozenset(("claim", "question", "cancel", "deny"))
_SMALL_TALK = frozenset(("social.filler", "word.article", "word.unit", "word.size", "word.conj", "word.correction"))
_JOINING = frozenset(("word.conj", "word.contrast", "word.correction", "word.except"))
_DIVIDING = re.compile(r"[\d,;+&\n]")
_DENSE_FROM = 0x0E00
_OF_CATEGORY = 0.9  # a word of the name says more than one of the category
_ECHO = 0.3  # what a word adds that says the same once more
_HAN = re.compile("[\u3400-\u9fff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_SHORTEST = {"han": 2, "hangul": 2, "other": 4}  # characters in a row that make a name
Word = tuple[str, int, int]
_KIN = [
    frozenset(f"noun.{noun}" for noun in kin.split())
    for kin in (
        "pillow cushion", "blanket duvet", "pot pan", "bag tote crossbody clutch", "shoes flats loafers heels",
        "shoes trainers", "sandals slippers", "hat cap", "sweater cardigan", "dress maxi_dress", "shirt blouse",
        "container lunch_box jar", "bottle thermos", "necklace pendant chain", "bracelet bangle", "sheets set",
        "lipstick lip_gloss", "cleanser micellar_water makeup_remover cleansing_oil", "face_cream day_cream cream",
        "knife cutlery", "pyjamas robe", "tights leggings", "brush_set hairbrush", "plush doll toy", "kettle pot",
    )
]  # fmt: skip


def name_atoms(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    """Each run of name words stands for the rows that share the rarest of them."""
    words = _known_words(scene)
    if not words:
        return []
    taken = [(atom.start, atom.end) for atom in atoms]
    # In a gap between the words of a phrase anything may be said.
    nouns = {(hit.start, hit.end) for hit in scene.hits if hit.kind == "noun"}
    taken += [
        (hit.start, hit.end)
        for hit in scene.hits
        if (hit.kind in _GRAMMAR or hit.concept in _SMALL_TALK)
        and not hit.gapped
        and not _is_a_thing(scene, hit, nouns)
        and not _is_a_part(scene, hit)
    ]
    variants = [(h.start, h.end) for h in scene.hits if h.kind in ("colour", "size") and not _is_one_letter(scene, h)]
    runs: list[list[Word]] = [[]]
    for word, start, end in words:
        if not word[0].isdecimal() and (overlaps(start, end, taken) or overlaps(start, end, variants)):
            continue
        if runs[-1] and (_divided(scene, runs[-1][-1][2], start) or _unrelated(scene.index, runs[-1], word, start)):
            runs.append([])
        runs[-1].append((word, start, end))
    found = []
    for run in runs:
        if _only_counts(scene, run):
            continue
        rows = _best_rows(scene.index, run)
        if rows:
            found += [Atom(AtomKind.product, start, end, rows=rows) for start, end in _pieces(run, variants)]
    return found


def _is_a_thing(scene: Scene, hit: Hit, nouns: set[tuple[int, int]]) -> bool:
    """A bag counts in "two bags of shrimp" and is what is sold in "the black bag"; a "honey mask" is for no honey."""
    if (hit.start, hit.end) not in nouns:
        return False
    if hit.concept == "social.filler":
        return any(start == hit.end + 1 for start, _ in nouns)
    return hit.concept == "word.unit" and not scene.number_before(hit.start)


def _only_counts(scene: Scene, run: Sequence[Word]) -> bool:
    """ "Tres" is a number, though there may be a "tres leches"; an Arabic dual is both a thing and two of it."""
    alone = len(run) == 1 and not run[0][0].startswith("noun.")
    return alone and any(hit.kind == "number" and hit.start == run[0][1] for hit in scene.hits)


def _is_a_part(scene: Scene, hit: Hit) -> bool:
    """One character of a script without spaces may belong to a name, whatever it says alone."""
    return (
        hit.end - hit.start == 1 and hit.concept == "social.filler" and ord(scene.text.folded[hit.start]) > _DENSE_FROM
    )


def _is_one_letter(scene: Scene, hit: Hit) -> bool:
    """The 茶 of ゆず茶, which alone is a colour."""
    return hit.kind == "colour" and hit.end - hit.start == 1 and ord(scene.text.folded[hit.start]) > _DENSE_FROM


def _pieces(run: Sequence[Word], variants: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words of a name, without the colour or size that stands among them: "son ĐỎ velvet"."""
    pieces = [(run[0][1], run[0][2])]
    for _, start, end in run[1:]:
        begin, last = pieces[-1]
        if any(last <= at < start for at, _ in variants):
            pieces.append((start, end))
        else:
            pieces[-1] = (begin, max(last, end))
    return pieces


def _divided(scene: Scene, end: int, start: int) -> bool:
    if _DIVIDING.search(scene.text.folded[end:start]):
        return True
    return any(
        hit.concept in _JOINING or hit.kind in ("number", "claim", "deny")
        for hit in scene.hits
        if end <= hit.start and hit.end <= start
    )


def _known_words(scene: Scene) -> list[Word]:
    index = scene.index
    words = [
        (concept, hit.start, hit.end)
        for hit in scene.hits
        if hit.kind == "noun"
        for concept in _sold_as(index, hit.concept)
    ]
    words += _spelled_words(scene)
    return sorted(words, key=lambda word: word[1])


def _spelled_words(scene: Scene) -> list[Word]:
    index = scene.index
    tokens = scene.text.tokens
    words: list[Word] = []
    for at, token in enumerate(tokens):
        if DENSE.search(token.text):
            words += _dense_words(index, token)
        elif not token.text[0].isalnum():
            continue
        elif token.text[0].isdecimal():
            words += _model_number(index, words, token, tokens[at + 1] if at + 1 < len(tokens) else None)
        elif at and tokens[at - 1].text + token.text in index.sized:
            continue  # the "layer" of "3 layer"
        elif len(token.text) > SHORTEST_WORD:
            known = index.word(token.text)
            if known:
                words.append((known, token.start, token.end))
        elif token.text in index.postings and _next_to_a_name(scene, words, at):
            words.append((token.text, token.start, token.end))
    return words


def _model_number(index: CatalogueIndex, words: Sequence[Word], token: Token, following: Token | None) -> list[Word]:
    """ "65w", the 15 of "iphone 15": a number that the catalogue has in that name."""
    weighs = following is not None and following.text in WEIGHTS  # "2kg" is how much, whatever a name says
    if following and following.glued and not weighs and token.text + following.text in index.postings:
        return [(token.text + following.text, token.start, following.end)]
    beside = words and words[-1][2] + 1 >= token.start and len(token.text) > 1
    if beside and not set(index.postings.get(token.text, ())).isdisjoint(index.postings[words[-1][0]]):
        return [(token.text, token.start, token.end)]
    return []


def _next_to_a_name(scene: Scene, words: Sequence[Word], at: int) -> bool:
    """A word as short as the "sú" of "tôm sú" says nothing alone."""
    rows = set(scene.index.postings[scene.text.tokens[at].text])
    beside = [words[-1][0]] if words and words[-1][2] + 1 >= scene.text.tokens[at].start else []
    beside += [known for token in scene.text.tokens[at + 1 : at + 2] if (known := scene.index.word(token.text))]
    return any(not rows.isdisjoint(scene.index.postings[word]) for word in beside)


def _sold_as(index: CatalogueIndex, concept: str) -> list[str]:
    """The catalogue's own kind of thing, or where it has none of these the nearest: a cushion for a pillow."""
    if concept in index.postings:
        return [concept]
    return [other for kin in _KIN if concept in kin for other in kin if other in index.postings][:1]


def _unrelated(index: CatalogueIndex, run: Sequence[Word], word: str, start: int) -> bool:
    """Two kinds of things side by side, which no product is both: "mascara lipstick"."""
    kinds = [each for each, _, _ in run if each.startswith("noun.")]
    if not kinds or not word.startswith("noun."):
        return False
    if start >= run[-1][2] and any(each in kin and word in kin for kin in _KIN for each in kinds):
        return False
    return not any(set(index.postings[each]) & set(index.postings[word]) for each in kinds)


def _dense_words(index: CatalogueIndex, token: Token) -> list[Word]:
    """Pairs of characters of catalogue names, only where enough of them stand in a row."""
    if not index.has_dense:
        return []
    pairs = terms(token.text)
    if token.text in index.whole and (len(token.text) > 1 or _HANGUL.match(token.text)):
        return [(pair, token.start + at, token.start + at + len(pair)) for at, pair in enumerate(pairs)]
    found: list[Word] = []
    run: list[Word] = []
    for at, pair in enumerate([*pairs, ""]):
        if pair in index.postings:
            start = token.start + at
            run.append((pair, start, start + len(pair)))
            continue
        if run and run[-1][2] - run[0][1] >= _shortest(run[0][0]):
            found += run
        run = []
    return found


def _shortest(pair: str) -> int:
    if _HAN.match(pair):
        return _SHORTEST["han"]
    return _SHORTEST["hangul" if _HANGUL.match(pair) else "other"]


def _best_rows(index: CatalogueIndex, run: Sequence[Word]) -> frozenset[int]:
    """The rows that these words fit best; a word and what it means, said at one place, count little more than once."""
    said: dict[int, dict[int, float]] = {}
    for word, start in {word: start for word, start, _ in run}.items():
        weight = index.weights[word]
        here = said.setdefault(start, {})
        for number in index.postings[word]:
            share = _OF_CATEGORY if word in index.rows[number].of_category else 1.0
            before = here.get(number, 0.0)
            here[number] = max(before, share * weight) + _ECHO * min(before, share * weight)
    scores: dict[int, float] = {}
    for here in said.values():
        for number, score in here.items():
            scores[number] = scores.get(number, 0.0) + score
    if not scores:
        return frozenset()
    best = max(scores.values())
    return frozenset(number for number, score in scores.items() if score >= best - 1e-9)
