"""From the words of a claim to products of the catalogue: codes, names, variants, how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from livestream_sell.intent.atoms import Atom, AtomKind
from livestream_sell.intent.catalogue_index import CatalogueIndex, Row
from livestream_sell.intent.schemas import MAX_QUANTITY, MIN_QUANTITY, ItemClaim

_KIN = {
    "navy": "blue", "lightblue": "blue", "turquoise": "blue", "olive": "green", "mint": "green", "khaki": "green",
    "burgundy": "red", "fuchsia": "pink", "coral": "pink", "peach": "pink", "lilac": "purple", "plum": "purple",
    "cream": "white", "mustard": "yellow", "gold": "yellow", "silver": "grey", "nude": "beige",
}  # fmt: skip
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


@dataclass(slots=True)
class Resolution:
    items: list[ItemClaim] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    doubtful: bool = False
    named: bool = False  # the comment itself pointed at something of the catalogue
    by_code: bool = False
    counted: bool = False


def resolve(atoms: Iterable[Atom], index: CatalogueIndex, featured: str | None) -> Resolution:
    wanted, excluded = _set_apart(list(atoms))
    drafts = _assemble(wanted)
    _leave_out_sums(drafts)
    _leave_out_parts(drafts)
    _inherit(drafts)
    _share_out(drafts)
    outcome = Resolution(named=bool(excluded))
    counts: dict[str, int] = {}
    for draft in drafts or [Draft()]:
        outcome.named |= draft.rows is not None or draft.varied
        outcome.by_code |= draft.exact
        outcome.counted |= draft.quantity is not None or draft.every
        rows, doubtful = _choose(draft, index, featured)
        rows = _without(rows, excluded)
        outcome.doubtful |= doubtful or draft.doubtful
        quantity = draft.quantity if draft.quantity is not None else draft.total or 1
        if draft.every and len(rows) > 1:
            rows = rows if draft.total in (0, len(rows)) else []
            quantity = draft.each or 1
        elif len(rows) > 1:
            outcome.candidates += [row.sku for row in rows if row.sku not in outcome.candidates]
            continue
        if not MIN_QUANTITY <= quantity <= MAX_QUANTITY:
            outcome.doubtful = True
            quantity = max(MIN_QUANTITY, min(quantity, MAX_QUANTITY))
        for row in rows:
            counts[row.sku] = counts.get(row.sku, 0) + quantity
        if not rows:
            outcome.doubtful = True
    outcome.items = [ItemClaim(sku, min(n, MAX_QUANTITY)) for sku, n in counts.items()]
    outcome.doubtful |= any(n > MAX_QUANTITY for n in counts.values())
    return outcome


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
    """What is wanted, and what "all" is to leave out: named behind "except", or in front of "빼고"."""
    wanted = list(atoms)
    excluded: list[Atom] = []
    for at, atom in enumerate(atoms):
        if atom.kind is not AtomKind.exception:
            continue
        wanted.remove(atom)
        for beside in atoms[at + 1 : at + 2] + atoms[max(at - 1, 0) : at]:
            if beside.kind in _DESCRIBING and beside in wanted:
                wanted.remove(beside)
                excluded.append(beside)
                break
    return wanted, excluded


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
            draft.rows = None
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


def _without(rows: list[Row], excluded: Sequence[Atom]) -> list[Row]:
    for atom in excluded:
        rows = [row for row in rows if atom.text not in row.colours | row.sizes and row.number not in atom.rows]
    return rows


def _choose(draft: Draft, index: CatalogueIndex, featured: str | None) -> tuple[list[Row], bool]:
    on_air = index.rows_of(featured)
    if draft.rows is not None:
        pool = sorted(draft.rows)
        if draft.varied and not _fitting(draft, index, pool):
            designs = {index.rows[number].group for number in pool}
            pool = [number for design in sorted(designs) for number in index.groups[design]]
    elif draft.varied:
        pool = index.design_of(featured)
        if not _fitting(draft, index, pool):
            pool = _unnamed(draft, index) or pool
    elif draft.every:
        pool = index.design_of(featured)
        if draft.total not in (0, len(pool)) or len(pool) == 1:
            draft.every = False
            pool = on_air
    else:
        pool = on_air
    if not draft.varied:
        if draft.every:
            return [index.rows[number] for number in pool], False
        return _prefer(_of_design(pool, index.design_of(featured)), on_air, index), False
    fitting = _fitting(draft, index, pool)
    if fitting and draft.every:
        return [index.rows[number] for number in fitting], False
    if fitting:
        fitting = _sisters(draft, _of_design(fitting, index.design_of(featured)), on_air, index)
        return _prefer(fitting, on_air, index), False
    # Asked for a variant that is not there: offer what is, decide nothing.
    return [index.rows[number] for number in pool], True


def _unnamed(draft: Draft, index: CatalogueIndex) -> list[int]:
    """What of the whole shop has this colour, or this size if only one design comes in it."""
    if draft.colours:
        shown = {number for colour in draft.colours for number in index.coloured.get(colour, ())}
        return _fitting(draft, index, sorted(shown))
    fitting = sorted({number for size in draft.sizes for number in index.sized.get(size, ())})
    return fitting if len({index.rows[number].group for number in fitting}) == 1 else []


def _of_design(fitting: list[int], shown: list[int]) -> list[int]:
    """Of several designs that the words fit, the one on air is meant."""
    return [number for number in fitting if number in shown] or fitting


def _sisters(draft: Draft, fitting: list[int], on_air: list[int], index: CatalogueIndex) -> list[int]:
    """ "The red one" of a dress on air in M is the red M: what was not said stays as it is shown."""
    shown = [index.rows[number] for number in on_air]
    if len(fitting) < 2 or len(shown) != 1 or any(index.rows[n].group != shown[0].group for n in fitting):
        return fitting
    alike = [
        number
        for number in fitting
        if (draft.colours or index.rows[number].colours == shown[0].colours)
        and (draft.sizes or index.rows[number].sizes == shown[0].sizes)
    ]
    return alike or fitting


def _fitting(draft: Draft, index: CatalogueIndex, pool: Iterable[int]) -> list[int]:
    numbers = [n for n in pool if not draft.sizes.isdisjoint(index.rows[n].sizes)] if draft.sizes else list(pool)
    if not draft.colours:
        return numbers
    fitting = [n for n in numbers if not draft.colours.isdisjoint(index.rows[n].colours)]
    plainly = [n for n in fitting if draft.colours == index.rows[n].colours]
    if plainly:
        return plainly
    if len(fitting) > 1 and len(draft.colours) > 1:
        return [n for n in fitting if draft.colours <= index.rows[n].colours] or fitting
    # People call navy blue; where nothing is plainly blue, they mean it.
    kin = {_KIN.get(colour, colour) for colour in draft.colours}
    return fitting or [n for n in numbers if kin & {_KIN.get(colour, colour) for colour in index.rows[n].colours}]


def _prefer(pool: Iterable[int], on_air: list[int], index: CatalogueIndex) -> list[Row]:
    """Among equals the product on air is meant."""
    numbers = list(pool)
    shown = [number for number in numbers if number in on_air]
    return [index.rows[number] for number in (shown or numbers)]
