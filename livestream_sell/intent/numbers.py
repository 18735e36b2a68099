"""What a number in a claim means: how many, which size, which code, what price."""

import re
from collections.abc import Sequence

from livestream_sell.intent.atoms import Atom, AtomKind, Scene, overlaps
from livestream_sell.intent.measures import MEASURE_AFTER, counts_nothing, measured_at
from livestream_sell.intent.normalise import Token
from livestream_sell.intent.phrases import Hit
from livestream_sell.intent.spelling import unpadded

_CURRENCY_BEFORE = re.compile(r"(?:[$€£¥฿₱₹₫₩]|\b(?:rs|rp|rm|usd|mxn|clp|php|nt|s/|tk|price|precio|at))\s*\.?$")
_YEAR = re.compile("20[12][0-9]")
_LAUGHTER = re.compile("5{3,}")  # "hahaha" in Thai
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_SMALL = 10  # up to here a number beside a product on air counts; beyond it may be a code
_MOST = 99
_NAMED_NUMBER = re.compile(r"(?:번|番|号|ばん|\b(?:number|no|nambar|nmbr|nambr|num)|नंबर|नम्बर)$")
_DOZENS = frozenset((12, 24))
_WORD = 3  # letters
_REPEATING = frozenset(("id", "ms"))
_REFUSING = frozenset(("deny.negation", "deny.refuse", "deny.not_this", "word.except"))
_PAIRED = frozenset(
    f"noun.{noun}"
    for noun in (
        "shoes", "trainers", "sandals", "boots", "heels", "slippers", "flats", "loafers", "socks", "gloves",
        "earrings", "glasses", "trousers", "jeans",
    )
)  # fmt: skip


