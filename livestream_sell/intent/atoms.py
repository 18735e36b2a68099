"""The words of a claim that name, vary or count products, in the order they were written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from livestream_sell.intent.catalogue_index import CatalogueIndex, terms
from livestream_sell.intent.normalise import DENSE, NormalisedText, Token
from livestream_sell.intent.phrases import Hit

_CURRENCY_BEFORE = re.compile(r"(?:[$€£¥฿₱₹₫₩]|\b(?:rs|rp|rm|usd|mxn|clp|php|nt|r\$|s/|tk|q|price|precio|at|por|en \$|for))\s*\.?$")
_CURRENCY_AFTER = re.compile(
    r"^\s*(?:[$€£¥฿₱₹₫₩%]|(?:usd|mxn|clp|php|pesos?|soles|dolares|dollars?|bucks|lucas?|luquitas|reais|real|euros?|eur|mil|baht|"
    r"บาท|rupees?|rs|rp|rb|ribu|k|đ|d|vnd|dong|won|원|円|元|块|yen|tl|lira|ringgit|rm|piso|lakh|off|x ciento|"
    r"cm|mm|kg|kgs|gb|ml|gr|kilos|anos|years?|am|pm|hrs?|min|mins|minutos|hours|horas|dias|days|meses|weeks|semanas|st|nd|rd|th|g\b)\b)"
)
_TIME = re.compile(r"\d{1,2}:\d{2}")
_LETTER_SIZES = frozenset(("xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl"))
_LONG_COMMENT = 9  # words; beyond it a lone small letter is hardly a size
_SMALL = 10


class AtomKind(StrEnum):
    product = "product"
    colour = "colour"
    size = "size"
    quantity = "quantity"
    every = "every"
    separator = "separator"
    doubt = "doubt"


@dataclass(frozen=True, slots=True)
class Atom:
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
        return any(
            hit.concept in concepts and not self.text.folded[hit.end : at].strip(" :#-.=") and hit.end <= at
            for hit in self.hits
        )


def find_atoms(scene: Scene) -> list[Atom]:
    taken: list[tuple[int, int]] = []
    atoms = _codes(scene)
    taken += [(atom.start, atom.end) for atom in atoms]
    for step in (_quantity_phrases, _variants, _names, _numbers, _separators):
        found = [atom for atom in step(scene, atoms) if not _overlaps(atom.start, atom.end, taken)]
        atoms += found
        taken += [(atom.start, atom.end) for atom in found]
    return sorted(atoms, key=lambda atom: atom.start)


def _overlaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(start < stop and begin < end for begin, stop in taken)


def _codes(scene: Scene) -> list[Atom]:
    tokens = scene.text.tokens
    atoms: list[Atom] = []
    at = 0
    while at < len(tokens):
        key, last = _code_at(scene, at)
        if key:
            rows = scene.index.codes[key]
            atoms.append(Atom(AtomKind.product, tokens[at].start, tokens[last].end, rows=rows, exact=True))
            at = last + 1
        else:
            at += 1
    return atoms


def _code_at(scene: Scene, at: int) -> tuple[tuple[str, ...], int]:
    tokens = scene.text.tokens
    first = _plain(tokens[at].text)
    for key in scene.index.code_starts.get(first, ()):
        if len(key) == 1 and key[0].isdigit():
            continue  # a bare number needs its surroundings: _numbers
        last = _code_end(tokens, at, key)
        if last >= 0 and (len(key) > 1 or len(first) > 1) and _code_stands(scene, at, last, key):
            return key, last
    return (), -1


def _code_stands(scene: Scene, at: int, last: int, key: tuple[str, ...]) -> bool:
    tokens = scene.text.tokens
    if last + 1 < len(tokens) and tokens[last + 1].glued and tokens[last + 1].text.isdigit():
        return False
    if tokens[at].glued and at and tokens[at - 1].text.isalnum() and not tokens[at - 1].text.isdigit():
        return bool(DENSE.search(tokens[at - 1].text)) or any(
            hit.end == tokens[at].start and hit.kind == "claim" for hit in scene.hits
        )
    spaced = len(key) == 2 and len(key[0]) == 1 and tokens[last].start > tokens[at].end
    if spaced and scene.text.folded[tokens[at].end : tokens[last].start].isspace():
        small_word = key[0] in "aeoyu" and key[0].upper() not in scene.text.shouted
        return not small_word
    return True


def _code_end(tokens: Sequence[Token], at: int, key: tuple[str, ...]) -> int:
    position = at
    for number, piece in enumerate(key):
        while number and position < len(tokens) and tokens[position].text in "-_./ ":
            position += 1
        if position >= len(tokens) or _plain(tokens[position].text) != piece:
            return -1
        position += 1
    return position - 1


def _plain(piece: str) -> str:
    return piece.lstrip("0") or "0" if piece.isdigit() else piece


def _quantity_phrases(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    """ "both", "another one", "a pair": quantities that are not numbers."""
    found = []
    for hit in scene.hits:
        if hit.concept == "word.all":
            numbers = [h for h in scene.hits if h.kind == "number" and hit.start <= h.start < hit.end]
            value = int(numbers[0].name) if numbers else _ALL_WORDS.get(hit.language, {}).get(
                scene.text.folded[hit.start : hit.end], 0
            )
            found.append(Atom(AtomKind.every, hit.start, hit.end, value=value))
        elif hit.concept == "word.more":
            found.append(Atom(AtomKind.quantity, hit.start, hit.end, value=1))
        elif hit.concept == "word.pair":
            found.append(Atom(AtomKind.quantity, hit.start, hit.end, value=_pair(scene, atoms)))
    return found


_ALL_WORDS: dict[str, dict[str, int]] = {}
_PAIRED = frozenset(f"noun.{n}" for n in ("shoes", "trainers", "sandals", "boots", "heels", "socks", "earrings", "glasses", "trousers", "jeans"))


def _pair(scene: Scene, atoms: list[Atom]) -> int:
    rows = [n for atom in atoms for n in atom.rows] or scene.index.design_of(scene.featured)
    words = set().union(*(scene.index.rows[number].words for number in rows)) if rows else set()
    nouns = {hit.concept for hit in scene.hits if hit.kind == "noun"}
    return 1 if (words | nouns) & _PAIRED else 2


def _variants(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    found = []
    words = sum(1 for token in scene.text.tokens if token.text[0].isalpha())
    for hit in scene.hits:
        if hit.kind == "colour":
            found.append(Atom(AtomKind.colour, hit.start, hit.end, text=hit.name))
        elif hit.kind == "size":
            spelled = scene.text.folded[hit.start : hit.end]
            if len(spelled) == 1 and words > _LONG_COMMENT and spelled.upper() not in scene.text.shouted:
                continue
            if hit.language != "*" and not _has_size(scene, atoms, hit.name):
                continue
            found.append(Atom(AtomKind.size, hit.start, hit.end, text=hit.name))
    return found


def _has_size(scene: Scene, atoms: list[Atom], size: str) -> bool:
    rows = {n for atom in atoms for n in atom.rows} or set(scene.index.design_of(scene.featured))
    pool = rows or range(len(scene.index.rows))
    return any(size in scene.index.rows[number].sizes for number in pool)


def _names(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    """Words of product names: the rows that share most of the rare ones."""
    index = scene.index
    taken = [(a.start, a.end) for a in atoms]
    taken += [(h.start, h.end) for h in scene.hits if h.kind in _GRAMMAR_KINDS]
    runs: list[list[tuple[str, int, int]]] = [[]]
    for word, start, end in _name_words(scene):
        if _overlaps(start, end, taken):
            continue
        if runs[-1] and _divided(scene, runs[-1][-1][2], start):
            runs.append([])
        runs[-1].append((word, start, end))
    found = []
    for run in runs:
        rows = _best_rows(index, [word for word, _, _ in run])
        if rows:
            found.append(Atom(AtomKind.product, run[0][1], run[-1][2], rows=rows))
    return found


_GRAMMAR_KINDS = frozenset(("claim", "number", "question", "cancel", "deny"))


def _divided(scene: Scene, end: int, start: int) -> bool:
    between = [h for h in scene.hits if end <= h.start and h.end <= start]
    return any(h.concept in ("word.conj", "word.contrast") or h.kind in ("number", "claim") for h in between) or bool(
        re.search(r"[\d,;+&\n]", scene.text.folded[end:start])
    )


def _name_words(scene: Scene) -> list[tuple[str, int, int]]:
    index = scene.index
    words = [
        (hit.concept, hit.start, hit.end)
        for hit in scene.hits
        if hit.kind == "noun" and hit.concept in index.postings
    ]
    fillers = {(hit.start, hit.end) for hit in scene.hits if hit.concept in ("social.filler", "word.article", "word.unit")}
    for token in scene.text.tokens:
        if DENSE.search(token.text):
            words += _dense_words(index, token)
        elif len(token.text) > 2 and token.text.isalpha() and (token.start, token.end) not in fillers:
            known = index.word(token.text)
            if known:
                words.append((known, token.start, token.end))
    return sorted(words, key=lambda word: word[1])


def _dense_words(index: CatalogueIndex, token: Token) -> list[tuple[str, int, int]]:
    if not index.has_dense:
        return []
    return [
        (pair, token.start + at, token.start + at + len(pair))
        for at, pair in enumerate(terms(token.text))
        if pair in index.postings
    ]


def _best_rows(index: CatalogueIndex, words: Sequence[str]) -> frozenset[int]:
    scores: dict[int, float] = {}
    for word in set(words):
        weight = index.weights[word]
        for number in index.postings[word]:
            scores[number] = scores.get(number, 0.0) + weight
    if not scores:
        return frozenset()
    best = max(scores.values())
    return frozenset(number for number, score in scores.items() if score >= best - 1e-9)


def _separators(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    del atoms
    found = [
        Atom(AtomKind.separator, hit.start, hit.end, text=scene.text.folded[hit.start : hit.end])
        for hit in scene.hits
        if hit.concept in ("word.conj", "word.contrast")
    ]
    return found


def _numbers(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    found: list[Atom] = []
    tokens = scene.text.tokens
    sized = False
    for at, token in enumerate(tokens):
        if token.text[0].isdigit() and not _overlaps(token.start, token.end, [(a.start, a.end) for a in atoms]):
            atom = _digit_atom(scene, at, atoms, sized)
            if atom:
                sized |= atom.kind is AtomKind.size
                found.append(atom)
    for hit in scene.hits:
        if hit.kind == "number":
            found.append(_word_number(scene, hit))
    return found


def _word_number(scene: Scene, hit: Hit) -> Atom:
    value = int(hit.name)
    if value > 2 and scene.hit_before(hit.start, "word.article", "word.code", "word.size"):
        rows = scene.index.numbers.get(hit.name)
        if rows and value > 1:
            return Atom(AtomKind.product, hit.start, hit.end, rows=rows, exact=True)
        if _has_size(scene, [], hit.name):
            return Atom(AtomKind.size, hit.start, hit.end, text=hit.name)
    return Atom(AtomKind.quantity, hit.start, hit.end, value=value)


def _digit_atom(scene: Scene, at: int, atoms: list[Atom], sized: bool) -> Atom | None:
    token = scene.text.tokens[at]
    start, end, spelled = token.start, token.end, token.text
    before, after = scene.text.folded[:start], scene.text.folded[end:]
    if _TIME.fullmatch(spelled):
        return None
    multiplied = _multiplied(scene, at)
    if scene.hit_before(start, "word.size") and not multiplied:
        return Atom(AtomKind.size, start, end, text=spelled)
    if _CURRENCY_AFTER.match(after) or (_CURRENCY_BEFORE.search(before) and not multiplied):
        return _price_code(scene, token, atoms)
    if not spelled.isdigit():
        sizes = _has_size(scene, atoms, spelled.replace(",", "."))
        return Atom(AtomKind.size, start, end, text=spelled.replace(",", ".")) if sizes else _price_code(scene, token, atoms)
    value = int(spelled[:6])
    if multiplied:
        return Atom(AtomKind.quantity, start, end, value=value)
    return _bare_number(scene, token, value, atoms, sized)


def _multiplied(scene: Scene, at: int) -> bool:
    """x2, 2x, *2, =2, 2 pcs, + 2."""
    tokens = scene.text.tokens
    previous = tokens[at - 1].text if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if previous in ("x", "*", "=", "+"):
        return True
    if following and following.text == "x" and (following.glued or at + 2 == len(tokens)):
        return True
    return any(hit.concept == "word.unit" and not scene.text.folded[tokens[at].end : hit.start].strip() and hit.start >= tokens[at].end for hit in scene.hits)


def _bare_number(scene: Scene, token: Token, value: int, atoms: list[Atom], sized: bool) -> Atom | None:
    start, end = token.start, token.end
    spelled = _plain(token.text)
    coded = scene.index.codes.get((spelled,)) or scene.index.numbers.get(spelled)
    named = any(atom.kind is AtomKind.product for atom in atoms)
    pointed = scene.hit_before(start, "word.article", "word.code") or scene.text.folded[:start].rstrip().endswith("#")
    if coded and not named and (pointed or _answers(scene, start, value, (spelled,) in scene.index.codes)):
        return Atom(AtomKind.product, start, end, rows=coded, exact=True)
    if not sized and _has_size(scene, atoms, spelled) and (value > 3 or pointed):
        return Atom(AtomKind.size, start, end, text=spelled)
    if value <= 99 and not (pointed and value > 2):
        if value >= 30 and _near_sizes(scene, atoms, value):
            return Atom(AtomKind.size, start, end, text=spelled)
        return Atom(AtomKind.quantity, start, end, value=value)
    return _price_code(scene, token, atoms) or Atom(AtomKind.doubt, start, end)


def _answers(scene: Scene, start: int, value: int, real: bool) -> bool:
    """Is a number that is also a code the code? On air and small it is rather a quantity."""
    claimed = any(
        hit.kind == "claim" and hit.language == "*" and hit.end <= start and not scene.text.folded[hit.end : start].strip()
        for hit in scene.hits
    )
    if scene.index.rows_of(scene.featured):
        return claimed and (value > _SMALL or real) or value > 99 or (real and value > _SMALL)
    return real or claimed or value > _SMALL


def _near_sizes(scene: Scene, atoms: list[Atom], value: int) -> bool:
    rows = {n for atom in atoms for n in atom.rows} or set(scene.index.design_of(scene.featured))
    sizes = {int(size) for n in rows for size in scene.index.rows[n].sizes if size.isdigit()}
    return bool(sizes) and min(sizes) - 6 <= value <= max(sizes) + 6


def _price_code(scene: Scene, token: Token, atoms: list[Atom]) -> Atom | None:
    """ "cf 499": where nothing else names the product, its price may."""
    if any(atom.kind is AtomKind.product for atom in atoms):
        return None
    spelled = re.sub(r"[.,](?=\d{3})", "", token.text).replace(",", ".")
    rows = [r for r in scene.index.rows if r.price is not None and _same_price(r.price, spelled)]
    if len({row.group for row in rows}) == 1 and any(hit.kind == "claim" for hit in scene.hits):
        return Atom(AtomKind.product, token.start, token.end, rows=frozenset(r.number for r in rows), exact=True)
    return None


def _same_price(price: object, spelled: str) -> bool:
    try:
        return float(str(price)) == float(spelled) > 9
    except ValueError:
        return False
