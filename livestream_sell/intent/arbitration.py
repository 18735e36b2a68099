"""Where the grammar is unsure or silent, the classifier speaks; it never makes a claim final."""

from dataclasses import replace

from livestream_sell.intent.classifier import Classifier
from livestream_sell.intent.decision import UNSURE, Verdict, decide
from livestream_sell.intent.evidence import Case
from livestream_sell.intent.features import features
from livestream_sell.intent.schemas import Intent

_OVERRULES = 0.5  # against a guess of the grammar
_CONVINCED = 0.85  # against a likely reading of the grammar
_BUYS = 0.5  # to take a comment without claim words for a purchase at all
_OPEN = frozenset(("claim_without_product", "question_guess", "chatter", "told", "greeting", "conditional"))
_FIRM = frozenset((Intent.opt_out, Intent.spam))


def judge(case: Case, classifier: Classifier | None) -> Verdict:
    verdict = decide(case)
    if verdict and (verdict.intent in _FIRM or verdict.reason not in _OPEN):
        return verdict
    if classifier is None:
        return verdict or Verdict(Intent.other, UNSURE, "nothing_recognised")
    chances = classifier.probabilities(features(case.text, case.reading))
    best = max(chances, key=chances.__getitem__)
    if verdict is None:
        return _guess(case, best, chances[best])
    return _weigh(case, verdict, best, chances[best])


def _guess(case: Case, best: Intent, chance: float) -> Verdict:
    if best is Intent.purchase:
        return _guessed_purchase(case, chance)
    if best is Intent.opt_out:  # nobody who wants out may be missed, nor anybody cut off by a guess
        return Verdict(best, min(chance, UNSURE), "classifier", needs_review=True)
    topic = "other" if best is Intent.question else None
    return Verdict(best, round(chance, 3), "classifier", topic=topic)


def _guessed_purchase(case: Case, chance: float) -> Verdict:
    found = case.resolve(case.reading.clauses, None)
    if chance < _BUYS and not found.named:
        return Verdict(Intent.other, UNSURE, "classifier")
    items, candidates = tuple(found.items), tuple(found.candidates)
    if not found.named:
        items = ()
    return Verdict(
        Intent.purchase, round(min(chance, UNSURE), 3), "classifier", items, candidates, needs_review=True
    )


def _weigh(case: Case, verdict: Verdict, best: Intent, chance: float) -> Verdict:
    needed = _OVERRULES if verdict.confidence <= UNSURE else _CONVINCED
    if best is verdict.intent or chance < needed:
        return verdict
    if best is Intent.purchase:
        guessed = _guessed_purchase(case, chance)
        return guessed if guessed.intent is Intent.purchase else verdict
    return replace(_guess(case, best, chance), reason="classifier_overrules")
