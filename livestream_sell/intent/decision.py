"""Weighs grammar, items and classifier and says what the comment is."""

import re
from dataclasses import dataclass, replace

from livestream_sell.intent.atoms import AtomKind
from livestream_sell.intent.evidence import SMALL_TALK, Case
from livestream_sell.intent.grammar import Clause, Status
from livestream_sell.intent.items import Resolution
from livestream_sell.intent.schemas import Intent, ItemClaim, Understanding

_TOPICS = ("shipping", "payment", "sizes", "price", "stock", "other")
_URGENT_TOPICS = frozenset(("price", "stock", "sizes", "shipping", "payment"))
_RANK = ("strong", "polite", "verb", "solo", "weak")
SURE, LIKELY, UNSURE = 0.95, 0.8, 0.55
_COUNTED_COVER, _CODED_COVER, _NAMED_COVER = 0.6, 0.8, 0.75  # of the letters of a bare claim
_LAUGHS = re.compile(r"(?:ha|ja|he|ji|wk|xa){2,}|kkk|5{4,}|ㅋㅋ|ㅎㅎ|哈哈|\blol\b|\blmao\b|www+\b|هه")
_BOAST = 10  # pieces; who laughs and takes ten takes none
_CODE = re.compile(r"[a-wyz]\d{1,3}|\d{2,3}[a-d]")
_BESIDE_CODES = frozenset((*SMALL_TALK, "word.conj", "word.article", "word.code"))
_PHONED_COVER = 0.5  # beside a telephone number the name of the buyer is expected


@dataclass(frozen=True, slots=True)
class Verdict:
    intent: Intent
    confidence: float
    reason: str
    items: tuple[ItemClaim, ...] = ()
    candidates: tuple[str, ...] = ()
    needs_review: bool = False
    topic: str | None = None
    grounded: bool = False  # the comment itself named or counted what it claims


def decide(case: Case) -> Verdict | None:
    """The first rule that knows; None leaves the comment to the classifier."""
    for rule in (
        _opt_out,
        _injection,
        _spam,
        _cancel,
        _joke,
        _complaint,
        _purchase,
        _looking,
        _refusal,
        _question,
        _social,
    ):
        verdict = rule(case)
        if verdict:
            return verdict
    return None


def _opt_out(case: Case) -> Verdict | None:
    if case.reading.has("opt_out.strong"):
        return Verdict(Intent.opt_out, SURE, "opt_out_phrase")
    if case.consists_of("opt_out.solo"):
        return Verdict(Intent.opt_out, SURE, "opt_out_word")
    return None


def _injection(case: Case) -> Verdict | None:
    if case.reading.has("deny.injection"):
        return Verdict(Intent.other, LIKELY, "instructions_to_the_machine")
    return None


def _spam(case: Case) -> Verdict | None:
    hits = sum(hit.concept == "social.spam" for hit in case.reading.hits)
    linked = bool({"url", "phone"} & case.text.signs)
    if "url" in case.text.signs or hits > 1 or (hits and (linked or not case.reading.has("claim.strong"))):
        return Verdict(Intent.spam, SURE if hits else LIKELY, "spam")
    return None


def _cancel(case: Case) -> Verdict | None:
    reading = case.reading
    if reading.has("deny.queue"):
        return None
    weak = reading.has("cancel.weak") and (case.said("cancel") == 1.0 or _drops_a_code(case))
    clauses = [c for c in reading.clauses if _gives_up(c)]
    if _changes_to_another(case, clauses):
        return None
    if not weak and (not clauses or all(_keeps_order(clause) or _not_mine(clause) for clause in clauses)):
        return None
    found = case.resolve(reading.clauses, None)
    items = tuple(found.items) if found.named else ()
    return Verdict(Intent.cancel, SURE, "cancel_phrase", items, tuple(found.candidates))


def _changes_to_another(case: Case, given_up: list[Clause]) -> bool:
    """ "Not S3 after all, I take S4": the claim says it all."""
    claimed = [c for c in case.reading.clauses if c.status is Status.claimed and c not in given_up]
    coded = [a for a in case.atoms if a.exact and any(c.start <= a.start < c.end for c in claimed)]
    return bool(given_up and coded)


def _not_mine(clause: Clause) -> bool:
    return any(hit.concept == "deny.others" for hit in clause.hits)


def _drops_a_code(case: Case) -> bool:
    """ "Pass 123, sorry": beside a code the small words suffice."""
    if case.reading.of_kind("claim") or case.reading.of_kind("question"):
        return False
    ends = {hit.end for hit in case.reading.hits if hit.concept == "cancel.weak"}
    return any(not case.text.folded[end : atom.start].strip() for atom in case.atoms if atom.exact for end in ends)


def _keeps_order(clause: Clause) -> bool:
    """ "Don't cancel my order"."""
    first = min(h.start for h in clause.hits if h.kind == "cancel")
    return any(h.concept == "deny.negation" and h.end <= first for h in clause.hits)


