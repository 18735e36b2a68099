"""Reads a comment into atoms: codes first, then names, variants, numbers and what divides them."""

import re
from collections.abc import Sequence

from livestream_sell.intent.atoms import Atom, AtomKind, Scene, overlaps
from livestream_sell.intent.catalogue_index import ALSO_COLOURS, ONE_CHARACTER_SIZES
from livestream_sell.intent.names import name_atoms
from livestream_sell.intent.normalise import DENSE
from livestream_sell.intent.numbers import counting_phrases, number_atoms
from livestream_sell.intent.phrases import Hit
from livestream_sell.intent.spelling import unpadded

_DIVIDERS = {
    "word.correction": AtomKind.correction,
    "word.except": AtomKind.exception,
    "word.conj": AtomKind.separator,
    "word.contrast": AtomKind.separator,
    "word.also": AtomKind.addition,
}
_NAMES_OR_COUNTS = frozenset(("colour", "size", "noun", "number"))
# Not the first letter of "rose", "one", "medium", "white", "pillow", "scarf", "face", "paper", "sunscreen".
_ARABIC_AND = re.compile("و(?!رد|احد|حد|سط|ايت|ساد|شاح|جه|رق|اقي)")
_RANK = {concept: rank for rank, concept in enumerate(_DIVIDERS)}  # of words that are several of these
_EXTREMES = {"s": 0, "l": -1}
_LONG_COMMENT = 9  # words; beyond it a lone small letter is hardly a size
_SMALL_WORD = 3  # letters
_LONGEST_CODE = 8  # words and dashes
_JOINTS = frozenset("-_./")
_SMALL_WORDS = frozenset("aeoyu")
_LETTER_NAMES = {  # as they are said in Spanish and Portuguese; "de", "te", "ese" and their like are words as well
    "be": "b", "ce": "c", "efe": "f", "ge": "g", "hache": "h", "aga": "h", "jota": "j", "ka": "k", "ca": "k",
    "ele": "l", "eme": "m", "ene": "n", "pe": "p", "cu": "q", "que": "q",
    "erre": "r", "ere": "r", "uve": "v", "equis": "x", "xis": "x", "zeta": "z", "ze": "z",
}  # fmt: skip


def find_atoms(scene: Scene) -> list[Atom]:
    atoms = _codes(scene)
    taken = [(atom.start, atom.end) for atom in atoms]
    # One word of Arabic says both what and that there are two.
    duals = {(hit.start, hit.end) for hit in scene.hits if hit.kind == "noun" and hit.language == "ar"}
    for step in (counting_phrases, name_atoms, _variants, number_atoms, _separators, _strangers):
        found = step(scene, atoms)
        if len(found) > 1:
            found.sort(key=lambda atom: (atom.start, -atom.end))
        for atom in found:
            if not overlaps(atom.start, atom.end, taken):
                atoms.append(atom)
                taken.append((atom.start, atom.end))
            elif atom.kind is AtomKind.quantity and (atom.start, atom.end) in duals:
                atoms.append(atom._replace(end=atom.start))  # beside its product, in front of it
    atoms.sort(key=lambda atom: (atom.start, atom.end, atom.kind is not AtomKind.separator))
    return atoms


def _codes(scene: Scene) -> list[Atom]:
    tokens = scene.text.tokens
    atoms: list[Atom] = []
    at = 0
    while at < len(tokens):
        key, last = _code_at(scene, at)
        if not key:
            key, last = _spelled_code(scene, at)
        if key:
            rows = scene.index.codes[key]
            atoms.append(Atom(AtomKind.product, tokens[at].start, tokens[last].end, rows=rows, exact=True))
            at = last + 1
        else:
            at += 1
    return atoms


def _code_at(scene: Scene, at: int) -> tuple[tuple[str, ...], int]:
    """The longest code that begins at this word, written together or with dashes and dots."""
    tokens = scene.text.tokens
    key: tuple[str, ...] = ()
    best: tuple[tuple[str, ...], int] = ((), -1)
    if unpadded(tokens[at].text) not in scene.index.code_starts:
        return best
    for position in range(at, min(len(tokens), at + _LONGEST_CODE)):
        piece = tokens[position].text
        if piece in _JOINTS:
            continue
        key = (*key, unpadded(piece))
        bare = len(key) == 1 and (piece.isdecimal() or len(piece) < 2)  # needs its surroundings
        if not bare and key in scene.index.codes and _stands_alone(scene, at, position, key):
            best = key, position
    return best


def _spelled_code(scene: Scene, at: int) -> tuple[tuple[str, ...], int]:
    """ "Pe doce", "b two": a code as it is spoken into the telephone."""
    tokens = scene.text.tokens
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    letter = _LETTER_NAMES.get(tokens[at].text, tokens[at].text)
    if len(letter) != 1 or following is None or (letter in _SMALL_WORDS and letter.upper() not in scene.text.shouted):
        return (), -1
    spoken = {hit.name for hit in scene.hits if hit.kind == "number" and hit.start == following.start}
    for digits in [following.text] if following.text.isdecimal() else sorted(spoken):
        if (letter, unpadded(digits)) in scene.index.codes:
            return (letter, unpadded(digits)), at + 1
    return (), -1


