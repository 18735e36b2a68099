"""Rows as a table on a wide screen and as cards on a phone, from one description of the columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import reflex as rx

Cell = Callable[[rx.Var], rx.Component | rx.Var | str]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what a row shows in it, and whether numbers stand at its end."""

    title: rx.Var | str
    cell: Cell
    numeric: bool = False
    # On a phone the first `lead` column is the card's heading line, without its title.
    lead: bool = False


def data_table(
    rows: rx.Var[list], columns: Sequence[Column], *, label: rx.Var | str, key: str = "id", action: Cell | None = None
) -> rx.Component:
    """Draw `rows`; `action` is drawn at the end of each row. Page long lists on the server."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(label, class_name="sr-only"),
            rx.el.thead(
                rx.el.tr(
                    *[_heading(column) for column in columns],
                    *([rx.el.th(rx.el.span(label, class_name="sr-only"), scope="col")] if action else []),
                ),
                class_name="sticky top-0 bg-surface text-xs text-muted",
            ),
            rx.el.tbody(rx.foreach(rows, lambda row: _table_row(row, columns, key, action))),
            class_name="hidden w-full border-collapse text-sm sm:table",
        ),
        rx.el.ul(
            rx.foreach(rows, lambda row: _card(row, columns, key, action)),
            aria_label=label,
            class_name="flex flex-col divide-y divide-line sm:hidden",
        ),
        class_name="min-w-0 overflow-x-auto",
    )


def _heading(column: Column) -> rx.Component:
    align = "text-end" if column.numeric else "text-start"
    return rx.el.th(
        column.title, scope="col", class_name=f"h-10 border-b border-line px-4 font-medium whitespace-nowrap {align}"
    )


def _table_row(row: rx.Var, columns: Sequence[Column], key: str, action: Cell | None) -> rx.Component:
    cells = [
        rx.el.td(
            column.cell(row), class_name="h-12 px-4 " + ("tabular text-end whitespace-nowrap" if column.numeric else "")
        )
        for column in columns
    ]
    last = [rx.el.td(action(row), class_name="px-4 text-end")] if action else []
    return rx.el.tr(
        *cells, *last, key=row[key].to(str), class_name="border-b border-line last:border-0 hover:bg-raised"
    )


def _card(row: rx.Var, columns: Sequence[Column], key: str, action: Cell | None) -> rx.Component:
    lead = [rx.el.div(column.cell(row), class_name="text-base font-medium") for column in columns if column.lead]
    rest = [
        rx.el.div(
            rx.el.dt(column.title, class_name="text-sm text-muted"),
            rx.el.dd(column.cell(row), class_name="tabular min-w-0 truncate text-sm"),
            class_name="flex items-center justify-between gap-4",
        )
        for column in columns
        if not column.lead
    ]
    return rx.el.li(
        *lead,
        rx.el.dl(*rest, class_name="flex flex-col gap-1"),
        *([rx.el.div(action(row), class_name="pt-1")] if action else []),
        key=row[key].to(str),
        class_name="flex flex-col gap-2 px-4 py-3",
    )