def _joke(case: Case) -> Verdict | None:
    ironic = "irony" in case.text.signs or case.reading.has("social.sarcasm")
    if not ironic and not _LAUGHS.search(case.text.folded) and "laugh" not in case.text.signs:
        return None
    most = max((atom.value for atom in case.atoms if atom.kind is AtomKind.quantity), default=0)
    if most >= _BOAST or (ironic and (most or case.reading.of_kind("claim"))):
        return Verdict(Intent.other, LIKELY, "irony")
    return None


def _complaint(case: Case) -> Verdict | None:
    if not case.reading.has("social.complaint") and not _sent_wrong(case):
        return None
    claimed = Status.claimed in case.reading.statuses()
    if claimed and any(atom.kind is AtomKind.product for atom in case.atoms):
        return None
    return Verdict(Intent.complaint, LIKELY, "complaint_phrase")


def _sent_wrong(case: Case) -> bool:
    """ "I ordered the red one and the blue one came"."""
    reading = case.reading
    told = reading.has("parcel.ordered") and reading.has("parcel.arrived")
    asked = reading.has("question.mark") or any(clause.question_mark for clause in reading.clauses)
    return told and not asked and not reading.has("social.praise")


def _purchase(case: Case) -> Verdict | None:
    reading = case.reading
    claimed = [clause for clause in reading.clauses if clause.status is Status.claimed]
    if reading.has("deny.bid", "deny.queue", "deny.hypothetical"):
        return _withheld(case, claimed)
    if not claimed:
        return _may_i(case) or _bare_claim(case)
    strength = min((clause.strength for clause in claimed), key=_RANK.index)
    chosen = [c for c in reading.clauses if c.status in (Status.claimed, Status.plain) and not _gives_up(c)]
    found = case.resolve(chosen, case.featured)
    if _rather_asks(case, found, strength):
        return None
    if strength == "solo" and case.said("claim") < 1.0 and not found.by_code:
        return None
    if strength == "weak" and not (found.named or case.featured):
        return None
    if "phone" in case.text.signs and not found.named and not case.featured:
        return None
    return _claim(case, found, strength)


def _rather_asks(case: Case, found: Resolution, strength: str) -> bool:
    """Asking for price, stock or size comes first, whatever one wishes beside it."""
    if found.by_code or strength == "polite":
        return False
    clauses = [c for c in case.reading.clauses if c.status is not Status.claimed or strength == "weak"]
    if any(clause.question_mark and _open_question(clause, strength) for clause in case.reading.clauses):
        return True
    asked = {hit.name for clause in clauses for hit in clause.hits if hit.kind == "question"}
    if strength == "weak" and asked:
        return True
    everywhere = {hit.name for hit in case.reading.of_kind("question")}
    return bool(asked & _URGENT_TOPICS) or (strength != "strong" and bool(everywhere & _URGENT_TOPICS))


def _gives_up(clause: Clause) -> bool:
    return any(hit.concept == "cancel.strong" for hit in clause.hits)


def _open_question(clause: Clause, strength: str) -> bool:
    """ "Me lo das? lo llevo": beside a clear claim a question that asks for nothing in particular only is polite."""
    return strength != "strong" or any(hit.kind == "question" for hit in clause.hits)


def _withheld(case: Case, claimed: list[Clause]) -> Verdict | None:
    if case.reading.has("deny.bid") and not any(map(str.isdigit, case.text.folded)):
        return Verdict(Intent.question, LIKELY, "discount_asked", topic="price")
    if not claimed and not case.reading.of_kind("claim"):
        return None
    if case.reading.of_kind("question") and not claimed:
        return None
    return Verdict(Intent.other, LIKELY, "conditional")


def _claim(case: Case, found: Resolution, strength: str) -> Verdict:
    items, candidates = tuple(found.items), tuple(found.candidates)
    if not items and not candidates:
        return Verdict(Intent.purchase, UNSURE, "claim_without_product", needs_review=True)
    doubts = found.doubtful or bool(candidates) or "laugh" in case.text.signs or strength == "weak"
    plain = strength in ("strong", "polite", "bare") or found.named or found.counted
    reason = "ambiguous" if candidates else "doubtful_item" if doubts else f"claim_{strength}"
    confidence = UNSURE if doubts else SURE if plain else LIKELY
    return Verdict(
        Intent.purchase, confidence, reason, items, candidates, doubts,
        grounded=found.named or found.counted,
    )  # fmt: skip


def _may_i(case: Case) -> Verdict | None:
    """ "Six, please?", "can I five of these?" while a product is on air."""
    if not case.featured or not case.reading.has("word.may"):
        return None
    found = case.resolve(case.reading.clauses, case.featured)
    return _claim(case, found, "polite") if not found.named and _only_counts(case, found) else None


