"""The local engine: comments and a catalogue in, decisions out, without network or state."""

from collections.abc import Sequence

from livestream_sell.intent.decision import UNSURE, Verdict, decide, to_understanding
from livestream_sell.intent.evidence import Case
from livestream_sell.intent.grammar import read, spoken_hits
from livestream_sell.intent.language import detect, primary
from livestream_sell.intent.lexicon import load
from livestream_sell.intent.normalise import normalise
from livestream_sell.intent.schemas import Catalogue, Comment, Intent, Understanding

__all__ = ["Catalogue", "understand"]


def understand(comments: Sequence[Comment], catalogue: Catalogue) -> list[Understanding]:
    return [_understand_one(comment, catalogue) for comment in comments]


def _understand_one(comment: Comment, catalogue: Catalogue) -> Understanding:
    text = normalise(comment.text)
    locale = comment.locale or catalogue.locale
    if not text.tokens:
        return Understanding(comment.id, Intent.other, primary(locale) or "und", reason="no_words")
    found = load().find(text)
    language = detect(text, found, locale)
    reading = read(text, spoken_hits(found, language, primary(locale)), language)
    verdict = decide(Case(text, reading, catalogue.index, comment.featured))
    verdict = verdict or Verdict(Intent.other, UNSURE, "nothing_recognised")
    return to_understanding(comment.id, language, verdict)
