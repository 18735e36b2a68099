"""The words of a claim put together to drafts of items: what goes with what, what is corrected, shared, left out."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from livestream_sell.intent.atoms import Atom, AtomKind

_WHOLE = frozenset((AtomKind.every, AtomKind.each))
_SAID_BEHIND = re.compile("[가-힣ぁ-ヶ]")  # Korean and Japanese leave out what they have named before
_DESCRIBING = frozenset((AtomKind.product, AtomKind.colour, AtomKind.size))


@dataclass(slots=True)
class Draft:
    """One item while it is being read."""

    rows: frozenset[int] | None = None
    exact: bool = False  # named by code
    colours: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    quantity: int | None = None
    every: bool = False
    total: int = 0  # of `every`: "all three"
    each: int = 0
    added: bool = False
    stale: frozenset[AtomKind] = frozenset()  # said before "no wait", and valid until it is said anew
    doubtful: bool = False
    unknown: bool = False

    @property
    def varied(self) -> bool:
        return bool(self.colours or self.sizes)

    @property
    def empty(self) -> bool:
        return self.rows is None and not self.varied and self.quantity is None and not (self.every or self.each)


def draft_items(atoms: list[Atom]) -> tuple[list[Draft], list[Atom]]:
    """What is wanted, item by item, and what "all" is to leave out."""
    wanted, excluded = _set_apart(atoms)
    drafts = _assemble(wanted)
    _leave_out_sums(drafts)
    _leave_out_parts(drafts)
    _inherit(drafts)
    _share_out(drafts)
    return drafts, excluded


def _assemble(atoms: list[Atom]) -> list[Draft]:
    drafts: list[Draft] = []
    draft = Draft()
    separator = ""
    for before, atom, following in zip([None, *atoms], atoms, [*atoms[1:], None], strict=False):
        if atom.kind is AtomKind.separator:
            separator = atom.text if not draft.empty else ""
            continue
        if atom.kind is AtomKind.correction:
            draft.stale = _said(draft)
        elif atom.kind in draft.stale:
            _forget(draft, atom.kind)
        elif (
            _opens_next(draft, atom, before, separator)
            or _describes_next(draft, atom, following, separator)
            or _is_added(draft, atom, following)
        ):
            drafts.append(draft)
            draft = Draft()
        _take(draft, atom)
        separator = ""
    if not draft.empty or draft.doubtful:
        drafts.append(draft)
    return drafts


def _set_apart(atoms: list[Atom]) -> tuple[list[Atom], list[Atom]]:
    """What is wanted, and what is left out: named behind "except", or of "all" in front of "빼고" as well."""
    wanted = list(atoms)
    excluded: list[Atom] = []
    whole = any(atom.kind in _WHOLE for atom in atoms)
    for at, atom in enumerate(atoms):
        if atom.kind is not AtomKind.exception:
            continue
        wanted.remove(atom)
        ahead, behind = atoms[max(at - 1, 0) : at], atoms[at + 1 : at + 2]
        last = _SAID_BEHIND.search(atom.text)
        for beside in (ahead if last else behind) + (ahead if whole else []):
            if beside.kind in _DESCRIBING and beside in wanted and (whole or _has_rival(beside, wanted)):
                wanted.remove(beside)
                excluded.append(beside)
                break
    return wanted, excluded


def _has_rival(atom: Atom, wanted: list[Atom]) -> bool:
    """ "Pero no la 12, la 18"; "quiero el rojo, menos mal" leaves nothing out."""
    return any(
        each.kind is atom.kind and (each.text, each.rows) != (atom.text, atom.rows)
        for each in wanted
        if each is not atom
    )


def _said(draft: Draft) -> frozenset[AtomKind]:
    said = {
        AtomKind.product: draft.rows is not None, AtomKind.colour: bool(draft.colours),
        AtomKind.size: bool(draft.sizes), AtomKind.quantity: draft.quantity is not None,
    }  # fmt: skip
    return frozenset(kind for kind, is_said in said.items() if is_said)


def _forget(draft: Draft, kind: AtomKind) -> None:
    draft.stale -= {kind}
    match kind:
        case AtomKind.product:
            draft.rows, draft.exact = None, False
        case AtomKind.colour:
            draft.colours.clear()
        case AtomKind.size:
            draft.sizes.clear()
        case AtomKind.quantity:
            draft.quantity = None


def _opens_next(draft: Draft, atom: Atom, before: Atom | None, separator: str) -> bool:
    """Does this word begin another item, or does it say more about the one at hand?"""
    counted = draft.quantity is not None
    loose = separator == ","
    match atom.kind:
        case AtomKind.product:
            if draft.rows is None:
                return bool(separator) and not loose and draft.varied
            return not atom.rows & draft.rows or (bool(separator) and (atom.exact or (draft.varied and not loose)))
        case AtomKind.quantity:
            if counted:
                return True
            return bool(separator) and not loose and (draft.rows is not None or draft.varied)
        case AtomKind.colour:
            if not draft.colours:
                return bool(separator) and not loose and bool(draft.sizes) and counted
            return bool(separator) or (counted and not _adjoins(before, atom))  # "verde menta"
        case AtomKind.size:
            if not draft.sizes:
                return False
            return bool(separator) or counted
    return False


def _adjoins(before: Atom | None, atom: Atom) -> bool:
    return before is not None and before.kind is atom.kind and before.end + 1 >= atom.start


def _describes_next(draft: Draft, atom: Atom, following: Atom | None, separator: str) -> bool:
    """ "Two pillows, a white towel": the colour in front of another product is that one's."""
    if atom.kind is not AtomKind.colour or draft.rows is None or following is None:
        return False
    another = following.kind is AtomKind.product and not following.rows & draft.rows
    return another and (bool(separator) or draft.quantity is not None)