def _bare_claim(case: Case) -> Verdict | None:
    """ "A12 x2", "2 negras M": a code or a counted variant and nothing else is a claim in a live."""
    reading = case.reading
    quiet = reading.statuses() <= {Status.plain, Status.denied}
    if not quiet or reading.of_kind("question") or reading.of_kind("cancel"):
        return None
    if reading.has("social.praise", "social.complaint", "deny.void"):
        return None
    spoken = [c for c in reading.clauses if c.status is Status.plain]
    found = case.resolve(spoken, case.featured)
    if not found.named and case.featured and _only_counts(case, found):
        return _claim(case, found, "solo")
    if not found.named and _only_codes(case):
        return Verdict(Intent.purchase, UNSURE, "unknown_code", needs_review=True)
    if not found.named or not (found.items or found.candidates):
        return None
    said = case.said()
    coded = _PHONED_COVER if "phone" in case.text.signs else _COUNTED_COVER if found.counted else _CODED_COVER
    if (found.by_code and said >= coded) or (found.counted and said >= _COUNTED_COVER):
        return _claim(case, found, "bare")
    if said >= _NAMED_COVER:
        verdict = _claim(case, found, "solo")
        return replace(verdict, confidence=UNSURE, reason="bare_product", needs_review=True)
    return None


def _only_counts(case: Case, found: Resolution) -> bool:
    """ "x2", "dos", "2 porfa": how many of what is on air. A lone figure may be anything: 7 pm, a size, a raffle."""
    lone = not any(map(str.isalpha, case.text.folded))
    return found.counted and not found.doubtful and not lone and case.is_a_count()


def _looking(case: Case) -> Verdict | None:
    """ "I'm not buying anything today": nothing was claimed, so nothing is withdrawn."""
    return Verdict(Intent.other, LIKELY, "just_looking") if case.reading.has("deny.just_looking") else None


def _only_codes(case: Case) -> bool:
    """ "36A y 36B", "C7 porfa" of a live without these: somebody wants something, a person will know what."""
    letters = list(case.text.folded)
    for hit in case.reading.hits:
        if hit.concept in _BESIDE_CODES and not "".join(letters[:hit.start])[-1:].isdigit():
            letters[hit.start : hit.end] = " " * (hit.end - hit.start)
    words = re.findall(r"[^\W_]+", "".join(letters))
    return bool(words) and all(map(_CODE.fullmatch, words))


def _refusal(case: Case) -> Verdict | None:
    """ "No lo quiero": unwillingness. What it releases is for a person to say unless it is named."""
    reading = case.reading
    if Status.denied not in reading.statuses() or Status.asked in reading.statuses():
        return None
    if reading.has("deny.others", "deny.past", "deny.hypothetical") or not reading.has("deny.refuse", "deny.negation"):
        return None
    if not reading.has("deny.refuse") and (not reading.of_kind("claim") or reading.of_kind("question")):
        return None
    found = case.resolve(reading.clauses, None)
    items = tuple(found.items) if found.named else ()
    return Verdict(Intent.cancel, LIKELY, "refusal", items, tuple(found.candidates), not items)


def _question(case: Case) -> Verdict | None:
    asked = {hit.name for hit in case.reading.of_kind("question")}
    marked = any(clause.question_mark for clause in case.reading.clauses)
    topics = [topic for topic in _TOPICS if topic in asked]
    opened = any(c.hits and c.hits[0].concept == "question.mark" for c in case.reading.clauses)
    if not topics and not marked and not opened:
        return None
    if not marked and set(topics) <= {"other", "payment"} and case.reading.statuses() & {Status.told}:
        return None  # "I have paid by transfer" asks nothing
    found = case.resolve(case.reading.clauses, None)
    skus = tuple(item.sku for item in found.items) + tuple(found.candidates)
    if not found.named:
        skus = tuple(case.index.rows[n].sku for n in case.index.rows_of(case.featured))
    specific = [topic for topic in topics if topic != "other"]
    topic = (specific or topics or ["other"])[0]
    sure = SURE if specific and marked else LIKELY if specific or marked else UNSURE
    if not marked and (case.reading.statuses() & {Status.told, Status.claimed} or _measured(case, topics)):
        sure = UNSURE
    reason = "question" if sure > UNSURE else "question_guess"
    return Verdict(Intent.question, sure, reason, candidates=skus, topic=topic)


def _measured(case: Case, topics: list[str]) -> bool:
    """ "I am 160 tall", a telephone number: figures told, nothing asked."""
    digits = any(map(str.isdigit, case.text.folded))
    return "phone" in case.text.signs or (digits and set(topics) <= {"sizes", "other"})


def _social(case: Case) -> Verdict | None:
    reading = case.reading
    social = [hit for hit in reading.hits if hit.kind == "social" and hit.name not in ("filler", "marker")]
    if social and min(social, key=lambda hit: hit.start).name == "greeting":
        return Verdict(Intent.greeting, LIKELY, "greeting")
    if social:
        return Verdict(Intent.other, LIKELY, "chatter")
    if reading.statuses() & {Status.told, Status.denied}:
        return Verdict(Intent.other, LIKELY, "told")
    return None


def to_understanding(comment_id: str, language: str, verdict: Verdict) -> Understanding:
    return Understanding(
        comment_id, verdict.intent, language, verdict.items, verdict.confidence, "local",
        verdict.needs_review, verdict.candidates, verdict.topic, verdict.reason,
    )  # fmt: skip
