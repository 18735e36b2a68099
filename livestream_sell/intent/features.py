"""What the classifier sees of a comment: its characters and the signs the grammar found."""

from collections.abc import Sequence

from livestream_sell.intent.grammar import Reading
from livestream_sell.intent.normalise import NormalisedText

_PIECE = 3  # characters
_LONGEST = 90  # characters; what decides stands early
_IGNORED = frozenset(("social.marker", "social.filler"))
_LENGTHS = (2, 4, 8, 16)


def features(text: NormalisedText, reading: Reading) -> set[str]:
    squeezed = " ".join(token.text for token in text.tokens)[:_LONGEST]
    padded = f" {squeezed} "
    found = {padded[at : at + _PIECE] for at in range(len(padded) - _PIECE + 1)}
    found.update([f"={token.text}" for token in text.tokens])
    found.update(_signs(text, reading))
    return found


def _signs(text: NormalisedText, reading: Reading) -> Sequence[str]:
    signs = [f"@{concept}" for concept in reading.concepts if concept not in _IGNORED]
    heard = [hit for hit in reading.hits if hit.concept not in _IGNORED]
    signs += [f"@{hit.kind}" for hit in heard]
    signs += [f"#{clause.status}" for clause in reading.clauses]
    signs += [f"!{sign}" for sign in text.signs]
    if any(clause.question_mark for clause in reading.clauses):
        signs.append("@?")
    telling = [hit for hit in heard if hit.kind != "word"]
    if telling:
        signs.append(f"^{min(telling, key=lambda hit: hit.start).concept}")
        signs.append(f"${max(telling, key=lambda hit: hit.end).concept}")
    length = len(text.tokens)
    signs.append(f"&{sum(length > limit for limit in _LENGTHS)}")
    return signs
