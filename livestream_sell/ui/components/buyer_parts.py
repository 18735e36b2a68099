"""Parts of the buyer's pages: few, large, easy to hit with a thumb. Nothing here is shared with the dashboard."""

from typing import Any

import reflex as rx


def _no_arguments() -> list[Any]:
    return []


class Countdown(rx.Component):
    """Time left until `until`; `now` is the server's clock, both ISO 8601."""

    library = "$/public/countdown.js"
    tag = "Countdown"

    until: rx.Var[str]
    now: rx.Var[str]
    over: rx.Var[str]
    urgent_class: rx.Var[str]
    on_done: rx.EventHandler[_no_arguments]


class CopyButton(rx.Component):
    """Copies `text` to the clipboard and says so."""

    library = "$/public/copy_button.js"
    tag = "CopyButton"

    text: rx.Var[str]
    label: rx.Var[str]
    done: rx.Var[str]


class Poll(rx.Component):
    """Calls `on_tick` every `seconds` while the page is looked at; 0 is never."""

    library = "$/public/poll.js"
    tag = "Poll"

    seconds: rx.Var[int]
    on_tick: rx.EventHandler[_no_arguments]


countdown = Countdown.create
poll = Poll.create
copy_button = CopyButton.create

_BIG = "flex min-h-14 w-full items-center justify-center rounded-xl px-6 text-lg font-semibold "


def big_button(*children: rx.Component | rx.Var | str, **props) -> rx.Component:
    """The one thing to tap."""
    extra = props.pop("class_name", "")
    props.setdefault("type", "button")
    return rx.el.button(
        *children,
        class_name=f"{_BIG}bg-primary text-white active:bg-primary-strong disabled:opacity-50 {extra}",
        **props,
    )


def way_button(name: str, hint: str, *, sign: str, colour: str, **props) -> rx.Component:
    """One way to pay: a coloured sign, its name, what can be used there."""
    return rx.el.button(
        rx.el.span(
            sign,
            aria_hidden="true",
            class_name=f"grid size-12 shrink-0 place-items-center rounded-xl text-lg font-bold {colour}",
        ),
        rx.el.span(
            rx.el.span(name, class_name="block text-lg leading-6 font-semibold"),
            rx.el.span(hint, class_name="block text-sm text-muted"),
            class_name="min-w-0 flex-1 text-start",
        ),
        rx.el.span("›", aria_hidden="true", class_name="text-2xl text-muted"),
        class_name=(
            "flex min-h-18 w-full items-center gap-4 rounded-2xl border border-line-strong bg-raised px-4 py-3 "
            "hover:border-link active:bg-line"
        ),
        **props,
    )


def panel(*children: rx.Component, **props) -> rx.Component:
    """A block of the page."""
    extra = props.pop("class_name", "")
    return rx.el.section(*children, class_name=f"rounded-2xl border border-line bg-surface p-4 {extra}", **props)


def page_message(
    sign: str, title: str, hint: rx.Var | str, *actions: rx.Component, tone: str = "text-ink"
) -> rx.Component:
    """A page that says one thing: paid, expired, not found."""
    return rx.el.div(
        rx.el.div(sign, aria_hidden="true", class_name=f"text-5xl leading-none {tone}"),
        rx.el.h1(title, class_name="text-2xl font-semibold text-balance"),
        rx.el.p(hint, class_name="max-w-80 text-base text-muted"),
        *actions,
        class_name="flex flex-col items-center gap-4 py-8 text-center",
    )


def held_place(class_name: str) -> rx.Component:
    """A grey block while the order loads."""
    return rx.el.div(aria_hidden="true", class_name=f"skeleton {class_name}")
