"""Weighs grammar, items and classifier and says what the comment is."""

import re

from livestream_sell.intent.atoms import AtomKind
from livestream_sell.intent.claims import gives_up, purchase
from livestream_sell.intent.evidence import Case
from livestream_sell.intent.grammar import Clause, Status
from livestream_sell.intent.phrases import Hit, is_inside
from livestream_sell.intent.schemas import Intent, Understanding
from livestream_sell.intent.verdict import LIKELY, SURE, UNSURE, Verdict

_TOPICS = ("shipping", "payment", "sizes", "price", "stock", "other")
_LAUGHS = re.compile(r"(?:ha|ja|he|ji|wk|xa){2,}|kkk|5{4,}|ㅋㅋ|ㅎㅎ|哈哈|\blol\b|\blmao\b|www+\b|هه")
_BOAST = 10  # pieces; who laughs and takes ten takes none


def decide(case: Case) -> Verdict | None:
    """The first rule that knows; None leaves the comment to the classifier."""
    for rule in (
        _opt_out,
        _injection,
        _spam,
        _cancel,
        _joke,
        _complaint,
        purchase,
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
    wanted_out = [hit for hit in case.reading.hits if hit.concept == "opt_out.strong"]
    if wanted_out and not all(_means_a_product(hit, case) for hit in wanted_out):
        return Verdict(Intent.opt_out, SURE, "opt_out_phrase")
    if case.consists_of("opt_out.solo"):
        return Verdict(Intent.opt_out, SURE, "opt_out_word")
    return None


def _means_a_product(hit: Hit, case: Case) -> bool:
    """ "Don't send me the P07 any more"."""
    gaps = [case.text.folded[hit.end : a.start] for a in case.atoms if a.exact and a.start >= hit.end]
    gaps += [case.text.folded[a.end : hit.start] for a in case.atoms if a.exact and a.end <= hit.start]
    return any(len(gap.split()) <= 1 for gap in gaps)


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
    if reading.has("opt_out.strong"):  # of a product only
        found = case.resolve(reading.clauses, None)
        return Verdict(Intent.cancel, LIKELY, "refusal", tuple(found.items), tuple(found.candidates), True)
    weak = reading.has("cancel.weak") and (case.said("cancel") == 1.0 or _drops_a_code(case))
    clauses = [c for c in reading.clauses if gives_up(c)]
    if _changes_to_another(case, clauses):
        return None
    if not weak and (not clauses or all(_keeps_order(clause) or _not_mine(clause) for clause in clauses)):
        return None
    found = case.resolve(reading.clauses, None)
    items = tuple(found.items) if found.named else ()
    return Verdict(Intent.cancel, SURE, "cancel_phrase", items, tuple(found.candidates))


def _changes_to_another(case: Case, given_up: list[Clause]) -> bool:
    """ "Not S3 after all, I take S4": the claim says it all."""
    if not given_up:
        return False
    kept = [c for c in case.reading.clauses if c.status in (Status.claimed, Status.plain) and c not in given_up]
    if not any(clause.start <= atom.start < clause.end for clause in given_up for atom in case.atoms):
        kept = [clause for clause in kept if clause.start > given_up[0].start]  # "mine K2... wait, cancel"
    claimed = any(clause.status is Status.claimed for clause in kept)
    coded = any(atom.exact and any(c.start <= atom.start < c.end for c in kept) for atom in case.atoms)
    return claimed and coded


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
    if not _upset(case) and not _sent_wrong(case):
        return None
    claimed = any(c.status is Status.claimed and c.strength not in ("solo", "weak") for c in case.reading.clauses)
    if claimed and any(atom.kind is AtomKind.product for atom in case.atoms):
        return None
    return Verdict(Intent.complaint, LIKELY, "complaint_phrase")


def _upset(case: Case) -> bool:
    """The snail of a snail cream is no word for slow."""
    names = [(atom.start, atom.end) for atom in case.atoms if atom.kind is AtomKind.product]
    return any(hit.concept == "social.complaint" and not is_inside(hit, names) for hit in case.reading.hits)


def _sent_wrong(case: Case) -> bool:
    """ "I ordered the red one and the blue one came"."""
    reading = case.reading
    told = reading.has("parcel.ordered") and reading.has("parcel.arrived")
    asked = reading.has("question.mark") or any(clause.question_mark for clause in reading.clauses)
    return told and not asked and not reading.has("social.praise")


def _looking(case: Case) -> Verdict | None:
    """ "I'm not buying anything today": nothing was claimed, so nothing is withdrawn."""
    return Verdict(Intent.other, LIKELY, "just_looking") if case.reading.has("deny.just_looking") else None


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
    digits = any(map(str.isdecimal, case.text.folded))
    return "phone" in case.text.signs or (digits and set(topics) <= {"sizes", "other"})


def _social(case: Case) -> Verdict | None:
    reading = case.reading
    social = [hit for hit in reading.hits if hit.kind == "social" and hit.name not in ("filler", "marker")]
    if social and min(social, key=lambda hit: hit.start).name == "greeting":
        return Verdict(Intent.greeting, LIKELY, "greeting")
    if any(hit.name == "farewell" for hit in social):
        return Verdict(Intent.other, LIKELY, "farewell")
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