def counting_phrases(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    """ "both", "another one", "a pair": quantities that are not numbers."""
    found = []
    for hit in scene.hits:
        if hit.concept == "word.all":
            found.append(Atom(AtomKind.every, hit.start, hit.end, value=_counted(scene, hit)))
        elif hit.concept == "word.each":
            found.append(Atom(AtomKind.each, hit.start, hit.end, value=_counted(scene, hit) or 1))
        elif hit.concept == "word.more":
            found.append(Atom(AtomKind.quantity, hit.start, hit.end, value=1))
        elif hit.concept == "word.pair" and not scene.number_before(hit.start):  # "six pairs" says how many already
            found.append(Atom(AtomKind.quantity, hit.start, hit.end, value=_pair(scene, atoms)))
    return found


def _counted(scene: Scene, hit: Hit) -> int:
    """The number within a phrase such as "the two of them"; 0 where it says none."""
    inside = [h for h in scene.hits if h.kind == "number" and hit.start <= h.start < hit.end]
    if inside:
        return int(inside[0].name)
    digits = re.search(r"(?<![^\W\d_])\d", scene.text.folded[hit.start : hit.end])
    return int(digits.group()) if digits else 0


def _pair(scene: Scene, atoms: Sequence[Atom]) -> int:
    """A pair of shoes is one piece, a pair of shirts is two."""
    rows = scene.near_rows(atoms) if atoms or scene.featured else []
    words = {word for number in rows for word in scene.index.rows[number].words}
    nouns = {hit.concept for hit in scene.hits if hit.kind == "noun"}
    return 1 if (words | nouns) & _PAIRED else 2


def number_atoms(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    found: list[Atom] = []
    taken = [(atom.start, atom.end) for atom in atoms]
    taken += [(hit.start, hit.end) for hit in scene.hits if hit.concept == "word.uncounted" and not hit.gapped]
    sized = any(atom.kind is AtomKind.size for atom in atoms)
    for at, token in enumerate(scene.text.tokens):
        if not token.text[0].isdecimal() or overlaps(token.start, token.end, taken) or _spells(scene, at):
            continue
        atom = _digits(scene, at, [*atoms, *_pointed_out(scene, found, token)], sized)
        if atom:
            sized |= atom.kind is AtomKind.size
            found.append(atom)
    found += [_number_word(scene, hit, atoms) for hit in scene.hits if hit.kind == "number"]
    return found


def _pointed_out(scene: Scene, found: Sequence[Atom], token: Token) -> list[Atom]:
    """ "Del 3 quiero 2": the first was pointed at, the second says how many; "el 3 y 5" names two."""
    listed = scene.hit_before(token.start, "word.conj", "word.also")
    codes = [] if listed else [atom for atom in found if atom.kind is AtomKind.product]
    return [atom for atom in codes if scene.pointed(atom.start, atom.end)]


def _spells(scene: Scene, at: int) -> bool:
    """In Arabic chat digits are letters ("3ayza", "sama7ty"), in Indonesian "2" repeats the word ("satu2")."""
    tokens = scene.text.tokens
    token = tokens[at]
    before = tokens[at - 1].text if token.glued and at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) and tokens[at + 1].glued else ""
    if before.isalpha() and scene.language in _REPEATING and token.text == "2" and len(before) >= _WORD:
        return True
    if not (before.isascii() and after.isascii() and after.isalpha()):
        return False
    if before.isalpha() or (scene.language == "ar" and len(after) >= _WORD):
        return True
    return any(hit.language == "ar" and hit.start <= token.start and hit.end > token.end + 1 for hit in scene.hits)


def _number_word(scene: Scene, hit: Hit, atoms: Sequence[Atom]) -> Atom:
    rows = _code_rows(scene, hit.name)
    if int(hit.name) > 2 and (
        scene.pointed(hit.start, hit.end) or _NAMED_NUMBER.search(scene.text.folded[hit.start : hit.end])
    ):
        if rows:
            return Atom(AtomKind.product, hit.start, hit.end, rows=rows, exact=True)
        if scene.has_size(atoms, hit.name):
            return Atom(AtomKind.size, hit.start, hit.end, text=hit.name)
    if int(hit.name) > _SMALL and int(hit.name) not in _DOZENS and rows and not _named(atoms):
        return Atom(AtomKind.product, hit.start, hit.end, rows=rows, exact=True)
    return Atom(AtomKind.quantity, hit.start, hit.end, value=int(hit.name))


def _digits(scene: Scene, at: int, atoms: Sequence[Atom], sized: bool) -> Atom | None:
    token = scene.text.tokens[at]
    start, end, spelled = token.start, token.end, token.text
    if _CLOCK.fullmatch(spelled) or (scene.language == "th" and _LAUGHTER.fullmatch(spelled)):
        return None
    multiplied = _multiplied(scene, at)
    if counts_nothing(scene.text.folded, start, end):
        return None
    if scene.hit_before(start, "word.size") and not multiplied:
        if not scene.has_size(atoms, spelled) and _code_rows(scene, spelled) and not _named(atoms):
            return Atom(AtomKind.product, start, end, rows=_code_rows(scene, spelled), exact=True)
        return Atom(AtomKind.size, start, end, text=spelled)
    for measured, last in (*measured_at(scene.text.folded, start), *_with_word(scene, at)):
        if scene.has_size(atoms, measured):
            return Atom(AtomKind.size, start, last, text=measured)
    unit = MEASURE_AFTER.match(scene.text.folded[end:])
    if not multiplied and (unit or _priced(scene, start)):
        return _price_code(scene, token, atoms)
    if not spelled.isdecimal():
        size = spelled.replace(",", ".")
        if scene.has_size(atoms, size):
            return Atom(AtomKind.size, start, end, text=size)
        return _price_code(scene, token, atoms)
    if _YEAR.fullmatch(spelled) and not scene.claim_before(start) and not _code_rows(scene, spelled):
        return None
    value = int(spelled[:6])
    if multiplied and not (_of_what_is_shown(scene, spelled, False) and _numbered(scene, end)):
        start, end = _with_sign(scene, at)
        return Atom(AtomKind.quantity, start, end, value=value)
    return _bare(scene, token, value, atoms, sized)


def _with_word(scene: Scene, at: int) -> list[tuple[str, int]]:
    """ "3 layer": sizes that count something else than the units of the world."""
    following = scene.text.tokens[at + 1 : at + 2]
    return [(scene.text.tokens[at].text + token.text, token.end) for token in following if token.text.isalpha()]


def _priced(scene: Scene, start: int) -> bool:
    before = _CURRENCY_BEFORE.search(scene.text.folded[:start])
    return before is not None and not (before.group().strip() == "at" and scene.language == "tl")  # there it is "and"


def _named(atoms: Sequence[Atom]) -> bool:
    return any(atom.kind is AtomKind.product for atom in atoms)


def _code_rows(scene: Scene, spelled: str) -> frozenset[int]:
    digits = unpadded(spelled)
    return scene.index.codes.get((digits,)) or scene.index.numbers.get(digits) or frozenset()


def _multiplied(scene: Scene, at: int) -> bool:
    """x2, 2x, *2, =2, + 2, 2 pcs."""
    tokens = scene.text.tokens
    previous = tokens[at - 1].text if at else ""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if _signs_first(scene, at):
        previous = ""
    if previous in ("x", "*", "=") or (previous == "+" and tokens[at].glued):
        return True
    behind = following is not None and following.text == "x"
    if following and behind and (following.glued or at + 2 == len(tokens) or _signs_first(scene, at + 2)):
        return True
    end = tokens[at].end
    return any(
        hit.concept == "word.unit" and hit.start >= end and not scene.text.folded[end : hit.start].strip()
        for hit in scene.hits
    )


def _signs_first(scene: Scene, at: int) -> bool:
    """ "2x 107", "2 x 44" of a shop with a 44: the sign belongs to the number in front of it."""
    tokens = scene.text.tokens
    if at < 2 or tokens[at].glued or not (tokens[at].text.isdecimal() and tokens[at - 2].text.isdecimal()):
        return False
    if tokens[at - 1].glued or (tokens[at - 2].text,) in scene.index.codes:
        return tokens[at - 1].glued
    return (tokens[at].text,) in scene.index.codes or tokens[at].text in scene.index.sized


def _with_sign(scene: Scene, at: int) -> tuple[int, int]:
    """The "x" of "x2" and "2x" belongs to the quantity."""
    tokens = scene.text.tokens
    signed = [each for each in tokens[max(at - 1, 0) : at + 2] if each is tokens[at] or each.text == "x"]
    return signed[0].start, signed[-1].end


def _bare(scene: Scene, token: Token, value: int, atoms: Sequence[Atom], sized: bool) -> Atom:
    start, end = token.start, token.end
    spelled = unpadded(token.text)
    rows = _code_rows(scene, spelled)
    pointed = scene.pointed(start, end)
    named = [atom for atom in atoms if atom.kind is AtomKind.product]
    if _of_what_is_shown(scene, spelled, pointed) and (spelled,) not in scene.index.codes:
        return Atom(AtomKind.size, start, end, text=spelled)
    listed = bool(named) and all(a.exact for a in named) and (value > _SMALL or pointed)
    listed |= pointed and (spelled,) in scene.index.codes and not scene.has_size(atoms, spelled)
    possible = bool(rows) and (not named or listed)
    agreed = bool(rows) and scene.claim_before(start) and any(rows <= atom.rows for atom in named)
    if agreed or (
        possible
        and (pointed or _answers(scene, token, value) or _counted_elsewhere(scene, token) or _contrasted(scene))
    ):
        return Atom(AtomKind.product, start, end, rows=rows, exact=True)
    if (not sized or value > _SMALL) and scene.has_size(atoms, spelled) and (value > 3 or pointed):
        return Atom(AtomKind.size, start, end, text=spelled)
    if value <= _MOST and not (pointed and value > 2):
        if value >= 30 and _near_sizes(scene, atoms, value):
            return Atom(AtomKind.size, start, end, text=spelled)
        return Atom(AtomKind.quantity, start, end, value=value)
    if value > _MOST and not pointed and not rows and not _price_code(scene, token, atoms):
        return Atom(AtomKind.quantity, start, end, value=value)
    return _price_code(scene, token, atoms) or Atom(AtomKind.doubt, start, end)


def _of_what_is_shown(scene: Scene, size: str, pointed: bool) -> bool:
    """A size among several of the product on air, pointed at or too large for a quantity."""
    shown = scene.index.design_of(scene.featured)
    return (
        (pointed or int(size) > _SMALL)
        and len(shown) > 1
        and any(size in scene.index.rows[number].sizes for number in shown)
    )


def _numbered(scene: Scene, end: int) -> bool:
    """ "41 คู่นึง": a unit with a number of its own behind it."""
    return any(hit.kind == "number" and end <= hit.start <= end + 1 for hit in scene.hits)


def _counted_elsewhere(scene: Scene, token: Token) -> bool:
    """ "7 x2": how many is said, so the other number says which."""
    numbers = [at for at, other in enumerate(scene.text.tokens) if other.text.isdecimal() and other is not token]
    return len(numbers) == 1 and _multiplied(scene, numbers[0])


def _answers(scene: Scene, token: Token, value: int) -> bool:
    """Is a number that is also a code the code? On air and small it is rather a quantity."""
    real = (unpadded(token.text),) in scene.index.codes
    claimed = scene.claim_before(token.start)
    if scene.index.rows_of(scene.featured):
        return (claimed and real) or value > _MOST or value > _SMALL
    return real or claimed or value > _SMALL


def _contrasted(scene: Scene) -> bool:
    """ "7 mine, not 8", while the 8 is on air: both say which."""
    numbers = {unpadded(token.text) for token in scene.text.tokens if token.text.isdecimal()}
    rows = [scene.index.codes.get((number,), frozenset()) for number in numbers]
    shown = frozenset(scene.index.rows_of(scene.featured))
    refused = any(hit.concept in _REFUSING for hit in scene.hits)
    return refused and len(rows) == 2 and all(rows) and bool(shown) and any(shown <= each for each in rows)


def _near_sizes(scene: Scene, atoms: Sequence[Atom], value: int) -> bool:
    if not _named(atoms) and not scene.index.design_of(scene.featured):
        return False
    rows = scene.near_rows(atoms)
    sizes = {int(size) for n in rows for size in scene.index.rows[n].sizes if size.isdecimal()}
    return bool(sizes) and min(sizes) - 6 <= value <= max(sizes) + 6


def _price_code(scene: Scene, token: Token, atoms: Sequence[Atom]) -> Atom | None:
    """ "cf 499": where nothing else names the product, its price may."""
    if _named(atoms) or not scene.claim_before(token.start):
        return None
    spelled = re.sub(r"[.,](?=\d{3})", "", token.text).replace(",", ".")
    rows = [row for row in scene.index.rows if row.price is not None and _equal(row.price, spelled)]
    if len({row.group for row in rows}) != 1:
        return None
    numbers = frozenset(row.number for row in rows)
    return Atom(AtomKind.product, token.start, token.end, rows=numbers, exact=True)


def _equal(price: object, spelled: str) -> bool:
    try:
        return float(str(price)) == float(spelled) > _SMALL
    except ValueError:
        return False
