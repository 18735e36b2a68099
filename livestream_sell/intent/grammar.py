"""Reads the hits of the lexicon clause by clause: what is claimed, denied, asked or only told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from livestream_sell.intent.normalise import NormalisedText, Token
from livestream_sell.intent.phrases import Hit, without_contained
from livestream_sell.intent.turns import NAMING, NEGATION_LAST, NEGATION_REACH, SPACELESS, second_thoughts

_BREAK = re.compile(r"[.!?;\n¿¡,]+(?!\d)|(?<!\d)[.,](?=\d)")
_ENDING = re.compile(r"[\s?!.~]+")
_FOREIGN_LETTERS = 4
_MIXING = {
    "tl": ("en",), "hi": ("en",), "id": ("ms", "en"), "ms": ("id", "en"), "th": ("en",),
    "zh": ("en",), "ja": ("en",), "ko": ("en",), "vi": ("en",), "ar": ("en",),
}  # fmt: skip
_NEIGHBOURS = {"pt": ("es",), "es": ("pt",), "it": ("es",)}
_FUNCTION_WORDS = frozenset(
    ("deny.negation", "deny.hypothetical", "deny.past", "deny.others", "deny.void", "social.filler")
)
_SHORT_WORDS = frozenset(("number", "word", "question", "size", "social"))
_TAG_QUESTIONS = frozenset(("id", "ms", "vi", "zh"))  # "ada ga?", "còn không", "要不"
_DENSE_REACH = 2  # characters
_TAKING_BACK = frozenset(("deny", "cancel"))
_TURNING = frozenset(("word.contrast", "word.correction"))


class Status(StrEnum):
    __hash__ = str.__hash__  # that of Enum is written in Python

    plain = "plain"
    claimed = "claimed"
    denied = "denied"
    told = "told"  # past, reported or somebody else's
    asked = "asked"


@dataclass(slots=True)
class Clause:
    start: int
    end: int
    hits: list[Hit] = field(default_factory=list)
    question_mark: bool = False
    status: Status = Status.plain
    strength: str = ""  # strong, polite, verb, solo, weak


@dataclass(slots=True)
class Reading:
    language: str
    hits: list[Hit]
    clauses: list[Clause]
    concepts: frozenset[str]

    def has(self, *concepts: str) -> bool:
        return not self.concepts.isdisjoint(concepts)

    def of_kind(self, kind: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind == kind]

    def statuses(self) -> set[Status]:
        return {clause.status for clause in self.clauses}


def spoken_hits(hits: Sequence[Hit], language: str, home: str) -> list[Hit]:
    """Keeps the words of the languages in play; "no" denies in Spanish and counts in Portuguese."""
    own = {language, "*", *_MIXING.get(language, ())}
    around = own | {home, "en", *_NEIGHBOURS.get(language, ())}
    kept = []
    for hit in hits:
        if hit.language in own:
            kept.append(hit)
        elif hit.concept in _FUNCTION_WORDS or hit.kind in _SHORT_WORDS:
            continue
        elif hit.language in around or hit.kind == "opt_out" or _travels(hit):
            kept.append(hit)
    named = {(hit.start, hit.end) for hit in kept if hit.kind == "noun" and hit.language in own}
    kept = [h for h in kept if h.kind != "colour" or h.language in own or (h.start, h.end) not in named]
    return _settled(without_contained(kept))


def _settled(hits: list[Hit]) -> list[Hit]:
    """ "A1, no, A2": what denies elsewhere corrects where something was named before, unless it says "not that"."""
    turns = [hit for hit in hits if hit.concept == "word.correction"]
    dropped: set[Hit] = set()
    for turn in turns:
        twins = [hit for hit in hits if hit.kind in _TAKING_BACK and (hit.start, hit.end) == (turn.start, turn.end)]
        named = any(hit.kind in NAMING and hit.end <= turn.start for hit in hits)
        mild = all(hit.name == "negation" or hit.kind == "cancel" for hit in twins)
        corrects = named and turn.language not in NEGATION_LAST and mild
        dropped.update(twins if corrects else [turn] if twins else ())
    return [hit for hit in hits if hit not in dropped] if dropped else hits


def _travels(hit: Hit) -> bool:
    """Names of colours and goods cross languages; the short ones are other words elsewhere."""
    return hit.kind in ("colour", "noun") and hit.end - hit.start >= _FOREIGN_LETTERS


def read(text: NormalisedText, hits: list[Hit], language: str) -> Reading:
    clauses = _split(text, hits)
    for clause in clauses:
        clause.hits = [hit for hit in hits if clause.start <= hit.start < clause.end]
        _judge(clause, text)
    return Reading(language, hits, clauses, frozenset(hit.concept for hit in hits))


def _split(text: NormalisedText, hits: Sequence[Hit]) -> list[Clause]:
    cuts = [
        (found.end(), "?" in found.group())
        for found in _BREAK.finditer(text.folded)
        if not any(hit.start < found.start() and found.end() < hit.end and not hit.gapped for hit in hits)
    ]
    for hit in hits:
        if hit.concept in _TURNING and hit.start and not hit.gapped:
            cuts.append((hit.start, False))
        elif hit.concept == "deny.not_this":
            cuts.append((_behind_number(hit, text), False))
    cuts += [(at, False) for at in second_thoughts(text, hits)]
    clauses = []
    start = 0
    for end, mark in sorted(cuts):
        if text.folded[start:end].strip():
            clauses.append(Clause(start, end, question_mark=mark))
            start = end
        elif mark and clauses:
            clauses[-1].question_mark = True
    if text.folded[start:].strip() or not clauses:
        clauses.append(Clause(start, len(text.folded) + 1))
    return clauses


def _behind_number(refusal: Hit, text: NormalisedText) -> int:
    """ "Not the size 24": the number belongs to what is not wanted; in Korean and Japanese it stood in front."""
    following = next((token for token in text.tokens if token.start >= refusal.end), None)
    if refusal.language in ("ko", "ja") or not following or not following.text[0].isdecimal():
        return refusal.end
    return following.end


def _judge(clause: Clause, text: NormalisedText) -> None:
    claims = [hit for hit in clause.hits if hit.kind == "claim"]
    concepts = {hit.concept for hit in clause.hits}
    denials = [hit for hit in clause.hits if hit.concept == "deny.negation"]
    clause.strength = _strength(claims)
    if "deny.refuse" in concepts or "deny.not_this" in concepts:
        clause.status = Status.denied
    elif any(_tags(denial, clause, text) for denial in denials):
        clause.status = Status.asked
    elif any(_denies(denial, claims, text) for denial in denials):
        clause.status = Status.denied
    elif "deny.others" in concepts or "deny.past" in concepts:
        clause.status = Status.told
    elif clause.strength == "polite":
        clause.status = Status.claimed
    elif _asks(clause, concepts):
        clause.status = Status.asked
    elif clause.strength:
        clause.status = Status.claimed


def _tags(denial: Hit, clause: Clause, text: NormalisedText) -> bool:
    """A negation that closes the clause only asks."""
    if denial.language not in _TAG_QUESTIONS:
        return False
    if denial.language in SPACELESS:
        return bool(text.folded[clause.start : denial.start].strip()) and not _ENDING.sub(
            "", text.folded[denial.end : clause.end]
        )
    small = [(hit.start, hit.end) for hit in clause.hits if hit.concept == "social.filler"]
    after = [t for t in text.tokens if denial.end <= t.start < clause.end and t.text[0].isalnum()]
    before = any(clause.start <= t.start < denial.start for t in text.tokens)
    return before and all((t.start, t.end) in small for t in after)


def _asks(clause: Clause, concepts: set[str]) -> bool:
    if clause.question_mark:
        return True
    if clause.strength == "strong":
        return False
    marks = [hit for hit in clause.hits if hit.concept == "question.mark"]
    asked = any(hit.kind == "question" and hit.name != "mark" for hit in clause.hits)
    return asked or (bool(marks) and not clause.strength and bool(concepts))


def _strength(claims: Sequence[Hit]) -> str:
    found = {hit.name for hit in claims}
    return next((name for name in ("polite", "strong", "verb", "solo", "weak") if name in found), "")


def _after(hit: Hit, text: NormalisedText) -> list[Token]:
    return [token for token in text.tokens if token.start >= hit.end][:1]


def _denies(denial: Hit, claims: Sequence[Hit], text: NormalisedText) -> bool:
    if not claims and denial.language in SPACELESS:  # there one character may belong to a name
        return any(
            t.start <= denial.end + 1 and t.text[0].isalnum() and t.text[0].isascii() for t in _after(denial, text)
        )
    if not claims:
        return True
    for claim in claims:
        if denial.language in SPACELESS and claim.start >= denial.end + _DENSE_REACH:
            continue
        between = [t for t in text.tokens if denial.end <= t.start < claim.start]
        if claim.start >= denial.end and len(between) <= NEGATION_REACH:
            return True
        if denial.start >= claim.end and denial.language in NEGATION_LAST:
            return True
    return False
