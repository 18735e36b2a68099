"""Fields of forms: text, search, switch, choice."""

import reflex as rx

INPUT = (
    "h-11 w-full rounded-lg border border-line-strong bg-canvas px-3 text-base text-ink placeholder:text-faint "
    "focus:border-link focus:outline-none focus-visible:outline-none focus:ring-2 focus:ring-link/40 lg:text-sm"
)
SELECT = INPUT + " pe-8"


def text_field(label: rx.Var | str, name: str, *, hint: rx.Var | str | None = None, **props) -> rx.Component:
    """A labelled input; `hint` is read out with it."""
    described = {"aria_describedby": f"{name}-hint"} if hint is not None else {}
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="text-sm font-medium text-ink"),
        rx.el.input(id=name, name=name, class_name=INPUT, **described, **props),
        rx.el.p(hint, id=f"{name}-hint", class_name="text-xs text-muted") if hint is not None else rx.fragment(),
        class_name="flex flex-col gap-2",
    )


def area_field(label: rx.Var | str, name: str, *, hint: rx.Var | str | None = None, **props) -> rx.Component:
    """A labelled field of several lines."""
    described = {"aria_describedby": f"{name}-hint"} if hint is not None else {}
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="text-sm font-medium text-ink"),
        rx.el.textarea(id=name, name=name, class_name=INPUT.replace("h-11", "min-h-24 py-2"), **described, **props),
        rx.el.p(hint, id=f"{name}-hint", class_name="text-xs text-muted") if hint is not None else rx.fragment(),
        class_name="flex flex-col gap-2",
    )


def row_key(name: str, value: rx.Var[str]) -> rx.Component:
    """Say inside a form which row of a list it is about.

    Reflex moves the `on_submit` of a form out of `rx.foreach`, where the row is not known.
    """
    return rx.el.input(type="hidden", name=name, value=value, read_only=True)


def select_field(label: rx.Var | str, name: str, *options: rx.Component, **props) -> rx.Component:
    """A labelled select; give it its options."""
    return rx.el.div(
        rx.el.label(label, html_for=name, class_name="text-sm font-medium text-ink"),
        rx.el.select(*options, id=name, name=name, class_name=SELECT, **props),
        class_name="flex flex-col gap-2",
    )


def search_input(label: rx.Var | str, **props) -> rx.Component:
    """A search field with an icon; give `on_change` (debounced here) and `value` when the state holds it."""
    on_change = props.pop("on_change", None)
    events = {"on_change": on_change.debounce(250)} if on_change is not None else {}
    return rx.el.div(
        rx.icon(
            "search", size=16, aria_hidden="true", class_name="pointer-events-none absolute start-3 top-3.5 text-faint"
        ),
        rx.el.input(
            type="search",
            aria_label=label,
            placeholder=label,
            class_name=INPUT + " ps-9",
            auto_complete="off",
            **events,
            **props,
        ),
        class_name="relative w-full",
    )


def switch(label: rx.Var | str, checked: rx.Var[bool], *, tone: str = "bg-primary", **props) -> rx.Component:
    """An on/off switch; the label stands beside it."""
    track = "relative h-7 w-12 shrink-0 rounded-full transition-colors "
    return rx.el.button(
        rx.el.span(
            rx.el.span(
                class_name=rx.cond(
                    checked,
                    "absolute top-1 start-1 size-5 translate-x-5 rounded-full bg-white transition-transform",
                    "absolute top-1 start-1 size-5 rounded-full bg-white transition-transform",
                )
            ),
            class_name=rx.cond(checked, track + tone, track + "bg-line-strong"),
        ),
        rx.el.span(label, class_name="text-sm text-ink"),
        type="button",
        role="switch",
        aria_checked=rx.cond(checked, "true", "false"),
        class_name="inline-flex min-h-11 items-center gap-3 rounded-lg",
        **props,
    )


def choice(label: rx.Var | str, options: list[tuple[rx.Var | str, str]], **props) -> rx.Component:
    """A small select whose name only screen readers hear."""
    return rx.el.select(
        *[rx.el.option(text, value=value) for text, value in options],
        aria_label=label,
        class_name=SELECT,
        **props,
    )
