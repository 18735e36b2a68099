"""Buttons and links that look like buttons."""

import reflex as rx

_BASE = (
    "inline-flex items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap "
    "transition-colors disabled:cursor-not-allowed disabled:opacity-50 "
)
_LOOK = {
    "primary": "bg-primary text-white hover:bg-primary-strong",
    "secondary": "border border-line-strong bg-raised text-ink hover:bg-line",
    "ghost": "text-muted hover:bg-raised hover:text-ink",
    "danger": "bg-danger-fill text-white hover:opacity-90",
    "success": "bg-success text-canvas hover:opacity-90",
}
_SIZE = {"sm": "h-9 px-3 text-sm", "md": "h-11 px-4 text-sm", "lg": "h-14 px-6 text-base"}


def button_class(variant: str = "secondary", size: str = "md") -> str:
    """Return the classes of a button, for parts that draw their own element."""
    return f"{_BASE}{_LOOK[variant]} {_SIZE[size]}"


def button(
    *children: rx.Component | rx.Var | str, variant: str = "secondary", size: str = "md", **props
) -> rx.Component:
    """A button; `type` is "button" unless given."""
    extra = props.pop("class_name", "")
    props.setdefault("type", "button")
    return rx.el.button(*children, class_name=f"{button_class(variant, size)} {extra}", **props)


def icon_button(icon: str, label: rx.Var | str, **props) -> rx.Component:
    """A square button with an icon and a name for those who do not see it."""
    extra = props.pop("class_name", "")
    return rx.el.button(
        rx.icon(icon, size=18, aria_hidden="true"),
        type="button",
        aria_label=label,
        class_name=f"grid size-11 place-items-center rounded-lg text-muted hover:bg-raised hover:text-ink {extra}",
        **props,
    )
