"""Cards, badges, figures, empty states and skeletons of the seller's screens."""

import reflex as rx

_TONE = {
    "neutral": "bg-raised text-muted",
    "primary": "bg-primary/20 text-link",
    "success": "bg-success/15 text-success",
    "warn": "bg-warn/15 text-warn",
    "danger": "bg-danger/15 text-danger",
}
BADGE = "inline-flex h-6 items-center rounded px-2 text-xs font-medium whitespace-nowrap "


def card(
    *children: rx.Component, title: rx.Var | str = "", action: rx.Component | None = None, **props
) -> rx.Component:
    """A framed panel, with a heading when it has a title; `in_tab`: on a phone the tab above is the heading."""
    extra = props.pop("class_name", "")
    shown = "hidden lg:flex" if props.pop("in_tab", False) else "flex"
    head = rx.el.div(
        rx.el.h2(title, class_name="truncate text-sm font-semibold text-ink"),
        action or rx.fragment(),
        class_name=f"{shown} min-h-12 shrink-0 items-center justify-between gap-3 border-b border-line px-4",
    )
    return rx.el.section(
        *([head] if title is not None and not (isinstance(title, str) and not title) else []),
        *children,
        class_name=f"flex min-h-0 min-w-0 flex-col rounded-xl border border-line bg-surface {extra}",
        **props,
    )


def badge(text: rx.Var | str, tone: str = "neutral") -> rx.Component:
    """A small tag of fixed tone."""
    return rx.el.span(text, class_name=BADGE + _TONE[tone])


def badge_by(text: rx.Var | str, value: rx.Var[str], tones: dict[str, str]) -> rx.Component:
    """A small tag whose tone follows `value`; what `tones` does not name is neutral."""
    looks = [(key, BADGE + _TONE[tone]) for key, tone in tones.items()]
    return rx.el.span(text, class_name=rx.match(value, *looks, BADGE + _TONE["neutral"]))


def stat_card(label: rx.Var | str, value: rx.Var | str, tone: str = "text-ink") -> rx.Component:
    """One figure with its name."""
    return rx.el.div(
        rx.el.dt(label, class_name="truncate text-xs text-muted"),
        rx.el.dd(value, class_name=f"tabular truncate text-base leading-7 font-semibold sm:text-xl {tone}"),
        class_name="min-w-0 px-3 py-2 sm:px-4",
    )


def stat_strip(*cards: rx.Component) -> rx.Component:
    """Figures in one row; two or three by line on a phone."""
    columns = "grid-cols-3 lg:grid-cols-6" if len(cards) > 4 else "grid-cols-2 sm:grid-cols-4"
    return rx.el.dl(
        *cards, class_name=f"grid shrink-0 overflow-hidden rounded-xl border border-line bg-surface {columns}"
    )


def empty_state(icon: str, title: rx.Var | str, hint: rx.Var | str = "", *actions: rx.Component) -> rx.Component:
    """What a screen says when it has nothing to show."""
    return rx.el.div(
        rx.el.div(rx.icon(icon, size=24, aria_hidden="true"), class_name="rounded-full bg-raised p-3 text-muted"),
        rx.el.p(title, class_name="text-base font-medium text-ink"),
        rx.el.p(hint, class_name="max-w-80 text-sm text-muted"),
        rx.el.div(*actions, class_name="flex flex-wrap justify-center gap-2 pt-2") if actions else rx.fragment(),
        class_name="m-auto flex flex-col items-center gap-2 px-6 py-12 text-center",
    )


def skeleton(class_name: str = "h-4 w-full") -> rx.Component:
    """A place held while something loads."""
    return rx.el.div(aria_hidden="true", class_name=f"skeleton {class_name}")


def skeleton_rows(count: int = 6) -> rx.Component:
    """Lines of a list that loads."""
    rows = [skeleton("h-10 w-full") for _ in range(count)]
    return rx.el.div(*rows, class_name="flex flex-col gap-3 p-4", role="status")
