"""Weighs grammar, items and classifier and says what the comment is."""

from dataclasses import dataclass

from livestream_sell.intent.atoms import Atom, AtomKind, Scene, find_atoms
from livestream_sell.intent.catalogue_index import CatalogueIndex
from livestream_sell.intent.grammar import Clause, Reading, Status
from livestream_sell.intent.items import Resolution, resolve
from livestream_sell.intent.normalise import NormalisedText
from livestream_sell.intent.schemas import Intent, ItemClaim, Understanding

_TOPICS = ("shipping", "payment", "sizes", "price", "stock", "other")
_SURE, _LIKELY, _UNSURE = 0.95, 0.8, 0.55
_SHORT = 4  # words of a comment that may be a code or a variant and nothing else


@dataclass(frozen=True, slots=True)
class Verdict:
    intent: Intent
    confidence: float
    reason: str
    items: tuple[ItemClaim, ...] = ()
    candidates: tuple[str, ...] = ()
    needs_review: bool = False
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    text: NormalisedText
    reading: Reading
    index: CatalogueIndex
    featured: str | None

    def scene(self) -> Scene:
        return Scene(self.text, self.reading.hits, self.index, self.featured, self.reading.language)


def decide(case: Case) -> Verdict:
    for rule in (_opt_out, _spam, _cancel, _joke, _purchase, _complaint, _question, _social):
        verdict = rule(case)
        if verdict:
            return verdict
    return Verdict(Intent.other, _UNSURE, "nothing_recognised")


def _covers(case: Case, *concepts: str) -> bool:
    """Do these concepts and politeness make up the whole comment?"""
    spans = [h for h in case.reading.hits if h.concept in concepts or h.concept in _FILL]
    if not any(h.concept in concepts for h in spans):
        return False
    return all(
        any(h.start <= t.start and t.end <= h.end for h in spans)
        for t in case.text.tokens
        if t.text[0].isalnum()
    )


_FILL = ("social.filler", "social.greeting", "social.thanks")


def _opt_out(case: Case) -> Verdict | None:
    if case.reading.has("opt_out.strong"):
        return Verdict(Intent.opt_out, _SURE, "opt_out_phrase")
    if case.reading.has("opt_out.solo") and _covers(case, "opt_out.solo"):
        return Verdict(Intent.opt_out, _SURE, "opt_out_word")
    return None


def _spam(case: Case) -> Verdict | None:
    hits = sum(hit.concept == "social.spam" for hit in case.reading.hits)
    linked = "url" in case.text.signs or "phone" in case.text.signs
    if "url" in case.text.signs or hits > 1 or (hits and (linked or not case.reading.has("claim.strong"))):
        return Verdict(Intent.spam, _SURE if hits else _LIKELY, "spam")
    return None


def _cancel(case: Case) -> Verdict | None:
    reading = case.reading
    weak = reading.has("cancel.weak") and _covers(case, "cancel.weak")
    if not weak and not reading.has("cancel.strong"):
        return None
    if reading.has("deny.queue", "deny.others"):
        return None
    clauses = [c for c in reading.clauses if any(h.kind == "cancel" for h in c.hits)]
    if clauses and not weak and all(_negates_cancel(c) for c in clauses):
        return None
    found = _resolve(case, reading.clauses, featured=None)
    items = tuple(found.items) if found.named else ()
    return Verdict(Intent.cancel, _SURE, "cancel_phrase", items, tuple(found.candidates))


def _negates_cancel(clause: Clause) -> bool:
    first = min(h.start for h in clause.hits if h.kind == "cancel")
    return any(h.concept == "deny.negation" and h.end <= first for h in clause.hits)


def _joke(case: Case) -> Verdict | None:
    ironic = "irony" in case.text.signs or case.reading.has("social.sarcasm")
    claims = any(hit.kind == "claim" for hit in case.reading.hits)
    if claims and ironic:
        return Verdict(Intent.other, _LIKELY, "irony")
    return None


def _purchase(case: Case) -> Verdict | None:
    reading = case.reading
    claimed = [clause for clause in reading.clauses if clause.status is Status.claimed]
    if reading.has("deny.bid", "deny.queue", "deny.hypothetical"):
        return _withheld(case, claimed)
    if not claimed:
        return _bare_claim(case)
    strength = min((clause.strength for clause in claimed), key=_RANK.index)
    chosen = [c for c in reading.clauses if c.status in (Status.claimed, Status.plain)]
    found = _resolve(case, chosen, case.featured)
    if strength == "solo" and not (found.named or found.counted or _covers(case, "claim.solo", "word.conj")):
        return None
    if strength == "weak" and not found.named:
        return None if not case.featured else _weak(found)
    return _claim(case, found, strength)


_RANK = ("strong", "polite", "verb", "solo", "weak")


