"""Where a comment turns from what is refused to what is wanted instead: "K6 not K5", "不要黑的 白的"."""

from collections.abc import Sequence

from livestream_sell.intent.normalise import NormalisedText
from livestream_sell.intent.phrases import Hit

_REFUSING = frozenset(("deny.refuse", "deny.negation"))
NAMING = frozenset(("colour", "size", "noun"))
NEGATION_LAST = frozenset(("tr", "hi", "ko", "ja", "de"))
NEGATION_REACH = 4  # words between "no" and the claim it denies
SPACELESS = frozenset(("zh", "ja", "ko", "th"))


def second_thoughts(text: NormalisedText, hits: Sequence[Hit]) -> list[int]:
    """Where, without a comma, "I don't want A1" turns into "I want B2", or "the red not" into "the black"."""
    refusals = [hit for hit in hits if hit.concept in _REFUSING]
    if not refusals:
        return []
    names = [(hit.start, hit.end) for hit in hits if hit.kind in NAMING]
    names += [(token.start, token.end) for token in text.tokens if token.text[0].isdecimal()]
    cuts: list[int] = []
    for refusal in refusals:
        taken_back = _takes_back(refusal, text, hits)
        cuts += [refusal.start] if taken_back else []
        after = sorted(start for start, _ in names if start >= refusal.end)
        behind = any(end + 1 >= refusal.start >= end for _, end in names)
        cuts += _where_its_name_begins(refusal, names, text)
        if refusal.language == "de" and after and _between_rivals(refusal, after[0], names, text, hits):
            cuts.append(refusal.start)
            continue
        if refusal.language == "tr":
            cuts += _last_name(refusal, names, text)
        gap = not taken_back and _leaves_a_gap(refusal, text)
        if after and behind and (refusal.language in NEGATION_LAST or gap):
            cuts.append(refusal.end)
            continue
        claims = [hit.start for hit in hits if hit.kind == "claim" and after and hit.start > after[0]]
        if claims:
            cuts.append(_behind_gap(refusal, min(claims), names, text))
    return cuts


def _between_rivals(
    refusal: Hit, following: int, names: Sequence[tuple[int, int]], text: NormalisedText, hits: Sequence[Hit]
) -> bool:
    """ "A8 nicht B9": without a comma it is about what follows, as it is in English."""
    small = {(h.start, h.end) for h in hits if h.concept in ("word.article", "social.filler")}
    between = [t for t in text.tokens if refusal.end <= t.start < following]
    direct = all((t.start, t.end) in small or (len(t.text) == 1 and t.text.isalpha()) for t in between)
    return direct and any(end <= refusal.start for _, end in names)


def _last_name(refusal: Hit, names: Sequence[tuple[int, int]], text: NormalisedText) -> list[int]:
    """ "A8 benim B9 değil": it is only about the name right in front of it."""
    own = [start for start, end in names if end + 1 == refusal.start]
    if not own:
        return []
    start = text.folded.rfind(" ", 0, min(own)) + 1
    before = any(end <= start for _, end in names)
    return [start] if start and before else []


def _behind_gap(refusal: Hit, claim: int, names: Sequence[tuple[int, int]], text: NormalisedText) -> int:
    """ "不要黑的 奶油色+1": where a space stands between two names, the second is what the claim is about."""
    gap = text.folded.rfind(" ", refusal.end, claim)
    if refusal.language not in SPACELESS or gap < 0:
        return claim
    refused = any(refusal.end <= start and end <= gap for start, end in names)
    claimed = any(gap < start and end <= claim for start, end in names)
    return gap + 1 if refused and claimed else claim


def _where_its_name_begins(refusal: Hit, names: Sequence[tuple[int, int]], text: NormalisedText) -> list[int]:
    """ "護手霜五條 面膜先不用": behind a space it is only about the name in front of it."""
    if refusal.language not in SPACELESS:
        return []
    start = text.folded.rfind(" ", 0, refusal.start) + 1
    own = [begin for begin, end in names if start <= begin and end <= refusal.start]
    others = [begin for begin, end in names if end <= start]
    return [start] if start and own and others else []


def _leaves_a_gap(refusal: Hit, text: NormalisedText) -> bool:
    """Chinese and Thai put the refusal in front or behind; written "A1不要 A2", it is about A1."""
    return refusal.language in ("zh", "th") and text.folded[refusal.end : refusal.end + 1] in (" ", ",")


def _takes_back(refusal: Hit, text: NormalisedText, hits: Sequence[Hit]) -> bool:
    """Does "I'll take the blue not the pink" turn here? Something was claimed, and what follows only names."""
    claims = [hit for hit in hits if hit.kind == "claim" and not hit.gapped]
    contrasts = _contrasts(refusal, text, hits)
    if not contrasts and not any(claim.end <= refusal.start for claim in claims):
        return False
    glued = refusal.language not in SPACELESS and text.folded[refusal.start - 1 : refusal.start].strip()
    if glued or (not contrasts and any(claim.start >= refusal.end for claim in claims)):
        return False
    after = [token for token in text.tokens if token.start >= refusal.end]
    named = any(hit.kind in NAMING and hit.start >= refusal.end for hit in hits)
    return named or any(token.text[0].isdecimal() for token in after[:NEGATION_REACH])


def _contrasts(refusal: Hit, text: NormalisedText, hits: Sequence[Hit]) -> bool:
    """ "K6 not K5", "the cream not black": a name in front of the refusal, and one right behind it."""
    if refusal.language in NEGATION_LAST:
        return False
    names = [(hit.start, hit.end, hit.kind) for hit in hits if hit.kind in NAMING]
    names += [(token.start, token.end, "number") for token in text.tokens if token.text.isdecimal()]
    # "27不是21" contrasts and so does "27 ไม่ใช่ 21", but "A1不要 A2" does not.
    for gap in (0, 1) if refusal.language in SPACELESS else (1,):
        ahead = [kind for _, end, kind in names if end + gap == refusal.start]
        if any(_rival(each, kind) for start, _, kind in names if start == refusal.end + gap for each in ahead):
            return True
    if refusal.language in SPACELESS:
        return False
    start = refusal.start
    small = {h.end: h.start for h in sorted(hits, key=lambda h: -h.start) if h.concept == "social.filler"}
    while start - 1 in small and small[start - 1] > 0:
        start = small[start - 1]
    before = any(token.text.isdecimal() and token.end + 1 == start for token in text.tokens)
    after = [token for token in text.tokens if token.start >= refusal.end][:2]
    return before and any(token.text.isdecimal() for token in after) and all(token.text.isalnum() for token in after)


def _rival(kind: str, other: str) -> bool:
    return kind == other or {kind, other} == {"noun", "colour"}
