"""Where the grammar is unsure or silent, the classifier speaks; it never makes a claim final."""

from dataclasses import replace

from livestream_sell.intent.atoms import AtomKind
from livestream_sell.intent.classifier import Classifier
from livestream_sell.intent.decision import decide
from livestream_sell.intent.evidence import Case
from livestream_sell.intent.features import features
from livestream_sell.intent.grammar import Status
from livestream_sell.intent.schemas import Intent
from livestream_sell.intent.verdict import UNSURE, Verdict

_OVERRULES = 0.5  # against a guess of the grammar
_CONVINCED = 0.85  # against a likely reading of the grammar
_BUYS_NAMED, _BUYS_ON_AIR, _BUYS_UNNAMED = 0.4, 0.55, 0.97  # to take a comment without claim words for a purchase
_SURELY_BUYS = 0.9
_BELIEVED, _BRIEFLY_BELIEVED = 0.65, 0.4  # to keep a claim that names nothing of the catalogue
_SUSPECT, _TRUSTED = 0.12, 0.7  # below it a claim (the second: that only points at what is on air) waits
_UPSET = 0.5  # a complaint that names the product sounds like an order
_HOPELESS = 0.15
_WORDY, _VAGUE, _RAMBLING = 70, 24, 40  # letters
_GROUNDED = 0.8  # a claim that names or counts something is not lightly overruled
_DOUBT_FROM = {  # how sure the classifier must be to overrule a claim of this kind
    "claim_verb": 0.55, "claim_solo": 0.7, "bare_product": 0.7,
    "doubtful_item": 0.7, "ambiguous": 0.7, "claim_strong": 0.55,
}  # fmt: skip
_SAID_OF_WHAT_IS_SHOWN = frozenset(("claim_solo", "claim_verb", "claim_strong"))
_WANTS_OUT, _SURELY_OUT = 0.2, 0.4  # nobody who wants out may be missed
_OPEN = frozenset(
    (
        "cancel_phrase",
        "refusal",
        "claim_without_product",
        "question_guess",
        "chatter",
        "told",
        "greeting",
        "conditional",
    )
)


def judge(case: Case, classifier: Classifier | None) -> Verdict:
    verdict = decide(case)
    if classifier is None:
        return verdict or Verdict(Intent.other, UNSURE, "nothing_recognised")
    if verdict and not _in_doubt(case, verdict):
        return verdict
    chances = classifier.probabilities(features(case.text, case.reading))
    best = max(chances, key=chances.__getitem__)
    if chances[Intent.opt_out] >= (_WANTS_OUT if verdict is None else _SURELY_OUT):
        best = Intent.opt_out
    if verdict is None:
        return _guess(case, best, chances[best])
    if verdict.intent is Intent.cancel:
        return _guess(case, best, chances[best]) if best is Intent.opt_out and not _coded(case) else verdict
    if verdict.reason in _DOUBT_FROM:
        return _doubt(case, verdict, best, chances)
    return _weigh(case, verdict, best, chances)


def _in_doubt(case: Case, verdict: Verdict) -> bool:
    if verdict.reason in _SAID_OF_WHAT_IS_SHOWN and case.featured and case.said("claim") == 1.0:
        return False  # "yo!", "x2", "mua 0903112358" while a product is on air: the very words of a live
    if verdict.reason in _DOUBT_FROM:
        return not _coded(case)  # a code leaves nothing to guess
    return verdict.reason in _OPEN


def _doubt(case: Case, verdict: Verdict, best: Intent, chances: dict[Intent, float]) -> Verdict:
    """A claim that the classifier cannot believe is no claim, or waits for a person."""
    limit = max(_DOUBT_FROM[verdict.reason], _GROUNDED if verdict.grounded else 0.0)
    if best is Intent.complaint:
        limit = _UPSET
    if best is not Intent.purchase and (chances[best] >= limit or chances[Intent.purchase] < _HOPELESS):
        return replace(_guess(case, best, chances[best]), reason="classifier_overrules")
    least = _SUSPECT if verdict.grounded else _TRUSTED
    if (_wordy(case, verdict) or chances[Intent.purchase] < least) and not verdict.needs_review:
        return replace(verdict, needs_review=True, confidence=UNSURE, reason="suspect_claim")
    return verdict


def _wordy(case: Case, verdict: Verdict) -> bool:
    """Orders are short, the more so where only "I want" and the product on air make them."""
    named = any(atom.kind is AtomKind.product for atom in case.atoms)
    return _letters(case) > (_VAGUE if verdict.reason == "claim_verb" and not named else _WORDY)


def _coded(case: Case) -> bool:
    return any(atom.exact for atom in case.atoms)


def _guess(case: Case, best: Intent, chance: float) -> Verdict:
    if best is Intent.purchase:
        return _guessed_purchase(case, chance)
    if best is Intent.opt_out:  # nobody who wants out may be missed, nor anybody cut off by a guess
        return Verdict(best, min(chance, UNSURE), "classifier", needs_review=True)
    topic = "other" if best is Intent.question else None
    return Verdict(best, round(chance, 3), "classifier", topic=topic)


def _guessed_purchase(case: Case, chance: float) -> Verdict:
    found = case.resolve(case.reading.clauses, case.featured)
    sold_here = found.named and bool(found.items or found.candidates)
    needed = _BUYS_NAMED if sold_here else _BUYS_ON_AIR if case.featured else _BUYS_UNNAMED
    rambling = not found.named and _letters(case) > _RAMBLING and not _orders(case, chance)
    if chance < needed or rambling or _spoken_against(case):
        return Verdict(Intent.other, UNSURE, "classifier")
    confidence = round(min(chance, UNSURE), 3)
    items, skus = tuple(found.items), tuple(found.candidates)
    return Verdict(Intent.purchase, confidence, "classifier", items, skus, needs_review=True)


def _spoken_against(case: Case) -> bool:
    """What the grammar heard denied, told or only asked, characters alone do not make an order."""
    statuses = case.reading.statuses()
    asked = Status.asked in statuses and Status.claimed not in statuses
    return asked or bool(statuses & {Status.told, Status.denied}) or "irony" in case.text.signs


def _incredible(case: Case, chance: float) -> bool:
    brief = _letters(case) <= _VAGUE or any(atom.kind is AtomKind.quantity for atom in case.atoms)
    return chance < (_BRIEFLY_BELIEVED if brief else _BELIEVED)


def _letters(case: Case) -> int:
    return sum(map(str.isalpha, case.text.folded))


def _orders(case: Case, chance: float) -> bool:
    """ "If you can hear me, put me down for A8", "keep the white one, I transfer tonight"."""
    return Status.claimed in case.reading.statuses() and chance >= _SURELY_BUYS


def _weigh(case: Case, verdict: Verdict, best: Intent, chances: dict[Intent, float]) -> Verdict:
    if (
        verdict.intent is Intent.purchase
        and best is not Intent.purchase
        and _incredible(case, chances[Intent.purchase])
    ):
        return _guess(case, best, chances[best])
    if verdict.reason == "conditional" and (best is Intent.question or not _orders(case, chances[best])):
        return verdict
    needed = _OVERRULES if verdict.confidence <= UNSURE else _CONVINCED
    if best is verdict.intent or chances[best] < needed:
        return verdict
    if best is Intent.purchase:
        guessed = _guessed_purchase(case, chances[best])
        return guessed if guessed.intent is Intent.purchase else verdict
    return replace(_guess(case, best, chances[best]), reason="classifier_overrules")