def _withheld(case: Case, claimed: list[Clause]) -> Verdict | None:
    if not claimed and not case.reading.of_kind("claim"):
        return None
    if case.reading.has("deny.bid") and any(c.question_mark for c in case.reading.clauses):
        return Verdict(Intent.question, _LIKELY, "bid_asked", topic="price")
    return Verdict(Intent.other, _LIKELY, "conditional")


def _weak(found: Resolution) -> Verdict:
    items, skus = tuple(found.items), tuple(found.candidates)
    return Verdict(Intent.purchase, _UNSURE, "interest", items, skus, needs_review=True)


def _claim(case: Case, found: Resolution, strength: str) -> Verdict:
    items, candidates = tuple(found.items), tuple(found.candidates)
    if not items and not candidates:
        return Verdict(Intent.purchase, _UNSURE, "claim_without_product", needs_review=True)
    doubts = found.doubtful or bool(candidates) or "laugh" in case.text.signs
    asked = any(c.status is Status.asked for c in case.reading.clauses)
    confidence = _SURE if strength in ("strong", "polite") or found.named or found.counted else _LIKELY
    if asked and strength != "polite":
        confidence = min(confidence, _LIKELY)
    reason = "ambiguous" if candidates else "doubtful_item" if doubts else f"claim_{strength}"
    return Verdict(
        Intent.purchase, _UNSURE if doubts else confidence, reason, items, candidates, doubts
    )


def _bare_claim(case: Case) -> Verdict | None:
    """ "A12 x2", "2 negras M": a code or a counted variant and nothing else is a claim in a live."""
    reading = case.reading
    denied = any(c.status is not Status.plain for c in reading.clauses)
    if denied or reading.of_kind("question") or reading.of_kind("cancel"):
        return None
    atoms = find_atoms(case.scene())
    meaning = [a for a in atoms if a.kind is not AtomKind.separator]
    if not meaning or not _all_said(case, atoms):
        return None
    found = resolve(atoms, case.index, case.featured)
    if not found.named and not (found.counted and case.featured):
        return None
    if not found.items and not found.candidates:
        return None
    if found.by_code or (found.counted and found.named):
        return _claim(case, found, "strong")
    verdict = _claim(case, found, "solo")
    return Verdict(
        verdict.intent, _UNSURE, "bare_variant", verdict.items, verdict.candidates, needs_review=True
    )


def _all_said(case: Case, atoms: list[Atom]) -> bool:
    spans = [(a.start, a.end) for a in atoms]
    spans += [
        (h.start, h.end)
        for h in case.reading.hits
        if h.concept in _FILL or h.kind == "word" or h.kind == "number"
    ]
    return all(
        any(start <= token.start and token.end <= end for start, end in spans)
        for token in case.text.tokens
        if token.text[0].isalnum() and token.text != "x"
    )


def _resolve(case: Case, clauses: list[Clause], featured: str | None) -> Resolution:
    atoms = [
        atom
        for atom in find_atoms(case.scene())
        if any(clause.start <= atom.start < clause.end for clause in clauses)
    ]
    return resolve(atoms, case.index, featured)


def _complaint(case: Case) -> Verdict | None:
    if case.reading.has("social.complaint"):
        return Verdict(Intent.complaint, _LIKELY, "complaint_phrase")
    return None


def _question(case: Case) -> Verdict | None:
    asked = {hit.name for hit in case.reading.of_kind("question")}
    marked = any(clause.question_mark for clause in case.reading.clauses)
    topics = [topic for topic in _TOPICS if topic in asked]
    if not topics and not marked and not asked:
        return None
    found = _resolve(case, case.reading.clauses, None)
    skus = tuple(item.sku for item in found.items) + tuple(found.candidates)
    if not skus and case.featured:
        skus = tuple(case.index.rows[n].sku for n in case.index.rows_of(case.featured))
    specific = [topic for topic in topics if topic != "other"]
    topic = (specific or topics or ["other"])[0]
    sure = _SURE if specific and marked else _LIKELY if topics or marked else _UNSURE
    return Verdict(Intent.question, sure, "question", candidates=skus, topic=topic)


def _social(case: Case) -> Verdict | None:
    reading = case.reading
    if any(c.status is Status.denied for c in reading.clauses):
        return Verdict(Intent.other, _LIKELY, "denied")
    if reading.has("social.greeting") and not reading.has("social.praise"):
        return Verdict(Intent.greeting, _LIKELY, "greeting")
    if reading.has("social.praise", "social.chatter", "social.thanks"):
        return Verdict(Intent.other, _LIKELY, "chatter")
    return None


def to_understanding(comment_id: str, language: str, verdict: Verdict) -> Understanding:
    return Understanding(
        comment_id, verdict.intent, language, verdict.items, verdict.confidence, "local",
        verdict.needs_review, verdict.candidates, verdict.topic, verdict.reason,
    )  # fmt: skip
