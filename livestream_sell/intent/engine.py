"""The local engine: comments and a catalogue in, decisions out, without network or state."""

from collections.abc import Sequence
from dataclasses import replace

from livestream_sell.intent.arbitration import judge
from livestream_sell.intent.classifier import load_classifier
from livestream_sell.intent.decision import to_understanding
from livestream_sell.intent.evidence import Case
from livestream_sell.intent.grammar import read, spoken_hits
from livestream_sell.intent.language import detect, primary
from livestream_sell.intent.lexicon import load
from livestream_sell.intent.normalise import normalise
from livestream_sell.intent.schemas import Catalogue, Comment, Intent, Understanding

__all__ = ["Catalogue", "understand"]


def understand(comments: Sequence[Comment], catalogue: Catalogue) -> list[Understanding]:
    """One decision per comment, in their order. Never raises on any text; touches nothing."""
    said: dict[tuple[str, str | None, str | None], Understanding] = {}  # crowds repeat themselves
    decided = []
    for comment in comments:
        key = (comment.text, comment.featured, comment.locale)
        known = said.get(key)
        if known is None:
            known = said[key] = _understand_one(comment, catalogue)
        elif known.comment_id != comment.id:
            known = replace(known, comment_id=comment.id)
        decided.append(known)
    return decided


def _understand_one(comment: Comment, catalogue: Catalogue) -> Understanding:
    text = normalise(comment.text)
    locale = comment.locale or catalogue.locale
    if not text.tokens:
        return Understanding(comment.id, Intent.other, primary(locale) or "und", reason="no_words")
    found = load().find(text)
    language = detect(text, found, locale)
    reading = read(text, spoken_hits(found, language, primary(locale)), language)
    case = Case(text, reading, catalogue.index, comment.featured)
    verdict = judge(case, load_classifier())
    return to_understanding(comment.id, language, verdict)
