"""When a comment takes something: claim words, bare codes, counts of what is on air, and what speaks against it."""

import re
from dataclasses import replace

from livestream_sell.intent.evidence import SMALL_TALK, Case
from livestream_sell.intent.grammar import Clause, Status
from livestream_sell.intent.items import Resolution
from livestream_sell.intent.schemas import Intent
from livestream_sell.intent.verdict import LIKELY, SURE, UNSURE, Verdict

_URGENT_TOPICS = frozenset(("price", "stock", "sizes", "shipping", "payment"))
_RANK = ("strong", "polite", "verb", "solo", "weak")
_COUNTED_COVER, _CODED_COVER, _NAMED_COVER = 0.6, 0.8, 0.75  # of the letters of a bare claim
_PHONED_COVER = 0.5  # beside a telephone number the name of the buyer is expected
_CODE = re.compile(r"[a-wyz]\d{1,3}|\d{2,3}[a-d]")
_BESIDE_CODES = frozenset((*SMALL_TALK, "word.conj", "word.article", "word.code"))


def purchase(case: Case) -> Verdict | None:
    reading = case.reading
    claimed = [clause for clause in reading.clauses if clause.status is Status.claimed]
    if reading.has("deny.bid", "deny.queue", "deny.hypothetical"):
        return _withheld(case, claimed)
    if not claimed:
        return _may_i(case) or _bare_claim(case)
    strength = min((clause.strength for clause in claimed), key=_RANK.index)
    chosen = [c for c in reading.clauses if _tells(c, strength) and not gives_up(c)]
    found = case.resolve(chosen, case.featured)
    if _rather_asks(case, found, strength):
        return None
    if strength == "solo" and not found.by_code and case.said("claim", within=_around(case, found)) < 1.0:
        return None
    if strength == "weak" and not (found.named or case.featured):
        return None
    if "phone" in case.text.signs and not found.named and not case.featured:
        return None
    if "height" in case.text.signs and strength in ("solo", "weak") and not (found.named or found.counted):
        return None  # "5'2 lang ako" says how tall
    return _claim(case, found, strength)


def _around(case: Case, found: Resolution) -> list[Clause] | None:
    """The words a lone "+1" has to explain: all, but for what else is refused beside something named."""
    if not found.named:
        return None
    return [clause for clause in case.reading.clauses if clause.status is not Status.denied]


def _tells(clause: Clause, strength: str) -> bool:
    """Does it say more about what is claimed? "Mine, size 38 can?" does, "mine, do you have it in red?" asks."""
    if clause.status in (Status.claimed, Status.plain):
        return True
    return clause.status is Status.asked and not _open_question(clause, strength)


def gives_up(clause: Clause) -> bool:
    return any(hit.concept == "cancel.strong" for hit in clause.hits)


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


def _open_question(clause: Clause, strength: str) -> bool:
    """ "Me lo das? lo llevo": beside a clear claim a question that asks for nothing in particular only is polite."""
    return strength != "strong" or any(hit.kind == "question" for hit in clause.hits)


def _withheld(case: Case, claimed: list[Clause]) -> Verdict | None:
    if case.reading.has("deny.bid") and not any(map(str.isdecimal, case.text.folded)):
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
    said = case.said(within=spoken)
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


def _only_codes(case: Case) -> bool:
    """ "36A y 36B", "C7 porfa" of a live without these: somebody wants something, a person will know what."""
    letters = list(case.text.folded)
    for hit in case.reading.hits:
        in_a_code = case.text.folded[hit.start - 1 : hit.start].isdecimal()  # the "a" of "36a"
        if hit.concept in _BESIDE_CODES and not in_a_code:
            letters[hit.start : hit.end] = " " * (hit.end - hit.start)
    words = re.findall(r"[^\W_]{2,}", "".join(letters))
    return bool(words) and all(map(_CODE.fullmatch, words))