def _stands_alone(scene: Scene, at: int, last: int, key: tuple[str, ...]) -> bool:
    tokens = scene.text.tokens
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    if after and after.glued and after.text.isdecimal():
        return False
    before = tokens[at - 1] if at and tokens[at].glued else None
    if before and before.text.isalpha() and not DENSE.search(before.text):
        return False
    if len(key) > 1 and len(key[0]) == 1 and tokens[at + 1].start > tokens[at].end:
        return key[0] not in _SMALL_WORDS or key[0].upper() in scene.text.shouted
    return True


def _variants(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    found: list[Atom] = []
    coloured = any(hit.kind == "colour" or hit.concept in ALSO_COLOURS for hit in scene.hits)
    near = scene.near_rows(atoms) if coloured else []
    sold = {colour for number in near for colour in scene.index.rows[number].colours}
    for hit in scene.hits:
        if hit.kind == "colour":
            # Of a word for several colours ("krem") the one that is sold comes first.
            found.insert(
                0 if hit.name in sold else len(found), Atom(AtomKind.colour, hit.start, hit.end, text=hit.name)
            )
        elif hit.concept in ALSO_COLOURS and ALSO_COLOURS[hit.concept] in sold:
            found.append(Atom(AtomKind.colour, hit.start, hit.end, text=ALSO_COLOURS[hit.concept]))
        elif hit.kind == "size":
            spelled = scene.text.folded[hit.start : hit.end]
            shouted = spelled.upper() in scene.text.shouted
            lone = len(spelled) == 1 and not shouted
            if lone and (_is_long(scene) or not scene.has_size(atoms, hit.name)):
                continue
            if hit.language != "*" and not scene.has_size(atoms, hit.name):
                found += _largest_or_smallest(scene, atoms, hit)
                continue
            found.append(Atom(AtomKind.size, hit.start, hit.end, text=hit.name))
    return found + _sizes_of_this_shop(scene, atoms, found)


def _is_long(scene: Scene) -> bool:
    return len([token for token in scene.text.tokens if token.text[0].isalpha()]) > _LONG_COMMENT


def _sizes_of_this_shop(scene: Scene, atoms: Sequence[Atom], variants: Sequence[Atom]) -> list[Atom]:
    """ "G", "GG", "XG", 大."""
    found: list[Atom] = []
    if not scene.text.shouted and not scene.text.dense:
        return found
    known = [(atom.start, atom.end) for atom in variants]
    for token in scene.text.tokens:
        new = token.text.upper() in scene.text.shouted and not overlaps(token.start, token.end, known)
        if new and scene.has_size(atoms, token.text):
            found.append(Atom(AtomKind.size, token.start, token.end, text=token.text))
        elif scene.has_size(atoms, ONE_CHARACTER_SIZES.get(token.text, "")):
            found.append(Atom(AtomKind.size, token.start, token.end, text=ONE_CHARACTER_SIZES[token.text]))
    return found


def _largest_or_smallest(scene: Scene, atoms: Sequence[Atom], hit: Hit) -> list[Atom]:
    """ "The big pan" of one that comes in 24 and 28 cm."""
    rows = [scene.index.rows[number] for number in scene.near_rows(atoms)]
    if any(token.text.isdecimal() and scene.has_size(atoms, token.text) for token in scene.text.tokens):
        return []
    measured = sorted({float(size) for row in rows for size in row.sizes if size.replace(".", "", 1).isdecimal()})
    if len({row.group for row in rows}) != 1 or len(measured) < 2 or hit.name not in _EXTREMES:
        return []
    return [Atom(AtomKind.size, hit.start, hit.end, text=f"{measured[_EXTREMES[hit.name]]:g}")]


def _separators(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    del atoms
    dividing = [hit for hit in scene.hits if hit.concept in _DIVIDERS]
    dividing.sort(key=lambda hit: _RANK[hit.concept])
    found = [
        Atom(_DIVIDERS[hit.concept], hit.start, hit.end, text=scene.text.folded[hit.start : hit.end])
        for hit in dividing
        if not hit.gapped
    ]
    # The "and" of Arabic is written together with what follows it.
    glued = [hit.start for hit in scene.hits if hit.language == "ar" and hit.kind in _NAMES_OR_COUNTS]
    return found + [
        Atom(AtomKind.separator, at, at, text="و") for at in glued if _ARABIC_AND.match(scene.text.folded, at)
    ]


def _strangers(scene: Scene, atoms: Sequence[Atom]) -> list[Atom]:
    """Words right after a number that nothing explains: two of something that this shop does not know."""
    ends = {atom.end for atom in atoms if atom.kind is AtomKind.quantity}
    if not ends:
        return []
    ends |= {hit.end for hit in scene.hits if hit.concept == "word.unit" and hit.start - 1 in ends}
    explained = [(hit.start, hit.end) for hit in scene.hits if hit.kind != "noun" and not hit.gapped]
    return [
        Atom(AtomKind.unknown, token.start, token.end)
        for token in scene.text.tokens
        if token.start - 1 in ends and token.text.isalpha() and len(token.text) > _SMALL_WORD
        if not overlaps(token.start, token.end, explained)
    ]
