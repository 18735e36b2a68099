"""From drafts to products of the catalogue: codes, names, variants, how many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from livestream_sell.intent.atoms import Atom
from livestream_sell.intent.catalogue_index import CatalogueIndex, Row
from livestream_sell.intent.drafts import Draft, draft_items
from livestream_sell.intent.schemas import MAX_QUANTITY, MIN_QUANTITY, ItemClaim

_KIN = {
    "navy": ("blue",), "lightblue": ("blue",), "turquoise": ("blue",), "olive": ("green",), "mint": ("green",),
    "khaki": ("green", "beige"), "burgundy": ("red",), "fuchsia": ("pink",), "coral": ("pink",), "peach": ("pink",),
    "lilac": ("purple",), "plum": ("purple",), "cream": ("beige", "white"), "mustard": ("yellow",),
    "gold": ("yellow",), "silver": ("grey",), "nude": ("beige",),
}  # fmt: skip


@dataclass(slots=True)
class Resolution:
    items: list[ItemClaim] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    doubtful: bool = False
    named: bool = False  # the comment itself pointed at something of the catalogue
    by_code: bool = False
    counted: bool = False


def resolve(atoms: list[Atom], index: CatalogueIndex, featured: str | None) -> Resolution:
    drafts, excluded = draft_items(atoms)
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
    return fitting or [n for n in numbers if not _kin(draft.colours).isdisjoint(_kin(index.rows[n].colours))]


def _kin(colours: Iterable[str]) -> set[str]:
    return {kin for colour in colours for kin in _KIN.get(colour, (colour,))}


def _prefer(pool: Iterable[int], on_air: list[int], index: CatalogueIndex) -> list[Row]:
    """Among equals the product on air is meant."""
    numbers = list(pool)
    shown = [number for number in numbers if number in on_air]
    return [index.rows[number] for number in (shown or numbers)]