def _is_added(draft: Draft, atom: Atom, following: Atom | None) -> bool:
    """ "Two, D6 as well": the two are of what is on air."""
    another = atom.kind is AtomKind.product and draft.rows is None and draft.quantity is not None
    return another and following is not None and following.kind is AtomKind.addition


def _take(draft: Draft, atom: Atom) -> None:
    match atom.kind:
        case AtomKind.product:
            common = atom.rows if draft.rows is None else draft.rows & atom.rows or atom.rows
            draft.rows = frozenset(common)
            draft.exact |= atom.exact
        case AtomKind.colour:
            draft.colours.add(atom.text)
        case AtomKind.size:
            draft.sizes.add(atom.text)
        case AtomKind.quantity:
            draft.quantity = atom.value
        case AtomKind.every:
            draft.every = True
            draft.total = atom.value
        case AtomKind.each:
            draft.each = atom.value
        case AtomKind.doubt:
            draft.doubtful = True
        case AtomKind.addition:
            draft.added = True
        case AtomKind.unknown:
            draft.unknown = True


def _leave_out_sums(drafts: list[Draft]) -> None:
    """ "Give me two, one blue and one red"."""
    for at, draft in enumerate(drafts):
        parts = [part.quantity or 1 for part in drafts[at + 1 :] if part.rows is not None or part.varied]
        unnamed = draft.rows is None and not draft.varied
        if unnamed and draft.quantity and len(parts) > 1 and sum(parts) == draft.quantity:
            drafts.remove(draft)
            return


def _leave_out_parts(drafts: list[Draft]) -> None:
    """ "Two, one of them for my mother": a smaller number that names nothing is a part of the one before."""
    whole = 0
    for draft in list(drafts):
        if draft.rows is None and not draft.varied and draft.quantity is not None and draft.quantity <= whole:
            drafts.remove(draft)
        else:
            whole = draft.quantity if draft.quantity and draft.quantity > 1 else 0


def _inherit(drafts: list[Draft]) -> None:
    """ "Uno rojo y dos negros de la A1": a product named once serves its neighbours."""
    for before, after in pairwise(drafts):
        if after.rows is None and before.rows is not None and (after.varied or after.quantity):
            if after.unknown:  # "two mascaras and one kettle" of a shop without kettles is no third mascara
                after.rows, after.doubtful = frozenset(), True
            else:
                after.rows = before.rows
                after.colours = after.colours or set(before.colours)  # "A1 white: M, L"
    for after, before in pairwise(drafts[::-1]):
        if before.rows is None and after.rows is not None and not (before.added or after.added):
            before.rows = after.rows


def _share_out(drafts: list[Draft]) -> None:
    """ "K4 and K5, both", "14, 19, 27, one each": said once of several products, it counts for every one of them."""
    named = [draft for draft in drafts if draft.rows is not None or draft.varied]
    each = max((draft.each for draft in drafts), default=0)
    if len(named) < 2:
        for draft in drafts:
            draft.every |= draft.each > 0
        return
    for draft in named:
        if draft.total in (0, len(named)):
            draft.every, draft.total = False, 0
        draft.quantity = each or draft.quantity
    drafts[:] = [draft for draft in drafts if draft in named or draft.quantity is not None or draft.doubtful]
